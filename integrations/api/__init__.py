"""The HTTP API: jobs, their events, documents and recipes, for a person with a bearer token."""
