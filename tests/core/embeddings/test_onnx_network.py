"""ONNX Runtime gives the vectors of the library, sooner; it reaches for nothing outside, and is never needed."""

import importlib.util
import os
import subprocess
import sys
from operator import mul
from pathlib import Path

import pytest

from core.embeddings.e5 import (
    NO_TELEMETRY,
    RUNTIME,
    RUNTIME_LOOKED_AT,
    SUMS_BYTES,
    E5Embedder,
    has_runtime,
    load_network,
    load_weights,
)
from core.embeddings.library import LibraryNetwork, cpu_flags, load_library
from core.embeddings.pieces import Vocabulary
from core.embeddings.tuned import read_layers
from core.embeddings.weights import Weights
from core.writing.grounded.ranking import LAYERS_FILE as ANSWERS

ROOT = Path(__file__).parents[3]
TEXTS = [
    "",
    "How much is a ticket to Hull?",
    "Sehr geehrte Frau Müller, könnten Sie mir bis Freitag Bescheid geben? Straßenübergänge",
    "L'été, c'est   fini !\u00a0😀👩‍👩‍👧 Réponse « œuvre »",
    " ¿Cuándo  llega\tel camión?\n\nMañana… ",
    "x" * 70 + " ümläut 12.345,67 € \u200b\u3000\u2009|",
    "\u2581 ﬁne ½ ① Ⅷ 漢字かな 한국어 \U000e0041",
    "The delivery arrives on Thursday before nine. " * 40,
    "語" * 1900 + " and a few words",
]
# A process may not make a socket from here on: the system ends it, whichever of its threads or libraries tries.
NO_SOCKETS = """
import ctypes, struct
SOCKET, ALLOW, KILL_PROCESS = 41, 0x7FFF0000, 0x80000000
filters = struct.pack("HBBI" * 4, 0x20, 0, 0, 0, 0x15, 0, 1, SOCKET, 6, 0, 0, KILL_PROCESS, 6, 0, 0, ALLOW)
content = ctypes.create_string_buffer(filters)
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(content)))
system = ctypes.CDLL(None, use_errno=True)
assert system.prctl(38, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS"
assert system.prctl(22, 2, program, 0, 0) == 0, "PR_SET_SECCOMP"
"""
EMBED = """
import os, sys
from core.embeddings.e5 import load_e5
from core.logs import configure_logging
configure_logging("INFO", json=True)
loaded_before = {"numpy", "onnxruntime"} & set(sys.modules)
embedder = load_e5()
embedder.embed(["The delivery arrives on Thursday.", "Wann kommt die Ware?"])
print(loaded_before, type(embedder._network).__name__, os.environ.get("ORT_DISABLE_TELEMETRY"))
"""


# What layers files replace the weights by; nothing for those of the base.
FILES = [None, ANSWERS]


@pytest.fixture(scope="module")
def library() -> LibraryNetwork:
    return LibraryNetwork(load_library()[0], load_weights())


def weights_of(path: Path | None) -> Weights:
    return load_weights(read_layers(path).tensors if path else None)


@pytest.fixture(scope="module")
def quick() -> E5Embedder:
    if not has_runtime():
        pytest.skip("no ONNX Runtime for this machine")
    return E5Embedder(load_network(load_weights()))


@pytest.mark.parametrize("is_query", [True, False], ids=["query", "passage"])
@pytest.mark.parametrize(("in_8_bits", "least"), [(False, 0.9995), (True, 0.999)], ids=["4-bits", "8-bits"])
@pytest.mark.parametrize("path", FILES, ids=["base", "layers"])
def test_the_vectors_are_those_of_the_library(path: Path | None, in_8_bits: bool, least: float, is_query: bool) -> None:
    if not has_runtime() or (in_8_bits and SUMS_BYTES not in cpu_flags()):
        pytest.skip("no ONNX Runtime for this machine, or a processor without AVX512-VNNI")
    from core.embeddings.onnx_network import onnx_network

    network = onnx_network(weights_of(path), in_8_bits=in_8_bits)
    assert network is not None
    expected = E5Embedder(LibraryNetwork(load_library()[0], weights_of(path))).embed(TEXTS, is_query=is_query)
    for vector, other in zip(E5Embedder(network).embed(TEXTS, is_query=is_query), expected, strict=True):
        assert sum(map(mul, vector, other)) > least


def test_weights_become_bytes_where_the_processor_adds_their_products_in_32_bits(quick: E5Embedder) -> None:
    assert not isinstance(quick._network, LibraryNetwork)
    from core.embeddings.onnx_network import onnx_network

    network = onnx_network(load_weights(), in_8_bits=SUMS_BYTES in cpu_flags())
    assert network is not None
    expected = E5Embedder(network).embed(TEXTS)
    assert [list(vector) for vector in quick.embed(TEXTS)] == [list(vector) for vector in expected]


def test_a_vector_does_not_hang_on_the_texts_beside_it(quick: E5Embedder) -> None:
    together = quick.embed(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        alone = E5Embedder(quick._network).embed([text])[0]
        assert list(alone) == pytest.approx(list(vector), abs=1e-6)


@pytest.mark.parametrize("is_query", [True, False], ids=["query", "passage"])
def test_texts_are_cut_into_as_many_pieces_as_by_the_library(library: LibraryNetwork, is_query: bool) -> None:
    vocabulary = Vocabulary(load_weights().image)
    for text, windows in zip(TEXTS, vocabulary.windows(TEXTS, is_query=is_query), strict=True):
        pieces = sum(len(window) - 2 for window in windows)
        assert pieces + 2 == library._library.e5_token_count(library._model, text.encode(), int(is_query))
        assert max(map(len, windows)) <= 512


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, whose home folder is empty but for what it writes itself."""
    inherited = {name: value for name, value in os.environ.items() if name != NO_TELEMETRY}
    return subprocess.run(
        [sys.executable, "-c", code], env=inherited | environment, capture_output=True, text=True, check=False
    )


def other_runtime(folder: Path, version: str, code: str) -> str:
    """Return the path for packages on which another ONNX Runtime comes first."""
    (folder / RUNTIME).mkdir()
    (folder / RUNTIME / "__init__.py").write_text(code)
    (folder / f"{RUNTIME}-{version}.dist-info").mkdir()
    (folder / f"{RUNTIME}-{version}.dist-info" / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {RUNTIME}\nVersion: {version}\n"
    )
    return os.pathsep.join([str(folder), str(ROOT)])


def test_it_makes_no_socket_and_writes_nothing_at_home(tmp_path: Path, quick: E5Embedder) -> None:
    del quick
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "TMPDIR")}
    done = run(NO_SOCKETS + EMBED, **folders)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "set() OnnxNetwork 1"), done.stderr
    assert list(tmp_path.rglob("*")) == []


def test_a_process_that_makes_a_socket_would_have_been_ended() -> None:
    done = run(NO_SOCKETS + "import socket\nsocket.socket()\nprint('made')")
    assert done.returncode < 0
    assert done.stdout == ""


def test_its_files_know_no_place_to_report_to(quick: E5Embedder) -> None:
    del quick
    spec = importlib.util.find_spec(RUNTIME)
    assert spec is not None
    assert spec.origin is not None
    libraries = [*Path(spec.origin).parent.glob("capi/*.so*")]
    assert len(libraries) >= 2
    for library in libraries:
        content = library.read_bytes()
        assert b"OneCollector" not in content
        assert b"events.data.microsoft.com" not in content


@pytest.mark.parametrize("version", ["1.29.0", "1.32.0", "2.0.0", "1.27.0"])
def test_a_version_that_was_not_looked_at_is_never_imported(tmp_path: Path, version: str) -> None:
    done = run(EMBED, PYTHONPATH=other_runtime(tmp_path, version, "raise AssertionError('imported')"))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "set() LibraryNetwork None"), done.stderr


def test_where_it_cannot_be_loaded_the_library_runs_the_model_and_the_log_says_so(tmp_path: Path) -> None:
    path = other_runtime(tmp_path, f"{RUNTIME_LOOKED_AT}9", "raise ImportError('no such instruction')")
    done = run(EMBED, PYTHONPATH=path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "set() LibraryNetwork 1"), done.stderr
    assert "onnxruntime cannot be loaded here" in done.stdout + done.stderr
