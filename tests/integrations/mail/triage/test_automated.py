"""Machines, lists and mail that is not for its owner get no draft, whatever they ask."""

import pytest

from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.triage.automated import automated_verdict, automated_verdicts
from integrations.mail.triage.decide import decide
from integrations.mail.triage.weighing import facts_of
from tests.integrations.mail.samples import OWNER, QUESTION, decided, mail, multipart, sample

NEWS = (
    "Hello Bob,\n\nthis month: four readers and their tools, our quiz, new prices. What do you think? Write to us."
    "\n\nYou receive this because you subscribed."
)
POST = "Hello all,\n\ndoes anybody know where to rent a crane for a week?\n\nAnn"
NOTICE = "Your parcel was handed over today. Not at home? Choose another day. Track it: https://example.com/t"
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
    (mail("Can you send me the file?", "List-Unsubscribe: <https://example.com/u>"), "list"),
    (mail(f"{QUESTION}\nUnsubscribe", "List-Unsubscribe: <https://example.com/u>"), "list"),
    (mail(QUESTION, "Precedence: bulk"), "list"),
    (mail(QUESTION, "Subject: [talk] Lunch", "To: talk@example.com"), "list"),
    (mail(f"{QUESTION}\n\nhttps://example.com/mailman/listinfo/talk"), "list"),
    (mail(NOTICE, "From: no-reply@example.com"), "machine_sender"),
    (mail(NOTICE, "From: donotreply@example.com"), "machine_sender"),
    (mail(f"{NOTICE}\nPlease do not reply to\nthis message."), "no_reply_text"),
    (mail(f"{QUESTION}\nTo unsubscribe, click here."), "mass_mail"),
    (mail(QUESTION, "X-Spam-Flag: YES"), "spam"),
    (mail("Ann has accepted this invitation.", "Subject: Accepted: Lunch"), "calendar"),
    (mail("BEGIN:VCALENDAR\nMETHOD:REQUEST", "Content-Type: text/calendar"), "calendar"),
    (mail("-----BEGIN PGP MESSAGE-----\n\nx"), "encrypted"),
    (mail(""), "no_text"),
    (mail("---------- Forwarded message ---------\nFrom: Carl\n\nCan you come?"), "no_text"),
    (mail(QUESTION, "Subject: Abwesend Re: Lunch"), "automatic"),
    (mail("I am out of the office until Monday. In urgent cases, can you contact Tom?"), "automatic"),
    (mail("Ich bin bis Freitag nicht im Büro. Können Sie sich in dringenden Fällen an Tom wenden?"), "automatic"),
    (mail("Your message\n\nTo: Ann\nSubject: Lunch\n\nwas read on Monday. Why?", "Subject: Read: Lunch"), "bounce"),
    # By an address like a person's and no header that says more: how it reads tells.
    (mail("backup: 0 errors", "Subject: Cron <ann@host> backup"), "notification"),
    (mail("Ann liked your message.\n\nView in Slack", "Subject: Ann mentioned you"), "not_asked"),
    (mail("<p>Can you come?</p><p><a href=u>Unsubscribe</a></p>", "Content-Type: text/html"), "mass_mail"),
    (mail(QUESTION).replace(b"To: Bob Ray <bob.ray@example.org>", b"To: undisclosed-recipients:;"), "mass_mail"),
    (mail(QUESTION, "Resent-To: " + ", ".join(f"p{number}@example.com" for number in range(30))), "mass_mail"),
    (sample("cpython-report"), "bounce"),
    (sample("cpython-damaged-report"), "bounce"),
    (sample("flufl-bounce"), "bounce"),
]


@pytest.mark.parametrize(("data", "rule"), AUTOMATIC)
def test_automatic_mail_gets_no_answer_by_rule(data: bytes, rule: str) -> None:
    decision = decided(parse_message(data))
    assert (decision.needs_reply, decision.rule) == (False, rule)
    assert decision.reason.endswith(".")


def test_a_postmaster_who_writes_a_letter_is_a_person() -> None:
    letter = "Hi Bob,\n\nmail to your old address comes back. Shall I use this one?\n\nAnn Lee"
    data = mail(letter, "From: Ann Lee <postmaster@example.com>")
    assert decided(parse_message(data), OWNER).needs_reply
    for other in ("<postmaster@example.com>", "Ann Lee <mailer-daemon@example.com>"):
        assert decided(parse_message(mail(NOTICE, f"From: {other}")), OWNER).rule == "bounce"


@pytest.mark.parametrize(
    ("delivered", "needs_reply"), [("bob.ray@example.org", False), ("sales@example.com", True), ("", True)]
)
def test_a_blind_copy_needs_no_answer_and_an_alias_that_nobody_told_of_does(delivered: str, needs_reply: bool) -> None:
    question = QUESTION.replace(" Bob", "")
    assert decided(_to_sales(question, delivered), OWNER).needs_reply == needs_reply


@pytest.mark.parametrize(
    "text", [QUESTION, "Hello Bob, could you send me the offer by Friday?", f"Hello,\n\n@Bob {QUESTION[12:]}"]
)
def test_a_mail_by_a_shared_address_that_turns_to_the_owner_is_no_blind_copy(text: str) -> None:
    assert decided(_to_sales(text, "bob.ray@example.org"), OWNER).needs_reply


def _to_sales(text: str, delivered: str) -> MailMessage:
    data = mail(text, *([f"Delivered-To: {delivered}"] if delivered else []))
    return parse_message(data.replace(b"To: Bob Ray <bob.ray@example.org>", b"To: sales@example.com"))


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
    data = mail(QUESTION.replace("Bob", "Carl"), *fields)
    if any(field.startswith("To:") for field in fields):
        data = data.replace(b"To: Bob Ray <bob.ray@example.org>\n", b"")
    decision = decided(parse_message(data), OWNER)
    assert not decision.needs_reply
    assert automated_verdict(facts_of(parse_message(data), OWNER)).rule == rule  # type: ignore[union-attr] # one holds


@pytest.mark.parametrize("fields", [("Precedence: bulk",), ("List-Unsubscribe: <https://example.com/u>",), ()])
def test_a_newsletter_to_the_owner_alone_is_one_whatever_it_asks(fields: tuple[str, ...]) -> None:
    message = parse_message(mail(NEWS, "List-Id: News <news.example.com>", *fields))
    assert not decided(message, OWNER).needs_reply
    assert "list" in {verdict.rule for verdict in automated_verdicts(facts_of(message, OWNER))}


def test_a_program_with_a_persons_name_in_its_address_is_still_one() -> None:
    data = b"From: Jenkins <build.jenkins@ci.example>\nTo: Bob Ray <bob.ray@example.org>\n\nStage 12 is red.\n"
    verdict = automated_verdict(facts_of(parse_message(data), OWNER))
    assert verdict
    assert verdict.rule == "program_sender"
    assert not decided(parse_message(data), OWNER).needs_reply


@pytest.mark.parametrize("sender", ["Shop <notifications+7@example.com>", "Shop <shop@em.shop.example>"])
def test_what_a_program_s_address_tells_nobody_answers(sender: str) -> None:
    message = parse_message(mail("Your parcel comes today.", f"From: {sender}"))
    verdict = automated_verdict(facts_of(message, OWNER))
    assert verdict
    assert verdict.rule == "program_sender"
    assert not decided(message, OWNER).needs_reply


def test_an_event_with_its_time_and_place_is_one_for_the_calendar() -> None:
    event = parse_message(mail("Weekly round\nDate: Monday\nTime: 9:00\nLocation: Room 4"))
    verdict = automated_verdict(facts_of(event, OWNER))
    assert verdict
    assert verdict.rule == "calendar"
    assert not decided(event, OWNER).needs_reply


@pytest.mark.parametrize(
    "data",
    [
        mail(QUESTION, "List-Unsubscribe: <https://example.com/u>"),
        mail(QUESTION, "X-SES-Outgoing: 2026.11.20", "Feedback-ID: 1.eu:AmazonSES"),
        mail(QUESTION, "Subject: Accepted: Lunch"),
        mail(QUESTION, "From: Sarah Jenkins <sarah.jenkins@example.com>"),
        mail(QUESTION, "From: Ann Price <ann.price@news.co.uk>"),
        multipart(
            "mixed",
            f"Content-Type: text/plain\n\n{QUESTION}",
            "Content-Type: text/calendar; method=PUBLISH\n\nBEGIN:VCALENDAR\nMETHOD:PUBLISH\nEND:VCALENDAR",
        ),
    ],
    ids=["help desk tool", "mail service", "answer in the calendar", "named so", "registered domain", "calendar file"],
)
def test_what_a_person_asks_is_answered_whatever_their_program_adds(data: bytes) -> None:
    decision = decided(parse_message(data), OWNER)
    assert decision.needs_reply, decision


def test_the_person_behind_a_form_is_the_sender() -> None:
    form = mail(QUESTION, "From: Website <no-reply@example.org>", "Reply-To: Ann Lee <ann.lee@example.com>")
    assert decide(parse_message(form), OWNER).needs_reply
    by_token = form.replace(b"Ann Lee <ann.lee@example.com>", b"reply+8a7f@reply.example.com", 1)
    assert decided(parse_message(by_token), OWNER).needs_reply
    notice = mail(NOTICE, "From: Website <no-reply@example.org>", "Reply-To: reply+8a7f@reply.example.com")
    assert decided(parse_message(notice), OWNER).rule == "machine_sender"


def test_who_is_copied_in_is_asked_only_by_name() -> None:
    data = mail(
        "Tom, the stand costs 900.\n\n@Bob, can you approve it today?\n\nAnn", "Cc: Bob Ray <bob.ray@example.org>"
    )
    data = data.replace(b"To: Bob Ray <bob.ray@example.org>", b"To: Tom Fox <tom.fox@example.com>")
    assert decide(parse_message(data), OWNER).needs_reply
    assert decide(parse_message(data.replace(b"@Bob, ", b"")), OWNER).rule == "copy"


BY_PEOPLE = {
    "a program's word for an address, and a person behind it": mail(
        "Hello Bob,\n\ncan you send me the file?\n\nEve Stone", "From: Eve Stone <marketing@shop.example>"
    ),
    "a form that a service sent": mail(
        "You have a new response.\nEmail: eve@shop.example\nMessage: When can you deliver?",
        "From: Forms <notifications@forms.example>",
        "Reply-To: eve@shop.example",
        "List-Unsubscribe: <https://forms.example/u>",
    ),
    "a help desk's ticket": mail(
        "##- Please type your reply above this line -##\n\nHi Bob,\n\ncan you confirm the version?\n\nEve Stone",
        "From: Desk <helpdesk@shop.example>",
        "Subject: [Ticket#2026112600031] Version",
    ),
    "a list on which the owner is asked": mail(
        "Dear all,\n\nthe minutes are online.\n\nBob Ray: could you write section 7, and until when?\n\nAnn Lee",
        "To: talk@example.net",
        "List-Id: <talk.example.net>",
    ),
    "lines like an event's in a report": mail(
        "Date: Monday\nPlace: Hall 4\n\nThe pump is broken. Please call me today.\n\nAnn Lee"
    ),
    "an invitation in words": mail(
        "Dear Mr Ray,\n\nwould you speak at our conference?\n\nAnn Lee", "Subject: Invitation: conference"
    ),
    "asked by name in a copy": mail(
        "Dan, it looks good.\n\n@Bob can you check page 3?\n\nAnn", "To: dan@example.org", "Cc: bob.ray@example.org"
    ),
}


@pytest.mark.parametrize("data", BY_PEOPLE.values(), ids=BY_PEOPLE.keys())
def test_who_asks_as_a_person_is_answered_whatever_the_headers_say(data: bytes) -> None:
    decision = decided(parse_message(data), OWNER)
    assert decision.needs_reply, decision


@pytest.mark.parametrize(
    "data",
    [
        mail(
            "Hi Bob,\n\nour winter sale has begun: 20 % off all drills. Are you ready? Shop now!\n\nYour Tool Shop",
            "From: Tool Shop <hello@toolshop.example>",
            "List-Id: <weekly.example.com>",
            "List-Unsubscribe: <x>",
        ),
        mail("Hello Bob,\n\nhow did we do? Rate your order in one click.", "From: Shop <noreply@shop.example>"),
    ],
)
def test_who_only_seems_to_ask_gets_no_draft(data: bytes) -> None:
    assert not decided(parse_message(data), OWNER).needs_reply
