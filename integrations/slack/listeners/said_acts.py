"""What is typed in place of a button of the draft that stands: discard it, stop, undo, and answers by number."""

from collections.abc import Sequence

from core.drafts import JsonObject, cut_at_word, without_gaps
from core.job import Job
from core.text.catalogues import N_, gettext
from core.text.numbered_answers import ONLY, NumberedAnswer, read_answers
from core.text.wishes import read_act, read_command
from integrations.slack.context import AppContext
from integrations.slack.delivery import edits
from integrations.slack.delivery.answer import KIND
from integrations.slack.listeners.answering import answer_questions
from integrations.slack.listeners.draft_actions import AGAIN_SECONDS, discarded
from integrations.slack.listeners.refining import newest_here
from integrations.slack.listeners.stopping import stop_here
from integrations.slack.reply_target import ReplyTarget
from integrations.slack.request import SlackRequest
from integrations.slack.submit import after_acknowledgement
from integrations.slack.views.blocks import BlockMessage, note_message
from integrations.slack.views.mrkdwn import escape

# What is said back: a sentence, or messages; [] for nothing.
Said = str | list[BlockMessage]
NOTHING_RUNS = N_("Nothing is being made for you here that I could stop.")
NOTHING_STANDS = N_("There is no draft of yours here that I could discard.")
BACK = N_(":leftwards_arrow_with_hook: The draft is no longer discarded.")
TAKEN_BACK = N_(":leftwards_arrow_with_hook: Taken back: %(what)s")
THERE_AGAIN = N_(":leftwards_arrow_with_hook: In the draft again: %(what)s")
_MAX_CHARS = 300


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
    is_in_thread = bool(request.event.get("thread_ts"))
    if answers and not (command or undoes):
        return answer_here(context, request, place, answers, is_in_thread=is_in_thread)
    job = newest_here(context, request, place, is_in_thread=is_in_thread, is_any=True)
    if job is None or job.draft is None:
        return gettext(NOTHING_STANDS) if command else None
    if command:
        return _discard(context, request, job, place)
    return _undo(context, request, job, place, key)


def _discard(context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget) -> Said:
    if over := edits.why_over(context.store, job):
        return gettext(over)
    said = discarded(context, job)
    if shown := _shown_at(context, request, job, place):
        edits.show_instead(context, request, said, shown)  # once, where the draft stood
        return []
    return [said]


def _undo(context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget, key: str) -> Said | None:
    """Take back what was done last with a draft; None where that was a version, which is undone as one."""
    if edits.why_over(context.store, job) == edits.ALREADY_POSTED:
        return gettext(edits.ALREADY_POSTED)
    if not context.store.records.first_time(request.team, f"undo {key}", within_seconds=AGAIN_SECONDS):
        return []  # the same message once more
    is_discarded = edits.why_over(context.store, job) == edits.DISCARDED
    before = edits.current_text(context.store, job)
    if not edits.undo(context.store, job):
        return None
    said = gettext(BACK) if is_discarded else taken_back(before, edits.current_text(context.store, job))
    return _now(context, request, job, place, said)


def taken_back(before: str, now: str) -> str:
    """Return what an undo did to a draft's text, as mrkdwn: the lines that went, else those that are there again."""
    gone, again = (
        [line.strip() for line in text.split("\n") if line.strip() and line not in other.split("\n")]
        for text, other in ((before, now), (now, before))
    )
    what = cut_at_word(" ".join(without_gaps(" ".join(gone or again)).split() or again), _MAX_CHARS)
    return (gettext(TAKEN_BACK) if gone else gettext(THERE_AGAIN)) % {"what": escape(what)}


def answer_here(
    context: AppContext,
    request: SlackRequest,
    place: ReplyTarget,
    answers: Sequence[NumberedAnswer],
    *,
    is_in_thread: bool = False,
) -> Said | None:
    """Answer the questions of the draft that stands in a conversation, by words.

    Args:
        context: the context.
        request: the message or the command.
        place: where it was said.
        answers: what is said to the questions.
        is_in_thread: whether it was said in the thread of `place`.

    Returns:
        What to say; None where no draft stands there, or the words are about something else.
    """
    job = newest_here(context, request, place, is_in_thread=is_in_thread)
    if job is None or job.draft is None:
        return None
    if over := edits.why_over(context.store, job):
        return gettext(over) if all(answer.kind and answer.number != ONLY for answer in answers) else None
    found = answer_questions(context, job, answers)
    if found is None:
        return None
    said, is_changed = found
    return _now(context, request, job, place, said) if is_changed else said


def _now(context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget, said: str) -> Said:
    """Show a draft as it is now, where it stands, or anew where nothing there can be changed; return what to say."""
    edits.take_up(context.store, job)
    shown = _shown_at(context, request, job, place)
    messages = edits.current_messages(context, job, shown or {"channel": place.channel})
    if not shown or len(messages) > 1:
        return [note_message(said), *messages]
    after_acknowledgement(context, request, lambda: edits.replace_shown(context.connections, messages, shown))
    return said


def _shown_at(context: AppContext, request: SlackRequest, job: Job, place: ReplyTarget) -> JsonObject:
    """Return the message of a conversation that shows a draft, as `edits.shown_at` does; {} for none that lasts."""
    known = [edits.continued_at(context.store, job), context.store.effects.get_detail(job, KIND)]
    ts = next((str(detail["ts"]) for detail in known if detail.get("channel") == place.channel and "ts" in detail), "")
    target = ReplyTarget(request.team, request.enterprise, place.channel, place.thread_ts)
    return {**target.to_json(), "job": job.id, "ts": ts} if ts else {}
