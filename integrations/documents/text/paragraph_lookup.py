"""Finds the paragraph that an edit means, in a document that may have changed elsewhere since it was read."""

from collections.abc import Sequence

from integrations.documents.refusal import Refused
from integrations.documents.text.document import Located

_CHANGED = "The paragraph has changed since it was read, or is gone. Read the document again."


class Addresses:
    """All paragraphs of the current view by id, and by story and hash."""

    def __init__(self, paragraphs: Sequence[Located]) -> None:
        self._by_id = {located.id: located for located in paragraphs}
        self._by_hash: dict[tuple[str, str], list[Located]] = {}
        for located in paragraphs:
            self._by_hash.setdefault((located.story.name, located.hash), []).append(located)

    def find(self, paragraph_id: str, known_hash: str = "") -> Located:
        """Return the paragraph with this id and text.

        Raises:
            Refused: there is none, it has changed, or several could be meant.
        """
        story, _, rest = paragraph_id.partition(":")
        wanted = rest.partition(":")[0]
        if not wanted:
            raise Refused(f'There is no paragraph with the id "{paragraph_id[:60]}".')
        if known_hash and known_hash != wanted:
            raise Refused(_CHANGED)
        if paragraph_id in self._by_id:
            return self._by_id[paragraph_id]
        candidates = self._by_hash.get((story, wanted), [])
        if not candidates:
            raise Refused(_CHANGED)
        if len(candidates) > 1:
            raise Refused("Several paragraphs have the text that this id stands for. Read the document again.")
        return candidates[0]
