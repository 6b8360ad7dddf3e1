"""Connectors to places that need no platform of their own, and readers of the formats that files come in."""
