"""What an earlier attempt left in Slack is found behind a hundred later messages, and within the limits of any app."""

import time

import pytest

from integrations.slack.client.api import SlackOutage
from integrations.slack.client.own_messages import find_message_of_job, job_metadata
from tests.fakes.slack import Status
from tests.integrations.slack.conftest import Office

EVENT = "inlaid_answer"


def posted_before(office: Office, later: int) -> str:
    """Post a message of a job, and let people write after it; returns its ts."""
    client = office.context.connections.client(office.acme.id)
    sent = client.chat_postMessage(
        channel=office.general.id, text="The draft", metadata=dict(job_metadata(EVENT, "j1"))
    )
    for number in range(later):
        office.ada.writes(f"message {number}", office.general)
    return str(sent["ts"])


def find(office: Office, job: str = "j1") -> str:
    client = office.context.connections.client(office.acme.id)
    return find_message_of_job(client, office.general.id, "", EVENT, job, since=time.time())


def calls(office: Office) -> int:
    return len(office.slack.ledger.called("conversations.history"))


@pytest.mark.parametrize(("later", "pages"), [(0, 1), (150, 2), (250, 3)])
def test_a_message_is_found_behind_later_ones_and_no_page_is_read_beyond_it(
    office: Office, later: int, pages: int
) -> None:
    ts = posted_before(office, later)
    assert find(office) == ts
    assert calls(office) == pages


def test_what_is_not_there_is_looked_for_on_every_page(office: Office) -> None:
    posted_before(office, 150)
    assert find(office, "another") == ""
    assert calls(office) == 2


def test_an_app_outside_the_marketplace_looks_at_one_page_and_goes_on(office: Office) -> None:
    posted_before(office, 40)
    office.slack.app.outside_marketplace = True  # 15 messages a page, one page a minute
    office.slack.rate_limits.enforced = True
    assert find(office) == ""


def test_where_slack_does_not_answer_it_is_looked_for_again_later(office: Office) -> None:
    posted_before(office, 0)
    office.slack.faults.add("conversations.history", Status(503), times=10)
    with pytest.raises(SlackOutage):
        find(office)
