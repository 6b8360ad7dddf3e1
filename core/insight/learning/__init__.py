"""What is learnt from what people do with drafts: style rules, examples, prompt variants."""
