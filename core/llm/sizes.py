"""What follows from how large a model is: its lane, and the window that it has when nobody tells it."""

import re

# Below about a billion parameters no model writes what a person would send.
SMALL_PARAMETERS = 1e9
USUAL_WINDOW_TOKENS, USUAL_LARGE_WINDOW_TOKENS = 8192, 32_768
_PARAMETERS = re.compile(r"(?i)(?<![\w.])(\d{1,4}(?:\.\d+)?)([mb])(?![a-z])")


def is_small_by_name(name: str) -> bool:
    """Tell from names such as `SmolLM2-135M-Instruct` or `qwen2.5:0.5b`; a name without a size counts as large."""
    match = _PARAMETERS.search(name)
    if not match:
        return False
    return float(match[1]) * (1e6 if match[2].lower() == "m" else 1e9) < SMALL_PARAMETERS


def usual_window_tokens(*, is_small: bool) -> int:
    """Return the context window of a model of which nobody tells it."""
    return USUAL_WINDOW_TOKENS if is_small else USUAL_LARGE_WINDOW_TOKENS
