"""Words that the house style does not write, where the draft's own words use them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from core.drafts import Finding
from core.policies.style import HouseTerm
from core.recipes.render import target_language
from core.text.definitions import find_definitions
from core.text.language import detect_language
from core.text.sentences import split_sentences, unwrap
from core.text.terms import TermUse, find_terms
from core.writing.checks.grounds import CONTEXT, Grounds

CHECK = "house_style"
_LIST_MARKS = "-*\u2022> \t"


@dataclass(frozen=True)
class AvoidedUse:
    """A place where an avoided word stands, and what the house style says of it."""

    use: TermUse
    term: HouseTerm


def find_avoided_terms(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a remark for each word that the house style avoids; what the draft quotes of others is left out."""
    if not grounds.recipe.house or not text:
        return
    seen = set()
    for found in avoided_terms(grounds, text, detect_language(text) or _language(grounds), _quoted(grounds, text)):
        if found.use.text not in seen:
            seen.add(found.use.text)
            yield Finding(check=CHECK, severity="warn", place=found.use.text, sentence=found.term.words)


def avoided_terms(grounds: Grounds, text: str, language: str, quoted: Iterable[str] = ()) -> Iterator[AvoidedUse]:
    """Yield the places where words stand that the house style avoids in a language, in order.

    Names of the people of a request, defined terms and preferred terms are no such places.
    """
    terms = {term.avoided: term for term in grounds.recipe.house.of(language).terms}
    if not terms:
        return
    people = (grounds.values.get(field.name, "") for field in grounds.recipe.inputs if field.type == "person")
    parts = (grounds.source, grounds.values.get(CONTEXT, ""))
    # What defines “Client” speaks of the client's bank, too.
    defined = (
        form
        for part in parts
        for definition in find_definitions(part)
        for form in (definition.term, definition.term.lower())
    )
    kept = chain(people, defined, (term.preferred for term in terms.values()), quoted)
    for use in find_terms(text, tuple(terms), language=language, kept=kept):
        yield AvoidedUse(use, terms[use.form])


def _quoted(grounds: Grounds, text: str) -> Iterator[str]:
    """Yield the sentences of a draft that somebody else wrote."""
    foreign = unwrap(grounds.foreign_words)
    sentences = (sentence.lstrip(_LIST_MARKS) for sentence in split_sentences(text))
    yield from (sentence for sentence in sentences if sentence and unwrap(sentence) in foreign)


def _language(grounds: Grounds) -> str:
    return target_language(grounds.values) or grounds.language
