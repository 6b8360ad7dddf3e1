"""Cut text at Slack's limits without breaking words, paragraphs or code blocks."""

from collections.abc import Iterator

FENCE = "```"
_CUTS = ("\n\n", "\n", " ")


def split_mrkdwn(text: str, limit_chars: int) -> list[str]:
    """Return pieces of at most `limit_chars` characters; a code block that is cut is closed and opened again."""
    pieces: list[str] = []
    is_code = False
    for piece in _pieces(text, limit_chars - 2 * (len(FENCE) + 1)):
        opened = f"{FENCE}\n{piece}" if is_code else piece
        is_code = opened.count(FENCE) % 2 == 1
        pieces.append(f"{opened}\n{FENCE}" if is_code else opened)
    return pieces


def split_exactly(text: str, limit_chars: int) -> list[str]:
    """Return pieces that, joined, are the text again; cut after a paragraph, line or word where one ends."""
    pieces: list[str] = []
    rest = text
    while len(rest) > limit_chars:
        cut = next(
            (end for separator in _CUTS if (end := _end_of(rest, separator, limit_chars)) > limit_chars // 2),
            limit_chars,
        )
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest]


def shorten(text: str, limit_chars: int) -> str:
    """Return the text, cut with an ellipsis when it is longer than `limit_chars`."""
    return text if len(text) <= limit_chars else text[: limit_chars - 1].rstrip() + "…"


def _pieces(text: str, limit_chars: int) -> Iterator[str]:
    """Give the pieces without the white space around the cuts; no cut falls inside an entity (`&amp;`) or a fence."""
    rest = text
    while len(rest) > limit_chars:
        cut = next(
            (at for separator in _CUTS if (at := rest.rfind(separator, 0, limit_chars)) > limit_chars // 2),
            limit_chars,
        )
        entity = rest.rfind("&", max(0, cut - 5), cut)
        if entity > 0 and ";" not in rest[entity:cut]:
            cut = entity
        fence = rest.rfind(FENCE, max(0, cut - 2), cut + 2)
        if 0 < fence < cut < fence + len(FENCE):
            cut = fence
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip("\n")
    if rest.strip() or not text:
        yield rest


def _end_of(text: str, separator: str, limit_chars: int) -> int:
    at = text.rfind(separator, 0, limit_chars - len(separator) + 1)
    return -1 if at < 0 else at + len(separator)
