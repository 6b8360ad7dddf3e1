"""Find the sentences that bind, cost or threaten: by the words of contracts and reports. Rules alone.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

import re
from collections.abc import Mapping

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.sentences import split_sentences
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_LONGEST_QUOTE_CHARS = 600
_WORDS: dict[str, tuple[str, ...]] = {
    "Liability": (
        r"indemnif\w+", "liable for", "unlimited liability", r"liability (?:is|shall be) (?:not )?limited",
        "hold harmless", "haftet", "haftung", "responsabilité illimitée",
    ),
    "Penalty": (
        "penalt(?:y|ies)", "liquidated damages", "late fee", "contractual fine", r"forfeit\w*", "vertragsstrafe",
        r"verzugszins\w*", "pénalité", "penalización",
    ),
    "Ending": (
        r"terminat\w+", "may be cancelled", "right to cancel", "without notice", r"fristlos\w*", r"kündig\w+",
        r"résili\w+", r"rescind\w*",
    ),
    "Renewal": (
        r"automatic(?:ally)? renew\w*", "renews? automatically", "tacit renewal", "verlängert sich",
        "reconduction tacite",
    ),
    "Exclusivity": (r"exclusiv\w+", "non-compete", r"non-solicit\w*", "wettbewerbsverbot", "clause d'exclusivité"),
    "Price": (
        "(?:increase|adjust|change)s? (?:the |its )?(?:price|fee|rate)s?", "at (?:its|their) sole discretion",
        "subject to change", r"preisanpassung\w*", r"preiserhöhung\w*",
    ),
    "Rights": (
        r"assign\w* all rights", "transfer of ownership", r"irrevocabl\w+", "perpetual licen[cs]e",
        "waives? (?:any|all|its)",
    ),
    "Data": ("data breach", "personal data", r"confidential\w*", r"datenschutz\w*", r"vertraulich\w*"),
    "Deadline": (
        "no later than", "at the latest", "time is of the essence", "spätestens", "au plus tard", "a más tardar",
        "must be (?:received|paid|delivered) (?:by|within)",
    ),
    "Threat": (
        "lawsuit", "legal action", "breach of (?:contract|this agreement)", "non-compliance", r"insolven\w+",
        "default(?:s|ed)? on", "safety hazard", "at risk", "risk of", "klage", "mahnung", "letzte frist",
    ),
}  # fmt: skip
_KINDS = {kind: re.compile(rf"(?i)\b(?:{'|'.join(words)})") for kind, words in _WORDS.items()}


def find_risks(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List the sentences that a careful reader would mark, each with its kind and its own words as quote."""
    del ask, options
    items: list[Item] = []
    seen: set[str] = set()
    for sentence in split_sentences(values[recipe.main_input]):
        quote = sentence.strip()[:_LONGEST_QUOTE_CHARS]
        kinds = kinds_of_risk(quote)
        if kinds and quote not in seen:
            seen.add(quote)
            items.append(Item(text=f"{' and '.join(kinds[:2])}: check this.", quote=quote))
    return PlanResult(items=tuple(items))


def kinds_of_risk(sentence: str) -> list[str]:
    """Return the kinds of risk that a sentence names."""
    return [kind for kind, pattern in _KINDS.items() if pattern.search(sentence)]
