"""What a message is for its reader, and what it wants without asking."""

import pytest

from core.writing.grounded.asked import Asking, things_asked
from core.writing.grounded.occasions import (
    condolence_for,
    find_requests,
    is_complaint,
    is_favour,
    occasion_of,
    only_introduces,
)
from core.writing.grounded.questions import open_reply


@pytest.mark.parametrize(
    ("language", "text", "occasion"),
    [
        ("fr", "Le colis est là. Tout va bien. Il est lourd. Merci de me confirmer la date.", ""),
        ("en", "I've had enough. The heating is still cold.", "complaint"),
        ("de", "Jetzt reicht es, die Heizung läuft noch immer nicht.", "complaint"),
        ("fr", "J'en ai assez, le chauffage reste froid.", "complaint"),
        ("es", "Estoy harto, la calefacción sigue fría.", "complaint"),
        ("en", "I would like to apply for the position of technician.", "personal"),
        ("de", "Hiermit bewerbe ich mich auf die Stelle.", "personal"),
        ("fr", "Nous cherchons des entreprises pour soutenir notre tombola.", "personal"),
        ("es", "Siento comunicarte que Margarita falleció el domingo.", "bereavement"),
        ("en", "Our records show that your fee of £85.00 is still outstanding.", "reminder"),
        ("en", "You dispute our bill. The amount is still outstanding.", "complaint"),
        ("de", "Sie haben die Rechnung beanstandet. Der Betrag ist weiterhin offen.", "complaint"),
        ("fr", "Vous contestez la facture, qui reste impayée.", "complaint"),
        ("es", "Ha reclamado usted la factura, que sigue pendiente de pago.", "complaint"),
        ("en", "Thank you for the repair. Unfortunately, the pump is broken again.", ""),
        ("en", "Thank you for your message. We will look into it.", ""),
        ("de", "Vielen Dank für Ihre Anfrage. Wir kümmern uns darum.", ""),
        ("fr", "Merci pour votre message. Nous nous en occuperons.", ""),
        ("es", "Gracias por su mensaje. Nos ocuparemos.", ""),
        ("en", "We are having a housewarming on Saturday and would love to see you.", "invitation"),
        ("de", "Wir laden Sie herzlich zur Eröffnung ein.", "invitation"),
        ("fr", "J'organise un pot jeudi à 18 h. Tu seras des nôtres ?", "invitation"),
        ("fr", "Nous fêtons nos dix ans samedi, tu viens ?", "invitation"),
        ("de", "Am 9. feiern wir den Geburtstag meiner Frau. Geht das?", ""),
        ("es", "Celebramos el bautizo el sábado y os invitamos a comer.", "invitation"),
        ("en", "Sorry that the delivery was late, the parcel was damaged by us.", ""),
    ],
)
def test_a_message_is_answered_as_what_it_is(language: str, text: str, occasion: str) -> None:
    assert occasion_of(language, "", text) == occasion
    assert is_complaint(language, "", text) == (occasion == "complaint")
    choices = open_reply("What do you want to reply?", Asking(language, "familiar", occasion)).choices
    assert len(choices) == {"personal": 0, "complaint": 0, "bereavement": 0, "": 1}.get(occasion, 2)
    assert not any("{" in choice for choice in choices)


@pytest.mark.parametrize(
    ("language", "text", "asked"),
    [
        ("en", "The pump is here. I would need replacements before 12 May. You would also have to name a contact.",
         ["I would need replacements before 12 May.", "You would also have to name a contact."]),
        ("de", "Alles ist da. Uns fehlen noch der Name und der Grundriss. Über ein Muster würden wir uns freuen.",
         ["Uns fehlen noch der Name und der Grundriss.", "Über ein Muster würden wir uns freuen."]),
        ("fr", "Deux carreaux sont fêlés. Nous vous demandons un avoir. Il nous manque encore le plan.",
         ["Nous vous demandons un avoir.", "Il nous manque encore le plan."]),
        ("es", "No pedimos esas horas. Solicitamos una nota de abono. Nos gustaría recibir una muestra.",
         ["Solicitamos una nota de abono.", "Nos gustaría recibir una muestra."]),
        ("fr", "Nous vous prions d'agréer nos salutations.", []),
        ("fr", "Nous vous remercions de bien vouloir nous fournir le bilan.",
         ["Nous vous remercions de bien vouloir nous fournir le bilan."]),
        ("fr", "Rémi, transmets le planning à l'équipe.", ["Rémi, transmets le planning à l'équipe."]),
        ("es", "Sería tan amable de enviarnos el manual.", ["Sería tan amable de enviarnos el manual."]),
        ("de", "Rainer, gib den Dienstplan ans Team weiter.", ["Rainer, gib den Dienstplan ans Team weiter."]),
    ],
)  # fmt: skip
def test_what_is_wanted_without_a_question_is_asked(language: str, text: str, asked: list[str]) -> None:
    assert things_asked(text, Asking(language)) == asked
    assert set(find_requests(language, text)) <= set(asked)


@pytest.mark.parametrize(
    ("language", "text", "asked"),
    [
        ("en", "Could you help me with a few questions? Who signs the contract?", "Who signs the contract?"),
        ("de", "Könnten Sie mir bitte ein paar Fragen beantworten? Wer unterschreibt?", "Wer unterschreibt?"),
        ("fr", "Pourriez-vous m'éclairer sur quelques points ? Qui signe le contrat ?", "Qui signe le contrat ?"),
        ("es", "¿Podría resolverme un par de dudas? ¿Quién firma el contrato?", "¿Quién firma el contrato?"),
        ("en", "We need answers to four questions. Who signs the contract?", "Who signs the contract?"),
        ("de", "Ich würde gern zwei Dinge wissen. Wer unterschreibt?", "Wer unterschreibt?"),
        ("fr", "Je voudrais vous demander deux choses. Qui signe le contrat ?", "Qui signe le contrat ?"),
        ("es", "Quería saber dos cosas. ¿Quién firma el contrato?", "¿Quién firma el contrato?"),
        ("en", "Before I can release the order (AN-118) I need a few things from you. Who signs?", "Who signs?"),
        ("de", "Bevor ich ihn freigebe, brauche ich noch ein paar Dinge von Ihnen. Wer zahlt?", "Wer zahlt?"),
        ("fr", "Avant de signer, j'aurais besoin de quelques précisions de votre part. Qui paie ?", "Qui paie ?"),
        ("es", "Antes de firmar necesito que me aclares un par de cosas. ¿Quién paga?", "¿Quién paga?"),
    ],
)
def test_what_only_introduces_is_no_gap_of_its_own(language: str, text: str, asked: str) -> None:
    assert things_asked(text, Asking(language)) == [asked]
    assert only_introduces(language, text.removesuffix(asked))
    assert not only_introduces(language, asked)


def test_who_will_be_invited_some_day_is_not_invited_now() -> None:
    told = "Wir haben anders entschieden. Im Frühjahr werden wir Sie wieder einladen."
    assert occasion_of("de", "Ihr Angebot", told) != "invitation"


def test_a_favour_is_no_question_for_what_somebody_can() -> None:
    assert is_favour("en", "Can you send me the plan?")
    assert not is_favour("en", "Can you deliver on Saturdays?")
    assert not is_favour("de", "Kannst du zu uns kommen?")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We would like to inform you that our office moves in May."),
        ("de", "Wir möchten Sie darüber informieren, dass unser Büro im Mai umzieht."),
        ("fr", "Je souhaite vous remercier pour votre aide."),
        ("es", "Queremos informarle de que el almacén estará cerrado el lunes."),
    ],
)
def test_what_the_sender_would_like_to_say_is_no_desire(language: str, text: str) -> None:
    assert things_asked(text, Asking(language)) == []


@pytest.mark.parametrize(
    ("language", "offer", "asked"),
    [
        ("en", "If you need more details, call me.", "In case of problems, who is on call?"),
        ("de", "Wenn Sie weitere Angaben brauchen, rufen Sie mich an.", "Bei Problemen, wen rufe ich an?"),
        ("fr", "Si vous avez besoin de plus de détails, contactez-moi.", "En cas de problème, qui dois-je appeler ?"),
        ("es", "Para cualquier duda, llámeme.", "En caso de problemas, ¿a quién llamo?"),
    ],
)
def test_an_offer_of_help_is_not_asked_but_a_question_that_begins_so_is(language: str, offer: str, asked: str) -> None:
    assert things_asked(f"{offer} {asked}", Asking(language)) == [asked]


def test_thanks_in_advance_for_something_wanted_are_no_thanks() -> None:
    assert occasion_of("fr", "", "Nous vous remercions de bien vouloir nous fournir le bilan 2025.") == ""


@pytest.mark.parametrize(
    ("language", "text", "condolence"),
    [
        ("en", "Sorry I went quiet. My dad died on Tuesday.", "My sincere condolences."),
        ("de", "Meine Mutter ist gestern Nacht gestorben.", "Mein aufrichtiges Beileid."),
        ("fr", "J'écris tard à cause du décès de mon père.", "Toutes mes condoléances."),
        ("es", "Mi abuela falleció el lunes.", "Mi más sentido pésame."),
        # A loss of the reader, of both, of long ago, and of no person.
        ("en", "I was so sorry to hear that your mother died.", ""),
        ("de", "Opa ist gestern gestorben.", ""),
        ("fr", "Nous vous présentons nos condoléances pour le décès de votre père.", ""),
        ("es", "Sentimos mucho la muerte de tu marido.", ""),
        ("en", "My husband died eight years ago and I live alone.", ""),
        ("en", "My phone died.", ""),
    ],
)  # fmt: skip
def test_only_who_tells_of_a_death_in_their_own_family_gets_condolences(
    language: str, text: str, condolence: str
) -> None:
    assert condolence_for(language, text) == condolence
