"""Brings drafts to people: private answers, growing text, files, mailboxes, and posts that a person asked for."""
