"""Residue of templates and of chat: placeholders, prefaces, a model that speaks of itself or repeats its prompt."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from core.drafts import Finding, without_gaps
from core.recipes.model import Prompt, Variant
from core.recipes.templates import CLOSE_FENCE, OPEN_FENCE
from core.text.catalogues import N_
from core.text.lexicon import either, joined, pattern_beside, phrases_beside
from core.text.sentences import split_behind
from core.writing.checks.grounds import Grounds, spaced_words

# `[[question?]]` is a gap for the person and legal; `[text](link)`, `[1]` and `[x]` are Markdown.
_BRACKETS = re.compile(
    r"(?<!\[)\[(?!\[)(?=[^\]\n]{0,58}?[^\W\d_]{2})[^\[\]\n]{2,60}\](?![\](])|\{\{?[^{}\n]{1,40}\}\}?"
)
_ANGLES = pattern_beside(__file__, "blanks", "<", r"\b[^<>\n]{0,40}>")
_FILLERS = pattern_beside(__file__, "fillers", r"\b", r"|(?<![\w_])_{4,}(?![\w_])")
_SPEAKS_OF_ITSELF = pattern_beside(__file__, "speaks_of_itself", r"\b")
_PRODUCT = joined(phrases_beside(__file__, "products"))
_INTRODUCES = rf"{joined(phrases_beside(__file__, 'introduces'))}\b[^.\n:]{{0,60}}?\b{_PRODUCT}\b[^.\n:]{{0,40}}:"
_SUBJECTS = phrases_beside(__file__, "subjects")
_PREFACE = either(
    [_INTRODUCES, *(rf"{subject}\s*:" for subject in _SUBJECTS), *phrases_beside(__file__, "introduces_alone")],
    rf"\A\W{{0,3}}(?:{joined(phrases_beside(__file__, 'agrees'))}[,!.]?\s{{1,3}})?",
)
_SUBJECT_LABEL = either(_SUBJECTS, r"\A\W{0,3}", r"\s*:")
_PRODUCT_LABEL = either([_PRODUCT], r"\A\W{0,3}", r"\s*:")
_MAX_LABEL_CHARS, _MAX_LABEL_WORDS = 40, 3

# What a template fills in is not the recipe's own.
_FILLED_IN = re.compile(r"\{\{.{0,400}?\}\}|\{%.{0,400}?%\}|<<<|>>>", re.S)
_SENTENCE_ENDS = ".!?:"
# A run of so many words of a prompt, a whole sentence of it, or what is fixed in an objection, is no accident.
_RUN_WORDS, _SENTENCE_WORDS, _OBJECTION_WORDS = 8, 6, 4


def _findings(check: str, grounds: Grounds, matches: Iterator[re.Match[str]], saying: str) -> Iterator[Finding]:
    for match in matches:
        place = match[0].strip()
        if not grounds.stands(place):
            yield Finding(check=check, severity="block", place=place, sentence=saying.format(place=place))


def find_placeholders(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each stand-in that somebody would have to fill in, marked gaps excepted."""
    said = without_gaps(text)
    for pattern in (_BRACKETS, _ANGLES, _FILLERS):
        yield from _findings("placeholders", grounds, pattern.finditer(said), N_("“{place}” is an empty form."))


def find_chatbot_residue(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding where the text introduces itself or the model speaks of itself."""
    yield from _findings("residue", grounds, _SPEAKS_OF_ITSELF.finditer(text), N_("“{place}” is the model talking."))
    saying = N_("“{place}” introduces the text and is not part of it.")
    preface = find_preface(text, grounds.source)
    yield from _findings("residue", grounds, iter([preface] if preface else []), saying)


def find_preface(text: str, source: str) -> re.Match[str] | None:
    """Return what introduces a text, None for nothing; a label that its source begins with, too, is part of it."""
    preface = _PREFACE.match(text[:200])
    is_subject = _SUBJECT_LABEL.match(text) and _has_label(source)
    is_product = _PRODUCT_LABEL.match(text) and _PRODUCT_LABEL.match(source)
    return None if is_subject or is_product else preface


def _has_label(source: str) -> bool:
    label, colon, _rest = source[:_MAX_LABEL_CHARS].partition(":")
    words = label.strip("*_# \n\u00a0\u202f").split()
    return bool(colon) and 0 < len(words) <= _MAX_LABEL_WORDS and all(map(str.isalpha, words))


def find_prompt_words(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding when the draft says what only the prompt says: its fences, instructions, examples and repairs."""
    if place := _fence_mark(grounds, text) or _repeated(grounds, text):
        sentence = f"“{place}” stands in the instructions for the model and not in the text."
        yield Finding(check="prompt", severity="block", sentence=sentence)


def _fence_mark(grounds: Grounds, text: str) -> str:
    return next((mark for mark in (OPEN_FENCE, CLOSE_FENCE) if mark in text and not grounds.stands(mark)), "")


def _repeated(grounds: Grounds, text: str) -> str:
    words = spaced_words(text)
    repeated = [run for run in _runs(_told(grounds.recipe.prompt)) if f" {run} " in words]
    source = spaced_words(grounds.everything) if repeated else ""
    return next((run for run in repeated if not _is_said(run, source)), "")


def recites(text: str, objections: Iterable[str], grounds: Grounds) -> bool:
    """Tell whether a draft keeps what was asked for about the previous draft, whichever part was meant."""
    said, source = spaced_words(text), spaced_words(grounds.everything)
    # What stands between quotation marks is of the draft.
    fixed = (spaced_words(part) for objection in objections for part in objection.replace("”", "“").split("“")[::2])
    return any(part in said and part not in source for part in fixed if len(part.split()) >= _OBJECTION_WORDS)


def _is_said(run: str, source: str) -> bool:
    """Tell whether the source says it too; of a short sentence its words are enough."""
    words = run.split()
    return f" {run} " in source or (len(words) < _RUN_WORDS and set(words) <= set(source.split()))


def _told(prompt: Prompt) -> tuple[str, ...]:
    """Return what a recipe tells a model, without the person's own past work."""
    tellers: tuple[Variant, ...] = (prompt, *prompt.variants.values())
    texts = [text or "" for teller in tellers for text in (teller.system, teller.user, teller.repair)]
    shown = [example for teller in tellers for example in teller.examples or () if not example.is_own]
    return (*texts, *(text for example in shown for text in (example.user, example.assistant)))


@lru_cache(maxsize=256)
def _runs(told: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in (part for text in told for part in _FILLED_IN.split(text)):
        words = spaced_words(part).split()
        for at in range(len(words) - _RUN_WORDS + 1):
            found[" ".join(words[at : at + _RUN_WORDS])] = None
        for sentence in split_behind(part, _SENTENCE_ENDS):
            if _SENTENCE_WORDS <= len(words := spaced_words(sentence).split()) < _RUN_WORDS:
                found[" ".join(words)] = None
    return tuple(found)
