"""Lasting messages carry their job's id as message metadata, so that they can be found again."""

from typing import TYPE_CHECKING, Any

from integrations.slack.client.api import SlackRefusal, call

if TYPE_CHECKING:
    from slack_sdk import WebClient

PAGE_MESSAGES = 100
CLOCK_SECONDS = 60.0  # by which Slack's clock may be behind ours


def job_metadata(event_type: str, job_id: str) -> dict[str, Any]:
    """Return the metadata of a message (https://docs.slack.dev/messaging/message-metadata)."""
    return {"event_type": event_type, "event_payload": {"job": job_id}}


def find_message_of_job(
    client: "WebClient", channel: str, thread_ts: str, event_type: str, job_id: str, *, since: float | None
) -> str:
    """Return the ts of the message that an earlier attempt made, "" when there is none.

    Args:
        client: asks Slack.
        channel: where to look.
        thread_ts: the thread there, "" for none.
        event_type: what `job_metadata` was given.
        job_id: whose message it is.
        since: Unix seconds of the earlier attempt; None when there was none, then nothing is asked.
    """
    if since is None:
        return ""
    for message in _messages(client, channel, thread_ts, since):
        if message.get("metadata", {}).get("event_payload", {}).get("job") == job_id:
            return str(message["ts"])
    return ""


def find_message_without_metadata(client: "WebClient", channel: str, thread_ts: str, *, since: float) -> str:
    """Return the ts of the newest message of an app without metadata in a thread, "" when there is none."""
    messages = _messages(client, channel, thread_ts, since)
    found = [message for message in messages if message.get("bot_id") and "metadata" not in message]
    newest = max(found, key=lambda message: float(message["ts"]), default=None)
    return str(newest["ts"]) if newest and newest["ts"] != thread_ts else ""


def find_file(client: "WebClient", channel: str, name: str, *, since: float | None) -> bool:
    """Whether an earlier attempt put a file of that name there; `since` as in `find_message_of_job`."""
    if since is None:
        return False
    messages = _messages(client, channel, "", since)
    return any(file.get("name") == name for message in messages for file in message.get("files") or ())


def _messages(client: "WebClient", channel: str, thread_ts: str, since: float) -> list[dict[str, Any]]:
    """Return what was written since then; nothing where the app may not read, for there it cannot look either."""
    arguments: dict[str, Any] = {"channel": channel, "limit": PAGE_MESSAGES, "include_all_metadata": True}
    arguments["oldest"] = f"{since - CLOCK_SECONDS:.6f}"
    try:
        if thread_ts:
            return list(call(client.conversations_replies, ts=thread_ts, **arguments)["messages"])
        return list(call(client.conversations_history, **arguments)["messages"])
    except SlackRefusal:
        return []
