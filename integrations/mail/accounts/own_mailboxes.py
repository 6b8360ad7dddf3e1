"""A person's own mailboxes, for those who ask for them by the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.drafts import JsonObject
from core.errors import NotFoundError
from core.people import People
from core.settings import Settings
from core.store.records import RecordStore
from integrations.mail.accounts.chosen_folders import choose_folders
from integrations.mail.accounts.mailboxes import MailboxView, change_preferences, mailbox_views
from integrations.mail.mailbox.preferences import changed

_SHOWN = ("name", "kind", "address", "state", "notices", "error", "settings")


@dataclass(frozen=True)
class OwnMailboxes:
    """See `integrations.api.services.Mailboxes`.

    Args:
        settings: those of the process.
        records: where mailboxes are.
        people: who is who.
    """

    settings: Settings
    records: RecordStore
    people: People

    def listed(self, who: tuple[str, str]) -> list[JsonObject]:
        """Return a person's mailboxes: how each stands, and its settings."""
        return [_shown(view) for view in self._own(who)]

    def change(self, who: tuple[str, str], name: str, changes: Mapping[str, Any]) -> JsonObject:
        """Change settings of one of them, and return it as it is now.

        Raises:
            NotFoundError: they have none of that name.
            InputError: a setting cannot be; then none is changed.
            InlaidError: the mailbox cannot be asked for its folders.
        """
        view, further = self._one(who, name), dict(changes)
        folders = further.pop("folders", None)
        changed(view.preferences, **further)
        if folders is not None and tuple(folders) != view.preferences.folders:
            choose_folders(self.settings, self.records, view, tuple(folders))
            view = self._one(who, name)
        if further:
            change_preferences(self.records, view, **further)
        return _shown(self._one(who, name))

    def _one(self, who: tuple[str, str], name: str) -> MailboxView:
        found = next((view for view in self._own(who) if view.name.casefold() == name.casefold()), None)
        if found is None:
            raise NotFoundError("You have connected no mailbox of that name.", fix="List them: GET /api/v1/mailboxes.")
        return found

    def _own(self, who: tuple[str, str]) -> list[MailboxView]:
        names = {(name.workspace, name.person) for name in self.people.names(*who)}
        return [view for view in mailbox_views(self.records) if names & {*view.owners}]


def _shown(view: MailboxView) -> JsonObject:
    return {name: value for name, value in view.to_json().items() if name in _SHOWN}
