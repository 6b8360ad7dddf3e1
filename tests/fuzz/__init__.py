"""Input by a fuzzer that sees which lines it reaches: mails, documents, payloads of Slack, recipes.

`python -m tests.fuzz TARGET --seconds N` runs it.
"""
