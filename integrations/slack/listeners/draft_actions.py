"""What people do with a draft: the buttons below it, and the forms that these open.

Each act is a stored outcome or opens a view. It is acknowledged at once; what it does follows.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.drafts import Draft, has_gap, without_hints
from core.errors import InlaidError
from core.job import Job
from core.store.records import ONCE_KIND
from core.text.catalogues import N_, gettext
from integrations.slack.access import NOT_HERE, DraftHandler, own_draft_only
from integrations.slack.client.api import call
from integrations.slack.client.members import recipient_of
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.delivery import edits
from integrations.slack.delivery.posting import Posting
from integrations.slack.listeners.views import (
    field_errors,
    notice,
    open_fetched_view,
    open_view,
    submitted_fields,
    submitted_view,
)
from integrations.slack.mailbox import file_name, mail_file
from integrations.slack.reply_target import SlackTarget
from integrations.slack.request import SlackRequest, private_metadata
from integrations.slack.submit import DraftRequest, after_acknowledgement, find_recipe, reply_privately, submit_draft
from integrations.slack.views.beside_text import alert_text, hint_blocks
from integrations.slack.views.blocks import Block, BlockMessage, button, note_message, section
from integrations.slack.views.draft_message import (
    DISCARD,
    EMAIL_FILE,
    POST_TO,
    TRY_AGAIN,
)
from integrations.slack.views.modals import (
    edit_modal,
    feedback_modal,
    modal,
    notice_modal,
    post_to_modal,
    read_edited,
    read_feedback,
)
from integrations.slack.views.mrkdwn import link
from integrations.slack.views.public_text import doubt_about

MAX_BLOCKS = 90
# Longer than a mail server takes; after it a click tries again, and finds what the one before put there.
CLAIM_SECONDS = 120.0
# Presses within it are one press: each would bring the draft another time, or the same file.
AGAIN_SECONDS, FILE_AGAIN_SECONDS = 20.0, 600.0
# What is pressed is so in a message, not in the modal that only shows a draft.
_PRESSED = frozenset({"actions", "context_actions"})
CONTINUE_DRAFT = "continue_draft"
CONTINUE = "Continue in my messages"
CONTINUED = "The draft is in your messages with me. There you can edit, post or discard it."
FILE_SENT = ":white_check_mark: The mail file is in your messages with me."
ASKS_STILL = ":pencil2: It still asks you something, in double brackets. Answer that before you send it."
FILE_COMMENT = "Open this file in your mail program: it is an unsent draft."


@own_draft_only
def post_here(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Post into the conversation where the draft was requested."""
    target = SlackTarget.from_json(job.delivery)
    # What was asked of a message goes under it, also when it had no thread before.
    thread_ts = target.reply_to.thread_ts or target.asked_ts or str(target.read.get("thread_ts") or "")
    _post(context, request, job, target.reply_to.channel, thread_ts, edits.shown_at(request, job))
    return EMPTY_ACK


def _post(
    context: AppContext, request: SlackRequest, job: Job, channel: str, thread_ts: str, place: Mapping[str, Any]
) -> None:
    """Store that a draft is to be posted, and post it after the acknowledgement; a worker goes on where that fails."""
    posting = Posting.of(context)
    posting.keep(job, channel=channel, thread_ts=thread_ts, place=place)
    context.in_background(lambda: posting.post(job, place))


@own_draft_only
def post_to(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Ask where to post."""
    doubt = doubt_about(edits.current_draft(context.store, job))
    open_view(context, request, post_to_modal(edits.shown_at(request, job), doubt.text if doubt else ""))
    return EMPTY_ACK


@own_draft_only
def edit(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Open the text for editing."""
    place = edits.shown_at(request, job)
    open_fetched_view(context, request, "Edit", lambda: edit_modal(edits.current_text(context.store, job), place))
    return EMPTY_ACK


@own_draft_only
def try_again(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Ask for another draft from the same inputs; it takes the place of this one."""
    shown = edits.shown_at(request, job)
    target = edits.in_place_of(job, shown)
    wanted = DraftRequest(
        find_recipe(context, request, job.recipe, by_rules=True),
        job.inputs,
        replace(target, again=target.again + 1),
        f"again:{job.id}:{request.action.get('action_ts', request.trigger_id)}",
    )
    submit_draft(context, request, wanted)
    note = note_message(":hourglass_flowing_sand: I am trying again.")
    edits.show_instead(context, request, note, shown)
    return EMPTY_ACK


@own_draft_only
def show_answer(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Show an answer that may not have arrived: this message becomes it."""
    edits.show_again(context, request, job, edits.shown_at(request, job))
    return EMPTY_ACK


def fill_gap(context: AppContext, request: SlackRequest) -> Ack:
    """Put a ready answer in its gap's place, and show the draft as it is then."""
    try:
        pressed = json.loads(request.action_value)
        job_id, place, choice = str(pressed["job"]), str(pressed["place"]), int(pressed["choice"])
    except (ValueError, KeyError, TypeError):
        return EMPTY_ACK

    @own_draft_only
    def fill(context: AppContext, request: SlackRequest, job: Job) -> Ack:
        edits.fill_gap(context.store, job, place, choice)
        edits.show_again(context, request, job, edits.shown_at(request, job))
        return EMPTY_ACK

    return fill(context, request, job_id)


@own_draft_only
def open_draft(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Show one of the person's recent drafts, from the Home tab."""
    open_fetched_view(context, request, "Draft", lambda: _draft_view(context, job))
    return EMPTY_ACK


def _draft_view(context: AppContext, job: Job) -> Block:
    blocks = [block for message in edits.current_messages(context, job, {}) for block in message.blocks]
    read = [block for block in blocks if block["type"] not in _PRESSED]
    onwards: Block = {"type": "actions", "elements": [button(CONTINUE, CONTINUE_DRAFT, job.id, style="primary")]}
    return modal("Draft", [*read[:MAX_BLOCKS], onwards])


@own_draft_only
def continue_draft(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Put a draft into its person's messages with the app, where it stays, with all its buttons."""
    open_fetched_view(context, request, "Draft", lambda: _continued(context, request, job))
    return EMPTY_ACK


def _continued(context: AppContext, request: SlackRequest, job: Job) -> Block:
    records, key = context.store.records, f"continue:{job.id}"
    if records.first_time(job.workspace, key, within_seconds=AGAIN_SECONDS):
        try:
            _put_into_messages(context, request, job)
        except InlaidError:
            records.delete(ONCE_KIND, job.workspace, key)
            raise
    return notice_modal("Draft", CONTINUED)


def _put_into_messages(context: AppContext, request: SlackRequest, job: Job) -> None:
    edits.take_up(context.store, job)
    client, thread = context.connections.client(request.team, request.enterprise), dict[str, str]()
    channel = str(call(client.conversations_open, users=request.user)["channel"]["id"])
    for message in edits.current_messages(context, job, {"channel": channel}):
        sent = call(client.chat_postMessage, channel=channel, text=message.text, blocks=message.blocks, **thread)
        if not thread:
            thread = {"thread_ts": str(sent["ts"])}
            edits.keep_continued(context.store, job, channel, thread["thread_ts"])


WHY = "why"


@own_draft_only
def discard(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Take the draft away, and offer to say why."""
    edits.show_instead(context, request, discarded(context, job), edits.shown_at(request, job))
    return EMPTY_ACK


def discarded(context: AppContext, job: Job) -> BlockMessage:
    """Discard a draft, and return what says so."""
    edits.keep_discarded(context.store, job)
    Posting.of(context).take_back(job)
    context.store.outcomes.add(job, "rejected", person=job.person, distance=None, detail={"reasons": []})
    message = note_message(":wastebasket: Discarded.")
    message.blocks.append({"type": "actions", "elements": [button("Tell me why", WHY, job.id)]})
    return message


@own_draft_only
def why(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Ask for the reasons."""
    open_view(context, request, feedback_modal({"job": job.id}))
    return EMPTY_ACK


def thumbs(context: AppContext, request: SlackRequest) -> Ack:
    """A good answer counts as accepted; for a bad one a form asks for the reasons."""
    verdict, _, job_id = request.action_value.partition(":")
    return (_good if verdict == "good" else why)(context, request, job_id)


@own_draft_only
def _good(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    context.store.outcomes.add(job, "accepted", person=job.person, distance=0.0, detail={"feedback": "good"})
    reply_privately(context, request, "Thank you!")
    return EMPTY_ACK


@own_draft_only
def to_mailbox(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Put the draft into the person's Drafts folder."""
    place = edits.shown_at(request, job)
    after_acknowledgement(context, request, lambda: _put_into_mailbox(context, request, job, place))
    return EMPTY_ACK


def _put_into_mailbox(context: AppContext, request: SlackRequest, job: Job, place: Mapping[str, Any]) -> None:
    """Put the draft as it is now into the person's mailbox, and say so in place of the answer."""
    records, key = context.store.records, f"mailbox:{job.id}"
    if not records.first_time(job.workspace, key, within_seconds=CLAIM_SECONDS):
        return
    try:
        mailbox = context.mailbox_of(request.team, request.enterprise, request.user)
        to = recipient_of(job, lambda: context.members(request.team, request.enterprise))
        draft = edits.current_draft(context.store, job)
        address = mailbox.put(draft, job.id, to)
    finally:
        records.delete(ONCE_KIND, job.workspace, key)
    if not edits.is_edited(context.store, job):
        context.store.outcomes.add(job, "accepted", person=job.person, distance=0.0, detail={"mailbox": True})
    folder = gettext("your Drafts folder")
    where = link(address, folder) if address.startswith("https://") else folder
    note = note_message(f":white_check_mark: It is in {where}.")
    above = [section(words)] if (words := alert_text(draft)) else []
    note.blocks[:] = [*above, *note.blocks, *hint_blocks(draft, is_mail=True)]
    edits.replace_shown(context.connections, [note], place)


@own_draft_only
def email_file(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Send the draft as a mail file into the person's messages with the app."""
    draft = edits.current_draft(context.store, job)
    after_acknowledgement(context, request, lambda: _bring_mail_file(context, request, job, draft))
    return EMPTY_ACK


def _bring_mail_file(context: AppContext, request: SlackRequest, job: Job, draft: Draft) -> None:
    """Send the mail file unless it was just sent, and say so once it is there."""
    records, key = context.store.records, f"mail file:{job.id}:{hashlib.sha256(draft.text.encode()).hexdigest()}"
    if not records.first_time(job.workspace, key, within_seconds=CLAIM_SECONDS):
        return  # the press before is sending it, and says so
    sent = f"sent {key}"
    try:
        if records.get(ONCE_KIND, job.workspace, sent) is None:
            _send_mail_file(context, request, job, draft)
            records.first_time(job.workspace, sent, within_seconds=FILE_AGAIN_SECONDS)
    finally:
        records.delete(ONCE_KIND, job.workspace, key)
    reply_privately(context, request, _with_open_gaps(FILE_SENT, draft))


def _with_open_gaps(said: str, draft: Draft) -> str:
    """Return what is said of a mail file, with a warning where the mail still holds a question to its writer."""
    is_open = has_gap(without_hints(draft.text, draft.gaps))
    return f"{gettext(said)} {gettext(ASKS_STILL)}" if is_open else gettext(said)


def _send_mail_file(context: AppContext, request: SlackRequest, job: Job, draft: Draft) -> None:
    to = recipient_of(job, lambda: context.members(request.team, request.enterprise))
    client = context.connections.client(request.team, request.enterprise)
    channel = call(client.conversations_open, users=request.user)["channel"]["id"]
    call(
        client.files_upload_v2,
        content=mail_file(draft, to),
        filename=file_name(draft),
        title=draft.subject or gettext("Draft"),
        channel=channel,
        initial_comment=_with_open_gaps(FILE_COMMENT, draft),
    )


def more(context: AppContext, request: SlackRequest) -> Ack:
    """Do what was chosen in the menu of an answer, as the button of it does."""
    acts: Mapping[str, DraftHandler] = {
        POST_TO: post_to,
        TRY_AGAIN: try_again,
        DISCARD: discard,
        EMAIL_FILE: email_file,
    }
    act, _, job_id = request.action_value.partition(":")
    return acts[act](context, request, job_id) if act in acts else EMPTY_ACK


def edited_text(context: AppContext, request: SlackRequest) -> Ack:
    """The text as the person wants it: the answer is shown again with it."""
    view = submitted_view(request)
    data = private_metadata(view)

    @own_draft_only
    def keep(context: AppContext, request: SlackRequest, job: Job) -> Ack:
        text = read_edited(view, edits.current_text(context.store, job))
        if not text.strip():
            return field_errors({"part0": N_("Please keep some text, or discard the draft.")})
        edits.keep_edit(context.store, job, text)
        edits.show_again(context, request, job, data)
        return EMPTY_ACK

    return keep(context, request, _job_id(data))


def chosen_conversation(context: AppContext, request: SlackRequest) -> Ack:
    """Post to another conversation."""
    view = submitted_view(request)
    data = private_metadata(view)
    channel = submitted_fields(view).get("conversation", {}).get("value", {}).get("selected_conversation")
    if not isinstance(channel, str) or not channel:
        return field_errors({"conversation": "Please choose a conversation."})

    @own_draft_only
    def post(context: AppContext, request: SlackRequest, job: Job) -> Ack:
        if context.settings.slack_channels and channel not in context.settings.slack_channels:
            return field_errors({"conversation": NOT_HERE})
        _post(context, request, job, channel, "", {"team": request.team, **data})
        return EMPTY_ACK

    return post(context, request, _job_id(data))


def submitted_feedback(context: AppContext, request: SlackRequest) -> Ack:
    """Why an answer was not good."""
    view = submitted_view(request)
    reasons, words = read_feedback(view)

    @own_draft_only
    def keep(context: AppContext, _request: SlackRequest, job: Job) -> Ack:
        detail = {"reasons": reasons, "words": words}
        context.store.outcomes.add(job, "rejected", person=job.person, distance=None, detail=detail)
        return notice("Thank you. This helps improve the next draft.")

    return keep(context, request, _job_id(private_metadata(view)))


def _job_id(data: Mapping[str, Any]) -> str:
    return str(data.get("job", ""))
