"""What the performance numbers are made with: one script for each number."""
