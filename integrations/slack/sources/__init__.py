"""Channels of Slack as sources of knowledge: read, kept up, and open to those alone who may read them in Slack."""
