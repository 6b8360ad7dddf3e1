"""Seeds of hostile input: in each run the same few; new ones, and so many, where `HOSTILE_EXAMPLES` says how many.

A failure tells its seed, and `HOSTILE_SEED` brings it again. What once was a fault is kept beside its test by name.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "0"))
SEED = os.environ.get("HOSTILE_SEED", "")


def seeds(usual: int) -> list[int]:
    """Return the seeds of a run: so many as usual, or those that were asked for."""
    if SEED:
        return [int(SEED)]
    return [secrets.randbelow(2**32) for _ in range(EXAMPLES)] or list(range(usual))


@contextmanager
def named(seed: int) -> Iterator[None]:
    """Add to what fails inside which seed made it."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"HOSTILE_SEED={seed}")
        raise
