"""Installations and OAuth states on the record store: sealed, shared by all processes.

An installation belongs to a workspace, or to a Grid organisation when it is org-wide; then the organisation's id
is its key. Implements the SDK's `InstallationStore` and `OAuthStateStore`.
"""

import logging
import secrets
from datetime import datetime
from typing import Any

from slack_sdk.oauth import OAuthStateStore
from slack_sdk.oauth.installation_store import Bot, Installation, InstallationStore

from core.drafts import JsonObject
from core.store.records import RecordStore

KIND = "slack_installation"
STATE_KIND = "slack_oauth_state"
STATE_WORKSPACE = "slack"
STATE_SECONDS = 600
BOT = "bot"
INSTALLER = "installer"


class RecordInstallationStore(InstallationStore):
    """Installations as records.

    Args:
        records: where.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    @property
    def logger(self) -> logging.Logger:
        """The logger that the SDK's base class asks for."""
        return logging.getLogger(__name__)

    def save(self, installation: Installation) -> None:
        """Store an installation: its bot, and who installed it."""
        owner = _owner(installation.enterprise_id, installation.team_id, installation.is_enterprise_install)
        self.save_bot(installation.to_bot())
        kept = _plain(installation.to_dict())
        self._records.put(KIND, owner, f"user:{installation.user_id}", kept, person=installation.user_id or "")
        self._records.put(KIND, owner, INSTALLER, kept, person=installation.user_id or "")

    def save_bot(self, bot: Bot) -> None:
        """Store the bot of an installation; its tokens replace the earlier ones in one write."""
        owner = _owner(bot.enterprise_id, bot.team_id, bot.is_enterprise_install)
        self._records.put(KIND, owner, BOT, _plain(bot.to_dict()))

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the bot of the workspace, else of its organisation."""
        for owner in owners_of(enterprise_id, team_id, is_enterprise_install):
            if record := self._records.get(KIND, owner, BOT):
                return Bot(**_arguments(record.data, Bot))
        return None

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return the installation by that user, else the newest, with the bot tokens that are in force."""
        key = f"user:{user_id}" if user_id else INSTALLER
        for owner in owners_of(enterprise_id, team_id, is_enterprise_install):
            record, bot = self._records.get(KIND, owner, key), self._records.get(KIND, owner, BOT)
            if record and bot:
                current = {name: value for name, value in bot.data.items() if name.startswith("bot_")}
                return Installation(**_arguments({**record.data, **current}, Installation))
        return None

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete the bot's tokens, wherever they are kept."""
        owner = team_id or enterprise_id or ""
        self._records.delete(KIND, owner, BOT)
        self._records.delete(KIND, owner, INSTALLER)

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Delete what one user, or everybody, granted."""
        owner = team_id or enterprise_id or ""
        self._records.delete(KIND, owner, f"user:{user_id}" if user_id else None)

    def delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete everything of the workspace."""
        self.delete_installation(enterprise_id=enterprise_id, team_id=team_id)


class RecordStateStore(OAuthStateStore):
    """OAuth states as records: each is good for one use within ten minutes, in whichever process.

    Args:
        records: where.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    @property
    def logger(self) -> logging.Logger:
        """The logger that the SDK's base class asks for."""
        return logging.getLogger(__name__)

    def issue(self, *_arguments: Any, **_options: Any) -> str:
        """Return a new state."""
        state = secrets.token_urlsafe(32)
        self._records.put(STATE_KIND, STATE_WORKSPACE, state, True, expires_in_seconds=STATE_SECONDS)
        return state

    def consume(self, state: str) -> bool:
        """Tell whether the state was issued, has not expired and was not used before."""
        alive = self._records.get(STATE_KIND, STATE_WORKSPACE, state) is not None
        return self._records.delete(STATE_KIND, STATE_WORKSPACE, state) == 1 and alive


def _owner(enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None) -> str:
    return (enterprise_id if is_enterprise_install else team_id or enterprise_id) or ""


def owners_of(enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None) -> list[str]:
    """Return where to look: the workspace's own installation comes before its organisation's."""
    wanted = [enterprise_id] if is_enterprise_install else [team_id, enterprise_id]
    return [owner for owner in wanted if owner]


def _plain(values: JsonObject) -> JsonObject:
    """Return values in a form that JSON can hold and the SDK can read back: times in ISO format."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _arguments(data: JsonObject, kind: type) -> JsonObject:
    """Return the stored values that the SDK's class takes."""
    names = kind.__init__.__code__.co_varnames  # type: ignore[misc] # its own constructor, not a subclass's
    return {name: value for name, value in data.items() if name in names and name != "self"}
