"""What is found in chats, where most messages have no full stop: each by who wrote it, whatever it ends with."""

import pytest

from core.text.speakers import split_talk
from core.writing.grounded.passages import GroundPassage, passages_value, read_passage
from core.writing.plans import PlanResult
from tests.core.writing.grounded.test_answer import run

ENGLISH = """Tom Okafor: Morning, quick update on the move to the new server :wave:
Tom Okafor: The database dump is 38 GB, transfer runs over the weekend
Lena Vogt: ok, and who watches it?
Tom Okafor: Raj is on call on Monday :+1:
Lena Vogt: the maintenance window is Saturday 22:00 to Sunday 04:00 🙂
Tom Okafor: notice period for the old rack is 3 months
Lena Vogt: I'll send the cancellation today
Tom Okafor: Movers' offer came in: 2,400 EUR, Raj signs it
Lena Vogt: go-live is in March 🚀
Tom Okafor: parking for the van is behind the building"""
GERMAN = """Lena Vogt: Moin, kurzes Update zum Umzug 👋
Jonas Brandt: Der Datenbank-Dump ist 38 GB groß, Übertragung läuft übers Wochenende
Lena Vogt: ok, wer passt auf?
Jonas Brandt: am Montag hat Raj Bereitschaft
Lena Vogt: der AV-Vertrag muss bis 12. März unterschrieben sein :+1:
Jonas Brandt: die Kündigungsfrist beträgt 3 Monate 🙂
Lena Vogt: ich schicke die Kündigung heute raus
Jonas Brandt: super
Lena Vogt: Go-live ist am 14. März 🚀
Jonas Brandt: der Schlüssel liegt beim Empfang 🔑"""
TITLE = "#move: Morning, quick update on the move to the new server that we all talked about last week"
ASKED = [
    (ENGLISH, "how big is the database dump?", 2),
    (ENGLISH, "who is on call on Monday?", 4),
    (ENGLISH, "when is the maintenance window?", 5),
    (ENGLISH, "how long is the notice period for the old rack?", 6),
    (ENGLISH, "who sends the cancellation?", 7),
    (ENGLISH, "who signs the movers' offer?", 8),
    (ENGLISH, "when is go-live?", 9),
    (ENGLISH, "where is parking for the van?", 10),
    (GERMAN, "wie groß ist der Datenbank-Dump?", 2),
    (GERMAN, "wer hat am Montag Bereitschaft?", 4),
    (GERMAN, "bis wann muss der AV-Vertrag unterschrieben sein?", 5),
    (GERMAN, "wie lang ist die Kündigungsfrist?", 6),
    (GERMAN, "wann ist Go-live?", 9),
    (GERMAN, "wo liegt der Schlüssel?", 10),
]


def in_thread(question: str, *lines: str) -> PlanResult:
    """Ask where the messages stand: each is a passage of its writer."""
    parted = [line.split(": ", 1) for line in lines]
    return run(
        question,
        passages_value(
            GroundPassage(0, who, f"p{at}", said, document=f"p{at}", kind="file", speaker=who)
            for at, (who, said) in enumerate(parted)
        ),
    )


@pytest.mark.parametrize(("chat", "question", "place"), ASKED)
def test_a_message_without_a_full_stop_is_found_in_its_thread_and_by_its_channel(
    chat: str, question: str, place: int
) -> None:
    who, said = chat.split("\n")[place - 1].split(": ", 1)
    assert f"{who}: “{said}” [{place}]" in in_thread(question, *chat.split("\n")).text.replace("- ", "")
    found = run(question, passages_value([(TITLE, "", chat)]))
    assert f"{who}: “{said}” [1]" in found.text
    assert found.sources[0].quote == said


@pytest.mark.parametrize("question", ["what colour is the logo?", "wer bezahlt das Catering?"])
@pytest.mark.parametrize("chat", [ENGLISH, GERMAN])
def test_what_no_message_says_is_not_found(chat: str, question: str) -> None:
    for result in (in_thread(question, *chat.split("\n")), run(question, passages_value([(TITLE, "", chat)]))):
        assert result.skeleton
        assert not result.sources


def test_each_is_quoted_apart_and_the_title_stands_once() -> None:
    chat = (
        "Tom Okafor: I'd go for the server at Hetzner when I tested\n"
        "Lena Vogt: the server at Hetzner is ok\nonly the contract has to be signed\n"
        "Raj Mehta: agreed, Hetzner"
    )
    lines = run("Who pays for the server at Hetzner?", passages_value([(TITLE, "", chat)])).text.split("\n")
    assert {*lines[1:]} == {
        "- Lena Vogt: “the server at Hetzner is ok only the contract has to be signed” [1]",
        f"- {TITLE}, Tom Okafor: “I'd go for the server at Hetzner when I tested” [1]",
    }


def test_a_line_of_a_message_is_a_sentence_and_no_heading() -> None:
    message = GroundPassage(
        1, "Tom", "", "Status of the move\ndump is done\nRaj takes over. Then we\nsleep", speaker="Tom"
    )
    said = ["Status of the move", "dump is done", "Raj takes over.", "Then we", "sleep"]
    assert [(line.speaker, line.sentence) for line in read_passage(message)] == [("Tom", line) for line in said]


def test_an_answer_is_known_by_the_question_that_it_follows_and_by_no_other_line() -> None:
    asked = "who signs the movers' offer?"
    said = in_thread(asked, "Lena: cheap", "Tom: Who has the movers' offer?", "Lena: Raj from the Office signs it")
    assert "Lena: “Raj from the Office signs it” [3]" in said.text
    assert not said.skeleton
    told = in_thread(asked, "Lena: cheap", "Tom: I have the movers' offer", "Lena: Raj from the Office signs the lease")
    assert told.skeleton


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Anna Weber: it is 38 GB", ["Anna Weber"]),
        ("kxq: it is 38 GB\nzrr: ok\nkxq: fine", ["kxq", "zrr", "kxq"]),
        ("Price: 30 EUR\nPlace: hall 2\nCode: V14", []),
        ("The window is open on Saturday: be there at 10:00.", []),
        ("No talk at all", []),
        ("Anna: where is the key? Peter: in the box.", []),
    ],
)
def test_who_talks_is_told_from_what_a_form_names(text: str, speakers: list[str]) -> None:
    assert [turn.speaker for turn in split_talk(text)] == speakers
