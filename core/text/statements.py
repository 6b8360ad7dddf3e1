"""The sentences of a thread, meeting or mail: who said each, made readable at its edges, and what it does."""

import re
from dataclasses import dataclass

from core.cached_property import cached_property
from core.text.asks import is_greeting
from core.text.content import is_empty_word, stem
from core.text.facts import Fact, extract_facts
from core.text.forms import ALPHABETIC, ALPHANUMERIC, BULLETS, EMOJI, LETTERS, LINK, WORD
from core.text.language import stop_words
from core.text.lexicon import Lexicon, either, lexicon
from core.text.salutations import LAST_LINE, OPENS
from core.text.sentences import DATE_DOT, ends_sentence, split_sentences, unwrap
from core.text.speakers import Turn, split_turns

# "19. juni" and "31. März" are no items of a list.
# A box alone marks a line of a list; of several each is a choice.
_BOX = rf"(?:[{BULLETS}]+\s+)?[\u2610-\u2612](?![^\n]*[\u2610-\u2612])"
_LIST_MARK = re.compile(rf"\A\s*(?:{_BOX}|[{BULLETS}]+|\(?\d{{1,2}}[.)](?!\s+(?:[a-zà-ÿ]|{DATE_DOT}))|#{{1,6}})\s+")
# Without brackets it may be what is said: "8:00 better".
_STAMP = re.compile(r"\A\[\d{1,2}:\d{2}(?::\d{2})?\]\s+")
_SLACK_MARK = re.compile(r"<@[\w|]{1,40}>[ ,:]*|(?<![\w:]):[a-z0-9_+-]{2,30}:(?![\w:])|\{\w{1,30}\}")
_AT = re.compile(r"(?<![\w@])@(?=[^\W\d_])")
# "Saludos, Inés", "VG Sibel"
_NAME_BEHIND = re.compile(r",? [^\W\d_a-zß-ÿ][\w.'\u2019-]*(?: [^\W\d_a-zß-ÿ][\w.'\u2019-]*){0,2}$")
_CLOSES = either([LAST_LINE], after=r"[,.!]?")
_MARKS = frozenset(".,;:!?")
_ENDS = ".!?\u2026:"
_EDGE = " \t\n,;:\u2013\u2014-"
# People who begin sentences in small letters: the stop ends one all the same.
_SHORTENED = (
    "ca",
    "nr",
    "st",
    "dr",
    "mr",
    "ms",
    "vs",
    "etc",
    "bzw",
    "usw",
    "min",
    "max",
    "incl",
    "inkl",
    "zzgl",
    "cf",
    "vgl",
)
_TITLES = ("prof", "hr", "fr", "frl", "mrs", "mme", "sr", "sra", "dra")
_SHORT = "".join(rf"(?<!\b(?i:{word})\.)" for word in (*_SHORTENED, *_TITLES))
_SMALL_BREAK = re.compile(rf"(?<=[^\W\d_]{{2}}[.!?]){_SHORT} +(?=[^\W\d_])|(?<=[!?\u2026]) +(?=\w)")
_GROUPS = {"weekday": "day", "date": "day"}
# "Article 3." by itself
_NUMBERING = re.compile(r"(?:[^\W\d_]{1,12}\.? )?[\dIVX]{1,4}(?:\.\d{1,3})*[.)]?")
_WRAP_CHARS = 60
# With so many words of content before it, a pronoun stands for one of them.
_HOLDS_ITS_NOUN = 6
_MAX_SIGNATURE_LINES = 8
_MAX_CLOSING_CHARS = 200
_PAIR = 2
_NAME = r"[A-Z\u00c0-\u00de][\w.'\u2019-]{0,30}+"
_NAMES = re.compile(rf"{_NAME}(?: {_NAME}){{0,2}}")


Values = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Statement:
    """One sentence, or one entry of a list.

    `raw` stands word for word in the source; `text` is what a person reads; `turn` counts turns.
    """

    place: int
    turn: int
    speaker: str
    text: str
    raw: str
    words: Lexicon
    is_listed: bool = False

    @cached_property
    def quoted(self) -> str:
        """All that it says in one line, also the word that it opens with: "Agreed, from February."."""
        return readable(self.raw, self.words, is_whole=True)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words of content."""
        return _stems(self.text)

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The kinds of its numbers, dates and amounts."""
        return tuple(fact.kind for fact in self.details)

    @cached_property
    def fact_stems(self) -> frozenset[str]:
        """The stems of its dates and amounts."""
        return _stems(" ".join(fact.text for fact in self.details))

    @cached_property
    def details(self) -> tuple[Fact, ...]:
        """Its numbers, dates and amounts."""
        return tuple(extract_facts(self.text, self.words.language).items)

    @cached_property
    def values(self) -> Values:
        """What its amounts, days and times can mean, by their kind."""
        found: Values = {}
        for fact in self.details:
            if not fact.is_weak and fact.kind not in {"link", "address", "id"}:
                group = _GROUPS.get(fact.category, fact.category)
                found[group] = found.get(group, frozenset()) | fact.readings
        return found

    @cached_property
    def _known(self) -> dict[str, bool]:
        return {}

    @cached_property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.text.rstrip("\"'\u201d\u00bb)! ").endswith("?")

    @cached_property
    def points_back(self) -> bool:
        """Whether a word in it stands for something that was named before."""
        pointing = self.words["conversation.pointing"].search(self.text)
        if not pointing or len(_stems(self.text[: pointing.start()])) >= _HOLDS_ITS_NOUN:
            return False
        expletive = self.words["conversation.expletive"].search(self.text)
        return not (expletive and expletive.start() <= pointing.end())

    @cached_property
    def is_empty(self) -> bool:
        """Whether it is only courtesy or assent."""
        short = len(self.text.split()) <= 12
        return not self.stems or is_greeting(f"{self.text.rstrip('.')},") or (short and self.has("courtesy"))

    def has(self, kind: str) -> bool:
        """Tell whether it holds a cue of this kind."""
        if kind not in self._known:
            pattern = self.words[f"conversation.{kind}"]
            self._known[kind] = bool(pattern.search(self.text) or pattern.search(unwrap(self.raw)))
        return self._known[kind]


def _stems(text: str) -> frozenset[str]:
    words = (word for word in LETTERS.findall(text.casefold()) if len(word) > 1 and word not in stop_words())
    return frozenset(stem(word) for word in words if not is_empty_word(word))


def read_statements(source: str, language: str) -> list[Statement]:
    """Return the sentences of a text that say something, in the order in which they were said."""
    words = lexicon(language)
    found: list[Statement] = []
    for number, turn in enumerate(split_turns(source)):
        for raw, is_listed in _sentences(turn, words):
            text = readable(raw, words)
            is_name = text.strip(".") in (turn.speaker, *turn.speaker.split())
            is_number = not turn.speaker and bool(_NUMBERING.fullmatch(text))
            if ALPHANUMERIC.search(LINK.sub("", text)) and not is_name and not is_number:
                found.append(Statement(len(found), number, turn.speaker, text, raw, words, is_listed))
    return found


def readable(raw: str, words: Lexicon, *, is_whole: bool = False) -> str:
    """Return a sentence in one line without greetings, fillers, marks and stamps at its edges; its words stay.

    `is_whole` keeps the fillers: "Agreed", "Good" and "Yes" may be the point of it.
    """
    text = _STAMP.sub("", _LIST_MARK.sub("", raw))
    text = _AT.sub("", EMOJI.sub(" ", _SLACK_MARK.sub(" ", text)))
    text = re.sub(rf",?\s{{0,5}}(?:{words['conversation.hesitation'].pattern})\s{{0,5}},?", " ", text, flags=re.I)
    text = _with_marks_joined(text, apart=":;!?" if words.language == "fr" else "")
    for _ in range(4):
        filler = None if is_whole else words["conversation.filler"].match(text)
        match = OPENS.match(text) or filler
        rest = text[match.end() :].lstrip(_EDGE + ".!") if match else ""
        if not match or not match[0].strip() or not ALPHABETIC.search(rest):
            break
        text = rest
    text = text.strip(_EDGE) + (":" if _SLACK_MARK.sub("", raw).rstrip().endswith(":") else "")
    first = text.split(" ", 1)[0].strip(".,:;!?")
    is_short = re.match(r"[^\W\d_]{1,4}\. \d", text)  # "s. 12(3)"
    text = (
        text[:1].upper() + text[1:]
        if not is_short and re.fullmatch(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*", first)
        else text
    )
    return text if not text or ends_sentence(text, _ENDS) else f"{text}."


def _with_marks_joined(text: str, apart: str) -> str:
    """Return a text with single blanks, and with none before a mark that stands alone, but for those set `apart`."""
    joined = ""
    for word in text.split():
        is_mark = word in _MARKS and word not in apart and WORD.fullmatch(joined[-1:])
        joined += word if is_mark or not joined else f" {word}"
    return joined


def _sentences(turn: Turn, words: Lexicon) -> list[tuple[str, bool]]:
    """Return the sentences of a turn, and of each whether it is an entry of a list."""
    found: list[tuple[str, bool]] = []
    for block in _blocks(turn):
        mark = _LIST_MARK.match(block)
        plain = block[mark.end() :] if mark else block
        is_small = plain[:1].islower() or bool(re.search(r"[a-z]{2}[.!?] [a-z]", plain))
        for sentence in split_sentences(plain):
            found += [(part, bool(mark)) for part in (_SMALL_BREAK.split(sentence) if is_small else [sentence])]
    return [(sentence, is_listed) for sentence, is_listed in found if sentence.strip()]


def _blocks(turn: Turn) -> list[str]:
    """Return the lines of a message, those that only wrap joined; without greeting lines and signature."""
    lines = _without_names(turn.text.splitlines())
    closing = _closing_at(lines)
    blocks: list[str] = []
    wraps = is_behind_blank = False
    for line in lines[:closing]:
        plain = line.strip()
        is_small = plain[:1].islower() and not is_behind_blank
        goes_on = bool(blocks) and not turn.speaker and is_small and not ends_sentence(blocks[-1], _ENDS)
        wraps, is_behind_blank = wraps or goes_on, not plain
        if not plain or plain.startswith((">", "--", "==", "__", "```")) or _is_greeting(plain):
            wraps = False
            continue
        # "5 June: …" below "20 May: …" is an entry of its own.
        is_entry = bool(blocks) and plain[:1].isdigit() and blocks[-1].lstrip()[:1].isdigit()
        if wraps and not is_entry and not _LIST_MARK.match(line):
            blocks[-1] += "\n" + line
        else:
            blocks.append(line)
        wraps = len(line) >= _WRAP_CHARS
    return blocks


def _without_names(lines: list[str]) -> list[str]:
    """Return a message without the name that it calls first and the name below it, each in a line of its own."""
    called = lines[0].strip() if len(lines) > _PAIR else ""
    if called.endswith((",", ":")) and _NAMES.fullmatch(called[:-1]):
        lines = lines[1:]
    if len(lines) > _PAIR and _NAMES.fullmatch(lines[-1].strip()) and not lines[-2].strip():
        lines = lines[:-1]
    return lines


def is_frame(text: str) -> bool:
    """Tell whether a text is only a greeting, a closing with the names below it, or both: it says nothing."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if lines and (_greets_all(lines[0]) or (lines[0].endswith(",") and _NAMES.fullmatch(lines[0][:-1]))):
        lines = lines[1:]
    below = lines[1:]
    is_signed = len(below) <= _MAX_SIGNATURE_LINES and not any(ends_sentence(line) for line in below)
    return not lines or (_takes_leave(lines[0]) and is_signed and not any(map(_takes_leave, below)))


def _greets_all(line: str) -> bool:
    """Tell whether a line greets one or more people ("Dear Ann, dear Tom,"), and says no more."""
    return all(is_greeting(f"{part.strip(' !')},") for part in line.rstrip(" ,:!").split(","))


def _is_greeting(line: str) -> bool:
    is_short = len(line) < _WRAP_CHARS and line.count(" ") < 7
    return is_short and line.endswith((",", "!", ":")) and OPENS.match(line) is not None


def _closing_at(lines: list[str]) -> int:
    """Return the number of the line that takes leave, the number of lines when none does."""
    last = max(1, len(lines) - _MAX_SIGNATURE_LINES)
    for number in range(last, len(lines)):
        if _takes_leave(lines[number].strip()):
            return number
    return len(lines)


def _takes_leave(line: str) -> bool:
    is_closing = _CLOSES.fullmatch(line) or _CLOSES.fullmatch(_NAME_BEHIND.sub("", line))
    return len(line) < _MAX_CLOSING_CHARS and is_closing is not None
