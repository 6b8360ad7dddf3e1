"""A sentence is read between its neighbours by the tuned layers; where they do not run, the heads judge alone."""

from pathlib import Path

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.settings import Settings
from core.text.statements import Statement, read_statements
from core.writing.roles import ROLES, roles_of
from core.writing.roles.classifier import LEVELS
from core.writing.roles.kinds import KINDS
from core.writing.roles.reading import passage, read_sentences

TALK = "Ann: The pump in hall 2 makes a grinding noise. It began on Monday.\nBob: I'll call the fitter tomorrow."


def statements() -> list[Statement]:
    return read_statements(TALK, "en")


def test_a_sentence_stands_between_what_the_same_and_another_person_say() -> None:
    assert [passage(statements(), at) for at in range(3)] == [
        "me: The pump in hall 2 makes a grinding noise. |  | + It began on Monday.",
        "me: It began on Monday. | + The pump in hall 2 makes a grinding noise. | > I'll call the fitter tomorrow.",
        "me: I'll call the fitter tomorrow. | > It began on Monday. | ",
    ]


def test_of_a_long_neighbour_is_read_what_is_near() -> None:
    long = "word " * 100
    of_all = read_statements(f"{long}end. Middle of it here. {long}end.", "en")
    before, after = passage(of_all, 1).split(" | ")[1:]
    assert before.endswith("word end.")
    assert after.startswith("+ word")
    assert max(len(before), len(after)) < 160


def test_of_no_sentence_nothing_is_read() -> None:
    assert read_sentences([]) == []


def test_each_head_has_its_part_of_a_reading() -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    first, _, last = read_sentences(statements())
    assert [len(first.roles), len(first.kinds), len(first.wants)] == [len(ROLES) + len(LEVELS) + 1, len(KINDS), 1]
    assert max(zip(last.roles, ROLES, strict=False))[1] == "commitment"


def test_without_layers_nothing_is_read(tmp_path: Path) -> None:
    assert read_sentences(statements(), tmp_path / "none.layers") == []


def test_without_the_model_the_words_judge_alone() -> None:
    assert all(role.read_scores == role.scores and role.reading is None for role in roles_of(statements()))
