"""What of earlier messages a reply says, what it only offers, and where a message recalls them."""

from collections.abc import Sequence

from core.text.facts import extract_facts
from core.text.lexicon import whole
from core.writing.grounded.asked import Asking
from core.writing.grounded.earlier import Earlier, Ground
from core.writing.grounded.knowledge import Knowledge

_MOMENTS = frozenset({"date", "weekday", "day", "time"})


def implies(sentence: str, asking: Asking) -> bool:
    """Tell whether a sentence asks without a question ("I take it that it stands")."""
    return whole(asking.words["implies"]).search(sentence) is not None


def may_be_said(sentence: str, ground: Ground, asking: Asking) -> bool:
    """Tell whether what was written before may stand as the answer, and is not only offered.

    Who complains is not told again when something was promised for, and of dates to choose from the owner chooses.
    """
    if not ground.is_sure or all(one.role == "source" for one in ground.lines):
        return ground.is_sure
    chooses = bool(asking.offered) and whole(asking.words["which"]).search(sentence) is not None
    facts = (fact.kind for line in ground.lines for fact in extract_facts(line.sentence, asking.language).items)
    is_promise = asking.occasion in {"complaint", "mixed", "reminder"} and any(kind in _MOMENTS for kind in facts)
    return not chooses and not is_promise


def recalled(sentence: str, places: Sequence[Earlier | Knowledge], asking: Asking) -> Ground | None:
    """Return the owner's own words where the sender says that they wrote something ("you promised …")."""
    if not whole(asking.words["recalls"]).search(sentence):
        return None
    return next((one.own_words(sentence, asking) for one in places if isinstance(one, Earlier)), None)
