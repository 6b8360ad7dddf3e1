"""Where several organisations are served, an administrator and a report are those of one."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.requests import Request

from core.people import load_people
from core.settings import Settings
from core.store import Store, open_store
from core.store.rows import Scope
from core.store.sessions import SessionPerson
from integrations.api.access import CallerIdentity, load_access
from integrations.web.visitors import administered_by, load_sign_ins, report_guard, standing_of

TENANT, OTHER, REALM = (
    "4f80db28-4452-4cf2-aa21-9d7956f317fa",
    "00000000-0000-4000-8000-000000000009",
    "login.example.com",
)


def installation(home: Path, **changes: object) -> tuple[Settings, Store]:
    tokens = (SecretStr("root-token=root@example.com"), SecretStr("ann-token=ann@example.com"))
    usual = {"home": home, "api_tokens": tokens, "admins": ("root@example.com",), "microsoft_tenants": (TENANT,)}
    settings = Settings.model_validate({**usual, **changes})
    return settings, open_store(settings)


def report_scope(settings: Settings, store: Store, token: str) -> Scope | None:
    access = load_access(settings, store.records)
    request = Request({"type": "http", "headers": [(b"authorization", f"Bearer {token}".encode())]})
    sessions = load_sign_ins(settings, store.records).sessions
    return report_guard(settings, store.records, access, sessions)(request).scope


@pytest.mark.parametrize(
    "several",
    [
        {"openid_issuer": f"https://{REALM}", "openid_client_id": "client"},
        {"microsoft_tenants": (TENANT, OTHER)},
        {"slack_client_id": "slack"},
    ],
)
def test_an_administrator_of_the_local_workspace_looks_after_no_other_organisation(
    home: Path, several: dict[str, object]
) -> None:
    settings, store = installation(home, **several)
    access = load_access(settings, store.records)
    scope = administered_by(settings, access, load_people(settings, store.records))(CallerIdentity("root@example.com"))
    assert scope
    assert {place: scope.covers(place) for place in ("local", "T1", TENANT, OTHER)} == {
        "local": True, "T1": True, TENANT: False, OTHER: False
    }  # fmt: skip
    assert scope.covers(REALM) is (REALM not in settings.own_realms)
    for token in ("root-token", "ann-token"):
        counted = report_scope(settings, store, token)
        assert counted is not None
        assert counted.covers("local")
        assert not any(counted.covers(place) for place in ("T1", OTHER, REALM))
        assert counted.covers(TENANT) is (len(settings.own_realms) == 1)
    store.close()


def test_in_one_organisation_everybody_s_numbers_are_counted_together(home: Path) -> None:
    settings, store = installation(home)
    assert report_scope(settings, store, "ann-token") is None
    store.close()


def test_an_administrator_of_all_is_of_one_organisation_or_of_the_machine(home: Path) -> None:
    settings, store = installation(home, microsoft_tenants=(TENANT, OTHER), group_roles=("administrator=it",))
    standing = standing_of(settings, load_access(settings, store.records))
    visitor = standing(SessionPerson(TENANT, "oid", "microsoft", groups=("it",)))
    assert visitor
    assert (visitor.is_admin, visitor.is_admin_of_all, visitor.is_author) == (True, False, False)
    store.close()
