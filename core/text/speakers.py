"""Who says what: a transcript, chat or thread of mails as turns, the earliest first."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from core.text.facts import extract_facts
from core.text.forms import QUOTE_MARKS
from core.text.language import detect_language, stop_words
from core.text.lexicon import lexicon
from core.text.salutations import ANSWER_SUBJECT, OPENS, is_person

_CLOCK = r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s?[APap]\.?[Mm]\.?)?"
_STAMP = rf"[\[(]?(?:[\d./-]{{3,10}}[,T]?\s{{1,3}})?{_CLOCK}[\])]?"
_NAME = (
    r"(?:#\w{1,30}#|<@?[\w.| -]{1,40}>|@?[^\W\d_][\w.'\u2019&-]{0,30}(?: [\w(][\w.'\u2019&)-]{0,30}){0,3}"
    r"(?: \([^\W\d_][^()\n]{0,40}\)|, [^\W\d_][^()\n,:]{0,40})?)"
)
# A name before what is said: "Ana: …", "**Ana:** …", "[09:12] ana: …" and "Ana (10:03): …".
_LABEL = re.compile(
    rf"[ \t]{{0,8}}(?P<before>{_STAMP}[ \t]{{1,3}}(?:- )?)?\*{{0,2}}(?P<name>{_NAME}?)\*{{0,2}}"
    rf"(?P<after>[ \t]{{1,3}}{_STAMP}| \[[^\]\n]{{1,20}}\])?[ \t]?:\*{{0,2}}(?:[ \t]+|$)"
)
# A line of its own above what was said: "Ana Lopez  9:02 AM", "[9:02] Ana".
_HEADLINE = re.compile(
    rf"[ \t]{{0,8}}\*{{0,2}}(?:(?P<name>{_NAME})\*{{0,2}}(?:,|[ \t]+[\u2013\u2014|-])?[ \t]{{1,6}}{_STAMP}"
    rf"|{_STAMP}[ \t]{{1,4}}(?:- )?(?P<late>{_NAME}))[ \t]{{0,8}}$"
)
_ADDRESS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)|[^\s@]{1,64}@\S+|[\"']")
_PARTICLES = frozenset({"de", "del", "la", "van", "von", "der", "den", "di", "da", "el", "dos", "y", "le"})
# Without these nobody is named.
_SPEAKER_SIGNS = (": ", ":\n", ":*")
_MIN_LABELS, _MIN_SHARE, _MAX_UNKNOWN = 2, 0.5, 0.34
_MAX_DATE_CHARS, _READ_LINES, _MIN_NAME_WORDS = 40, 6, 2


@dataclass(frozen=True)
class Turn:
    """What one person says without a break; `speaker` is "" where nobody is named."""

    speaker: str
    text: str


def split_turns(text: str) -> list[Turn]:
    """Return the turns of a transcript or thread; the whole text as one turn without a speaker when it is neither."""
    parts = _mails(text)
    if len(parts) > 1:
        return parts
    return _labelled(parts[0].text) or parts


def split_talk(text: str) -> list[Turn]:
    """Return the turns of people who talk, word for word, also a single one; [] for any other text.

    In a form each label comes once, and none is a person's name.
    """
    if not any(map(text.__contains__, _SPEAKER_SIGNS)):
        return []
    name, _ = _mark(text.partition("\n")[0])
    said = text.partition(":")[2].strip()
    # A chat that stands in one paragraph is not told apart.
    is_one = is_person(name) and not any(word.endswith(":") and is_person(word[:-1]) for word in said.split())
    turns = _labelled(text) or ([Turn(name, said)] if is_one else [])
    names = [turn.speaker for turn in turns if turn.speaker]
    are_people = len(names) > len(set(names)) >= _MIN_LABELS or all(map(is_person, names))
    return turns if are_people else []


def _labelled(text: str) -> list[Turn]:
    """Return the turns of a text whose lines name their speakers, none when they do not."""
    lines = text.splitlines(keepends=True)
    headlines = [_HEADLINE.match(line) for line in lines]
    has_headlines = sum(map(bool, headlines)) >= _MIN_LABELS
    if has_headlines:
        marks = [
            (_shown(mark["name"] or mark["late"]), "") if mark else ("", line)
            for mark, line in zip(headlines, lines, strict=True)
        ]
    else:
        marks = [_mark(line) for line in lines]
    known = _speakers(lines, marks, are_certain=has_headlines)
    turns: list[Turn] = []
    speaker, said = "", ""
    for line, (name, rest) in zip(lines, marks, strict=True):
        if name in known:
            turns.append(Turn(speaker, said.strip()))
            speaker, said = name, rest
        else:
            said += line
    turns.append(Turn(speaker, said.strip()))
    return [turn for turn in turns if turn.text] if known else []


def _mark(line: str) -> tuple[str, str]:
    """Return the name that a line sets before what is said, "" for none, and the rest of the line."""
    label = _LABEL.match(line)
    if not label or (line[label.end() :][:2] == "//"):
        return "", line
    name = _shown(label["name"])
    # "Ana Ruiz, lawyer:" stands alone; "Ana, one thing: …" goes on.
    if "," in name and line[label.end() :].strip():
        return "", line
    has_stamp = bool(label["before"] or label["after"]) or label["name"][:1] in "#<@"
    return (name if has_stamp or _could_be_a_name(name) else ""), line[label.end() :]


def name_alone(line: str) -> str:
    """Return the name of a line that is only a name and a colon, as stands above what somebody wrote; "" for none.

    Headings are written so, too: what no list knows as a given name has a second word, and all words are large.
    """
    name, rest = _mark(line)
    words = [word for word in name.partition(" (")[0].split() if word.casefold() not in _PARTICLES]
    if rest.strip() or not all(word[0].isupper() for word in words):
        return ""
    is_heading = len(words) < _MIN_NAME_WORDS or name.casefold() in lexicon("mul").words("speakers.nobody")
    return "" if not is_person(name) and (is_heading or words[0].casefold() in stop_words()) else name


def _shown(name: str) -> str:
    return name.strip("#<>@* ").rpartition("|")[2]


def _could_be_a_name(name: str) -> bool:
    # What stands in brackets behind a name is no part of it: "Ana (from the office)".
    words = name.partition(" (")[0].split()
    if OPENS.match(name):
        return False
    inner = [word for word in words if word.casefold() not in _PARTICLES]
    return bool(inner) and not any(word.casefold() in stop_words() and word.islower() for word in inner[1:])


def _speakers(lines: list[str], marks: list[tuple[str, str]], *, are_certain: bool) -> frozenset[str]:
    """Return the names that speak: labels that come again, or stand before most lines and are no words of forms."""
    counts = Counter(name for name, _ in marks if name)
    nobody = lexicon("mul").words("speakers.nobody")
    unknown = {name for name in counts if name.casefold() in nobody}
    unknown |= {name for name in counts if counts[name] == 1 and (name.casefold() in stop_words() or "," in name)}
    # "Monday 9:00" is an offer, no line above what Monday said.
    unknown |= {name for name in counts if are_certain and any(fact.text == name for fact in extract_facts(name).items)}
    people = {name: count for name, count in counts.items() if name not in unknown}
    total = sum(people.values())
    filled = sum(1 for line in lines if line.strip())
    is_form = len(unknown) > _MAX_UNKNOWN * len(counts) or total < _MIN_SHARE * filled
    comes_again = any(count > 1 for count in people.values())
    # Below a title or an opening, labels of which none comes again are headings, unless most are names of people.
    has_opening = not next((name for line, (name, _) in zip(lines, marks, strict=True) if line.strip()), "")
    are_headings = has_opening and sum(map(is_person, people)) <= _MIN_SHARE * len(people)
    if total < _MIN_LABELS or ((is_form or are_headings) and not comes_again and not are_certain):
        return frozenset()
    return frozenset(people)


def _mails(text: str) -> list[Turn]:
    """Return the mails of a thread, the earliest first, without headers; a text of another kind is one turn."""
    words = lexicon("mul")
    lines = [(QUOTE_MARKS.match(line), line) for line in text.splitlines()]
    authors, parts, is_answered_inside, is_noted, senders = {0: ""}, [_Part("", 0)], False, False, set[str]()
    in_headers = any(_field(line)[0] in words.words("speakers.subject") for _, line in lines[:4])
    dates = _dates_below_headers([line.lstrip("> ") for _, line in lines])
    for number, (marks, line) in enumerate(lines):
        depth = marks[0].count(">") if marks else 0
        plain = line[marks.end() :] if marks else line
        name, value = _field(plain)
        following = [_field(line.lstrip("> "))[0] for _, line in lines[number + 1 : number + 3]]
        has_headers = bool(set(following) & set(words.words("speakers.headers")))
        # Below a mail with all its headers others may have the sender alone: somebody noted them as they came.
        is_bare = not has_headers and name in senders and not any(map(str.isalnum, lines[number - 1][1]))
        if name in words.words("speakers.from") and _person(value) and (has_headers or is_bare):
            authors[depth], in_headers, is_noted = _person(value), True, is_noted or is_bare
            senders.add(name)
            parts.append(_Part(authors[depth], depth))
        elif in_headers and (not plain.strip() or name in words.words("speakers.headers") or dates[number]):
            continue
        elif _introduces(plain):
            is_marked = any(line.startswith(">" * (depth + 1)) for _, line in lines[number + 1 : number + 4])
            authors[depth + is_marked] = _person(plain)
            parts.append(_Part(authors[depth + is_marked], depth + is_marked))
        else:
            in_headers = False
            if plain.strip() and depth != parts[-1].depth:
                is_answered_inside = is_answered_inside or depth < parts[-1].depth
                parts.append(_Part(authors.get(depth, ""), depth))
            parts[-1].lines.append(plain)
    turns = [part.turn for part in parts if part.turn.text]
    # Each mail stands above the one that it answers, unless the thread was written down in its order.
    is_in_order = _is_in_order(text)
    stays = is_answered_inside or is_in_order or (is_noted and is_in_order is None)
    return (turns if stays else turns[::-1]) or [Turn("", text)]


def ends_with_newest_mail(text: str) -> bool:
    """Tell whether a text is a thread of whole mails and their headers say which one is the newest: the last turn."""
    is_whole = not any(map(QUOTE_MARKS.match, text.splitlines()))
    return is_whole and len(_mails(text)) > 1 and _is_in_order(text) is not None


def _is_in_order(text: str) -> bool | None:
    """Tell whether the earliest mail stands first: by their dates, else since it alone answers none; None: unknown."""
    moments = _moments(text)
    later = sum(before < after for before, after in pairwise(moments))
    earlier = sum(before > after for before, after in pairwise(moments))
    if later != earlier:
        return later > earlier
    names = lexicon("mul").words("speakers.subject")
    subjects = [value for name, value in map(_field, text.splitlines()) if name in names]
    is_answer = [bool(ANSWER_SUBJECT.match(subject)) for subject in subjects]
    return not is_answer[0] if len(set(is_answer)) > 1 else None


def _moments(text: str) -> list[tuple[str, str]]:
    """Return when the mails were sent, date and time, in the order in which they stand."""
    words, language = lexicon("mul"), detect_language(text)
    dated = set(words.words("speakers.headers")) - set(words.words("speakers.subject"))
    moments: list[tuple[str, str]] = []
    lines = [line.lstrip("> ") for line in text.splitlines()]
    for line, is_date in zip(lines, _dates_below_headers(lines), strict=True):
        if is_date or _field(line)[0] in dated or _introduces(line):
            facts = {fact.kind: min(fact.readings) for fact in reversed(extract_facts(line, language).items)}
            moments += [(facts["date"], facts.get("time", ""))] if "date" in facts else []
    return moments


def _dates_below_headers(lines: Sequence[str]) -> list[bool]:
    """Tell of each line whether it stands right below a header and is a date alone, as people note it."""
    headers, found = lexicon("mul").words("speakers.headers"), [False] * len(lines)
    for number in range(1, len(lines)):
        line = lines[number].strip()
        if 0 < len(line) <= _MAX_DATE_CHARS and _field(lines[number - 1])[0] in headers:
            facts = extract_facts(line, detect_language("\n".join(lines[number + 1 : number + _READ_LINES]))).items
            found[number] = any(fact.kind == "date" and fact.text == line for fact in facts)
    return found


@dataclass
class _Part:
    """One mail of a thread, or a piece of it between answers."""

    author: str
    depth: int
    lines: list[str] = field(default_factory=list)

    @property
    def turn(self) -> Turn:
        return Turn(self.author, "\n".join(self.lines).strip())


def _field(line: str) -> tuple[str, str]:
    """Return the name and value of a line that looks like a header, the name in small letters."""
    name, colon, value = line.partition(":")
    return (name.strip(" *").casefold(), value.strip(" *")) if colon else ("", "")


def _introduces(line: str) -> bool:
    """Tell whether a program wrote the line above a mail that is quoted."""
    words = lexicon("mul")
    if line.lstrip().startswith("--"):
        return bool(words["speakers.quoted"].search(line))
    return line.rstrip().endswith(":") and bool(any(map(str.isdecimal, line)) and words["speakers.wrote"].search(line))


def _person(line: str) -> str:
    """Return the name in a header's value or in the line above a quoted mail, "" for none."""
    if line.lstrip().startswith("--"):
        return ""
    rest = _ADDRESS.sub(" ", lexicon("mul")["speakers.wrote"].sub(",", line)).replace(";", ",")
    parts = [" ".join(part.split()) for part in rest.replace(":", ",").split(",")]
    names = [part for part in parts if part and not any(map(str.isdecimal, part))]
    return names[-1] if names else ""
