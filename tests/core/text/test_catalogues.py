import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from core.drafts import Finding
from core.text.catalogues import CATALOGUE, ENGLISH, accepted, gettext, known, locales, ngettext, speaking, told
from tests.catalogue_sources import CATALOGUES, Message, is_translated, messages, of_python, of_template

OTHERS = [locale for locale in locales() if locale != ENGLISH]
# "<Date>" is what a person writes in a template.
_TAG = re.compile(r"</?[a-z][^>]*>")


def _catalogue(locale: str) -> dict[Message, tuple[str, ...]]:
    with (CATALOGUES / locale / CATALOGUE).open("rb") as file:
        read = [message for message in read_po(file, locale=locale) if message.id]
    assert not [message.id for message in read if message.fuzzy]
    return {
        message.id if isinstance(message.id, str) else (message.id[0], message.id[1]): (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in read
    }


def _places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text)) | {name for _, name, _, _ in Formatter().parse(_braced(text)) if name}


def _braced(text: str) -> str:
    # Texts with % have braces of their own.
    return "" if "%(" in text else re.sub(r"\{(?!\w+\})", "{{", re.sub(r"(?<!\w)\}", "}}", text))


def test_german_is_there() -> None:
    assert "de" in OTHERS


@pytest.mark.parametrize("locale", OTHERS)
def test_each_text_of_the_sources_is_translated_and_no_other(locale: str) -> None:
    catalogue = _catalogue(locale)
    assert set(catalogue) == set(messages()), "run: make catalogues"
    assert [message for message, text in catalogue.items() if not is_translated(text)] == []


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_has_the_places_and_the_markup_of_its_text(locale: str) -> None:
    for message, texts in _catalogue(locale).items():
        forms = (message,) if isinstance(message, str) else message
        for form, text in zip(forms, texts, strict=True):
            assert _places(text) == _places(form), form
            assert sorted(_TAG.findall(text)) == sorted(_TAG.findall(form)), form
            assert form.startswith(" ") == text.startswith(" "), form


def test_a_digest_has_one_name_in_german() -> None:
    digests = {
        text: forms for text, forms in _catalogue("de").items() if "digest" in str(text).casefold().split("--")[0]
    }
    assert len(digests) > 5
    assert {text: forms for text, forms in digests.items() if "Überblick" not in "".join(forms)} == {}


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("It has more than 1,234.5 MB.", "1.234,5 MB"),
        ("The document has 20,000 paragraphs; one job takes 1,000 at most.", "20.000"),
        ("The next, Qwen 2.5, needs 1.1 GB of memory, and this machine has 0.9 GB; a server elsewhere needs none here: "
         "`inlaid model find`.", "1,1 GB"),
        ("12 tokens, 0.0042 USD, 1.5 s", "0,0042 USD, 1,5 s"),
    ],
)  # fmt: skip
def test_a_number_in_a_sentence_is_written_as_its_language_does(text: str, german: str) -> None:
    with speaking("de"):
        assert told(text) != text
        assert german in told(text)


def test_what_is_no_number_of_something_stays() -> None:
    with speaking("de"):
        assert "3.11" in told("There is no recipe called 3.11.")
        assert "127.0.0.1" in told("There is no recipe called 127.0.0.1.")
        assert "1,2,3" in told("There is no recipe called 1,2,3.")


def test_a_locale_without_a_catalogue_is_english_as_a_whole() -> None:
    assert known("pt-BR") == known("") == known("tlh") == ENGLISH
    with speaking("pt"):
        assert gettext("Home") == "Home"
        assert ngettext("one", "many", 2) == "many"
        assert told("There is no such file.") == "There is no such file."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR,fr;q=0.9,de;q=0.5,en;q=0.3", "de"),
        ("en;q=0.2,de;q=0.7", "de"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=nonsense", "de"),
        ("x" * 100_000, "en"),
    ],
)
def test_the_first_language_that_there_is_is_spoken(header: str, language: str) -> None:
    assert accepted(header) == language


def test_a_locale_is_known_as_platforms_and_machines_write_it() -> None:
    assert known("de-AT") == known("de_DE.UTF-8") == known("DE") == "de"


def test_what_code_said_is_recognised_by_the_words_around_its_places() -> None:
    assert told("3 questions open") == "3 questions open"
    with speaking("de"):
        assert told("3 questions open") == "3 offene Fragen"
        assert told("There is no such file.") == "Diese Datei gibt es nicht."
        assert told("The user name is missing.") == "Der Benutzername fehlt."
        fraud = "Suspicious: the sender's a.example is not b.example. Ask the person by phone before you answer."
        assert told(fraud).startswith("Verdächtig: ")
        assert "Ask" not in told(fraud)
        assert told("Nothing that anybody here has ever said: 3 questions") == (
            "Nothing that anybody here has ever said: 3 questions"
        )


def test_what_is_in_a_place_stays_as_it_is() -> None:
    hostile = "{name} %(x)s <b> \\1 (.*)"
    with speaking("de"):
        assert told(f"Write “{hostile}” instead of “y”.") == f"„{hostile}“ statt „y“ schreiben."


def test_a_text_that_only_begins_or_ends_as_one_of_ours_stays_as_it_is() -> None:
    with speaking("de"):
        assert told("The model had a nap") == "The model had a nap"
        assert told("The model qwen is not allowed by the rule deny of the installation; ask it@example.com.") == (
            "Das Modell qwen ist durch die Regel deny (die Installation) nicht erlaubt; fragen Sie it@example.com."
        )


def test_a_long_text_is_not_compared() -> None:
    with speaking("de"):
        assert told("a " * 50_000) == "a " * 50_000


def test_a_language_ends_with_what_it_was_spoken_for() -> None:
    with speaking("de"):
        with speaking(ENGLISH):
            assert gettext("Home") == "Home"
        assert gettext("Home") == "Start"
    assert gettext("Home") == "Home"


def test_f_strings_and_choices_in_errors_are_texts() -> None:
    source = 'raise InputError(f"There is no {thing.name}, {thing.name}." if x else "None.", fix="Take " f"{n + 1}.")'
    assert [text for text, _ in of_python(source)] == ["There is no {name}, {name}.", "None.", "Take {value}."]


def test_forms_of_one_and_many_are_a_text() -> None:
    assert [text for text, _ in of_template('{{ ngettext("a", "b", n) }}{{ _("c") }}')] == [("a", "b"), "c"]


def test_remarks_of_checks_are_told_with_the_kinds_of_facts_in_words() -> None:
    remark = Finding(check="facts", severity="warn", sentence="The date “14 May” does not stand in the source.")
    counted = "3 of 20 left as they are: the change would be larger than the cap allows."
    with speaking("de"):
        assert told(remark.sentence) == "„14 May“ (Datum) steht nicht in der Quelle."
        assert told(counted) == "3 von 20 bleiben, wie sie sind: Die Änderung wäre größer, als die Obergrenze erlaubt."
        assert told("The name “date” does not stand in the source.") == "Der Name „date“ steht nicht in der Quelle."


def test_the_sentence_of_a_finding_is_a_text_wherever_it_is_made() -> None:
    source = 'sentence = f"The {kind} is new."\nyield Finding(check="x", sentence="It is old.")\nother = "No text."'
    assert sorted(text for text, _ in of_python(source)) == ["It is old.", "The {kind} is new."]


def test_refusals_of_edits_are_told_with_what_locks_the_text() -> None:
    with speaking("de"):
        assert told("The paragraph stands in a locked content control.") == (
            "Der Absatz steht in einem gesperrten Inhaltssteuerelement."
        )
        assert told("The paragraph holds treasure beyond measure.") == "The paragraph holds treasure beyond measure."


def test_a_title_that_looks_like_a_count_stays_as_it_is() -> None:
    with speaking("de"):
        assert told("Minutes of Monday") == "Minutes of Monday"
        assert told("14 of 20") == "14 von 20"
