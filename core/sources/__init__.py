"""Sources: documents that answers may rest on. `passages` cuts them, `library` keeps them, `ranking` finds them."""
