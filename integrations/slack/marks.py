"""Messages that can be found again: each lasting one carries its job's id as message metadata."""

from typing import TYPE_CHECKING, Any

from integrations.slack.calls import SlackRefusal, call

if TYPE_CHECKING:
    from slack_sdk import WebClient

PAGE_MESSAGES = 100


def mark(event_type: str, job_id: str) -> dict[str, Any]:
    """Return the metadata of a message (https://docs.slack.dev/messaging/message-metadata)."""
    return {"event_type": event_type, "event_payload": {"job": job_id}}


def find_marked(
    client: "WebClient", channel: str, thread_ts: str, event_type: str, job_id: str, *, since: float | None
) -> str:
    """Return the ts of the message that an earlier attempt made, "" when there is none.

    Args:
        client: asks Slack.
        channel: where to look.
        thread_ts: the thread there, "" for none.
        event_type: what `mark` was given.
        job_id: whose message it is.
        since: Unix seconds of the earlier attempt; None when there was none, then nothing is asked.
    """
    if since is None:
        return ""
    arguments: dict[str, Any] = {"channel": channel, "limit": PAGE_MESSAGES, "include_all_metadata": True}
    arguments["oldest"] = f"{since - 60:.6f}"
    try:
        if thread_ts:
            messages = call(client.conversations_replies, ts=thread_ts, **arguments)["messages"]
        else:
            messages = call(client.conversations_history, **arguments)["messages"]
    except SlackRefusal:
        return ""  # what cannot be read cannot be looked for either
    for message in messages:
        if message.get("metadata", {}).get("event_payload", {}).get("job") == job_id:
            return str(message["ts"])
    return ""
