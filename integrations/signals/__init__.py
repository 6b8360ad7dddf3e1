"""Signals as a surface: what jobs of scans read, and where their results go."""
