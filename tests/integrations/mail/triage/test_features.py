"""The signs of a mail: each is there when a person would see it, and each has a weight."""

import pytest

from benchmarks.train_triage import read_automatic
from core.text.asks import find_wanted
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.triage.weighing import WeighedMail, facts_of
from tests.integrations.mail.samples import DAN, KIM, OWNER, QUESTION, decided, mail


def test_an_owner_without_a_name_is_known_by_that_in_the_address_field() -> None:
    owner = OwnerAddresses(address="bob.ray@example.org")
    assert "greets_owner" in WeighedMail(facts_of(parse_message(mail(QUESTION)), owner)).evidence.signs


def test_what_is_asked_of_somebody_else_is_not_asked_of_the_owner() -> None:
    text = "Dan, can you take the Monday shift instead of me?"
    assert not decided(MailMessage(sender=KIM, to=(OWNER, DAN), text=text), OWNER).needs_reply
    assert decided(MailMessage(sender=KIM, to=(OWNER, DAN), text=text.replace("Dan", "Bob")), OWNER).needs_reply


@pytest.mark.parametrize(
    ("text", "clear", "questions", "orders"),
    [
        ("Please review the attached and let me know if you have any questions.", 1, 0, 0),
        ("If you have any questions, please call me.", 0, 0, 0),
        ("Please feel free to contact me. Any questions?", 0, 0, 0),
        ("Who is our contact?", 0, 1, 0),
        ("Send it to Kim.", 0, 0, 1),
        ("See http://example.com/?q=1", 0, 0, 0),
        ("I will send it. It is done.", 0, 0, 0),
    ],
)
def test_polite_phrases_ask_for_nothing(text: str, clear: int, questions: int, orders: int) -> None:
    asked = find_wanted(text)
    assert (len(asked.clear), len(asked.questions), len(asked.orders)) == (clear, questions, orders)


def test_colleagues_may_talk_of_prices_and_deals() -> None:
    text = "Can you confirm the price and the cash flow of the Duke deal before we buy?"
    assert decided(MailMessage(sender=DAN, to=(OWNER,), text=text)).needs_reply
    told = "You can save money and win with our cash deals at low prices. Can you talk tomorrow?"
    assert not decided(MailMessage(sender=KIM, to=(OWNER,), text=told)).needs_reply


def test_a_stranger_who_buys_sells_nothing() -> None:
    asked = "We would like to buy three pumps at a special price. Can you send a quote with prices and your discount?"
    message = MailMessage(sender=KIM, to=(OWNER,), subject="Pumps", text=f"Dear Bob,\n\n{asked}\n\nKim Lee")
    signs = WeighedMail(facts_of(message, OWNER)).evidence.signs
    assert "buys" in signs
    assert "sells" not in signs
    assert decided(message).needs_reply


@pytest.mark.parametrize("row", read_automatic(), ids=lambda row: str(row.subject)[:40])
def test_automatic_mail_whose_headers_were_lost_gets_no_answer(row: MailMessage) -> None:
    decision = decided(row, OWNER)
    assert not decision.needs_reply, decision


@pytest.mark.parametrize(
    "text",
    [
        "Hi Bob,\n\nI'm out of the office until Thursday. Can you send me the file by then?\n\nAnn",
        "Hi Bob,\n\nI shared the folder with you. Could you review the document?\n\nAnn",
        "Hi Bob,\n\nyour order has been shipped to the wrong address. Did you move?\n\nAnn",
    ],
)
def test_people_may_speak_of_absences_files_and_orders(text: str) -> None:
    assert decided(parse_message(mail(text, "Subject: Shared folder")), OWNER).needs_reply


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("settled", "The lift runs again, so never mind."),
        ("settled", "Das hat sich erledigt."),
        ("settled", "Laissez tomber, j'ai retrouvé le plan."),
        ("settled", "Ya lo he visto con el jefe."),
        ("thanks", "It was lovely, thank you so much."),
        ("thanks", "Herzlichen Dank, das Fest war schön."),
        ("thanks", "Un grand merci, tout est arrivé."),
        ("thanks", "Muchas gracias, ha llegado todo."),
        ("pitch", "Who is responsible for new customers?"),
        ("pitch", "Wer kümmert sich bei Ihnen um neue Kunden?"),
        ("pitch", "Qui s'occupe de vos achats ?"),
        ("pitch", "¿Quién lleva las compras?"),
    ],
)
def test_phrases_are_signs_in_each_language(sign: str, text: str) -> None:
    message = parse_message(mail(text))
    assert sign in WeighedMail(facts_of(message, OWNER)).evidence.signs
    assert sign not in WeighedMail(facts_of(parse_message(mail(QUESTION)), OWNER)).evidence.signs


def signs(text: str, *fields: str) -> set[str]:
    return set(WeighedMail(facts_of(parse_message(mail(text, *fields)), OWNER)).evidence.signs)


@pytest.mark.parametrize(
    "text",
    ["any space free tomorrow", "ist der beamer wieder da", "tu l'as re\u00e7u mon badge", "ha vuelto ya el grande"],
)
def test_a_question_of_a_few_words_is_one_without_its_mark(text: str) -> None:
    head = ("MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8")
    assert "bare_question" in signs(text, *head)
    assert "bare_question" not in signs("The projector is back in its place, as it should be.", *head)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("The oven is relined on Monday. Thank you for your patience.", "patience"),
        ("Wir bitten um Ihr Verst\u00e4ndnis.", "patience"),
        ("All six are up. Who would have thought that beige comes in eleven shades?", "rhetorical"),
        ("The beans came up crooked. Please don't feel you must write back.", "needs_none"),
        ("Du brauchst mir nicht zu schreiben, ich denke nur an euch.", "needs_none"),
        ("No te sientas obligada a contestar.", "needs_none"),
    ],
)
def test_what_wants_no_answer_is_seen(text: str, sign: str) -> None:
    assert sign in signs(text, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8")


def test_a_program_of_the_organisation_is_no_colleague_and_says_what_is_over() -> None:
    said = "State normal since 04:11. Please inspect the vessel if this occurs twice."
    found = signs(said, "From: Boilers <bms@example.org>", "Subject: CLEARED: Boiler 1 low pressure")
    assert "subject_settled" in found
    assert "colleague" not in found
    assert "colleague" in signs("Hi Bob, the lift works again.\n\nDan", "From: Dan Hill <dan.hill@example.org>")
