"""Mailboxes at Microsoft 365 through Graph: connecting, notices, reading, and drafts that wait. Nothing here sends."""
