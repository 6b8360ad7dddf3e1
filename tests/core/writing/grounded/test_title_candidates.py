"""What a text can be called, and which of it readers would."""

from collections.abc import Sequence

import pytest

from core.embeddings import WordEmbedder
from core.text.statements import read_statements
from core.writing.grounded.title_candidates import ABOUT, USE, candidates_of, odds_of


def named(text: str, language: str) -> dict[str, str]:
    """Return the candidates of a text with their kinds."""
    return {one.text: one.kind for one in candidates_of(text, read_statements(text, language))}


def test_the_first_line_phrases_and_clauses_can_be_titles() -> None:
    found = named("Keys of the hall \u2013 handover\n\nThe lock on the side door was changed, as I said.", "en")
    assert found["Keys of the hall \u2013 handover"] == "line"
    assert found["Keys of the hall"] == "line"
    assert found["Lock on the side door"] == "phrase"
    assert found["The lock on the side door was changed"] == "clause"


@pytest.mark.parametrize(
    ("text", "language", "line"),
    [
        ("To all keyholders of the pool\n\nThe lock was changed on Monday.", "en", "To all keyholders of the pool"),
        ("An alle Mieter im Haus\n\nDie Waschküche wird umgebaut.", "de", "An alle Mieter im Haus"),
        ("Lyon, le 3 novembre\n\nLe vieux cèdre doit être abattu.", "fr", "Lyon, le 3 novembre"),
        ("Nota para el turno de tarde\n\nLa iguana no ha comido.", "es", "Nota para el turno de tarde"),
    ],
)
def test_to_whom_and_where_a_text_is_written_is_no_title(text: str, language: str, line: str) -> None:
    found = named(text, language)
    assert line not in found
    assert found


def test_a_clause_keeps_what_takes_some_of_it_back_and_nobody_is_quoted_on_themselves() -> None:
    found = named("The client took plan B, but for the stairs.\nI went home early again today.", "en")
    assert "The client took plan B" not in found
    assert "The client took plan B, but for the stairs" in found
    assert not any(kind == "clause" and "I went" in text for text, kind in found.items())


def test_what_somebody_says_first_is_no_heading() -> None:
    assert "line" not in named("Ana: evening all\nBen: the gate is stuck again\nAna: which one?", "en").values()


def test_a_text_without_words_has_no_candidates() -> None:
    assert candidates_of("", []) == []
    assert named("?!", "en") == {}


class OtherEmbedder(WordEmbedder):
    """Another model, whose vectors all lie close together."""

    name = "another"

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        return [[1.0, len(text) / 1000] for text in texts]


def test_with_another_model_than_was_learnt_from_words_are_compared() -> None:
    text = "The pump in the cellar is broken again. Please put a bucket there.\n\nThe man comes on Monday."
    statements = read_statements(text, "en")
    candidates = candidates_of(text, statements)
    by_words = odds_of(candidates, text, statements, WordEmbedder())
    assert odds_of(candidates, text, statements, OtherEmbedder()) == by_words


def test_without_the_model_the_matter_is_likelier_than_a_word_of_it() -> None:
    text = "The pump in the cellar is broken again. Please put a bucket there.\n\nThe pump man comes on Monday at nine."
    statements = read_statements(text, "en")
    candidates = candidates_of(text, statements)
    odds = odds_of(candidates, text, statements, WordEmbedder())
    likely = {one.text: both[ABOUT] for one, both in zip(candidates, odds, strict=True)}
    assert likely["Pump in the cellar"] > likely["Bucket"]
    assert all(0 <= both[name] <= 1 for both in odds for name in (USE, ABOUT))


@pytest.mark.parametrize(
    ("text", "language", "phrase", "title"),
    [
        ("There are no lessons or clubs on Friday.", "en", "Lessons", "No lessons"),
        ("There are no lessons or clubs on Friday.", "en", "Clubs on Friday", ""),
        ("Bring the form, not the money, to the office.", "en", "Money", ""),
        ("Do not park on the lawn.", "en", "Park on the lawn", ""),
        ("Not the pump but the valve leaks. The pump is new.", "en", "Pump", "Pump"),
        ("Es gibt keine warme Mahlzeit in der Mensa.", "de", "Mahlzeit", "Keine warme Mahlzeit"),
        ("Es gibt keinen neuen Plan für den Hof.", "de", "Plan", ""),
        ("Es gibt keine neuen Termine im Amt.", "de", "Termine im Amt", "Keine neuen Termine im Amt"),
        ("Der Eintritt ohne Karte kostet 5 Euro.", "de", "Karte", ""),
        ("Im Haus fehlt noch die Schalung im Treppenhaus.", "de", "Schalung im Treppenhaus", "Schalung im Treppenhaus"),
        ("Il n'y a pas de commande 88213 chez nous.", "fr", "Commande 88213", "Pas de commande 88213"),
        ("On change la pompe, pas la chaudière du hall.", "fr", "Chaudière du hall", ""),
        ("Il n'y a plus de commande 88213 chez nous.", "fr", "Commande 88213", ""),
        ("Ce n'est pas commande 88213 chez nous.", "fr", "Commande 88213", ""),
        ("Nous partons sans le car de la mairie.", "fr", "Car de la mairie", ""),
        ("Aquí no hay pedido 88213.", "es", "Pedido 88213", "No hay pedido 88213"),
        ("El viernes viene el autobús, no el tren de la costa.", "es", "Tren de la costa", ""),
        ("No school is like ours, and no. 5 Hill Road is its house.", "en", "House", "House"),
    ],
)
def test_a_thing_that_is_denied_is_shown_with_its_denial_or_not_at_all(
    text: str, language: str, phrase: str, title: str
) -> None:
    shown = {each.text: each.title for each in candidates_of(text, read_statements(text, language))}
    assert shown[phrase] == title
