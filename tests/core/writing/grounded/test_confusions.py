"""Words taken for another are put right where no other can stand; sentences that look alike stay as they are."""

import re
import tomllib
from pathlib import Path

import pytest

from core.writing.grounded.confusions import find_confused
from core.writing.grounded.grammar import apply, find_faults, find_phrases, without_overlaps
from core.writing.grounded.spelling import find_misspelt

SENTENCES = tomllib.loads(Path(__file__).with_name("confusions.toml").read_text(encoding="utf-8"))
MARKED = re.compile(r"\[([^\]]+) => ([^\]]+)\]")


def sentences(kind: str) -> list[tuple[str, str]]:
    return [(language, sentence) for language, kinds in SENTENCES.items() for sentence in kinds[kind]]


def corrected(text: str, language: str) -> str:
    """The text with what the tables, the dictionaries and Harper correct: the rule sets are asked besides."""
    found = [*find_phrases(text, language), *find_confused(text, language), *find_misspelt(text, language)]
    found += find_faults(text) if language == "en" else ()
    return apply(text, without_overlaps(text, [one for one in found if one.is_sure]))


@pytest.mark.parametrize(("language", "marked"), sentences("wrong"))
def test_a_word_taken_for_another_is_put_right_and_nothing_else(language: str, marked: str) -> None:
    wrong, right = MARKED.sub(r"\1", marked), MARKED.sub(r"\2", marked)
    assert corrected(wrong, language) == right
    assert list(find_confused(right, language)) == []


@pytest.mark.parametrize(("language", "sound"), sentences("sound"))
def test_a_word_that_may_stand_there_stays(language: str, sound: str) -> None:
    assert corrected(sound, language) == sound


def test_names_and_joined_words_stay() -> None:
    assert list(find_confused("Frau Seid Langem kommt, die Send-was-send-Regel gilt.", "de")) == []
    assert list(find_confused("Il se peut-être que nous Ou Se-trouve.", "fr")) == []


@pytest.mark.parametrize(
    ("language", "text", "doubts"),
    [
        ("en", "We ordered three box of paper and five chair.", [("box", "boxes"), ("chair", "chairs")]),
        ("en", "There are two reason for this. Send us ten copy.", [("reason", "reasons"), ("copy", "copies")]),
        ("en", "Three order forms, six phone calls, four key people and a two room flat.", []),
        ("en", "Those whoever's name is on the list may come.", [("whoever's", "whose")]),
        ("en", "Whoever's car is parked there should move it.", []),
        ("en", "We called, but nobody have answered. Nobody know why.", [("have", "has"), ("know", "knows")]),
        ("en", "Each of the singers need a seat. Neither of the lifts work.", [("need", "needs"), ("work", "works")]),
        ("en", "Can one of the drivers bring it? Do each of the teams need a room?", []),
        ("en", "It came on Friday, which leave us a week.", [("leave", "leaves")]),
        ("en", "All buses has to be washed. Which of the two keys is it?", [("has", "have")]),
        ("en", "Three legs of the table is cracked.", [("is", "are")]),
        ("en", "It doesn't fit nobody, and we don't need no help.", [("nobody", "anybody"), ("no", "any")]),
        ("en", "The tenant's have complained. The tenant's keys are here.", [("tenant's", "tenants")]),
        ("en", "The hall was cold, however the choir sang.", [(", however", "; however,")]),
        ("en", "It may, however, rain. Do it however you like.", []),
        ("en", "Call me when your coming, and there going too.", [("your", "you're"), ("there", "they're")]),
        ("en", "We moved to Leith, were my sister is.", [("were", "where")]),
        ("en", "The knob has come lose. Turn of the light.", [("lose", "loose"), ("of", "off")]),
        ("en", "She sent it too our office. He asked us too wait.", [("too", "to")]),
        ("de", "Das Tor klemmt, seid gestern geht es nicht auf. Ihr seid Montag dran.", [("seid", "seit")]),
        ("de", "Wir haben gemerkt das der Schlüssel fehlt.", [(" das", ", dass")]),
        ("de", "Wir bedauern sehr, das Ihr Paket fehlt.", [("das", "dass")]),
        ("de", "Der Kran steht, dass Holz kommt am Montag. Ich hoffe, dass Holz da ist.", [("dass", "das")]),
        ("de", "Bitte nur klingeln, wen jemand da ist. Weißt du, wen man fragt?", [("wen", "wenn")]),
        (
            "de",
            "Sollte wieder erwarten Schnee fallen, ruf an. Wir können ihn wieder erwarten.",
            [("wieder erwarten", "wider Erwarten")],
        ),
        ("de", "Wir kamen zu spät, weil der Zug ausgefallen.", [("ausgefallen", "ausgefallen ist")]),
        ("de", "Ich fehle, weil ich habe einen Kurs. Ich fehle, weil ich muss.", [("weil", "denn")]),
        ("de", "Nach der Prüfung, haben wir gezahlt. Als ich kam, haben wir gezahlt.", [("Prüfung,", "Prüfung")]),
        ("de", "Gern erstatten wir ihnen den Preis.", [("ihnen", "Ihnen")]),
        ("de", "Für alles, was ihn Interessiert.", [("Interessiert", "interessiert")]),
        ("de", "Es wäre schön, wenn sie uns bis Freitag Bescheid geben könnten.", [("sie", "Sie")]),
        ("de", "Bitte schicken Sie alles so, dass es reicht, wenn sie uns vorliegen.", []),
    ],
)
def test_what_may_be_a_slip_is_told_and_not_changed(language: str, text: str, doubts: list[tuple[str, str]]) -> None:
    found = [*find_confused(text, language)]
    assert [(text[one.start : one.end], one.text) for one in sorted(found, key=lambda one: one.start)] == doubts
    assert not any(one.is_sure for one in found)
