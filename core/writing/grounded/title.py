"""A title in the words of the text: its subject, what has happened, or the noun phrase nearest to all that it says.

Of a conversation only the subject line or what its first message states can be the title, small talk left out: what is
said later is one of its matters, or a joke. Where neither tells, no title is offered (DECISIONS 283). The name of a
channel tells only where it is held, and a first clause says more than one word of it (DECISIONS 382).
"""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from itertools import takewhile
from operator import mul

from core.embeddings import WordEmbedder
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.recipes.model import Recipe
from core.text.content import is_empty_word, stem
from core.text.definitions import find_definitions
from core.text.facts import extract_facts
from core.text.forms import BRACKETS, EMOJI, LETTERS
from core.text.instructions import without_instructions
from core.text.language import detect_language, stop_words
from core.text.lexicon import Lexicon, either_of, expression, lexicon
from core.text.noun_phrases import NounPhrase, noun_phrases
from core.text.salutations import GREETING, OPENS
from core.text.speakers import split_turns
from core.text.statements import Statement, read_statements
from core.text.subjects import plain_subject
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.grounded.opening import matter_of, opening_clause, written_about
from core.writing.grounded.spelling import with_noun_capitals, writes_small
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import skeleton_result

_MAX_CHARS, _MAX_READ_CHARS, _MAX_HEADING_WORDS = 60, 20_000, 8
_MAX_COMPARED = 80
# So many sentences of its first message state what a conversation is about; what follows is of parts of it.
_STATED = 2
_MIN_EVENT_WORDS, _MIN_WORD_CHARS, _MIN_OWN_WORDS = 3, 12, 30
# Quoted lines with the line that announces them.
_QUOTED = re.compile(r"(?m)(?:^[^\n>]{5,120}:[ \t]*\n{1,2})?(?:^>[^\n]{0,2000}\n?)+")
_DASHES, _MIN_NOTED_LINES = (" - ", " \u2013 ", " \u2014 "), 2
_NUMBER_THEN_ARTICLE = either_of("small_words", "article_behind_number", r"\d ", " ", flags=0)
# What stands first is what a text is about more often than what stands later.
_FIRST, _EARLY, _EARLY_STATEMENTS = 0.03, 0.01, 4
# Names come near to a text whatever it is about.
_NAMED, _NAME_WORDS = 0.02, 2
# A longer phrase may be so much less near.
_AS_NEAR, _AS_NEAR_AS_WORD = 0.012, 0.035
_ARROW = " => "
# Of a conversation with a line above it, which nobody says: two people.
_TALKERS = 3
_HEAD_FIRST = frozenset({"fr", "es"})
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
    source = _own(without_instructions(source[:_MAX_READ_CHARS]))
    if given := _subject(source):
        return given
    source = _without_channel(source)
    if given := _heading(source):
        return given
    language = detect_language(source)
    statements = read_statements(source, language)
    is_talk = len({statement.speaker for statement in statements}) > 1
    if not statements:
        return ""
    first = [statement for statement in statements if statement.turn == statements[0].turn]
    stated = (matter_of(statements) or first)[:_STATED] if is_talk else statements
    title = _matter(source, statements, written_about(first) or stated, embedder)
    return with_noun_capitals(title) if language == "de" and writes_small(source) else title


def _own(source: str) -> str:
    """Return a mail without the older ones that it quotes, where enough is left."""
    rest = _QUOTED.sub("", source)
    return rest if len(rest.split()) >= _MIN_OWN_WORDS else source


def _without_channel(source: str) -> str:
    """Return a conversation without the name of its channel or group, which stands above it and says where it is held.

    A first line is such a name where it has the form of one, or where nobody says a word of it other than to greet the
    group: "Hi board, the regatta moves".
    """
    first, _, rest = source.strip().partition("\n")
    turns = split_turns(source)
    if len({turn.speaker for turn in turns}) < _TALKERS or (turns[0].speaker, turns[0].text) != ("", first.strip()):
        return source
    told = " ".join(GREETING.sub("", turn.text) for turn in turns[1:])
    said = {stem(word) for word in LETTERS.findall(told.casefold())}
    words = {word for word in LETTERS.findall(first.casefold()) if len(word) > 1} - stop_words()
    is_labelled = ": " in first  # "Topic: our trip"
    is_heading = is_labelled or any(stem(word) in said for word in words if not is_empty_word(word))
    is_channel = first.startswith("#") and first[1:2].isalpha()  # "#orders"
    if is_heading and not (is_channel or EMOJI.search(first)):
        return source
    # Whom the first message greets by that name is no part of what it says.
    return rest.lstrip().replace(turns[1].text, GREETING.sub("", turns[1].text), 1)


def _subject(source: str) -> str:
    """Return the subject of the first mail in a text."""
    for line in source.lstrip().splitlines()[:8]:
        name, colon, value = line.partition(":")
        if colon and name.strip(" *>").casefold() in lexicon("mul").words("speakers.subject"):
            return plain_subject(value)[:_MAX_CHARS]
    return ""


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


def _matter(
    source: str,
    statements: Sequence[Statement],
    stated: Sequence[Statement],
    embedder: Callable[[], Embedder] | None,
) -> str:
    """Return the topic of a text, with what has happened to it or what is wanted, where the text opens with that.

    `stated` are those of the statements that may give the title.
    """
    if not stated:
        return ""
    words, language = stated[0].words, stated[0].words.language
    topic = _topic(source, statements, stated, embedder)
    early = [statement for statement in stated[:_EARLY_STATEMENTS] if not statement.asks]
    for statement in early:
        for clause in words["phrases.joins"].split(statement.text.rstrip(".! ")):
            event = _event(clause, language)
            if event and len(event) <= _MAX_CHARS and (not statement.place or topic.casefold() in event.casefold()):
                return event[:1].upper() + event[1:]
    if proposal := next(filter(None, (_proposal(statement.text, language) for statement in early)), ""):
        return proposal
    named = _named_matter([statement.text for statement in early], words)
    if not named and (opening := opening_clause(stated, topic)):
        return opening
    if not (named and topic) or words["phrases.matters"].search(topic):
        return topic
    small = topic[:1].lower() + topic[1:]
    topic = small if small in source else topic
    joined = words.wording("phrases.matter_of").format(matter=named[:1].upper() + named[1:], topic=topic)
    return joined if len(joined) <= _MAX_CHARS else topic[:1].upper() + topic[1:]


def _named_matter(said: Sequence[str], words: Lexicon) -> str:
    """Return the noun of what a text is written for, "" where it names none."""
    told = [line.split(_ARROW) for line in words.words("phrases.matters_told")]
    for line in said:
        if match := words["phrases.matters"].search(line):
            return match[0]
        if found := next((name for cue, name in told if re.search(expression(cue.strip()), line, re.I)), ""):
            return found
    return ""


def _proposal(said: str, language: str) -> str:
    """Return what a sentence proposes to do, as the infinitive that it has; "" for none."""
    words = lexicon(language)
    cue = words["phrases.proposed"].search(said)
    if not cue:
        return ""
    clause = re.split(r"[,;:.!?(]", said[cue.end() :].strip())[0]
    times = (fact.start for fact in extract_facts(clause, language).items if fact.kind in _MOMENTS)
    tokens = clause[: min(times, default=len(clause))].split()
    mark, outside = words.wording("phrases.infinitive_mark"), set(words.words("phrases.determiners"))
    if language == "de":
        if tokens[-2:-1] != [mark]:
            return ""
        tokens.pop(-2)
    while tokens and tokens[0].casefold() in outside | {mark}:
        tokens.pop(0)
    while tokens and tokens[-1].casefold() in stop_words() | {
        *words.words("phrases.edges"),
        *words.words("phrases.links"),
    }:
        tokens.pop()
    links = set(words.words("phrases.links")) if language != "de" else set()
    while len(" ".join(tokens)) > _MAX_CHARS and (at := _last_of(links, tokens)):
        tokens = tokens[:at]
    told = " ".join(tokens)
    return told[:1].upper() + told[1:] if len(tokens) > 1 and len(told) <= _MAX_CHARS else ""


def _last_of(links: set[str], tokens: Sequence[str]) -> int:
    """Return where the last complement begins, 0 for none."""
    return next((at for at in range(len(tokens) - 1, 1, -1) if tokens[at].casefold() in links), 0)


def _event(clause: str, language: str) -> str:
    """Return a clause that tells what happened to a thing, without the times at its edges; "" for any other."""
    words = lexicon(language)
    opens = words["phrases.happened_first"].search(clause)
    match = opens or words["phrases.happened"].search(clause)
    if not match:
        return ""
    moments = [fact for fact in extract_facts(clause, language).items if fact.kind in _MOMENTS]
    ends = [end for fact in moments if (end := fact.start + len(fact.text)) <= match.start()]
    start = match.start() if opens else max(ends, default=0)
    if not opens and not clause[start : match.start()].strip(" ,"):
        return ""
    stop = min((fact.start for fact in moments if fact.start >= match.end()), default=len(clause))
    tokens = clause[start:stop].strip(" ,").split()
    edges, kept = set(words.words("phrases.edges")), len(clause[start : match.end()].split())
    while tokens and tokens[0].casefold() in edges:
        tokens, kept = tokens[1:], kept - 1
    while len(tokens) > kept and tokens[-1].casefold() in edges | stop_words() | set(words.words("phrases.links")):
        tokens.pop()
    if opens and language == "de":
        tokens = [*tokens[1:], *tokens[:1]]
    is_pronoun = bool(tokens) and not opens and tokens[0].casefold() in words.words("phrases.pronouns")
    told = " ".join(tokens)
    told = told if len(told) <= _MAX_CHARS else " ".join(tokens[:kept])
    return told if not is_pronoun and len(tokens) >= _MIN_EVENT_WORDS and noun_phrases(told, words, language) else ""


def _topic(
    source: str,
    statements: Sequence[Statement],
    stated: Sequence[Statement],
    embedder: Callable[[], Embedder] | None,
) -> str:
    """Return the noun phrase of what is stated that comes nearest to the whole text, "" where it has none."""
    language = stated[0].words.language
    people = {part.casefold() for statement in statements for part in statement.speaker.split()}
    # "Supplier" and "Customer" stand in every contract.
    people |= {part.casefold() for definition in find_definitions(source) for part in definition.term.split()}
    people |= set(lexicon(language).words("phrases.no_first"))
    vague = set(lexicon(language).words("phrases.vague"))
    early: dict[str, float] = {}
    for statement in stated:
        bonus = 0.0 if statement.place >= _EARLY_STATEMENTS else _EARLY if statement.place else _FIRST
        # What is only asked may not be so: "spam folder?"
        bonus -= _FIRST if statement.text.endswith("?") and len(statement.text.split()) <= _MIN_EVENT_WORDS else 0.0
        clocks = {fact.text.split()[0] for fact in extract_facts(statement.text, language).items if fact.kind == "time"}
        for found in noun_phrases(statement.text, lexicon(language), language):
            phrase = replace(found, text=_without_times(found.text, language, clocks))
            if _is_title(phrase.text) and not _says_nothing(phrase, people, vague, language):
                # "Right, spring concert." names the matter and says nothing of it yet.
                if not statement.place and phrase.text == statement.text.rstrip(".!"):
                    return phrase.text
                early.setdefault(phrase.text, bonus)
    phrases = list(early)[:_MAX_COMPARED]
    near = _nearness(statements, phrases, embedder)
    worth = {phrase: near[phrase] + early[phrase] - _NAMED * _ends_as_name(phrase) for phrase in phrases}
    best = max(phrases, key=worth.__getitem__, default="")
    # What says more of the same thing is the better title.
    # So is what the text opens with.
    margins = {
        phrase: _AS_NEAR_AS_WORD if " " not in best or early[phrase] == _FIRST else _AS_NEAR for phrase in phrases
    }
    wider = [phrase for phrase in phrases if f" {best} ".casefold() in f" {phrase} ".casefold()]
    longer = [phrase for phrase in wider if near[phrase] >= near[best] - margins[phrase]]
    return max(longer, key=len, default="")


def _without_times(text: str, language: str, clocks: Set[str]) -> str:
    """Return a phrase up to the first moment in it ("Offer until Friday"); `clocks` open one in its sentence."""
    words = lexicon(language)
    times = (fact.start for fact in extract_facts(text, language).items if fact.kind in _MOMENTS)
    tokens = text[: min(times, default=len(text))].split()
    small = {*words.words("phrases.links"), *words.words("phrases.edges"), *words.words("phrases.determiners")}
    while len(tokens) > 1 and (tokens[-1].casefold() in small or tokens[-1] in clocks):
        tokens.pop()
    return " ".join(tokens) if len(tokens) > 1 or (tokens and text.split()[-1] in clocks) else text


def _is_title(text: str) -> bool:
    return len(text) <= _MAX_CHARS and not _NUMBER_THEN_ARTICLE.search(text)


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
    share = len(first) < len(tokens) and first[-1:] and first[-1] in lexicon(language).words("phrases.partitives")
    at_time = len(tokens) > 1 and tokens[0] in lexicon(language).words("phrases.time_nouns")
    return not told or tokens[0] in people or bool(share or at_time or ({*head} | {last} - moments) & vague)


def _ends_as_name(phrase: str) -> bool:
    """Tell whether the last two of several words have capitals."""
    words = phrase.split(" ")
    return len(words) > _NAME_WORDS and all(word[:1].isupper() for word in words[-_NAME_WORDS:])
