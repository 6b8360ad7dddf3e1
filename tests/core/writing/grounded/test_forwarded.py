"""A forwarded mail: who forwarded it is greeted and answered, and what the mail below wants is looked at apart."""

import pytest

from tests.core.writing.grounded.test_reply import reply

_NOTE = "Nuria, is this yours? I told him he hears from us by Friday. D."
_BELOW = (
    "From: Mr Aldous Quenby\nSent: 3 March 2026 08:10\nTo: Office\nSubject: the gutter\n\n"
    "Dear Sir or Madam,\n\nthe gutter above number 9 came down on my car last night.\n\n"
    "Could you tell me who pays for the windscreen?\n\nAldous Quenby"
)
_PEOPLE = {"sender_name": "Deborah Brock", "owner_name": "Nuria Salas"}


@pytest.mark.parametrize(
    "given",
    [
        {"message": f"{_NOTE}\n\n---- Forwarded ----\n{_BELOW}", "subject": "FW: the gutter"},
        {"message": f"{_NOTE}\n\n---- Forwarded ----\n{_BELOW}", "subject": "the gutter"},
        # As a mailbox gives it: what stands below the sender's words is the thread.
        {"message": _NOTE, "thread": _BELOW, "subject": "Fwd: the gutter"},
    ],
)
def test_who_forwards_is_answered_and_what_the_mail_below_asks_is_seen_apart(given: dict[str, str]) -> None:
    result = reply(**given, **_PEOPLE)
    assert result.text.startswith(("Hi Deborah,", "Hello Deborah,"))
    first, *_, last = [gap.question for gap in result.gaps]
    assert "is this yours" in first.lower()
    assert last.startswith("In the forwarded mail of Mr Aldous Quenby: ")
    assert "who pays for the windscreen" in last
    assert all("windscreen" not in gap.question for gap in result.gaps if not gap.is_hint)


def test_a_mail_that_is_forwarded_without_a_word_is_seen_too() -> None:
    result = reply(message=f"---- Forwarded ----\n{_BELOW}", subject="FW: the gutter", **_PEOPLE)
    assert "Deborah" in result.text.partition("\n")[0]
    assert any(gap.question.startswith("In the forwarded mail of Mr Aldous Quenby: ") for gap in result.gaps)


@pytest.mark.parametrize("head", ["", "-----Original Message-----\n"])
def test_what_a_third_person_asked_below_an_answer_is_not_forwarded(head: str) -> None:
    result = reply(message=f"{_NOTE}\n\n{head}{_BELOW}", subject="RE: the gutter", **_PEOPLE)
    assert "forwarded" not in result.text


def test_what_is_forwarded_is_seen_where_nobody_is_named() -> None:
    below = "Office of trade. You are asked to hand in form 4 within TEN DAYS. Otherwise your claim of 4,200 lapses."
    result = reply(message=f"{_NOTE}\n\n---- Forwarded ----\n{below}", subject="Fwd: claim", **_PEOPLE)
    assert result.gaps[-1].question.startswith("In the forwarded mail: ")
    assert "within TEN DAYS" in result.gaps[-1].question
    assert "claim of 4,200" in result.gaps[-1].question


def test_what_is_forwarded_stands_there_once() -> None:
    result = reply(message=f"{_NOTE}\n\n---- Forwarded ----\n{_BELOW}", subject="FW: the gutter", **_PEOPLE)
    assert sum("came down on my car" in gap.question for gap in result.gaps) == 1
