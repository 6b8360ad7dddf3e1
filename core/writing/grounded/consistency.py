"""Find what a text says or writes in two ways: figures, terms, spellings, names. Rules alone; the rarer is shown."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from rapidfuzz.distance import Levenshtein

from core.drafts import Item
from core.recipes.model import Recipe
from core.writing.checks import Grounds
from core.writing.grounded.contradictions import find_contradictions
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011'\u2019][^\W\d_]+)*+")
_HYPHENS = str.maketrans("", "", "-\u2010\u2011")
_LEAST_CHARS = 4
_LOOK_BACK_CHARS = 8
_OPENERS = ' \t"\u201c\u201e(\u00ab*_'
_STARTERS = frozenset({"", ".", "!", "?", ":", "\n", "\u2022", "-", "\u2013"})
_LEAST_NAME_CHARS = 5
_MOST_NAMES = 400
# The same word in British and American or in two German spellings ends up as one key.
_FOLDS = (
    (re.compile(r"our(?=s?$|ed$|ing$|ful|able|hood|ite)"), "or"),
    (re.compile(r"is(?=(?:e[sdr]?|ing|ation[s]?)$)"), "iz"),
    (re.compile(r"ys(?=(?:e[sdr]?|ing)$)"), "yz"),
    (re.compile(r"tre(?=s?$)"), "ter"),
    (re.compile(r"ll(?=(?:ed|ing|er|ers)$)"), "l"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"ß"), "ss"),
    (re.compile(r"ä"), "ae"),
    (re.compile(r"ö"), "oe"),
    (re.compile(r"ü"), "ue"),
)
_ENDINGS = ("", "s", "n", "e", "es", "en", "er", "'s", "\u2019s")


def find_inconsistencies(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List each form that stands against a more frequent one; the model is not asked."""
    del ask, options
    source = values[recipe.main_input]
    counts = _words(source)
    language = Grounds(recipe, values, source).language
    items = [*find_contradictions(source, language), *_spellings(counts), *_names(counts)]
    return PlanResult(items=tuple(items))


def _words(text: str) -> Counter[str]:
    """Count each word; a capital that only stands at the start of sentences is none, unless no small form is there."""
    within: Counter[str] = Counter()
    starting: Counter[str] = Counter()
    for match in _WORD.finditer(text):
        before = text[max(0, match.start() - _LOOK_BACK_CHARS) : match.start()].rstrip(_OPENERS)[-1:]
        if len(match[0]) >= _LEAST_CHARS:
            (starting if before in _STARTERS else within)[match[0]] += 1
    for word, count in starting.items():
        small = word[0].lower() + word[1:]
        within[small if small in within else word] += count
    return within


def _key(word: str) -> str:
    folded = word.casefold().translate(_HYPHENS)
    for pattern, replacement in _FOLDS:
        folded = pattern.sub(replacement, folded)
    return folded


def _spellings(counts: Counter[str]) -> Iterator[Item]:
    """Give the rarer forms of one word: with and without hyphen, two spellings, capitals inside."""
    groups: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for word, count in counts.items():
        groups[_key(word)][_form(word)][word] += count
    for forms in groups.values():
        (_, common), *rarer = sorted(forms.items(), key=lambda form: -form[1].total())
        for _, rare in rarer:
            yield _item(rare.most_common(1)[0][0], rare.total(), common.most_common(1)[0][0], common.total())


def _form(word: str) -> str:
    """Return what two spellings are compared by: a first capital alone makes no other form."""
    return word[0].lower() + word[1:] if word[1:].islower() else word


def _names(counts: Counter[str]) -> Iterator[Item]:
    """Give names that differ by one letter from a more frequent one: most likely a slip."""
    names = [word for word in counts if word[0].isupper() and word[1:].islower() and len(word) >= _LEAST_NAME_CHARS]
    names = sorted(names, key=lambda word: -counts[word])[:_MOST_NAMES]
    for place, common in enumerate(names):
        for rare in names[place + 1 :]:
            if counts[common] > counts[rare] and _is_slip(common, rare):
                yield _item(rare, counts[rare], common, counts[common])


def _is_slip(common: str, rare: str) -> bool:
    if _key(common) == _key(rare) or any(common + end == rare or rare + end == common for end in _ENDINGS):
        return False
    return Levenshtein.distance(common, rare, score_cutoff=1) == 1


def _item(form: str, count: int, common: str, most: int) -> Item:
    return Item(text=f"“{form}” ({_times(count)}) is written “{common}” elsewhere ({_times(most)}).", quote=form)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
