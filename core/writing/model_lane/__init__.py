"""The model lane: the model writes with context, the checks inform, the person decides."""
