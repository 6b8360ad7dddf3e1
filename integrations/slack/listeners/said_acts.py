"""What is typed in place of a button of the draft that stands: discard it, stop, undo, and answers by number."""

from collections.abc import Sequence

from core.drafts import Gap, JsonObject
from core.job import Job
from core.text.catalogues import N_, gettext
from core.text.numbered_answers import ALL, ONLY, NumberedAnswer, read_answers
from core.text.wishes import read_act, read_command
from core.writing.grounded.picked import picked
from integrations.slack.context import AppContext
from integrations.slack.delivery import edits
from integrations.slack.delivery.answer import KIND
from integrations.slack.listeners.draft_actions import AGAIN_SECONDS, discarded
from integrations.slack.listeners.refining import newest_here
from integrations.slack.listeners.stopping import stop_here
from integrations.slack.reply_target import ReplyTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import after_acknowledgement
from integrations.slack.views.blocks import BlockMessage, note_message

# What is said back: a sentence, or messages; [] for nothing.
Said = str | list[BlockMessage]
NOTHING_RUNS = N_("Nothing is being made for you here that I could stop.")
NOTHING_STANDS = N_("There is no draft of yours here that I could discard.")
DONE_ABOVE = N_(":white_check_mark: Done. The draft above is as it is now.")
WHICH_ANSWER = N_("I cannot tell which ready answers you mean. Press them below the questions, or press Edit.")


def act_here(context: AppContext, request: SlackRequest, text: str, place: ReplyTarget, key: str) -> Said | None:
    """Do what somebody types in place of a button of their newest draft in a conversation.

    Args:
        context: the context.
        request: the message.
        text: what it says.
        place: where it was said.
        key: of the message.

    Returns:
        What to say; None for other words.
    """
    command, answers, undoes = read_command(text), read_answers(text), read_act(text) == "undo"
    if not (command or answers or undoes):
        return None
    if command and (ended := stop_here(context, request, place)):
        return ended
    if command == "stop":
        return gettext(NOTHING_RUNS)
    job = newest_here(context, request, place, is_in_thread=bool(request.event.get("thread_ts")))
    if job is None or job.draft is None:
        return gettext(NOTHING_STANDS) if command else None
    if command:
        return _discard(context, request, job, place)
    if undoes:
        return _undo(context, request, job, place, key)
    return _answer(context, request, job, place, answers)


def _discard(context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget) -> Said:
    if over := edits.why_over(context.store, job):
        return gettext(over)
    said = discarded(context, job)
    if shown := _shown_at(context, request, job, place):
        edits.show_instead(context, request, note_message(":wastebasket: Discarded."), shown)
    return [said]


def _undo(context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget, key: str) -> Said | None:
    """Take back what was done last with a draft; None where that was a version, which is undone as one."""
    if edits.why_over(context.store, job) == edits.ALREADY_POSTED:
        return gettext(edits.ALREADY_POSTED)
    if not context.store.records.first_time(request.team, f"undo {key}", within_seconds=AGAIN_SECONDS):
        return []  # the same message once more
    return _now(context, request, job, place) if edits.undo(context.store, job) else None


def _answer(
    context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget, answers: Sequence[NumberedAnswer]
) -> Said | None:
    if edits.why_over(context.store, job):
        return None
    asked = job.draft.questions if job.draft else ()
    text = edits.current_draft(context.store, job).text
    if chosen := _chosen(asked, [gap for gap in asked if gap.place in text], answers):
        for gap, choice in chosen:
            edits.fill_gap(context.store, job, gap.place, choice)
        return _now(context, request, job, place)
    is_of_questions = asked and all(answer.kind and answer.number != ONLY for answer in answers)
    return gettext(WHICH_ANSWER) if is_of_questions else None


def _chosen(asked: Sequence[Gap], left: Sequence[Gap], answers: Sequence[NumberedAnswer]) -> list[tuple[Gap, int]]:
    """Return the gaps with the place of the ready answer to each; [] unless each thing said is one.

    Questions count in the order of the draft, also when some are answered by now.
    """
    found = list[tuple[Gap, int]]()
    for answer in answers:
        gaps = asked[answer.number - 1 : answer.number] if answer.number > 0 else left
        if answer.number == ALL:
            gaps = [gap for gap in left if gap.choices]
        picks = [(gap, picked(gap, answer.kind, answer.said)) for gap in gaps]
        if not picks or (answer.number == ONLY and len(picks) > 1):
            return []
        for gap, choice in picks:
            if choice is None:
                return []
            found.append((gap, choice))
    return found


def _now(context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget) -> Said:
    """Show a draft as it is now: where it stands, or anew where nothing that stands there can be changed."""
    edits.take_up(context.store, job)
    shown = _shown_at(context, request, job, place)
    messages = edits.current_messages(context, job, shown or {"channel": place.channel})
    if not shown or len(messages) > 1:
        return messages
    after_acknowledgement(context, request, lambda: edits.replace_shown(context.connections, messages, shown))
    return gettext(DONE_ABOVE)


def _shown_at(context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget) -> JsonObject:
    """Return the message of a conversation that shows a draft, as `edits.shown_at` does; {} for none that lasts."""
    known = [edits.continued_at(context.store, job), context.store.effects.get_detail(job, KIND)]
    ts = next((str(detail["ts"]) for detail in known if detail.get("channel") == place.channel and "ts" in detail), "")
    target = ReplyTarget(request.team, request.enterprise, place.channel, place.thread_ts)
    return {**target.to_json(), "job": job.id, "ts": ts} if ts else {}
