"""What people do with drafts, as values: the acts, which of them counts, and how far a text was changed. Pure."""
