"""Who comes in by Slack hears there, once, that a mail went out with a question to them still in it."""

from core.drafts import Draft, find_gaps
from core.job import Job, JobRequest
from core.people import load_people
from core.ports import SurfaceContext
from integrations.slack.delivery.gap_notice import tell_of_open_gaps
from tests.integrations.slack.conftest import Office

TEXT = "Hello Ann,\n\n[[Which *day* <!channel> suits you?]]\n\nBob"


def written(office: Office, workspace: str, person: str) -> Job:
    inputs = {"message": "x", "subject": "Offer & <berths>"}
    job = office.store.jobs.add(JobRequest("reply", inputs, "mail", person, workspace))[0]
    claimed = office.store.leases.claim(job.id, lease_seconds=30.0)
    assert claimed
    return office.store.leases.finish(claimed, Draft(recipe="reply", text=TEXT, gaps=find_gaps(TEXT)))


def tell(office: Office, job: Job) -> bool:
    store = office.store
    context = SurfaceContext(office.settings, store.jobs, store.records, store.effects)
    return tell_of_open_gaps(context, load_people(office.settings, store.records), job)


def test_the_person_is_told_once_in_their_messages_with_the_app(office: Office) -> None:
    job = written(office, office.acme.id, office.ada.id)
    assert tell(office, job)
    assert tell(office, job)
    shown = [repr(message.blocks) for message in office.ada.sees(office.ada.dm)]
    (said,) = [text for text in shown if "was sent with a question to you" in text]
    assert "Offer &amp; &lt;berths&gt;" in said
    assert "suits you?" in said
    assert "<!channel>" not in said


def test_who_never_came_in_by_slack_is_not_told_there(office: Office) -> None:
    assert not tell(office, written(office, "local", "bob"))
