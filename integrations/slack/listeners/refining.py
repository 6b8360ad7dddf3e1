"""What people say about a draft: in its thread, in the pane, or in the form behind its Change button."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.errors import InlaidError
from core.job import Job
from core.people import load_people
from core.runner.conversations import small_talk
from core.runner.refinements import Refinements, wish_hint
from core.text.catalogues import N_, gettext
from core.text.numbered_answers import read_answers
from core.text.wishes import is_about_each, is_brief, is_change, read_act
from core.writing.lanes import lane_with
from integrations.slack.access import own_draft_only
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.delivery import edits
from integrations.slack.listeners.answering import answer_questions
from integrations.slack.listeners.views import field_errors, notice, open_view, submitted_view
from integrations.slack.person import SURFACE
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest, private_metadata
from integrations.slack.submit import DraftRequest, find_recipe, submit_draft, user_message
from integrations.slack.views.blocks import note_message
from integrations.slack.views.modals import CHANGE_FIELD, change_modal, notice_modal, read_wish

WORKING = ":hourglass_flowing_sand: I am making a new version."
NO_DRAFT = "There is no draft of yours here that I could change. Write what you want, or `help`."
DISCARDED_HERE = N_("The draft here was discarded. Write `undo` to have it back, or what you want instead.")
# So many jobs are looked at together, and so often in a thread, whose draft may be old; outside one only for minutes.
LOOKED_AT, MOST_TIMES, MOMENT_SECONDS = 20, 25, 600.0


@own_draft_only
def change(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Ask what should change."""
    hint = wish_hint(context.recipes.get(job.recipe), context.models, context.policy_of(request))
    open_view(context, request, change_modal(edits.shown_at(request, job), hint))
    return EMPTY_ACK


def changed(context: AppContext, request: SlackRequest) -> Ack:
    """Make a new version, which takes the place of the draft, or answer in the form."""
    view = submitted_view(request)
    data = private_metadata(view)

    @own_draft_only
    def make(context: AppContext, request: SlackRequest, job: Job) -> Ack:
        wish = read_wish(view)
        if (answers := read_answers(wish)) and (found := answer_questions(context, job, answers)):
            if found[1]:
                edits.show_again(context, request, job, data)
            return Ack({"response_action": "update", "view": notice_modal("Inlaid", found[0])})
        # What was picked or written into this version goes before the version itself does.
        if read_act(wish) == "undo" and edits.undo(context.store, job):
            edits.show_again(context, request, job, data)
            return EMPTY_ACK
        try:
            said = _Said(wish, edits.in_place_of(job, data), f"view:{view.get('id', '')}", may_ask=False)
            answer = refine(context, request, job, said)
        except InlaidError as error:
            if error.retryable:
                raise
            return field_errors({CHANGE_FIELD: user_message(error)})
        if answer:
            return notice(answer)
        edits.show_instead(context, request, note_message(WORKING), data)
        return EMPTY_ACK

    return make(context, request, str(data.get("job", "")))


@own_draft_only
def undo(context: AppContext, request: SlackRequest, job: Job) -> Ack:
    """Take back what was done last: an edit or a ready answer, else this version for the one before."""
    shown = edits.shown_at(request, job)
    if edits.undo(context.store, job) or not edits.can_undo_version(job, context.store.jobs):
        edits.show_again(context, request, job, shown)
        return EMPTY_ACK
    key = f"undo:{job.id}:{request.action.get('action_ts', request.trigger_id)}"
    refine(context, request, job, _Said("undo", edits.in_place_of(job, shown), key, may_ask=False))
    edits.show_instead(context, request, note_message(WORKING), shown)
    return EMPTY_ACK


@dataclass(frozen=True)
class _Said:
    """What a person says about a draft, where the new version goes, and the key of what they pressed or wrote."""

    wish: str
    target: SlackTarget
    key: str
    may_ask: bool = True


def refine(context: AppContext, request: SlackRequest, job: Job, said: _Said) -> str:
    """Store the job of a new version, or return what to say instead.

    Raises:
        InlaidError: see `Refinements.reply` and `submit_draft`.
    """
    recipe = find_recipe(context, request, job.recipe, by_rules=True)
    refinements = Refinements(
        context.store.jobs, context.store.outcomes, load_people(context.settings, context.store.records)
    )
    lane = lane_with(recipe, context.models, context.policy_of(request), job.model)
    reply = refinements.reply(job, recipe, said.wish, lane, may_ask=said.may_ask)
    if reply.inputs is None:
        return reply.answer
    submit_draft(context, request, DraftRequest(recipe, reply.inputs, said.target, said.key))
    return ""


def refine_here(context: AppContext, request: SlackRequest, text: str, reply_to: ReplyTarget, key: str) -> str | None:
    """Take what is said in a conversation for what is said about the newest draft there.

    Args:
        context: the context.
        request: the message.
        text: what it says, which names no recipe.
        reply_to: where it was said.
        key: of the message.

    Returns:
        What to say; "" where a new version is being made; None where it is about no draft.
    """
    act, is_in_thread = read_act(text), bool(request.event.get("thread_ts"))
    is_about = act != "change" or is_change(text) or is_about_each(text)
    if not is_in_thread and act != "change" and not is_brief(text):
        return None  # "Why was the budget cut?" is about no draft
    if not is_about and not (is_in_thread and reply_to.is_dm):
        return None  # in a channel's thread other words are about its messages
    job = newest_here(context, request, reply_to, is_in_thread=is_in_thread, is_any=act in {"undo", "redo"})
    if job and not is_in_thread and edits.why_over(context.store, job) == edits.DISCARDED:
        return gettext(DISCARDED_HERE) if is_about and act != "undo" else None
    if job is None:
        return None if act in {"change", "hello", "help"} else small_talk(text, act) or NO_DRAFT
    old = SlackTarget.from_json(job.delivery)
    if old.asked_ts == str(request.event.get("ts", "")):
        return ""  # the same message once more: its version is being made
    target = replace(old, reply_to=reply_to, asked_ts=str(request.event.get("ts", "")), instead_of="")
    return refine(context, request, job, _Said(text, target, key))


def newest_here(
    context: AppContext, request: SlackRequest, place: ReplyTarget, *, is_in_thread: bool, is_any: bool = False
) -> Job | None:
    """Return the job of the person that has, or will have, the draft that came last in a conversation.

    One that is neither discarded nor posted, nor has a newer version, goes before the others, unless it `is_any`.
    """
    now, before = float(request.event.get("ts") or time.time()), ""
    for _ in range(MOST_TIMES if is_in_thread else 1):
        jobs = context.store.jobs.list(limit=LOOKED_AT, workspace=request.team, person=request.user, before=before)
        found = [
            (since, job)
            for job in jobs
            if job.surface == SURFACE and job.state not in {"failed", "cancelled"}
            for thread_ts, since in edits.places_of(context.store, job, place.channel)
            if (thread_ts == place.thread_ts if is_in_thread else now - since < MOMENT_SECONDS)
        ]
        if found or not jobs:
            live = [] if is_any or len(found) < 2 else _live(context, found)
            return max(live or found, key=lambda pair: pair[0])[1] if found else None
        before = jobs[-1].id
    return None


def _live(context: AppContext, found: Sequence[tuple[float, Job]]) -> list[tuple[float, Job]]:
    """Return those of some drafts that their person neither discarded nor posted, and that no other one replaced."""
    acts = context.store.outcomes.acts_of([job.id for _, job in found])
    again = {job_id for job_id, done in acts.items() if any(act.outcome == "regenerated" for act in done)}
    replaced = again | {job.refines for _, job in found}
    return [(since, job) for since, job in found if job.id not in replaced and not edits.why_over(context.store, job)]
