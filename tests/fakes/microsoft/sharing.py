"""Permissions of drives and what is in them, as Graph shows them (https://learn.microsoft.com/graph/api/resources/permission).

As documented for SharePoint and OneDrive for Business, `inheritedFrom` is not given. A caller who is not the owner
sees the permissions that apply to them alone, without roles.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.microsoft.people import Person


@dataclass(frozen=True)
class Grant:
    """One permission. `people` and `group` are whom it reaches, for the fake to judge; `shown` is what Graph tells."""

    shown: Mapping[str, Any]
    people: frozenset[str] = frozenset()
    group: str = ""
    is_for_tenant: bool = False
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    def to_json(self, *, with_roles: bool = True) -> dict[str, Any]:
        """Return it as Graph does."""
        shown = {"id": self.id, **self.shown}
        return shown if with_roles else {**shown, "roles": []}

    def reaches(self, person: Person, groups: Mapping[str, set[str]]) -> bool:
        """Whether somebody may read by it."""
        is_member = person.oid in groups.get(self.group, set())
        return self.is_for_tenant or person.oid in self.people or is_member


def for_person(person: Person, role: str = "read", **more: Any) -> Grant:
    """Let one person read."""
    user = {"id": person.oid, "displayName": person.name, "email": person.address}
    site_user = {"id": "11", "displayName": person.name, "loginName": f"i:0#.f|membership|{person.address}"}
    granted = {"grantedToV2": {"user": user, "siteUser": site_user}}
    return Grant({"roles": [role], **granted, **more}, frozenset({person.oid}))


def for_group(group: str, role: str = "read") -> Grant:
    """Let the members of a group of Entra read."""
    named = {"id": group, "displayName": "A group"}
    site_user = {"id": "12", "displayName": "A group", "loginName": f"c:0t.c|tenant|{group}"}
    return Grant({"roles": [role], "grantedToV2": {"group": named, "siteUser": site_user}}, group=group)


def for_site_group(name: str, role: str = "write") -> Grant:
    """Let the members of a group of the site read: who they are, Graph does not tell."""
    granted = {"siteGroup": {"id": "5", "displayName": name, "loginName": name}}
    return Grant({"roles": [role], "grantedToV2": granted})


def for_claim(login_name: str, *, is_for_tenant: bool = True) -> Grant:
    """Let those read whom a claim of SharePoint means, such as everybody but external people."""
    granted = {"siteUser": {"id": "13", "displayName": "Everyone", "loginName": login_name}}
    return Grant({"roles": ["read"], "grantedToV2": granted}, is_for_tenant=is_for_tenant)


def by_link(scope: str, people: Sequence[Person] = (), **more: Any) -> Grant:
    """Let those read who have a link; of the scope `users` these people."""
    given = [{"user": {"id": person.oid, "displayName": person.name, "email": person.address}} for person in people]
    link = {"scope": scope, "type": "view", "preventsDownload": False, **more.pop("link", {})}
    shown = {"roles": ["read"], "link": link, "grantedToIdentitiesV2": given, **more}
    is_open = scope != "users" and not more.get("hasPassword") and not link["preventsDownload"]
    return Grant(shown, frozenset(person.oid for person in people), is_for_tenant=is_open)
