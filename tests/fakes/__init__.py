"""Stand-ins on loopback for services outside: each speaks the real protocol and keeps a ledger of what it was asked."""
