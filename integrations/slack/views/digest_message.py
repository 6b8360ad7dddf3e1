"""The digest of a scan as a message: what is new and what has grown, each with its words and where they stand. Pure."""

from collections.abc import Sequence

from core.signals.digest import MAX_TOLD, DigestSignal, SignalDigest, shortened
from core.signals.model import SEVERITIES
from core.text.catalogues import gettext, told
from integrations.slack.views.blocks import (
    MAX_FALLBACK_CHARS,
    Block,
    BlockMessage,
    button,
    context,
    section,
    shorten,
)
from integrations.slack.views.mrkdwn import escape, link

STOP_SCAN = "stop_scan"
_MAX_TEXT_CHARS, _MAX_TITLE_CHARS = 300, 80
_SIGNS = {1: ":white_circle:", 2: ":large_orange_circle:", 3: ":red_circle:"}


def digest_message(digest: SignalDigest, *, notes: Sequence[str] = (), address: str = "") -> BlockMessage:
    """Return the message; a notification shows its first line.

    Args:
        digest: what the readers may read.
        notes: further quiet lines.
        address: of the page of signals, "" for none.
    """
    blocks: list[Block] = [section(f"*{escape(digest.headline).replace('*', '')}*")]
    title = ""
    for signal in digest.told[:MAX_TOLD]:
        blocks += _told(signal, digest, title)
        title = signal.signal.quotes[0].title if signal.signal.quotes else ""
    has_page = address.startswith("https://")
    lines = [rest] if (rest := digest.rest_line(has_page=has_page)) else []
    lines += [escape(digest.quiet_line)] if digest.quiet_line else []
    lines += [escape(told(note)) for note in notes]
    lines += [link(address, gettext("See all of it and decide"))] if has_page else []
    return BlockMessage(
        shorten(escape(digest.headline), MAX_FALLBACK_CHARS), [*blocks, *([context("\n".join(lines))] if lines else [])]
    )


def stop_block(scan_id: str) -> Block:
    """Return the button that ends a scan by a schedule."""
    return {"type": "actions", "elements": [button("Stop this scan", STOP_SCAN, scan_id)]}


def _told(moved: DigestSignal, digest: SignalDigest, title_before: str) -> list[Block]:
    """Return a signal and where it stands; the title of the one before it is not said once more."""
    signal, quote = moved.signal, moved.signal.quotes[0] if moved.signal.quotes else None
    label = (
        f"{_SIGNS[signal.severity]} *{escape(told(signal.kind).capitalize())}* · {told(SEVERITIES[signal.severity])}"
    )
    label += f" · {moved.moved} · {moved.counted}"
    words = signal.text if quote is None or quote.quote in signal.text else quote.quote
    said = escape(shortened(words, _MAX_TEXT_CHARS))
    if quote is None:
        return [section(f"{label}\n> {said}")]
    has_link, day = quote.link.startswith("https://"), digest.day(quote.said_at)
    title = shortened(quote.title, _MAX_TITLE_CHARS) if quote.title != title_before else ""
    shown = link(quote.link, title) if has_link and title else escape(title)
    when = link(quote.link, day) if has_link and not title else day
    where = " · ".join(part for part in (escape(quote.who), when, shown) if part)
    return [section(f"{label}\n> {said}"), context(where)]
