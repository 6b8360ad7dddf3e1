"""Access tokens of workspaces, for web processes and workers alike: found, and rotated before they expire."""

import hashlib
import threading
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from core.errors import CredentialError, LimitError
from core.settings import Settings
from core.store.records import RecordStore
from integrations.slack.client.api import SlackOutage, call, make_client, slack_errors
from integrations.slack.request import SlackInstallation

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.oauth.installation_store import Bot

    from integrations.slack.client.installations import RecordInstallationStore

# Whose the token in the settings is, as Slack said.
OWN_KIND, OWN_WORKSPACE = "slack_own", "slack"
ROTATE_BEFORE_MINUTES = 120
LOCK_SECONDS = 60.0
STILL_GOOD_SECONDS = 60.0


@dataclass(frozen=True)
class InstallationScope:
    """What an installation covers: a workspace and its Grid organisation ("" without one), or all of it."""

    team: str
    enterprise: str = ""
    is_org_wide: bool = False


class Connections:
    """Gives a client for a workspace.

    Args:
        settings: the settings; a bot token there serves the one workspace.
        records: where installations are.
    """

    def __init__(self, settings: Settings, records: RecordStore) -> None:
        self._settings = settings
        self._records = records
        self._fixed_token = settings.slack_bot_token.get_secret_value()
        self.api_url = settings.slack_api_url
        self._own: SlackInstallation | None = None
        self._is_asking = threading.Lock()

    @property
    def installations(self) -> "RecordInstallationStore":
        """The installations."""
        from integrations.slack.client.installations import RecordInstallationStore

        return RecordInstallationStore(self._records)

    @property
    def serves_one(self) -> bool:
        """Whether a token in the settings serves the one workspace."""
        return bool(self._fixed_token)

    def own(self) -> SlackInstallation | None:
        """Return the installation of the token in the settings; None while Slack has not said it. Asks no network."""
        if self._own is None and self._fixed_token:
            record = self._records.get(OWN_KIND, OWN_WORKSPACE, self._token_key)
            self._own = SlackInstallation(**record.data) if record else None
        return self._own

    def learn_own(self) -> None:
        """Ask Slack whose the token in the settings is, and remember it for all processes.

        Raises:
            SlackOutage, CredentialError: Slack does not say it.
        """
        if not self._is_asking.acquire(blocking=False):
            return
        try:
            if self._own is None:
                who = call(make_client(self._fixed_token, self.api_url).auth_test)
                team, enterprise = str(who.get("team_id") or ""), str(who.get("enterprise_id") or "")
                own = SlackInstallation(team, enterprise, bool(who.get("is_enterprise_install")))
                self._records.put(OWN_KIND, OWN_WORKSPACE, self._token_key, asdict(own))
                self._own = own
        finally:
            self._is_asking.release()

    @property
    def _token_key(self) -> str:
        return hashlib.sha256(f"slack token {self._fixed_token}".encode()).hexdigest()

    def vouches_for_addresses(self, team: str, enterprise: str) -> bool:
        """Whether the email addresses in a workspace can be relied on: only in those that the settings name.

        Where any workspace may install the app, its administrators could give an account anybody's address.
        """
        own = self._settings.slack_workspaces
        return bool(self._fixed_token) or team in own or enterprise in own

    def is_installed(self, team: str, enterprise: str = "") -> bool:
        """Whether there is a token for the workspace. Asks the database only."""
        return bool(self._fixed_token) or self._find(team, enterprise) is not None

    def scope(self, team: str, enterprise: str = "") -> InstallationScope:
        """Return the installation that serves the workspace. Asks the database only."""
        bot = None if self._fixed_token or not enterprise else self._find(team, enterprise)
        return InstallationScope(team, enterprise, bot is not None and bool(bot.is_enterprise_install))

    def client(self, team: str, enterprise: str = "") -> "WebClient":
        """Return a client with a token that lasts for the work at hand.

        Raises:
            CredentialError: the app is not installed there, or its token was revoked.
            SlackOutage: the token has run out and cannot be renewed right now.
        """
        if self._fixed_token:
            return make_client(self._fixed_token, self.api_url)
        bot = self._find(team, enterprise)
        if bot is None:
            raise CredentialError("Inlaid is no longer installed in this workspace.", fix="Install the app again.")
        if _expires_within(bot, ROTATE_BEFORE_MINUTES * 60):
            bot = self._rotate(bot)
        client = make_client(bot.bot_token, self.api_url)
        if bot.is_enterprise_install and team.startswith("T"):
            client.default_params["team_id"] = team
        return client

    def _find(self, team: str, enterprise: str) -> "Bot | None":
        return self.installations.find_bot(enterprise_id=enterprise or None, team_id=team or None)

    def _rotate(self, bot: "Bot") -> "Bot":
        """Renew the token under a lock: a refresh token works once, so two workers must not use the same one."""
        owner = (bot.enterprise_id if bot.is_enterprise_install else bot.team_id) or ""
        try:
            with self._records.lock(owner, "slack_rotation", seconds=LOCK_SECONDS):
                current = self._find("" if bot.is_enterprise_install else bot.team_id or "", bot.enterprise_id or "")
                if current is None:
                    raise CredentialError("Inlaid was uninstalled.", fix="Install the app again.")
                if not _expires_within(current, ROTATE_BEFORE_MINUTES * 60):
                    return current
                return self._exchanged(current)
        except LimitError as busy:
            if _expires_within(bot, STILL_GOOD_SECONDS):
                raise SlackOutage("The Slack token is being renewed.") from busy
            return bot

    def _exchanged(self, bot: "Bot") -> "Bot":
        from slack_sdk.oauth.token_rotation import TokenRotator

        rotator = TokenRotator(
            client_id=self._settings.slack_client_id,
            client_secret=self._settings.slack_client_secret.get_secret_value(),
            client=make_client("", self.api_url),
        )
        with slack_errors():
            fresh = rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=ROTATE_BEFORE_MINUTES)
        if fresh is None:
            return bot
        self.installations.save_bot(fresh)
        return fresh


def _expires_within(bot: "Bot", seconds: float) -> bool:
    return bot.bot_token_expires_at is not None and bot.bot_token_expires_at < time.time() + seconds
