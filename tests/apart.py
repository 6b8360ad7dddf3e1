"""Coroutines in a thread of their own: tests of pages in a browser leave an event loop running in theirs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def apart(call: Callable[[], Result]) -> Result:
    """Return what a call gives that starts an event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()
