"""Whom permissions of Graph let read, one by one."""

from datetime import UTC, datetime

import pytest

from core.drafts import JsonObject
from integrations.sources.drive_rights import DriveRights, site_groups_in

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
ANN = "0f4c2f2e-1111-4222-8333-444455556666"
GROUP = "94da1e01-bbab-41e9-b9a4-4595c5805a6b"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
WORKSPACE = f"workspace:{TENANT}"
PERSON, MEMBERS = f"person:{TENANT}/{ANN}", f"group:{TENANT}/{GROUP}"


def site_user(login_name: str, **more: object) -> JsonObject:
    return {"roles": ["read"], "grantedToV2": {"siteUser": {"loginName": login_name}, **more}}


def link(scope: str, *people: str, **more: object) -> JsonObject:
    given = [{"user": {"id": person}} for person in people]
    return {"roles": ["read"], "link": {"scope": scope}, "grantedToIdentitiesV2": given, **more}


CASES: list[tuple[JsonObject, set[str]]] = [
    ({"roles": ["read"], "grantedToV2": {"user": {"id": ANN}}}, {PERSON}),
    ({"roles": ["sp.full control"], "grantedToV2": {"user": {"id": ANN}}}, {PERSON}),
    ({"roles": [], "grantedToV2": {"user": {"id": ANN}}}, set()),
    ({"roles": ["sp.limited access"], "grantedToV2": {"user": {"id": ANN}}}, set()),
    ({"roles": ["write"], "grantedToV2": {"group": {"id": GROUP}}}, {MEMBERS}),
    ({"roles": ["read"], "grantedToV2": {"application": {"id": GROUP}}}, set()),
    ({"roles": ["read"], "grantedToV2": {"siteGroup": {"id": "5", "displayName": "Unknown"}}}, set()),
    ({"roles": ["read"], "grantedToV2": {"siteGroup": {"id": "5", "displayName": "HR Members"}}}, {MEMBERS}),
    ({"roles": ["read"], "grantedToV2": {"siteGroup": {"id": "6", "displayName": "hr visitors"}}}, {WORKSPACE}),
    ({"roles": ["read"], "invitation": {"email": "x@example.com"}}, set()),
    ({"roles": ["read"], "grantedToV2": None}, set()),
    (site_user(f"c:0t.c|tenant|{GROUP}"), {MEMBERS}),
    (site_user(f"c:0o.c|federateddirectoryclaimprovider|{GROUP}"), {MEMBERS}),
    (site_user(f"c:0o.c|federateddirectoryclaimprovider|{GROUP}_o"), set()),
    (site_user(f"c:0o.c|federateddirectoryclaimprovider|{GROUP}_o", group={"id": GROUP}), set()),
    (site_user(f"c:0t.c|tenant|{GROUP}", user={"id": GROUP}), {MEMBERS}),
    (site_user("c:0(.s|true"), {WORKSPACE}),
    (site_user(f"c:0-.f|rolemanager|spo-grid-all-users/{TENANT}"), {WORKSPACE}),
    (site_user(f"c:0-.f|rolemanager|spo-grid-all-users/{GROUP}"), set()),
    (site_user("i:0#.f|membership|Ann@Example.org"), {"address:ann@example.org"}),
    (site_user("i:0#.f|membership|ann_gmail.com#ext#@example.org"), set()),
    (site_user("i:0i.t|00000003-0000-0ff1-ce00-000000000000|app@sharepoint"), set()),
    (link("organization"), {WORKSPACE}),
    (link("anonymous"), {WORKSPACE}),
    (link("anonymous", hasPassword=True), set()),
    (link("users", ANN), {PERSON}),
    (link("existingAccess"), set()),
    ({**link("organization"), "link": {"scope": "organization", "preventsDownload": True}}, set()),
    (link("organization", expirationDateTime="2026-11-25T23:59:59Z"), set()),
    (link("organization", expirationDateTime="2026-11-27T00:00:00Z"), {WORKSPACE}),
    (link("organization", expirationDateTime="0001-01-01T00:00:00Z"), {WORKSPACE}),
    (link("organization", expirationDateTime="soon"), set()),
]


@pytest.mark.parametrize(("permission", "readers"), CASES)
def test_a_permission_reaches_whom_it_names_and_nobody_when_that_is_not_sure(
    permission: JsonObject, readers: set[str]
) -> None:
    rights = DriveRights(TENANT, {"hr members": GROUP, "hr visitors": "tenant"})
    assert rights.readers([permission], NOW) == readers


def test_all_permissions_count_together_and_groups_of_the_site_are_named() -> None:
    permissions = [permission for permission, _ in CASES]
    assert DriveRights(TENANT).readers(permissions, NOW) == {PERSON, MEMBERS, WORKSPACE, "address:ann@example.org"}
    assert site_groups_in(permissions) == ["HR Members", "Unknown", "hr visitors"]
