"""Answers to the questions of a draft, told in words: what becomes of the draft, and what is said of it."""

from collections.abc import Mapping, Sequence

from core.drafts import Gap, cut_at_word
from core.job import Job
from core.text.catalogues import N_, gettext
from core.text.numbered_answers import ONLY, NumberedAnswer
from core.writing.grounded.picked import Why, with_answers
from integrations.slack.context import AppContext
from integrations.slack.delivery import edits
from integrations.slack.views.mrkdwn import escape

DONE = N_(":white_check_mark: Put into the draft:")
DONE_FOR = N_(":white_check_mark: Put into the draft to %(who)s:")
NOTHING_DONE = N_("Nothing was changed in the draft.")
WHICH_ANSWER = N_("I cannot tell which ready answers you mean. Press them below the questions, or press Edit.")
WHICH_QUESTION = N_("Which question do you mean? Say for example “yes to 1, no to 2”.")
_LEFT: Mapping[Why, str] = {
    "no_ready": N_("%(number)s is still open, since it has no ready answers; write yours with Edit: %(question)s"),
    "not_one": N_("%(number)s stays as it is, since none of its ready answers surely says that: %(question)s"),
    "own_words": N_("%(number)s stays as you wrote it; change it with Edit: %(question)s"),
}
_MAX_CHARS = 200


def answer_questions(context: AppContext, job: Job, answers: Sequence[NumberedAnswer]) -> tuple[str, bool] | None:
    """Put the ready answers that somebody means into a draft, all at once, so that one undo takes them back.

    Args:
        context: the context.
        job: whose draft it is.
        answers: what is said to its questions.

    Returns:
        What to say, as mrkdwn: for whom and to which question each answer is, and what stays open; and whether the
        draft was changed. None where the words are about something else.
    """
    made = edits.as_made(job, context.store.jobs, context.store.records).draft
    asked = made.questions if made else ()
    is_of_questions = bool(asked) and all(answer.kind for answer in answers)
    text = edits.current_draft(context.store, job).text
    found = with_answers(text, asked, answers) if asked else None
    if found is None:
        is_bare = any(answer.number == ONLY for answer in answers)
        return (gettext(WHICH_QUESTION if is_bare else WHICH_ANSWER), False) if is_of_questions else None
    if found.text != text:
        edits.keep_edit(context.store, job, found.text)
    who = edits.written_by(context.store, job)
    done = gettext(DONE_FOR) % {"who": escape(who)} if who else gettext(DONE)
    lines = [done if found.made else gettext(NOTHING_DONE)]
    lines += [f"• {number}. {_told(asked[number - 1], answer)}" for number, answer in found.made.items()]
    lines += [
        "• " + gettext(_LEFT[why]) % {"number": number, "question": _short(asked[number - 1].question)}
        for number, why in found.left.items()
    ]
    lines += _untold(text=found.text, asked=asked, told={*found.made, *found.left})
    return "\n".join(lines), bool(found.made)


def _untold(text: str, asked: Sequence[Gap], told: set[int]) -> list[str]:
    """Return a line that names the other questions that are open."""
    left = [str(number) for number, gap in enumerate(asked, 1) if gap.place in text and number not in told]
    return ["• " + gettext("Still open: %(numbers)s.") % {"numbers": ", ".join(left)}] if left else []


def _told(gap: Gap, answer: str) -> str:
    """Return a ready answer behind its question, which some name themselves."""
    asked, _, _said = answer.rpartition(" \u2013 ")
    is_named = bool(asked) and asked.strip("“”„«» ") in gap.question
    return _short(answer) if is_named else f"{_short(gap.question)} \u2013 {_short(answer)}"


def _short(words: str) -> str:
    return escape(cut_at_word(words, _MAX_CHARS))
