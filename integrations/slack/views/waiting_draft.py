"""The message that tells the owner of a mailbox of a draft that waits there, and what it becomes. Pure."""

from core.drafts import Draft
from core.job import Job
from core.text.catalogues import N_, gettext, ngettext, told
from integrations.slack.views.blocks import MAX_FALLBACK_CHARS, Block, BlockMessage, button, context, section, shorten
from integrations.slack.views.draft_message import text_messages
from integrations.slack.views.modals import modal
from integrations.slack.views.mrkdwn import escape

OPEN_WAITING, DISCARD_WAITING = "open_waiting", "discard_waiting"
MAX_SUBJECT_CHARS, MAX_SENDER_CHARS = 100, 80
MAX_SHOWN_BLOCKS = 90
HEADLINE = N_("A draft waits in your mailbox")
# What became of a draft, by its outcome; the reason before it.
ENDS = {
    "own_reply": N_(":leftwards_arrow_with_hook: You answered in your own words; the draft is not needed any more."),
    "deleted": N_(":wastebasket: You deleted the draft."),
    "discarded": N_(":wastebasket: Discarded; the draft is taken out of your mailbox."),
    "accepted": N_(":white_check_mark: Sent as it was drafted."),
    "edited": N_(":white_check_mark: Sent, with your changes."),
    "rejected": N_(":wastebasket: The draft was not used."),
    "expired": N_(":wastebasket: The draft is not needed any more."),
}
DISCARDING = N_(
    ":wastebasket: Discarded. The draft leaves your mailbox within some minutes, unless you have changed it."
)


def waiting_message(job: Job, link: str) -> BlockMessage:
    """Return what tells of a draft, and nothing of its text, which Slack would keep.

    `link` opens it, "" for none: then it is read in a window of Slack.
    """
    lines = [f"*{escape(gettext(HEADLINE))}*", *_about(job)]
    gaps = len(job.draft.questions) if job.draft else 0
    left = ngettext("%(count)s question is left for you.", "%(count)s questions are left for you.", gaps)
    notes: list[Block] = [context(f":pencil2: {left % {'count': gaps}}")] if gaps else []
    discard: Block = {**button("Discard", DISCARD_WAITING, job.id), "confirm": _confirm()}
    has_link = link.startswith(("https://", "http://"))
    opening = button("Open" if has_link else "Read it", OPEN_WAITING, job.id, style="primary")
    buttons: Block = {"type": "actions", "elements": [opening | ({"url": link} if has_link else {}), discard]}
    return BlockMessage(_fallback(gettext(HEADLINE), job), [section("\n".join(lines)), *notes, buttons])


def read_modal(job: Job, draft: Draft) -> Block:
    """Return what shows a whole draft, and where it is to be changed and sent."""
    shown = [block for message in text_messages(draft, allowed_urls=frozenset()) for block in message.blocks]
    where = gettext("It lies in the Drafts folder of your mailbox: change it and send it there.")
    about = [section("\n".join(_about(job)))] if _about(job) else []
    return modal("Draft", [*about, *shown[:MAX_SHOWN_BLOCKS], context(where)])


def over_message(job: Job, outcome: str, why: str) -> BlockMessage:
    """Return the same message when the draft is sent, taken back or not needed; without buttons."""
    return ended_message(job, ENDS.get(why) or ENDS.get(outcome, ENDS["expired"]))


def ended_message(job: Job, words: str) -> BlockMessage:
    """Return the message with a last word of ours in place of its buttons."""
    lines = [*_about(job), told(words)]
    return BlockMessage(_fallback(told(words), job), [section("\n".join(lines))])


def _about(job: Job) -> list[str]:
    """Return who wrote and what about, as quoted lines."""
    subject = shorten(_line(job.inputs.get("subject")), MAX_SUBJECT_CHARS)
    sender = shorten(_line(job.inputs.get("sender_name")), MAX_SENDER_CHARS)
    return [f"> {' · '.join(escape(part) for part in (subject, sender) if part)}"] if subject or sender else []


def _fallback(words: str, job: Job) -> str:
    return shorten(": ".join([words, *(line.removeprefix("> ") for line in _about(job))]), MAX_FALLBACK_CHARS)


def _line(value: object) -> str:
    return " ".join(str(value or "").split())


def _confirm() -> Block:
    return {
        "title": {"type": "plain_text", "text": gettext("Discard this draft?")},
        "text": {
            "type": "plain_text",
            "text": gettext("It is taken out of your mailbox. If you have changed it there, it stays."),
        },
        "confirm": {"type": "plain_text", "text": gettext("Discard")},
        "deny": {"type": "plain_text", "text": gettext("Keep it")},
        "style": "danger",
    }
