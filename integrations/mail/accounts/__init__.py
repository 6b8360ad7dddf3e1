"""The connected mailboxes as the console, the command line and the processes see them."""
