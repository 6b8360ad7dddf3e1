"""What others get to read of a draft: no question to its writer, and nobody else's "I" without a name."""

import pytest

from core.drafts import Draft, DraftSource, Gap
from integrations.slack.views.public_text import as_posted, doubt_about, is_unwritten

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


HINT = Gap(place="[[It also says: x]]", question="It also says: x", is_hint=True)


@pytest.mark.parametrize(
    "text", ["Yes.\n\n[[It also says: x]]", "Yes. [[It also says: x]]", "Yes [[It also says: x]]."]
)
def test_a_hint_is_left_out_wherever_it_stands_and_asks_nothing_before_posting(text: str) -> None:
    draft = Draft(recipe="reply", text=text, gaps=(HINT,))
    assert as_posted(draft).text == "Yes."
    assert doubt_about(draft) is None


@pytest.mark.parametrize(
    ("text", "is_nothing"),
    [
        ("[[It also says: x]]", True),
        ("Hi Moira,\n\n[[It also says: x]]\n\nBest regards,\nGed", True),
        ("Hi Moira,\n\n[[When?]]\n\nBest regards,\nGed", True),
        ("Hi Moira,\n\nOn Monday.\n\n[[When?]]\n\nBest regards,\nGed", False),
        ("Hi Moira,\n\nIt costs [[how much?]] euros.\n\nBest regards,\nGed", False),
        # Its person wrote no more.
        ("Hi Moira!\n\nBest regards,\nGed", False),
    ],
)
def test_gaps_between_a_greeting_and_a_closing_leave_nothing_to_post(text: str, *, is_nothing: bool) -> None:
    assert is_unwritten(Draft(recipe="reply", text=text, gaps=(HINT,))) is is_nothing


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
