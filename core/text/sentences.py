"""Split text into paragraphs and sentences without losing a character's place."""

import re
from itertools import groupby

from core.text.forms import EMOJI, LIST_MARK
from core.text.lexicon import by_language, either

_ABBREVIATION_LIST = (
    "mr mrs ms dr prof st no vs e.g i.e etc inc ltd co corp jr sr fig al approx dept est min max vol z.b d.h bzw usw"
    " ca nr str dipl ing tel tél tfno ext bspw inkl zzgl incl evtl ggf m.e u.s a.m p.m jan feb mar apr jun jul aug sep"
    " sept oct nov dec fr hr hrn frl az zi sra srta dra"
)
_ABBREVIATIONS = frozenset(_ABBREVIATION_LIST.split())
# These end one before a word that begins one: "by 4 p.m. Otherwise I cancel".
_ENDING = frozenset({"a.m", "p.m", "etc", "usw"})
_DOTTED_ENDS = ("a.m", "p.m")
_OPENERS = frozenset(word for table in by_language("small_words").values() for word in table["openers"])
_BEFORE_ORDINAL, _COUNTED = (
    frozenset(word for table in by_language("small_words").values() for word in table.get(name, ()))
    for name in ("before_ordinal", "counted")
)
# Ends no sentence before its number: "Kl. I", "pág. 12".
_NUMBERED_LIST = "kl abs kap cap chap abt ziff abb tab pág págs núm inv art sec vol ch lfd pos gr bd cat bât apt piso"
_NUMBERED = frozenset(_NUMBERED_LIST.split())
_ROMAN = frozenset("IVXLC")
_END = re.compile(
    r"(?<![.!?…])[.!?…]++(?:[ \u00a0\u202f]»(?=\s|\Z))?+[\"'”\u201c\u2019»)\]]*+(?=\s)|\n[ \t]*+\n"
    r"|\n(?=[ \t]*+(?:[-*•]|\d{1,3}[.)\u00b0\u00ba]|[a-z]\))[ \t])"
    r"|(?<=[)\]\"”\u201c»])\n(?=[ \t]*+[\"“„«])"  # entries of quotations, each with who said it
)
_NEXT_BEGINS = re.compile(r"[^\W\d_]{2}[.!?] ([^\W\d_])")
# What may stand behind the mark that ends a sentence.
CLOSING_MARKS = "\"'\u201c\u201d\u2019\u00bb)]"
# What stands before a sentence, a list entry or a quotation.
_BEFORE_SENTENCE = frozenset('.!?:\u2022*\u201e\u201c"(\u00bf\u00a1\u00ab')
# Where a day has a dot in front of its month: "31. März". "1. May contain nuts" is an entry of a list.
_DOTTED, _NO_DATE = ("de", "en", "es", "fr"), frozenset({"may"})
_MONTHS = [
    entry.split() for code, table in by_language("facts").items() if code in _DOTTED for entry in table["months"]
]
_NAMES = "|".join(sorted({word for words in _MONTHS for word in words if len(word) > 2} - _NO_DATE))
DATE_DOT = rf"(?i:(?:{_NAMES})(?!\w))"
_DATE = either([DATE_DOT], flags=0)
# "Sa. 24.10.", "Sat. 14 November", "sam. 14 mars"; "what to do. 2.5 hours" and "they sat. 12 came" end a sentence.
_CAPITAL_LIST = "Mo Di Mi Do Fr Sa So Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun"
_SMALL_LIST = "lun mar mer jeu ven sam dim mié jue vie sáb"
_WEEKDAYS = frozenset([*_CAPITAL_LIST.split(), *_SMALL_LIST.split(), *_SMALL_LIST.title().split()])
_MONTH_OF_DAY = rf"(?:st|nd|rd|th|\.)?\s+(?:(?:of|de)\s+)?(?:{DATE_DOT}|May\b)"
_DAY_OF = either(
    [r"\.(?:0?[1-9]|1[0-2])\.", r"\.(?:0[1-9]|1[0-2])(?!\w)", r"/(?:0?[1-9]|1[0-2])(?!\w)", _MONTH_OF_DAY],
    r"(?:0?[1-9]|[12]\d|3[01])",
    flags=0,
)
# "…, please come on the" and below it "10. December.": what is wrapped has so long a line before it.
_WRAPPED_CHARS = 40
_DAY_BELOW = either([rf"\n[ \t]*\d{{1,2}}\.[ \t]+{DATE_DOT}"], flags=0)
_DAY_GOES_ON = either([r"(?:bis|und|oder)(?: zum)? \d", rf"(?!(?:May|March|Mars?|Dec) [a-z])(?:{DATE_DOT})"], flags=0)


def split_paragraphs(text: str) -> list[str]:
    """Return the blocks between blank lines, stripped, without empty ones."""
    blocks = groupby(text.split("\n"), key=lambda line: bool(line.strip(" \t")))
    return [part for is_block, lines in blocks if is_block and (part := "\n".join(lines).strip())]


def _is_written_small(text: str) -> bool:
    """Tell whether somebody writes without capitals: the text begins with a small letter, and most sentences do."""
    if not text.lstrip()[:1].islower():
        return False
    begins = _NEXT_BEGINS.findall(text)
    return 2 * sum(map(str.islower, begins)) > len(begins)


def _ends_sentence(text: str, start: int, stop: int, *, is_small: bool) -> bool:
    """A dot after an abbreviation, an initial or, but for who writes all small, before a small letter ends nothing."""
    if text[start] == "\n":
        before = text[:start].rpartition("\n")[2].rstrip()
        is_wrapped = len(before) >= _WRAPPED_CHARS and before[-1].isalpha()
        return not (is_wrapped and _DAY_BELOW.match(text, start))
    if text[start] != ".":
        return True
    following = text[stop : stop + 40].lstrip()
    if following[:1].islower() and not (is_small and text[max(0, start - 2) : start].isalpha()):
        return False
    word = re.search(r"(?<![\w.'\u2019])[\w.]*+$", text[max(0, start - 12) : start])
    last = word[0].casefold() if word else ""
    if last.isdigit() and len(last) < 3 and "\n" not in text[stop : stop + 2]:
        is_next = following.lstrip("¿¡")[:1].isupper() and not _DATE.match(following)
        return is_next and not _counts(text[max(0, start - 24) : start - len(last)], following)
    if last in _ENDING:
        return following[:1].isupper() and following.split()[0].strip(",:").casefold() in _OPENERS
    is_of_number = (last in _NUMBERED or last.endswith("str")) and _begins_with_number(following)
    if is_of_number or (word and word[0] in _WEEKDAYS and _DAY_OF.match(following)):
        return False
    if re.search(r"\d[ \u00a0][a-z]\Z", text[max(0, start - 12) : start]) and following.lstrip("¿¡")[:1].isupper():
        return True  # a unit: "5 t."
    return last not in _ABBREVIATIONS and not (
        len(last) == 1
        and last.isalpha()
        and (last != "i" or following[1:2] == ".")
        and "\n" not in text[stop : stop + 2]
    )


def _counts(before: str, following: str) -> bool:
    """Tell whether a number with a dot counts what follows: "im 1. Stock", and not "am 2. Dann"."""
    lead = before.split()[-1].casefold() if before.strip() else ""
    noun = following.split()[0].strip(",;:.!?()").casefold()
    return noun in _COUNTED or (lead in _BEFORE_ORDINAL and noun not in _OPENERS)


def _begins_with_number(text: str) -> bool:
    """Tell whether a text begins with a number, also a Roman one; "I went" does not."""
    first, _, rest = text.partition(" ")
    number = first.rstrip(",;:.)")
    is_roman = bool(number) and _ROMAN.issuperset(number)
    return number[:1].isdigit() or (is_roman and not (first == "I" and rest[:1].islower()))


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text, each stripped, list entries and paragraphs kept apart.

    Line breaks inside a sentence are kept, so that each sentence stands word for word in the text.
    """
    sentences: list[str] = []
    begin, is_small = 0, _is_written_small(text)
    for match in _END.finditer(text):
        if _ends_sentence(text, match.start(), match.end(), is_small=is_small):
            sentences.append(text[begin : match.end()].strip())
            begin = match.end()
    sentences.append(text[begin:].strip())
    return [sentence for sentence in sentences if sentence]


def unwrap(text: str) -> str:
    """Return the text with line breaks and runs of blanks made single blanks."""
    return " ".join(text.split())


def without_stop(text: str, closing: str = "") -> str:
    """Return a text without the marks around it, also those of `closing`; the dot of "4 p.m." stays."""
    said = text.strip(f" ,;:.{closing}")
    return f"{said}." if said.endswith(_DOTTED_ENDS) and f"{said}." in text else said


def split_behind(text: str, marks: str) -> list[str]:
    """Return the pieces between line ends, and between words that end with one of the marks; blanks are single ones."""
    pieces: list[list[str]] = []
    for line in text.split("\n"):
        pieces.append([])
        for word in line.split():
            pieces[-1].append(word)
            if word.endswith(tuple(marks)):
                pieces.append([])
    return [" ".join(words) for words in pieces if words]


def ends_sentence(text: str, marks: str = ".!?\u2026", closing: str = CLOSING_MARKS) -> bool:
    """Tell whether a text ends with one of the marks; brackets and quotation marks may stand behind it."""
    return text.rstrip(f"{closing} \u00a0\u202f").endswith(tuple(marks))


def as_sentence(message: str) -> str:
    """Return a message as sentences are written: without emoji, with a capital and a full stop."""
    said = unwrap(EMOJI.sub(" ", message))
    return f"{said[:1].upper()}{said[1:]}{'' if ends_sentence(said) else '.'}"


def ends_behind(before: str, marks: frozenset[str]) -> bool:
    """Tell whether what stands before a place ends with one of the marks or with its line, blanks left aside."""
    said = before.rstrip()
    return said[-1:] in marks or "\n" in before[len(said) :]


def without_list_mark(line: str) -> str:
    """Return an entry of a list without its mark; a mark alone is what the line says.

    "18. bis 20. Mai" has none.
    """
    mark = LIST_MARK.match(line)
    if mark and mark[0].strip().endswith(".") and _DAY_GOES_ON.match(line, mark.end()):
        return line
    return line[mark.end() :].lstrip() or line if mark else line


def begins_sentence(text: str, start: int) -> bool:
    """Tell whether a sentence, a line of its own or a quotation begins at a place; a wrapped line begins none."""
    before = text[:start].rstrip(" \t")
    if not before.endswith("\n"):
        return not before or before[-1] in _BEFORE_SENTENCE
    last = before.rstrip()
    return not last or before.count("\n", len(last)) > 1 or last[-1] in _BEFORE_SENTENCE


def without_half_marks(quote: str) -> str:
    """Return a quote as it is shown: of a bold heading that begins outside of it no mark is left over."""
    return quote.replace("**", "").strip() if quote.count("**") % 2 else quote
