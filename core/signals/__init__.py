"""What scans of sources found and keep: risks, chances, complaints, promises, with quotes, count, trend and state."""
