"""The sentences of a text, and who says them."""

from collections.abc import Sequence

from core.cached_property import cached_property
from core.writing.roles import RoledSentence


class Context:
    """The sentences of a text, and who says them."""

    def __init__(self, sentences: Sequence[RoledSentence]) -> None:
        self.sentences = sentences

    @cached_property
    def people(self) -> list[str]:
        """Who speaks, in order."""
        return list(dict.fromkeys(one.statement.speaker for one in self.sentences if one.statement.speaker))
