"""What a sentence needs beside it: the one that holds its noun, and the later one that corrects it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.text.statements import Statement

_MOST_QUOTED, _MOST_WORDS = 3, 70
_NEAR, _CORRECTED_WITHIN = 4, 8
_FEW_STEMS = 2
_MOMENTS = frozenset({"weekday", "date", "day", "time"})
_AMOUNTS = frozenset({"money", "number", "percent"})

Chain = tuple[Statement, ...]


@dataclass(frozen=True)
class Context:
    """The statements of a text, and which of them a later one corrects."""

    statements: Sequence[Statement]

    def chain(self, statement: Statement) -> Chain:
        """Return a statement after what it points back to and before what corrects it; () when that is not found."""
        before = self._before(statement, _MOST_QUOTED)
        after = self.correction_of(statement)
        chain = (*before, after) if before and after else before
        return chain if sum(len(one.text.split()) for one in chain) <= _MOST_WORDS else ()

    def _before(self, statement: Statement, room: int) -> Chain:
        if claim := self.claim_of(statement):
            return (claim, statement)
        if statement.points_back or (room == _MOST_QUOTED and len(statement.stems) <= _FEW_STEMS):
            for earlier in reversed(self.statements[max(0, statement.place - _NEAR) : statement.place]):
                if len(earlier.stems) >= _FEW_STEMS and not earlier.is_empty and room > 1:
                    chain = self._before(earlier, room - 1)
                    return (*chain, statement) if chain else ()
        return () if statement.points_back else (statement,)

    def claim_of(self, statement: Statement) -> Statement | None:
        """Return the earlier statement that this one corrects."""
        if "correction" not in statement.does:
            return None
        for kinds in (_MOMENTS, _AMOUNTS):
            if not kinds & set(statement.facts):
                continue
            for earlier in reversed(self.statements[max(0, statement.place - _CORRECTED_WITHIN) : statement.place]):
                if kinds & set(earlier.facts) and not earlier.asks and "correction" not in earlier.does:
                    return earlier
        return None

    def correction_of(self, statement: Statement) -> Statement | None:
        """Return the last statement that corrects this one."""
        later = self.statements[statement.place + 1 : statement.place + 1 + _CORRECTED_WITHIN]
        return next((one for one in reversed(later) if self.claim_of(one) is statement), None)
