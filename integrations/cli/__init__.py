"""The command line: `inlaid ...`. A surface like the others, and one of the places that may wire integrations."""
