"""Edits: planned, applied as tracked changes, verified from the bytes; and revisions accepted or rejected."""
