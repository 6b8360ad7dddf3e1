"""Comparison of two documents, with rows and tables."""
