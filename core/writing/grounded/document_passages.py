"""An open document as passages that a question about it is answered from."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.text.content import Ranking, content_stems
from core.writing.grounded.passages import GroundPassage

_PASSAGE_CHARS = 1_200
# What an answer is looked for in; the rest of a long document has less in common with the question.
_MAX_PASSAGES = 40
_TITLE_WORDS = 8


def document_passages(paragraphs: Sequence[Mapping[str, Any]], asked: str) -> list[GroundPassage]:
    """Return the passages of a document that have most in common with what is asked, in their order.

    Args:
        paragraphs: its `text` and `heading_level` each, 0 for what is no heading.
        asked: the question, and those before it.
    """
    whole = [*_passages(paragraphs)]
    if len(whole) <= _MAX_PASSAGES:
        return whole
    ranking = Ranking([content_stems(f"{passage.title} {passage.text}") for passage in whole])
    return [whole[place] for place in sorted(ranking.best(set(content_stems(asked)), _MAX_PASSAGES))]


def _passages(paragraphs: Sequence[Mapping[str, Any]]) -> Sequence[GroundPassage]:
    found: list[GroundPassage] = []
    heading, lines, is_told = "", list[str](), True

    def end() -> None:
        nonlocal is_told
        # A heading may say all there is, such as an entry of an agenda.
        if text := "\n\n".join(lines) or ("" if is_told else heading):
            # One document: what its passages say differently is no contradiction between two.
            title = heading or " ".join(text.split()[:_TITLE_WORDS])
            found.append(GroundPassage(0, title, "", text, document="document", kind="file"))
            lines.clear()
        is_told = True

    for paragraph in paragraphs:
        text = str(paragraph.get("text", "")).replace("\ufffc", " ").strip()
        if paragraph.get("heading_level"):
            end()
            heading, is_told = text, False
        elif text:
            if lines and sum(map(len, lines)) + len(text) > _PASSAGE_CHARS:
                end()
            lines.append(text)
    end()
    return found
