"""Paragraphs as text: stories, segments, offsets, styles, and how two texts differ."""
