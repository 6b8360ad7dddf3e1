"""Machines, lists and closings get no draft; a question or request to the owner does, with a readable reason."""

from dataclasses import dataclass

import pytest

from benchmarks.train_triage import figures, held_out, learn, read_automatic, read_labelled
from core.text.asks import find_wanted
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import Message, assumed_owner, owner_of, parse_message
from integrations.mail.triage.decide import decide, load_weights, probability
from integrations.mail.triage.features import SENTENCES
from tests.integrations.mail.samples import mail, multipart, sample

OWNER = OwnerAddresses(name="Bob Ray", address="bob.ray@example.org", aliases=("bob@alias.example",))
DAN = Address(name="Dan Hill", address="dan.hill@example.org")
KIM = Address(name="Kim Lee", address="klee@other.example")
QUESTION = "Hello Bob,\n\ncan you send me the file?\n\nAnn"


AUTOMATIC = [
    (mail(QUESTION, "Auto-Submitted: auto-replied"), "automatic"),
    (mail(QUESTION, "X-Autoreply: yes"), "automatic"),
    (mail(QUESTION, "Precedence: auto_reply"), "automatic"),
    (mail(QUESTION, "Subject: Automatic reply: Lunch"), "automatic"),
    (mail(QUESTION, "Subject: Re: Abwesenheit bis Montag"), "automatic"),
    (mail(QUESTION, "Return-Path: <>"), "bounce"),
    (mail(QUESTION, "From: MAILER-DAEMON@example.com"), "bounce"),
    (mail(QUESTION, "Subject: Undelivered Mail Returned to Sender"), "bounce"),
    (multipart("report", "Content-Type: text/plain\n\nYour mail was not delivered."), "bounce"),
    (mail(QUESTION, "List-Id: Talk <talk.example.com>"), "list"),
    (mail(QUESTION, "List-Unsubscribe: <https://example.com/u>"), "list"),
    (mail(QUESTION, "Precedence: bulk"), "list"),
    (mail(QUESTION, "Subject: [talk] Lunch", "To: talk@example.com"), "list"),
    (mail(f"{QUESTION}\n\nhttps://example.com/mailman/listinfo/talk"), "list"),
    (mail(QUESTION, "From: no-reply@example.com"), "machine_sender"),
    (mail(QUESTION, "From: donotreply@example.com"), "machine_sender"),
    (mail(QUESTION, "From: Shop <notifications+7@example.com>"), "machine_sender"),
    (mail(f"{QUESTION}\nPlease do not reply to\nthis message."), "no_reply_text"),
    (mail(f"{QUESTION}\nTo unsubscribe, click here."), "mass_mail"),
    (mail(QUESTION, "X-Spam-Flag: YES"), "spam"),
    (mail(QUESTION, "Subject: Accepted: Lunch"), "calendar"),
    (mail("BEGIN:VCALENDAR\nMETHOD:REQUEST", "Content-Type: text/calendar"), "calendar"),
    (mail(f"{QUESTION}\nDate: Monday\nTime: 9:00\nLocation: Room 4"), "calendar"),
    (mail("-----BEGIN PGP MESSAGE-----\n\nx"), "encrypted"),
    (mail(""), "no_text"),
    (mail("---------- Forwarded message ---------\nFrom: Carl\n\nCan you come?"), "no_text"),
    (mail(QUESTION, "Subject: Abwesend Re: Lunch"), "automatic"),
    (mail("I am out of the office until Monday. In urgent cases, can you contact Tom?"), "automatic"),
    (mail("Ich bin bis Freitag nicht im Büro. Können Sie sich in dringenden Fällen an Tom wenden?"), "automatic"),
    (mail("Your message\n\nTo: Ann\nSubject: Lunch\n\nwas read on Monday. Why?", "Subject: Read: Lunch"), "bounce"),
    (mail(QUESTION, "From: Shop <shop@em.shop.example>"), "machine_sender"),
    (mail(QUESTION, "Subject: Cron <ann@host> backup"), "notification"),
    (mail(QUESTION, "Subject: Ann mentioned you").replace(b"\nAnn", b"\nView in Slack"), "notification"),
    (mail("<p>Can you come?</p><p><a href=u>Unsubscribe</a></p>", "Content-Type: text/html"), "mass_mail"),
    (mail(QUESTION).replace(b"To: Bob Ray <bob.ray@example.org>", b"To: undisclosed-recipients:;"), "mass_mail"),
    (mail(QUESTION, "Resent-To: " + ", ".join(f"p{number}@example.com" for number in range(30))), "mass_mail"),
    (sample("cpython-report"), "bounce"),
    (sample("cpython-damaged-report"), "bounce"),
    (sample("flufl-bounce"), "bounce"),
]


@pytest.mark.parametrize(("data", "rule"), AUTOMATIC)
def test_automatic_mail_gets_no_answer_by_rule_even_when_it_asks(data: bytes, rule: str) -> None:
    decision = decide(parse_message(data))
    assert (decision.needs_reply, decision.rule) == (False, rule)
    assert decision.reason.endswith(".")


@pytest.mark.parametrize("row", read_automatic(), ids=lambda row: str(row.subject)[:40])
def test_automatic_mail_whose_headers_were_lost_gets_no_answer_by_rule(row: Message) -> None:
    decision = decide(row, OWNER)
    assert (decision.needs_reply, decision.score) == (False, 0.0), decision


@pytest.mark.parametrize(
    "text",
    [
        "Hi Bob,\n\nI'm out of the office until Thursday. Can you send me the file by then?\n\nAnn",
        "Hi Bob,\n\nI shared the folder with you. Could you review the document?\n\nAnn",
        "Hi Bob,\n\nyour order has been shipped to the wrong address. Did you move?\n\nAnn",
    ],
)
def test_people_may_speak_of_absences_files_and_orders(text: str) -> None:
    assert decide(parse_message(mail(text, "Subject: Shared folder")), OWNER).needs_reply


@pytest.mark.parametrize(
    ("delivered", "needs_reply"), [("bob.ray@example.org", False), ("sales@example.com", True), ("", True)]
)
def test_a_blind_copy_needs_no_answer_and_an_alias_that_nobody_told_of_does(delivered: str, needs_reply: bool) -> None:
    data = mail(QUESTION, *([f"Delivered-To: {delivered}"] if delivered else []))
    message = parse_message(data.replace(b"To: Bob Ray <bob.ray@example.org>", b"To: sales@example.com"))
    assert decide(message, OWNER).needs_reply == needs_reply


def test_the_reason_is_a_sentence_that_a_person_understands() -> None:
    decision = decide(parse_message(mail(QUESTION, "List-Unsubscribe: <https://example.com/u>")))
    assert decision.reason == "Newsletter: it has the header List-Unsubscribe."
    assert decide(parse_message(mail(QUESTION))).reason == "It asks: can you send me the file?"
    listed = decide(parse_message(mail("Hello Bob,\n\n- Can you come?\n- Is it paid?\n\nAnn")))
    assert listed.reason == "It asks: Can you come?"


@pytest.mark.parametrize("field", ["X-Auto-Response-Suppress: All", "Auto-Submitted: no", "Precedence: normal"])
def test_fields_that_people_s_mail_programs_set_decide_nothing(field: str) -> None:
    assert decide(parse_message(mail(QUESTION, field))).needs_reply


def test_the_spam_folder_decides() -> None:
    message = parse_message(mail(QUESTION))
    assert decide(message, folder="[Gmail]/Spam").rule == "spam"
    assert decide(message, folder="Junk E-mail").rule == "spam"
    assert decide(message, folder="INBOX").needs_reply


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        (("From: Bob Ray <Bob.Ray+x@example.org>",), "own_mail"),
        (("From: bob@alias.example",), "own_mail"),
        (("To: carl@example.com", "Cc: bob.ray@example.org"), "copy"),
        (("List-Id: Talk <talk.example.com>", "To: talk@example.com", "Cc: bob.ray@example.org"), "list"),
    ],
)
def test_a_known_owner_is_not_drafted_for_mail_that_is_not_theirs_to_answer(fields: tuple[str, ...], rule: str) -> None:
    data = mail(QUESTION, *fields)
    if any(field.startswith("To:") for field in fields):
        data = data.replace(b"To: Bob Ray <bob.ray@example.org>\n", b"")
    assert decide(parse_message(data), OWNER).rule == rule


def test_a_mail_to_the_owner_with_a_copy_to_a_list_is_judged_like_any_other() -> None:
    message = parse_message(mail(QUESTION, "List-Id: Talk <talk.example.com>", "Cc: talk@example.com"))
    assert decide(message, OWNER).needs_reply
    assert not decide(message).needs_reply


@pytest.mark.parametrize("fields", [("Precedence: bulk",), ("List-Unsubscribe: <https://example.com/u>",), ()])
def test_a_newsletter_to_the_owner_alone_is_one_whatever_it_asks(fields: tuple[str, ...]) -> None:
    message = parse_message(mail(QUESTION, "List-Id: News <news.example.com>", *fields))
    assert decide(message, OWNER).rule == "list"


@dataclass(frozen=True)
class Case:
    """A mail between people, and whether its reader owes an answer."""

    text: str
    needs_reply: bool
    sender: Address = DAN
    to: tuple[Address, ...] = (OWNER,)
    subject: str = "Duke"


PEOPLE = tuple(Address(address=f"person{number}@example.org") for number in range(12))
CASES = [
    Case("Can you call me when you get a chance?", True),
    Case("Please review the attached draft and let me know your comments.\n\nThanks,\nDan", True),
    Case("are you free for lunch thursday?", True, Address(address="joe99@mail.example")),
    Case("Do we have the confirm for the Duke deal?", True),
    Case("I need the numbers by tomorrow.", True),
    Case("Who is handling this?", True),
    Case("What time is the meeting?", True, to=(OWNER, *PEOPLE[:2])),
    Case("Bob -- please prepare the agreement.\n\nThanks.\nDan", True),
    Case("Hello,\n\ncould you tell us when we can expect it?\n\nKim Lee", True, KIM),
    Case("Hallo Bob,\n\nkönnen wir den Termin verschieben?\n\nKim", True, KIM),
    Case("Bonjour Bob,\n\npourriez-vous m'envoyer le devis ?\n\nKim", True, KIM),
    Case("Hola Bob:\n\n¿puedes confirmar la reunión?\n\nKim", True, KIM),
    Case("FYI", False),
    Case("Thanks!", False),
    Case("Thanks, got it. See you Monday.", False),
    Case("Attached is the latest version.", False),
    Case("Please see attached.", False),
    Case("Attached is the draft. Let me know if you have any questions.\n\nDan", False),
    Case("I will be out on Friday. If you need anything please call Becky.", False),
    Case("Please complete your review by Friday.", False, to=(Address(address="all.staff@example.org"),)),
    Case("The plant is down until Monday. Updates will follow.", False, to=PEOPLE),
    Case("Done. I sent it to Kim this morning.", False),
    Case("Do you want to earn more? Buy now, special offer, 50% off, free trial!", False, KIM),
    Case("Need to change your trip? Visit https://trips.example", False, Address(address="service@trips.example")),
    Case("This is good.\n\nOn Tue, 2 Jan 2024, Bob wrote:\n> Can you look at it?", False),
    Case("Congratulations on the promotion! You deserve it.", False),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:40])
@pytest.mark.parametrize("owner", [OWNER, None], ids=["owner known", "owner unknown"])
def test_mail_between_people_is_judged_by_what_it_asks(case: Case, owner: OwnerAddresses | None) -> None:
    message = Message(sender=case.sender, to=case.to, subject=case.subject, text=case.text)
    decision = decide(message, owner if OWNER in case.to else None)
    assert decision.needs_reply == case.needs_reply, decision.signs


def test_the_signs_add_up_to_the_score_and_a_threshold_moves_the_decision() -> None:
    message = parse_message(mail(QUESTION))
    decision = decide(message)
    assert sum(float(sign.split()[0]) for sign in decision.signs) == pytest.approx(decision.score)
    assert decision.probability == pytest.approx(probability(decision.score), abs=0.001)
    assert decide(message, threshold=decision.probability).needs_reply
    assert not decide(message, threshold=decision.probability + 0.001).needs_reply


def test_every_sign_has_a_weight_and_the_file_is_what_is_learnt_from_the_labelled_mail() -> None:
    weights, learnt = load_weights(), learn(read_labelled())
    assert weights.by_sign.keys() == SENTENCES.keys() == learnt.weights.keys()
    assert weights.by_sign == pytest.approx(learnt.weights, abs=0.001)
    assert weights.doubt == pytest.approx(learnt.doubt, abs=0.001)


def test_labelled_mail_that_was_not_learnt_from_is_judged_well() -> None:
    result = figures(held_out(read_labelled()))
    assert min(float(str(result["precision"])), float(str(result["recall"]))) >= 0.85


def test_an_owner_without_a_name_is_known_by_that_in_the_address_field() -> None:
    owner = OwnerAddresses(address="bob.ray@example.org")
    assert any("greets the owner" in sign for sign in decide(parse_message(mail(QUESTION)), owner).signs)


def test_what_is_asked_of_somebody_else_is_not_asked_of_the_owner() -> None:
    text = "Dan, can you take the Monday shift instead of me?"
    assert not decide(Message(sender=KIM, to=(OWNER, DAN), text=text), OWNER).needs_reply
    assert decide(Message(sender=KIM, to=(OWNER, DAN), text=text.replace("Dan", "Bob")), OWNER).needs_reply


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


def test_without_an_owner_the_first_recipient_is_taken_for_the_owner() -> None:
    assert assumed_owner(parse_message(mail())).address == "bob.ray@example.org"
    delivered = parse_message(b"From: a@example.com\nDelivered-To: bob@example.org\n\nx")
    assert assumed_owner(delivered).address == "bob@example.org"


def test_an_assumed_owner_makes_no_list_mail_personal() -> None:
    message = parse_message(mail(QUESTION, "List-Id: Talk <talk.example.com>", "Cc: talk@example.com"))
    assert decide(message, assumed_owner(message)) == decide(message)
    assert not decide(message, owner_of(message, name="", address="")).needs_reply
    assert decide(message, owner_of(message, name="Bob", address="bob.ray@example.org")).needs_reply


def test_colleagues_may_talk_of_prices_and_deals() -> None:
    text = "Can you confirm the price and the cash flow of the Duke deal before we buy?"
    assert decide(Message(sender=DAN, to=(OWNER,), text=text)).needs_reply
    assert not decide(Message(sender=KIM, to=(OWNER,), text=text)).needs_reply


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("Sarah Jenkins <sarah.jenkins@acme.example>", "Renewal of your support contract",
         "Dear Bob,\n\nyour contract ends on 31 December. We can offer a renewal for 24 months. The offer ends on"
         " 15 December. Please let us know whether you want to renew.\n\nYours sincerely,\nSarah Jenkins"),
        ("Paul Okafor <paul.okafor@acme.example>", "Invoice 20261187 overdue",
         "Dear Bob,\n\nour invoice 20261187 is overdue. Please pay by 4 December, or tell me what is missing.\n\nPaul"
         " Okafor"),
        ("Marcus Bell <m.bell@acme.example>", "Order 5512",
         "Hello Bob,\n\nthis is the third late delivery. I expect a solution by tomorrow.\n\nMarcus"),
        ("Tanaka Ken <ken@acme.example>", "Delivery", "納期を教えていただけますでしょうか。"),
        ("Ola Nowak <ola@acme.example>", "Faktura", "Dzień dobry,\n\nMogę prosić o fakturę za maj.\n\nOla Nowak"),
        ("Nora Feld <nora@acme.example>", "Sample", "Did the sample arrive and are we still on for tomorrow 9am"),
    ],
)  # fmt: skip
def test_what_people_ask_is_asked_whatever_their_name_their_words_or_their_language(
    sender: str, subject: str, text: str
) -> None:
    fields = f"From: {sender}\nTo: Bob Ray <bob.ray@example.org>\nSubject: {subject}\n"
    data = f"{fields}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    assert decide(parse_message(data.encode()), OWNER).needs_reply


def test_a_program_with_a_persons_name_in_its_address_is_still_one() -> None:
    data = b"From: Jenkins <build.jenkins@ci.example>\nTo: Bob Ray <bob.ray@example.org>\n\nCan you check build 12?\n"
    assert decide(parse_message(data), OWNER).rule == "machine_sender"
