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


def test_without_the_model_nothing_is_found() -> None:
    assert not [*wants_in("We would need a cot.", "en", None)]
    assert not [*wants_in("We would need a cot.", "en", WordEmbedder)]
