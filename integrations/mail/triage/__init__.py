"""Deciding whether a mail needs an answer from its owner. Pure."""
