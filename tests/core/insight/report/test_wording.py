"""What people read in place of the names that things are counted under."""

import pytest

from core.insight.report.wording import CHECKS, KINDS, LIST_TITLES, entry_words, group_words
from core.outcomes import KINDS as KINDS_OF_EDITS
from core.outcomes import OPEN_GAPS
from core.text.catalogues import speaking, told
from core.writing.checks import CHECKS as ALL_CHECKS

TITLES = {"ask": "Ask"}


def test_each_check_and_each_kind_of_edit_has_words() -> None:
    assert set(ALL_CHECKS) <= set(CHECKS)
    assert {*KINDS_OF_EDITS, OPEN_GAPS} == set(KINDS)


@pytest.mark.parametrize(
    ("dimension", "name", "words"),
    [
        ("surface", "cli", "command line"),
        ("recipe", "ask", "Ask"),
        ("recipe", "of-our-own", "of-our-own"),
        ("variant", "ask / main", "Ask / main"),
        ("model", "rules", "rules, without a model"),
        ("team", "ask", "ask"),
        ("team", "", ""),
    ],
)
def test_a_group_is_called_as_people_call_it(dimension: str, name: str, words: str) -> None:
    assert group_words(dimension, name, TITLES) == words


@pytest.mark.parametrize(
    ("name", "english", "german"),
    [
        (
            "rules to skeleton: no sound text",
            "left to the person: no text that could be given",
            "der Person überlassen: kein Text, der sich geben ließ",
        ),
        (
            "small to qwen: model_outage",
            "asked of small, then of qwen: the model did not answer",
            "erst small gefragt, dann qwen: das Modell hat nicht geantwortet",
        ),
        (
            "rules to qwen: facts",
            "by the rules, then asked of qwen: facts that the source does not hold",
            "erst nach Regeln, dann qwen gefragt: Tatsachen, die nicht in der Quelle stehen",
        ),
    ],
)
def test_why_another_model_was_asked_is_said_in_words(name: str, english: str, german: str) -> None:
    assert entry_words("escalations", name) == english
    with speaking("de"):
        assert told(entry_words("escalations", name)) == german


def test_what_has_no_words_is_shown_as_it_is() -> None:
    assert entry_words("reasons", "too_long") == "too long"
    assert entry_words("checks", "of_a_plugin") == "of a plugin"
    assert "escalations" in LIST_TITLES
