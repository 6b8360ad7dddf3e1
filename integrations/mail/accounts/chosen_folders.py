"""Which folders of a mailbox, beside the inbox, new mail is looked for in."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from core.settings import Settings
from core.store.records import RecordStore
from core.system.connections import deadline
from integrations.mail.accounts.mailboxes import MailboxView, provider_of
from integrations.mail.mailbox.preferences import FieldError, Preferences, changed, save_preferences
from integrations.mail.mailbox.provider import Mailbox

ASK_SECONDS = 30.0
INBOX = "inbox"


def mailbox_folders(settings: Settings, records: RecordStore, view: MailboxView) -> list[str]:
    """Return the folders of a mailbox, without those of drafts, deleted mail and spam.

    Raises:
        InlaidError: it cannot be read.
    """
    with deadline(ASK_SECONDS), _open(settings, records, view) as mailbox:
        return mailbox.folders()


def choose_folders(settings: Settings, records: RecordStore, view: MailboxView, names: Sequence[str]) -> Preferences:
    """Have new mail of these folders treated as that of the inbox, in place of those chosen before.

    Raises:
        InputError: one of them is not there, or there are too many; the text says which there are.
        InlaidError: the mailbox cannot be read.
    """
    wanted = changed(view.preferences, folders=tuple(names)).folders
    there = {name.casefold(): name for name in mailbox_folders(settings, records, view)} if wanted else {}
    chosen = []
    for name in wanted:
        if name.casefold() == INBOX:
            continue  # always looked after
        if name.casefold() not in there:
            fix = f"Choose from: {', '.join(sorted(there.values()))}."
            raise FieldError("folders", f"There is no folder {name[:80]!r} in this mailbox.", fix=fix)
        chosen.append(there[name.casefold()])
    value = changed(view.preferences, folders=tuple(chosen))
    save_preferences(records, view.workspace, view.name, value, person=view.person)
    provider = provider_of(view.kind, records, settings)
    provider.take_preferences(provider.accounts.get(view.workspace, view.name))
    return value


def _open(settings: Settings, records: RecordStore, view: MailboxView) -> AbstractContextManager[Mailbox]:
    provider = provider_of(view.kind, records, settings)
    return provider.open(provider.accounts.get(view.workspace, view.name))
