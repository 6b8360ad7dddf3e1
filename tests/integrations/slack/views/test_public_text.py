"""What others get to read of a draft: no question to its writer, and nobody else's "I" without a name."""

import pytest

from core.drafts import Draft, DraftSource
from integrations.slack.views.public_text import as_posted, doubt_about

PLACE = "https://acme.slack.com/archives/C1/p1"


def text_of(text: str, *sources: DraftSource) -> str:
    return as_posted(Draft(recipe="reply", text=text, sources=sources)).text


@pytest.mark.parametrize(
    ("text", "posted"),
    [
        ("Hi,\n\n[[When?]]\n\nBest", "Hi,\n\nBest"),
        ("Thanks.\n- [[When?]]\n- It comes.", "Thanks.\n- It comes."),
        ("It comes. [[Which day?]]", "It comes."),
        ("[[Which day?]] It comes. [[Where to?]] [[When?]] Best.", "It comes. Best."),
        ("Hi,\n[[You wrote before:\n“I will ask.”]]", "Hi,"),
        ("It costs [[how much?]] euros.", "It costs [[how much?]] euros."),
        ("It costs [[how much?]].", "It costs [[how much?]]."),
        ("Hi [[name]],\n\nyes.", "Hi [[name]],\n\nyes."),
        ("No gap.\n\n\n\nAs it is.", "No gap.\n\n\n\nAs it is."),
    ],
)
def test_a_gap_that_is_no_part_of_a_sentence_is_left_out(text: str, posted: str) -> None:
    assert text_of(text) == posted


def test_what_is_said_before_posting_tells_both_kinds_of_gaps() -> None:
    doubt = doubt_about(Draft(recipe="reply", text="It costs [[how much?]].\n\n[[When?]]"))
    assert doubt
    assert doubt.title == "Post it with a gap?"
    assert "left out (1)" in doubt.text
    assert "within a sentence stays" in doubt.text
    assert doubt_about(Draft(recipe="reply", text="It costs 4 euros.")) is None
    unfinished = doubt_about(Draft(recipe="reply", text="It costs 4 euros.", skeleton=True))
    assert unfinished
    assert "your words" in unfinished.text


@pytest.mark.parametrize(
    ("text", "posted"),
    [
        ("I go. [1]", "Ann: “I go.” [1]"),
        ("Ann: “I go.” [1]", "Ann: “I go.” [1]"),
        ("Later:\n- 3 May, Ann: I go. [1]", "Later:\n- 3 May, Ann: I go. [1]"),
        ("In this conversation:\nI go. [1]", "In this conversation:\nAnn: “I go.” [1]"),
        ("I go.", "I go."),
    ],
)
def test_what_a_message_says_has_its_writer_before_it_once(text: str, posted: str) -> None:
    assert text_of(text, DraftSource(number=1, title="Ann", link=PLACE, quote="I go.", supports="I go.")) == posted


def test_what_a_model_made_of_a_message_is_named_and_not_in_quotation_marks() -> None:
    source = DraftSource(number=1, title="Ann", link=PLACE, quote="I go there today.", supports="I go today.")
    assert text_of("I go today. [1]", source) == "Ann: I go today. [1]"
