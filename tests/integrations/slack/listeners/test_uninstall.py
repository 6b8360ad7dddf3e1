"""What is kept of a workspace goes with the app."""

from core.store import Store
from integrations.slack.client.installations import KIND
from tests.fakes.slack import FakeSlack
from tests.integrations.api.running import RunningWeb
from tests.integrations.slack.conftest import install


def test_removing_the_app_deletes_the_tokens_of_that_workspace_only(
    slack: FakeSlack, web: RunningWeb, store: Store
) -> None:
    acme, other = slack.workspace("Acme", installed=False), slack.workspace("Other", installed=False)
    install(web, acme)
    install(web, other)
    assert all(delivery.ok for delivery in acme.uninstall())
    assert {record.workspace for record in store.records.list(KIND)} == {other.id}
    assert "not installed" in acme.person("Ada Lovelace").slash("/draft", "hello").text


def test_revoked_tokens_are_forgotten(slack: FakeSlack, web: RunningWeb, store: Store) -> None:
    acme = slack.workspace("Acme", installed=False)
    install(web, acme)
    assert all(delivery.ok for delivery in acme.revoke_tokens())
    assert store.records.list(KIND) == []
