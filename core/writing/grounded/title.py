"""A title in the words of the text: its subject, its opening clause, or the noun phrase nearest to all that it says.

Of a conversation only the subject line or what its first message states can be the title, small talk left out: what is
said later is one of its matters, or a joke. Where neither tells, no title is offered (DECISIONS 283). The name of a
channel tells only where it is held, and a first clause says more than one word of it (DECISIONS 382). Above a letter
stand its sender and its reader: its title is its subject line, with a label or beside its salutation.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile
from operator import mul

from core.embeddings import WordEmbedder
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.recipes.model import Recipe
from core.text.content import content_stems, is_empty_word, stem
from core.text.facts import extract_facts
from core.text.forms import BRACKETS, EMOJI, LETTERS
from core.text.instructions import without_instructions
from core.text.language import detect_language, stop_words
from core.text.lexicon import lexicon, phrases_beside
from core.text.noun_phrases import NounPhrase, noun_phrases
from core.text.salutations import GREETING, LEAVES, OPENS, is_desk, is_person, is_title
from core.text.speakers import split_turns
from core.text.statements import Statement, read_statements
from core.text.subjects import plain_subject
from core.text.verbatim import quotation_spans
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.opening import matter_of, opening_clause, says_i, written_about
from core.writing.grounded.spelling import with_noun_capitals, writes_small
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import skeleton_result

_MAX_CHARS, _MAX_READ_CHARS, _MAX_HEADING_WORDS = 60, 20_000, 8
_MAX_COMPARED = 80
# So many sentences of its first message state what a conversation is about; what follows is of parts of it.
_STATED = 2
_MIN_WORD_CHARS = 12
_DASHES, _MIN_NOTED_LINES = (" - ", " \u2013 ", " \u2014 "), 2
# What stands first is what a text is about more often than what stands later.
_FIRST = 0.03
# Of a conversation with a line above it, which nobody says: two people.
_TALKERS = 3
_HEAD_FIRST = frozenset({"fr", "es"})
# So many lines may stand above the salutation of a letter; its subject is among the last of them.
_MIN_HEAD_LINES, _MAX_HEAD_LINES, _NEAR_SALUTATION, _MAX_ADDRESS_WORDS = 2, 40, 3, 3
_SUBJECT_LABELS, _NOBODY_GREETED = (phrases_beside(__file__, name) for name in ("subject_labels", "nobody_greeted"))
_MOMENTS = frozenset({"date", "weekday", "day", "time", "month"})


def make_title(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return what the text is about, in its own words; where those name no matter, the recipe's gap and why."""
    del ask
    source = values[recipe.main_input]
    text = title_of(source, options.embedder)
    if not text:
        words = lexicon(detect_language(source))
        why = words.wording("conversation.no_title")
        place = words.wording("conversation.title_gap")
        return replace(skeleton_result(recipe, values, (why,), why, place), subject=None)
    findings = tuple(find_instructions(Grounds(recipe, values, source), text))
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=findings)


def title_of(source: str, embedder: Callable[[], Embedder] | None = None) -> str:
    """Return the title of a text: its own subject or heading, else what it states; "" where it states no matter."""
    source = without_instructions(source[:_MAX_READ_CHARS])
    if given := _subject(source):
        return given
    name, source = _without_channel(source)
    subject, source = _of_letter(source)
    if given := subject or _heading(source):
        return given
    language = detect_language(source)
    statements = read_statements(source, language)
    is_talk = len({statement.speaker for statement in statements}) > 1
    if not statements:
        return ""
    first = [statement for statement in statements if statement.turn == statements[0].turn]
    stated = (matter_of(statements) or first)[:_STATED] if is_talk else statements
    stated = written_about(first) or stated
    called = _as_heading(name, source)
    # "I can't drive tomorrow" names no matter of the group.
    is_own = all(said.is_empty or says_i(said) for said in stated)
    topic = _topic(statements, stated, embedder)
    title = opening_clause(stated, topic) or (called if is_own else "") or topic
    title = with_noun_capitals(title) if language == "de" and writes_small(source) else title
    return title or called


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


def _heading(source: str) -> str:
    """Return a first line that stands above the text as its heading, or what a long one says before its dash."""
    first, _, rest = source.strip().partition("\n")
    line = first.strip(" #*_=")
    before_dash = min((line.partition(dash)[0] for dash in _DASHES), key=len)
    return next(filter(None, (_as_heading(text, rest) for text in (line, before_dash))), "")


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


def _topic(
    statements: Sequence[Statement], stated: Sequence[Statement], embedder: Callable[[], Embedder] | None
) -> str:
    """Return the noun phrase of what is stated that comes nearest to the whole text, "" where it has none."""
    language = stated[0].words.language
    people = {part.casefold() for statement in statements for part in statement.speaker.split()}
    vague = set(lexicon(language).words("phrases.vague"))
    early: dict[str, float] = {}
    for statement in stated:
        bonus = 0.0 if statement.place else _FIRST
        for phrase in noun_phrases(statement.text, lexicon(language), language):
            if len(phrase.text) <= _MAX_CHARS and not _says_nothing(phrase, people, vague, language):
                early.setdefault(phrase.text, bonus)
    phrases = list(early)[:_MAX_COMPARED]
    near = _nearness(statements, phrases, embedder)
    worth = {phrase: near[phrase] + early[phrase] for phrase in phrases}
    return max(phrases, key=worth.__getitem__, default="")


def _nearness(
    statements: Sequence[Statement], phrases: Sequence[str], embedder: Callable[[], Embedder] | None
) -> dict[str, float]:
    """Return how near each phrase comes to all that is said."""
    said = [" ".join(statement.text for statement in statements), *phrases]
    try:
        whole, *found = (embedder() if embedder else WordEmbedder()).embed(said, is_query=True)
    except InlaidError:
        whole, *found = WordEmbedder().embed(said)
    return {phrase: sum(map(mul, whole, vector)) for phrase, vector in zip(phrases, found, strict=True)}


def _says_nothing(phrase: NounPhrase, people: set[str], vague: set[str], language: str) -> bool:
    """Tell whether a phrase names nobody and nothing that a text is about: a person, a moment, a vague word."""
    moments = {
        part.casefold()
        for fact in extract_facts(phrase.text, language).items
        if fact.kind in _MOMENTS or fact.category == "money"
        for part in fact.text.split()
    }
    tokens = [token.casefold() for token in re.findall(r"[^\W\d_][\w'\u2019-]*", phrase.text)]
    told = [
        token
        for token in tokens
        if len(token) > 2 and token not in people | vague | moments and not is_empty_word(token)
    ]
    links = lexicon(language).words("phrases.links")
    first = list(takewhile(lambda one: one not in links, tokens))
    # "Price of the cups" is something, "price" is not.
    head = [] if len(first) < len(tokens) else first[:1] if language in _HEAD_FIRST else first[-1:]
    last = phrase.text.split()[-1].casefold()
    return not told or tokens[0] in people or bool(({*head} | {last} - moments) & vague)
