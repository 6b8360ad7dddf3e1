"""What a person made of a draft: kept apart from it, so that the distance between the two can be measured."""

import time
from collections.abc import Mapping
from typing import Any

from core.drafts import Draft
from core.job import Job
from core.store import Store
from integrations.slack.client.api import call
from integrations.slack.client.response_url import respond
from integrations.slack.context import Desk
from integrations.slack.delivery.draft_message import show_draft
from integrations.slack.history import add_outcome
from integrations.slack.reply_target import Place, SlackTarget
from integrations.slack.request import Incoming
from integrations.slack.views.blocks import Message

KIND = "slack_edit"
KEEP_SECONDS = 90 * 24 * 3600.0


def current_draft(store: Store, job: Job) -> Draft:
    """Return the draft with the person's text in it."""
    draft = job.draft or Draft(recipe=job.recipe)
    record = store.records.get(KIND, job.workspace, job.id)
    if record is None:
        return draft
    # What the checks said was about the text of the model.
    text = record.data["text"]
    gaps = tuple(gap for gap in draft.gaps if gap.place in text)
    known = {"items": None, "findings": (), "alternatives": (), "skeleton": False}
    return draft.model_copy(update={"text": text, "gaps": gaps, **known})


def current_text(store: Store, job: Job) -> str:
    """Return the text that an edit starts from; a list becomes lines."""
    return _text_of(current_draft(store, job))


def _text_of(draft: Draft) -> str:
    if draft.text or draft.items is None:
        return draft.text
    return "\n".join(f"- {item.text}" + (f" ({item.who})" if item.who else "") for item in draft.items)


def keep_edit(store: Store, job: Job, text: str) -> None:
    """Store the person's text, and the outcome, which measures its distance from the model's."""
    original = _text_of(job.draft or Draft(recipe=job.recipe))
    if text == original:
        store.records.delete(KIND, job.workspace, job.id)
        return
    store.records.put(KIND, job.workspace, job.id, {"text": text}, person=job.person, expires_in_seconds=KEEP_SECONDS)
    add_outcome(store, job, "edited", detail={"text": text})


def fill_gap(store: Store, job: Job, place: str, choice: int) -> None:
    """Put a ready answer of the draft in its gap's place; a gap that is filled already stays so."""
    draft = current_draft(store, job)
    gap = next((one for one in draft.gaps if one.place == place), None)
    if gap and 0 <= choice < len(gap.choices):
        keep_edit(store, job, draft.text.replace(gap.place, gap.choices[choice]))


def is_edited(store: Store, job: Job) -> bool:
    """Whether the person has changed the text."""
    return store.records.get(KIND, job.workspace, job.id) is not None


def show_again(desk: Desk, incoming: Incoming, job: Job, shown: Mapping[str, Any]) -> None:
    """Show the answer with the text as it is now, where it is shown already.

    Args:
        desk: the desk.
        incoming: the act.
        job: whose answer it is.
        shown: where: `response_url` of the button's message, or `channel` and `ts` of a lasting one.
    """
    desk.later(lambda: replace_shown(desk, incoming, draft_messages(desk, job), shown))


def draft_messages(desk: Desk, job: Job) -> list[Message]:
    """Return the messages that show a draft as it is now."""
    target = SlackTarget.from_json(job.delivery)
    is_mail, enterprise = target.mail, target.place.enterprise
    has_mailbox = is_mail and desk.mailbox_of(job.workspace, enterprise, job.person).is_connected
    return show_draft(desk.recipes, job, current_draft(desk.store, job), has_mailbox=has_mailbox)


def replace_shown(desk: Desk, incoming: Incoming, messages: list[Message], shown: Mapping[str, Any]) -> None:
    """Put messages in place of the one whose button was pressed: the first replaces it, further ones follow."""
    place = Place.from_json({"team": incoming.team, **shown})
    if shown.get("ts"):
        client = desk.connections.client(incoming.team, incoming.enterprise)
        call(
            client.chat_update, channel=place.channel, ts=shown["ts"], text=messages[0].text, blocks=messages[0].blocks
        )
    elif place.has_response_url(time.time()):
        respond(place.response_url, messages[0], desk.connections.api_url, replace=True)
    for message in messages[1:]:
        if shown.get("ts"):
            thread_ts = place.thread_ts or shown["ts"]
            call(
                client.chat_postMessage,
                channel=place.channel,
                thread_ts=thread_ts,
                text=message.text,
                blocks=message.blocks,
            )
        elif place.has_response_url(time.time()):
            respond(place.response_url, message, desk.connections.api_url)
