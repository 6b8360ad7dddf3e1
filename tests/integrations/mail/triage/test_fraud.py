"""A mail that wants to deceive gets no draft, and says by which sign; what only looks like one is judged as ever."""

from pathlib import Path

import pytest

from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.triage import weighing
from integrations.mail.triage.decide import SUSPICIOUS, decide
from integrations.mail.triage.fraud import gives_notice, reminds_plainly, speaks_plainly, suspicion
from integrations.mail.triage.weighing import WeighedMail, facts_of
from tests.catalogue_sources import of_python
from tests.integrations.mail.samples import KIM, OWNER, QUESTION, decided, mail

PAY = "Hello Bob,\n\nwhen will you pay our invoice 33?\n\nAnn"
LOGIN = "Dear user, confirm your user name and password here: http://x.example/login"
OTHER_PLACE = "Reply-To: Ann Lee <a.lee@mails.example>"
ACCOUNT = "Hello Bob,\n\nour bank details have changed. Please pay invoice 33 to the new account.\n\nAnn"
SECRET = "Bob, are you at your desk? I need a payment to a new supplier today. Reply by mail only."
CARDS = "Bob, can you buy ten gift cards and send me the codes?"
ACCUSED = "Authentication-Results: mx.example.org; spf=fail; dmarc=fail header.from=example.com"

FRAUD = {
    "typing error of the own domain": mail(QUESTION, "From: Dan Hill <dan.hill@exampel.org>"),
    "letters that look alike": mail(QUESTION, "From: Dan Hill <dan.hill@examp1e.org>"),
    "letters of another alphabet": mail(QUESTION, "From: Dan Hill <dan.hill@ex\u0430mple.org>"),
    "shows an address of the house": mail(QUESTION, 'From: "dan.hill@example.org" <dan@other.example>'),
    "forged and about money": mail(PAY, ACCUSED),
    "forged and of the house": mail(QUESTION, "From: Dan Hill <dan.hill@example.org>", ACCUSED),
    "password": mail(LOGIN),
    "new account": mail(ACCOUNT),
    "old account of no use, en": mail(
        "Our usual account is restricted. Pay invoice 33 to PT Holdings, no 31926650 today."
    ),
    "old account of no use, de": mail(
        "Die alte Bankverbindung ist erloschen. Rechnung 33 bitte heute auf DE99 zahlen."
    ),
    "old account of no use, fr": mail("Nos comptes habituels sont gelés. Merci de régler la facture 33 avant 17 h."),
    "old account of no use, es": mail(
        "La cuenta terminada en 417 ya NO está habilitada. Favor de pagar hoy la factura."
    ),
    "gift cards": mail(CARDS),
    "secret payment": mail(SECRET),
    "answer goes elsewhere": mail(PAY, OTHER_PLACE),
    "a desk whose answers go elsewhere": mail(PAY, "From: Accounts <info@supplier.example>", OTHER_PLACE),
    "a shop whose answers go elsewhere": mail(PAY, "From: Shop <shop@supplier.example>", OTHER_PLACE),
    "a colleague whose answers go elsewhere": mail(CARDS, "From: Dan Hill <dan.hill@example.org>", OTHER_PLACE),
    "name of the house in a longer one": mail(PAY, "From: Dan Hill <dan.hill@example-helpdesk.net>"),
    "fields for a password": mail("Dear user, reply with\n\nUser name:\nPassword:"),
    "forged and by the owner themselves": mail(
        "I recorded you. Send 500 in bitcoin.", "From: Bob Ray <bob.ray@example.org>", ACCUSED
    ),
    "card for a small fee": mail("Your parcel waits. Pay the customs fee within 24 hours: https://parcel.example/pay"),
    "an inheritance": mail("You are next of kin of a late client. Send a copy of your passport."),
    "cards of a brand, in French": mail("Bob, peux-tu acheter deux cartes Steam et m'envoyer les codes ?"),
    "threat": mail("I hacked you and recorded you with your webcam. Send 500 in bitcoin."),
}
HONEST = {
    "form of the own site": mail(PAY, "From: Shop <shop@example.org>", OTHER_PLACE),
    "form of a service": mail(PAY, "From: Forms <notifications@forms.example>", OTHER_PLACE),
    "form of a hosted site": mail(PAY, "From: Site <wordpress@hosted.example>", OTHER_PLACE),
    "a shop's form, about lunch": mail(QUESTION, "From: Shop <shop@supplier.example>", OTHER_PLACE),
    "money": mail(PAY),
    "answer goes elsewhere, about lunch": mail(QUESTION, OTHER_PLACE),
    "list broke the signature": mail(QUESTION, ACCUSED),
    "colleague's cards": mail(CARDS, "From: Dan Hill <dan.hill@example.org>"),
    "which account": mail("Hello Bob,\n\nwhich account should we pay to?\n\nAnn"),
    "delivery fee of an order": mail("Hello Bob,\n\nis the delivery fee included in your offer?\n\nAnn"),
    "passport for a visit": mail("Hello Bob,\n\nthe gate needs a copy of your passport. Can you send it?\n\nAnn"),
    "customer account": mail("Hello Bob,\n\ncan you open a new account for our clinic?\n\nAnn"),
    "password of a machine": mail("Hello Bob,\n\nwho can reset the password of the test rig?\n\nAnn"),
    "name of the house in a longer one, about lunch": mail(QUESTION, "From: Ann Lee <ann@example-partners.net>"),
    "another organisation": mail(QUESTION, "From: Ann Lee <ann.lee@sample.org>"),
}


@pytest.mark.parametrize("data", FRAUD.values(), ids=FRAUD.keys())
def test_a_sign_of_fraud_means_no_draft_and_is_said(data: bytes) -> None:
    for decision in (decide(parse_message(data), OWNER), decided(parse_message(data), OWNER)):
        assert (decision.needs_reply, decision.rule) == (False, SUSPICIOUS), decision
        assert decision.reason.startswith("Suspicious: ")
        assert decision.reason.endswith(".")


def test_who_is_known_to_the_owner_may_write_as_others_deceive() -> None:
    text = "Hello Bob,\n\nour members earn 12% a month. May I open your account? I need a copy of your ID.\n\nAnn"
    message = parse_message(mail(text))
    assert decided(message, OWNER).rule == SUSPICIOUS
    assert decide(message, OWNER, is_wanted=True).needs_reply


@pytest.mark.parametrize("data", HONEST.values(), ids=HONEST.keys())
def test_what_only_looks_like_fraud_is_answered(data: bytes) -> None:
    assert decided(parse_message(data), OWNER).needs_reply


def test_the_oldest_verdict_about_a_mail_clears_nothing() -> None:
    """Whoever forges a mail may write such a field too; the receiving server's stands above it."""
    forged = "Authentication-Results: mx.example.org; dmarc=pass"
    assert decide(parse_message(mail(PAY, ACCUSED, forged)), OWNER).rule == SUSPICIOUS
    assert decide(parse_message(mail(ACCOUNT, forged)), OWNER).rule == SUSPICIOUS


def test_whom_the_owner_has_written_to_may_be_named_by_a_desk_for_the_answer() -> None:
    desk = parse_message(mail(PAY, "From: Accounts <info@supplier.example>", OTHER_PLACE))
    forged = parse_message(mail(ACCOUNT, "From: Accounts <info@supplier.example>", OTHER_PLACE))
    assert decide(desk, OWNER).turns_on_history
    assert decide(desk, OWNER, is_correspondent=True).rule != SUSPICIOUS
    assert not decide(forged, OWNER).turns_on_history
    assert decide(forged, OWNER, is_correspondent=True).rule == SUSPICIOUS


REMINDER = """Dear Mr Ray,

despite our reminder of 3 March our invoice 2026-118 of 5 February over 940.50 euros is still open.

Please transfer the amount by 7 April to the account you know. If you have already paid, please send us the date of
the transfer. After that date we charge a fee of 15 euros.

Kind regards
Lena Voss
Brook Paper Ltd, accounts receivable"""
DESK = "From: Accounts Receivable <accounts@brook-paper.example>"


def test_a_firm_that_reminds_of_an_invoice_and_gives_no_new_way_to_pay_waits_for_an_answer() -> None:
    found = decided(parse_message(mail(REMINDER, DESK, "Subject: Second reminder: invoice 2026-118")), OWNER)
    assert (found.needs_reply, found.rule) == (True, "asked")


@pytest.mark.parametrize(
    ("added", "fields"),
    [
        ("Pay here: https://brook-paper.example/pay", (DESK,)),
        ("Account: DE89 3704 0044 0532 0130 00", (DESK,)),
        ("Our bank details have changed.", (DESK,)),
        ("Please keep this strictly between us.", (DESK,)),
        ("", ("From: Accounts <brook.paper@gmail.com>",)),
        ("", (DESK, "Reply-To: accounts@mails.example")),
        ("", (DESK, "Authentication-Results: mx.example.org; dmarc=fail header.from=brook-paper.example")),
    ],
)
def test_a_reminder_that_gives_a_way_to_pay_or_hides_its_sender_is_no_plain_one(
    added: str, fields: tuple[str, ...]
) -> None:
    message = parse_message(mail(REMINDER.replace("\n\nKind", f" {added}\n\nKind"), *fields))
    assert not reminds_plainly(facts_of(message, OWNER))


HARM = (
    "das Essen war verdorben, drei Kollegen liegen seit gestern im Krankenhaus. Ich verlange mein Geld zurück. "
    "Wie stellen Sie sich das vor? Ich melde das dem Gesundheitsamt."
)
DECEIVES = (-6.0, -7.0, 6.0)


@pytest.mark.parametrize(
    ("text", "rule"),
    [(HARM, "asked"), (HARM.replace("drei Kollegen liegen seit gestern im Krankenhaus", "x"), SUSPICIOUS)],
)
def test_who_complains_that_people_came_to_harm_is_heard_however_it_reads(text: str, rule: str) -> None:
    sender = Address(address="r.kolb@kolb-bau.example")
    message = MailMessage(sender=sender, to=(OWNER,), subject="Buffet", text=text)
    assert decide(message, OWNER, reading=DECEIVES).rule == rule


def test_a_danger_counts_for_more_than_a_suspicion_that_no_rule_shares() -> None:
    told = HARM.replace("drei Kollegen liegen seit gestern im Krankenhaus", "x")
    message = MailMessage(sender=KIM, to=(OWNER,), subject="Buffet", text=f"{told}\n\nKim Lee")
    assert decide(message, OWNER, reading=DECEIVES).turns_on_danger
    mass = message.model_copy(update={"text": f"{message.text}\n\nTo unsubscribe, click here."})
    decision = decide(mass, OWNER, reading=DECEIVES)
    assert (decision.rule, decision.turns_on_danger) == (SUSPICIOUS, False)
    wants = MailMessage(sender=KIM, to=(OWNER,), subject="Cards", text="Please buy gift cards and send me the codes.")
    assert not decide(wants, OWNER, reading=DECEIVES).turns_on_danger


def test_one_hyphen_in_a_domain_is_no_sign() -> None:
    message = MailMessage(sender=Address(address="a@kolb-bau.example"), to=(OWNER,), text="Can you come?")
    other = message.model_copy(update={"sender": Address(address="a@kolb-bau-pay.example")})
    assert "hyphens" not in WeighedMail(facts_of(message, OWNER)).signs
    assert "hyphens" in WeighedMail(facts_of(other, OWNER)).signs


@pytest.mark.parametrize(
    "text",
    [
        "Our invoice 7 is still open. Should you have paid in the meantime, please disregard this letter.",
        "Unsere Rechnung 7 ist noch offen. Falls Sie bereits gezahlt haben, teilen Sie uns bitte den Tag mit.",
        "Notre facture 7 reste impayée. Si vous avez déjà effectué le virement, merci de nous donner la date.",
        "Nuestra factura 7 sigue pendiente. Si ya la han pagado, les rogamos que nos indiquen la fecha.",
    ],
)
def test_it_may_be_paid_already_in_four_languages(text: str) -> None:
    assert reminds_plainly(facts_of(parse_message(mail(text, DESK)), OWNER))


def test_what_a_warning_names_is_told_in_the_language_of_who_reads_it() -> None:
    files = sorted(Path(weighing.__file__).parent.glob("*.py"))
    texts = {message for file in files for message, _ in of_python(file.read_text(encoding="utf-8"))}
    assert set(weighing.SENTENCES.values()) <= texts
    text = "Dear Bob,\n\nour invoice 4711 is payable to IBAN DE89 3704 0044 0532 0130 00. Can you confirm?\n\nAnn"
    reason = decided(parse_message(mail(text)), OWNER).reason
    shape = "Suspicious: it reads like mails that deceive: {}, and {}. Ask the sender by phone before you do anything."
    first, second, *_ = sorted(weighing.SENTENCES.values(), key=lambda said: (said not in reason, reason.find(said)))
    assert reason == shape.format(first, second)


@pytest.mark.parametrize(
    "text",
    [
        "We unfortunately have to cancel our order of eight tables. Please confirm the cancellation in writing.",
        "Leider müssen wir den Auftrag über acht Tische stornieren. Bitte bestätigen Sie die Stornierung schriftlich.",
        "Nous sommes contraints d'annuler la commande de huit tables. Merci de nous confirmer l'annulation.",
        "Nos vemos obligados a cancelar el pedido de ocho mesas. Por favor, confirmen la anulación.",
    ],
)
def test_a_firm_that_cancels_and_gives_no_way_for_money_is_answered(text: str) -> None:
    message = MailMessage(sender=KIM, to=(OWNER,), subject="Tables", text=f"{text}\n\nKim Lee")
    assert decide(message, OWNER, reading=DECEIVES).needs_reply
    linked = message.model_copy(update={"text": f"{text} https://tables.example/cancel\n\nKim Lee"})
    assert decide(linked, OWNER, reading=DECEIVES).rule == SUSPICIOUS


@pytest.mark.parametrize(
    "text",
    [
        "I hereby cancel my membership from 31 December. Confirm by email only, do not call. Please stop all payments.",
        "Hiermit kündige ich meinen Vertrag. Bestätigen Sie es nur per Mail, keine Anrufe. Die Zahlungen enden damit.",
        "Je résilie mon abonnement. Confirmez-le uniquement par mail, sans m'appeler. Cessez les paiements.",
        "Solicito la baja de mi contrato. Confírmenlo solo por correo, no me llamen. No autorizo más pagos.",
    ],
)
def test_who_cancels_may_well_not_want_to_be_called(text: str) -> None:
    message = MailMessage(sender=KIM, to=(OWNER,), subject="Contract", text=f"{text}\n\nKim Lee")
    assert decide(message, OWNER, reading=DECEIVES).needs_reply
    paid = message.model_copy(update={"text": f"{text}\n\nhttps://pay.example/now\n\nKim Lee"})
    assert suspicion(facts_of(paid, OWNER))


def test_signs_alone_suspect_no_question_in_a_conversation_that_wants_nothing_of_frauds() -> None:
    text = (
        "Sans réponse je ferai bloquer le paiement. Merci de vérifier l'attestation.\n\nKim Lee\n\n> Toujours rien.\n"
    )
    message = MailMessage(sender=KIM, to=(OWNER,), subject="RE: 3e RELANCE attestation de formation", text=text)
    assert decide(message, OWNER).rule != SUSPICIOUS
    # Where it is read, how it reads decides.
    assert decide(message, OWNER, reading=DECEIVES).rule == SUSPICIOUS
    for wants in ("https://pay.example", "Write to pay@other.example.", "Keep it between us.", "Please transfer it."):
        found = message.model_copy(update={"text": f"{wants}\n{text}"})
        assert not speaks_plainly(facts_of(found, OWNER))


@pytest.mark.parametrize(
    "text",
    [
        "We have to cancel the security subscription: 499 USD will be charged today.",
        "We have to cancel the order for the security subscription. Please call +1 800 555 0199.",
        "We have to cancel our order. Please write to refunds@tables.example today.",
        "We have to cancel our order of eight tables. Please refund today what we overpaid, to our carrier.",
        "Leider müssen wir den Auftrag stornieren. Bitte erstatten Sie die Anzahlung an unseren Fahrer.",
        "Nous sommes contraints d'annuler la commande de huit tables. Merci de rembourser l'acompte aujourd'hui.",
        "Nos vemos obligados a cancelar el pedido de ocho mesas. Por favor, devuelvan el anticipo hoy mismo.",
    ],
)
def test_who_cancels_and_names_a_way_for_money_or_a_sum_may_be_suspected(text: str) -> None:
    message = MailMessage(sender=KIM, to=(OWNER,), subject="Tables", text=f"{text}\n\nKim Lee")
    assert gives_notice(facts_of(message, OWNER))
    assert decide(message, OWNER, reading=DECEIVES).rule == SUSPICIOUS


@pytest.mark.parametrize(
    "text",
    [
        "Do your gift vouchers expire, and can I buy two of 50 EUR for my parents?",
        "I would like to buy five gift vouchers for the food tour. How can we pay?",
        "Kann ich bei Ihnen einen Gutschein kaufen, und wie lange gilt er?",
        "Peut-on acheter une carte cadeau pour deux personnes ?",
        "¿Puedo comprar una tarjeta regalo para dos personas?",
    ],
)
def test_who_would_like_to_buy_vouchers_of_the_owner_is_no_fraud(text: str) -> None:
    assert not suspicion(facts_of(MailMessage(sender=KIM, to=(OWNER,), text=text), OWNER))


@pytest.mark.parametrize(
    "text",
    [
        "Could you buy some iTunes gift cards for the staff? I will refund you.",
        "Kannst du bitte vier Amazon-Gutscheine kaufen und mir schicken?",
        "Pourriez-vous acheter cinq cartes cadeaux Amazon ? Je vous rembourse.",
        "Necesito que compres tarjetas de regalo de Amazon.",
    ],
)
def test_who_has_the_owner_buy_cards_may_be_a_fraud(text: str) -> None:
    assert "gift cards" in suspicion(facts_of(MailMessage(sender=KIM, to=(OWNER,), text=text), OWNER))
