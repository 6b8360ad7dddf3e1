"""What is typed in place of a button of the draft that stands."""

import pytest

from core.drafts import Draft, Gap, with_text
from integrations.slack.listeners.answering import DONE, NOTHING_DONE, WHICH_ANSWER, WHICH_QUESTION
from integrations.slack.listeners.refining import DISCARDED_HERE
from integrations.slack.listeners.said_acts import NOTHING_RUNS, NOTHING_STANDS
from integrations.slack.listeners.welcome import WITH_FILE
from tests.fakes.slack.changes import shares_file
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, choose, shown_text

FIRST, SECOND = "“Can you join on Thursday?”", "“Do you need a room?”"
ASKED = "[[Can you join on Thursday?]]\n\n[[Do you need a room?]]"


def asking() -> Draft:
    def gap(quoted: str, yes: str, no: str) -> Gap:
        question = quoted.strip("“”")
        answers = (yes, no, "I will get back to you about this.")
        return Gap(
            place=f"[[{question}]]", question=question, choices=tuple(f"{quoted} \u2013 {said}" for said in answers)
        )

    gaps = gap(FIRST, "Yes, gladly.", "Unfortunately, that is not possible."), gap(SECOND, "Yes.", "No.")
    return Draft(recipe="reply", text=ASKED, gaps=gaps, skeleton=True)


def drafted(office: Office) -> Message:
    """Have a draft with two questions in the conversation with the app; returns the message that asked for it."""
    office.answers = [asking()]
    office.ada.writes_to_app("draft lunch with Tom")
    office.work()
    return office.ada.sees(office.ada.dm)[0]


def draft_and_last(office: Office) -> tuple[str, Message]:
    """Return what the message of the draft shows, and the newest message."""
    sees = office.ada.sees(office.ada.dm)
    return shown_text(sees[1]), sees[-1]


@pytest.mark.parametrize(
    "said", ["discard it", "Never mind!", "verwirf den Entwurf bitte", "schon gut", "laisse tomber", "descártalo"]
)
@pytest.mark.parametrize("is_in_thread", [True, False])
def test_a_draft_that_stands_is_discarded_in_words(office: Office, said: str, is_in_thread: bool) -> None:
    root = drafted(office)
    office.ada.writes_to_app(said, root.ts if is_in_thread else "")
    _root, draft, *others = office.ada.sees(office.ada.dm)
    assert "Discarded." in shown_text(draft)  # and is not said once more below
    assert button_labels(draft) == ["Tell me why"]
    assert [message.text for message in others] == [said]
    assert office.outcomes() == [("rejected", None)]
    assert office.queued == []
    office.ada.writes_to_app("undo", root.ts)
    assert draft_and_last(office)[0] == ASKED
    assert office.slack.ledger.refusals == []


@pytest.mark.parametrize("said", ["stop", "Stopp!", "arrête", "para", "never mind", "abbrechen"])
def test_work_that_runs_is_ended_in_words(office: Office, said: str) -> None:
    office.ada.writes_to_app("draft lunch with Tom")
    [job_id] = office.queued
    office.ada.writes_to_app(said)
    last = office.last(office.ada, office.ada.dm)
    assert "Stopped. Nothing was finished." in shown_text(last)
    assert button_labels(last) == ["Try again"]
    assert office.store.jobs.get(job_id).state == "cancelled"
    assert len(office.queued) == 1


@pytest.mark.parametrize(("said", "answer"), [("stop", NOTHING_RUNS), ("discard it", NOTHING_STANDS)])
def test_where_nothing_can_be_ended_that_is_said(office: Office, said: str, answer: str) -> None:
    office.ada.writes_to_app(said)
    assert shown_text(office.last(office.ada, office.ada.dm)) == answer
    assert office.queued == []


def test_never_mind_is_no_text_that_was_asked_for(office: Office) -> None:
    office.ada.writes_to_app("rewrite")
    office.ada.writes_to_app("never mind")
    office.ada.writes_to_app("thanks")
    assert office.queued == []


@pytest.mark.parametrize(
    "said",
    ["yes to 1, no to 2", "1 yes 2 no", "1: ja, 2: nein", "ja zu 1 und nein zu 2", "oui à la 1, non à la 2",
     "sí a la 1, no a la 2", "no to 2 and yes to 1"],
)  # fmt: skip
def test_answers_by_number_fill_the_gaps_as_the_buttons_do_and_undo_takes_them_back(office: Office, said: str) -> None:
    root = drafted(office)
    office.ada.writes_to_app(said, root.ts)
    shown, last = draft_and_last(office)
    assert shown == f"{FIRST} \u2013 Yes, gladly.\n\n{SECOND} \u2013 No."
    assert shown_text(last) == f"{DONE}\n• 1. {FIRST} \u2013 Yes, gladly.\n• 2. {SECOND} \u2013 No."
    assert office.outcomes()[-1] == ("accepted", 0.0)
    office.ada.writes_to_app("mach das rückgängig", root.ts)
    shown, last = draft_and_last(office)
    assert shown == ASKED
    assert "Taken back: " in shown_text(last)
    assert f"{FIRST} \u2013 Yes, gladly. {SECOND} \u2013 No." in shown_text(last)
    assert office.queued == []
    assert office.slack.ledger.refusals == []


def test_one_answer_to_all_of_them_and_to_the_one_that_is_left(office: Office) -> None:
    root = drafted(office)
    office.ada.writes_to_app("yes to both", root.ts)
    assert draft_and_last(office)[0] == f"{FIRST} \u2013 Yes, gladly.\n\n{SECOND} \u2013 Yes."
    office.ada.writes_to_app("undo", root.ts)
    office.ada.writes_to_app("no", root.ts)
    assert draft_and_last(office)[0] == ASKED
    assert shown_text(draft_and_last(office)[1]) == WHICH_QUESTION
    office.ada.writes_to_app("yes to 1", root.ts)
    assert "Still open: 2." in shown_text(draft_and_last(office)[1])
    office.ada.writes_to_app("no", root.ts)
    assert draft_and_last(office)[0] == f"{FIRST} \u2013 Yes, gladly.\n\n{SECOND} \u2013 No."


def test_an_answer_to_a_question_that_is_not_there_changes_nothing(office: Office) -> None:
    root = drafted(office)
    office.ada.writes_to_app("yes to 1, no to 3", root.ts)
    shown, last = draft_and_last(office)
    assert (shown, shown_text(last)) == (ASKED, WHICH_ANSWER)


def test_in_a_channel_the_draft_is_shown_anew_to_its_asker_alone(office: Office) -> None:
    office.answers = [asking()]
    root = office.grace.writes("Can you join on Thursday? Do you need a room?", office.general)
    office.ada.mentions_app("reply", office.general, root.ts)
    office.work()
    office.ada.mentions_app("yes to 1, no to 2", office.general, root.ts)
    last = office.ada.sees(office.general, root.ts)[-1]
    assert shown_text(last) == f"{FIRST} \u2013 Yes, gladly.\n\n{SECOND} \u2013 No."
    assert {"Post here", "Undo"} <= set(button_labels(last))
    assert last.only_for == office.ada.id


@pytest.mark.parametrize("first", ["press", "ja zu beiden", "yes to 1"])
def test_an_answered_question_is_answered_anew(office: Office, first: str) -> None:
    root = drafted(office)
    if first == "press":
        office.ada.click(office.ada.sees(office.ada.dm)[1], "fill_gap:0")
    else:
        office.ada.writes_to_app(first, root.ts)
    office.ada.writes_to_app("no to 1, yes to 2", root.ts)
    shown, last = draft_and_last(office)
    assert shown == f"{FIRST} \u2013 Unfortunately, that is not possible.\n\n{SECOND} \u2013 Yes."
    assert shown_text(last).startswith(DONE)


def test_what_has_no_ready_answer_is_said_to_be_open_and_nothing_is_never_done(office: Office) -> None:
    draft = asking()
    bare = draft.gaps[1].model_copy(update={"choices": ()})
    office.answers = [draft.model_copy(update={"gaps": (draft.gaps[0], bare)})]
    office.ada.writes_to_app("draft lunch with Tom")
    office.work()
    root = office.ada.sees(office.ada.dm)[0]
    office.ada.writes_to_app("no to all", root.ts)
    shown, last = draft_and_last(office)
    assert shown == f"{FIRST} \u2013 Unfortunately, that is not possible.\n\n{bare.place}"
    assert "• 2 is still open, since it has no ready answers; write yours with Edit: Do you need" in shown_text(last)
    office.ada.writes_to_app("yes to 2", root.ts)
    assert shown_text(draft_and_last(office)[1]).startswith(NOTHING_DONE)


def test_what_its_person_wrote_stays_as_they_wrote_it(office: Office) -> None:
    root = drafted(office)
    office.ada.click(office.ada.sees(office.ada.dm)[1], "edit")
    office.ada.submit({"part0": "Only on Friday."})
    office.ada.writes_to_app("yes to 1", root.ts)
    shown, last = draft_and_last(office)
    assert shown == "Only on Friday."
    assert "1 stays as you wrote it" in shown_text(last)


def replied(office: Office) -> Message:
    """Have a reply drafted to a message of a channel by the shortcut; returns the message."""
    office.answers = [asking()]
    asks = office.grace.writes("Can you join on Thursday? Do you need a room?", office.general)
    office.ada.shortcut("draft_reply", asks)
    office.work()
    return asks


def test_below_the_message_that_a_reply_is_drafted_to_its_questions_are_answered(office: Office) -> None:
    asks = replied(office)
    office.ada.mentions_app("yes to 1, no to 2", office.general, asks.ts)
    *_, said, draft = office.ada.sees(office.general, asks.ts)
    assert shown_text(said).startswith(":white_check_mark: Put into the draft to Grace Hopper:")
    assert shown_text(draft) == f"{FIRST} \u2013 Yes, gladly.\n\n{SECOND} \u2013 No."


def test_behind_the_command_questions_are_answered(office: Office) -> None:
    replied(office)
    ack = office.ada.slash("/inlaid", "yes to 1, no to 2", channel=office.general)
    assert ack.ok
    shown = [shown_text(message) for message in office.ada.sees(office.general)[-2:]]
    assert any(text.startswith(":white_check_mark: Put into the draft to Grace Hopper:") for text in shown)
    assert f"{FIRST} \u2013 Yes, gladly.\n\n{SECOND} \u2013 No." in shown
    assert office.queued == []


def test_in_the_form_behind_change_questions_are_answered(office: Office) -> None:
    drafted(office)
    office.ada.click(office.ada.sees(office.ada.dm)[1], "change")
    office.ada.submit({"wish": "yes to 1, no to 2"})
    assert office.ada.modal is not None
    assert shown_text(office.ada.modal).startswith(DONE)
    assert draft_and_last(office)[0] == f"{FIRST} \u2013 Yes, gladly.\n\n{SECOND} \u2013 No."


def test_words_beside_no_draft_are_about_one_that_lives_and_bring_none_back(office: Office) -> None:
    drafted(office)
    office.answers = [Draft(recipe="compose", text="The chairs cost 400 euros.")]
    office.ada.writes_to_app("draft chairs")
    office.work()
    later = office.ada.sees(office.ada.dm)[-1]
    choose(office.ada, later, "discard")
    office.ada.writes_to_app("yes to 1, no to 2")
    assert draft_and_last(office)[0] == f"{FIRST} \u2013 Yes, gladly.\n\n{SECOND} \u2013 No."
    first = office.ada.sees(office.ada.dm)[1]
    choose(office.ada, first, "discard")
    office.ada.writes_to_app("use Köln instead of Aachen")
    assert shown_text(office.last(office.ada, office.ada.dm)) == DISCARDED_HERE
    assert office.queued == []


@pytest.mark.parametrize("text", ["", "here is the plan"])
def test_of_a_file_it_is_said_what_can_be_done_with_it(office: Office, text: str) -> None:
    message = shares_file(office.slack, office.ada, office.ada.dm, "plan.md", b"The plan.")
    message.text = text
    office.ada.tells_app(message)
    assert shown_text(office.last(office.ada, office.ada.dm)) == WITH_FILE
    assert office.queued == []


PICKED = f"{FIRST} \u2013 Yes, gladly.\n\n[[Do you need a room?]]"


def picked(office: Office) -> Message:
    """Have a draft whose first question is answered; returns the message that asked for it."""
    root = drafted(office)
    office.ada.writes_to_app("yes to 1", root.ts)
    assert draft_and_last(office)[0] == PICKED
    return root


def test_undo_in_the_form_for_changes_takes_a_picked_answer_back(office: Office) -> None:
    picked(office)
    draft = office.ada.sees(office.ada.dm)[1]
    office.ada.click(draft, "change")
    office.ada.submit({"wish": "undo"})
    assert draft_and_last(office)[0] == ASKED
    assert office.queued == []
    office.ada.click(office.ada.sees(office.ada.dm)[1], "change")
    assert "first version" in office.ada.submit({"wish": "undo"}).errors["wish"]


@pytest.mark.parametrize("by", ["button", "words", "form"])
def test_a_picked_answer_can_be_taken_back_after_a_version_and_its_undo(office: Office, by: str) -> None:
    root = picked(office)
    office.answers = ["Something quite else."]
    office.ada.writes_to_app("shorter", root.ts)
    office.work()
    office.answers = [with_text(asking(), PICKED)]  # what an undo gives
    office.ada.writes_to_app("undo", root.ts)
    office.work()
    again = office.last(office.ada, office.ada.dm)
    assert shown_text(again) == PICKED
    assert "Undo" in button_labels(again)
    if by == "button":
        office.ada.click(again, "undo")
    elif by == "words":
        office.ada.writes_to_app("undo", root.ts)
    else:
        office.ada.click(again, "change")
        office.ada.submit({"wish": "undo"})
    [now] = [message for message in office.ada.sees(office.ada.dm) if message.ts == again.ts]
    assert shown_text(now) == ASKED
    assert "Undo" not in button_labels(now)
    office.ada.writes_to_app("no to 2", root.ts)
    [now] = [message for message in office.ada.sees(office.ada.dm) if message.ts == again.ts]
    assert "No." in shown_text(now)
    assert office.queued == []
    assert office.slack.ledger.refusals == []
