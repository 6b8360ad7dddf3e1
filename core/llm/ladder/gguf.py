"""What a GGUF file says of itself and what it needs, and how much memory this machine, or its container, has.

Read from the head of the file: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.

A file that somebody has sent is hostile until it is read: every length is held against what is left of the head.
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from core.errors import InputError

_LIMIT_FILE = Path("/sys/fs/cgroup/memory.max")
_USED_FILE = Path("/sys/fs/cgroup/memory.current")
MAGIC = b"GGUF"
_MAX_ENTRIES = 100_000
_MAX_HEAD_BYTES = 256 * 2**20
_STRING, _ARRAY = 8, 9
# Types of values by number: unsigned, signed, 32-bit float, bool, then 64-bit numbers.
_FORMATS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_ENCODERS = frozenset({"bert", "nomic-bert", "jina-bert-v2", "modern-bert", "t5encoder", "clip"})
_CACHE_BYTES_PER_VALUE = 2
_COMPUTE_BYTES = 350_000_000
SLOTS = 2
MAX_WINDOW_TOKENS = 8192


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


@dataclass(frozen=True)
class GgufFacts:
    """A model as its file describes it. `cache_bytes` is what a token of context costs, 0 when the file is silent."""

    parameters: int
    context: int
    cache_bytes: int

    @property
    def window_tokens(self) -> int:
        """The window that it is served with here."""
        return min(self.context or MAX_WINDOW_TOKENS, MAX_WINDOW_TOKENS)

    def memory_bytes(self, size_bytes: int) -> int:
        """Return what serving a file of this size takes."""
        return size_bytes + SLOTS * self.window_tokens * self.cache_bytes + _COMPUTE_BYTES


def read_gguf(path: Path) -> GgufFacts:
    """Return what the head of a file says.

    Raises:
        InputError: it is not a GGUF file, is cut, or holds no model that chats.
    """
    try:
        with path.open("rb") as file:
            values, parameters = _Head(file).read()
    except (struct.error, OverflowError, UnicodeDecodeError, KeyError, EOFError, MemoryError) as error:
        raise _unusable("is not a whole GGUF file") from error
    kind = str(values.get("general.architecture", ""))
    if kind in _ENCODERS:
        raise _unusable("holds a model that makes embeddings, not texts")
    return GgufFacts(
        parameters=parameters,
        context=_number(values, f"{kind}.context_length"),
        cache_bytes=_cache_bytes(values, kind),
    )


def _unusable(why: str) -> InputError:
    return InputError(f"What was given {why}.", fix="Take a chat model in one GGUF file; `inlaid model list` has some.")


def _number(values: dict[str, object], key: str) -> int:
    value = values.get(key, 0)
    return int(value) if isinstance(value, int) and 0 <= value < 2**40 else 0


def _cache_bytes(values: dict[str, object], kind: str) -> int:
    heads = _number(values, f"{kind}.attention.head_count")
    cached_heads = _number(values, f"{kind}.attention.head_count_kv") or heads
    width = _number(values, f"{kind}.attention.key_length")
    width = width or (_number(values, f"{kind}.embedding_length") // heads if heads else 0)
    return 2 * _CACHE_BYTES_PER_VALUE * _number(values, f"{kind}.block_count") * cached_heads * width


class _Head:
    """Reads the head of an open file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = _MAX_HEAD_BYTES

    def read(self) -> tuple[dict[str, object], int]:
        """Return the single values, and how many numbers all tensors have."""
        if self._take(4) != MAGIC:
            raise EOFError("no magic")
        version, tensors, entries = struct.unpack("<IQQ", self._take(20))
        if version not in {2, 3} or max(tensors, entries) > _MAX_ENTRIES:
            raise EOFError("no known version")
        values = {self._string(): self._value(self._unpack("<I")) for _ in range(entries)}
        return values, sum(self._tensor_size() for _ in range(tensors))

    def _take(self, size: int) -> bytes:
        self._left -= size
        data = self._file.read(size) if self._left >= 0 else b""
        if len(data) < size:
            raise EOFError("cut")
        return data

    def _unpack(self, form: str) -> Any:
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _string(self) -> str:
        return self._take(self._unpack("<Q")).decode("utf-8", "replace")

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string()
        return self._skip_array() if kind == _ARRAY else self._unpack(_FORMATS[kind])

    def _skip_array(self) -> None:
        kind, count = struct.unpack("<IQ", self._take(12))
        if kind == _STRING:
            for _ in range(min(count, _MAX_HEAD_BYTES)):
                self._take(self._unpack("<Q"))
        else:  # arrays in arrays, which no model has, end here as well
            self._take(count * struct.calcsize(_FORMATS[kind]))

    def _tensor_size(self) -> int:
        self._string()
        sizes = [self._unpack("<Q") for _ in range(min(self._unpack("<I"), 8))]
        self._take(12)  # type and place
        return math.prod(sizes)
