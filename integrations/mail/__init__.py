"""Mail: reading it, deciding what needs an answer, and putting drafts into mailboxes. Nothing here sends.

From bottom to top: `message` (read), `reply` (write), `triage` (decide), `isolated` (the same on mail of others, with
ceilings), `mailbox` (what every provider shares), `imap` and `graph` (one folder a provider), `accounts` (what the
console, the command line and the processes see).
"""
