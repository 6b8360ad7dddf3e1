"""Sellers, people who are away, friends and letters to subscribers are told by what they have in common."""

import pytest

from core.text.asks import find_wanted
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.triage.decide import decide
from integrations.mail.triage.manner import MANNER_SENTENCES, asking_part, manner_signs, wants_answer
from integrations.mail.triage.weighing import WeighedMail, facts_of
from tests.integrations.mail.samples import DAN, KIM, OWNER, decided, mail

SELLERS = (
    "Hi Bob,\n\nI was impressed by your new hall. Firms of your size save 14 % with us. Shall I pop by?\n\nAnn Lee",
    "Lieber Herr Ray,\n\nbeeindruckend, Ihr Vortrag! Betriebe wie Ihrer sparen 14 %. Darf ich vorbeikommen?\n\nAnn Lee",
    "Cher Bob,\n\nbravo pour le prix. Nos clients gagnent 14 %. On prend un café mardi ?\n\nAnn Lee",
    "Hola, Bob:\n\nEnhorabuena por el premio. En otras empresas ha bajado un 18 %. ¿Tomamos un café?\n\nAnn Lee",
)


def signs(text: str, *fields: str) -> dict[str, float]:
    return manner_signs(facts_of(parse_message(mail(text, *fields)), OWNER), set())


@pytest.mark.parametrize("text", SELLERS)
def test_who_praises_saves_and_comes_by_sells(text: str) -> None:
    assert signs(text)["courts"] >= 1
    assert not decided(parse_message(mail(text)), OWNER).needs_reply


@pytest.mark.parametrize(
    "text",
    [
        "Hi Bob,\n\nthe pump is broken again. Shall I come by on Friday?\n\nAnn",
        "Hallo Bob,\n\nherzlichen Glückwunsch zum Geburtstag. Kommst du morgen?\n\nAnn",
        "Bonjour Bob,\n\nla remise est de 5 %. On la prend ?\n\nAnn",
    ],
)
def test_one_of_these_alone_tells_nothing(text: str) -> None:
    assert "courts" not in signs(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm up a mountain until the 30th. If it's urgent, write to moira@glass.example.",
        "Ich sitze bis zum 29. in einem Boot. In dringenden Fällen hilft Ihnen mein Bruder.",
        "Je suis en montagne jusqu'au 2. Mon fils tient la boutique.",
        "Estoy en un andamio hasta el 9. Si es urgente, llame a mi hermano.",
    ],
)
def test_who_is_away_names_a_day_and_somebody_else(text: str) -> None:
    assert {"away", "substitute", "absent"} <= signs(text).keys()
    assert "absent" not in signs("I'm up a mountain until the 30th. Which pump do you want before that?")


def test_a_figure_of_speech_asks_nothing_and_a_question_beside_it_does() -> None:
    assert "unasked" in signs("It was a stone, can you believe it? Runs again, eh?")
    assert "unasked" not in signs("It was a stone, can you believe it? Do you want it back?")


@pytest.mark.parametrize(
    "text", ["Zu veranlassen haben Sie nichts.", "You need do nothing in the meantime.", "Inutile de me répondre."]
)
def test_a_sentence_that_nothing_is_to_be_done_is_no_ask(text: str) -> None:
    assert "at_rest" in signs(text)
    assert not find_wanted(asking_part(f"The street is closed.\n{text}")).all
    assert asking_part(f"{text} Can you come?").strip() == "Can you come?"


@pytest.mark.parametrize(
    "text",
    [
        "Elle passe le mardi, tu étais au courant ?",
        "Please ring if there is nothing to be done.",
        "No imprima este correo si no es necesario.",
        "Sag mir, ob das schon erledigt ist oder du nichts tun musst?",
    ],
)
def test_who_asks_or_sets_a_condition_does_not_say_that_nothing_is_to_be_done(text: str) -> None:
    assert "at_rest" not in signs(text)
    assert asking_part(text) == text


@pytest.mark.parametrize(
    ("said", "conditional"),
    [
        ("All sorted, it is settled now.", "I am not paying the second half until this is settled."),
        ("Das Problem ist geklärt.", "Ich zahle nichts, bis das geklärt ist."),
        ("Merci, c'est réglé.", "Dites-moi quand c'est réglé."),
        ("Ya está resuelto.", "No pago nada hasta que esto ya está resuelto."),
    ],
)
def test_a_matter_is_settled_where_that_is_said_without_a_condition(said: str, conditional: str) -> None:
    assert "settled" in signs(said)
    assert "settled" not in signs(conditional)


@pytest.mark.parametrize(
    "text",
    [
        "It didn't work yesterday but it's sorted now.",
        "But never mind, I found it.",
        "Aber das hat sich inzwischen geklärt.",
        "Hier ça ne marchait pas mais c'est réglé.",
        "Ayer no había luz sin embargo ya está resuelto.",
        "Once I have the numbers I'll get back to you.",
        "If anything changes I'll let you know.",
        "Ob es klappt weiß ich morgen und ich melde mich.",
        "Dès que j'ai des nouvelles je vous tiens au courant.",
        "Cuando sepa algo te aviso.",
    ],
)
def test_an_objection_begins_anew_and_who_comes_back_does_so_on_a_condition_too(text: str) -> None:
    assert "settled" in signs(text)


def test_the_german_objection_within_a_condition_begins_nothing() -> None:
    assert "settled" not in signs("Wenn das aber geklärt ist, zahle ich.")


@pytest.mark.parametrize(
    "text",
    [
        "I want half of my money back. What are you going to do about it? My lawyer will write to you.",
        "Ich verlange die Hälfte meines Geldes zurück. Was gedenken Sie zu tun? Sonst gehe ich zum Anwalt.",
        "J'exige la moitié de mon argent.",
        "Exijo la mitad de mi dinero.",
        "please see my questions in the attached document.",
        "meine Fragen finden Sie im Anhang. Ich freue mich auf Ihre Antwort.",
        "vous trouverez mes questions en pièce jointe.",
        "le envío mis preguntas en el archivo adjunto.",
    ],
)
def test_who_demands_or_asks_in_an_attachment_waits_however_it_reads(text: str) -> None:
    message = MailMessage(sender=KIM, to=(OWNER,), subject="Saturday", text=f"{text}\n\nKim Lee")
    assert decide(message, OWNER, reading=(-8.0, -8.0, -8.0)).rule == "asked"


def test_a_letter_to_subscribers_says_so() -> None:
    letter = "Hi Bob,\n\nwhat did you break? Hit reply, I read every one.\n\nYou get this because you signed up."
    assert signs(letter)["audience"] == 2


def test_a_subject_that_only_pretends_to_answer_is_a_sign() -> None:
    subject = "Subject: Re: your contract"
    assert "no_answer_to_any" in signs("As agreed.", subject)
    assert "no_answer_to_any" not in signs("As agreed.", subject, "In-Reply-To: <one@example.org>")


def test_each_sign_is_one_of_the_classifier() -> None:
    found = WeighedMail(facts_of(parse_message(mail(SELLERS[0])), OWNER)).evidence.signs
    assert found.keys() & MANNER_SENTENCES.keys()


@pytest.mark.parametrize(
    ("sign", "texts"),
    [
        (
            "choice",
            (
                "Bus is off. Open or shut?",
                "Montag oder Freitag?",
                "Soit lundi, soit mardi.",
                "¿Lunes o martes?",
            ),
        ),
        (
            "hinges",
            (
                "Otherwise the leeks go to the goats.",
                "Ich halte den Platz bis Freitag frei.",
                "Sinon je les garde.",
                "Te guardo la mesa hasta el viernes.",
            ),
        ),
        (
            "lacks",
            (
                "We are still missing box 7.",
                "Uns fehlt noch die Zahl.",
                "Il me manque la date, il nous manque tout.",
                "Nos falta la firma.",
            ),
        ),
        (
            "reports",
            (
                "Yes, it comes out of our pot.",
                "Zu Ihrer Frage: das geht.",
                "J'ai envoyé le colis.",
                "He mandado el paquete.",
            ),
        ),
    ],
)
def test_who_leaves_a_choice_waits_lacks_something_or_reports_is_seen(sign: str, texts: tuple[str, ...]) -> None:
    assert [sign in signs(text) for text in texts] == [True] * 4
    assert sign not in signs("The roof is red and the day was long.")


@pytest.mark.parametrize(
    "text",
    [
        "Hi Bob,\n\nthe fire door upstairs is wedged open again. All else is fine.\n\nAnn",
        "Hallo Bob,\n\nder Rauchmelder im Keller ist abgeklemmt, damit Ruhe ist. Sonst alles gut.\n\nAnn",
        "Bonjour Bob,\n\nl'issue de secours est bloquée par des palettes. Tout va bien.\n\nAnn",
        "Hola, Bob:\n\nla alarma de incendios está desconectada. Lo demás, bien.\n\nAnn",
        "Hi Bob,\n\nthe mushrooms that we ate are poisonous, the label says. All else is fine.\n\nAnn",
        "Hallo Bob,\n\nlaut Etikett ist das Öl giftig. Sonst alles gut.\n\nAnn",
        "Bonjour Bob,\n\nd'après l'étiquette, l'huile est toxique. Tout va bien.\n\nAnn",
        "Hola, Bob:\n\nsegún la etiqueta, el aceite es venenoso. Lo demás, bien.\n\nAnn",
    ],
)
def test_who_tells_of_a_danger_is_answered_though_nothing_is_asked(text: str) -> None:
    assert decided(parse_message(mail(text))).needs_reply


@pytest.mark.parametrize(
    "text",
    [
        "Sehr geehrte Damen und Herren,\n\nhiermit kündige ich meinen Vertrag zum 31.12.2026. Bitte bestätigen Sie mir "
        "die Kündigung schriftlich.\n\nAnn Lee",
        "Sehr geehrte Damen und Herren,\n\nhiermit widerrufe ich den Vertrag vom 3. November. Bitte bestätigen Sie mir "
        "den Eingang des Widerrufs.\n\nAnn Lee",
        "Dear Sir or Madam,\n\nI cancel my contract as of 31 December. Please confirm the cancellation in writing."
        "\n\nAnn Lee",
        "Madame, Monsieur,\n\nje résilie mon contrat au 31 décembre. Merci de me confirmer la résiliation.\n\nAnn Lee",
        "Estimados señores:\n\nDoy de baja mi contrato. Les ruego me confirmen la baja por escrito.\n\nAnn Lee",
    ],
)
def test_who_asks_for_a_confirmation_waits_for_it(text: str) -> None:
    decision = decided(parse_message(mail(text)), OWNER)
    assert decision.needs_reply
    assert decision.reason.startswith("It asks: ")


@pytest.mark.parametrize(
    "text",
    [
        "Dear Bob,\n\nafter six good years I have decided to leave. I resign from my position with effect from "
        "31 January.\n\nAnn Lee",
        "Lieber Herr Ray,\n\nhiermit kündige ich mein Arbeitsverhältnis zum 31. Januar.\n\nAnn Lee",
        "Cher Bob,\n\nje vous présente ma démission, avec effet au 31 janvier.\n\nAnn Lee",
        "Hola, Bob:\n\nPresento mi dimisión con efecto a 31 de enero.\n\nAnn Lee",
    ],
)
def test_who_gives_notice_is_answered_though_nothing_is_asked(text: str) -> None:
    assert decided(parse_message(mail(text)), OWNER).needs_reply


def test_nobody_waits_where_no_confirmation_is_needed() -> None:
    text = (
        "Dear Bob,\n\nI withdraw my application. Please delete my papers, a confirmation is not necessary.\n\nAnn Lee"
    )
    assert not decided(parse_message(mail(text)), OWNER).needs_reply


@pytest.mark.parametrize(
    "text",
    [
        "EY WANN WIRD ENDLICH DER AUFZUG REPARIERT??? typisch!!! bis morgen will ich antwort sonst anwalt",
        "Zur Info und bitte um Rückmeldung, ob ich da zu Hause sein muss.\n\nAnn Lee",
        "For your information. Please reply whether I have to be at home.\n\nAnn Lee",
        "Pour information, et merci de me répondre avant vendredi.\n\nAnn Lee",
        "Para su información. Espero una respuesta antes del viernes.\n\nAnn Lee",
    ],
)
def test_who_says_that_an_answer_is_wanted_waits_for_it_by_words_alone(text: str) -> None:
    assert decide(parse_message(mail(text)), OWNER).needs_reply


@pytest.mark.parametrize(
    "text",
    [
        "Im Bad tropft es übrigens seit gestern von der Decke.",
        "Unter der Spüle steht übrigens Wasser.",
        "Im Keller riecht es nach Gas.",
        "By the way, water is dripping through the ceiling.",
        "Ça sent le gaz dans la cave. De l'eau coule aussi du plafond.",
        "Por cierto, huele a gas en el sótano.",
    ],
)
def test_who_tells_of_gas_or_of_water_from_the_ceiling_is_answered_by_words_alone(text: str) -> None:
    told = f"{text}\n\nAnn Lee"
    assert decide(parse_message(mail(told, "Content-Type: text/plain; charset=utf-8")), OWNER).needs_reply


@pytest.mark.parametrize("text", ["Ich erwarte noch eine Antwort vom Amt.", "We expect a reply from the office."])
def test_an_answer_of_somebody_else_is_not_the_owner_s(text: str) -> None:
    assert not wants_answer(facts_of(parse_message(mail(text)), OWNER))


def test_an_alarm_that_is_to_be_confirmed_is_a_program_s() -> None:
    fields = ("From: DX2 Monitor <alerts@monitor.example>", "Subject: [WARNING] DX2 filter 2.9 kPa")
    text = "Severity: WARNING\nUnit: DX2\nValue: 2.9 kPa (limit 2.5)\nPlease check the filter and confirm at the panel."
    assert not decided(parse_message(mail(text, *fields)), OWNER).needs_reply


def is_withdrawal(text: str) -> bool:
    data = mail(f"{text}\n\nAnn Lee", "Content-Type: text/plain; charset=utf-8")
    return decide(parse_message(data), OWNER).withdraws


@pytest.mark.parametrize(
    "text",
    [
        "Never mind, Bob.",
        "Please ignore my mail, I found it myself.",
        "It has resolved itself. I no longer need an answer.",
        "Die Sache ist erledigt, danke.",
        "Sie brauchen mir nicht mehr zu antworten.",
        "Bonjour Bob,\n\nle problème est réglé, merci.",
        "El problema ya está resuelto, gracias.",
        "Ya no hace falta que me respondas.",
    ],
)
def test_who_says_that_a_question_is_settled_withdraws_it(text: str) -> None:
    assert is_withdrawal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please don't forget my question.",
        "Please do not ignore my mail.",
        "Tell me when this is sorted.",
        "Please confirm that this is sorted.",
        "Invoice 12 is settled, but what about my question?",
        "Invoice 12 is settled. When can I see the flat?",
        "The lift is sorted. I am still waiting for your answer about the flat.",
        "Die Sache ist noch nicht erledigt.",
        "Hat sich das schon geklärt?",
        "Vergessen Sie bitte meine Frage nicht.",
        "Ich melde mich, sobald die Sache erledigt ist.",
        "Le problème n'est pas réglé.",
        "Dites-moi quand c'est réglé.",
        "El problema todavía no está resuelto.",
        "No olvide mi consulta.",
    ],
)
def test_who_reminds_asks_or_speaks_of_something_else_withdraws_nothing(text: str) -> None:
    assert not is_withdrawal(text)


@pytest.mark.parametrize(
    "told",
    [
        "Your sofa is on its way, it says. When is it coming? Who is collecting the armchair? Is the fee paid back?",
        "No need to send the man. Can you send me a receipt? Is it ok if my sister stays? Which key fits the shed?",
        "Das hat sich erledigt. Wann kommt der Techniker? Wann wird das Geld erstattet? Was passiert am 30.?",
        "C'est réglé. Quand vient le couvreur ? On partage en trois ? Chez vous ou chez nous ?",
        "Ya está resuelto. ¿Cuándo llega el pedido? ¿Quién lo recoge? ¿Hay que firmar algo?",
    ],
)
def test_a_matter_that_is_settled_settles_no_others_that_a_mail_asks_about(told: str) -> None:
    message = MailMessage(sender=DAN, to=(OWNER,), subject="A few things", text=f"Hello Bob,\n\n{told}\n\nDan Hill")
    assert decide(message, OWNER, reading=(-30, -9.0, -9.0)).needs_reply
    sold = message.model_copy(update={"text": f"Save 20% on our platform, a free demo for your company!\n\n{told}"})
    assert not decide(sold, OWNER, reading=(-30, -9.0, -9.0)).needs_reply


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        ("One burning question: are you open on Boxing Day?", True),
        ("Eine Frage: Haben Sie am 27. Dezember geöffnet?", True),
        ("Une question : êtes-vous ouverts le 26 décembre ?", True),
        ("Una pregunta: ¿tienen ustedes abierto el 26 de diciembre?", True),
        ("Did you know that the hall has a new roof?", False),
    ],
)
def test_a_question_to_the_reader_is_no_information_unless_it_went_to_many(asked: str, needed: bool) -> None:
    told = {"Eine": "Hallo Bob,\n\nzur Info: die Tische sind da, die Rechnung ist bezahlt worden."}
    told |= {"Une ": "Bonjour Bob,\n\nPour information : la livraison est arrivée, la facture est payée."}
    told |= {"Una ": "Hola Bob:\n\nPara su información: el pedido llegó y la factura está pagada."}
    english = "Dear Bob,\n\nFor your information: the delivery came on Tuesday and the invoice has been paid."
    text = f"{told.get(asked[:4], english)}\n\n{asked}\n\nAnn Lee"
    plain = "Content-Type: text/plain; charset=utf-8"
    unlike = (0.0, -4.0, -4.0)
    assert decide(parse_message(mail(text, plain)), OWNER, reading=unlike).needs_reply is needed
    listed = mail(text, plain, "List-Unsubscribe: <https://example.com/u>", "Precedence: bulk")
    assert not decide(parse_message(listed), OWNER, reading=(-4.0, -4.0, 4.0)).needs_reply
    generated = parse_message(mail(text, plain, "Auto-Submitted: auto-generated"))
    assert not decide(generated, OWNER, reading=(-4.0, -4.0, 4.0)).needs_reply
