"""Sources: documents that answers may rest on. `passages` cuts them, `collection` keeps them, `ranking` finds them."""
