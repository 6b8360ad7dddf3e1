"""A draft in its person's hands: their edited text of it, where it is shown, and posting it where others see it.

The edited text is kept apart from the draft, so that the edit distance can be measured. A draft is posted once, under
the asker's name; only a person's button leads there.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.drafts import Draft, JsonObject, with_text
from core.errors import ForbiddenError, InlaidError
from core.job import Job
from core.people import load_people
from core.sources.model import EVERYBODY, Reader, person_principal, workspace_principal
from core.sources.readers import reader_of
from core.sources.reading import PassageReader
from core.sources.sharing import held_back
from core.store import Store
from core.store.records import ONCE_KIND
from integrations.slack.client.api import call, respond
from integrations.slack.client.connections import InstallationScope
from integrations.slack.client.conversations import MessageMetadata, find_message_of_job, job_metadata
from integrations.slack.context import AppContext
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.sources.readers import ChannelReaders, is_shared
from integrations.slack.submit import reply_privately, user_message
from integrations.slack.views.blocks import BlockMessage, note_message
from integrations.slack.views.draft_message import clickable_urls, draft_messages, posted_messages

if TYPE_CHECKING:
    from slack_sdk import WebClient


EDIT_KIND = "slack_edit"
KEEP_SECONDS = 90 * 24 * 3600.0
POSTED_KIND = "slack_posted"
POSTED_EVENT = "inlaid_posted"
# Longer than posting takes; after it a click finds out whether the one before got through.
CLAIM_SECONDS = 60.0
# Of so many readers each is looked up by all that is theirs; of so many by the sign-in; of more nothing is posted.
MAX_LOOKED_UP, MAX_READERS, MAX_NAMED = 50, 1_000, 3


def current_draft(store: Store, job: Job) -> Draft:
    """Return the draft with the person's text in it."""
    draft = job.draft or Draft(recipe=job.recipe)
    record = store.records.get(EDIT_KIND, job.workspace, job.id)
    return draft if record is None else with_text(draft, record.data["text"])


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
        if store.records.delete(EDIT_KIND, job.workspace, job.id):  # an edit is taken back
            store.outcomes.add(job, "edited", person=job.person, distance=None, detail={"text": text})
        return
    store.records.put(
        EDIT_KIND, job.workspace, job.id, {"text": text}, person=job.person, expires_in_seconds=KEEP_SECONDS
    )
    store.outcomes.add(job, "edited", person=job.person, distance=None, detail={"text": text})


def fill_gap(store: Store, job: Job, place: str, choice: int) -> None:
    """Put a ready answer of the draft in its gap's place; a gap that is filled already stays so."""
    draft = current_draft(store, job)
    gap = next((gap for gap in draft.gaps if gap.place == place), None)
    if gap and 0 <= choice < len(gap.choices):
        keep_edit(store, job, draft.text.replace(gap.place, gap.choices[choice]))


def is_edited(store: Store, job: Job) -> bool:
    """Whether the person has changed the text."""
    return store.records.get(EDIT_KIND, job.workspace, job.id) is not None


def shown_at(request: SlackRequest, job: Job) -> JsonObject:
    """Return where the answer with the pressed button is shown; it travels through modals."""
    container = request.body.get("container")
    container = container if isinstance(container, Mapping) else {}
    target = ReplyTarget(request.team, request.enterprise, request.channel, str(container.get("thread_ts") or ""))
    shown = {**target.to_json(), "job": job.id}
    if container.get("type") == "message" and not container.get("is_ephemeral"):
        return {**shown, "ts": str(container.get("message_ts", ""))}
    if request.response_url:
        shown |= target.with_response_url(request.response_url, now_seconds=time.time()).to_json()
    return shown


def show_again(context: AppContext, request: SlackRequest, job: Job, place: Mapping[str, Any]) -> None:
    """Show the answer with the text as it is now, at the place that `shown_at` found."""
    context.in_background(lambda: replace_shown(context, request, current_messages(context, job), place))


def current_messages(context: AppContext, job: Job) -> list[BlockMessage]:
    """Return the messages that show a draft as it is now."""
    target = SlackTarget.from_json(job.delivery)
    enterprise = target.reply_to.enterprise
    has_mailbox = target.mail and context.mailbox_of(job.workspace, enterprise, job.person).is_connected
    return draft_messages(context.recipes, job, current_draft(context.store, job), has_mailbox=has_mailbox)


def replace_shown(
    context: AppContext, request: SlackRequest, messages: list[BlockMessage], place: Mapping[str, Any]
) -> None:
    """Put messages in place of the one whose button was pressed: the first replaces it, further ones follow.

    Args:
        context: the context.
        request: the act.
        messages: what is shown now.
        place: from `shown_at`: the `response_url` of the button's message, or `channel` and `ts` of a lasting one.
    """
    target, ts = ReplyTarget.from_json({"team": request.team, **place}), str(place.get("ts") or "")
    if ts:
        _update_lasting(context, request, messages, target, ts)
        return
    for number, message in enumerate(messages):
        if target.has_response_url(time.time()):
            respond(target.response_url, message, context.connections.api_url, replace=number == 0)


def _update_lasting(
    context: AppContext, request: SlackRequest, messages: list[BlockMessage], target: ReplyTarget, ts: str
) -> None:
    client, channel = context.connections.client(request.team, request.enterprise), target.channel
    first, *further = messages
    call(client.chat_update, channel=channel, ts=ts, text=first.text, blocks=first.blocks)
    thread_ts = target.thread_ts or ts
    for message in further:
        call(client.chat_postMessage, channel=channel, thread_ts=thread_ts, text=message.text, blocks=message.blocks)


def post_draft(
    context: AppContext, request: SlackRequest, job: Job, *, channel: str, thread_ts: str, place: Mapping[str, Any]
) -> None:
    """Post the draft as it is now, however often and by whichever process this is called.

    Args:
        context: the context.
        request: the act.
        job: whose draft it is.
        channel: where to.
        thread_ts: the thread there, "" for none.
        place: where the answer with the button is shown, see `edits.shown_at`.
    """
    key = f"post:{job.id}"
    if context.store.records.get(POSTED_KIND, job.workspace, job.id):
        reply_privately(context, request, "This draft has already been posted.")
        return
    if not context.store.records.first_time(job.workspace, key, within_seconds=CLAIM_SECONDS):
        return
    try:
        client = context.connections.client(request.team, request.enterprise)
        require_readable(context, request, client, job, channel)
        ts = _post(context, client, job, channel, thread_ts)
    except InlaidError as error:
        context.store.records.delete(ONCE_KIND, job.workspace, key)
        reply_privately(context, request, user_message(error))
        return
    context.store.records.put(
        POSTED_KIND,
        job.workspace,
        job.id,
        {"channel": channel, "ts": ts},
        person=job.person,
        expires_in_seconds=KEEP_SECONDS,
    )
    if not is_edited(context.store, job):
        detail = {"channel": channel}
        context.store.outcomes.add(job, "accepted", person=job.person, distance=0.0, detail=detail)
    where = f"<#{channel}>" if channel.startswith(("C", "G")) else "the conversation"
    replace_shown(context, request, [note_message(f":white_check_mark: Posted in {where}.")], place)


def require_readable(context: AppContext, request: SlackRequest, client: "WebClient", job: Job, channel: str) -> None:
    """Refuse to post what cites passages that not everybody in the conversation may read.

    Raises:
        ForbiddenError: names them; the draft stays private.
        SlackOutage: Slack cannot say now who reads there.
    """
    draft = current_draft(context.store, job)
    if not any(source.place for source in draft.sources):
        return
    passages = PassageReader(context.store.database, context.store.records.cipher)
    readers = readers_of(client, context.connections.scope(request.team, request.enterprise), channel, context)
    if titles := held_back(passages, readers, draft):
        named = ", ".join(f"“{title}”" for title in titles[:MAX_NAMED])
        raise ForbiddenError(
            f"This stays private: not everybody in the conversation may read {named}.",
            fix="Post it where everybody may read that, or remove that part with Edit.",
        )


def readers_of(client: "WebClient", scope: InstallationScope, channel: str, context: AppContext) -> list[Reader]:
    """Return everybody who reads a conversation: of few each with all that is theirs, of many each by the sign-in.

    Raises:
        ForbiddenError: so many read there that their rights are not looked up.
        SlackOutage: Slack cannot be asked now.
    """
    info = call(client.conversations_info, channel=channel)["channel"]
    access = ChannelReaders().access_of(client, scope, info)
    # The app itself is a member, too.
    mine = person_principal(scope.team, str(call(client.auth_test)["user_id"]))
    principals = access.principals - {mine}
    if len(principals) > MAX_READERS:
        fix = "Post it in a smaller conversation, or link to its sources."
        raise ForbiddenError(
            "This stays private: there are too many people in that conversation to check what each may read.", fix=fix
        )
    people = load_people(context.settings, context.store.records)
    common = {workspace_principal(scope.team)} if not is_shared(info) else set[str]()
    if common and scope.team in people.own_slack_workspaces():
        common.add(EVERYBODY)
    if len(principals) > MAX_LOOKED_UP:
        return [Reader(frozenset({principal, *common})) for principal in principals]
    names = [principal.removeprefix("person:").partition("/") for principal in principals]
    own = (reader_of(people, context.store.records, team, user).principals for team, _, user in names)
    return [Reader(found | common) for found in own]


def _post(context: AppContext, client: "WebClient", job: Job, channel: str, thread_ts: str) -> str:
    """Post all messages of the draft, each unless an earlier attempt did, and return the ts of the first."""
    draft = current_draft(context.store, job)
    messages = posted_messages(draft, allowed_urls=clickable_urls(context.recipes, job, draft), user_id=job.person)
    since = _claimed_before(context, job)
    if since is None:
        context.store.records.put("slack_posting", job.workspace, job.id, time.time(), expires_in_seconds=24 * 3600.0)
    first = ""
    for number, message in enumerate(messages, start=1):
        part = job.id if number == 1 else f"{job.id}:{number}"
        thread = thread_ts or first
        ts = find_message_of_job(client, channel, thread, POSTED_EVENT, part, since=since)
        ts = ts or _post_message(client, channel, thread, message, job_metadata(POSTED_EVENT, part))
        first = first or ts
    return first


def _post_message(
    client: "WebClient", channel: str, thread_ts: str, message: BlockMessage, metadata: MessageMetadata
) -> str:
    thread: dict[str, str] = {"thread_ts": thread_ts} if thread_ts else {}
    answer = call(
        client.chat_postMessage,
        channel=channel,
        text=message.text,
        blocks=message.blocks,
        metadata=metadata,
        unfurl_links=False,
        unfurl_media=False,
        **thread,
    )
    return str(answer["ts"])


def _claimed_before(context: AppContext, job: Job) -> float | None:
    """Return when an earlier attempt began, or None if there was none."""
    record = context.store.records.get("slack_posting", job.workspace, job.id)
    return float(record.data) if record else None
