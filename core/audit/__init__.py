"""The audit trail as values: what is written down, how entries are chained, and their form for other systems."""
