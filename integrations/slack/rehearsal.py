"""What Inlaid relies on at Slack, to be tried in a real workspace: reading first, then in one channel for tests.

Nobody is mentioned, only messages that were made here are changed or deleted, and all of them are deleted at the end.
"""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from core.cached_property import cached_property
from core.drafts import JsonObject
from core.rehearsal import Assumption, Differs, Traces, Untried
from core.settings import Settings
from core.text.catalogues import N_
from integrations.slack.client.api import call, make_client, slack_errors
from integrations.slack.client.own_messages import find_message_of_job, job_metadata
from integrations.slack.manifest import bot_scopes

if TYPE_CHECKING:
    from slack_sdk import WebClient

# More than Slack gives an app in one page that it limits (15).
MORE_THAN_LIMITED = 16
METADATA = "inlaid_rehearsal"
WORDS = "Inlaid rehearses here and deletes this message in a moment."
FEEDBACK_BLOCK: JsonObject = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "+"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "-"},
        }
    ],
}


@dataclass
class SlackRehearsal:
    """One rehearsal.

    Args:
        client: with the bot's token.
        settings: where Slack is, and the app-level token.
        manifest: what `inlaid slack manifest` prints, as JSON.
        traces: what is made.
        channel: id of a channel for tests that the app is in, "" for none.
        configuration_token: of the developer who owns the app, "" for none.
    """

    client: "WebClient"
    settings: Settings
    manifest: str
    traces: Traces
    channel: str = ""
    configuration_token: str = ""
    _job: str = field(default_factory=lambda: uuid.uuid4().hex)

    def assumptions(self) -> Sequence[Assumption]:
        """Return what is to be tried, reading first."""
        reinstall = N_("At api.slack.com/apps put `inlaid slack manifest` into App Manifest, then Install App again.")
        mend = N_("Report it: what Inlaid sends here has to change.")
        return (
            Assumption("token", "The bot token says its workspace, user and bot.", self._who, reinstall),
            Assumption("scopes", "The app has every scope of its manifest.", self._scopes, reinstall),
            Assumption(
                "socket mode",
                "The app-level token opens a connection.",
                self._socket,
                "Generate an app-level token with the scope connections:write; set INLAID_SLACK_APP_TOKEN.",
            ),
            Assumption("manifest", "Slack takes the manifest as it is, events included.", self._validated, mend),
            Assumption(
                "page size",
                "A page of history holds more than 15 messages, as for internal apps.",
                self._page_size,
                "Slack counts the app as one that is distributed outside its marketplace: threads are read 15 messages "
                "a minute then. Create the app again as an internal one, or live with the wait, which Inlaid tells.",
            ),
            Assumption("addresses", "A member's profile shows the mail address.", self._address, reinstall),
            Assumption("team argument", "users.info takes team_id, though no reference names it.", self._team, mend),
            Assumption(
                "metadata",
                "A message is found again by its metadata.",
                self._found_again,
                "After a crash an answer could come twice: give the app the scopes of its manifest.",
                writes=True,
            ),
            Assumption("update", "A message is changed to other text and blocks.", self._updated, mend, writes=True),
            Assumption("feedback", "A message takes thumbs (context_actions).", self._thumbs, mend, writes=True),
            Assumption("private", "A message only for one member is taken.", self._private, reinstall, writes=True),
            Assumption(
                "stream",
                "A message in a thread grows, and ends with blocks.",
                self._streamed,
                "Answers come whole instead of growing. Check the scope chat:write and that the app has `agent_view`.",
                writes=True,
            ),
        )

    @cached_property
    def _identity(self) -> JsonObject:
        return call(self.client.auth_test)

    def _who(self) -> str:
        absent = [name for name in ("team_id", "user_id", "bot_id") if not self._identity.get(name)]
        if absent:
            raise Differs(f"auth.test gives no {', '.join(absent)}.")
        return f"{self._identity.get('team')}, {self._identity.get('user')}"

    def _scopes(self) -> str:
        with slack_errors():
            answer = self.client.auth_test()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        listed = headers.get("x-oauth-scopes", "")
        granted = {scope.strip() for scope in ",".join([listed] if isinstance(listed, str) else listed).split(",")}
        if not granted - {""}:
            raise Untried("Slack did not say which scopes the token has.")
        if missing := sorted(set(bot_scopes()) - granted):
            raise Differs(f"Missing: {', '.join(missing)}")
        return N_(f"{len(granted)} scopes")

    def _socket(self) -> str:
        token = self.settings.slack_app_token.get_secret_value()
        if not token:
            raise Untried("INLAID_SLACK_APP_TOKEN is not set; Slack calls this machine instead.")
        found = call(make_client(token, self.settings.slack_api_url).apps_connections_open, app_token=token)
        return N_("connected") if found.get("url") else N_("no address")

    def _validated(self) -> str:
        if not self.configuration_token:
            raise Untried("Needs a configuration token: api.slack.com/apps, Your App Configuration Tokens.")
        from slack_sdk.errors import SlackApiError

        client = make_client(self.configuration_token, self.settings.slack_api_url)
        with slack_errors():
            try:
                client.apps_manifest_validate(manifest=self.manifest)
            except SlackApiError as error:
                if error.response.get("error") != "invalid_manifest":
                    raise
                faults = [
                    f"{fault.get('pointer')}: {fault.get('message')}" for fault in error.response.get("errors") or ()
                ]
                raise Differs(f"Slack refuses it. {' '.join(faults)}".strip()) from error
        return N_("taken")

    @cached_property
    def _page(self) -> list[JsonObject]:
        if not self.channel:
            raise Untried("Needs --channel with the id of a channel for tests that the app is in.")
        return list(call(self.client.conversations_history, channel=self.channel, limit=MORE_THAN_LIMITED)["messages"])

    def _page_size(self) -> str:
        page = call(self.client.conversations_history, channel=self._required, limit=MORE_THAN_LIMITED)
        count = len(page["messages"])
        if count < MORE_THAN_LIMITED and page.get("has_more"):
            raise Differs(f"{MORE_THAN_LIMITED} were asked for and {count} came, though there are more.")
        if count < MORE_THAN_LIMITED:
            raise Untried(f"The channel holds {count} messages; it takes {MORE_THAN_LIMITED} to tell.")
        return N_(f"{count} at once")

    @property
    def _required(self) -> str:
        if not self.channel:
            raise Untried("Needs --channel with the id of a channel for tests that the app is in.")
        return self.channel

    @cached_property
    def _member(self) -> JsonObject:
        """A person of the channel."""
        found = call(self.client.conversations_members, channel=self._required, limit=100)["members"]
        for key in found:
            user: JsonObject = call(self.client.users_info, user=key)["user"]
            if not user.get("is_bot") and not user.get("deleted"):
                return user
        raise Untried("No person is in the channel.")

    def _address(self) -> str:
        if not (self._member.get("profile") or {}).get("email"):
            raise Differs("The profile has none.")
        return N_("shown")

    def _team(self) -> str:
        call(self.client.users_info, user=self._member["id"], team_id=self._identity["team_id"])
        return N_("taken")

    def _post(self, **more: Any) -> str:
        """Post a message of the rehearsal and return its ts."""
        found = call(self.client.chat_postMessage, channel=self._required, text=WORDS, **more)
        ts = str(found["ts"])
        self._note(ts)
        return ts

    def _note(self, ts: str) -> None:
        what = N_(f"message {ts} in {self.channel}")
        self.traces.note(what, partial(call, self.client.chat_delete, channel=self.channel, ts=ts))

    def _found_again(self) -> str:
        since = time.time() - 60
        ts = self._post(metadata=job_metadata(METADATA, self._job))
        found = find_message_of_job(self.client, self.channel, "", METADATA, self._job, since=since)
        if found != ts:
            raise Differs("Another message was found." if found else "History does not show the metadata.")
        return N_("found")

    def _updated(self) -> str:
        ts = self._post()
        section = {"type": "section", "text": {"type": "mrkdwn", "text": WORDS}, "expand": True}
        call(self.client.chat_update, channel=self.channel, ts=ts, text=WORDS, blocks=[section])
        return N_("changed")

    def _thumbs(self) -> str:
        self._post(blocks=[{"type": "markdown", "text": WORDS}, FEEDBACK_BLOCK])
        return N_("shown")

    def _private(self) -> str:
        person = self._member["id"]
        call(self.client.chat_postEphemeral, channel=self._required, user=person, text=WORDS)
        return N_("taken; it goes away by itself, and no app can delete it")

    def _streamed(self) -> str:
        root = next((message for message in self._page if message.get("user") and not message.get("bot_id")), None)
        if root is None:
            raise Untried("Write a message in the channel first: a stream answers a person.")
        thread, channel = str(root.get("thread_ts") or root["ts"]), self.channel
        found = call(
            self.client.chat_startStream,
            channel=channel,
            thread_ts=thread,
            recipient_user_id=root["user"],
            recipient_team_id=self._identity["team_id"],
            markdown_text="Inlaid rehearses ",
        )
        ts = str(found["ts"])
        self._note(ts)
        call(self.client.chat_appendStream, channel=channel, ts=ts, markdown_text="and deletes this ")
        call(self.client.chat_stopStream, channel=channel, ts=ts, markdown_text="in a moment.", blocks=[FEEDBACK_BLOCK])
        replies = call(self.client.conversations_replies, channel=channel, ts=thread, limit=MORE_THAN_LIMITED)
        shown = next((reply for reply in replies["messages"] if reply["ts"] == ts), None)
        if shown is not None and not any(block["type"] == "context_actions" for block in shown.get("blocks", ())):
            raise Differs("The blocks of stopStream are not in the message.")
        return N_("grew and ended with blocks")
