"""Signing in at any OpenID Connect provider (`sign_in.py`)."""
