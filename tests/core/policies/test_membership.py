"""What is known of a person is the same at every door: their groups come along to Slack, mail and tokens."""

import pytest

from core.people import SLACK_MEMBER, People, load_people
from core.policies.membership import load_membership
from core.settings import Settings
from core.store import Store
from core.store.claims import keep_claims

TENANT = "4f80db28-4452-4cf2-aa21-9d7956f317fa"
ADA = "ada@example.com"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "microsoft_tenant_id": TENANT,
            "slack_workspaces": ("T1",),
            "group_roles": ("analyst=Controlling",),
            "admins": ("Ada@Example.com",),
        }
    )


@pytest.fixture
def people(settings: Settings, store: Store) -> People:
    return load_people(settings, store.records)


def test_the_groups_of_the_sign_in_count_at_every_door(settings: Settings, store: Store, people: People) -> None:
    people.remember(TENANT, "oid", ADA)
    keep_claims(store.records, TENANT, "oid", ["Finance", "Controlling"])
    store.records.put(SLACK_MEMBER, "T1", "U1", {"email": ADA, "belongs": True}, person="U1")
    membership = load_membership(settings, store.records, people)
    for door in ((TENANT, "oid"), ("T1", "U1"), ("local", ADA)):
        facts = membership.facts(*door)
        assert facts.workspace == door[0]
        assert facts.claims == {"Finance", "Controlling"}
        assert facts.addresses == {ADA}
        assert facts.roles == {"person", "analyst", "administrator"}
        assert facts.names >= {f"{TENANT}/oid", f"local/{ADA}"}


def test_of_somebody_of_a_foreign_workspace_nothing_is_believed(
    settings: Settings, store: Store, people: People
) -> None:
    people.remember(TENANT, "oid", ADA)
    keep_claims(store.records, TENANT, "oid", ["Finance"])
    store.records.put(SLACK_MEMBER, "T9", "U9", {"email": ADA, "belongs": True}, person="U9")
    facts = load_membership(settings, store.records, people).facts("T9", "U9")
    assert not facts.claims
    assert not facts.addresses
    assert facts.roles == {"person"}
    assert facts.names == {"T9/U9"}
