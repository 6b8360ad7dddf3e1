"""What an assistant is told of a passage: its words, when it was written, and what stands beside it."""

import pytest

from core.sources.model import Hit
from integrations.mcp.workplace import MAX_BESIDE_CHARS, FoundPassage


def hit(**more: object) -> Hit:
    known = {"source_id": "s", "item_key": "k", "ordinal": 3, "title": "Team chat", "link": "", "text": "On the 14th."}
    return Hit(**{**known, **more})  # type: ignore[arg-type]


def test_an_answer_of_a_few_words_comes_with_what_was_asked() -> None:
    found = FoundPassage.of(
        hit(
            before="Ann: When does the hall open?",
            after="Bob: Good.",
            date="2026-11-02",
            copies=2,
            link="https://x.example/c",
        )
    )
    assert found.in_words().splitlines() == [
        "Team chat (2026-11-02)",
        "https://x.example/c#:~:text=On%20the%2014th.",
        "[before] Ann: When does the hall open?",
        "On the 14th.",
        "[after] Bob: Good.",
        "(The same text stands in 2 more places.)",
    ]
    assert FoundPassage.of(hit()).in_words() == "Team chat\nOn the 14th."


def test_of_long_neighbours_the_near_ends_are_told_in_whole_words() -> None:
    words = " ".join(f"word{number}" for number in range(200))
    found = FoundPassage.of(hit(before=words, after=words))
    assert found.before.startswith("… word")
    assert found.before.endswith("word199")
    assert found.after.startswith("word0 word1")
    assert found.after.endswith(" …")
    assert max(len(found.before), len(found.after)) <= MAX_BESIDE_CHARS + 2


@pytest.mark.parametrize("text", ["会" * 500, "x" * 500 + " "])
def test_of_what_has_no_blank_the_near_end_is_told(text: str) -> None:
    assert FoundPassage.of(hit(before=text)).before == f"… {text[-MAX_BESIDE_CHARS:]}"
