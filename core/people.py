"""One person on several surfaces: linked by the mail address that a surface vouches for.

Only surfaces of the installation's own organisation are believed: its tenants of Entra, the Slack workspace of
INLAID_SLACK_BOT_TOKEN, and those of INLAID_SLACK_WORKSPACES. In one that anybody may install from anywhere, a foreign
administrator could give a member somebody else's address. Of Entra it is the sign-in name, whose domain the tenant had
to prove; an address is one tenant's at most, the first's that it was seen in.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from core.errors import ConflictError
from core.job import LOCAL_WORKSPACE
from core.settings import Settings
from core.store.records import Record, RecordStore

# The address of a surface's person: {"address", "enterprise"}; an earlier version wrote the address alone.
KIND = "person_link"
# The same the other way round, kept as the address's: [workspace, person].
NAME_KIND = "person_name"
# Whose of which tenant an address is: [workspace, person].
OWNER_KIND = "person_address"
LISTED_KIND = "person_names_listed"
SLACK_MEMBER = "slack_member"
# What somebody decided before they were linked comes along: wishes and consent.
BROUGHT_KINDS = ("preference", "learning_consent")


@dataclass(frozen=True)
class Identity:
    """A person: by mail address where it is known, else as the surface calls them."""

    workspace: str
    person: str


@dataclass(frozen=True)
class _Link:
    """What is known of a surface's person: the address, and in Slack the Grid organisation that they are of."""

    address: str = ""
    enterprise: str = ""


class People:
    """Knows who is who.

    Args:
        records: what surfaces know of their people.
        believes_slack: whether Slack is the installation's own workspace alone.
        slack: ids of own Slack workspaces and Grid organisations among others.
        tenants: own tenants of Entra.
    """

    def __init__(
        self,
        records: RecordStore,
        *,
        believes_slack: bool = False,
        slack: Collection[str] = (),
        tenants: Collection[str] = (),
    ) -> None:
        self._records = records
        self._believes_slack = believes_slack
        self._slack = frozenset(slack)
        self._tenants = frozenset(tenants)

    def is_own(self, workspace: str, person: str) -> bool:
        """Whether a person of a surface is one of the organisation that the installation is for."""
        if workspace == LOCAL_WORKSPACE or workspace in self._tenants:
            return True
        return self._is_own_slack(workspace, self._slack_link(workspace, person))

    def identity(self, workspace: str, person: str) -> Identity:
        """Return who a person of a surface is, and remember it."""
        if workspace == LOCAL_WORKSPACE or "@" in person:
            return Identity(workspace, person.casefold() if "@" in person else person)
        if workspace in self._tenants:
            address = self._tenant_address(workspace, person)
        else:
            address = self._slack_address(workspace, person)
        return Identity(LOCAL_WORKSPACE, address) if address else Identity(workspace, person)

    def names_of(self, identity: Identity) -> list[tuple[str, str]]:
        """Return every (workspace, person) that is this person."""
        own = (identity.workspace, identity.person)
        if identity.workspace != LOCAL_WORKSPACE:
            return [own]
        found = self._records.list(NAME_KIND, workspace=LOCAL_WORKSPACE, person=identity.person)
        linked = [(str(one.data[0]), str(one.data[1])) for one in found]
        linked += [(one.workspace, one.key) for one in self._unlisted() if one.data == identity.person]
        linked = [one for one in linked if self.identity(*one) == identity]
        # The console once kept what somebody decided there under the address in the tenant.
        earlier = [(workspace, identity.person) for workspace, _ in linked if workspace in self._tenants]
        return [own, *linked, *earlier]

    def names(self, workspace: str, person: str) -> list[tuple[str, str]]:
        """Return every name of a person of a surface, that one first."""
        return [*dict.fromkeys([(workspace, person), *self.names_of(self.identity(workspace, person))])]

    def remember(self, tenant: str, person: str, address: str) -> None:
        """Note as whom a person of Entra signed in.

        Args:
            tenant: the tenant that the authority named.
            person: the object id.
            address: the sign-in name (`preferred_username`), "" or no address when there is none.
        """
        address = address.strip().casefold()
        if tenant not in self._tenants or "@" not in address:
            return
        owner = self._records.get(OWNER_KIND, LOCAL_WORKSPACE, address)
        if owner and owner.data[0] != tenant and owner.data[0] in self._tenants:
            return  # by an address alone nobody becomes somebody of another tenant
        if owner is None or owner.data != [tenant, person]:
            self._records.put(OWNER_KIND, LOCAL_WORKSPACE, address, [tenant, person], person=address)
            self._bring(tenant, address, address)
        self._link(tenant, person, _Link(address))

    def list_earlier_names(self) -> int:
        """List, once, the names that an earlier version linked, which are found slowly until then; returns how many."""
        unlisted = self._unlisted()
        for one in unlisted:
            self._list_name(one.workspace, one.key, one.data)
        if not self._records.get(LISTED_KIND, LOCAL_WORKSPACE, "all"):
            self._records.put(LISTED_KIND, LOCAL_WORKSPACE, "all", True)
        return len(unlisted)

    def _unlisted(self) -> list[Record]:
        if self._records.get(LISTED_KIND, LOCAL_WORKSPACE, "all"):
            return []
        return [one for one in self._records.list(KIND) if isinstance(one.data, str)]

    def _tenant_address(self, tenant: str, person: str) -> str:
        address = _link_of(self._records.get(KIND, tenant, person)).address
        owner = self._records.get(OWNER_KIND, LOCAL_WORKSPACE, address) if address else None
        return address if owner and owner.data == [tenant, person] else ""

    def _slack_address(self, workspace: str, person: str) -> str:
        link = self._slack_link(workspace, person)
        if not link.address or not self._is_own_slack(workspace, link):
            return ""
        self._link(workspace, person, link)
        return link.address

    def _slack_link(self, workspace: str, person: str) -> _Link:
        """Return what Slack says of a member, or said when it was last asked; nothing of people of elsewhere."""
        member = self._records.get(SLACK_MEMBER, workspace, person)
        known = _link_of(self._records.get(KIND, workspace, person))
        if member is None:
            return known
        if not member.data.get("belongs", True):
            return _Link()
        enterprise = (member.data.get("enterprise_user") or {}).get("enterprise_id") or known.enterprise
        address = str(member.data.get("email") or "").casefold() or known.address
        return _Link(address, str(enterprise))

    def _is_own_slack(self, workspace: str, link: _Link) -> bool:
        is_slack = workspace.startswith(("T", "E"))
        return (self._believes_slack and is_slack) or workspace in self._slack or link.enterprise in self._slack

    def _link(self, workspace: str, person: str, link: _Link) -> None:
        known = self._records.get(KIND, workspace, person)
        if _link_of(known) == link:
            return
        if known is None and not self._records.workspaces(KIND):
            self.list_earlier_names()  # the first link of an installation: there are no earlier ones
        data = {"address": link.address, "enterprise": link.enterprise}
        self._records.put(KIND, workspace, person, data, person=person)
        self._list_name(workspace, person, link.address)
        if known is None:
            self._bring(workspace, person, link.address)

    def _list_name(self, workspace: str, person: str, address: str) -> None:
        key = f"{workspace}/{person}"
        self._records.put(NAME_KIND, LOCAL_WORKSPACE, key, [workspace, person], person=address)

    def _bring(self, workspace: str, person: str, address: str) -> None:
        """Keep what somebody decided under one name as the address's; what is there already stays."""
        for kind in BROUGHT_KINDS:
            for record in self._records.list(kind, workspace=workspace, person=person):
                key = address + record.key.removeprefix(person)
                with suppress(ConflictError):
                    self._records.put(kind, LOCAL_WORKSPACE, key, record.data, person=address, expected_version=0)
                self._records.delete(kind, workspace, record.key)


def _link_of(record: Record | None) -> _Link:
    if record is None:
        return _Link()
    return _Link(record.data) if isinstance(record.data, str) else _Link(**record.data)


def load_people(settings: Settings, records: RecordStore) -> People:
    """Return who is who in an installation."""
    return People(
        records,
        believes_slack=bool(settings.slack_bot_token.get_secret_value()),
        slack=settings.slack_workspaces,
        tenants=settings.own_tenants,
    )
