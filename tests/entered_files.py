"""Which files of ours a request enters: those of which a function is called, in whatever thread."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parent.parent
_OURS = tuple(f"{ROOT / package}/" for package in ("core", "worker", "integrations"))


class EnteredFiles:
    """The files that were entered since `begin`, as their paths in the repository.

    Only threads that were started while `watching` are seen.
    """

    def __init__(self) -> None:
        self._names: set[str] = set()

    def begin(self) -> None:
        """Forget what was entered until now."""
        self._names = set()

    def paths(self) -> set[str]:
        """Return what was entered."""
        return {name.removeprefix(f"{ROOT}/") for name in self._names if name.startswith(_OURS)}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch this thread, and every thread that it starts."""
        sys.setprofile(self._note)
        threading.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            self._names.add(frame.f_code.co_filename)
