"""Files are fetched from Slack alone, and a thread goes on where Slack made it wait."""

import pytest
from slack_sdk import WebClient

from core.errors import InputError, NotFoundError
from integrations.slack.client.api import SlackOutage, make_client
from integrations.slack.sources.reading import FILE_HOSTS, ChannelReading, is_file_url, read_slack_file
from tests.fakes.slack.changes import deletes, shares_file
from tests.integrations.slack.conftest import Office


@pytest.fixture
def client(office: Office) -> WebClient:
    return make_client(office.acme.bot_token, office.slack.api_url)


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        (f"https://{FILE_HOSTS[0]}/files-pri/T1-F1/a.pdf", True),
        (f"http://{FILE_HOSTS[0]}/files-pri/T1-F1/a.pdf", False),
        (f"https://{FILE_HOSTS[0]}.evil.example/a.pdf", False),
        (f"https://me:you@{FILE_HOSTS[0]}/a.pdf", False),
        ("https://drive.example.com/a.pdf", False),
        ("http://127.0.0.1:9/files-pri/F1", True),
        ("http://127.0.0.1:8/files-pri/F1", False),
        ("", False),
    ],
)
def test_our_token_goes_to_slack_alone(url: str, is_ours: bool) -> None:
    assert is_file_url(url, "http://127.0.0.1:9/api/") == is_ours
    assert not is_file_url("https://slack.com/a.pdf", "https://slack.com/api/")


def test_a_file_that_is_gone_or_lies_elsewhere_is_not_read(office: Office, client: WebClient) -> None:
    message = shares_file(office.slack, office.ada, office.general, "a.txt", b"text")
    file_id = message.files[0]["id"]
    assert read_slack_file(client, file_id, office.general.id, office.slack.api_url)[0].data == b"text"
    with pytest.raises(InputError, match="is not stored in Slack"):
        read_slack_file(client, file_id, office.general.id, "https://slack.com/api/")
    deletes(office.slack, message)
    with pytest.raises(NotFoundError):
        read_slack_file(client, file_id, office.general.id, office.slack.api_url)


def test_without_the_scope_it_is_said_what_is_missing(office: Office) -> None:
    message = shares_file(office.slack, office.ada, office.general, "a.txt", b"text")
    grant = office.acme.install(set(office.slack.app.bot_scopes) - {"files:read"})
    with pytest.raises(InputError, match="may not read files"):
        read_slack_file(
            make_client(grant.token, office.slack.api_url), message.files[0]["id"], office.general.id,
            office.slack.api_url,
        )  # fmt: skip


def test_a_thread_is_not_begun_again_when_slack_asks_to_wait(office: Office, client: WebClient) -> None:
    office.slack.app.outside_marketplace = True
    office.slack.rate_limits.enforced = True
    office.slack.clock.freeze()
    root = office.ada.writes("Begin.", office.general)
    for number in range(40):
        office.grace.writes(f"Answer {number}.", office.general, root.ts)
    reading = ChannelReading()
    waits = 0
    while True:
        try:
            thread = reading.thread(client, office.general.id, root.ts, "1")
            break
        except SlackOutage as outage:
            waits += 1
            office.slack.clock.advance(outage.retry_after_seconds)
    assert waits == 2
    assert [message["text"] for message in thread.messages] == ["Begin.", *(f"Answer {n}." for n in range(40))]
