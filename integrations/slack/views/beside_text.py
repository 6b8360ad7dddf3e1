"""What stands beside a draft's text in Slack: alerts and hints, ready answers to its questions, sources. Pure."""

import json
from collections.abc import Sequence

from core.drafts import Draft, DraftSource, Gap
from core.text.catalogues import current_locale, gettext, speaking
from core.text.quote_links import without_quote
from integrations.slack.views.blocks import MAX_CONTEXT_CHARS, Block, button, context, long_context, shorten
from integrations.slack.views.mrkdwn import escape, link

MAX_GAP_LINE_CHARS = 160
MAX_SOURCES = 5
MAX_TOLD_APART_CHARS = 40
# A row of ready answers for each gap; a label longer than a button's would be cut in the middle of what it says.
MAX_GAP_ROWS = 5
MAX_CHOICES = 5
FILL_GAP = "fill_gap"


def hint_blocks(draft: Draft, *, is_mail: bool = False) -> list[Block]:
    """Return a block with the other hints of a draft, in their order."""
    label = gettext("Also in the mail:") if is_mail else gettext("Also in the message:")
    told_beside = [f"• {escape(hint.question)}" for hint in draft.hints if not hint.is_alert]
    return [long_context("\n".join([f":eyes: {label}", *told_beside]))] if told_beside else []


def alert_text(draft: Draft) -> str:
    """Return the hints at what may hurt somebody, as mrkdwn; "" for none."""
    return "\n".join(f":warning: {escape(hint.question)}" for hint in draft.alert_hints)


def gap_rows(draft: Draft, job_id: str, places: Sequence[str] = ()) -> list[Block]:
    """Return a question and its ready answers for each that has some; a press puts one in the gap's place.

    Of several questions, whose `places` are all that the draft had at first, each has its number.
    """
    rows: list[Block] = []
    ready = [gap for gap in draft.questions if gap.choices]
    for gap in ready[:MAX_GAP_ROWS]:
        buttons = [
            button(_label(gap, choice), f"{FILL_GAP}:{number}", fill_value(job_id, gap, choice), is_ours=False)
            for number, choice in enumerate(gap.choices[:MAX_CHOICES])
        ]
        asked = gap.question if gap.is_alert else shorten(gap.question, MAX_GAP_LINE_CHARS)
        number = f"{places.index(gap.place) + 1}. " if len(places) > 1 and gap.place in places else ""
        rows += [context(f":pencil2: {number}{escape(asked)}"), {"type": "actions", "elements": buttons}]
    if more := len(ready[MAX_GAP_ROWS:]):
        said = gettext("… and %(count)s more: the text above has them, and they come here as you answer these.")
        rows.append(context(f":pencil2: {said % {'count': more}}"))
    return rows


def _label(gap: Gap, choice: str) -> str:
    """Return what a button of a ready answer says: not the question that it names, which stands above the row."""
    asked, _, answer = choice.rpartition(" \u2013 ")
    return answer if asked.strip("“”„«» ") in gap.question else choice


def fill_value(job_id: str, gap: Gap, choice: str) -> str:
    """Return what a button of a ready answer carries: the job, and which gap and answer by their place and number."""
    return json.dumps({"job": job_id, "place": gap.place, "choice": gap.choices.index(choice)}, ensure_ascii=False)


def sources_line(sources: Sequence[DraftSource], text: str, passages: str = "", language: str = "") -> str:
    """Return where a draft is from: by number where its text cites them, else each place once.

    What has no link of its own opens in the console, below the address `passages`. What an answer cites is named in its
    `language`, "" for that of its reader.
    """
    if any(f"[{source.number}]" in text for source in sources):
        # An answer names a passage for each of its sentences.
        by_number = {source.number: source for source in reversed(sources)}
        numbered = [by_number[number] for number in sorted(by_number)]
        found = _by_document(numbered[:MAX_SOURCES], passages)
        with speaking(language or current_locale()):
            shown = gettext("Sources:") + " " + " · ".join(found)
    else:
        places = {(source.title, without_quote(source.link)): source for source in reversed(sources)}
        found = [_source(source, source.title, passages) for source in reversed(places.values())]
        shown = gettext("From:") + " " + " · ".join(found[:MAX_SOURCES])
    if len(shown) <= MAX_CONTEXT_CHARS:
        return shown
    # A link that is cut leads nowhere; a page opens at its top then.
    shorter = [source.model_copy(update={"link": without_quote(source.link)}) for source in sources]
    return shown if shorter == [*sources] and not passages else sources_line(shorter, text, language=language)


def _by_document(sources: Sequence[DraftSource], passages: str) -> list[str]:
    """Return numbered sources; what several have of one document is named once, with its places behind it."""
    documents = dict[str, list[DraftSource]]()
    for source in sources:
        documents.setdefault(_document(source), []).append(source)
    titles = [_common_title(found) for found in documents.values()]
    shown = list[str]()
    for found, title in zip(documents.values(), titles, strict=True):
        # Two documents of one name are told apart by their day, or by how their address ends.
        other = found[0].date or without_quote(found[0].link).rstrip("/").rpartition("/")[2]
        named = f"{title} ({shorten(other, MAX_TOLD_APART_CHARS)})" if titles.count(title) > 1 and other else title
        places = [source.title.removeprefix(title).removeprefix(", ") for source in found]
        if len(found) == 1:
            shown.append(_source(found[0], f"{found[0].number}. {named}", passages))
            continue
        numbered = [f"{source.number}. {place}".rstrip() for source, place in zip(found, places, strict=True)]
        links = (_source(source, label, passages) for source, label in zip(found, numbered, strict=True))
        shown.append(f"{escape(named)}: {', '.join(links)}")
    return shown


def _document(source: DraftSource) -> str:
    """Return what two passages of one document have alike: where the store holds it, else its address or its name."""
    return source.place.rpartition("/")[0] or without_quote(source.link) or source.title


def _common_title(sources: Sequence[DraftSource]) -> str:
    """Return what the titles of one document's passages begin with alike: its name, without their headings."""
    parts = [source.title.split(", ") for source in sources]
    alike = [first for first, *others in zip(*parts, strict=False) if all(other == first for other in others)]
    return ", ".join(alike) or sources[0].title


def _source(source: DraftSource, label: str, passages: str) -> str:
    if source.link.startswith("https://"):
        return link(source.link, label)
    return link(f"{passages}{source.number}", label) if passages and source.place else escape(label)
