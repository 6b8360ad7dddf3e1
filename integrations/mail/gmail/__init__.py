"""Mailboxes at Gmail and Google Workspace, by the Gmail API."""
