"""How much memory there is and how much of it is free: the machine's, or the container's if that is less."""

from dataclasses import dataclass
from pathlib import Path

import psutil

_LIMIT_FILE = Path("/sys/fs/cgroup/memory.max")
_USED_FILE = Path("/sys/fs/cgroup/memory.current")


@dataclass(frozen=True)
class Memory:
    """Memory in bytes."""

    total_bytes: int
    free_bytes: int


def memory() -> Memory:
    """Return what there is now."""
    machine = psutil.virtual_memory()
    try:
        limit_bytes, used_bytes = int(_LIMIT_FILE.read_text()), int(_USED_FILE.read_text())
    except (OSError, ValueError):  # not Linux, no container, or "max"
        return Memory(machine.total, machine.available)
    return Memory(min(machine.total, limit_bytes), min(machine.available, max(0, limit_bytes - used_bytes)))


def gigabytes(size_bytes: int) -> str:
    """Return a size for a person."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e8 else f"{size_bytes / 1e6:.0f} MB"
