"""Reading a mail: its parts, addresses, text, quotes and signature. Pure."""
