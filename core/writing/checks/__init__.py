"""The checks: each looks at a draft beside its grounds and says what a person should know.

`CHECKS` is the one table; a recipe names the checks that it wants. `check_draft` is the way in.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.drafts import Finding, without_gaps
from core.writing.checks.doers import find_wrong_doers
from core.writing.checks.fidelity import (
    find_foreign_links,
    find_invented_facts,
    find_invented_names,
    find_wrong_persons,
    find_wrong_quotations,
)
from core.writing.checks.grounds import Grounds
from core.writing.checks.house_style import find_avoided_terms
from core.writing.checks.injection import find_instructions, find_obedience
from core.writing.checks.kept import find_changed_terms, find_lost_facts, find_untold_facts
from core.writing.checks.negation import find_lost_negations
from core.writing.checks.outdated import find_outdated_facts
from core.writing.checks.promises import find_attachment_claims, find_promises
from core.writing.checks.residue import find_chatbot_residue, find_placeholders, find_prompt_words
from core.writing.checks.shape import (
    find_echo,
    find_language_change,
    find_loops,
    find_restyling,
    find_unchanged,
    find_wrong_length,
    find_wrong_line,
)

__all__ = ["CHECKS", "Grounds", "check_draft", "listening", "passes"]

_LISTENER: ContextVar[Callable[[tuple[Finding, ...]], None] | None] = ContextVar("listener", default=None)
Check = Callable[[Grounds, str], Iterable[Finding]]

CHECKS: dict[str, Check] = {
    "facts": find_invented_facts,
    "names": find_invented_names,
    "kept": find_lost_facts,
    "told": find_untold_facts,
    "negations": find_lost_negations,
    "outdated": find_outdated_facts,
    "persons": find_wrong_persons,
    "doers": find_wrong_doers,
    "quotations": find_wrong_quotations,
    "placeholders": find_placeholders,
    "residue": find_chatbot_residue,
    "attachments": find_attachment_claims,
    "promises": find_promises,
    "language": find_language_change,
    "length": find_wrong_length,
    "line": find_wrong_line,
    "loops": find_loops,
    "echo": find_echo,
    "unchanged": find_unchanged,
    "restyled": find_restyling,
    "links": find_foreign_links,
    "injection": find_instructions,
    "terms": find_changed_terms,
}


def check_draft(grounds: Grounds, text: str, offered: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Run the recipe's checks over one draft, in the recipe's order, with its severities.

    The prompt's own words, what only obedience to somebody's text can have brought in, and words that the house style
    avoids are found for every recipe.
    What stands in a gap is asked of the person: it counts as length, and it and the ready answers to it (`offered`)
    name only facts of the source.
    """
    said = without_gaps(text)
    read = {"length": text, "told": text, "facts": "\n\n".join((text, *(f"[[{answer}]]" for answer in offered)))}
    findings = [*find_prompt_words(grounds, said), *find_obedience(grounds, said), *find_avoided_terms(grounds, said)]
    for use in grounds.recipe.checks:
        for finding in CHECKS[use.name](grounds, read.get(use.name, said)):
            changed = finding.model_copy(update={"severity": use.severity}) if use.severity else finding
            findings.append(changed)
    if hear := _LISTENER.get():
        hear(tuple(findings))
    return tuple(findings)


@contextmanager
def listening(hear: Callable[[tuple[Finding, ...]], None]) -> Iterator[None]:
    """Hear the findings of each text that is checked meanwhile in this thread, those of discarded texts included."""
    token = _LISTENER.set(hear)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def passes(findings: Iterable[Finding]) -> bool:
    """Tell whether a draft may be shown as it is: nothing that blocks, nothing worth another try."""
    return all(finding.severity == "warn" for finding in findings)
