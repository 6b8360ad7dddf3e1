"""A new mail from the API or the command line, into a real Dovecot: once, in its owner's habits, with an outcome."""

import pytest

from core.drafts import Draft
from core.errors import InputError, NotFoundError
from core.job import Job, JobRequest
from core.recipes.loader import load_recipes
from core.store.effects import MAILBOX_DRAFT
from integrations.mail.accounts.new_mail import NewMailSurface, address_new_mail
from integrations.mail.mailbox.account import MailOwner
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.style_learning import save_style
from integrations.mail.message.message import parse_message
from integrations.mail.reply.writing_style import WritingStyle
from integrations.registry import Surfaces
from tests.integrations.mail.imap.conftest import LONG_SECONDS, Mailbox

BRIEF = {"brief": "ask for the floor plan before Friday"}
ANN = "Ann Lee <ann.lee@example.com>"
COMPOSE = load_recipes()["compose"]


def owner(mailbox: Mailbox) -> MailOwner:
    return MailOwner("local", "bob", mailbox=mailbox.account.name)


def compose(mailbox: Mailbox, *to: str) -> Job:
    target, inputs = address_new_mail(mailbox.store.records, owner(mailbox), COMPOSE, BRIEF, to)
    request = JobRequest("compose", inputs, surface="api", person="bob", target=target)
    mailbox.generate = lambda job, _further, _progress: draft_of(job)
    return mailbox.run(
        mailbox.store.jobs.add(request)[0].id, surface=lambda _job: NewMailSurface(patience_seconds=LONG_SECONDS)
    )


def draft_of(job: Job) -> Draft:
    text = "\n\n".join((job.inputs.get("greeting", "Hello,"), "May I have the plan?", job.inputs.get("closing", "Bob")))
    return Draft(recipe=job.recipe, subject="Floor plan", text=text)


def test_the_draft_waits_once_and_its_outcome_is_found_when_it_is_sent(mailbox: Mailbox) -> None:
    job = compose(mailbox, ANN)
    surface = Surfaces().of(job)
    assert surface
    surface.deliver(job, mailbox.context)
    assert mailbox.store.effects.get_detail(job, MAILBOX_DRAFT)["placed"] == "placed"
    (data,) = mailbox.drafts()
    mail = parse_message(data)
    assert ([one.address for one in mail.to], mail.subject) == (["ann.lee@example.com"], "Floor plan")
    assert [one.job for one in PendingDrafts(mailbox.store.records, mailbox.account).list()] == [job.id]
    assert mailbox.settle() == 0
    mailbox.send(data)
    mailbox.discard_drafts()
    mailbox.settle()
    assert [act.outcome for act in mailbox.store.effects.outcomes.acts_of([job.id])[job.id]] == ["accepted"]


def test_it_greets_and_closes_as_its_owner_does_unless_they_say_otherwise(mailbox: Mailbox) -> None:
    records, account = mailbox.store.records, mailbox.account
    voice = WritingStyle(greetings={"en": "Hey {name} -"}, closings={"en": "Cheers,\nBob"})
    save_style(records, "local", account.name, voice, [], person="bob")
    assert compose(mailbox, ANN).inputs.items() >= {"greeting": "Hey Ann -", "closing": "Cheers,\nBob"}.items()
    _, given = address_new_mail(records, owner(mailbox), COMPOSE, {**BRIEF, "greeting": "Dear Ann,"}, [ANN])
    assert given["greeting"] == "Dear Ann,"


@pytest.mark.parametrize(
    ("voice", "to", "greeting"),
    [
        (WritingStyle(owner_name="Bob Ray"), ["Anna Weber <anna@example.com>"], None),
        (WritingStyle(closings={"en": "Cheers,\nBob"}), ["Anna Weber <anna@example.com>"], None),
        (WritingStyle(formal_closings={"de": "Mit besten Grüßen\nBob"}), [ANN, "Kim <kim@example.com>"], None),
        (
            WritingStyle(formal_closings={"de": "Mit besten Grüßen\nBob"}),
            ["Anna Weber <anna@example.com>"],
            "Guten Tag Anna Weber,",
        ),
        (
            WritingStyle(greeted={"de": {"anna@example.com": "Liebe Anna,"}}),
            ["Anna Weber <anna@example.com>"],
            "Liebe Anna,",
        ),
    ],
)
def test_only_one_reader_is_greeted_by_habit_and_a_note_tells_no_form(
    mailbox: Mailbox, voice: WritingStyle, to: list[str], greeting: str | None
) -> None:
    records = mailbox.store.records
    save_style(records, "local", mailbox.account.name, voice, [], person="bob")
    note = {"brief": "Bitte absagen: Ich kann am Dienstag nicht, frag sie, ob du später kommen darfst"}
    _, given = address_new_mail(records, owner(mailbox), COMPOSE, note, to)
    assert given.get("usual_greeting") == greeting


def test_nobody_s_mailbox_no_address_and_no_text_are_refused_before_a_model_is_asked(mailbox: Mailbox) -> None:
    records = mailbox.store.records
    with pytest.raises(NotFoundError, match="No mailbox called other of yours"):
        address_new_mail(records, MailOwner("local", "bob", mailbox="other"), COMPOSE, BRIEF, [])
    with pytest.raises(NotFoundError, match="No mailbox of yours"):
        address_new_mail(records, MailOwner("local", "kim"), COMPOSE, BRIEF, [])
    with pytest.raises(InputError, match="not an email address"):
        address_new_mail(records, owner(mailbox), COMPOSE, BRIEF, ["Ann"])
    with pytest.raises(InputError, match="is not a mail"):
        address_new_mail(records, owner(mailbox), load_recipes()["actions"], BRIEF, [])
