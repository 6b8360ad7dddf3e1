"""A title in the words of the text: the subject it has, or the things that it speaks of most. Rules alone."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from core.recipes.model import Recipe
from core.text.facts import extract_facts
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import lexicon
from core.text.noun_phrases import NounPhrase, noun_phrases
from core.text.salutations import plain_subject
from core.text.statements import Statement, read_statements
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_MOST_CHARS, _MOST_READ_CHARS, _LONGEST_HEADING_WORDS = 60, 20_000, 8
_MOST_TOPICS, _EARLY, _SEVERAL = 3, 4, 2


def make_title(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return what the text is about, in its own words."""
    del ask
    source = values[recipe.main_input]
    text = title_of(source)
    findings = tuple(find_instructions(Grounds(recipe, values, source), text))
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=findings)


def title_of(source: str) -> str:
    """Return the title of a text: its own subject or heading, else its topics, else an honest label."""
    source = without_instructions(source[:_MOST_READ_CHARS])
    language = detect_language(source)
    if given := _subject(source) or _heading(source):
        return given
    statements = read_statements(source, language)
    topics = [one.text for one in _agenda(statements, language)] or _topic(statements, language)
    return _joined(topics, lexicon(language).wording("phrases.and"), source) if topics else _label(source, language)


def _subject(source: str) -> str:
    """Return the subject of the first mail in a text."""
    for line in source.lstrip().splitlines()[:8]:
        name, colon, value = line.partition(":")
        if colon and name.strip(" *>").casefold() in lexicon("mul").words("speakers.subject"):
            return plain_subject(value)[:_MOST_CHARS]
    return ""


def _heading(source: str) -> str:
    """Return a first line that stands above the text as its heading."""
    first, _, rest = source.strip().partition("\n")
    line = first.strip(" #*_=")
    is_line = 1 < len(line.split()) <= _LONGEST_HEADING_WORDS and not re.search(r"[.!?,:;]$|: |@|^\W|\d:\d\d", line)
    return line if rest.strip() and is_line and line[:1].isupper() and len(line) <= _MOST_CHARS else ""


def _agenda(statements: Sequence[Statement], language: str) -> list[NounPhrase]:
    """Return the topics that a meeting names as its points."""
    words = lexicon(language)
    found: dict[str, NounPhrase] = {}
    for statement in statements:
        match = words["phrases.topic"].search(statement.text)
        # What is named so is a noun, with or without its article.
        led = f"{words.words('phrases.determiners')[0]} {statement.text[match.end() :].lstrip(' ,:')}" if match else ""
        for phrase in noun_phrases(led, words, language)[:1]:
            found.setdefault(phrase.text, phrase)
    return list(found.values())[:_MOST_TOPICS]


def _topic(statements: Sequence[Statement], language: str) -> list[str]:
    """Return the noun phrase that the text begins with or comes back to, none when there is none."""
    words = lexicon(language)
    counts = Counter(stem for statement in statements for stem in statement.stems)
    people = {part.casefold() for one in statements for part in one.speaker.split()}
    vague = frozenset(words.words("phrases.vague"))
    turned_down = frozenset(stem for one in statements if one.has("refusal") or one.has("change") for stem in one.stems)
    worth: dict[str, float] = {}
    for statement in statements:
        for phrase in noun_phrases(statement.text, words, language):
            is_held = statement.place < _EARLY or all(
                counts[stem] >= _SEVERAL and stem not in turned_down for stem in phrase.stems
            )
            if is_held and not statement.does & {"refusal", "dispute"} and not _is_vague(phrase, vague, people):
                worth[phrase.text] = max(_worth(phrase, statement, counts), worth.get(phrase.text, 0.0))
    return sorted(worth, key=lambda one: -worth[one])[:1]


def _worth(phrase: NounPhrase, statement: Statement, counts: Counter[str]) -> float:
    repeated = sum(math.sqrt(counts[stem]) for stem in set(phrase.stems)) / math.sqrt(len(phrase.stems))
    early = 2.2 if statement.place == 0 else 1.25 if statement.place < _EARLY else 1.0
    decided = 1.2 if statement.does & {"decision", "request", "outcome", "promise"} else 1.0
    led = 1.15 if phrase.is_led else 1.0
    return repeated * early * decided * led


def _is_vague(phrase: NounPhrase, vague: frozenset[str], people: set[str]) -> bool:
    tokens = [token.casefold() for token in re.findall(r"[^\W\d_][\w'\u2019-]*", phrase.text)]
    return all(token in vague or token in people or len(token) < 3 for token in tokens) or tokens[0] in vague


def _joined(topics: Sequence[str], word: str, source: str) -> str:
    """Return topics as one line, as many as have room."""
    small = [one[:1].lower() + one[1:] if re.search(rf"\b{re.escape(one.split()[0].lower())}\b", source) else one
             for one in topics[1:]]  # fmt: skip
    while len(line := f" {word} ".join(filter(None, (", ".join([topics[0], *small[:-1]]), *small[-1:])))) > _MOST_CHARS:
        if not small:
            return line[:_MOST_CHARS].rpartition(" ")[0] or line[:_MOST_CHARS]
        small = small[:-1]
    return line


def _label(source: str, language: str) -> str:
    words = lexicon(language)
    date = next(
        (fact.text for fact in extract_facts(source, language).items if fact.kind in {"date", "weekday", "day"}), ""
    )
    return (
        words.wording("conversation.conversation_of").format(date=date)
        if date
        else words.wording("conversation.conversation")
    )
