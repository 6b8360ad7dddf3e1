"""Sentences that want something of their reader are found without a question mark; those that only tell are not."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.settings import Settings
from core.writing.roles.wants import LIKELY, SURE, wants_in


@pytest.mark.parametrize(
    ("language", "wanted", "told"),
    [
        ("en", "We would need a cot and a place to park the van.", "We had a lovely stay with you last year."),
        ("de", "Wir bräuchten noch den Schlüssel für das Tor.", "Das Wetter war bei uns die ganze Woche schön."),
        ("fr", "Il nous faudrait aussi une facture au nom de la mairie.", "Nous avons passé une très belle soirée."),
        ("es", "También necesitamos que nos mandéis la factura.", "El domingo estuvimos todos en la playa."),
    ],
)
def test_a_wish_is_told_from_what_is_only_told(language: str, wanted: str, told: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    likely = dict(wants_in(f"{told} {wanted}", language, lambda: embedder))
    assert likely[wanted] >= SURE
    assert likely[told] < LIKELY


@pytest.mark.parametrize(
    ("language", "asked", "reason"),
    [
        (
            "en",
            "And can you send us the final PDF by Friday, 27 November?",
            "The press is booked for the Monday after that, so a later file would move the delivery into the second"
            " week of December.",
        ),
        (
            "de",
            "Können Sie mir das Zeugnis bis Ende Dezember schicken?",
            "Ich habe ab Januar eine Stelle in Aussicht, für die ich das Zeugnis vorlegen muss.",
        ),
        (
            "es",
            "¿Está libre el jueves por la mañana?",
            "Es para reservar el salón de actos, que lo comparten con teatro.",
        ),
        (
            "fr",
            "Pouvez-vous nous rappeler votre date d'arrivée ?",
            "Les clés ne sont plus remises au bureau, le gardien les garde jusqu'à 19 h.",
        ),
    ],
)
def test_why_something_is_asked_is_not_asked_itself(language: str, asked: str, reason: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    likely = dict(wants_in(f"{asked} {reason}", language, lambda: embedder))
    assert likely[asked] >= SURE > likely[reason]


def test_without_the_model_nothing_is_found() -> None:
    assert not [*wants_in("We would need a cot.", "en", None)]
    assert not [*wants_in("We would need a cot.", "en", WordEmbedder)]
