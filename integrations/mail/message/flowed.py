"""Text with soft line breaks, `format=flowed` (RFC 3676): read as paragraphs, and written so that any window fits it.

A line that ends with a blank goes on in the next one. What would be taken for a quote, or for a line of an mbox file,
is set off by one blank, which the reader takes away. Pure and linear.
"""

import re

_SIGNATURE = "-- "
# Of what is written, with its quote marks; longer words stay whole.
_MAX_LINE_CHARS = 72
_STUFFED = (" ", ">", "From ")
_WORD = re.compile(r"[^ ]+ *| +")


def unflow(text: str, *, delete_space: bool) -> str:
    """Join soft line breaks; `delete_space` is the DelSp parameter: the blank at their end is no part of the text."""
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.replace("\r\n", "\n").split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        is_signature = content == _SIGNATURE or (depth > 0 and content == f" {_SIGNATURE}")
        content = content.removeprefix(" ")
        soft = content.endswith(" ") and not is_signature
        kept = content[:-1] if soft and delete_space else content
        # Many programs leave a blank at the end of each line; an empty line still parts paragraphs.
        if depth == open_depth and content and not is_signature:
            paragraphs[-1].append(kept)
        else:
            # A mark that was set off is no quote.
            set_off = " " if not depth and line.startswith(" >") else ""
            marks = f"{'>' * depth} " if depth and kept else ">" * depth
            paragraphs.append([f"{marks}{set_off}{kept}"])
        open_depth = depth if soft else -1
    return "\n".join("".join(pieces) for pieces in paragraphs)


def flow(text: str) -> str:
    """Return a text with soft line breaks; quoted lines keep their marks on each line."""
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line))


def _pieces(line: str) -> list[str]:
    content = line.lstrip(">")
    depth = len(line) - len(content)
    content = content.removeprefix(" ") if depth else content
    if content == _SIGNATURE and not depth:
        return [line]
    pieces = [""]
    for word in _WORD.findall(content.rstrip(" ")):
        is_full = depth + 1 + len(pieces[-1]) + len(word.rstrip(" ")) > _MAX_LINE_CHARS
        if is_full and pieces[-1] not in {"", _SIGNATURE}:
            pieces.append("")
        pieces[-1] += word
    is_set_off = [bool(piece) and (depth > 0 or piece.startswith(_STUFFED)) for piece in pieces]
    return [f"{'>' * depth}{' ' * set_off}{piece}" for piece, set_off in zip(pieces, is_set_off, strict=True)]
