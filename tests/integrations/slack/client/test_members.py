"""Who people are: remembered for an hour, and believed only where the installation covers them."""

from typing import Any

import pytest

from core.job import JobRequest
from core.settings import Settings
from core.store import Store, open_store
from integrations.slack.client.api import make_client
from integrations.slack.client.connections import Connections, InstallationScope
from integrations.slack.client.members import Members, belongs, is_admin, is_known_admin, recipient_of
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.workspace import Workspace

WORKSPACE = InstallationScope("T1")
ORGANISATION = InstallationScope("E1", "E1", is_org_wide=True)


@pytest.fixture
def acme(slack: FakeSlack) -> Workspace:
    return slack.workspace("Acme")


@pytest.fixture
def store(settings: Settings) -> Store:
    return open_store(settings)


@pytest.fixture
def members(slack: FakeSlack, acme: Workspace, store: Store, settings: Settings) -> Members:
    chosen = {"slack_bot_token": acme.bot_token, "slack_api_url": slack.api_url, "home": settings.home}
    connections = Connections(Settings.model_validate(chosen), store.records)
    client = make_client(acme.bot_token, slack.api_url)
    return Members(client, store.records, connections.scope(acme.id, ""))


def test_a_person_is_asked_for_once(slack: FakeSlack, acme: Workspace, members: Members) -> None:
    ada = acme.person("Ada Lovelace")
    assert members.names([ada.id, ada.id]) == {ada.id: "Ada Lovelace"}
    assert members.get(ada.id)["belongs"]
    assert len(slack.ledger.called("users.info")) == 1


def test_who_slack_does_not_show_is_nobody_and_is_asked_for_again(slack: FakeSlack, members: Members) -> None:
    assert (members.get("U404"), members.name("U404"), members.address("U404")) == ({}, "", "")
    assert len(slack.ledger.called("users.info")) == 3


def test_an_administrator_is_known_only_once_slack_was_asked(acme: Workspace, members: Members, store: Store) -> None:
    ada = acme.person("Ada Lovelace", is_admin=True)
    assert not is_known_admin(store.records, acme.id, ada.id)
    assert is_admin(members.get(ada.id))
    assert is_known_admin(store.records, acme.id, ada.id)


@pytest.mark.parametrize(
    ("user", "scope", "is_theirs"),
    [
        ({"team_id": "T1"}, WORKSPACE, True),
        ({"team_id": "T2"}, WORKSPACE, False),
        ({"team_id": "T1", "is_bot": True}, WORKSPACE, False),
        ({"team_id": "T1", "is_stranger": True}, WORKSPACE, False),
        ({}, WORKSPACE, False),
        ({"team_id": "T1", "enterprise_user": {"enterprise_id": "E1"}}, ORGANISATION, True),
        ({"team_id": "T1", "enterprise_user": {"enterprise_id": "E2"}}, ORGANISATION, False),
        ({"team_id": "E1"}, ORGANISATION, False),
        ({"team_id": "T1", "enterprise_user": {}}, WORKSPACE, True),
    ],
)
def test_only_people_of_the_company_belong_to_it(
    user: dict[str, Any], scope: InstallationScope, is_theirs: bool
) -> None:
    assert belongs(user, scope) is is_theirs


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("ada.l@acme.example", ("Ada Lovelace", "ada.l@acme.example")),
        ("ann..lee@acme.example", None),
        ("ann.@docomo.example", None),
        ("a@b@acme.example", None),
        ("añe@acme.example", None),
        ("ada@ácme.example", None),
        ("ada@[", None),
        ("ada @[ ", None),
    ],
)
def test_a_mail_is_addressed_only_where_an_address_can_be_written(
    acme: Workspace, members: Members, store: Store, address: str, to: tuple[str, str] | None
) -> None:
    ada = acme.person("Ada Lovelace", email=address)
    for picked, found in ((ada.id, to), ("Ada", None), ("", None)):
        job, _ = store.jobs.add(JobRequest("compose", {"recipient_name": picked}, "slack", "bob"))
        assert recipient_of(job, lambda: members) == found


@pytest.mark.parametrize(
    ("inputs", "to"),
    [
        ({"brief": "to k@x.example: the roof is new"}, ("", "k@x.example")),
        ({"brief": "k@x.example is full: tell IT"}, None),
        ({"asked_for": "an email to k@x.example about this"}, ("", "k@x.example")),
        ({"asked_for": "turn this into an email to k@x.example"}, ("", "k@x.example")),
        ({"asked_for": "please turn this thread into an email to Petra (k@x.example)"}, ("", "k@x.example")),
        ({"asked_for": "bitte mach daraus eine Mail an k@x.example"}, ("", "k@x.example")),
        ({"asked_for": "daraus eine Mail an k@x.example"}, ("", "k@x.example")),
        ({"asked_for": "convierte esto en un correo para k@x.example"}, ("", "k@x.example")),
        ({"asked_for": "an email to Petra", "brief": "to k@x.example: hello"}, None),
        ({"recipient_name": "Katrin Holt <k@x.example>"}, ("Katrin Holt", "k@x.example")),
        ({"recipient_name": "Jan van Dyke <k@x.example>"}, ("Jan van Dyke", "k@x.example")),
        ({"recipient_name": '"3M, Sales" <k@x.example>'}, ("3M, Sales", "k@x.example")),
        ({"recipient_name": "王伟 <k@x.example>"}, ("王伟", "k@x.example")),
        ({"recipient_name": "Dr. Katrin Holt (Board) k@x.example"}, ("Dr. Katrin Holt (Board)", "k@x.example")),
        ({"recipient_name": "<mailto:k@x.example|k@x.example>"}, ("", "k@x.example")),
        ({"recipient_name": "k@x.example, b@x.example"}, None),
        ({"recipient_name": "k@x.example"}, ("", "k@x.example")),
        ({"recipient_name": "katrin <k@x.example>"}, ("katrin", "k@x.example")),
        ({"recipient_name": "Katrin Holt (k@x.example)"}, ("Katrin Holt", "k@x.example")),
        ({"recipient_name": "Petra, not k@x.example"}, None),
        ({"recipient_name": "Petra not k@x.example"}, None),
        ({"recipient_name": "Petra, cc k@x.example"}, None),
        ({"recipient_name": "Petra, CC <k@x.example>"}, None),
        ({"recipient_name": "Petra. Not k@x.example"}, None),
        ({"recipient_name": "Petra\nMax k@x.example"}, None),
        ({"recipient_name": "k@x.example is wrong"}, None),
        ({"brief": "To Petra\nMax Weber, k@x.example\ncomplained again"}, None),
        ({"brief": "To Petra. Max Weber (k@x.example), who complained, is here"}, None),
        ({"brief": "To Petra\n\nFrom k@x.example:\nI am unhappy"}, None),
        ({"brief": "To Dr. K. Weber (k@x.example): hello"}, ("", "k@x.example")),
    ],
)
def test_a_mail_is_addressed_to_the_address_that_was_typed(
    members: Members, store: Store, inputs: dict[str, str], to: tuple[str, str] | None
) -> None:
    job, _ = store.jobs.add(JobRequest("compose", inputs, "slack", "bob"))
    assert recipient_of(job, lambda: members) == to
