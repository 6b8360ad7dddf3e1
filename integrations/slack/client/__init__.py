"""Slack's Web API: tokens of workspaces, calls and their errors, people, threads, messages that can be found again."""
