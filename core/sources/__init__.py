"""What the organisation has written down: connected sources, their passages, and search in them within rights."""
