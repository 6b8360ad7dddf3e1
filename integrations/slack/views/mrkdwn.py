"""Markdown to Slack's mrkdwn and back to plain text. Text from models and messages comes out inert.

mrkdwn has control sequences in angle brackets (`<!channel>`, `<@U1>`, `<url|label>`), so `&`, `<` and `>` are
escaped everywhere, as https://docs.slack.dev/messaging/formatting-message-text says; only links that the caller
allows become links again.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BREAK = "\u200b"
QUOTE = "\u02cb"  # looks like a backtick and ends no code
_BROADCAST = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
# Control characters and those that show nothing or turn the direction of text; line breaks and tabs stay.
_HIDDEN = dict.fromkeys(
    code
    for first, last in (
        (0x00, 0x08),
        (0x0B, 0x0C),
        (0x0E, 0x1F),
        (0x7F, 0x7F),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x2069),
        (0xFEFF, 0xFEFF),
        (0xE0000, 0xE007F),
    )
    for code in range(first, last + 1)
)
_URL = re.compile(r"\b(?:https?|ftp|slack|mailto|tel)://?[^\s<>|`\"]+[^\s<>|`\".,;:!?)\]}'*_]", re.IGNORECASE)
_CONTROL = re.compile(r"<([^<>\n]{1,2000}?)>")
_LABELLED = re.compile(r"\[([^\]\n]{0,500}+)\]\(\s{0,20}+<?([^)\s>]{1,2000}+)>?[^)\n]{0,500}+\)")
_SPACES_PER_LEVEL = 4


def escape(text: str) -> str:
    """Return text that mrkdwn shows as it is: no control sequence, no broadcast, no hidden character."""
    visible = text.translate(_HIDDEN)
    escaped = visible.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub("@" + BREAK, escaped)


def find_urls(text: str) -> frozenset[str]:
    """Return the addresses in a text."""
    return frozenset(match[0] for match in _URL.finditer(text))


def link(url: str, label: str) -> str:
    """Return a link of our own making; the label cannot break out of it."""
    return f"<{url.replace('|', '%7C').replace('>', '%3E').replace('<', '%3C')}|{escape(label).replace('|', '¦')}>"


def to_mrkdwn(markdown: str, *, allowed_urls: Collection[str] = ()) -> str:
    """Return the mrkdwn form of a Markdown text.

    Args:
        markdown: headings, emphasis, code, lists, quotes, tables and links are understood; HTML is text.
        allowed_urls: the only addresses that may be clicked. Others are shown as code, which Slack leaves alone.
    """
    return _Writer(frozenset(allowed_urls)).blocks(_parser().parse(markdown.translate(_HIDDEN))).strip("\n")


def inert_markdown(text: str) -> str:
    """Return Markdown for Slack's `markdown_text` (streaming) without mentions, links and images."""
    visible = text.translate(_HIDDEN).replace("![", "[")
    unlinked = _LABELLED.sub(lambda found: f"{found[1]} ({found[2]})" if found[1] else found[2], visible)
    tamed = _URL.sub(lambda found: found[0].replace(":", ":" + BREAK, 1), unlinked)
    return _BROADCAST.sub("@" + BREAK, tamed.replace("<", "<" + BREAK))


def plain_text(mrkdwn: str, names: Mapping[str, str]) -> str:
    """Return a Slack message as a person reads it: names for ids, labels with addresses, entities resolved.

    Args:
        mrkdwn: the `text` of a message.
        names: display names by user id.
    """
    shown = _CONTROL.sub(lambda found: _control_text(found[1], names), mrkdwn)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned_users(mrkdwn: str) -> tuple[str, ...]:
    """Return the user ids that a message mentions."""
    return tuple(dict.fromkeys(re.findall(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", mrkdwn)))


def without_mention(mrkdwn: str) -> str:
    """Return a message without the first mention in it, which is what called the app."""
    return re.sub(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>", "", mrkdwn, count=1).strip()


def _control_text(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return "@" + (names.get(target[1:]) or label or "somebody")
    if target.startswith("#"):
        return "#" + (label or "channel")
    if target.startswith("!"):
        return label or "@" + target[1:].split("^")[0]
    address = target.removeprefix("mailto:")
    return f"{label} ({address})" if label and label not in (target, address) else address


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("entity")


class _Writer:
    """Walks the tokens of a parsed text and writes mrkdwn."""

    def __init__(self, allowed_urls: frozenset[str]) -> None:
        self._allowed_urls = allowed_urls
        self._lists: list[int | None] = []
        self._quotes = 0
        self._is_new_item = False

    def blocks(self, tokens: "Sequence[Token]") -> str:
        lines: list[str] = []
        at = 0
        while at < len(tokens):
            if tokens[at].type == "table_open":
                end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
                lines += [_table(tokens[at:end]), ""]
                at = end
            else:
                self._block(tokens[at], tokens[at - 1] if at else None, lines)
            at += 1
        return "\n".join(lines)

    def _block(self, token: "Token", before: "Token | None", lines: list[str]) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            start = None if token.type.startswith("bullet") else int(token.attrs.get("start", 1))
            self._lists.append(start)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self._lists.pop()
            if not self._lists:
                lines.append("")
        elif token.type == "list_item_open":
            self._is_new_item = True
        elif token.type in {"blockquote_open", "blockquote_close"}:
            self._quotes += 1 if token.type.endswith("open") else -1
        elif token.type == "inline":
            self._inline_block(token, before, lines)
        elif token.type in {"fence", "code_block"}:
            lines += ["```\n" + _code(token.content).rstrip("\n") + "\n```", ""]
        elif token.type == "hr":
            lines += ["———", ""]

    def _inline_block(self, token: "Token", before: "Token | None", lines: list[str]) -> None:
        text = self._inline(token.children or ())
        if before is not None and before.type == "heading_open":
            text = f"*{text.replace('*', '')}*"
        if self._lists:
            indent = " " * _SPACES_PER_LEVEL * (len(self._lists) - 1)
            lines.append(indent + self._bullet() + text.replace("\n", "\n" + indent + "  "))
        else:
            lines += [text, ""]
        if self._quotes:
            part = lines[-2 if lines[-1] == "" else -1]
            lines[-2 if lines[-1] == "" else -1] = "\n".join(f"> {line}" for line in part.split("\n"))

    def _bullet(self) -> str:
        number = self._lists[-1]
        if not self._is_new_item:
            return "  "
        self._is_new_item = False
        if number is None:
            return "• "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _inline(self, tokens: "Sequence[Token]") -> str:
        written: list[str] = []
        urls: list[tuple[str, int]] = []
        marks = {"strong": "*", "em": "_", "s": "~"}
        for token in tokens:
            kind = token.type.removesuffix("_open").removesuffix("_close")
            if kind in marks:
                written.append(marks[kind])
            elif token.type == "code_inline":
                written.append(f"`{_code(token.content)}`")
            elif token.type == "link_open":
                urls.append((str(token.attrs.get("href", "")), len(written)))
            elif token.type == "link_close":
                url, start = urls.pop()
                written[start:] = [self._link(url, "".join(written[start:]))]
            elif token.type in {"softbreak", "hardbreak"}:
                written.append("\n")
            else:  # text, and an image's alternative text
                written.append(self._text(token.content, inside_link=bool(urls)))
        return "".join(written)

    def _text(self, text: str, *, inside_link: bool) -> str:
        if inside_link:
            return escape(text)
        pieces: list[str] = []
        at = 0
        for found in _URL.finditer(text):
            pieces += [escape(text[at : found.start()]), self._link(found[0], "")]
            at = found.end()
        return "".join(pieces) + escape(text[at:])

    def _link(self, url: str, label: str) -> str:
        """Return a link when it is allowed; else the label with the address as code, which cannot be clicked."""
        if url in self._allowed_urls:
            return f"<{url.replace('|', '%7C').replace('>', '%3E')}|{label.replace('|', '¦') or escape(url)}>"
        shown = f"`{_code(url)}`"
        return f"{label} ({shown})" if label and label != escape(url) else shown


def _code(text: str) -> str:
    """Return text for inside backticks, where mrkdwn still reads control sequences."""
    return escape(text).replace("`", QUOTE)


def _table(tokens: "Sequence[Token]") -> str:
    """Return a table as aligned plain text in a code block: mrkdwn has no tables."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content.translate(_HIDDEN).replace("`", "").replace("**", ""))
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "```\n" + _code("\n".join(lines)) + "\n```"
