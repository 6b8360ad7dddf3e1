"""Proofreading that leaves sound sentences alone: what is proven is changed, what is likely is a remark."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.catalogues import N_, current_locale
from core.text.dictionaries import NAMES, find_dictionary
from core.text.language import detect_language, language_or_spoken
from core.text.lexicon import lexicon
from core.text.terms import goes_with_word_before
from core.text.verbatim import quotation_spans
from core.writing.checks import Grounds, check_draft, passes
from core.writing.checks.house_style import avoided_terms
from core.writing.grounded.confusions import find_confused
from core.writing.grounded.grammar import Correction, apply, find_faults, find_phrases, without_overlaps
from core.writing.grounded.impossible_days import find_impossible_days
from core.writing.grounded.neighbours import find_by_neighbours
from core.writing.grounded.rule_sets import find_by_rules, has_rules, is_foreign
from core.writing.grounded.spelling import REPEATED, find_misspelt, repeated_words, writes_small
from core.writing.result import CHANGED, DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

# What a remark on a likely fault is called among the findings.
CHECK = "likely_fault"
NO_RULES = N_("There are no proofreading rules for this language; it is unchanged.")
# So much of a text tells its language.
_TELLING_CHARS = 5_000
_MAX_REASONS, _MAX_REMARKS = 12, 20
_AROUND_CHARS = 300
_BESIDE_CHARS, _WORDS_BESIDE = 60, 2


def proofread(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return the text with its faults corrected; a correction that a check objects to is taken back."""
    del ask, options
    source = values[recipe.main_input]
    grounds = Grounds(recipe, values, source)
    language = grounds.language or current_locale()
    house = list(house_corrections(grounds))
    if language not in NAMES and not house:
        return PlanResult(text=source, notices=(NO_RULES,))
    repeated = frozenset(values.get(REPEATED, "").split())
    kept, found = (
        propose(source, language, repeated, house) if language in NAMES else (without_overlaps(source, house), [])
    )
    # A misspelt weekday that was put right is no new fact.
    spelt = apply(source, [correction for correction in kept if _is_word(correction, source)])
    spelt_grounds = Grounds(recipe, {**values, recipe.main_input: spelt}, spelt)
    text = apply(source, kept)
    findings = check_draft(spelt_grounds, text)
    if not passes(findings):
        kept = [correction for correction in kept if _is_word(correction, source) or _is_sound(correction, grounds)]
        text = apply(source, kept)
        findings = check_draft(spelt_grounds, text)
    if not passes(findings):
        return PlanResult(text=source, skeleton=True, reason=findings[0].sentence)
    doubts = _remarks(source, found, language)
    notices = (*reasons(source, kept, language), *_missing(language))
    return PlanResult(text=text, findings=(*findings, *doubts), notices=notices)


def checked_note(text: str) -> str:
    """Return what was looked at and that faults may be left, in the language of the text as its remarks are."""
    language = language_or_spoken(text[:_TELLING_CHARS])
    return lexicon(language if language in NAMES else "en").wording("proofreading.checked")


def propose(
    text: str, language: str, repeated: frozenset[str] = frozenset(), house: Sequence[Correction] = ()
) -> tuple[list[Correction], list[Correction]]:
    """Return the corrections of a text, from its start to its end, none over another, and what is only likely.

    Args:
        text: what is to be corrected.
        language: its ISO 639-1 code.
        repeated: words that the document around uses more than once.
        house: corrections of the house style, which come first.
    """
    found = examine(text, language, repeated)
    sure = without_overlaps(text, [*house, *(edit for edit in found if edit.is_sure)])
    likely = (edit for edit in found if not edit.is_sure)
    free = (edit for edit in likely if all(edit.end < other.start or edit.start > other.end for other in sure))
    return sure, without_overlaps(text, free)


def examine(text: str, language: str, repeated: frozenset[str] = frozenset()) -> list[Correction]:
    """Return all that is found in a text, proven and likely, in no order."""
    found = [*find_phrases(text, language), *find_confused(text, language), *find_impossible_days(text, language)]
    found += [*find_faults(text), *find_by_neighbours(text)] if language == "en" else ()
    found += () if has_rules(language) else find_misspelt(text, language, repeated)
    found = [correction for correction in found if not is_foreign(text, correction.start, language)]
    taken, by_rules = [correction for correction in found if correction.is_sure], list[Correction]()
    # What is written so twice is meant so, but for a German noun, which is told once; grammar may be wrong twice.
    terms, spelling = {*repeated, *repeated_words(text)}, lexicon(language).words("rule_sets.spelling")
    told = set[str]()
    for correction in find_by_rules(text, language):
        is_free = all(correction.end < other.start or correction.start > other.end for other in taken)
        # Of two words beside each other that do not agree, one is wrong.
        last = by_rules[-1] if by_rules and by_rules[-1].rule not in spelling else None
        is_next = last is not None and last.is_sure and correction.start - last.end <= 1
        word = text[correction.start : correction.end]
        is_noun = language == "de" and word[:1].isupper() and word not in told
        is_used = correction.rule in spelling and word.casefold() in terms
        if is_free and not is_next and (is_noun or not is_used):
            by_rules.append(replace(correction, is_sure=correction.is_sure and not is_used))
            told.add(word)
    # What somebody else said or wrote is theirs; who writes no capitals wants none.
    quoted, is_small = [*quotation_spans(text)], writes_small(text)
    return [
        edit
        for edit in (*found, *by_rules)
        if not any(begin < edit.start < end for begin, end in quoted)
        and not (is_small and text[edit.start : edit.end].casefold() == edit.text.casefold())
    ]


def _remarks(source: str, doubts: Sequence[Correction], language: str) -> Iterator[Finding]:
    """Give a remark for each likely fault, as many as are of use."""
    words = lexicon(language)
    phrase = words.wording("proofreading.phrase")
    for doubt in doubts[:_MAX_REMARKS]:
        wrong = source[doubt.start : doubt.end]
        # That it is the usual form says no more than the words offered, and more than is sure.
        why = "" if doubt.why == phrase.format(wrong=wrong, right=doubt.text) else doubt.why
        wording = words.wording("rule_sets.remark" if doubt.text else "rule_sets.remark_only")
        around, why = _around(source, doubt), why[:1].upper() + why[1:]
        sentence = wording.format(wrong=wrong, around=around, right=doubt.text, why=why).removesuffix(" .")
        yield Finding(
            check=CHECK, severity="warn", place=wrong if source.count(wrong) == 1 else around, sentence=sentence
        )


def _around(source: str, one: Correction) -> str:
    """Return what a remark is about with the words of its line beside it, for who looks for its place."""
    before = source[max(0, one.start - _BESIDE_CHARS) : one.start].rpartition("\n")[2]
    behind = source[one.end : one.end + _BESIDE_CHARS].partition("\n")[0]
    words = " ".join(before.split(" ")[-_WORDS_BESIDE - 1 :]), " ".join(behind.split(" ")[: _WORDS_BESIDE + 1])
    return source[one.start : one.end].join(words).strip(" ,;:.!?")


def house_corrections(grounds: Grounds) -> Iterator[Correction]:
    """Give the terms of the house style in place of those that it avoids, where the words around them can stay."""
    text = grounds.source
    language = detect_language(text) or grounds.language
    for found in avoided_terms(grounds, text, language):
        new = found.use.replaced(found.term.preferred) if found.term.preferred else ""
        if new and goes_with_word_before(text, found.use, new, language):
            why = f"house style: write “{found.term.preferred}”"
            yield Correction(found.use.start, found.use.end, new, why)


def _missing(language: str) -> Sequence[str]:
    if find_dictionary(language) or language not in NAMES:
        return ()
    return (N_(f"No spelling dictionary for {NAMES[language]} is installed here; your administrator can add it."),)


def _is_word(one: Correction, source: str) -> bool:
    """Tell whether one word becomes another; whether that is right the dictionary has told."""
    return source[one.start : one.end].isalpha() and one.text.isalpha()


def _is_sound(one: Correction, grounds: Grounds) -> bool:
    """Check one correction in what stands around it: in a long text, checking all of it each time would take hours."""
    begin, end = max(0, one.start - _AROUND_CHARS), one.end + _AROUND_CHARS
    old = grounds.source[begin:end]
    new = f"{grounds.source[begin : one.start]}{one.text}{grounds.source[one.end : end]}"
    values = {**grounds.values, grounds.recipe.main_input: old}
    return passes(check_draft(Grounds(grounds.recipe, values, old), new))


def reasons(source: str, kept: Sequence[Correction], language: str) -> list[str]:
    """Return a sentence for each correction, and how many more there are beyond the first."""
    told = []
    for correction in kept:
        old, new = source[correction.start : correction.end].strip(), correction.text.strip()
        is_doubled = bool(new) and old.casefold().split() == new.casefold().split() * 2
        why = lexicon(language).wording("proofreading.doubled") if is_doubled else correction.why
        said = f"{old}{CHANGED}{new}" + (f": {why}" if why else "")
        told.append(f"{said.removesuffix('.')}.")
    left = len(told) - _MAX_REASONS
    return [*told[:_MAX_REASONS], *([N_(f"And {left} more.")] if left > 0 else [])]
