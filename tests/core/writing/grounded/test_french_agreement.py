"""French verbs and participles that do not go with the words beside them."""

import pytest

from core.writing.grounded.agreement import find_disagreements
from core.writing.grounded.rule_sets import has_rules

pytestmark = pytest.mark.skipif(not has_rules("fr"), reason="there are no word lists for this platform")


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("fr", "Les clients attend une réponse.", "attendent"),
        ("fr", "Les colis ont été triés et partirons demain.", "partiront"),
        ("fr", "Nous savons que les places manques ici.", "manquent"),
        ("fr", "Il a ensuite refuser de payer.", "refusé"),
        ("fr", "Vous devez les envoyés avant lundi.", "envoyer"),
        ("fr", "Ta lettre, je l'ai reçu hier.", "reçue"),
    ],
)
def test_what_does_not_go_with_the_words_beside_it_is_a_remark(language: str, wrong: str, right: str) -> None:
    [found] = find_disagreements(wrong, language)
    assert (found.text, found.is_sure) == (right, False)


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("fr", "Les dates limites sont passées."),
        ("fr", "Ce que nous disons pour les chiens et les chats ne vaut pas ici."),
        ("fr", "Encore une chose, je l'ai trouvé avec deux boîtes."),
        ("fr", "Qui vient après la date doit la totalité du prix."),
    ],
)
def test_what_goes_with_the_words_beside_it_is_left_alone(language: str, sound: str) -> None:
    assert list(find_disagreements(sound, language)) == []
