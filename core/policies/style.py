"""The house style that holds for a person: what of the styles of their sections counts, and which rule says it.

The most special section comes first: the groups of the person in the order of the file, then the workspace, then the
installation. Within a section what is said of one language goes before what is said of all. Of single values (register,
greeting, closing, signature) the first counts. Guides and terms add up; where two say different things of one word, the
first counts, and a term that one section uses is avoided by none behind it.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.cached_property import cached_property
from core.policies.rules import STYLE_LANGUAGES, LanguageStyle, Style
from core.text.catalogues import N_
from core.text.salutations import Address, words_of_address

# Of the guides that add up the most special ones are told, as far as they fit.
MAX_GUIDE_CHARS = 2_000
MAX_TERM_CHARS = 1_500
_DIGEST_DIGITS = 12
_ADDRESSES: dict[str, Address] = {"formal": "formal", "informal": "familiar"}
_TITLE = (
    "House style of the owner's organisation, set by its administrators. It goes before habits, examples and how the "
    "rules above want it worded; quotations, names, code, links and defined terms stay as they stand:"
)


@dataclass(frozen=True)
class StyleValue:
    """A value and the rule that says it; "" for none."""

    value: str = ""
    rule: str = ""


NOTHING_SAID = StyleValue()


@dataclass(frozen=True)
class HouseTerm:
    """A word that is not written. `preferred` stands in its place; without one `hint` says in words what to write."""

    avoided: str
    preferred: str = ""
    hint: str = ""
    rule: str = ""

    @property
    def words(self) -> str:
        """What to do about it, in a sentence."""
        if self.preferred:
            return N_(f"The house style writes “{self.preferred}” instead of “{self.avoided}”.")
        if self.hint:
            return N_(f"The house style avoids “{self.avoided}”: {self.hint}.")
        return N_(f"The house style avoids “{self.avoided}”.")


@dataclass(frozen=True)
class LanguageRules:
    """What holds in one language. `guides` begin with the most general one."""

    language: str
    guides: tuple[StyleValue, ...] = ()
    terms: tuple[HouseTerm, ...] = ()
    register: StyleValue = NOTHING_SAID
    greeting: StyleValue = NOTHING_SAID
    closing: StyleValue = NOTHING_SAID
    signature: StyleValue = NOTHING_SAID

    @property
    def address(self) -> Address:
        """How readers are addressed, "" where each text and its thread tell it."""
        return _ADDRESSES.get(self.register.value, "")

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield each rule that holds with its value, as people read them."""
        for guide in self.guides:
            yield guide.rule, guide.value
        for term in self.terms:
            instead = f"“{term.preferred}”" if term.preferred else term.hint or "leave it out"
            yield term.rule, f"“{term.avoided}” → {instead}"
        for said in (self.register, self.greeting, self.closing, self.signature):
            if said.value:
                yield said.rule, said.value

    def guidance(self, given: str, *, is_worded: bool, corrects: bool = False, frame: Sequence[str] = ()) -> str:
        """Return what a model is told, "" where nothing is said.

        Args:
            given: the material; of very many terms those that stand in it are told first.
            is_worded: whether a text comes of it, in which somebody may be addressed.
            corrects: whether a text is only put right, of which no guide makes another.
            frame: what is to be said of greeting and closing.
        """
        guides = () if corrects else self.guides
        lines = [line for guide in guides for line in guide.value.splitlines() if line.strip()]
        lines += self._told_terms(given)
        if is_worded and (words := words_of_address(self.language)) and self.address:
            other = words["familiar" if self.address == "formal" else "formal"]
            lines.append(f"Where the reader is addressed: {words[self.address]}, never {other}.")
        elif is_worded and self.register.value:
            lines.append(f"Address the reader in a {self.register.value} way.")
        return "\n".join([_TITLE, *(f"- {line.strip()}" for line in (*lines, *frame))]) if lines or frame else ""

    def _told_terms(self, given: str) -> list[str]:
        replaced: dict[str, list[str]] = {}
        for term in self.terms:
            if term.preferred:
                replaced.setdefault(term.preferred, []).append(term.avoided)
        told = {
            f"Write “{preferred}”, never {' or '.join(f'“{form}”' for form in forms)}.": forms
            for preferred, forms in replaced.items()
        }
        told |= {
            f"Never write “{term.avoided}”{f': {term.hint}' if term.hint else ''}.": [term.avoided]
            for term in self.terms
            if not term.preferred
        }
        if sum(map(len, told)) <= MAX_TERM_CHARS:
            return list(told)
        folded = given.casefold()
        first = sorted(told, key=lambda line: not any(form.casefold() in folded for form in told[line]))
        kept: list[str] = []
        for line in first:
            if sum(map(len, kept)) + len(line) <= MAX_TERM_CHARS:
                kept.append(line)
        return kept


class HouseStyle:
    """The house style of a person.

    Args:
        parts: name and style of each section that has one, the most special first.
    """

    def __init__(self, parts: Sequence[tuple[str, Style]] = ()) -> None:
        self._parts = tuple(parts)
        self._known: dict[str, LanguageRules] = {}

    def __bool__(self) -> bool:
        return bool(self._parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HouseStyle) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """What tells one style from another: 12 hexadecimal digits of a SHA-256, "" for none."""
        if not self._parts:
            return ""
        said = [style.model_dump(mode="json", by_alias=True, exclude_defaults=True) for _, style in self._parts]
        written = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_DIGITS]

    def of(self, language: str) -> LanguageRules:
        """Return what holds in a language; of one that no style speaks of, and of "", what holds in all."""
        language = language if language in STYLE_LANGUAGES else ""
        if language not in self._known:
            self._known[language] = _resolved(language, [*self._said(language)])
        return self._known[language]

    def _said(self, language: str) -> Iterator[tuple[str, LanguageStyle]]:
        for name, style in self._parts:
            if found := style.in_language(language):
                yield f"{name}.style.{language}", found
            yield f"{name}.style", style

    def rows(self) -> list[tuple[str, str, str]]:
        """Return what holds: the language ("" for all), the rule, and its value."""
        named = {name for _, style in self._parts for name in style.languages}
        for_all = [*self.of("").rows()]
        rows = [("", rule, value) for rule, value in for_all]
        for language in sorted(named):
            rows += [(language, *row) for row in self.of(language).rows() if row not in for_all]
        return rows


def _resolved(language: str, said: Sequence[tuple[str, LanguageStyle]]) -> LanguageRules:
    return LanguageRules(
        language,
        _guides(said),
        _terms(said),
        *(_first(said, name) for name in ("form_of_address", "greeting", "closing", "signature")),
    )


def _first(said: Sequence[tuple[str, LanguageStyle]], name: str) -> StyleValue:
    key = LanguageStyle.model_fields[name].alias or name
    return next(
        (StyleValue(str(value), f"{rule}.{key}") for rule, style in said if (value := getattr(style, name))),
        StyleValue(),
    )


def _guides(said: Sequence[tuple[str, LanguageStyle]]) -> tuple[StyleValue, ...]:
    kept: list[StyleValue] = []
    for rule, style in said:
        guide = StyleValue(style.guide.strip(), f"{rule}.guide")
        if guide.value and sum(len(other.value) for other in kept) + len(guide.value) <= MAX_GUIDE_CHARS:
            kept.append(guide)
    return tuple(reversed(kept))


def _terms(said: Sequence[tuple[str, LanguageStyle]]) -> tuple[HouseTerm, ...]:
    found: dict[str, HouseTerm] = {}
    used: set[str] = set()
    for rule, style in said:
        terms = [
            *(HouseTerm(form, right, "", f"{rule}.use") for right, forms in style.use.items() for form in forms),
            *(HouseTerm(word, "", hint.strip(" ."), f"{rule}.avoid") for word, hint in style.avoid.items()),
        ]
        for term in terms:
            if term.avoided not in used:
                found.setdefault(term.avoided, term)
        used |= style.use.keys()
    return tuple(found.values())
