"""Mailboxes at Microsoft that several people read: who may, by whose sign-in they are read, and who has left.

A shared mailbox is connected once, however many of its members connect it, so that a thread has one draft. It belongs
to none of them: its jobs are those of a person that no human is, whatever its address. It is read by the sign-in of the
first member whose token works
(Mail.ReadWrite.Shared, https://learn.microsoft.com/graph/outlook-share-messages-folders); with such permissions
Microsoft announces nothing, so it is looked at each minute. Whether a member may still open it only Exchange knows, so
each is tried once an hour, and whoever may not any more sees nothing of it from then on.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from core.errors import CredentialError, ForbiddenError, NotFoundError
from integrations.graph.tokens import TokenCaches
from integrations.mail.graph.accounts import INBOX, GraphAccount, Member, Microsoft
from integrations.mail.mailbox.source_readers import tell_members

KEEP_AS = "shared/"
CHECK_SECONDS = 3600.0
_LOCK_SECONDS = 60.0
# How Exchange says that somebody has no access: as often by not finding the mailbox.
NO_ACCESS = (ForbiddenError, NotFoundError, CredentialError)


@dataclass(frozen=True)
class SharedMailboxes:
    """The members of shared mailboxes.

    Args:
        microsoft: the way to them.
    """

    microsoft: Microsoft

    def find(self, *addresses: str) -> GraphAccount | None:
        """Return the shared mailbox of one of these addresses, in whichever workspace its first member connected it."""
        wanted = {address.casefold() for address in addresses}
        accounts = self.microsoft.accounts.list()
        return next((account for account in accounts if account.members and account.addresses & wanted), None)

    def join(self, account: GraphAccount, member: Member) -> GraphAccount:
        """Return a mailbox with a member that was tested, in place of an earlier sign-in of theirs. It is saved.

        Raises:
            LimitError: another member is joining or leaving right now.
        """
        with self._changing(account):
            before = self.find(account.name) or account
            others = [other for other in before.members if other.name != member.name]
            joined = replace(before, members=(*others, member))
            self.microsoft.accounts.save(joined)
            self._tell(joined)
        return joined

    def leave(self, account: GraphAccount, names: Sequence[tuple[str, str]]) -> bool:
        """Let people out of a mailbox; False, and nothing is done, when nobody would be left.

        Raises:
            LimitError: another member is joining or leaving right now.
        """
        with self._changing(account):
            now = self.microsoft.accounts.find(account.workspace, account.name)
            stay = tuple(member for member in now.members if member.name not in names) if now else ()
            if now is None or not stay:
                return False
            if stay != now.members:
                self._let_out(now, stay)
        return True

    def choose(self, account: GraphAccount, folders: tuple[str, ...], chosen: tuple[str, ...]) -> GraphAccount:
        """Return a mailbox as it stands now, with the folders that its owner has chosen. It is saved.

        Raises:
            LimitError: a member is joining or leaving right now.
            NotFoundError: it was disconnected meanwhile.
        """
        with self._changing(account):
            now = self.microsoft.accounts.get(account.workspace, account.name)
            changed = replace(now, folders=folders, chosen=chosen)
            self.microsoft.accounts.save(changed)
        return changed

    def check(self, account: GraphAccount) -> None:
        """Let those out who may not open the mailbox any more, once an hour."""
        records = self.microsoft.records
        if len(account.members) > 1 and records.first_time(
            account.workspace, f"members {account.name}", within_seconds=CHECK_SECONDS
        ):
            self.drop_refused(account)

    def drop_refused(self, account: GraphAccount) -> bool:
        """Let those out who may not open the mailbox, and say whether there were any; the last one is not let out.

        Raises:
            LimitError: another member is joining or leaving right now.
            InlaidError: it cannot be found out now.
        """
        gone = [member.name for member in account.members if self._is_refused(account, member)]
        return 0 < len(gone) < len(account.members) and self.leave(account, gone)

    def forget_tokens(self, account: GraphAccount) -> None:
        """Forget the sign-ins of a mailbox that is removed, as far as no other is read with them."""
        self._forget(account.members, besides=account)

    def _is_refused(self, account: GraphAccount, member: Member) -> bool:
        client = self.microsoft.open(replace(account, members=(member,)))
        try:
            client.graph.get(client.folder(INBOX), select=("id",))
        except NO_ACCESS:
            return True
        return False

    def _let_out(self, account: GraphAccount, stay: tuple[Member, ...]) -> None:
        stays = replace(account, members=stay)
        self.microsoft.accounts.save(stays)
        self._tell(stays)
        self._forget([member for member in account.members if member not in stay], besides=None)

    def _tell(self, account: GraphAccount) -> None:
        tell_members(self.microsoft.records, account, self.microsoft.settings.source_rights_seconds)

    def _forget(self, members: Sequence[Member], besides: GraphAccount | None) -> None:
        others = [account for account in self.microsoft.accounts.list() if not besides or account.name != besides.name]
        used = {member.signed_in for account in others for member in account.members}
        for member in members:
            if member.signed_in not in used:
                TokenCaches(self.microsoft.records).forget(member.signed_in)

    def _changing(self, account: GraphAccount) -> AbstractContextManager[None]:
        name = f"members of a mailbox:{account.name.casefold()}"
        return self.microsoft.records.lock(account.workspace, name, seconds=_LOCK_SECONDS)
