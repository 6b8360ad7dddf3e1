"""The message that tells of a draft in a mailbox, and what it becomes."""

import pytest

from core.drafts import Draft, Gap
from core.job import Job
from integrations.slack.views.waiting_draft import DISCARDING, ENDS, ended_message, over_message, waiting_message
from tests.fakes.slack.blocks import faults_in_message


def job(subject: str = "Lease", sender: str = "Kim", gaps: int = 0, hints: int = 0) -> Job:
    shown = tuple(Gap(place=f"[[{number}]]", question=f"{number}", is_hint=True) for number in range(hints))
    asked = tuple(Gap(place=f"[[{number}?]]", question=f"{number}?") for number in range(gaps))
    return Job(
        id="j1", workspace="T1", person="U1", surface="mail", recipe="reply", queue="background", state="ready",
        inputs={"subject": subject, "sender_name": sender}, delivery={}, model="",
        draft=Draft(text="Dear Kim, ...", recipe="reply", gaps=(*shown, *asked)),
        error=None, attempts=1, delivery_attempts=1,
        fence=1, cancel_requested=False, created_at=0.0, started_at=0.0, finished_at=1.0, delivered_at=2.0,
    )  # fmt: skip


def test_it_says_who_wrote_what_about_and_how_much_is_left() -> None:
    message = waiting_message(job(gaps=2), "https://mail.example/1")
    assert faults_in_message(message.blocks) == []
    assert message.text == "A draft waits in your mailbox: Lease · Kim"
    assert "2 questions are left for you." in repr(message.blocks)
    assert [block["text"]["text"] for block in message.blocks[-1]["elements"]] == ["Open", "Discard"]


def test_hints_are_not_counted_as_questions() -> None:
    assert "1 question is left for you." in repr(waiting_message(job(gaps=1, hints=3), "").blocks)
    assert "left for you" not in repr(waiting_message(job(hints=3), "").blocks)


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "file:///etc/passwd"])
def test_only_a_link_of_the_web_is_opened(link: str) -> None:
    buttons = waiting_message(job(), link).blocks[-1]["elements"]
    assert [block["text"]["text"] for block in buttons] == ["Read it", "Discard"]
    assert not any("url" in block for block in buttons)


def test_what_a_sender_wrote_is_no_markup_and_not_too_long() -> None:
    message = waiting_message(job("<!channel> " + "long " * 500, "<@U2>"), "")
    assert faults_in_message(message.blocks) == []
    assert "<!channel>" not in repr(message.blocks)
    assert "<@U2>" not in repr(message.blocks)


@pytest.mark.parametrize(
    ("outcome", "why", "said"),
    [("accepted", "", "accepted"), ("rejected", "deleted", "deleted"), ("unheard of", "", "expired")],
)
def test_it_becomes_what_became_of_the_draft_without_buttons(outcome: str, why: str, said: str) -> None:
    message = over_message(job(), outcome, why)
    assert ENDS[said] in repr(message.blocks)
    assert [block["type"] for block in message.blocks] == ["section"]


def test_a_last_word_stands_in_place_of_the_buttons() -> None:
    assert DISCARDING in repr(ended_message(job(), DISCARDING).blocks)
