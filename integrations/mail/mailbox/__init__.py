"""What every mailbox shares, whatever its provider."""
