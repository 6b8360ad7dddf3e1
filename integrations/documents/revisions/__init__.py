"""Tracked changes: their kinds, and how they are written into runs and paragraphs."""
