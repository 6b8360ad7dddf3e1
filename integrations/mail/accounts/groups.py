"""Groups of Entra on top of all mailboxes: whoever leaves one is forgotten with all that is known of their mail."""

from core.settings import Settings
from core.store.records import RecordStore
from integrations.mail.accounts.mailboxes import find_mailbox, mail_providers, remove_mailbox
from integrations.mail.graph.accounts import GraphAccount, Microsoft
from integrations.mail.graph.groups import GroupMailboxes


def group_mailboxes(settings: Settings, records: RecordStore) -> GroupMailboxes:
    """Return what connects the mailboxes of groups."""

    def remove(account: GraphAccount) -> None:
        remove_mailbox(settings, records, find_mailbox(records, account.workspace, account.name, "graph"))

    def names() -> set[str]:
        return {account.name for provider in mail_providers(records, settings) for account in provider.accounts.list()}

    return GroupMailboxes(Microsoft(settings, records), remove, names)


def keep_groups_up(settings: Settings, records: RecordStore) -> None:
    """Keep the groups up whose time has come."""
    group_mailboxes(settings, records).keep_up_all()
