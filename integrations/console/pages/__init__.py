"""The pages of the console, one module each, with an `add_...` that adds its routes."""
