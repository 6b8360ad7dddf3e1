"""Subject, tasks and ready answers of an answer, in the forms that models give them."""

import pytest

from core.writing.model_lane.parts import split_answer


@pytest.mark.parametrize(
    "head",
    ["Subject: Plan for May", "**Subject:** Plan for May", "Betreff: Plan for May", "Subject: “Plan for May”",
     "Here is the message:\n\nSubject: Plan for May", "### Objet : Plan for May", "SUBJECT: Plan for May  ",
     "件名\uff1aPlan for May"],
)  # fmt: skip
def test_a_subject_is_read_in_the_forms_that_models_give_it(head: str) -> None:
    parts = split_answer(f"{head}\n\nHi Ana,\n\nhere it is.", ["subject"])
    assert (parts.subject, parts.body) == ("Plan for May", "Hi Ana,\n\nhere it is.")


@pytest.mark.parametrize("text", ["Hi Ana,\n\nthe subject: a long one.", "", "Subject", "Hi,\n1\n2\n3\n4\nSubject: no"])
def test_a_text_without_a_subject_line_stays_as_it_is(text: str) -> None:
    assert split_answer(text, ["subject"]).body == text
    assert split_answer("Subject: A\n\nb").body == "Subject: A\n\nb"


def test_task_lines_become_tasks_and_lose_their_box() -> None:
    parts = split_answer(
        "## Tasks\n\n- [ ] **Ben**: send the list (by Friday)\n- [x] Ana Lima: call ABC (the agency), again\n"
        "* [ ] book a room: the large one\n- no task",
        ["tasks"],
    )
    assert [(one.who, one.text, one.due) for one in parts.tasks] == [
        ("Ben", "send the list", "by Friday"), ("Ana Lima", "call ABC (the agency), again", ""),
        ("book a room", "the large one", ""),
    ]  # fmt: skip
    assert "[ ]" not in parts.body
    assert "- **Ben**: send the list (by Friday)\n- Ana Lima: call" in parts.body


def test_ready_answers_leave_the_text_and_stand_with_their_gap() -> None:
    parts = split_answer("Hi,\n\n[[Does Monday suit you? | Monday suits me. | Monday does not | ]]\n\n[[Where?]]")
    assert parts.body == "Hi,\n\n[[Does Monday suit you?]]\n\n[[Where?]]"
    gaps = parts.gaps_of(parts.body, "")
    assert [(one.question, one.choices) for one in gaps] == [
        ("Does Monday suit you?", ("Monday suits me.", "Monday does not")), ("Where?", ()),
    ]  # fmt: skip


def test_hostile_lengths_are_read_in_no_time() -> None:
    for text in ("[[" * 50_000, "- [ ] a:" * 20_000, "Subject:" * 20_000, "[[a|" + "b|" * 50_000):
        split_answer(text, ["subject", "tasks"])
