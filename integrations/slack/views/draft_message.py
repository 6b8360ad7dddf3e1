"""The messages that show a draft in Slack, with the buttons below it. Pure: values in, JSON out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.drafts import Draft, Entry, without_hints
from core.job import Job
from core.recipes.model import ASK, Recipe
from core.text.catalogues import N_, counted, gettext, spoken_of, told
from core.text.entries import reasons
from core.text.lexicon import either
from core.text.quote_links import without_quote
from core.writing.grounded.answer_by_meaning import question_language
from integrations.slack.reply_target import SlackTarget
from integrations.slack.views.beside_text import alert_text, gap_rows, hint_blocks, sources_line
from integrations.slack.views.blocks import (
    MAX_FALLBACK_CHARS,
    MAX_SECTION_CHARS,
    Block,
    BlockMessage,
    button,
    context,
    long_context,
    overflow,
    section,
    shorten,
    split_mrkdwn,
)
from integrations.slack.views.mrkdwn import escape, find_urls, to_mrkdwn
from integrations.slack.views.public_text import Doubt, doubt_about, is_unwritten, own_words

MAX_SECTIONS_PER_MESSAGE = 4
MAX_FINDINGS = 4
MAX_QUESTION_CHARS = 200
MAX_ALTERNATIVES = 3
MAX_ALTERNATIVE_CHARS = 200

POST_HERE = "post_here"
POST_TO = "post_to"
EDIT = "edit"
CHANGE = "change"
TRY_AGAIN = "try_again"
DISCARD = "discard"
UNDO = "undo"
EMAIL_FILE = "email_file"
TO_MAILBOX = "to_mailbox"
FEEDBACK = "feedback"
# By whether the draft is shown elsewhere than where it was asked for.
POST_LABELS = {False: N_("Post here"), True: N_("Post where I asked")}
MORE = "more"
OWN_WORDS_WAIT = N_("It can be posted once you put your own words right for your reader: press Edit.")


@dataclass(frozen=True)
class DraftActions:
    """The buttons below an answer.

    Args:
        job_id: goes into each button.
        here: whether there is a conversation to post into.
        mail: whether the answer is an e-mail.
        mailbox: whether the person's mailbox is connected.
        feedback: whether thumbs are shown (only messages that stay, not ephemeral ones).
        doubt: what is asked before it is posted, None for nothing; with a doubt Edit comes first.
        passages: the address below which the console opens what the draft cites; "" for nowhere.
        is_nothing: whether there is no result: then there is nothing to post or to edit.
        is_unwritten: whether every line waits for its person: then nothing can be posted yet.
        elsewhere: whether it is shown elsewhere than in that conversation.
        is_personal: whether it is made for the person alone: posting is no more than offered.
        language: of the answer, "" for that of its person.
        can_undo: whether its person changed the text or had it changed, which can be taken back.
        asked: the places of the draft's questions, in the order by which they are numbered.
    """

    job_id: str
    here: bool
    mail: bool = False
    mailbox: bool = False
    feedback: bool = False
    doubt: Doubt | None = None
    passages: str = ""
    is_nothing: bool = False
    is_unwritten: bool = False
    elsewhere: bool = False
    is_personal: bool = False
    language: str = ""
    can_undo: bool = False
    asked: tuple[str, ...] = ()


def draft_messages(  # noqa: PLR0913 - all that is shown of a draft
    recipes: Mapping[str, Recipe],
    job: Job,
    draft: Draft,
    *,
    public_url: str = "",
    has_mailbox: bool = False,
    notes: Sequence[str] = (),
    can_undo_version: bool = False,
) -> list[BlockMessage]:
    """Return what the asker sees.

    Args:
        recipes: to tell the asker's own words from other people's.
        job: whose draft it is.
        draft: the draft, or what the person made of it.
        public_url: where the console is reached: it opens a passage of a source that has no link of its own.
        has_mailbox: whether the person's mailbox is connected.
        notes: further quiet lines, in mrkdwn.
        can_undo_version: whether an undo brings back the version before.
    """
    target = SlackTarget.from_json(job.delivery)
    reply_to = target.reply_to
    actions = DraftActions(
        job.id,
        here=bool(reply_to.channel) and not reply_to.is_dm,
        mail=target.mail,
        mailbox=has_mailbox,
        feedback=reply_to.is_dm or target.elsewhere,
        doubt=doubt_about(draft),
        passages=_passages(public_url, job),
        is_nothing=draft.is_refusal or (draft.recipe == ASK and draft.skeleton and not draft.sources),
        is_unwritten=is_unwritten(draft),
        elsewhere=target.elsewhere,
        is_personal=target.is_recap,
        language=answer_language(job),
        can_undo=can_undo_version or (job.draft is not None and draft.text != job.draft.text),
        asked=tuple(gap.place for gap in (job.draft or draft).questions),
    )
    # A message that asks stands above its answer.
    shown = draft if target.asked_ts and not target.elsewhere else titled(job, draft)
    return answer_messages(shown, actions, allowed_urls=clickable_urls(recipes, job, draft), notes=notes)


def answer_language(job: Job) -> str:
    """Return the language of an answer, which is that of its question; "" for none, or for that of its person."""
    return spoken_of([question_language(str(job.inputs.get("question") or ""))]) if job.recipe == ASK else ""


def titled(job: Job, draft: Draft) -> Draft:
    """Return an answer with its question as its title, and any other draft as it is."""
    question = shorten(" ".join(str(job.inputs.get("question") or "").split()), MAX_QUESTION_CHARS)
    return draft.model_copy(update={"subject": question}) if job.recipe == ASK and question else draft


def _passages(public_url: str, job: Job) -> str:
    """Return below which address the console opens what an answer cites; only its asker may open it."""
    is_opened = public_url.startswith("https://") and job.recipe == ASK
    return f"{public_url.rstrip('/')}/console/ask/{job.id}/passages/" if is_opened else ""


def clickable_urls(recipes: Mapping[str, Recipe], job: Job, draft: Draft) -> frozenset[str]:
    """Return the addresses that may be clicked: those of the sources, and those the asker typed.

    An address from somebody else's message stays text: a model may have been told to make it a link.
    """
    recipe = recipes.get(job.recipe)
    typed = [
        find_urls(str(value))
        for name, value in job.inputs.items()
        if recipe and (wanted := recipe.input_named(name)) and not wanted.foreign
    ]
    if job.draft and draft.text != job.draft.text:  # what the person wrote into it is theirs, too
        typed.append(find_urls(draft.text) - find_urls(job.draft.text))
    links = {link for source in draft.sources for link in (source.link, without_quote(source.link))}
    return frozenset(link for link in links if link.startswith("https://")).union(*typed)


def answer_messages(
    draft: Draft, actions: DraftActions, *, allowed_urls: frozenset[str], notes: Sequence[str] = ()
) -> list[BlockMessage]:
    """Return the messages that show a draft: text, quiet lines, buttons; several when it is long.

    Args:
        draft: the checked draft, or what the person made of it.
        actions: the buttons.
        allowed_urls: addresses that may be clicked, see `mrkdwn.to_mrkdwn`.
        notes: further quiet lines, in mrkdwn.
    """
    shown = draft.model_copy(update={"text": without_hints(draft.text, draft.gaps)})
    texts = text_messages(shown, allowed_urls=allowed_urls, expand=True)
    quiet = [*gap_rows(draft, actions.job_id, actions.asked), *_quiet_lines(draft, notes, actions)]
    texts[-1].blocks.extend([*hint_blocks(draft, is_mail=actions.mail), *quiet, *_buttons(actions)])
    return texts


def text_messages(draft: Draft, *, allowed_urls: frozenset[str], expand: bool = False) -> list[BlockMessage]:
    """Return the messages that show a draft's text below its alerts; `expand` has a long one shown whole."""
    return _messages(draft_mrkdwn(draft, allowed_urls=allowed_urls), alert_text(draft), expand=expand)


def _with_mentions(mrkdwn: str, mentions: Mapping[str, str]) -> str:
    for name in sorted(mentions, key=len, reverse=True):
        mrkdwn = at_name(escape(name)).sub(f"<@{mentions[name]}>", mrkdwn)
    return mrkdwn


def at_name(name: str) -> re.Pattern[str]:
    """Return what finds "@" and a name; "@Ann" is neither in "@Anna" nor in an address."""
    return either((re.escape(name),), r"(?<![\w/])@", r"(?!\w)", flags=0)


def _messages(shown: str, above: str = "", *, expand: bool = False) -> list[BlockMessage]:
    pieces = [piece for text in ([above] if above else []) + [shown] for piece in split_mrkdwn(text, MAX_SECTION_CHARS)]
    groups = [pieces[at : at + MAX_SECTIONS_PER_MESSAGE] for at in range(0, len(pieces), MAX_SECTIONS_PER_MESSAGE)]
    return [
        BlockMessage(
            shorten(escape_fallback(group[0]), MAX_FALLBACK_CHARS), [section(piece, expand=expand) for piece in group]
        )
        for group in groups
    ]


def escape_fallback(mrkdwn: str) -> str:
    """Return the text of a notification: it is mrkdwn too, so what is escaped stays so."""
    return mrkdwn.replace("```", "").strip() or gettext("Your draft is ready.")


def draft_mrkdwn(draft: Draft, *, allowed_urls: frozenset[str]) -> str:
    """Return the whole text of a draft as mrkdwn."""
    if draft.entries is not None:
        return "\n".join(map(_entry, draft.entries)) or gettext("Nothing was found.")
    said = told(draft.text) if draft.is_refusal else draft.text
    text = to_mrkdwn(said, allowed_urls=allowed_urls)
    if draft.subject:
        text = f"*{escape(draft.subject).replace('*', '')}*\n\n{text}"
    return text or gettext("_There is no text._")


def kept_messages(shown: Sequence[BlockMessage], error: Mapping[str, str], job_id: str) -> list[BlockMessage]:
    """Return a draft that stays since nothing came in its place: above it why, and the job's *Try again* unless "".

    Args:
        shown: the messages of the draft, with its buttons; the last alone where those above it stand still.
        error: the public form of what failed.
        job_id: of the job that failed.
    """
    words = f"{told(error.get('message', 'Something went wrong.'))} {told(error.get('fix', ''))}".strip()
    why = section(f":warning: {gettext('That did not work, and the draft is as it was:')} {escape(words)}")
    if job_id:
        why["accessory"] = button("Try again", TRY_AGAIN, job_id)
    first, *further = shown
    return [BlockMessage(shorten(escape(words), MAX_FALLBACK_CHARS), [why, *first.blocks]), *further]


def error_message(error: Mapping[str, str], job_id: str) -> BlockMessage:
    """Return what a person sees when there is no draft: why, and what of the message is to be seen all the same."""
    message = told(error.get("message", "Something went wrong."))
    text = escape(f"{message} {told(error.get('fix', ''))}".strip())
    look = [f":warning: {escape(line)}" for line in error.get("look_first", "").splitlines()]
    blocks = [section(f":warning: {text}"), *([long_context("\n".join(look))] if look else [])]
    if job_id:
        blocks.append({"type": "actions", "elements": [button("Try again", TRY_AGAIN, job_id)]})
    return BlockMessage(shorten(text, MAX_FALLBACK_CHARS), blocks)


def posted_messages(
    draft: Draft,
    *,
    allowed_urls: frozenset[str],
    user_id: str,
    mentions: Mapping[str, str] | None = None,
    language: str = "",
) -> list[BlockMessage]:
    """Return what everybody sees: the text with the sources that it still cites, under the asker's name.

    `mentions` are the people whom the asker mentioned with an @ before their name: user ids by name. `language` is the
    answer's, "" for that of its person.
    """
    messages = _messages(_with_mentions(draft_mrkdwn(draft, allowed_urls=allowed_urls), mentions or {}))
    if cited := [source for source in draft.sources if f"[{source.number}]" in draft.text]:
        messages[-1].blocks.append(context(sources_line(cited, draft.text, language=language)))
    messages[-1].blocks.append(context(f"<@{user_id}> · {gettext('drafted with Inlaid')}"))
    return messages


def _entry(entry: Entry) -> str:
    lines = [
        f"*{escape(entry.heading).replace('*', '')}*" if entry.heading else "",
        f"• {escape(entry.in_line())}",
        f"> _{escape(entry.quote).replace('_', ' ')}_" if entry.quote else "",
        *(escape(reason) for reason in reasons(entry)),
    ]
    return "\n".join(line for line in lines if line)


def _quiet_lines(draft: Draft, notes: Sequence[str], actions: DraftActions) -> list[Block]:
    # The others stand whole in the text above.
    left = [gap.question for gap in draft.questions if not gap.choices and gap.place not in draft.text]
    lines = [f":pencil2: {gettext('Left for you:')} {escape(question)}" for question in left]
    lines += [f":warning: {escape(told(finding.sentence))}" for finding in draft.findings[:MAX_FINDINGS]]
    if more := len(draft.findings[MAX_FINDINGS:]):
        lines.append(counted("… and %(shown)s more remark.", "… and %(shown)s more remarks.", more))
    if own_words(draft):
        lines.append(f":pencil2: {gettext(OWN_WORDS_WAIT)}")
    if draft.skeleton:
        lines += _what_to_do(draft)
    lines += [escape(told(notice)) for notice in draft.notices]
    has_ready = any(gap.choices for gap in draft.questions)
    others = () if has_ready else draft.alternatives[:MAX_ALTERNATIVES]
    lines += [f"{gettext('Or this:')} {escape(shorten(text, MAX_ALTERNATIVE_CHARS))}" for text in others]
    lines += notes
    quiet = [long_context("\n".join(lines))] if lines else []
    if draft.sources:
        quiet.append(context(sources_line(draft.sources, draft.text, actions.passages, actions.language)))
    return quiet


def _what_to_do(draft: Draft) -> list[str]:
    """Return what may be done about a draft that is no result: a question that is not answered wants a document."""
    if draft.recipe == ASK or draft.is_refusal:
        return []  # The notices or the text say it.
    reason = next((step.reason for step in draft.escalations if step.to == "skeleton"), "")
    if not reason:
        return [f":pencil2: {gettext('This needs your words.')}"]
    return [f":pencil2: {gettext('This needs your words:')} {escape(told(reason))}"]


def _buttons(actions: DraftActions) -> list[Block]:
    """Return one row: what people do most as buttons, the first of them marked, and a menu with the rest."""
    job_id = actions.job_id
    edit = button("Edit", EDIT, job_id, style="primary" if actions.doubt else "")
    label, style = POST_LABELS[actions.elsewhere], "" if actions.doubt or actions.is_personal else "primary"
    here = button(label, POST_HERE, job_id, style=style)
    if actions.doubt:
        here["confirm"] = _confirmation(actions.doubt)
    is_marked = actions.mail and not actions.doubt
    drafts = button("Put into my Drafts", TO_MAILBOX, job_id, style="primary" if is_marked else "")
    file = button("Get it as a mail file", EMAIL_FILE, job_id, style="primary" if is_marked else "")
    # A mail belongs into the mailbox; it can be posted all the same.
    here["style"] = "" if actions.mail else here.get("style", "")
    here = {name: value for name, value in here.items() if value}
    posting = here if actions.here else button("Post to…", POST_TO, job_id)
    row = [
        (drafts if actions.mailbox else file) if actions.mail else None,
        edit if actions.doubt else None,
        None if actions.is_unwritten else posting,
        None if actions.doubt else edit,
        button("Change…", CHANGE, job_id),
        button("Undo", UNDO, job_id) if actions.can_undo else None,
    ]
    if actions.is_nothing:
        row = row[-2:]
    rest = [
        ("Post to…", POST_TO) if actions.here and not (actions.is_nothing or actions.is_unwritten) else None,
        ("Get it as a mail file", EMAIL_FILE) if actions.mail and actions.mailbox else None,
        ("Try again", TRY_AGAIN),
        ("Discard", DISCARD),
    ]
    menu = overflow(MORE, [(label, f"{act}:{job_id}") for label, act in filter(None, rest)])
    made: list[Block] = [{"type": "actions", "elements": [*(button for button in row if button), menu]}]
    return [*made, *([_thumbs(job_id)] if actions.feedback else [])]


def _confirmation(doubt: Doubt) -> Block:
    return {
        "title": {"type": "plain_text", "text": doubt.title},
        "text": {"type": "plain_text", "text": doubt.text},
        "confirm": {"type": "plain_text", "text": gettext("Post anyway")},
        "deny": {"type": "plain_text", "text": gettext("Not yet")},
    }


def _thumbs(job_id: str) -> Block:
    def thumb(label: str, value: str) -> Block:
        return {
            "text": {"type": "plain_text", "text": label},
            "value": f"{value}:{job_id}",
            "accessibility_label": label,
        }

    buttons = {
        "type": "feedback_buttons",
        "action_id": FEEDBACK,
        "positive_button": thumb(gettext("Good answer"), "good"),
        "negative_button": thumb(gettext("Bad answer"), "bad"),
    }
    return {"type": "context_actions", "elements": [buttons]}
