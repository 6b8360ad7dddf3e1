"""A draft in its person's hands: their edited text of it, and where it is shown.

The edited text is kept apart from the draft, so that the edit distance can be measured.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.drafts import Draft, JsonObject, with_text
from core.errors import LimitError, NotFoundError, UnreadableJob
from core.job import Job
from core.people import load_people
from core.ports import SurfaceContext
from core.runner.refinements import Refinements, can_go_back
from core.store import Store
from core.store.jobs import JobStore
from core.store.outcomes import OutcomeStore
from core.store.records import RecordStore
from core.text.forms import with_line_once
from core.text.wishes import read_act
from integrations.slack.client.api import call, respond
from integrations.slack.client.connections import Connections
from integrations.slack.context import AppContext
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import after_acknowledgement
from integrations.slack.views.blocks import BlockMessage
from integrations.slack.views.draft_message import draft_messages

EDIT_KIND, CONTINUED_KIND = "slack_edit", "slack_continued"
DISCARDED_KIND, POSTED_KIND = "slack_discarded", "slack_posted"
# What a worker keeps of the thread that it read for a job.
READ = "thread"
MOST_UNDONE = 20
KEEP_SECONDS = 90 * 24 * 3600.0
ALREADY_POSTED = "This draft has already been posted."
DISCARDED = "This draft was discarded."


def as_made(job: Job, jobs: JobStore, records: RecordStore) -> Job:
    """Return a job with its draft as it was made: what an undo brought back holds what its person had made of it."""
    origin = _brought_back(job, jobs, records)
    return replace(job, draft=origin.draft.model_copy(update={"job_id": job.id})) if origin and origin.draft else job


def _brought_back(job: Job, jobs: JobStore, records: RecordStore) -> Job | None:
    """Return the version that an undo brought back, where its person had changed its text; None for any other job."""
    if job.draft is None or read_act(job.wish) not in {"undo", "redo"}:
        return None
    for before in _versions_before(job, jobs):
        record = records.get(EDIT_KIND, before.workspace, before.id)
        if record and record.data["text"] == job.draft.text:
            return before
    return None


def _versions_before(job: Job, jobs: JobStore) -> Iterator[Job]:
    """Yield what a version goes back to, the newest first; what is gone or somebody else's ends it."""
    now: Job | None = job
    for _ in range(MOST_UNDONE):
        now = own_job(now.refines, job, jobs) if now else None
        if now is None:
            return
        yield now


def own_job(job_id: str, job: Job, jobs: JobStore) -> Job | None:
    """Return another job of a job's person; None where it is gone, or there is none."""
    try:
        found = jobs.get(job_id) if job_id else None
    except (NotFoundError, UnreadableJob):
        return None
    is_own = found is not None and (found.workspace, found.person) == (job.workspace, job.person)
    return found if is_own else None


def can_undo_version(job: Job, jobs: JobStore) -> bool:
    """Whether a draft is a version of another one, which an undo brings back."""
    return bool(job.refines) and can_go_back([job, *_versions_before(job, jobs)][::-1])


def current_draft(store: Store | SurfaceContext, job: Job) -> Draft:
    """Return the draft with the person's text in it; either has all jobs and records."""
    record = store.records.get(EDIT_KIND, job.workspace, job.id)
    if record is None and job.draft:
        return job.draft
    draft = as_made(job, store.jobs, store.records).draft or Draft(recipe=job.recipe)
    return draft if record is None else with_text(draft, record.data["text"])


def current_text(store: Store, job: Job) -> str:
    """Return the text that an edit starts from; a list becomes lines."""
    return _text_of(current_draft(store, job))


def _text_of(draft: Draft) -> str:
    if draft.entries is None:
        return draft.text
    return "\n".join(f"- {entry.in_line()}" for entry in draft.entries)


def keep_edit(store: Store, job: Job, text: str) -> None:
    """Store the person's text, and the outcome, which measures its distance from the model's."""
    before = _texts(store, job)
    _keep(store, job, text, before if text != before[-1] else before[:-1])


def written_by(store: Store, job: Job) -> str:
    """Return who wrote what a draft answers, "" where that is not known."""
    return str(job.inputs.get("sender_name") or store.effects.get_detail(job, READ).get("writer") or "")


def undo(store: Store, job: Job) -> bool:
    """Take back what the person did last: discarding, an edit or ready answers; returns whether there was any."""
    if why_over(store, job) == DISCARDED:
        take_up(store, job)
        return True
    *before, _now = _texts(store, job)
    if before:
        _keep(store, job, before[-1], before[:-1])
    return bool(before)


def _texts(store: Store, job: Job) -> list[str]:
    """Return what the text of a draft was, one change after the other, and is: the draft's own comes first."""
    original = _text_of(job.draft or Draft(recipe=job.recipe))
    record = store.records.get(EDIT_KIND, job.workspace, job.id)
    if record is None:
        origin = _brought_back(job, store.jobs, store.records)
        return _texts(store, origin) if origin else [original]
    return [*record.data.get("before", [original]), record.data["text"]]


def _keep(store: Store, job: Job, text: str, before: Sequence[str]) -> None:
    if text == _text_of(job.draft or Draft(recipe=job.recipe)):
        if store.records.delete(EDIT_KIND, job.workspace, job.id):  # an edit is taken back
            store.outcomes.add(job, "edited", person=job.person, distance=None, detail={"text": text})
        return
    data = {"text": text, "before": [*before[-MOST_UNDONE:]]}
    store.records.put(EDIT_KIND, job.workspace, job.id, data, person=job.person, expires_in_seconds=KEEP_SECONDS)
    store.outcomes.add(job, "edited", person=job.person, distance=None, detail={"text": text})


def fill_gap(store: Store, job: Job, place: str, choice: int) -> None:
    """Put a ready answer of the draft in its gap's place; a gap that is filled already stays so.

    What is said to several questions is said once.
    """
    draft = current_draft(store, job)
    gap = next((gap for gap in draft.gaps if gap.place == place), None)
    if gap and 0 <= choice < len(gap.choices):
        said = gap.choices[choice]
        keep_edit(store, job, with_line_once(draft.text.replace(gap.place, said), said))


def is_edited(store: Store, job: Job) -> bool:
    """Whether the person has changed the text."""
    return store.records.get(EDIT_KIND, job.workspace, job.id) is not None


def keep_discarded(store: Store, job: Job) -> None:
    """Store that the person discarded a draft: a press in another window, which shows it still, posts nothing."""
    store.records.put(DISCARDED_KIND, job.workspace, job.id, {}, person=job.person, expires_in_seconds=KEEP_SECONDS)


def why_over(store: Store | SurfaceContext, job: Job) -> str:
    """Return why a draft is not posted any more, "" where it may be."""
    over = {POSTED_KIND: ALREADY_POSTED, DISCARDED_KIND: DISCARDED}
    return next((why for kind, why in over.items() if store.records.get(kind, job.workspace, job.id)), "")


def keep_replaced(context: SurfaceContext, job: Job) -> None:
    """Count what a job's draft replaces as replaced, once it is shown; a job without one replaces nothing.

    That is the version before, and the draft in whose place another one of the same inputs stands, unless it was posted
    or discarded while that was made.
    """
    if job.draft is None:
        return
    outcomes = OutcomeStore(context.jobs.database, context.jobs.cipher)
    instead_of = SlackTarget.from_json(job.delivery).instead_of
    other = own_job(instead_of, job, context.jobs) if instead_of != job.refines else None
    with suppress(LimitError, NotFoundError):  # too much was done with it, or it is deleted
        if other and not why_over(context, other):
            outcomes.add(other, "regenerated", person=other.person, distance=None, detail={})
    with suppress(LimitError, NotFoundError):
        if before := own_job(job.refines, job, context.jobs):
            versions = Refinements(context.jobs, outcomes, load_people(context.settings, context.records))
            is_unused = context.records.get(POSTED_KIND, before.workspace, before.id) is None
            versions.note_replaced(before, is_unused=is_unused)


def take_up(store: Store, job: Job) -> None:
    """Forget that a draft was discarded, since its person works on it again."""
    store.records.delete(DISCARDED_KIND, job.workspace, job.id)


def keep_continued(store: Store, job: Job, channel: str, ts: str) -> None:
    """Store which message in its person's messages with the app shows a draft that was asked for elsewhere."""
    data = {"channel": channel, "ts": ts}
    store.records.put(CONTINUED_KIND, job.workspace, job.id, data, person=job.person, expires_in_seconds=KEEP_SECONDS)


def continued_at(store: Store, job: Job) -> JsonObject:
    """Return the channel and ts of that message, {} for none."""
    record = store.records.get(CONTINUED_KIND, job.workspace, job.id)
    return {} if record is None else record.data


def places_of(store: Store, job: Job, channel: str) -> list[tuple[str, float]]:
    """Return the threads of a conversation where a draft is talked about, "" for none, each with its beginning.

    What answers a message may be talked about below that one, also where it is shown beside the thread.
    """
    target, record = SlackTarget.from_json(job.delivery), store.records.get(CONTINUED_KIND, job.workspace, job.id)
    there, read = target.reply_to, target.read
    places = [(there.thread_ts, job.created_at)] if there.channel == channel else []
    if read.get("channel") == channel and read.get("thread_ts") not in (None, "", there.thread_ts):
        places.append((str(read["thread_ts"]), job.created_at))
    if record and record.data["channel"] == channel:
        places.append((record.data["ts"], float(record.data["ts"])))
    return places


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


def in_place_of(job: Job, shown: Mapping[str, Any]) -> SlackTarget:
    """Return the target of a job whose answer takes the place of a draft that is shown somewhere."""
    now, target = ReplyTarget.from_json({"team": "", **shown}), SlackTarget.from_json(job.delivery)
    reply_to = target.reply_to
    if _is_elsewhere(target, shown):
        reply_to = replace(reply_to, channel=now.channel, thread_ts=now.thread_ts, is_dm=True)
    reply_to = replace(
        reply_to,
        response_url=now.response_url,
        response_until=now.response_until,
        replaces=bool(now.response_url),
        update_ts=str(shown.get("ts", "")),
    )
    # What has no draft to bring back stands where another one stood, or none.
    return replace(target, reply_to=reply_to, asked_ts="", instead_of=job.id if job.draft else target.instead_of)


def _is_elsewhere(target: SlackTarget, shown: Mapping[str, Any]) -> bool:
    """Whether a draft is shown in its person's messages with the app, and was asked for in a conversation."""
    return str(shown.get("channel") or "") not in ("", target.reply_to.channel) and bool(target.reply_to.channel)


def show_again(context: AppContext, request: SlackRequest, job: Job, place: Mapping[str, Any]) -> None:
    """Show the answer with the text as it is now, at the place that `shown_at` found."""
    take_up(context.store, job)
    after_acknowledgement(
        context, request, lambda: replace_shown(context.connections, current_messages(context, job, place), place)
    )


def show_instead(context: AppContext, request: SlackRequest, message: BlockMessage, place: Mapping[str, Any]) -> None:
    """Show a word of ours in place of the answer."""
    after_acknowledgement(context, request, lambda: replace_shown(context.connections, [message], place))


def current_messages(context: AppContext, job: Job, place: Mapping[str, Any]) -> list[BlockMessage]:
    """Return the messages that show a draft as it is now, at a place as of `shown_at`."""
    target = SlackTarget.from_json(job.delivery)
    target = replace(target, elsewhere=_is_elsewhere(target, place))
    made = replace(as_made(job, context.store.jobs, context.store.records), delivery=target.to_json())
    enterprise = target.reply_to.enterprise
    has_mailbox = target.mail and context.mailbox_of(job.workspace, enterprise, job.person).is_connected
    draft, url = current_draft(context.store, job), context.settings.public_url
    can_undo = can_undo_version(job, context.store.jobs)
    return draft_messages(
        context.recipes, made, draft, public_url=url, has_mailbox=has_mailbox, can_undo_version=can_undo
    )


def replace_shown(connections: Connections, messages: list[BlockMessage], place: Mapping[str, Any]) -> None:
    """Put messages in place of the one whose button was pressed: the first replaces it, further ones follow.

    Args:
        connections: to the workspace.
        messages: what is shown now.
        place: from `shown_at`: the `response_url` of the button's message, or `channel` and `ts` of a lasting one.
    """
    target, ts = ReplyTarget.from_json({"team": "", **place}), str(place.get("ts") or "")
    if ts:
        _update_lasting(connections, messages, target, ts)
        return
    for number, message in enumerate(messages):
        if target.has_response_url(time.time()):
            respond(target.response_url, message, connections.api_url, replace=number == 0)


def _update_lasting(connections: Connections, messages: list[BlockMessage], target: ReplyTarget, ts: str) -> None:
    client, channel = connections.client(target.team, target.enterprise), target.channel
    first, *further = messages
    call(client.chat_update, channel=channel, ts=ts, text=first.text, blocks=first.blocks)
    thread_ts = target.thread_ts or ts
    for message in further:
        call(client.chat_postMessage, channel=channel, thread_ts=thread_ts, text=message.text, blocks=message.blocks)
