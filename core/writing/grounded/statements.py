"""What passages say to a question: the quotes of each with where they are from, and those that differ told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.drafts import DraftSource
from core.text.sentences import without_half_marks
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.unanswered import words_of


@dataclass(frozen=True)
class PassageAnswer:
    """What one passage says to the question: its quotes, which may be rows of a table."""

    passage: GroundPassage
    quotes: tuple[str, ...]
    are_rows: bool = False

    @property
    def text(self) -> str:
        """The quotes as they are shown: sentences in one line, several rows of a table as a list."""
        quotes = [without_half_marks(quote) for quote in self.quotes]
        return "\n".join(f"- {row}" for row in quotes) if self.are_rows else " ".join(quotes)

    @property
    def cited(self) -> str:
        """The quotes with the number of their passage; of a message with its speaker, who is the "I" in it."""
        speaker = self.passage.speaker
        quoted = f"{speaker}: “{self.text}”" if speaker and not self.are_rows else self.text
        return f"{quoted} [{self.passage.number}]"

    @property
    def sources(self) -> tuple[DraftSource, ...]:
        """The quotes as sources."""
        return tuple(source_of(self.passage, quote, self.text) for quote in self.quotes)


def source_of(passage: GroundPassage, quote: str = "", supports: str = "") -> DraftSource:
    """Return a passage as a source, opened at the quote; without one it is a place to look at."""
    source = passage.as_source(passage.number, quote, supports)
    return source.model_copy(update={"title": passage.title})


def in_order_of_age(statements: Sequence[PassageAnswer]) -> list[PassageAnswer]:
    """Return statements with the newest first, those without a date last."""
    return sorted(statements, key=lambda one: one.passage.date, reverse=True)


def told_apart(question: str, statements: Sequence[PassageAnswer]) -> str:
    """Return statements that differ, each in a line with its date and document."""
    has_dates = all(statement.passage.date for statement in statements)
    lines = [words_of(question).wording("questions.newest" if has_dates else "questions.differ")]
    for statement in statements:
        named = ", ".join(filter(None, (statement.passage.date, statement.passage.document_title)))
        lines.append(f"- {named}: {statement.text} [{statement.passage.number}]")
    return "\n".join(lines)


def as_changed(question: str, statements: Sequence[PassageAnswer]) -> str:
    """Return statements of which one changes or adds to another, each in a line with where it stands."""
    told = (f"- {each.passage.title}: “{each.text}” [{each.passage.number}]" for each in statements)
    return "\n".join([words_of(question).wording("questions.changed"), *told])
