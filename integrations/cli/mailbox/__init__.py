"""`inlaid mailbox`: connect, list, set and sync mailboxes."""
