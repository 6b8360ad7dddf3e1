"""Roles of sentences: what the two trained heads see in texts that they were not trained on."""

import time

import pytest

from core.embeddings import load_embedder
from core.llm.ports import Embedder
from core.settings import Settings
from core.text.statements import read_statements
from core.writing.roles.classifier import RoledSentence, read_weights, role_weights, roles_of

BOAT = (
    "Nora: Which day do we take the boat out of the water?\n"
    "Piet: I suggest Saturday the 11th.\n"
    "Nora: Saturday is fine.\n"
    "Piet: I'll book the crane by Wednesday.\n"
    "Nora: Could you also ask Tim for the trailer?\n"
    "Piet: Yes, will do.\n"
    "Piet: Sorry, the crane is taken on Saturday, so it has to be Sunday the 12th.\n"
)
LIFT = (
    "Katrin: Wann kommt der Monteur für den Aufzug?\nOle: Am Dienstag um neun.\n"
    "Katrin: Kannst du bitte den Mietern Bescheid geben?\nOle: Ja, mache ich heute noch.\n"
    "Ole: Korrektur, der Monteur kommt erst am Mittwoch.\n"
)


@pytest.fixture(params=["words", "meaning"])
def embedder(request: pytest.FixtureRequest) -> Embedder | None:
    """Nothing that compares meanings, and the embedded model."""
    return load_embedder(Settings()) if request.param == "meaning" else None


def read(text: str, language: str, embedder: Embedder | None) -> list[RoledSentence]:
    return roles_of(read_statements(text, language), embedder)


def best(one: RoledSentence, *roles: str) -> bool:
    """Tell whether one of the roles is among the two that come first."""
    return bool(
        set(roles) & set(sorted(set(one.scores) - {"key_1", "key_2", "key_3"}, key=one.scores.__getitem__)[-2:])
    )


def test_what_people_do_in_a_conversation_is_seen(embedder: Embedder | None) -> None:
    found = read(BOAT, "en", embedder)
    assert found[0].does("question")
    assert best(found[2], "assent", "decision")
    assert best(found[3], "commitment")
    assert best(found[4], "request", "question")
    assert best(found[5], "assent", "commitment")
    assert best(found[6], "correction")


def test_answers_and_corrections_know_what_they_speak_of(embedder: Embedder | None) -> None:
    found = read(LIFT, "de", embedder)
    assert (found[1].about, found[3].about) == (0, 2)
    assert found[0].about is None


def test_a_correction_knows_what_it_replaces() -> None:
    found = read(BOAT, "en", load_embedder(Settings()))
    assert found[6].does("correction")
    assert found[6].about in (1, 2)


def test_a_correction_matters_more_than_a_greeting(embedder: Embedder | None) -> None:
    found = read(BOAT + "Nora: Thanks a lot, have a nice weekend!\n", "en", embedder)
    assert found[-1].does("social")
    assert found[-1].importance < 0.8 < found[-2].importance


@pytest.mark.parametrize("text", ["", "?", "\u200b", "A", "#" * 5000, "a. " * 300, "\ud800 x"])
def test_any_text_has_roles(text: str) -> None:
    for embedder in (None, load_embedder(Settings())):
        found = read(text, "en", embedder)
        assert all(0 <= score <= 1 for one in found for score in one.scores.values())
        assert all(one.about is None or one.about < one.place for one in found)


def test_weights_of_another_version_are_refused() -> None:
    with pytest.raises(ValueError, match="version 0"):
        read_weights('{"version": 0}')


def test_both_heads_know_the_same_outputs() -> None:
    assert role_weights("meaning").outputs == role_weights("words").outputs


def test_a_long_thread_by_words_takes_little_time() -> None:
    statements = read_statements(BOAT * 50, "en")
    began = time.thread_time()
    assert len(roles_of(statements)) == len(statements)
    assert time.thread_time() - began < 4
