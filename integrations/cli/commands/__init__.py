"""The commands of `inlaid`, by the noun that they are about. Each imports what is heavy only when it runs."""
