"""What a sentence needs beside it: the one that holds its noun, and the later one that corrects it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.text.statements import Statement

_MOST_QUOTED, _MOST_WORDS = 4, 75
_NEAR, _CORRECTED_WITHIN = 8, 8
_FEW, _FEW_WORDS, _SHORT_WORDS = 2, 20, 10
_MOMENTS = frozenset({"weekday", "date", "day", "time"})
_AMOUNTS = frozenset({"money", "number", "percent"})

Chain = tuple[Statement, ...]


@dataclass(frozen=True)
class Context:
    """The statements of a text, and which of them a later one corrects."""

    statements: Sequence[Statement]

    def chain(self, statement: Statement) -> Chain:
        """Return a statement after what it points back to and before what corrects it; () when that is not found."""
        claim = self.claims.get(statement.place)
        chain = (*self._with_noun(claim), statement) if claim else self._with_noun(statement)
        if chain:
            after = [one for one in self.corrections.get(statement.place, ()) if one not in chain]
            chain = (*chain, *after, *self._listed_below(statement))
        return chain if sum(len(one.text.split()) for one in chain) <= _MOST_WORDS else ()

    def _with_noun(self, statement: Statement) -> Chain:
        if not (statement.points_back or _is_thin(statement)):
            return (*self._question_before(statement), statement)
        between: list[Statement] = []
        for earlier in reversed(self.statements[max(0, statement.place - _NEAR) : statement.place]):
            says = _says(earlier)
            if says and not earlier.points_back and len(between) < _MOST_QUOTED - 1:
                return (*self._beginning(earlier), earlier, *reversed(between), statement)
            # What stands between in the same breath, and what was said just before, may hold the noun.
            if says and earlier.turn >= statement.turn - 1:
                between.append(earlier)
        return () if statement.points_back else (statement,)

    def _question_before(self, statement: Statement) -> Chain:
        """Return the question of another that a short statement answers."""
        before = self.statements[statement.place - 1 : statement.place] if statement.place else ()
        is_short = len(statement.text.split()) <= _SHORT_WORDS
        is_answer = is_short and not statement.asks and not statement.does & {"request", "promise"}
        return tuple(one for one in before if is_answer and one.asks and one.turn < statement.turn
                     and _says(one) and not one.points_back)  # fmt: skip

    def _beginning(self, statement: Statement) -> Chain:
        """Return what was said before in the same turn, when it is little."""
        said = [one for one in self.statements[max(0, statement.place - _NEAR) : statement.place]
                if one.turn == statement.turn and _says(one) and one.speaker]  # fmt: skip
        return tuple(said) if sum(len(one.text.split()) for one in said) <= _FEW_WORDS else ()

    def _listed_below(self, statement: Statement) -> Chain:
        """Return the entries of the list that a statement leads in."""
        found: list[Statement] = []
        for later in self.statements[statement.place + 1 :] if statement.text.endswith(":") else ():
            if not later.is_listed or later.turn != statement.turn:
                break
            found.append(later)
        return tuple(found)

    @cached_property
    def claims(self) -> dict[int, Statement]:
        """What each correction corrects, by the place of the correction."""
        found = {one.place: self._claim_of(one) for one in self.statements if "correction" in one.does}
        return {place: claim for place, claim in found.items() if claim}

    @cached_property
    def corrections(self) -> dict[int, list[Statement]]:
        """What corrects each claim, by the place of the claim."""
        found: dict[int, list[Statement]] = {}
        for place, claim in sorted(self.claims.items()):
            found.setdefault(claim.place, []).append(self.statements[place])
        return found

    def _is_near(self, earlier: Statement, correction: Statement) -> bool:
        """Tell whether only questions and other corrections stand between."""
        between = self.statements[earlier.place + 1 : correction.place]
        return all(one.asks or one.is_empty or "correction" in one.does for one in between)

    def _claim_of(self, correction: Statement) -> Statement | None:
        before = list(reversed(self.statements[max(0, correction.place - _CORRECTED_WITHIN) : correction.place]))
        for kinds in (_MOMENTS, _AMOUNTS):
            given = [kind for kind in correction.facts if kind in kinds]
            if len(given) > len(set(given)):
                # "The 9th, not the 8th" says both.
                return None
            for earlier in before if given else ():
                if kinds & set(earlier.facts) and not earlier.asks and "correction" not in earlier.does:
                    return earlier if self._is_near(earlier, correction) or earlier.stems & correction.stems else None
        if correction.facts or correction.asks:
            return None
        return next((one for one in before if one.speaker == correction.speaker and _says(one)), None)


def _says(statement: Statement) -> bool:
    return len(statement.stems) + len(statement.facts) >= _FEW and not statement.is_empty


def _is_thin(statement: Statement) -> bool:
    return len(statement.stems) + len(statement.facts) < _FEW and not statement.is_listed
