"""Setting up the platforms: what is needed, what is done where, and the file of settings."""
