"""IMAP mailboxes: connecting, finding new mail, and drafts that wait in the Drafts folder. Nothing here can send."""
