"""Whether drafts are any good: outcomes, the report, learning and evaluation."""
