"""What a person tells a writer to say becomes sentences to the reader, word for word, or nothing at all."""

import pytest

from core.text.salutations import Address
from core.writing.grounded.asked import Asking
from core.writing.grounded.directions import Directions, read_directions
from core.writing.grounded.notes import AnsweredMessage

COME = {
    "en": ["Could you come on Thursday?"], "de": ["Kannst du am Donnerstag kommen?"],
    "fr": ["Tu peux venir jeudi ?"], "es": ["¿Puedes venir el jueves?"],
}  # fmt: skip


def said(told: str, language: str = "en", address: Address = "familiar", wanted: list[str] | None = None) -> str:
    return " ".join(one.text for one in told_in(told, language, address, wanted).parts)


def told_in(
    told: str, language: str = "en", address: Address = "familiar", wanted: list[str] | None = None
) -> Directions:
    asked = COME[language] if wanted is None else wanted
    asking = Asking(language, address, sender="Tom Hale")
    return read_directions(told, asking, asked, AnsweredMessage(asked[0] if asked else ""), lambda _: None)


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
         "The repair is 240 pounds. You can pick the bike up on Friday."),
        ("fr", "la réparation coûte 240 euros, elle peut venir vendredi",
         "La réparation coûte 240 euros. Tu peux venir vendredi."),
        ("de", "komme gern, bringe Getränke mit", "Ich komme gern. Ich bringe Getränke mit."),
        ("es", "rechaza con educación, propón el viernes a las 11",
         "Lamentablemente, no es posible. Te propongo el viernes a las 11."),
    ],
)  # fmt: skip
def test_directions_become_sentences_to_the_reader(language: str, told: str, sentences: str) -> None:
    assert said(told, language) == sentences


def test_the_reader_is_spoken_to_as_the_message_speaks() -> None:
    assert said("frag, wann wir kommen können", "de", "formal") == "Können Sie mir sagen, wann wir kommen können?"
    assert said("pide una muestra", "es", "formal") == "Le pido una muestra."
    assert said("dile que le contesto el lunes", "es", "formal") == "Le contesto el lunes."


@pytest.mark.parametrize(
    ("language", "told", "sentences"),
    [
        ("en", "driver comes at 9, back on the 6th", "The driver comes at 9. I will be back on the 6th."),
        ("en", "thx! can she send me the list", "Thank you very much. Can you send me the list?"),
        ("en", "Thank her and say that Kev deserves a coffee, and that I owe him one.",
         "Thank you very much. Kev deserves a coffee, and I owe him one."),
        ("en", "say sorry, ask him to wait", "I am sorry. Could you please wait?"),
        ("de", "tut uns leid, platte ist da, komme selbst", "Es tut uns leid. Platte ist da. Ich komme selbst."),
        ("de", "sag ihm, dass er zahlen muss", "Ich möchte dir sagen, dass du zahlen musst."),
        ("en", "congratulate him on the job, let me know by friday",
         "Congratulations on the job! Please let me know by Friday."),
        ("fr", "désolé, on rembourse + on offre un repas à sa mère",
         "Je te présente mes excuses. On rembourse et on offre un repas à ta mère."),
        ("es", "disculpas, salen hoy, llegan jueves", "Te pido disculpas. Salen hoy, llegan el jueves."),
        ("es", "qué alegría, abrazo a su padre", "¡Qué alegría! Un abrazo a tu padre."),
    ],
)  # fmt: skip
def test_notes_become_sentences(language: str, told: str, sentences: str) -> None:
    assert said(told, language) == sentences


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "negotiate"), ("en", "tell Tom that Tom must pay"),
        ("de", "ich schicke ihm die Folien von Peter"), ("en", "I will send him the list of Peter"),
        ("es", "pídele que envíe el orden del día"),
        ("de", "die uhrzeit noch mal nennen"),
        ("de", "sag ihm, dass die Rechnung bezahlt ist (hab ich schon geschrieben, Betrag nennen)"),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_left_to_the_owner_in_a_gap_that_quotes_it(language: str, told: str) -> None:
    gaps = [one.gap for one in told_in(told, language).parts if one.gap]
    assert len(gaps) == 1
    assert told.strip("()").split(" (")[0][:20] in gaps[0].question


@pytest.mark.parametrize(
    ("language", "told", "sentences", "manner"),
    [
        ("en", "accept and make it firm", "Yes, that is fine.", ("make it firm",)),
        ("de", "schreib freundlich aber bestimmt: wir kommen", "Wir kommen.", ("schreib freundlich aber bestimmt",)),
        ("fr", "réponse courte et chaleureuse", "", ("réponse courte et chaleureuse",)),
        ("es", "acepta, breve", "Sí, no hay problema.", ("breve",)),
    ],
)  # fmt: skip
def test_wishes_about_tone_are_named_and_never_said(
    language: str, told: str, sentences: str, manner: tuple[str, ...]
) -> None:
    assert said(told, language) == sentences
    assert told_in(told, language).manner == manner


def test_he_is_nobody_for_sure_where_the_message_tells_of_others() -> None:
    message = AnsweredMessage(
        "Dear Ann, my son Leo wants to come, too. Of course Leo is twelve. Tom", names="Tom Hale Ann Lee"
    )
    asking = Asking("en", "familiar", sender="Tom Hale")
    one = read_directions("he should send the form now", asking, (), message, lambda _: None).parts[0]
    assert one.notes == "he should send the form now"


@pytest.mark.parametrize(
    "wanted",
    [["Who comes?"], ["Can you come?", "Where is it?"], ["Would Monday at 9 or Tuesday at 10 suit you?"]],
)
def test_a_bare_yes_answers_only_what_takes_one(wanted: list[str]) -> None:
    assert all(one.gap for one in told_in("accept", wanted=wanted).parts)


def test_the_answers_of_numbered_notes_keep_the_number_of_what_they_answer() -> None:
    asked = ["Is parking free?", "What is the price?"]
    found = told_in("1 yes all day, 2: it is 40 a head", wanted=asked).parts
    assert [(one.number, one.text) for one in found] == [(1, "Yes, all day."), (2, "It is 40 a head.")]


def test_a_day_that_was_offered_is_accepted_with_its_time_unless_another_is_named() -> None:
    asking = Asking("en", "familiar", offered=("Tuesday 12 March at 10:00", "Thursday 14 March at 14:30"))
    for told, sentence in (
        ("thursday, we are 4", "Thursday 14 March at 14:30 works for me. We are 4."),
        ("thursday but at 16:00", "[[in your words: “thursday but at 16:00”]]"),
        ("monday", "[[in your words: “monday”]]"),
    ):
        parts = read_directions(told, asking, (), AnsweredMessage(""), lambda _: None).parts
        assert " ".join(one.text for one in parts) == sentence
