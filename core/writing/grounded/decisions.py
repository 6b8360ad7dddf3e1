"""What a thread decided: asked for that, the sentences that say a decision in so many words, each by its speaker."""

from collections.abc import Sequence

from core.text.language import detect_language
from core.text.lexicon import languages, lexicon
from core.text.sentences import unwrap
from core.text.statements import Statement, read_statements
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.statements import source_of
from core.writing.result import PlanResult

_ASKED, _SAID, _NOT_SAID = "decisions.asked", "decisions.said", "decisions.not_said"
# So many are told, the last ones.
_MAX_TOLD = 5


def decided_in(question: str, passages: Sequence[GroundPassage]) -> PlanResult | None:
    """Return what the messages among passages say was decided; None where that is not asked, or nobody says it.

    What stays of the question beside that it asks for decisions is a matter: a decision has half its words at least.
    """
    asked = next((words for code in languages() if (words := lexicon(code))[_ASKED].search(question)), None)
    messages = [passage for passage in passages if passage.speaker]
    if asked is None or not messages:
        return None
    language = detect_language(" ".join(passage.text for passage in messages))
    language = language if language in languages() else asked.language
    matter = read_statements(asked[_ASKED].sub(" ", question) + ".", asked.language)
    about = frozenset[str]().union(*(said.stems for said in matter))
    found = [
        (passage, unwrap(said.raw))
        for passage in messages
        for said in read_statements(passage.text, language)
        if _decides(said) and 2 * len(about & said.stems) >= len(about)
    ][-_MAX_TOLD:]
    if not found:
        return None
    text = "\n".join(f"{passage.speaker}: “{quote}” [{passage.number}]" for passage, quote in found)
    return PlanResult(text=text, sources=tuple(source_of(passage, quote) for passage, quote in found))


def _decides(said: Statement) -> bool:
    raw = unwrap(said.raw)
    is_said = any(said.words[_SAID].search(text) for text in (said.text, raw))
    return is_said and not said.asks and not said.words[_NOT_SAID].search(raw)
