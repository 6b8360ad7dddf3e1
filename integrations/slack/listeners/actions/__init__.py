"""Buttons: each becomes a stored outcome or opens a view. Acknowledged at once; what they do follows."""
