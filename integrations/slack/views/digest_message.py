"""The digest of a scan as a message: what is new and what has grown, each with its words and where they stand. Pure."""

from collections.abc import Sequence

from core.signals.digest import DigestSignal, SignalDigest, shortened
from core.signals.model import SEVERITIES
from integrations.slack.views.blocks import (
    MAX_FALLBACK_CHARS,
    Block,
    BlockMessage,
    context,
    section,
    shorten,
)
from integrations.slack.views.mrkdwn import escape, link

MAX_TOLD = 10
_MAX_TEXT_CHARS, _MAX_TITLE_CHARS, _MAX_QUIET = 300, 80, 3
_SIGNS = {1: ":white_circle:", 2: ":large_orange_circle:", 3: ":red_circle:"}


def digest_message(digest: SignalDigest, *, notes: Sequence[str] = (), address: str = "") -> BlockMessage:
    """Return the message; a notification shows its first line.

    Args:
        digest: what the readers may read.
        notes: further quiet lines.
        address: of the page of signals, "" for none.
    """
    blocks: list[Block] = [section(f"*{escape(digest.headline).replace('*', '')}*")]
    for told in digest.told[:MAX_TOLD]:
        blocks += _told(told, digest)
    quiet = [shortened(signal.text, _MAX_TITLE_CHARS) for signal in digest.quiet[:_MAX_QUIET]] if digest.told else []
    more = len(digest.told) - MAX_TOLD
    lines = [f"And {more} more."] if more > 0 else []
    lines += [f"Without news: {escape('; '.join(quiet))}"] if quiet else []
    lines += [escape(note) for note in notes]
    lines += [link(address, "See all of it and decide")] if address.startswith("https://") else []
    return BlockMessage(
        shorten(escape(digest.headline), MAX_FALLBACK_CHARS), [*blocks, *([context("\n".join(lines))] if lines else [])]
    )


def _told(told: DigestSignal, digest: SignalDigest) -> list[Block]:
    signal, quote = told.signal, told.signal.quotes[0] if told.signal.quotes else None
    label = f"{_SIGNS[signal.severity]} *{escape(signal.kind.capitalize())}* · {SEVERITIES[signal.severity]}"
    label += f" · {told.movement} · {told.counted}"
    words = signal.text if quote is None or quote.quote in signal.text else quote.quote
    said = escape(shortened(words, _MAX_TEXT_CHARS))
    if quote is None:
        return [section(f"{label}\n> {said}")]
    title = shortened(quote.title, _MAX_TITLE_CHARS)
    shown = link(quote.link, title) if quote.link.startswith("https://") else escape(title)
    where = " · ".join(part for part in (escape(quote.who), digest.day(quote.said_at), shown) if part)
    return [section(f"{label}\n> {said}"), context(where)]
