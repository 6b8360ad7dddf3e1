"""The original below a reply, as mail programs write it, in the language of the mail: pure."""

import html
from datetime import datetime

import nh3
from lxml import html as lxml_html

from core.text.language import detect_language
from integrations.mail.message.html_text import MAX_QUOTED_CHARS, visible_tree
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import split_text

_MAX_QUOTED_CHARS = 100_000
_TAG_NAMES = (
    "a b blockquote br caption code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup table tbody"
    " td tfoot th thead tr u ul"
)
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

# With a date, and without one. {sender} is a name with its address.
_ATTRIBUTIONS = {
    "en": ("On {date:%Y-%m-%d} at {date:%H:%M}, {sender} wrote:", "{sender} wrote:"),
    "de": ("Am {date:%d.%m.%Y} um {date:%H:%M} schrieb {sender}:", "{sender} schrieb:"),
    "fr": ("Le {date:%d/%m/%Y} à {date:%H:%M}, {sender} a écrit :", "{sender} a écrit :"),
    "es": ("El {date:%d/%m/%Y} a las {date:%H:%M}, {sender} escribió:", "{sender} escribió:"),
    "it": ("Il giorno {date:%d/%m/%Y} alle {date:%H:%M}, {sender} ha scritto:", "{sender} ha scritto:"),
    "nl": ("Op {date:%d-%m-%Y} om {date:%H:%M} schreef {sender}:", "{sender} schreef:"),
    "pt": ("Em {date:%d/%m/%Y} às {date:%H:%M}, {sender} escreveu:", "{sender} escreveu:"),
    "sv": ("Den {date:%Y-%m-%d} kl. {date:%H:%M} skrev {sender}:", "{sender} skrev:"),
    "pl": ("W dniu {date:%d.%m.%Y} o {date:%H:%M} {sender} pisze:", "{sender} pisze:"),
    "ja": ("{date:%Y/%m/%d} {date:%H:%M} {sender} のメール:", "{sender} のメール:"),
    "zh": ("在 {date:%Y-%m-%d} {date:%H:%M},{sender} 写道:", "{sender} 写道:"),
}


def attribution(original: Message, language: str) -> str:
    """Return the line that says who wrote what stands below it. Unknown languages get English."""
    dated, undated = _ATTRIBUTIONS.get(language, _ATTRIBUTIONS["en"])
    sender = str(original.sender) or original.subject or "?"
    if original.date is None:
        return undated.format(sender=sender)
    return dated.format(sender=sender, date=_plain_date(original.date))


def mail_language(original: Message) -> str:
    """Return the language of a mail by its new text, failing that by all of it, then its subject; "en" if unclear."""
    new_text = split_text(original.text).new_text
    return next(filter(None, map(detect_language, (new_text, original.text, original.subject))), "en")


def quoted_text(original: Message) -> str:
    """Return the original's text with quote marks; deeper quotes keep theirs."""
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in _lines(original))


def quoted_html(original: Message, announced: str) -> str:
    """Return the original as a quote in HTML: with the part of its markup that is safe, else its text, escaped."""
    cite = f' cite="mid:{html.escape(original.message_id.strip("<>"))}"' if original.message_id else ""
    return (
        f'<div class="gmail_quote"><div class="gmail_attr">{html.escape(announced)}</div>\n'
        f'<blockquote type="cite"{cite} style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">\n'
        + (quotable_html(original.html) or "<br>\n".join(_spaced(html.escape(line)) for line in _lines(original)))
        + "\n</blockquote></div>"
    )


def _spaced(line: str) -> str:
    """Keep what indents a line: HTML would swallow it."""
    content = line.lstrip(" \t")
    return "&nbsp;" * min(20, len(line) - len(content)) + content


def _lines(original: Message) -> list[str]:
    text = original.text
    if len(text) > _MAX_QUOTED_CHARS:
        text = text[:_MAX_QUOTED_CHARS].rpartition("\n")[0] + "\n[...]"
    return text.split("\n")


def _plain_date(date: datetime) -> datetime:
    """Return the wall clock time of the sender, as it stood in the mail."""
    return date.replace(tzinfo=None)


def quotable_html(source: str) -> str:
    """Return an HTML mail as a fragment to be quoted; "" when it cannot be, and its text has to stand for it.

    Kept are paragraphs, lists, tables, emphasis and links of the web and to addresses. Pictures are left out, since
    most are somewhere else and tell that a mail was opened; what they show in words stays.
    """
    if not source or len(source) > MAX_QUOTED_CHARS:
        return ""
    try:
        shown = _shown(source)
    except ValueError:  # lxml moves no text that holds control characters; no mail program writes such
        return ""
    return nh3.clean(shown, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None).strip()


def _shown(source: str) -> str:
    """Return the HTML of what a person sees, with words in place of pictures, not yet safe."""
    tree = visible_tree(source)
    if tree is None:
        return ""
    for picture in list(tree.iter("img")):
        words = " ".join((picture.get("alt") or "").split())[:200]
        picture.tail = f"{words}{picture.tail or ''}"
        picture.drop_tree()
    return str(lxml_html.tostring(tree, encoding="unicode", with_tail=False))
