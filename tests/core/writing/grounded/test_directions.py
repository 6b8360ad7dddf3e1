"""What a person tells a writer to say becomes sentences to the reader, word for word, or nothing at all."""

import pytest

from core.text.salutations import Address
from core.writing.grounded.asked import Asking
from core.writing.grounded.directions import as_sentences

COME = {
    "en": ["Could you come on Thursday?"], "de": ["Kannst du am Donnerstag kommen?"],
    "fr": ["Tu peux venir jeudi ?"], "es": ["¿Puedes venir el jueves?"],
}  # fmt: skip


def said(told: str, language: str = "en", address: Address = "familiar", wanted: list[str] | None = None) -> str:
    asked = COME[language] if wanted is None else wanted
    return as_sentences(told, Asking(language, address, sender="Tom Hale"), asked)


@pytest.mark.parametrize(
    ("language", "told", "sentences"),
    [
        ("en", "accept", "Yes, that is fine."),
        ("en", "decline politely", "Unfortunately, that is not possible."),
        ("en", "say I can't, I'm in Leeds that day", "I can't. I'm in Leeds that day."),
        ("en", "tell Tom we need 50 chairs, not 40", "We need 50 chairs, not 40."),
        ("en", "thank him for the offer and ask for a sample", "Thank you for the offer. May I ask for a sample?"),
        ("en", "politely refuse, suggest next tuesday at 9",
         "Unfortunately, that is not possible. I suggest next Tuesday at 9."),
        ("en", "Thursday is fine. Ask whether I should bring the figures.",
         "Thursday is fine. Could you tell me whether I should bring the figures?"),
        ("en", "agree but only until 11", "I agree but only until 11."),
        ("de", "sag zu und frag, wer noch kommt", "Ja, das ist in Ordnung. Kannst du mir sagen, wer noch kommt?"),
        ("de", "lehn höflich ab und schlag Freitag um 11 vor",
         "Leider ist das nicht möglich. Ich schlage Freitag um 11 vor."),
        ("de", "bedank dich für die Einladung, sag dass ich nicht kommen kann",
         "Vielen Dank für die Einladung. Ich möchte dir sagen, dass ich nicht kommen kann."),
        ("fr", "accepte et demande qui d'autre vient", "Oui, c'est d'accord. Peux-tu me dire qui d'autre vient ?"),
        ("fr", "remercie-le pour l'invitation et dis que je ne peux pas venir",
         "Merci pour l'invitation. Je ne peux pas venir."),
        ("fr", "confirme la commande de 40 chaises", "Je te confirme la commande de 40 chaises."),
        ("es", "agradécele la invitación y dile que no puedo ir", "Gracias por la invitación. No puedo ir."),
        ("en", "say i'll come back to him on Monday", "I'll come back to you on Monday."),
        ("en", "will send it tonight", "I will send it tonight."),
        ("en", "sure, but only after 5", "Sure, but only after 5."),
        ("en", "decline, we're fully booked until July",
         "Unfortunately, that is not possible. We're fully booked until July."),
        ("en", "apologise for the delay, the builder comes on Tuesday at 9",
         "I apologise for the delay. The builder comes on Tuesday at 9."),
        ("en", "confirm the date, the price and the place", "I confirm the date, the price and the place."),
        ("de", "der Techniker kommt morgen um 8, entschuldige dich für die Verspätung",
         "Der Techniker kommt morgen um 8. Ich entschuldige mich für die Verspätung."),
        ("de", "schick ich ihm bis Freitag", "Schick ich dir bis Freitag."),
        ("de", "absagen, wir sind bis März ausgebucht", "Leider ist das nicht möglich. Wir sind bis März ausgebucht."),
        ("fr", "dis que je reviens vers lui", "Je reviens vers toi."),
        ("fr", "je lui envoie ça ce soir", "Je t\u2019envoie ça ce soir."),
        ("fr", "dis-lui que le retour est gratuit et que nous remboursons sous 14 jours",
         "Le retour est gratuit et nous remboursons sous 14 jours."),
        ("fr", "confirmer, demander si l'entretien peut se faire en visio",
         "Oui, c'est d'accord. Peux-tu me dire si l'entretien peut se faire en visio ?"),
        ("es", "dile que le contesto el lunes", "Te contesto el lunes."),
        ("es", "dile que sí, que llevamos el postre", "Sí, no hay problema. Llevamos el postre."),
        ("es", "se la mando hoy", "Te la mando hoy."),
        ("en", "repair is 240 pounds, he can pick the bike up on Friday",
         "Repair is 240 pounds, you can pick the bike up on Friday."),
        ("fr", "la réparation coûte 240 euros, elle peut venir vendredi",
         "La réparation coûte 240 euros, tu peux venir vendredi."),
        ("de", "komme gern, bringe Getränke mit", "Komme gern, bringe Getränke mit."),
        ("es", "rechaza con educación, propón el viernes a las 11",
         "Lamentablemente, no es posible. Te propongo el viernes a las 11."),
    ],
)  # fmt: skip
def test_directions_become_sentences_to_the_reader(language: str, told: str, sentences: str) -> None:
    assert said(told, language) == sentences


def test_the_reader_is_spoken_to_as_the_message_speaks() -> None:
    assert said("frag, wann er kommen kann", "de", "formal") == ""
    assert said("frag, wann wir kommen können", "de", "formal") == "Können Sie mir sagen, wann wir kommen können?"
    assert said("pide una muestra", "es", "formal") == "Le pido una muestra."
    assert said("dile que le contesto el lunes", "es", "formal") == "Le contesto el lunes."


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "decline, too busy"), ("en", "negotiate"),
        ("en", "tell Tom that Tom must pay"), ("en", "accept, max 30 minutes, don't tell him why"),
        ("en", "offer 12k, our limit is 15k"), ("en", "accept and make it firm"), ("en", "say ask for a discount"),
        ("de", "absagen, keine Zeit"), ("de", "sag ihm, dass er zahlen muss"),
        ("de", "der Kunde nervt, bleib höflich"), ("de", "Peter kommt nicht, ich schicke ihm die Folien"),
        ("en", "the client is annoying, decline"), ("en", "Peter is ill, I will send him the list"),
        ("en", "too expensive, third time, want a refund"), ("fr", "le client exagère, refuse poliment"),
        ("es", "el cliente es un pesado, rechaza"), ("de", "Termin bestätigen, Gehalt 60.000"),
        ("es", "pídele que envíe el orden del día"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_over_is_not_said_at_all(language: str, told: str) -> None:
    assert said(told, language) == ""


@pytest.mark.parametrize(
    "wanted",
    [["Who comes?"], ["Can you come?", "Where is it?"], ["Would Monday at 9 or Tuesday at 10 suit you?"]],
)
def test_a_bare_yes_answers_only_what_takes_one(wanted: list[str]) -> None:
    assert said("accept", wanted=wanted) == ""
