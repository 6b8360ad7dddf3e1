"""Find passages that say different figures, dates, ids or names of the same thing. Doubtful pairs are not told."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, islice

from rapidfuzz.distance import OSA

from core.drafts import Item
from core.recipes.model import Recipe
from core.text.content import content_stems
from core.text.facts import extract_facts
from core.text.facts.model import Fact
from core.text.lexicon import Lexicon, expression, languages, lexicon
from core.text.sentences import unwrap
from core.writing.checks import Grounds
from core.writing.grounded.cues import split_passages
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_KINDS = frozenset({"money", "percent", "date", "time", "weekday", "id"})
_MOST_CLAIMS, _MOST_FOUND, _MOST_OTHERS, _MOST_TOPIC_WORDS = 400, 25, 2, 3
_LEAST_STEMS, _LONG_WORD_CHARS, _LABEL_STEMS, _LEAST_SHARE = 2, 12, 4, 0.6
_ID_DIGITS, _TELLING_CHARS, _ROUNDED = 4, 4, 0.1
_CLAUSE = re.compile(r"[;,()](?=\s)|\s[\u2013\u2014]\s")
_LABEL = re.compile(r"\A(?:[-*\u2022|#§\d.)\s]{0,8})([^.:|\t]{2,60}?)\s?(?::\s|[|\t]|\.{3,})\s?\S")
_NAME = r"(?:[^\W\d_a-zß-ÿ][\w.'\u2019-]+ ){1,3}[^\W\d_a-zß-ÿ][\w'\u2019-]+"
_WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")
_ELISION = re.compile(r"(?i)\b(?:[cdjlmns]|qu)['\u2019]")
_CURRENCIES = frozenset({"eur", "usd", "gbp", "chf"})
_AFTER = re.compile(r"[\s\u00a0-]?\)?[\s-]?(?:([^\W\d_]+)['\u2019]?[\s-])?([^\W\d_]+)?")


@dataclass(frozen=True)
class _Claim:
    """What one clause says: `values` are the readings of its figure, of both for a range."""

    sentence: str
    said: str
    category: str
    values: tuple[frozenset[str], ...]
    subject: frozenset[str]
    context: frozenset[str]
    apart: frozenset[str]
    parties: frozenset[str]
    figures: frozenset[str]
    is_label: bool


def find_inconsistencies(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List the pairs of passages that cannot both hold; the model is not asked."""
    del ask, options
    source = values[recipe.main_input]
    language = Grounds(recipe, values, source).language
    known = lexicon(language if language in languages() else "en")
    units = list(dict.fromkeys(split_passages(source)))
    pairs = zip(units, ["", *units], strict=False)
    claims = list(islice((claim for unit, before in pairs for claim in _claims(unit, before, known)), _MOST_CLAIMS))
    found = [pair for pair in combinations(claims, 2) if pair[0].sentence != pair[1].sentence and _contradict(*pair)]
    # What is said in three ways and more is a list of several things.
    often = Counter(sentence for pair in found for sentence in {one.sentence for one in pair})
    told = {(one.sentence, two.sentence): _item(one, two, known) for one, two in found
            if max(often[one.sentence], often[two.sentence]) <= _MOST_OTHERS}  # fmt: skip
    return PlanResult(items=tuple(told.values())[:_MOST_FOUND])


def _item(first: _Claim, second: _Claim, known: Lexicon) -> Item:
    label = next((_LABEL.match(one.sentence) for one in (second, first) if one.is_label), None)
    shared = [word for word in _WORD.findall(first.sentence) if _concepts(word, known) & second.subject]
    topic = label[1].strip() if label else " ".join(list(dict.fromkeys(shared))[:_MOST_TOPIC_WORDS])
    both = f"{first.said} {known.wording('consistency.and')} {second.said}"
    return Item(
        text=f"{topic[:1].upper()}{topic[1:]}: {both} (“{unwrap(first.sentence)}”)", quote=second.sentence,
        why=known.wording("consistency.contradiction_why"), group=known.wording("consistency.contradiction_name"),
    )  # fmt: skip


def _claims(unit: str, before: str, known: Lexicon) -> Iterator[_Claim]:
    """Give what each clause says once: several figures of one kind in it may be a list, so they are left."""
    if known["consistency.conditions"].search(unit):
        return
    label, begin, context = _LABEL.match(unit), 0, _concepts(before, known)
    every = [fact for fact in extract_facts(unit, known.language).items if not _numbers(unit, fact)]
    facts = [fact for fact in every if not fact.is_weak or _measured(unit, fact, known)[0] == "duration"]
    joint = re.compile(rf"{_CLAUSE.pattern}|\s{known.wording('consistency.and')}\s(?=[^\W\d_])")
    for end in [*(match.start() for match in joint.finditer(unit)), len(unit)]:
        here = [fact for fact in facts if begin <= fact.start < end]
        clause = unit[begin:end] if begin == 0 or not label else f"{label[1]}: {unit[begin:end]}"
        if not known["consistency.parts"].search(clause):
            for category, said, values in _said(unit, here, begin, end, known):
                rest = clause.replace(said, " ")
                subject = _concepts(rest, known)
                if len(subject) < _LEAST_STEMS and not label:
                    subject = _concepts(unit.replace(said, " "), known)
                apart, figures = _words(rest, "apart", known), _figures(rest, every)
                yield _Claim(
                    unit, said, category, values, subject, context, apart, _words(clause, "parties", known), figures,
                    bool(label) and len(subject) <= _LABEL_STEMS,
                )  # fmt: skip
        begin = end if here else begin


def _figures(clause: str, facts: Sequence[Fact]) -> frozenset[str]:
    """Return the other figures of a clause, with a bare month: they may tell one case from another."""
    beside = (fact for fact in facts if fact.text in clause and (not fact.is_weak or fact.kind == "date"))
    return frozenset(one for fact in beside for one in fact.readings)


def _numbers(unit: str, fact: Fact) -> bool:
    """Tell whether a figure numbers its clause."""
    return fact.category == "number" and not unit[: fact.start].strip(" §(-*#")


def _concepts(text: str, known: Lexicon) -> frozenset[str]:
    """Return the content of a text: stems, and for words of one matter ("pay", "invoice") the matter's name."""
    left = _ELISION.sub(" ", text)
    names: set[str] = set()
    for name, pattern in _table("matters", known):
        left, count = pattern.subn(" ", left)
        names.update({f"={name}"} if count else ())
    return frozenset((*names, *content_stems(known["consistency.general"].sub(" ", left))))


def _words(clause: str, key: str, known: Lexicon) -> frozenset[str]:
    return frozenset(match[0].casefold()[:6] for match in known[f"consistency.{key}"].finditer(clause))


@cache
def _table(key: str, known: Lexicon) -> tuple[tuple[str, re.Pattern[str]], ...]:
    lines = (line.partition(": ")[::2] for line in known.words(f"consistency.{key}"))
    return tuple((name, re.compile(expression(f"({words})"), re.I)) for name, words in lines)


def _said(
    unit: str, here: list[Fact], begin: int, end: int, known: Lexicon
) -> Iterator[tuple[str, str, tuple[frozenset[str], ...]]]:
    """Yield category, words and readings of each kind of figure that a clause holds once, or once as a range."""
    kinds: dict[str, list[tuple[str, frozenset[str], int]]] = {}
    for hours, pattern in _table("rhythms", known):
        if match := pattern.search(unit, begin, end):
            kinds.setdefault("rhythm", []).append((match[0], frozenset({hours}), match.start()))
    for match in _roles(known).finditer(unit[begin:end]):
        kinds["role"] = [(match["name"], frozenset({match["name"].split()[-1]}), 0)]
    rhythms = " ".join(words for words, _, _ in kinds.get("rhythm", ()))
    for fact in here:
        category, words, readings = _measured(unit, fact, known)
        before = kinds.setdefault("" if words in rhythms else category, [])
        if not before or before[-1][1] != readings:
            before.append((words, readings, fact.start))
    for category, found in kinds.items():
        is_range = len(found) == 2 and category in {"time", "weekday"}
        if category and (len(found) == 1 or is_range):
            said = found[0][0] if not is_range else unit[found[0][2] : found[1][2] + len(found[1][0])]
            yield category, said, tuple(readings for _, readings, _ in found)


def _measured(unit: str, fact: Fact, known: Lexicon) -> tuple[str, str, frozenset[str]]:
    """Return the category of a fact ("" for none), its words and readings; durations are told in hours."""
    if fact.category in _KINDS:
        is_short = fact.kind == "id" and sum(map(str.isdigit, fact.text)) < _ID_DIGITS
        return ("" if is_short else fact.category + fact.unit), fact.text, fact.readings
    if currency := next(iter(fact.beside & _CURRENCIES), ""):
        return f"money{currency.upper()}", f"{currency.upper()} {fact.text}", fact.readings
    if fact.text.isdecimal() and len(fact.text) > _ID_DIGITS:
        return "id", fact.text, fact.readings
    after = _AFTER.match(unit, fact.start + len(fact.text))
    words = [one for one in (after.groups() if after else ()) if one]
    for hours, pattern in _table("durations", known) if not known["consistency.rates"].search(" ".join(words)) else ():
        if match := next((word for word in words if pattern.fullmatch(word)), None):
            said = unit[fact.start : unit.index(match, fact.start) + len(match)]
            is_worked = bool(known["consistency.worked"].search(said))
            readings = frozenset(str(float(one) * int(hours)) for one in fact.readings)
            return ("worked" if is_worked else "duration"), said, readings
    return "", fact.text, fact.readings


@cache
def _roles(known: Lexicon) -> re.Pattern[str]:
    roles = "|".join(map(expression, known.words("consistency.roles"))) or r"(?!)"
    return re.compile(
        rf"(?:(?i:{roles}))[^.;\n]{{0,30}}?(?::| is| ist| est| es|,|\|)\s(?:\w{{2,6}}\.?\s)?(?P<name>{_NAME})"
    )


def _contradict(first: _Claim, second: _Claim) -> bool:
    """Tell whether two claims are about the same thing and differ in what they say."""
    pairs = list(zip(first.values, second.values, strict=False))
    if first.category != second.category or len(first.values) != len(second.values) or first.apart != second.apart:
        return False
    if all(one & two or _are_near(first.category, one, two) for one, two in pairs):
        return False
    if first.parties and second.parties and first.parties != second.parties:
        return False
    shared = first.subject & second.subject
    if first.category == "id":
        return bool(shared) and _is_swap(first.said, second.said)
    if first.is_label or second.is_label:
        return _is_summary(first, second) if first.is_label else _is_summary(second, first)
    least = min(len(first.subject), len(second.subject))
    is_long = any(len(one) >= _LONG_WORD_CHARS for one in shared)
    # Each of two things has a word of its own: "the chairs arrive", "the tables arrive".
    is_other = first.subject > shared < second.subject and len(shared) <= _LEAST_STEMS
    return (
        first.figures == second.figures
        and not is_other
        and (len(shared) >= _LEAST_STEMS or is_long)
        and len(shared) >= _LEAST_SHARE * least
    )


def _is_summary(label: _Claim, other: _Claim) -> bool:
    """Tell whether a line with a label sums the other up: its matter is named there, the rest there or just before."""
    matters = {stem for stem in label.subject if stem.startswith("=")}
    shared = label.subject & other.subject
    known = other.subject | other.context
    is_log = label.category in {"date", "time", "weekday"} or label.figures != other.figures
    if other.is_label and (is_log or not label.subject >= other.subject):
        return False
    return matters <= other.subject and label.subject <= known and any(len(stem) >= _TELLING_CHARS for stem in shared)


def _are_near(category: str, one: frozenset[str], two: frozenset[str]) -> bool:
    """Tell whether two durations are the same in other units: 12 months and a year."""
    return category == "duration" and any(
        abs(float(a) - float(b)) <= _ROUNDED * max(float(a), float(b)) and float(a) % 168 != float(b) % 168
        for a in one for b in two
    )  # fmt: skip


def _is_swap(one: str, other: str) -> bool:
    """Tell whether two ids differ by neighbouring digits that changed places; ids in a row differ otherwise."""
    plain, second = ("".join(filter(str.isalnum, text)) for text in (one, other))
    return sorted(plain) == sorted(second) and OSA.distance(plain, second, score_cutoff=1) == 1
