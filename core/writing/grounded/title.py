"""A title in the words of the text: its own subject line, else what is learnt to be the best of its phrases.

Above a letter stand its sender and its reader: its title is its subject line, with a label or beside its salutation.
Where no phrase is likely enough to be the title, the best three are there to choose from; of a surer one the next two
stand beside it (DECISIONS 458).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from core.embeddings import WordEmbedder
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.recipes.model import Recipe
from core.text.content import content_stems, is_empty_word, stem
from core.text.facts import extract_facts
from core.text.forms import BRACKETS, EMOJI, LETTERS
from core.text.instructions import without_instructions
from core.text.language import detect_language, stop_words
from core.text.lexicon import lexicon, phrases_beside, whole
from core.text.salutations import GREETING, LEAVES, OPENS, is_desk, is_person, is_title
from core.text.speakers import split_turns
from core.text.statements import Statement, read_statements
from core.text.subjects import plain_subject
from core.text.verbatim import quotation_spans
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.offered import days_in
from core.writing.grounded.opening import matter_of, written_about
from core.writing.grounded.spelling import with_noun_capitals, writes_small
from core.writing.grounded.title_candidates import ABOUT, USE, Candidate, candidates_of, odds_of
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import skeleton_result

_MAX_CHARS, _MAX_READ_CHARS, _MAX_HEADING_WORDS = 60, 20_000, 8
# From here on the best phrase says what the text is about in 90 of 100 texts; below one of the best three is chosen.
_LIKELY, _POSSIBLE, _MAX_TITLES = 0.7, 0.05, 3
_MIN_WORD_CHARS, _MIN_NOTED_LINES = 12, 2
# Of a conversation with a line above it, which nobody says: two people.
_TALKERS = 3
# So many lines may stand above the salutation of a letter; its subject is among the last of them.
_MIN_HEAD_LINES, _MAX_HEAD_LINES, _NEAR_SALUTATION, _MAX_ADDRESS_WORDS = 2, 40, 3, 3
_SUBJECT_LABELS, _NOBODY_GREETED = (phrases_beside(__file__, name) for name in ("subject_labels", "nobody_greeted"))


def make_title(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return what the text is about, in its own words; where those name no matter, the recipe's gap and why."""
    del ask
    source = values[recipe.main_input]
    text, *others = titles_of(source, options.embedder)
    if not text:
        words = lexicon(detect_language(source))
        why = words.wording(f"conversation.{'unsure_title' if others else 'no_title'}")
        place = words.wording("conversation.title_gap")
        result = replace(skeleton_result(recipe, values, (why,), why, place), subject=None)
        # None of them is sure enough to stand alone; to choose among them is less work than to think of one.
        return replace(result, gaps=tuple(gap.model_copy(update={"choices": tuple(others)}) for gap in result.gaps))
    findings = tuple(find_instructions(Grounds(recipe, values, source), text))
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=findings, alternatives=tuple(others))


def titles_of(source: str, embedder: Callable[[], Embedder] | None = None) -> list[str]:
    """Return the title of a text, "" where nothing is good enough, and what else it may be called, the best first.

    A subject line of its own stands alone.
    """
    subject, name, text = without_head(source)
    if subject:
        return [subject]
    title, *others = _best(text, embedder)
    heading = "" if title else _as_heading(name, text)
    return [title, *others, heading] if heading and others else [title or heading, *others]


def without_head(source: str) -> tuple[str, str, str]:
    """Return the subject line of a text, the name of the channel or group it was written in, and what is written there.

    The first two are "" where there is none.
    """
    source = without_instructions(source[:_MAX_READ_CHARS])
    if given := _subject(source):
        return given, "", source
    name, source = _without_channel(source)
    subject, source = _of_letter(source)
    return subject, name, source


def nameable(text: str) -> tuple[list[Statement], list[Candidate]]:
    """Return what a text says to its matter, and what it may be called by it."""
    statements = read_statements(text, detect_language(text))
    statements = matter_of(statements) or statements
    return statements, [each for each in candidates_of(text, statements) if not _is_outdated(each, statements)]


def _is_outdated(candidate: Candidate, statements: Sequence[Statement]) -> bool:
    """Tell whether a candidate names a day, and what is said later moves it: "moved to the 28th"."""
    weekdays, days = days_in(candidate.text, statements[0].words.language)
    if not (weekdays or days):
        return False
    settles = whole(lexicon(statements[0].words.language).words("replies.settles"))
    later = (each.text for each in statements[candidate.sentence + 1 :] if settles.search(each.text))
    moved = (days_in(said, statements[0].words.language) for said in later)
    return any((days and other and not other & days) or (weekdays and named - weekdays) for named, other in moved)


def _best(source: str, embedder: Callable[[], Embedder] | None) -> list[str]:
    """Return what a text says that it is about, else the words that say it best, behind "" where none is likely to."""
    language = detect_language(source)
    about = written_about(read_statements(source, language))
    titles = [about] if about else _likeliest(source, embedder)
    return [*map(with_noun_capitals, titles)] if language == "de" and writes_small(source) else titles


def _likeliest(source: str, embedder: Callable[[], Embedder] | None) -> list[str]:
    """Return the likeliest of the words that may be the title, none of the words of another; "" first for none."""
    statements, candidates = nameable(source)
    if not candidates:
        return [""]
    try:
        odds = odds_of(candidates, source, statements, embedder() if embedder else WordEmbedder())
    except InlaidError:
        odds = odds_of(candidates, source, statements, WordEmbedder())
    titles = ((each, candidate) for each, candidate in zip(odds, candidates, strict=True) if candidate.title)
    ranked = sorted(titles, key=lambda pair: -pair[0][USE] - pair[0][ABOUT])
    found = dict[str, set[str]]()
    for each, candidate in ranked:
        stems = {*content_stems(candidate.text)}
        if each[ABOUT] >= _POSSIBLE and not any(stems <= other or other <= stems for other in found.values()):
            found[candidate.title] = stems
    best = [*found][:_MAX_TITLES]
    return best if ranked and ranked[0][0][ABOUT] >= _LIKELY else ["", *best]


def _without_channel(source: str) -> tuple[str, str]:
    """Return the name of the channel or group of a conversation, "" for none, and the conversation without it.

    It stands above it and says where it is held: of what is said it is the title only where nothing else is.

    A first line is such a name where it has the form of one, or where nobody says a word of it other than to greet the
    group: "Hi board, the regatta moves".
    """
    first, _, rest = source.strip().partition("\n")
    turns = split_turns(source)
    if len({turn.speaker for turn in turns}) < _TALKERS or (turns[0].speaker, turns[0].text) != ("", first.strip()):
        return "", source
    told = " ".join(GREETING.sub("", turn.text) for turn in turns[1:])
    said = {stem(word) for word in LETTERS.findall(told.casefold())}
    words = {word for word in LETTERS.findall(first.casefold()) if len(word) > 1} - stop_words()
    is_labelled = ": " in first  # "Topic: our trip"
    is_heading = is_labelled or any(stem(word) in said for word in words if not is_empty_word(word))
    is_channel = first.startswith("#") and first[1:2].isalpha()  # "#orders"
    if is_heading and not (is_channel or EMOJI.search(first)):
        return "", source
    # Whom the first message greets by that name is no part of what it says.
    inner = next((first[begin:end] for begin, end in quotation_spans(first)), first.rpartition(": ")[2])
    name = EMOJI.sub("", inner).strip(' #"\u201e\u201c\u201d\u00ab\u00bb')
    return name, rest.lstrip().replace(turns[1].text, GREETING.sub("", turns[1].text), 1)


def _subject(source: str) -> str:
    """Return the subject of the first mail in a text."""
    for line in source.lstrip().splitlines()[:8]:
        name, colon, value = line.partition(":")
        if colon and name.strip(" *>").casefold() in lexicon("mul").words("speakers.subject"):
            return plain_subject(value)[:_MAX_CHARS]
    return ""


def _of_letter(source: str) -> tuple[str, str]:
    """Return the subject line of a letter, "" for none, and the letter from its salutation; else the text as it is."""
    lines = [line.strip(" #*_=\t") for line in source.strip().splitlines()]
    at = next((at for at, line in enumerate(lines[:_MAX_HEAD_LINES]) if _is_salutation(line)), 0)
    if not at or len({turn.speaker for turn in split_turns(source)}) > 1:
        return "", source
    head, below = list(filter(None, lines[:at])), list(filter(None, lines[at + 1 :]))
    labels = {*_SUBJECT_LABELS, *lexicon("mul").words("speakers.subject")}
    for line, following in pairwise([*head, *below[:1], ""]):
        label, colon, value = line.partition(":")
        if colon and label.strip(" *").casefold() in labels:
            return plain_subject(value.strip(" *") or following)[:_MAX_CHARS], source
    if len(head) < _MIN_HEAD_LINES or not any(_is_of_letterhead(line) or is_desk(line) for line in head):
        return "", source
    rest = "\n".join(["", *lines[at + 1 :]])
    near = [*below[:1], *reversed(head[-_NEAR_SALUTATION:])]
    stands = (line for line in near if not _is_of_letterhead(line) and _comes_back_in(line, below))
    return next(filter(None, (_as_heading(line, rest) for line in stands)), ""), "\n".join(lines[at:])


def _is_salutation(line: str) -> bool:
    """Tell whether a line only greets: "Dear Ms Doe,", "Madame, Monsieur,"."""
    words = [word.strip(",:!").casefold() for word in line.split()]
    is_titles = bool(words) and is_title(words[0]) and len(words) <= _MAX_HEADING_WORDS
    is_greeting = OPENS.match(line) or line.casefold().startswith(_NOBODY_GREETED)
    return (bool(is_greeting) and line.endswith((",", ":", "!"))) or (is_titles and line.endswith(","))


def _is_of_letterhead(line: str) -> bool:
    """Tell whether a line above a letter says to whom, where or when: it is a name, an address or has a date."""
    is_dated = any(fact.kind == "date" for fact in extract_facts(line, detect_language(line)).items)
    is_place = line[:1].isdigit() or (len(line.split()) <= _MAX_ADDRESS_WORDS and any(map(str.isdigit, line)))
    return is_dated or is_place or (line.title() == line and is_person(line))


def _comes_back_in(line: str, below: Sequence[str]) -> bool:
    """Tell whether a letter says a word of a line, its signature left out."""
    told = takewhile(lambda other: not LEAVES.match(other), below[below[:1] == [line] :])
    return not {*content_stems(" ".join(told))}.isdisjoint(content_stems(line))


def _as_heading(line: str, rest: str) -> str:
    """Return a line where it can be the heading of what follows it, else ""."""
    # A single word names a document, where a paragraph follows; "Hello" and "Minutes" do not.
    is_apart = rest.startswith("\n")
    is_word = len(line) >= _MIN_WORD_CHARS and is_apart
    # Signs, numbers and what stands in brackets do not make a sentence of a heading.
    length = sum(any(map(str.isalpha, word)) for word in BRACKETS.sub("", line).split())
    is_line = 1 - is_word < length <= _MAX_HEADING_WORDS and not re.search(r"[.!?,:;]$|: |@|^\W|\d[:h]\d\d", line)
    # People write small letters above their own notes.
    is_noted = is_apart and rest.count("\n") >= _MIN_NOTED_LINES and not OPENS.match(line)
    is_heading = bool(rest.strip()) and is_line and len(line) <= _MAX_CHARS and (line[:1].isupper() or is_noted)
    return line[:1].upper() + line[1:] if is_heading else ""
