"""The smallest change in whole words, in every script, whatever a writer did to quotes and spaces."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.documents.text.word_diff import tokens, word_hunks
from tests.integrations.documents.build import (
    body_of,
    changed,
    document,
    edit,
    p,
    run,
    texts,
)
from tests.integrations.documents.strategies import spaced

# The pane reads the same cases, so that a card shows what the tracked change will be.
DIFFERENCES = Path("integrations/word/pane/test/differences.json")


@pytest.mark.parametrize("case", json.loads(DIFFERENCES.read_text()), ids=lambda case: case["shown"])
def test_the_server_and_the_pane_see_the_same_difference(case: dict[str, str]) -> None:
    old, shown, at = case["old"], "", 0
    for hunk in word_hunks(old, case["new"]):
        deleted = f"[-{old[hunk.start : hunk.end]}-]" if hunk.end > hunk.start else ""
        inserted = f"{{+{hunk.text}+}}" if hunk.text else ""
        shown, at = f"{shown}{old[at : hunk.start]}{deleted}{inserted}", hunk.end
    assert shown + old[at:] == case["shown"]


def test_h24_cjk_changes_single_characters() -> None:
    data = document(p(run("\u6771\u4eac\u90fd\u306b\u4f4f\u3080")))
    out = changed(data, edit(data, "\u6771", text="\u4eac\u90fd\u5e9c\u306b\u4f4f\u3080"))
    assert texts(out) == ["\u4eac\u90fd\u5e9c\u306b\u4f4f\u3080"]
    assert "\u306b\u4f4f\u3080</w:t>" in body_of(out)


def test_t2_astral_characters_and_combining_marks_stay_whole() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    data = document(p(run(f"go {family} cafe\u0301 \U0001d49c end")))
    out = changed(data, edit(data, "go", text=f"walk {family} cafe \U0001d49c end"))
    assert f" {family} </w:t>" in body_of(out)
    assert ">cafe\u0301</w:delText>" in body_of(out)


def test_t2_the_same_letter_in_two_forms_is_no_change_unless_meant() -> None:
    data = document(p(run("cafe\u0301 one")))
    out = changed(data, edit(data, "cafe", text="caf\u00e9 two"))
    assert "cafe\u0301" in body_of(out)
    assert body_of(out).count("<w:del ") == 1
    out = changed(data, edit(data, "cafe", text="caf\u00e9 one"))
    assert texts(out) == ["caf\u00e9 one"]


def test_smart_quotes_and_hard_spaces_that_were_flattened_are_kept() -> None:
    data = document(p(run("She said \u201cdon\u2019t\u201d at 10\u00a0km, twice")))
    out = changed(data, edit(data, "She", text="She said \"don't\" at 10 km, 'once'"))
    assert texts(out) == ["She said \u201cdon\u2019t\u201d at 10\u00a0km, \u2018once\u2019"]


def test_quotes_are_changed_when_nothing_else_is() -> None:
    data = document(p(run("\u201cyes\u201d")))
    out = changed(data, edit(data, "\u201c", text='"yes"'))
    assert texts(out) == ['"yes"']


def test_find_matches_flattened_quotes() -> None:
    data = document(p(run("It isn\u2019t so")))
    out = changed(data, edit(data, "It", find="isn't", text="is"))
    assert texts(out) == ["It is so"]


@given(st.lists(spaced).map("".join), st.lists(spaced).map("".join))
def test_hunks_make_the_new_text_of_the_old(old: str, new: str) -> None:
    text, shift = old, 0
    for hunk in word_hunks(old, new):
        assert hunk.text or hunk.start < hunk.end
        text = text[: hunk.start + shift] + hunk.text + text[hunk.end + shift :]
        shift += len(hunk.text) - (hunk.end - hunk.start)
    assert text == new
    assert "".join(tokens(new)) == new
