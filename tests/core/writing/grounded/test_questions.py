"""Gaps are worded from their owner's side, with answers that fit."""

import pytest

from core.drafts import Gap
from core.writing.grounded.asked import Asking
from core.writing.grounded.blocks import Block
from core.writing.grounded.lines import Line
from core.writing.grounded.occasions import Occasion, takes
from core.writing.grounded.offered import offered_dates
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.grounded.questions import open_block, with_words
from tests.core.writing.grounded.test_reply import reply


def open_sentence(sentence: str, asking: Asking) -> Gap:
    """Return the gap of a message that is one sentence."""
    return open_block(Block(sentence, (sentence,)), asking)


@pytest.mark.parametrize(
    ("message", "question", "accepts"),
    [
        ("Kannst du bis Freitag meine Blumen gießen?",
         "Deine Antwort: „Kannst du bis Freitag meine Blumen gießen?“",
         "Ja, gern."),
        ("Bitte schicken Sie mir den Plan und bestätigen Sie den Termin am Montag.",
         "Ihre Antwort: „Bitte schicken Sie mir den Plan und bestätigen Sie den Termin am Montag“", ""),
        ("Schick mir bitte die Liste, du hast sie doch.",
         "Deine Antwort: „Schick mir bitte die Liste, du hast sie doch“", ""),
        ("Could you send me the list?", "Your answer: “Could you send me the list?”", "Yes, gladly."),
        ("Hola, Ana: necesito una copia del contrato.", "Su respuesta: «Ana: necesito una copia del contrato»", ""),
        ("Hola, Ana: nos gusta mucho tu perfil. Indícame, por favor, tu talla.",
         "Tu respuesta: «Ana: nos gusta mucho tu perfil. Indícame, por favor, tu talla»", ""),
        ("Buenos días: ¿podría confirmar la reserva?", "¿Podría confirmar la reserva?", ""),
        ("Il nous manque encore votre attestation.", "Votre réponse : « Il nous manque encore votre attestation »", ""),
        ("Salut Ana, tu peux appeler le client à 11 h et annuler ?", "Tu peux appeler le client à 11 h et annuler ?",
         ""),
        ("Cher Ernest, nous t'invitons à nos noces d'or le 5 juillet. Merci de nous répondre avant le 15 juin.",
         "Ta réponse : « Nous t'invitons à nos noces d'or le 5 juillet. Merci de nous répondre avant le 15 juin »",
         "Merci pour l'invitation. Je viendrai avec plaisir."),
    ],
)  # fmt: skip
def test_what_is_asked_stands_as_it_is_or_quoted(message: str, question: str, accepts: str) -> None:
    asked = reply(message=message, sender_name="Rasmus Oye").gaps[0]
    assert (asked.question, next(iter(asked.choices), "")) == (question, accepts)


@pytest.mark.parametrize(
    ("message", "question", "accepts"),
    [
        ("Hallo Tom, kann ich meinen Anhänger bei dir auf dem Hof abstellen?",
         "Deine Antwort: „Kann ich meinen Anhänger bei dir auf dem Hof abstellen?“",
         "Ja, das ist in Ordnung."),
        ("Hola, ¿puedo dejar mi remolque en tu patio?",
         "Tu respuesta: «¿Puedo dejar mi remolque en tu patio?»",
         "Sí, no hay problema."),
        ("Pouvons-nous utiliser la salle lundi ?",
         "Votre réponse : « Pouvons-nous utiliser la salle lundi ? »", "Oui, c'est d'accord."),
        ("Can I leave my trailer in your yard?",
         "Your answer: “Can I leave my trailer in your yard?”", "Yes, that is fine."),
    ],
)  # fmt: skip
def test_what_speaks_for_its_sender_is_quoted_with_answers(message: str, question: str, accepts: str) -> None:
    (asked,) = reply(message=message, sender_name="Rasmus Oye").gaps
    assert (asked.question, asked.choices[0]) == (question, accepts)
    assert len(asked.choices) == 3


def test_dates_that_are_offered_beside_a_question_are_a_gap_of_their_own() -> None:
    days = "Dienstag oder Donnerstag ginge bei mir, sonst komme ich in diesen Wochen kaum einmal aus der Werkstatt."
    gaps = reply(message=f"Hallo Ana,\n\ngehen wir mal essen?\n\n{days}").gaps
    (dates,) = (gap for gap in gaps if "Dienstag passt mir." in gap.choices)
    assert dates.question == f"Ihre Antwort: „{days.rstrip('.')}“"
    assert dates.choices[:2] == ("Dienstag passt mir.", "Donnerstag passt mir.")


@pytest.mark.parametrize(
    ("message", "choices"),
    [
        ("Unsere Rechnung 12 ist noch offen. Warum wurde sie nicht bearbeitet?", ()),
        ("Would you be able to bring a mower?",
         ("Yes, gladly.", "Unfortunately, that is not possible.", "I will get back to you about this.")),
        ("Please confirm the price of £612 without stairs.", ()),
        ("Bitte ehrlich, dann kriegt sie lieber was anderes.", ()),
        ("Will you need electricity?", ("Yes.", "No.", "I will get back to you about this.")),
        ("Do we print it matt or glossy?", ()),
        ("Could you bring the mower if it is dry?", ()),
        ("Would you pay £612?", ()),
        ("Der Tisch ist kaputt. Muss ich ihn zurückschicken?", ()),
        ("Serían cuarenta minutos, por vídeo o aquí, entre el 1 y el 4 de diciembre, ¿le parece?", ()),
    ],
)  # fmt: skip
def test_what_may_not_fit_is_not_offered(message: str, choices: tuple[str, ...]) -> None:
    assert reply(message=message).gaps[0].choices == choices


def test_an_invitation_is_to_be_accepted_beside_its_own_words() -> None:
    invited = "nous t'invitons samedi à nos 40 ans."
    (gap,) = reply(message=f"Cher Omar, {invited} Tu viens ?").gaps
    assert gap.question == "Ta réponse : « Nous t'invitons samedi à nos 40 ans. Tu viens ? »"
    assert gap.choices[0] == "Merci pour l'invitation. Je viendrai avec plaisir."
    (more,) = reply(message=f"Cher Omar, {invited} Tu amènes ta guitare ?").gaps
    assert more.choices == ()


def test_condolences_stand_before_what_is_asked_and_are_no_answer() -> None:
    message = "My dad died on Tuesday. Could you tell the choir?"
    result = reply(message=message)
    assert "\n\nMy sincere condolences.\n\n[[" in result.text
    assert result.skeleton
    assert not any("condolences" in choice for gap in result.gaps for choice in gap.choices)


@pytest.mark.parametrize(
    "message",
    [
        "Hi Ana, I was a bit disappointed that the terrace was closed. Do you take bookings in December?",
        "Hallo Ana, ich war etwas enttäuscht, dass der Kurs ausgefallen ist. Wird er nachgeholt?",
        "Bonjour Ana, j'ai été un peu déçue de l'atelier. Est-ce que les prochains dureront trois heures ?",
        "Hola, Ana: me decepcionó un poco la excursión. ¿Se va a repetir en diciembre?",
    ],
)
def test_who_is_a_bit_disappointed_is_answered_yes_or_no(message: str) -> None:
    assert len(reply(message=message, sender_name="Rasmus Oye").gaps[0].choices) == 3


@pytest.mark.parametrize(
    "message",
    [
        "Hi Ana, please ring us if you cannot come to the appointment.",
        "Guten Tag, bitte melden Sie sich, falls Sie nicht kommen können.",
        "Bonjour Madame, merci de nous appeler si vous ne pouvez pas venir.",
        "Hola, Ana: llámanos, por favor, si no puedes venir a la cita.",
    ],
)
def test_what_is_asked_on_a_condition_is_not_taken_on(message: str) -> None:
    (gap,) = reply(message=message, sender_name="Rasmus Oye").gaps
    assert gap.choices == ()


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("es", "Le ruego que no se lo tome como un desprecio."),
        ("es", "A quién le pago, que me han dicho que cambió la cuenta y no quiero ingresar dos veces."),
        ("es", "Si no, prefiero que me devuelvan el dinero."),
        ("de", "Bitte nehmen Sie es nicht persönlich."),
        ("de", "Ein Nachlass würde daran auch nichts ändern, bitte bemühen Sie sich da nicht."),
        ("fr", "Si tu peux pas lundi je demande à mon frère."),
        ("fr", "Je vous remercie de m'avoir prévenue avec tact."),
        ("en", "Please don't take this the wrong way."),
    ],
)
def test_nobody_agrees_by_a_click_to_what_is_not_to_be_or_depends(language: str, line: str) -> None:
    assert open_sentence(line, Asking(language)).choices == ()


def test_where_something_was_written_before_no_bare_yes_is_offered() -> None:
    asked = {"message": "Can I park behind the church?", "sender_name": "Bex Olo", "owner_name": "Cuthbert Haverty"}
    assert len(reply(**asked).gaps[0].choices) == 3
    said = "Cuthbert Haverty:\nWe sing on Saturday. Long black, please, and bring your own folder."
    assert reply(**asked, thread=said).gaps[0].choices == ()


def test_which_of_some_things_is_no_question_of_the_days_of_the_message() -> None:
    offered = ("le 4", "le 5")
    asking = Asking("fr", "familiar", offered=offered)
    things = "Il reste les santons à 0,38 pièce ou les chats à 0,52, il y en a 500 au moins, tu prends lesquels ?"
    assert not any("4" in choice for choice in open_sentence(things, asking).choices)
    told = f"On m'a dit hier {'encore ' * 20} rien. Lesquels prends-tu ?"
    assert not any("4" in choice for choice in open_sentence(told, asking).choices)


def test_a_quotation_within_what_is_quoted_keeps_its_end() -> None:
    asked = open_sentence("On m'a promis un retour « dans la journée ».", Asking("fr"))
    assert asked.question.endswith("« On m'a promis un retour « dans la journée » »")


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("Our logo is missing \u2013 was that on purpose?", "logo is missing \u2013 was that on purpose?"),
    ],
)
def test_a_question_beside_a_statement_stays_with_it(message: str, question: str) -> None:
    (gap,) = reply(message=f"Hi Ana,\n\n{message}", sender_name="Rasmus Oye").gaps
    assert question in gap.question


@pytest.mark.parametrize(
    "message",
    [
        "Hi Ana, could you confirm the delivery address?",
        "Guten Tag, können Sie uns bitte die Lieferzeiten bestätigen?",
        "Bonjour Madame, pouvez-vous confirmer l'adresse de facturation ?",
        "Buenos días: ¿puede confirmarnos el horario de descarga?",
    ],
)
def test_what_the_owner_has_to_tell_is_not_confirmed_by_a_click(message: str) -> None:
    (gap,) = reply(message=message, sender_name="Rasmus Oye").gaps
    assert gap.choices == ()


def test_dates_that_a_gap_offers_already_are_no_gap_of_their_own() -> None:
    message = "Any chance of your trailer friday, we move the stage. It would be back sat or sunday, which suits you?"
    result = reply(message=message, sender_name="Jo")
    assert [sum("Sunday" in choice for choice in gap.choices) for gap in result.gaps].count(1) == 1


@pytest.mark.parametrize(
    ("language", "occasion", "line"),
    [
        ("en", "news", "Your Saturdays made this happen for her, truly"),
        ("fr", "bereavement", "Elle aimait tant vos concerts du dimanche"),
        ("es", "", "Sin tus martes no lo habría conseguido, te lo digo en serio"),
    ],
)
def test_who_only_tells_something_is_promised_no_answer(language: str, occasion: Occasion, line: str) -> None:
    assert open_sentence(line, Asking(language, "familiar", occasion)).choices == ()


def test_to_who_tells_of_a_death_nothing_is_promised_or_refused_by_a_click() -> None:
    asked = "Peux-tu prévenir le chœur ?"
    assert "Oui, volontiers." in open_sentence(asked, Asking("fr", "familiar")).choices
    assert open_sentence(asked, Asking("fr", "familiar", "bereavement")).choices == ()


@pytest.mark.parametrize(
    ("language", "line", "dates"),
    [
        ("en", "I'm free on Monday, Tuesday and Friday morning.", ("Monday", "Tuesday", "Friday morning")),
        ("de", "Wir wären am Dienstag, 3.12. und am Mittwoch, 4.12. nach 15 Uhr zu Hause.",
         ("Dienstag, 3.12.", "Mittwoch, 4.12.")),
        ("fr", "Nous sommes là jeudi et samedi.", ("jeudi", "samedi")),
        ("es", "Estamos en casa el lunes por la tarde y el jueves a partir de las 17:00.",
         ("el lunes por la tarde", "el jueves")),
        ("en", "We come on Tuesday and leave on Friday.", ()),
        ("en", "Call me between 3pm and 5pm or at 7pm.", ()),
    ],
)  # fmt: skip
def test_each_day_on_which_somebody_is_there_is_offered(language: str, line: str, dates: tuple[str, ...]) -> None:
    assert offered_dates(line, Asking(language).words) == dates


@pytest.mark.parametrize(
    ("message", "taken"),
    [
        ("We'll take the large room. Do you have a cot?", "We'll take the large room"),
        ("Wir nehmen das große Zimmer. Haben Sie ein Kinderbett?", "Wir nehmen das große Zimmer"),
        ("Nous prenons la grande chambre. Avez-vous un lit d'enfant ?", "Nous prenons la grande chambre"),
        ("Nos quedamos con la habitación grande. ¿Tienen cuna?", "Nos quedamos con la habitación grande"),
    ],
)  # fmt: skip
def test_what_somebody_takes_is_shown_and_quotes_no_offer(message: str, taken: str) -> None:
    offer = "Tom Adeyemi:\nThe large room costs 80 euros. Das große Zimmer kostet 80 Euro."
    gaps = reply(message=message, sender_name="Rasmus Oye", owner_name="Tom Adeyemi", thread=offer).gaps
    (first,) = (gap for gap in gaps if not gap.is_hint)
    assert taken in first.question
    assert "80" not in first.question
    assert first.choices == ()


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Ich nehme an, dass das Paket heute kommt."),
        ("en", "The offer does not suit her."),
        ("fr", "Je prends le train de 9 h."),
        ("es", "El martes no me viene bien."),
    ],
)
def test_who_supposes_or_declines_takes_nothing(language: str, line: str) -> None:
    assert not takes(language, line)


def test_a_german_question_behind_und_needs_no_mark() -> None:
    asked, *_ = reply(message="Und kommt man mit dem Kinderwagen hinein, das Tor ist schmal.").gaps
    assert (asked.question, asked.choices[:2]) == (
        "Und kommt man mit dem Kinderwagen hinein, das Tor ist schmal?",
        ("Ja.", "Nein."),
    )
    told = reply(message="Und ist die Ware beschädigt, nehmen wir sie zurück.").gaps
    assert not any("?" in gap.question for gap in told)


def test_a_bare_yes_is_offered_only_where_nothing_else_is_asked() -> None:
    (alone,) = reply(message="Is there a ramp at the door?", sender_name="Rasmus Oye").gaps
    assert alone.choices[:2] == ("Yes.", "No.")
    both = reply(message="Is there a ramp at the door? What does the hall cost?", sender_name="Rasmus Oye").gaps
    assert [gap.choices for gap in both] == [(), ()]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Could you send somebody? I am home on Friday from noon.", "I am home on Friday from noon"),
        ("Können Sie jemanden schicken? Ich bin freitags ab Mittag zu Hause.", "Ich bin freitags ab Mittag zu Hause"),
        ("Pouvez-vous envoyer quelqu'un ? Je suis là vendredi.", "Je suis là vendredi"),
        ("¿Puede mandar a alguien? Estoy en casa el viernes.", "Estoy en casa el viernes"),
    ],
)
def test_when_the_sender_is_there_is_shown_beside_what_is_asked(message: str, told: str) -> None:
    (asked,) = reply(message=message, sender_name="Rasmus Oye").gaps
    assert asked.choices
    assert told in asked.question


HALL = GroundPassage(0, "Price list", "", "The hall costs 500 EUR a day.")
CARS = GroundPassage(0, "Cars", "", "Parking costs 12 EUR.")
PARKING = GroundPassage(0, "parking", "", "El aparcamiento del hotel cuesta 12 euros al día.", kind="fact")
IBAN = GroundPassage(0, "IBAN", "", "GB29 NWBK 6016 1331 9268 19", kind="fact", is_guarded=True)


def test_a_guarded_fact_is_not_shown_beside_what_a_file_says() -> None:
    message = "Please tell me what the hall costs. Please send me your IBAN."
    result = reply(message=message, passages=passages_value([HALL, IBAN]))
    (asked,) = result.gaps
    assert asked.question.endswith("Price list: “The hall costs 500 EUR a day.”")
    assert [source.supports for source in result.sources] == [asked.question, IBAN.text]


def test_the_words_of_each_source_stand_under_its_own_title() -> None:
    message = "Could you tell me what the hall costs and what parking costs, and can you bring tables?"
    (asked,) = reply(message=message, passages=passages_value([HALL, CARS])).gaps
    assert asked.question.endswith("Price list: “The hall costs 500 EUR a day.” \u2013 Cars: “Parking costs 12 EUR.”")


def test_half_an_answer_is_nothing_to_pick() -> None:
    message = "Please tell me what the hall costs. Please tell me about parking."
    (asked,) = reply(message=message, passages=passages_value([HALL, PARKING])).gaps
    assert "The hall costs 500 EUR a day." in asked.question
    assert asked.choices == ()


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("Can we skip the lockout for the short test?", "en"),
        ("Could you switch the smoke detector off?", "en"),
        ("Is it ok to ignore the alarm?", "en"),
        ("Können wir die Sperre für den kurzen Test überspringen?", "de"),
        ("Darf ich den Alarm ausschalten?", "de"),
        ("Peut-on sauter la consignation pour le petit essai ?", "fr"),
        ("¿Podemos saltarnos el bloqueo para la prueba corta?", "es"),
    ],
)
def test_who_asks_to_leave_out_a_guard_is_not_told_yes_by_a_click(message: str, language: str) -> None:
    (asked, *_) = reply(message=message).gaps
    yes = {word for kind in ("able", "yes_no", "allow") for word in Asking(language).words[kind][:1]}
    assert not any(choice in yes for choice in asked.choices)


def test_who_asks_for_anything_else_is() -> None:
    assert "Yes, that is fine." in reply(message="Can we skip the meeting?").gaps[0].choices


def test_lines_of_different_days_stand_under_their_own_dates() -> None:
    gap = open_sentence("When can the driver come?", Asking("en"))
    new = Line("owner", "Ida", "30 Nov", language="en", at=(2, 0), sentence="Let's say the 14th.")
    old = Line("owner", "Ida", "27 Nov", language="en", at=(1, 0), sentence="The driver can come on the 9th.")
    assert with_words(gap, [new, old], Asking("en")).question == (
        "When can the driver come? \u2013 you wrote on 30 Nov: \u201cLet's say the 14th.\u201d;"
        " you wrote on 27 Nov: \u201cThe driver can come on the 9th.\u201d"
    )
