"""Traces, metrics and readiness."""
