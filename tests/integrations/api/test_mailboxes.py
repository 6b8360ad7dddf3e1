"""Settings of one's own mailboxes over the API, signatures and folders among them, against a real mail server."""

from pathlib import Path

import pytest

from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import alone, model  # noqa: F401 - fixtures
from tests.servers.dovecot import PASSWORD, Dovecot

MAILBOXES = "/api/v1/mailboxes"


@pytest.fixture
def web(alone: RunningWeb) -> RunningWeb:  # noqa: F811
    return alone


def connected(web: RunningWeb, user: str, port: int, person: str = "") -> ImapAccount:
    owner = person or web.settings.local_person
    account = ImapAccount("127.0.0.1", port, user, PASSWORD, "none", owner, user)
    Accounts(web.services.store.records).save(account)
    return account


def token_of(web: RunningWeb, person: str) -> str:
    return web.services.store.tokens.add("local", person, name="ci", scopes=["jobs"], days=1)[1]


def test_signatures_and_folders_are_set_shown_and_taken_away(web: RunningWeb, dovecot: Dovecot, tmp_path: Path) -> None:
    user = f"{tmp_path.name}@example.org"
    connected(web, user, dovecot.port)
    with dovecot.client(user) as mail:
        mail.create_folder("Projects")
    with web.client(token_of(web, web.settings.local_person)) as client:
        given = {
            "name": user.upper(),
            "signatures": {"de": "Hafenmeister", "any": "Harbour Master"},
            "folders": ["projects"],
        }
        made = client.patch(MAILBOXES, json=given)
        taken = client.patch(MAILBOXES, json={"name": user, "signatures": {"de": ""}, "quiet_hours": "22:00-07:00"})
        unknown = client.patch(MAILBOXES, json={"name": user, "folders": ["Nowhere"], "threshold": 0.9})
        wrong = client.patch(MAILBOXES, json={"name": user, "folders": [], "threshold": 9})
        (shown,) = client.get(MAILBOXES).json()["mailboxes"]
        typing_error = client.patch(MAILBOXES, json={"name": user, "signature": "x"})

    assert made.json()["settings"]["folders"] == ["Projects"]
    assert made.json()["settings"]["signatures"] == {"de": "Hafenmeister", "any": "Harbour Master"}
    assert taken.json()["settings"]["signatures"] == {"any": "Harbour Master"}
    assert (unknown.status_code, "Projects" in unknown.text) == (422, True)
    assert (wrong.status_code, typing_error.status_code) == (422, 422)
    assert shown["settings"]["folders"] == ["Projects"]
    assert (shown["settings"]["threshold"], shown["settings"]["quiet_hours"]) == (0.5, "22:00-07:00")
    assert PASSWORD not in str(shown)


def test_nobody_sees_or_changes_a_mailbox_of_somebody_else(web: RunningWeb) -> None:
    connected(web, "kim@example.org", 9, "kim")
    with web.client(token_of(web, "ann")) as client:
        assert client.get(MAILBOXES).json() == {"mailboxes": []}
        refused = client.patch(MAILBOXES, json={"name": "kim@example.org", "paused": True})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")
    with web.client(token_of(web, "kim")) as client:
        (own,) = client.get(MAILBOXES).json()["mailboxes"]
    assert own["settings"]["paused"] is False
