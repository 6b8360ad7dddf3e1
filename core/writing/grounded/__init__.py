"""The grounded lane: quotations, filled fields, answers with their passage, proven corrections."""
