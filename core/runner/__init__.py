"""Runs jobs: claimed under a lease, written by the pipeline, delivered by their surface, swept up when left behind."""
