"""The web process: what it holds open, its app and server, and what its pages reach in other integrations."""
