"""Packages that count as not installed while another is imported, which would bring them along for what no one uses."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Have packages count as not installed, except those that are in use already."""
    with ExitStack() as stack:
        for package in packages:
            if package not in sys.modules:
                sys.modules[package] = None  # type: ignore[assignment] # how Python says that there is none
                stack.callback(sys.modules.__delitem__, package)
        yield
