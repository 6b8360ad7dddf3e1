"""Groups of Entra whose members' mailboxes are connected, read as the app itself, and kept up as members come and go.

Whoever comes into a group, or into a group within it, is connected within a quarter of an hour; whoever leaves is
forgotten with all that is known of their mail. A mailbox that was connected in another way is not the group's, and one
that somebody has removed stays away. While a group cannot be read nothing changes.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from core.drafts import JsonObject
from core.errors import ForbiddenError, InlaidError, InputError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.logs import logger
from core.policies.enforcement import load_policies
from core.store.records import RecordStore
from core.system.connections import deadline
from integrations.graph.client import segment
from integrations.graph.errors import ConsentError
from integrations.mail.graph.accounts import INBOX, GraphAccount, Microsoft
from integrations.mail.graph.connecting import check_mailbox
from integrations.mail.message.addresses import parse_addresses

GROUP_KIND = "graph_group"
STATUS_KIND = "graph_group_standing"
EVERY_SECONDS = 900.0
MAX_SECONDS = 120.0
_PER_PAGE = 999
_USER = "#microsoft.graph.user"
_PERMISSIONS = "GroupMember.Read.All and User.ReadBasic.All"

log = logger(__name__)


@dataclass(frozen=True)
class MailGroup:
    """A group whose members' mailboxes are connected.

    Attributes:
        id: Microsoft's id.
        name: what it is called.
        folders: which folders of each mailbox are looked after.
        left_out: addresses of mailboxes that somebody has removed.
    """

    id: str
    name: str
    folders: tuple[str, ...] = (INBOX,)
    left_out: tuple[str, ...] = ()
    workspace: str = LOCAL_WORKSPACE


@dataclass(frozen=True)
class GroupStatus:
    """What came of a group.

    Attributes:
        members: how many mailboxes it has connected.
        without: how many of its members have none.
        kept_up_at: when its members were last asked for, in Unix seconds.
        error: why they could not be, as `InlaidError.to_json`.
    """

    members: int = 0
    without: int = 0
    kept_up_at: float = 0.0
    error: dict[str, str] | None = None


@dataclass(frozen=True)
class MailGroups:
    """The groups in the record store.

    Args:
        records: where they are kept.
    """

    records: RecordStore

    def list(self) -> Sequence[MailGroup]:
        """Return all groups, by name."""
        return sorted((_load(record.data) for record in self.records.list(GROUP_KIND)), key=lambda one: one.name)

    def find(self, name: str) -> MailGroup | None:
        """Return the group of a name or id."""
        return next((group for group in self.list() if name in {group.id, group.name}), None)

    def save(self, group: MailGroup) -> None:
        """Store a group."""
        self.records.put(GROUP_KIND, group.workspace, group.id, asdict(group))

    def delete(self, group: MailGroup) -> None:
        """Forget a group; its mailboxes stay."""
        for kind in (GROUP_KIND, STATUS_KIND):
            self.records.delete(kind, group.workspace, group.id)

    def status(self, group: MailGroup) -> GroupStatus:
        """Return what came of a group."""
        record = self.records.get(STATUS_KIND, group.workspace, group.id)
        return GroupStatus(**record.data) if record else GroupStatus()

    def save_status(self, group: MailGroup, status: GroupStatus) -> None:
        """Store what came of a group."""
        self.records.put(STATUS_KIND, group.workspace, group.id, asdict(status))

    def leave_out(self, account: GraphAccount) -> None:
        """Note that somebody has removed a mailbox, so that its group does not connect it again."""
        group = self.find(account.group)
        if group and account.name not in group.left_out:
            self.save(replace(group, left_out=(*group.left_out, account.name)))

    def to_json(self) -> Sequence[JsonObject]:
        """Return what `--json` prints of them."""
        return [
            {"id": group.id, "name": group.name, "left_out": group.left_out, **asdict(self.status(group))}
            for group in self.list()
        ]


@dataclass(frozen=True)
class GroupMailboxes:
    """Connects the mailboxes of groups.

    Args:
        microsoft: the way to them.
        remove: forgets a mailbox and all that is known of its mail.
        names: gives those of all connected mailboxes, of whatever provider.
    """

    microsoft: Microsoft
    remove: Callable[[GraphAccount], None]
    names: Callable[[], Iterable[str]]

    @property
    def _groups(self) -> MailGroups:
        return MailGroups(self.microsoft.records)

    def _is_first(self, group: MailGroup) -> bool:
        """Whether no other worker does the same just now."""
        return self.microsoft.records.first_time(group.workspace, f"group {group.id}", within_seconds=60.0)

    def add(self, wanted: str, folders: tuple[str, ...]) -> MailGroup:
        """Connect the mailboxes of a group, after a test of one of them. Nothing is saved when that fails.

        Raises:
            NotFoundError: there is no such group.
            InputError: several have that name, or none of its members has a mailbox.
            ConsentError: a permission is missing.
            InlaidError: Microsoft refuses or cannot be reached.
        """
        group = self._look_up(wanted, folders)
        found, without = self._members(group)
        if not found:
            raise InputError(f"Nobody in {group.name} has a mailbox.", fix="Check the group.")
        address, name = next(iter(found.items()))
        check_mailbox(self.microsoft.open(_account(group, address, name)))
        before = self._groups.find(group.id)
        group = replace(before, folders=folders, name=group.name) if before else group
        self._groups.save(group)
        self._take(group, found, without)
        return group

    def keep_up_all(self) -> None:
        """Keep those groups up whose time has come; an error is kept with its group."""
        for group in self._groups.list():
            status = self._groups.status(group)
            if time.time() - status.kept_up_at < EVERY_SECONDS or not self._is_first(group):
                continue
            try:
                with deadline(MAX_SECONDS):
                    self.keep_up(group)
            except InlaidError as error:
                log.warning("group not kept up", code=error.code)
                failed = replace(status, kept_up_at=time.time(), error=error.to_json())
                self._groups.save_status(group, failed)

    def keep_up(self, group: MailGroup) -> GroupStatus:
        """Connect who has come, forget who has left, and return what came of it.

        Raises:
            InlaidError: its members cannot be read; nothing is changed.
        """
        return self._take(group, *self._members(group))

    def _take(self, group: MailGroup, found: Mapping[str, str], without: int) -> GroupStatus:
        accounts = self.microsoft.accounts.list()
        own = {account.name.casefold(): account for account in accounts if account.group == group.id}
        taken = {name.casefold() for name in (*self.names(), *group.left_out)}
        for key, account in own.items():
            if key not in found:
                self.remove(account)
        policies = load_policies(self.microsoft.settings, self.microsoft.records)
        for address, name in found.items():
            allowed = address not in taken and policies.of(group.workspace, address).mailbox("graph", address) is None
            if allowed:
                self.microsoft.accounts.save(_account(group, address, name))
        self._tidy(group, found)
        count = sum(account.group == group.id for account in self.microsoft.accounts.list())
        status = GroupStatus(count, without, time.time())
        self._groups.save_status(group, status)
        return status

    def _tidy(self, group: MailGroup, found: Collection[str]) -> None:
        """Forget whose mailbox was removed, once they have left: coming back they are connected again."""
        now = self._groups.find(group.id)
        left_out = tuple(address for address in now.left_out if address.casefold() in found) if now else ()
        if now and now.left_out != left_out:
            self._groups.save(replace(now, left_out=left_out))

    def end(self, group: MailGroup) -> int:
        """Forget a group with the mailboxes that it connected, and return how many there were."""
        own = [account for account in self.microsoft.accounts.list() if account.group == group.id]
        self._groups.delete(group)
        for account in own:
            self.remove(account)
        return len(own)

    def _look_up(self, wanted: str, folders: tuple[str, ...]) -> MailGroup:
        graph = self.microsoft.as_app()
        try:
            try:
                found = [graph.get(f"/groups/{segment(wanted)}", select=("id", "displayName"))]
            except (NotFoundError, InputError):
                asked = {"$filter": f"displayName eq '{wanted.replace(chr(39), chr(39) * 2)}'"}
                found = list(graph.paged("/groups", params={**asked, "$select": "id,displayName"}))
        except ForbiddenError as error:
            raise _missing(error) from error
        if not found:
            raise NotFoundError(
                f"There is no group {wanted}.", fix="Give its name or its object id, as Entra shows it."
            )
        if len(found) > 1:
            ids = ", ".join(str(match["id"]) for match in found)
            raise InputError(f"{len(found)} groups are called {wanted}.", fix=f"Give the object id of one: {ids}.")
        return MailGroup(str(found[0]["id"]), str(found[0].get("displayName") or wanted), folders)

    def _members(self, group: MailGroup) -> tuple[dict[str, str], int]:
        """Return the names of those who have a mailbox, by address, and how many have none."""
        path, without = f"/groups/{segment(group.id)}/transitiveMembers", 0
        found: dict[str, str] = {}
        try:
            members = [
                member for member in self.microsoft.as_app().paged(path, params={"$top": _PER_PAGE}) if _is_user(member)
            ]
        except ForbiddenError as error:
            raise _missing(error) from error
        if members and all(member.get("userPrincipalName") is None for member in members):
            # What may not be read comes empty, which must not look as if everybody had left.
            raise ConsentError(
                f"Microsoft does not tell who is in {group.name}.",
                fix=f"An administrator grants {_PERMISSIONS}; see deploy/entra.",
            )
        for member in members:
            address = next((address.key for address in parse_addresses(str(member.get("mail") or ""))), "")
            if address:
                found[address] = str(member.get("displayName") or "")
            else:
                without += 1
        return found, without


def _is_user(member: JsonObject) -> bool:
    return str(member.get("@odata.type", _USER)) == _USER


def _account(group: MailGroup, address: str, name: str) -> GraphAccount:
    return GraphAccount(
        address=address, person=address, owner_name=name, folders=group.folders, workspace=group.workspace,
        group=group.id,
    )  # fmt: skip


def _missing(error: ForbiddenError) -> ConsentError:
    return ConsentError(
        f"Microsoft does not let Inlaid read groups: {error.message}",
        fix=f"An administrator grants {_PERMISSIONS}; see deploy/entra.",
    )


def _load(data: JsonObject) -> MailGroup:
    return MailGroup(**{**data, "folders": tuple(data["folders"]), "left_out": tuple(data["left_out"])})
