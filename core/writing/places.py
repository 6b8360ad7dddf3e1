"""Places of a template as people write them: `{{ customer }}`, `[Name]`, `<Date>`, `«City»`; blanks, `____`, `XXXX`."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from core.drafts import GAP, cut_at_word
from core.text.content import content_stems

_MAX_PLACE_CHARS, _MAX_BLANK_CHARS = 60, 120
# What is told before a blank that stands far back in its paragraph.
_WORDS_BEFORE = 6
_MIN_CROSSES = 4
_WORDS_BEHIND, _MAX_UNIT_CHARS = 3, 3
_BLANKS, _STOPS = (" ", "\u00a0"), ".,;:!?)"
# So many of a sign in a row are a line to write on.
BLANK_SIGNS, _BLANK = {"_": 3, ".": 5, "\u2026": 2}, "____"


def places(text: str) -> list[str]:
    """Return what stands for a value, each once: fields of templates in their braces, too."""
    doubled = list(_doubled(text))
    fields = [
        f"{{{{{name}}}}}"
        for part in _without(text, doubled).split("{{")[1:]
        for name, end, _behind in [part.partition("}}")]
        if end and 0 < len(name.strip()) <= _MAX_PLACE_CHARS
    ]
    return list(dict.fromkeys((*doubled, *fields, *bracketed(text))))


def bracketed(text: str) -> Iterator[str]:
    """Yield what stands for a name's value: `[[due date?]]`, as a draft leaves it, `[Due date]`, `«Due_date»`."""
    yield from (found[0] for found in GAP.finditer(text) if found[1].strip())
    doubled = list(_doubled(text))
    yield from doubled
    has_others = "{{" in text or "[" in text
    text = _without(GAP.sub("", text), doubled)
    others = [place for signs in (("[", "]"), ("<", ">")) for place in _between(*signs, text)]
    yield from others
    # Word's fields of a mail merge have no blank; other words between these marks are quoted, and so may one word be,
    # but for those that end as another place does: "«Start date» to <End date>".
    between, ends = list(_between("«", "»", text)), {*map(_last_word, others)}
    yield from (place for place in between if " " in place and place[1].isupper() and _last_word(place) in ends)
    merged = [place for place in between if " " not in place]
    is_merge = len({*merged}) > 1 and not has_others
    yield from (place for place in merged if is_merge or "_" in place or any(map(str.isdigit, place)))


def _last_word(place: str) -> str:
    return name_of(place).rpartition(" ")[2].casefold()


def _between(begins: str, ends: str, text: str) -> Iterator[str]:
    for part in text.split(begins)[1:]:
        name, end, _behind = part.partition(ends)
        # A letter alone ticks a box, a number cites, an address is none.
        is_name = name[:2].isalpha() and len(name) > 1 and "@" not in name
        if end and len(name) <= _MAX_PLACE_CHARS and is_name:
            yield f"{begins}{name}{ends}"


def in_words(text: str) -> Iterator[str]:
    """Yield the fields whose names no template engine takes, `{{ number of chairs }}` and `{{ order-no }}`."""
    for part in _without(text, _doubled(text)).split("{{")[1:]:
        name, end, _behind = part.partition("}}")
        parts = name.replace("-", " ").split()
        if end and len(parts) > 1 and len(name.strip()) <= _MAX_PLACE_CHARS and all(map(str.isidentifier, parts)):
            yield f"{{{{{name}}}}}"


def _doubled(text: str) -> Iterator[str]:
    """Yield the places in more signs than one needs, `<<Due date>>` and `{{{due_date}}}`."""
    for begins, ends in (("<<", ">>"), ("{{{", "}}}")):
        for part in text.split(begins)[1:]:
            name, end, _behind = part.partition(ends)
            if end and len(name) <= _MAX_PLACE_CHARS and name.strip()[:1].isalpha():
                yield f"{begins}{name}{ends}"


def _without(text: str, parts: Iterable[str]) -> str:
    for part in parts:
        text = text.replace(part, "")
    return text


def name_of(place: str) -> str:
    """Return what a place asks for, without the commas that part names."""
    return " ".join(place.strip("{}[]<>«»?").replace(",", " ").split())


def without_double_dots(text: str, values: Mapping[str, str]) -> str:
    """Return a text without the dot behind each place whose value, "Co.", ends with one."""
    for place, value in values.items():
        if value.endswith("."):
            text = re.sub(rf"({re.escape(place)})\.(?!\.)", r"\1", text)
    return text


def fitting(value: str, before: str, behind: str) -> str:
    """Return a value without the words at its ends that its template says beside the place, "paid within [Term] days".

    At its end that is what a figure counts; at its beginning what leads to a figure, or small words before others. A
    name keeps all its words, "von der Leyen", and so does what counts something else.
    """
    value = _before_said(value, behind)
    words = value.split()
    ahead = before.split() if before[-1:] in _BLANKS else []
    after = behind.split() if behind[:1] in _BLANKS else []
    for count in range(min(len(words) - 1, len(ahead)), 0, -1):
        is_unit = count == 1 and _is_unit(words[0], words[1], ahead[-1])
        is_said = _leads(words[:count], words[count:]) and all(map(_is_same, words[:count], ahead[-count:]))
        if is_unit or is_said:
            return fitting(value.split(None, count)[-1], "", behind)
    for count in range(min(len(words) - 1, len(after)), 0, -1):
        said = [*after[: count - 1], after[count - 1].rstrip(_STOPS)]
        is_unit = count == 1 and _is_unit(words[-1], words[-2], said[0])
        if is_unit or (_has_figure(words[-count - 1]) and all(map(_is_same, words[-count:], said))):
            return value.rsplit(None, count)[0]
    return value


def _before_said(value: str, behind: str) -> str:
    """Return what a value says before the words that its template goes on with: "300 euros", ", due on [Date]"."""
    words = " ".join(behind.split()[:_WORDS_BEHIND])
    at = value.casefold().find(words.casefold()) if words.count(" ") and any(map(str.isalpha, words)) else 0
    return value[:at].rstrip(" ,;") if at > 0 else value


def _is_unit(word: str, figure: str, other: str) -> bool:
    """Tell whether a word beside a figure is a unit in capitals, or a sign, that the template has there: "EUR", "€"."""
    return word == other == word.upper() and len(word) <= _MAX_UNIT_CHARS and _has_figure(figure)


def _leads(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether words are no part of what they stand before."""
    is_name = any(word[:1].isupper() for word in others)
    return any(map(_has_figure, others[:2])) or not (is_name or content_stems(" ".join(words)))


def _has_figure(word: str) -> bool:
    return any(map(str.isdigit, word))


def _is_same(word: str, other: str) -> bool:
    is_name = not (word[:1].islower() or other[:1].islower())
    return word.casefold() == other.casefold() and not is_name and not _has_figure(word)


def short_blank(text: str) -> str:
    """Return a paragraph with a line to write on or `XXXX`, each line as one short blank; "" for one that has none."""
    runs = ((sign, len(list(run))) for sign, run in groupby(text))
    signs = (_BLANK if length >= BLANK_SIGNS.get(sign, length + 1) else sign * length for sign, length in runs)
    words = "".join(signs).split()
    first = next((at for at, word in enumerate(words) if _BLANK in word or is_crossed(word)), None)
    if first is None:
        return ""
    is_far = len(" ".join(words[: first + 1])) > _MAX_BLANK_CHARS
    return cut_at_word(
        " ".join(["\u2026", *words[max(0, first - _WORDS_BEFORE) :]] if is_far else words), _MAX_BLANK_CHARS
    )


def is_crossed(word: str) -> bool:
    """Tell whether a word is written as X alone, such as `XXXX` or `XX.XX.XXXX`."""
    return word.count("X") >= _MIN_CROSSES and {sign for sign in word if sign.isalnum()} == {"X"}
