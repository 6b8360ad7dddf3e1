"""A question in a thread is answered from what was said there and from the sources of whoever asks, in one answer."""

import json
from collections.abc import Callable, Sequence

import pytest

from core.drafts import ChatMessage
from core.llm.routes import only
from core.runner.pipeline import Pipeline
from core.writing.plans import PLANS
from integrations.registry import read_file
from integrations.slack.client.conversations import SlackThread, ThreadMessage
from integrations.slack.surface import SlackSurface
from integrations.slack.thread_inputs import messages_value
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.fakes.slack.changes import shares_file
from tests.fakes.slack.world import Message
from tests.in_memory import ScriptedChat
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, quiet_text, shown_text
from tests.integrations.slack.sources.library import Library

HANDBOOK = "The notice period of our contracts is one month to the end of a quarter."
SAID = "The notice period of our contracts is three months since May."
TALK = (
    "The lift is broken again, and the firm wants 900 pounds to repair it before the weekend.",
    "That is too much. We decided to wait until Friday, and take the other offer if it is cheaper.",
    "Good, then I will call the firm tomorrow and tell them that we do not need them this week.",
)
QUESTION = "what is the notice period of our contracts?"


class Room:
    """A channel with a thread, a handbook that is another channel, and a worker with the real pipeline."""

    def __init__(self, office: Office, chat: ScriptedChat) -> None:
        self.office, self.chat, self.library = office, chat, Library(office)
        pipeline = Pipeline(office.recipes, only(chat), sources=self.library.sources)
        office.generate = pipeline.generate
        office.surface = SlackSurface(office.recipes, read_file=read_file)

    def knows(self, text: str, *, private: bool = False) -> None:
        """Have a channel of Grace say something, which is read as a source."""
        people = [self.office.grace] if private else [self.office.ada, self.office.grace]
        # The app reads where it was invited.
        channel = self.office.acme.channel("handbook", *people, kind="private" if private else "public")
        self.office.grace.writes(text, channel)
        self.library.read(self.library.add(channel, self.office.grace))

    def asks(self, question: str, *said: str) -> Message:
        """Have Grace say something in a thread and Ada ask there; return what Ada sees."""
        office = self.office
        root = office.grace.writes(said[0], office.general)
        for number, text in enumerate(said[1:]):
            (office.grace if number % 2 else office.ada).writes(text, office.general, root.ts)
        office.ada.mentions_app(question, office.general, root.ts)
        [job] = office.work()
        assert (job.recipe, job.state) == ("ask", "delivered")
        return office.last(office.ada, office.general)


@pytest.fixture
def quoting(office: Office) -> Room:
    """A room whose model is too small to write."""
    return Room(office, ScriptedChat([], is_small=True))


@pytest.fixture
def writing(office: Office) -> Callable[..., Room]:
    """Return what makes a room whose model answers this, and sums this up; of the search it thinks nothing."""

    def make(answer: list[dict[str, object]], summary: str = "") -> Room:
        def write(messages: Sequence[ChatMessage]) -> str:
            asked = messages[-1].content
            return summary if "Summary:" in asked else json.dumps({"answer": answer} if "Passages:" in asked else {})

        return Room(office, ScriptedChat([write], repeat_last=True, is_small=False))

    return make


def test_what_the_thread_and_a_source_say_is_told_side_by_side(quoting: Room) -> None:
    quoting.knows(HANDBOOK)
    shown = shown_text(quoting.asks(QUESTION, SAID))
    assert "three months since May" in shown
    assert "one month to the end of a quarter" in shown
    assert "Grace Hopper" in shown


def test_where_the_thread_holds_no_answer_the_source_does(quoting: Room) -> None:
    quoting.knows(HANDBOOK)
    answer = quoting.asks(QUESTION, *TALK)
    assert "one month" in shown_text(answer)
    assert "larger model" not in shown_text(answer)
    assert answer.only_for == quoting.office.ada.id


@pytest.mark.parametrize("has_sources", [True, False])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("what did we decide?", "decided to wait until Friday"),
        ("could you summarize this thread?", "A shorter version needs a larger model."),
        ("Kannst du das zusammenfassen?", "A shorter version needs a larger model."),
    ],
)
def test_what_a_thread_decided_is_quoted_and_who_wants_it_told_hears_what_that_takes(
    quoting: Room, words: str, told: str, has_sources: bool
) -> None:
    if has_sources:
        quoting.knows(HANDBOOK)
    assert told in shown_text(quoting.asks(words, *TALK))


def test_who_has_no_sources_is_answered_from_the_thread(quoting: Room) -> None:
    assert "three months since May" in shown_text(quoting.asks(QUESTION, SAID))


def test_messages_without_a_full_stop_answer_in_their_thread(quoting: Room) -> None:
    said = ("Morning, quick update :wave:", "The database dump is 38 GB, transfer runs over the weekend", "cool 🙂")
    shown = shown_text(quoting.asks("how big is the database dump?", *said))
    assert "Ada Lovelace: “The database dump is 38 GB, transfer runs over the weekend”" in shown


@pytest.mark.parametrize(
    ("text", "said"), [("was soll das?", "Dazu wurde nichts gefunden."), ("what is that?", "Nothing was found")]
)
def test_a_question_of_no_word_that_says_something_is_no_failure_where_there_are_no_sources(
    quoting: Room, text: str, said: str
) -> None:
    office = quoting.office
    office.ada.writes_to_app(text)
    [job] = office.work()
    assert job.state == "delivered"
    shown = office.last(office.ada, office.ada.dm)
    assert said in shown_text(shown)
    assert "Try again" not in button_labels(shown)


def test_what_the_asker_may_not_read_is_in_no_answer(quoting: Room) -> None:
    quoting.knows(HANDBOOK, private=True)
    answer = quoting.asks(QUESTION, "Bo leaves us.", "I will write to him on Monday.")
    assert "one month" not in shown_text(answer) + quiet_text(answer)


def test_a_file_of_the_thread_answers(quoting: Room) -> None:
    office = quoting.office
    root = shares_file(office.slack, office.grace, office.general, "minutes.txt", b"Bo takes the keys on Monday.")
    office.ada.mentions_app("who takes the keys on Monday?", office.general, root.ts)
    office.work()
    answer = office.last(office.ada, office.general)
    assert "Bo takes the keys on Monday." in shown_text(answer)
    assert "Read with it: minutes.txt" in quiet_text(answer)


def test_a_model_that_cites_the_thread_has_said_it_all(writing: Callable[..., Room]) -> None:
    told = {"text": "It is three months since May.", "passage": 1, "quote": "three months since May"}
    room = writing([told])
    answer = room.asks(QUESTION, SAID)
    assert shown_text(answer).startswith("It is three months since May. [1]")
    assert "In this conversation:" not in shown_text(answer)
    assert "Grace Hopper" in quiet_text(answer)
    assert f"/archives/{room.office.general.id}/p" in str(answer.blocks)
    assert not any("Summary:" in messages[-1].content for messages in room.chat.asked)


def test_what_one_person_said_at_first_and_later_is_told_apart_with_its_days(office: Office) -> None:
    value = messages_value(
        SlackThread(
            [
                ThreadMessage("1767258000.000100", "Kim", "The notice period of our contracts is one month."),
                ThreadMessage("1767776400.000100", "Kim Park", "I am on leave until Monday."),
                ThreadMessage("1767862800.000100", "Kim", "The notice period of our contracts is three months."),
            ]
        ),
        lambda ts: f"https://acme.example/archives/C1/p{ts}",
    )
    inputs = {"question": QUESTION, "passages": value}
    answer = PLANS["answer"](office.recipes["answer"], inputs, ScriptedAsk()).text
    assert answer.splitlines()[1:] == [
        "- 2026-01-08, Kim: The notice period of our contracts is three months. [3]",
        "- 2026-01-01, Kim: The notice period of our contracts is one month. [1]",
    ]


def test_what_was_written_later_stands_below_what_it_replaces_each_with_its_speaker(quoting: Room) -> None:
    said = ("The lift is repaired on Friday at 10 a.m.", "Can we move it to noon?", "Moved to 12:30.")
    lines = shown_text(quoting.asks("when is the lift repaired?", *said)).splitlines()
    at = next(number for number, line in enumerate(lines) if said[0] in line)
    assert "Grace Hopper: " in lines[at]
    assert "Later, Grace Hopper: “Moved to 12:30.”" in lines[at + 1]


def test_where_a_model_finds_no_answer_the_summary_for_the_question_is_given(writing: Callable[..., Room]) -> None:
    summary = "Bo leaves, and Grace writes to him on Monday."
    room = writing([], summary)
    answer = room.asks(QUESTION, "Bo leaves us.", "I will write to him on Monday.")
    assert shown_text(answer) == summary
    assert "No source that you may read surely answers this." in quiet_text(answer)
    assert QUESTION in room.chat.asked[-1][-1].content


def test_a_reply_to_ones_own_message_is_none(office: Office) -> None:
    own = office.ada.writes("Can anybody cover my shift on Friday?", office.general)
    office.ada.shortcut("draft_reply", own)
    [job] = office.work()
    assert job.state == "failed"
    assert "This is your own message" in shown_text(office.last(office.ada, office.general))


@pytest.mark.parametrize("way", ["shortcut", "mention"])
def test_in_place_of_ones_own_message_the_newest_of_somebody_else_is_answered(office: Office, way: str) -> None:
    root = office.grace.writes("Who takes the minutes on Friday?", office.general)
    own = office.ada.writes("I will see.", office.general, root.ts)
    if way == "shortcut":
        office.ada.shortcut("draft_reply", own)
    else:
        office.ada.mentions_app("draft a reply", office.general, root.ts)
    office.work()
    [read] = office.read
    assert (read["message"], read["sender_name"]) == ("Who takes the minutes on Friday?", "Grace Hopper")


def test_what_a_thread_decided_after_a_message_is_known_to_its_reply(office: Office) -> None:
    root = office.grace.writes("Do we take the large hall?", office.general)
    office.ada.shortcut("draft_reply", root)
    office.work()
    office.ada.writes("Yes, I have booked it.", office.general, root.ts)
    office.ada.shortcut("draft_reply", root)
    office.work()
    alone, decided = office.read
    assert (alone["message"], decided["message"]) == ("Do we take the large hall?",) * 2
    assert alone["thread"] == ""
    assert decided["thread"] == "Grace Hopper: Do we take the large hall?\nAda Lovelace: Yes, I have booked it."


def test_what_is_pasted_in_the_messages_with_the_app_may_be_answered(office: Office) -> None:
    office.ada.writes_to_app("help")
    pasted = office.ada.writes("Dear Ada, when do you come?", office.ada.dm)
    office.ada.shortcut("draft_reply", pasted)
    office.work()
    assert [read["message"] for read in office.read] == ["Dear Ada, when do you come?"]


@pytest.mark.parametrize("is_thread", [True, False])
def test_what_is_asked_of_a_message_in_a_thread_is_said_to_be_answered_there(office: Office, is_thread: bool) -> None:
    message = office.grace.writes("Who takes the minutes on Friday?", office.general)
    if is_thread:
        message = office.grace.writes("Ada?", office.general, message.ts)
    office.ada.shortcut("draft_reply", message)
    said = office.last(office.ada, office.general).text
    assert ("The answer comes in the thread" in said) == is_thread


def test_what_a_message_asks_of_somebody_else_by_mention_is_not_answered(office: Office) -> None:
    lea = office.acme.person("Lea Brandt")
    asked = f"The draft is ready. <@{lea.id}> can you tell the client? <@{office.ada.id}> can you read it?"
    office.ada.shortcut("draft_reply", office.grace.writes(asked, office.general))
    to_lea = f"<@{lea.id}> can you tell the client?"
    office.ada.shortcut("draft_reply", office.grace.writes(to_lea, office.general))
    office.work()
    assert [" ".join(read["message"].split()) for read in office.read] == [
        "The draft is ready. @Ada Lovelace can you read it?",
        "@Lea Brandt can you tell the client?",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "<!channel> who can cover my shift on Friday?",
        "<!here> can somebody cover my shift on Friday?",
        "<!everyone> can you cover my shift on Friday?",
        "<!subteam^S0TEAM1|@nurses> can you cover my shift on Friday?",
        "@ada can you cover my shift on Friday?",
        "{lea} and <!here> can you cover my shift on Friday?",
    ],
)
def test_what_a_message_asks_of_everybody_or_a_group_is_answered(office: Office, question: str) -> None:
    lea = office.acme.person("Lea Brandt")
    asked = question.format(lea=f"<@{lea.id}>") + f" It is urgent. <@{lea.id}> when is yours?"
    office.ada.shortcut("draft_reply", office.grace.writes(asked, office.general))
    office.work()
    [read] = office.read
    assert "my shift on Friday?" in read["message"]
    assert "when is yours?" not in read["message"]
