"""Ideas, opportunities and risks, or what bears on a question: each the speaker's own words, found by rule.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

import re
from collections.abc import Mapping

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.sentences import split_sentences, unwrap
from core.text.speakers import split_turns
from core.writing.checks import Grounds, check_draft
from core.writing.grounded.choosing import choose_units, read_units
from core.writing.grounded.risks import kinds_of_risk
from core.writing.grounded.trimming import tidy, trim
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_IDEA = re.compile(
    r"(?i)\b(?:(?:an?|one|my|the|another|good|great) (?:\w+ )?(?:idea|suggestion|proposal)\b"
    r"|(?:i|we)(?:['\u2019]d)? (?:would )?(?:suggest|propose|recommend)\b|how about\b|what (?:if|about)\b"
    r"|why (?:not|don['\u2019]t we)\b|(?:we|you|they|one) could\b|maybe (?:we|you|one)\b|perhaps we\b"
    r"|let['\u2019]s (?:try|make|use|add)\b|it would be (?:nice|good|great|better|useful|worth)\b"
    r"|(?:ich|wir) (?:schlage|schlagen) vor|man könnte|wir könnten|vorschlag\b|idee\b|wie wäre es"
    r"|on pourrait|nous pourrions|je propose|idée\b|podríamos|propongo|se podría|qué tal si)"
)
_OPPORTUNITY = re.compile(
    r"(?i)\b(?:opportunit(?:y|ies)|potential (?:for|to|customers?|market)|untapped|a chance to\b|funding"
    r"|grants? (?:is|of)|(?:growing|rising|strong|high|new|more) (?:demand|interest|market)"
    r"|(?:would|ready to|willing to|prepared to) pay\b"
    r"|(?:customers?|clients?|users?|people|guests|visitors) (?:\w+ )?"
    r"(?:ask(?:ed|s|ing)? for|want(?:ed|s)?|would like|love|need)\b"
    r"|(?:could|would|can) (?:save|earn|win|gain|attract|reach)\b|chance\b|nachfrage|potenzial|fördermittel|gelegenheit"
    r"|kunden (?:fragen|wünschen)|opportunité|demande croissante|oportunidad|demanda)"
)
_RISK = re.compile(
    r"(?i)\b(?:risk(?:s|y)?|danger(?:ous)?|threat\w*|worr(?:y|ied|ies)|afraid|concern(?:ed|s)?\b|problem(?:s|atic)?"
    r"|might (?:fail|break|be late)|(?:could|may|might|will) (?:fail|delay|lose|cost us|run out|not work)"
    r"|too (?:late|expensive|costly|slow|few|risky)|run(?:ning)? out of|shortage|behind schedule|over budget"
    r"|cannot (?:deliver|guarantee)|overdue|bottleneck|single point of failure|losing"
    r"|gefahr|risik\w+|sorge\b|befürcht\w+|verzug|engpass|zu (?:spät|teuer|wenig)"
    r"|risque\w*|retard|inquiet|trop (?:tard|cher)|riesgo\w*|retraso|preocup\w+|demasiado (?:tarde|caro))"
)
_KINDS = (("Risk", _RISK), ("Opportunity", _OPPORTUNITY), ("Idea", _IDEA))
_LEAST_WORDS, _LONGEST_QUOTE_CHARS = 5, 600
_MOST_FOUND, _MOST_ON_A_QUESTION, _MOST_ANSWER_CHARS = 60, 4, 1600
_LONGEST_TEXT_CHARS = 200


def scan(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return what bears on the focus, or without one the ideas, opportunities and risks; the model is not needed."""
    del ask, options
    source, focus = values[recipe.main_input], values.get("focus", "")
    findings = check_draft(Grounds(recipe, values, source), "")
    items = _on(focus, source) if focus.strip() else _of_each_kind(source)
    left = len(items) - _MOST_FOUND
    notices = (f"{left} further entries were left out.",) if left > 0 else ()
    return PlanResult(items=tuple(items[:_MOST_FOUND]), findings=findings, notices=notices)


def _on(focus: str, source: str) -> list[Item]:
    units = choose_units(
        [unit for unit in read_units(source) if len(unit.raw) <= _LONGEST_QUOTE_CHARS],
        focus=focus, most_chars=_MOST_ANSWER_CHARS, most_units=_MOST_ON_A_QUESTION,
    )  # fmt: skip
    return [Item(text=_short(trim(unit.text)), quote=unit.raw, who=unit.speaker) for unit in units]


def _of_each_kind(source: str) -> list[Item]:
    items: dict[str, Item] = {}
    for turn in split_turns(source):
        for sentence in split_sentences(turn.text):
            quote = sentence if len(sentence) <= _LONGEST_QUOTE_CHARS else sentence[:_LONGEST_QUOTE_CHARS]
            kind = kind_of_finding(quote)
            if kind and len(quote.split()) >= _LEAST_WORDS:
                told = trim(tidy(quote) if turn.speaker else unwrap(quote))
                items.setdefault(quote, Item(text=f"{kind}: {_short(told)}", quote=quote, who=turn.speaker))
    return list(items.values())


def kind_of_finding(sentence: str) -> str:
    """Return Risk, Opportunity or Idea, "" for none; what could go wrong comes before what could be gained."""
    if kinds_of_risk(sentence):
        return "Risk"
    return next((kind for kind, pattern in _KINDS if pattern.search(sentence)), "")


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_TEXT_CHARS else line[:_LONGEST_TEXT_CHARS].rpartition(" ")[0] + " …"
