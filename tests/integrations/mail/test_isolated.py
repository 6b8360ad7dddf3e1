"""Mails in a child process: the same results."""

from pathlib import Path

import pytest

from core.drafts import Draft
from core.errors import MessageError
from core.job import JobRequest
from core.settings import Settings
from core.store import open_store
from core.text.html_text import visible_text as visible_here
from integrations.mail import isolated
from integrations.mail.message.message import owner_of
from integrations.mail.message.message import parse_message as parse_here
from integrations.mail.reply.compose import reply_file as file_here
from integrations.mail.triage.classifier import read
from integrations.mail.triage.decide import MailboxContext, passage_to_read
from integrations.mail.triage.decide import judge as judge_here
from tests.integrations.mail.samples import CORPUS, OWNER, mail

HTML = mail("<p>Can you <b>come</b>?</p>", "Content-Type: text/html", "Message-ID: <1@example.com>")


def test_every_function_gives_what_it_gives_in_this_process(settings: Settings) -> None:
    message = parse_here(HTML)
    assert isolated.parse_message(HTML) == message
    assert isolated.visible_text(message.html) == visible_here(message.html).text
    context = MailboxContext(owner_of(message, name="Bob Ray", address="bob.ray@example.org"))
    reading = read(passage_to_read(message, context.owner, "INBOX"))
    here = judge_here(message, context, folder="INBOX", reading=reading)
    assert isolated.judge(message, context, folder="INBOX") == here
    assert isolated.decided(message, context.owner).probability == here[0].probability
    store = open_store(settings)
    store.jobs.add(JobRequest("reply", {}, "mail", "bob"))
    claimed = store.leases.claim(store.jobs.list()[0].id, lease_seconds=60)
    assert claimed
    job = store.leases.finish(claimed, Draft(recipe="reply", text="I can."))
    assert isolated.reply_file(message, context.owner, job) == file_here(message, context.owner, job)
    store.close()


@pytest.mark.parametrize("path", CORPUS[::7], ids=lambda path: path.stem)
def test_real_mails_come_back_as_they_are(path: Path) -> None:
    data = path.read_bytes()
    assert isolated.parse_message(data) == parse_here(data)


def test_what_is_no_mail_is_refused_with_the_same_words() -> None:
    with pytest.raises(MessageError) as here:
        parse_here(b"")
    with pytest.raises(MessageError) as there:
        isolated.parse_message(b"")
    assert (there.value.message, there.value.fix) == (here.value.message, here.value.fix)


def test_a_mail_of_megabytes_is_judged_by_its_beginning_and_its_end() -> None:
    told = "\n\n".join(f"The crane at gate {number} was checked, and the panels went up." for number in range(40_000))
    found = parse_here(mail(f"Hi Bob,\n\n{told}\n\nCan you send me the crane plan?\n\nAnn"))
    decision, inputs = isolated.judge(found, MailboxContext(OWNER), folder="INBOX")
    assert len(found.text) > 2_000_000
    assert (decision.needs_reply, decision.reason) == (True, "It asks: Can you send me the crane plan?")
    assert inputs["message"].startswith("Hi Bob,")
    assert len(inputs["message"]) < 210_000
    assert isolated.decided(found, OWNER).needs_reply


def test_a_reply_is_given_the_whole_of_a_mail_that_is_judged_by_its_ends() -> None:
    told = "\n\n".join(f"The crane at gate {number} was checked, and the panels went up." for number in range(4_300))
    found = parse_here(mail(f"Hi Bob,\n\n{told}\n\nCan you send me the crane plan?\n\nAnn"))
    _, inputs = isolated.judge(found, MailboxContext(OWNER), folder="INBOX")
    assert all(f"gate {number} " in inputs["message"] for number in (0, 3_000, 4_299))


DANGERS = (
    "Guten Tag,\n\nanbei die Unterlagen. Im Keller riecht es übrigens verschmort.\n\nGruß\nAnn Lee",
    "Hello,\n\nI got the new key, thanks. By the way, sparks come out of the socket in the kitchen.\n\nBest\nAnn Lee",
)

DECEIVES = (-6.0, -7.0, 6.0)


@pytest.mark.parametrize("text", DANGERS)
def test_a_danger_that_is_told_in_passing_is_answered(text: str) -> None:
    message = parse_here(mail(text, "Content-Type: text/plain; charset=utf-8", "Message-ID: <1@example.com>"))
    context = MailboxContext(OWNER)
    reading = read(passage_to_read(message, OWNER, "INBOX"))
    assert not judge_here(message, context, folder="INBOX", reading=reading)[0].needs_reply
    decision, inputs = isolated.judge(message, context, folder="INBOX")
    assert (decision.needs_reply, decision.rule, bool(inputs)) == (True, "danger", True)
    assert isolated.decided(message, OWNER).rule == "danger"
    full = MailboxContext(OWNER, drafts_per_day=1, drafts_today=1)
    assert isolated.judge(message, full, folder="INBOX")[0].rule == "day_limit"


def test_a_danger_that_is_told_by_who_seems_to_deceive_gets_a_draft_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(isolated, "read", lambda _: DECEIVES)
    text = "Ich verlange mein Geld zurück. Im Keller riecht es übrigens verschmort.\n\nAnn Lee"
    message = parse_here(mail(text, "Content-Type: text/plain; charset=utf-8"))
    found, _ = judge_here(message, MailboxContext(OWNER), folder="INBOX", is_requested=True, reading=DECEIVES)
    assert (found.rule, found.turns_on_danger) == ("suspicious", True)
    full = MailboxContext(OWNER, drafts_per_day=1, drafts_today=1)
    assert isolated.judge(message, full, folder="INBOX")[0].rule == "day_limit"
    decision, inputs = isolated.judge(message, full, folder="INBOX", is_requested=True)
    assert (decision.needs_reply, decision.rule, bool(inputs)) == (True, "requested", True)


def test_a_danger_that_is_told_to_many_is_for_information() -> None:
    others = ", ".join(f"p{number}@example.net" for number in range(8))
    fields = (f"To: {others}, bob.ray@example.org", "Content-Type: text/plain; charset=utf-8")
    assert not isolated.decided(parse_here(mail(DANGERS[0], *fields)), OWNER).needs_reply
