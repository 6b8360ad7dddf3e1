"""Who may read what is in a drive: permissions of Graph as principals. What is not sure reaches nobody.

Facts: https://learn.microsoft.com/graph/api/resources/permission (`grantedToV2`, `grantedToIdentitiesV2`, `link.scope`,
`roles`, `expirationDateTime`, `hasPassword`; OneDrive for Business and SharePoint give no `inheritedFrom`),
https://learn.microsoft.com/graph/api/driveitem-list-permissions (who is not the owner is told what applies to them
alone, and sees no roles). How SharePoint calls somebody (`loginName`): `i:0#.f|membership|name` a person,
`c:0t.c|tenant|id` a security group, `c:0o.c|federateddirectoryclaimprovider|id` a Microsoft 365 group (with `_o` behind
its id the owners alone), `c:0-.f|rolemanager|spo-grid-all-users/tenant` everybody but external people, `c:0(.s|true`
everybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from core.drafts import JsonObject
from core.principals import address_principal, group_principal, person_principal, workspace_principal

READING_ROLES = frozenset({"read", "write", "owner", "sp.full control", "sp.owner", "sp.member"})
TENANT = "tenant"
_PERSON = "i:0#.f|membership|"
_GROUPS = ("c:0t.c|tenant|", "c:0o.c|federateddirectoryclaimprovider|")
_EVERYBODY = "c:0(.s|true"
_ALL_OF_TENANT = "c:0-.f|rolemanager|spo-grid-all-users/"
_EXTERNAL = "#ext#"


@dataclass(frozen=True)
class DriveRights:
    """Reads permissions.

    Args:
        tenant: the directory that the drive is of.
        site_groups: whom the groups of a site stand for, by their name in small letters: the id of a group of Entra, or
            `tenant` for everybody of it. Graph does not tell who is in such a group, so one that is not named here
            reaches nobody.
    """

    tenant: str
    site_groups: Mapping[str, str] = field(default_factory=dict)

    def readers(self, permissions: Iterable[JsonObject], now: datetime) -> frozenset[str]:
        """Return everybody whom some of these permissions let read."""
        return frozenset(
            who for permission in permissions if _is_reading(permission, now) for who in self._of(permission)
        )

    def _of(self, permission: JsonObject) -> Iterator[str]:
        link = permission.get("link") or {}
        if link.get("preventsDownload") or permission.get("hasPassword"):
            return  # to be looked at only, or behind a word that nobody here has said
        if link.get("scope") in {"anonymous", "organization"}:
            yield workspace_principal(self.tenant)  # a link for anybody reaches no more than the organisation here
        granted = permission.get("grantedToIdentitiesV2") if link else [permission.get("grantedToV2")]
        for identities in granted or ():
            yield from self._named(identities or {})

    def _named(self, identities: JsonObject) -> Iterator[str]:
        """Yield whom one set of identities means: all of them say the same, the first that is known counts."""
        user, group = identities.get("user") or {}, identities.get("group") or {}
        login_name = str((identities.get("siteUser") or {}).get("loginName", "")).casefold()
        if is_id(group.get("id")):
            if not login_name.endswith("_o"):  # else the owners of the group alone
                yield group_principal(self.tenant, str(group["id"]))
        elif is_id(user.get("id")) and not login_name.startswith("c:"):
            yield person_principal(self.tenant, str(user["id"]))
        elif login_name:
            yield from self._claimed(login_name)
        elif site_group := identities.get("siteGroup"):
            yield from self._of_site_group(str(site_group.get("displayName", "")))

    def _claimed(self, login_name: str) -> Iterator[str]:
        for prefix in _GROUPS:
            if is_id(login_name.removeprefix(prefix)):
                yield group_principal(self.tenant, login_name.removeprefix(prefix))
        if login_name == _EVERYBODY or login_name == _ALL_OF_TENANT + self.tenant.casefold():
            yield workspace_principal(self.tenant)
        address = login_name.removeprefix(_PERSON)
        if address != login_name and "@" in address and _EXTERNAL not in address:
            yield address_principal(address)

    def _of_site_group(self, name: str) -> Iterator[str]:
        group = self.site_groups.get(name.strip().casefold(), "")
        if group == TENANT:
            yield workspace_principal(self.tenant)
        elif is_id(group):
            yield group_principal(self.tenant, group)


def site_groups_in(permissions: Iterable[JsonObject]) -> list[str]:
    """Return the names of the site's own groups that permissions name."""
    groups = ((permission.get("grantedToV2") or {}).get("siteGroup") or {} for permission in permissions)
    return sorted({str(group["displayName"]) for group in groups if group.get("displayName")})


def is_id(text: object) -> bool:
    """Whether it is the id of a person or group of Entra."""
    try:
        return str(UUID(str(text))) == str(text).casefold()
    except ValueError:
        return False


def _is_reading(permission: JsonObject, now: datetime) -> bool:
    roles = {str(role).casefold() for role in permission.get("roles") or ()}
    return bool(roles & READING_ROLES) and not _has_expired(str(permission.get("expirationDateTime") or ""), now)


def _has_expired(text: str, now: datetime) -> bool:
    if not text or text.startswith("0001-"):  # how Graph writes "never"
        return False
    try:
        ends = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return True
    return (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) <= now
