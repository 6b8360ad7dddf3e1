"""Recipes: what a person picks. One TOML file each, strict, with typed inputs.

`model` is the format, `loader` reads files and lists every problem of one, `inputs` checks what a person
gave, `render` makes the messages for a model, the frame around its text and the skeleton draft.
"""
