"""Sentences that want something of their reader are found without a question mark; those that only tell are not."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.settings import Settings
from core.writing.roles.mails import ALERTING, DANGER, ONLY_COURTEOUS, read_mail


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
    likely = {one.raw: one.wants for one in read_mail(f"{told} {wanted}", language, lambda: embedder).sentences}
    assert likely[wanted] >= 0.5
    assert likely[told] < 0.2


@pytest.mark.parametrize(
    ("language", "danger", "harmless"),
    [
        ("en", "The tube of the gas bottle on his van has been held by sticky tape for two years, he says.",
         "The bill for the gas has been paid twice for two years, he says."),
        ("de", "Die haben im Heizungskeller das Lüftungsgitter zugestopft, weil es zieht.",
         "Die haben im Heizungskeller die Zähler abgelesen, weil das Jahr um ist."),
        ("fr", "Elle garde ses pastilles du soir dans la boîte à couture pour quand ça n'ira plus.",
         "Elle garde les photos de famille dans une grande boîte bleue au salon."),
        ("es", "Me la encontré con el brasero de picón encendido y la ventana tapada con una manta.",
         "Me la encontré con el correo de ayer abierto y la mesa tapada con un mantel."),
    ],
)  # fmt: skip
def test_what_may_hurt_somebody_is_found_though_nobody_calls_it_a_danger(
    language: str, danger: str, harmless: str
) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    found = {
        one.raw: one.alerts[DANGER] for one in read_mail(f"{harmless} {danger}", language, lambda: embedder).sentences
    }
    assert found[danger] >= ALERTING[DANGER]
    assert found[harmless] < ALERTING[DANGER]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I do not want to live any more."),
        ("de", "Oma sagt, sie mag nicht mehr leben."),
        ("fr", "Il dit qu'il ne veut plus vivre."),
        ("es", "Dice que ya no quiere vivir."),
        ("de", "Ich kann nicht mehr und will auch nicht mehr leben."),
        ("de", "Er sagte, es wäre für alle einfacher, wenn er nicht mehr da wäre."),
        ("en", "I haven't slept in days and I don't see a point in anything."),
        ("fr", "Il a dit que ça serait plus simple pour tout le monde s'il était plus là."),
        ("en", "Someone from the client put his hand on my leg at dinner."),
        ("es", "El padre tiene una orden de alejamiento desde septiembre."),
    ],
)
def test_who_does_not_want_to_live_or_was_laid_hands_on_is_heard(language: str, said: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    assert [one.alerts[DANGER] for one in read_mail(said, language, lambda: embedder).sentences] == [1.0]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "My toddler drank some of the hardwax oil."),
        ("en", "Our daughter took a sip of the oil."),
        ("de", "Unsere Tochter hat einen Schluck von dem Öl genommen."),
        ("fr", "Ma fille a bu une gorgée d'huile."),
        ("es", "Mi hija ha tomado un sorbo del aceite."),
    ],
)
def test_a_child_that_took_something_in_is_surely_in_danger(language: str, said: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    assert read_mail(said, language, lambda: embedder).surely_dangerous == [said]
    thanks = "Our toddler drank some of the apple juice and loved it."
    assert not read_mail(thanks, "en", lambda: embedder).surely_dangerous


def test_without_the_model_nothing_is_found() -> None:
    assert not read_mail("We would need a cot.", "en", None).sentences
    assert not read_mail("We would need a cot.", "en", WordEmbedder).sentences


@pytest.mark.parametrize(
    ("language", "thanks", "wish"),
    [
        ("en", "Mum loved the books, she read them all in a week. Thank you for taking so much care of her.",
         "Mum loved the books. Could you bring her three more of that series when you come on Thursday?"),
        ("de", "Das Buffet war ein Traum, alle haben geschwärmt. Herzlichen Dank für Ihre Mühe und die schönen Blumen!",
         "Das Buffet war ein Traum. Könnten Sie uns für Samstag noch zwei Platten mehr richten?"),
        ("fr", "La fête était magnifique, les enfants en parlent encore. Un grand merci à toute votre équipe !",
         "La fête était magnifique. Pourriez-vous nous envoyer la facture avant la fin du mois ?"),
        ("es", "El concierto fue precioso, mi madre lloró de alegría. Mil gracias por todo vuestro esfuerzo.",
         "El concierto fue precioso. ¿Podríais mandarnos las fotos antes del viernes?"),
    ],
)  # fmt: skip
def test_a_courtesy_is_told_from_a_mail_that_wants_something(language: str, thanks: str, wish: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("no embedded model here")
    assert read_mail(thanks, language, lambda: embedder).courtesy >= ONLY_COURTEOUS
    assert read_mail(wish, language, lambda: embedder).courtesy < ONLY_COURTEOUS
