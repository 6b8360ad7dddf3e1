"""Who connected a mailbox and comes in by Slack hears there of a draft that waits: one message a thread."""

import pytest

from core.drafts import Draft, Gap, find_gaps
from core.job import Job, JobRequest
from core.people import load_people
from core.ports import SurfaceContext
from integrations.slack.delivery.draft_notice import SlackNotices
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import shown_text

TEXT = "Hello Ann,\n\nthe berths cost 400.\n\n[[Which day suits you?]]\n\nBob"
LINK = "https://outlook.office.com/mail/deeplink/compose/AAMk"


def written(
    office: Office,
    person: str = "",
    *,
    subject: str = "Offer & <berths>",
    text: str = TEXT,
    workspace: str = "",
    hints: tuple[Gap, ...] = (),
) -> Job:
    inputs = {"message": "SECRET of the mail", "subject": subject, "sender_name": "Ann *Lee*"}
    who = person or office.ada.id, workspace or office.acme.id
    job = office.store.jobs.add(JobRequest("reply", inputs, "mail", *who))[0]
    claimed = office.store.leases.claim(job.id, lease_seconds=30.0)
    assert claimed
    return office.store.leases.finish(claimed, Draft(recipe="reply", text=text, gaps=(*hints, *find_gaps(text))))


def notices(office: Office) -> SlackNotices:
    store = office.store
    context = SurfaceContext(office.settings, store.jobs, store.records, store.effects)
    return SlackNotices(context, load_people(office.settings, store.records))


def tell(office: Office, job: Job, *, thread: str = "t1", link: str = LINK, is_untouched: bool = True) -> None:
    notices(office).waits(job, thread, link, lambda: is_untouched)


def told(office: Office) -> list[Message]:
    return [message for message in office.ada.sees(office.ada.dm) if message.bot_id]


def buttons(message: Message) -> list[str]:
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row["elements"]]


def test_the_owner_is_told_once_who_wrote_and_what_about_and_nothing_of_the_mail(office: Office) -> None:
    job = written(office)
    for _ in range(3):
        tell(office, job)
    (message,) = told(office)
    assert shown_text(message) == "*A draft waits in your mailbox*\n> Offer &amp; &lt;berths&gt; · Ann *Lee*"
    assert buttons(message) == ["Open", "Discard"]
    assert LINK in repr(message.blocks)
    assert "1 question is left for you." in repr(message.blocks)
    assert not any(one in repr(message.blocks) for one in ("SECRET", "400", "Which day"))
    assert office.grace.sees(office.grace.dm) == []


def test_without_a_link_of_the_mailbox_the_page_of_the_job_opens(office: Office) -> None:
    job = written(office)
    office.settings = office.settings.model_copy(update={"public_url": "https://inlaid.example.com"})
    tell(office, job, link="")
    assert f"https://inlaid.example.com/console/jobs/{job.id}" in repr(told(office)[0].blocks)


def test_where_nothing_opens_the_draft_its_first_button_reads_it(office: Office) -> None:
    tell(office, written(office), link="")
    (message,) = told(office)
    assert buttons(message) == ["Read it", "Discard"]
    assert "url" not in message.blocks[-1]["elements"][0]


def test_a_newer_draft_of_the_thread_takes_over_the_message(office: Office) -> None:
    tell(office, written(office))
    tell(office, written(office, subject="Offer, second try"))
    (message,) = told(office)
    assert "second try" in shown_text(message)
    tell(office, written(office, subject="Another matter"), thread="t2")
    assert len(told(office)) == 2


@pytest.mark.parametrize(
    ("outcome", "why", "words"),
    [
        ("accepted", "", "Sent as it was drafted."),
        ("edited", "", "Sent, with your changes."),
        ("rejected", "own_reply", "You answered in your own words"),
        ("expired", "source_deleted", "not needed any more"),
    ],
)
def test_what_became_of_the_draft_stands_in_place_of_the_buttons(
    office: Office, outcome: str, why: str, words: str
) -> None:
    job = written(office)
    tell(office, job)
    notices(office).is_over(job, "t1", outcome, why)
    (message,) = told(office)
    assert words in shown_text(message)
    assert "400" not in shown_text(message)
    assert buttons(message) == []


def test_the_end_of_an_earlier_draft_leaves_the_message_of_the_newer_one(office: Office) -> None:
    first, second = written(office), written(office)
    tell(office, first)
    tell(office, second)
    notices(office).is_over(first, "t1", "expired", "replaced")
    assert buttons(told(office)[0]) == ["Open", "Discard"]


def test_who_has_begun_with_the_draft_or_is_nobody_in_slack_is_told_nothing(office: Office) -> None:
    tell(office, written(office), is_untouched=False)
    stranger = office.store.jobs.add(JobRequest("reply", {"message": "x"}, "mail", "bob", "local"))[0]
    tell(office, stranger)
    notices(office).is_over(stranger, "t1", "accepted", "")
    assert told(office) == []


def test_a_notice_of_open_gaps_stands_beside_it(office: Office) -> None:
    job = written(office)
    tell(office, job)
    assert notices(office).sent_with_gaps(job)
    assert len(told(office)) == 2


def test_the_message_speaks_the_language_of_its_reader(office: Office) -> None:
    zoe = office.acme.person("Zoë Ångström", locale="de-DE")
    office.context.members(office.acme.id, "").get(zoe.id)
    tell(office, written(office, zoe.id))
    (message,) = [message for message in zoe.sees(zoe.dm) if message.bot_id]
    assert "In Ihrem Postfach wartet ein Entwurf" in shown_text(message)
    assert buttons(message) == ["Öffnen", "Verwerfen"]


def test_the_owner_is_told_once_that_a_mail_went_out_with_a_question(office: Office) -> None:
    job = written(office, text="Hello Ann,\n\n[[Which *day* <!channel> suits you?]]\n\nBob")
    assert notices(office).sent_with_gaps(job)
    assert notices(office).sent_with_gaps(job)
    shown = [repr(message.blocks) for message in office.ada.sees(office.ada.dm)]
    (said,) = [text for text in shown if "was sent with a question to you" in text]
    assert "Offer &amp; &lt;berths&gt;" in said
    assert "suits you?" in said
    assert "<!channel>" not in said


def test_a_hint_in_a_mail_that_went_out_is_not_called_a_question(office: Office) -> None:
    hint = Gap(place="[[It also says: x]]", question="It also says: x", is_hint=True)
    assert notices(office).sent_with_gaps(written(office, hints=(hint,)))
    assert notices(office).sent_with_gaps(written(office, text="Hello Ann", hints=(hint,)))
    asked, shown = (repr(message.blocks) for message in told(office))
    assert "with a question to you" in asked
    assert "Which day suits you?" in asked
    assert "with a hint to you" in shown
    assert "It also says: x" in shown


def test_who_never_came_in_by_slack_is_not_told_there(office: Office) -> None:
    assert not notices(office).sent_with_gaps(written(office, "bob", workspace="local"))
