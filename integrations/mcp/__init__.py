"""Inlaid's tools for any client of the Model Context Protocol: on standard input and output, and at `/mcp`."""
