"""Summaries of the grounded lane: how long a text is to read, the newest mail of a thread, and nothing else."""

import pytest

from core.recipes.inputs import validate_inputs
from core.recipes.loader import load_recipes
from core.text.lexicon import lexicon
from core.writing.grounded.summarize import reading_time, summarize, words_to_read
from core.writing.result import PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["summarize"]
TALK = (
    "anna: moin, die maschine in halle 2 steht seit 6 uhr\n"
    "jens: die pumpe ist kaputt, ersatz kostet 2.340 euro\n"
    "anna: ich rufe den kunden an\n"
)


class NeverAsked(ScriptedAsk):
    """A model that nobody may ask."""

    def __call__(self, *arguments: object, **options: object) -> str:
        raise AssertionError("the grounded lane asks no model")


def run(text: str) -> PlanResult:
    return summarize(RECIPE, validate_inputs(RECIPE, {"text": text}), NeverAsked())


@pytest.mark.parametrize(
    "text", ["The lift is broken until Friday. Please use the stairs.", "x", "Ann: ok\nBob: ok", TALK, TALK * 8]
)
def test_a_short_text_is_not_cut_and_its_reader_is_told_how_long_it_is(text: str) -> None:
    result, words = run(text), lexicon("de" if text.startswith("anna") else "en")
    assert result.text == reading_time(len(text.split()), words, "shorter")
    assert (result.skeleton, result.reason) == (True, result.text)


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (1, "The text is short: read it as it stands."),
        (49, "The text is short: read it as it stands."),
        (50, "50 words, about a minute: read"),
        (250, "about a minute to read"),
        (300, "about 2 minutes"),
        (2000, "about 10 minutes"),
    ],
)
def test_the_time_to_read_is_told_in_whole_minutes(length: int, told: str) -> None:
    assert told in reading_time(length, lexicon("en"), "summary")


def test_a_text_without_blanks_is_as_long_as_it_has_characters() -> None:
    assert words_to_read("请在周五之前把合同寄给我们\u3002" * 40) == 56
    assert words_to_read("Ann - thanks!") == 3


LONG = [
    (f"Good morning,\n\n{'We have to close the east gate from 3 March. ' * 40}", "402 words, about 2 minutes to read."),
    (TALK * 90, "2340 Wörter, etwa 12 Minuten zu lesen. Eine Zusammenfassung braucht ein größeres Modell."),
    ("\n".join(f"| {n} | b | c |" for n in range(120)), "840 words, about 4 minutes to read."),
    ("Ann: " + "word " * 5000, "minutes to read"),
    ("会議" * 2000, "minutes to read"),
]


@pytest.mark.parametrize(("text", "told"), LONG)
def test_of_a_longer_text_nothing_is_quoted_and_its_reader_is_told_what_it_needs(text: str, told: str) -> None:
    result = run(text)
    assert told in result.text
    assert "\n" not in result.text
    assert (result.skeleton, result.reason) == (True, result.text)


MAILS = (
    "Subject: Sewing box\n\nFrom: Imogen Pask\nDate: 3 March 2026\n\nDear Mr Lind,\n\nOur registrar would like to"
    " collect it in the week of 18 May. Would you also tell us the insurance value?\n\nWith kind regards,\nImogen\n\n"
    "From: Bo Lind\nDate: {date}\n\nDear Dr Pask,\n\n{answer}\n\nBest, Bo\n"
)
ANSWER = "From the 21st on anybody can come. I'd like to ask the restorer in Bath about the lid first."


def test_the_newest_mail_of_a_thread_is_told_whole_without_its_greeting_and_its_name() -> None:
    text = run(MAILS.format(date="5 March 2026", answer=ANSWER)).text
    assert text.endswith(f"The newest mail, word for word:\n\n**Bo Lind**: {ANSWER}")


def test_a_newest_mail_of_a_few_words_is_told_with_the_one_before_it() -> None:
    text = run(MAILS.format(date="5 March 2026", answer="Friday suits.")).text
    assert text.endswith("Would you also tell us the insurance value?\n\n**Bo Lind**: Friday suits.")


@pytest.mark.parametrize(
    "mails",
    [
        MAILS.format(date="", answer=ANSWER).replace("Date: 3 March 2026\n", ""),
        MAILS.format(date="5 March 2026", answer=" ".join([ANSWER] * 12)),
        "Imogen Pask: Our registrar would like to collect it in the week of 18 May.\nBo Lind: " + ANSWER,
    ],
    ids=["unknown order", "long", "chat"],
)
def test_no_newest_mail_is_told_where_none_is_known_or_it_is_long(mails: str) -> None:
    assert "newest" not in run(mails).text


def test_of_a_long_thread_the_newest_mail_is_told_and_no_points() -> None:
    long = MAILS.replace("insurance value?", f"insurance value? {'Our cellar is cold and dry. ' * 50}")
    text = run(long.format(date="5 March 2026", answer=ANSWER)).text
    assert text.startswith("369 words, about 2 minutes to read. A summary needs a larger model.\n\nThe newest mail")
    assert "- " not in text


def test_names_that_call_or_sign_a_mail_are_no_sentences() -> None:
    mails = (
        "From: Ann Lee\n"
        "To: Help Desk\n"
        "Date: 7 April 2025\n"
        "Subject: Invoices\n\n"
        "Good morning,\n\n"
        "Since the update some "
        "invoices are sent twice, eleven customers complained. We stopped the automatic sending. We have to send "
        "invoices on the 15th, can you repair this before?\n\n"
        "Ann Lee\n\n"
        "From: Help Desk\n"
        "To: Ann Lee\n"
        "Date: 8 April 2025\n"
        "Subject: Re: Invoices\n\n"
        "Ann,\n\n"
        "We found the fault, it concerns customers with two addresses. The repair comes "
        "on the 14th. Please leave the automatic sending off until we say so.\n\n"
        "Bastian\n\n"
        "From: Help Desk\n"
        "To: Ann Lee\n"
        "Date: 15 April 2025\n"
        "Subject: Re: Re: Invoices\n\n"
        "Ann,\n\n"
        "The tests are fine, you can turn the sending on again. "
        "The invoices of the 14th must be started by hand.\n\nBastian\n"
    )
    told = run(mails).text
    assert told.startswith("102 words") or " words, about a minute" in told
    assert "Bastian" not in told
    assert "**: Ann" not in told
