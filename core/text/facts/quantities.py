"""Numbers, amounts and percentages, with every reading that separators and words allow; addresses and accounts."""

import functools
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import dropwhile

from core.text.facts.model import SPANS, Fact
from core.text.forms import IBAN, LINK, MAIL_ADDRESS, digits_of, word_before
from core.text.lexicon import WORD_ENDS, Lexicon, either

_MAX_NUMBER_CHARS = 30
_CURRENCIES_LIST = (
    "USD $ usd dollar dollars dólar dólares;EUR € eur euro euros;GBP £ gbp pounds pfund;JPY ¥ jpy yen 円;INR ₹ inr;"
    "CHF chf fr franken francs;PLN pln zł;SEK sek;DKK dkk;MXN mxn pesos"
)
_UNITS = {name: code for code, *names in map(str.split, _CURRENCIES_LIST.split(";")) for name in names}
_SYMBOL = "[$€£¥₹]"
# "EUR 48,000", in capitals.
_CODE = "|".join(currency.split()[0] for currency in _CURRENCIES_LIST.split(";"))
# Letters of other scripts stand close to digits.
LATIN = "A-Za-z\u00c0-\u024f"
_GROUPED = r"\d{1,3}(?:[ ]\d{3}(?!\d))++(?:,\d++)?"
_QUANTITY = re.compile(
    rf"(?<![{LATIN}0-9_.])(?P<before>{_SYMBOL}[ ]?|(?:{_CODE})[ \u00a0])?"
    rf"(?P<digits>{_GROUPED}|\d++(?:[.,\u2019'\u00a0\u202f]\d++)*+)"
    rf"(?:(?P<gap>[ \u00a0\u202f]?)(?P<after>[^\W\d_]++|%|{_SYMBOL})(?:[ \u00a0](?P<next>[^\W\d_]++|{_SYMBOL}))?)?+"
)
_WORD = re.compile(r"(?<![\w'\u2019])[^\W\d_]++(?:-[^\W\d_]++)*+(?![\w'\u2019])")
_MINUS, _TIMES = frozenset("-\u2212\u2013"), frozenset("*\u00d7x")
# Of a sum that is shown.
_MAX_TERMS = 8
# Marks of a numbered list and of a source, "[1]", are no facts.
_MARK = re.compile(r"(?m)^[ \t]*+[-*(]?\d{1,3}[.)](?=\s)|\[\d{1,3}\]")
_MAX_NUMBER_WORDS, _MAX_WORD_CHARS = 6, 30
# "first, second, third" order what is said.
_MAX_COMMON_ORDINAL = 3
# The languages of `text2num`.
_WITH_NUMBER_WORDS = frozenset({"en", "fr", "es", "pt", "de", "it", "nl", "da"})
_DEFAULT = "en"
# Latin letters: in other scripts words stand beside digits without a blank.
_TOKEN = re.compile(r"(?<![\w#@/.-])#?[A-Za-z\u00c0-\u024f\d_]++(?:[-./_:][A-Za-z\u00c0-\u024f\d_]++)*+")
_DOMAIN = re.compile(r"(?<![\w@/.-])[\w-]++(?:\.[\w-]++)++(?:/[^\s<>\"']*+)?")
_PHONE = re.compile(r"(?<![\w+])\+?\(?\d[\d ().\u00a0-]{6,18}\d(?!\w)")
_TOP_DOMAINS_LIST = "com org net edu gov io de fr es uk eu ch at it nl pl se info dev app ai"
_TOP_DOMAINS = frozenset(_TOP_DOMAINS_LIST.split())
# "2nd", "40kg", "10-litre": a number with what it counts.
_COUNTED = frozenset(["AM", "PM", "º", "ª"])
_MAX_UNIT_CHARS = 12
_TRAILING = ".,;:!?)]}>*_'\"…"


_UNITS |= dict.fromkeys(("%", "percent", "prozent", "pourcent", "procent"), "%")


def number_readings(digits: str) -> frozenset[str]:
    """Return the plain forms a written number can have: "1,200.50" one, "1.200" two (1200 and 1.2)."""
    if len(digits) > _MAX_NUMBER_CHARS:
        return frozenset({digits})
    if digits.isdecimal():
        return frozenset({digits.lstrip("0") or "0"})
    text = re.sub(r"[\u2019' \u00a0\u202f]", "", digits)
    marks = [char for char in text if char in ".,"]
    if len(set(marks)) == 2:
        forms = [text.replace(marks[0], "").replace(marks[-1], ".")]
    elif len(marks) > 1:
        forms = [re.sub(r"[.,]", "", text)]
    else:
        forms = [text.replace(",", ".")]
        if marks and len(text.rpartition(marks[0])[2]) == 3:
            forms.append(text.replace(marks[0], ""))
    return frozenset(filter(None, map(_plain, forms))) or frozenset({digits})


def _plain(number: str) -> str:
    try:
        return format(Decimal(number).normalize(), "f")
    except InvalidOperation:
        return ""


def find_numbers(text: str, known: Lexicon) -> Iterator[Fact]:
    """Yield numbers, amounts and percentages."""
    marks = {match.end() - 1 for match in _MARK.finditer(text)}
    scales = {name: int(power) for power, *names in map(str.split, known.words("facts.scales")) for name in names}
    units = frozenset(known.words("facts.units"))
    for match in _QUANTITY.finditer(text):
        if match.end("digits") not in marks:
            yield _quantity(match, known, scales, units)


@functools.cache
def _span_names(known: Lexicon) -> dict[str, str]:
    lines = zip(SPANS, known.words("facts.spans"), strict=False)
    return {name: span for span, line in lines for name in line.split()}


def _span(words: Iterable[str], known: Lexicon) -> str:
    """Return what of `SPANS` one of some words names, "" for none."""
    names, said = _span_names(known), list(words)
    span = next((names[word] for word in said if word in names), "")
    return f"working {span}" if span == "day" and not _working(known).isdisjoint(said) else span


@functools.cache
def _working(known: Lexicon) -> frozenset[str]:
    return frozenset(known.words("facts.working"))


@functools.cache
def counted(known: Lexicon) -> re.Pattern[str]:
    """Return what a number before it counts, with the blank between."""
    units = map(re.escape, known.words("facts.units"))
    return either([*units, *known.words("facts.counted")], "[ \u00a0]", WORD_ENDS)


@functools.cache
def _before_hour(known: Lexicon) -> frozenset[str]:
    words = (*known.words("facts.before_hour"), *known.words("facts.weekdays"), *_joining(known))
    return frozenset(word for phrase in words for word in phrase.split() if word.isalpha())


def _joining(known: Lexicon) -> Iterator[str]:
    return (word for name in ("ranges", "and", "or") for word in known.words(f"small_words.{name}"))


def _is_hour(text: str, start: int, end: int, known: Lexicon) -> bool:
    """Tell whether a number stands where an hour does and counts nothing: "from seven"."""
    return _word_left(text, start) in _before_hour(known) and not counted(known).match(text, end)


def _word_left(text: str, start: int, marks: str = " ,\u00a0") -> str:
    before = text[max(0, start - _MAX_WORD_CHARS) : start].rstrip(marks)
    return word_before(before, len(before)).casefold()


@functools.cache
def _before_day(known: Lexicon) -> frozenset[str]:
    lists = ("small_words.before_date", "small_words.of_date", "small_words.before_day", "facts.weekdays")
    return frozenset(word for name in lists for phrase in known.words(name) for word in phrase.split())


@functools.cache
def _ordinal(known: Lexicon) -> re.Pattern[str]:
    """Return what makes the number before it an ordinal; a dot may end a sentence instead."""
    return either([*known.words("small_words.ordinal"), r"\.(?=\s(?-i:[a-zäöü])|\s?[,;:?!)/\u2013-])"], after=r"(?!\w)")


def is_day(text: str, start: int, end: int, known: Lexicon) -> bool:
    """Tell whether a number stands where a day of the month does and counts nothing: "the 14th", "am 14"."""
    if _ordinal(known).match(text, end):
        return True
    return _word_left(text, start, " ,.\u00a0") in _before_day(known) and not counted(known).match(text, end)


def _quantity(match: re.Match[str], known: Lexicon, scales: dict[str, int], units: frozenset[str]) -> Fact:
    readings, end = number_readings(match["digits"]), match.end("digits")
    after, following = ((match[name] or "").casefold() for name in ("after", "next"))
    is_scaled = after in scales and (len(after) > 1 or not match["gap"])
    if is_scaled and len(match["digits"]) <= _MAX_NUMBER_CHARS:
        power = 10 ** scales[after]
        readings = frozenset(format((Decimal(reading) * power).normalize(), "f") for reading in readings)
        end = match.end("after")
        after, following = following, ""
    unit = _UNITS.get(after) or _UNITS.get((match["before"] or "").strip().casefold(), "")
    if after in _UNITS:
        end = match.end("next") if is_scaled else match.end("after")
    words = {_folded(word) for word in (after, _word_before(match)) if len(word) > 1}
    text = match.string[match.start() : end]
    return Fact(
        "number",
        text,
        readings,
        match.start(),
        unit,
        frozenset(words),
        has_unit=not unit and bool({after, following} & units),
        span=_span((after, following), known),
        is_hour=_is_hour(match.string, match.start(), end, known),
        is_day=not unit and is_day(match.string, match.start(), end, known),
    )


def _word_before(match: re.Match[str]) -> str:
    """Return the word that stands before a number, behind one blank; "" for none."""
    at = match.start() - 1
    return word_before(match.string, at) if at > 0 and match.string[at] in " \u00a0" else ""


def _folded(word: str) -> str:
    return word.casefold()[:6].rstrip("s")


def find_spoken_spans(text: str, known: Lexicon) -> Iterator[Fact]:
    """Yield spans whose number is no word for one, "half an hour": they only support others."""
    for match in _spoken_spans(known).finditer(text):
        # A capital "İ" is matched, and folds to two letters.
        if amount := _amounts(known).get(match["amount"].casefold()):
            span = _span([match["span"].casefold()], known)
            yield Fact(
                "number", match["amount"], frozenset({amount}), match.start(), is_weak=True, has_unit=True, span=span
            )


@functools.cache
def _amounts(known: Lexicon) -> dict[str, str]:
    entries = (entry.partition(" ") for entry in known.words("facts.span_amounts"))
    return {words: amount for amount, _, words in entries}


@functools.cache
def _spoken_spans(known: Lexicon) -> re.Pattern[str]:
    amounts, spans = (
        "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or r"(?!)"
        for names in (_amounts(known), _span_names(known))
    )
    return either([rf"(?P<amount>{amounts})"], r"(?<![\w-])", rf"[ -](?P<span>{spans}){WORD_ENDS}")


def find_number_words(text: str, known: Lexicon) -> Iterator[Fact]:
    """Yield numbers that are written as words, "twenty-five" as one; "one" and ordinals only support others."""
    units, ordinals = frozenset(known.words("facts.units")), known.words("facts.ordinals")
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words):
        count, value = _number_from(words, at, known.language)
        folded = words[at][0].casefold()
        if count:
            start, end = words[at].start(), words[at + count - 1].end()
            beside, following = (*_words_behind(text, end, words[at + count : at + count + 2]), "", "")[:2]
            yield Fact(
                "number",
                text[start:end],
                frozenset({str(value)}),
                start,
                beside=frozenset({_folded(beside)} - {""}),
                is_weak=value == 1,
                has_unit=bool({beside, following} & units),
                span=_span((beside, following), known),
                is_hour=_is_hour(text, start, end, known),
                is_day=is_day(text, start, end, known),
            )
        elif ordinals and folded.startswith(ordinals):
            value = next(number for number, begin in enumerate(ordinals, 1) if folded.startswith(begin))
            following = words[at + 1][0] if at + 1 < len(words) else ""
            yield Fact(
                "number",
                words[at][0],
                frozenset({str(value)}),
                words[at].start(),
                beside=frozenset({_folded(following)} - {""}),
                is_weak=value <= _MAX_COMMON_ORDINAL,
                is_day=True,
            )
        at += count or 1


def _words_behind(text: str, at: int, words: list[re.Match[str]]) -> Iterator[str]:
    """Yield those of the next words that stand right behind a place, each behind a single blank."""
    for word in words:
        if text[at : word.start()] != " ":
            return
        yield word[0].casefold()
        at = word.end()


def _number_from(words: list[re.Match[str]], at: int, language: str) -> tuple[int, int]:
    """Return how many words from here on are one number, and the number; 0 words for none."""
    value = number_word(words[at][0], language)
    if value is None:
        return 0, 0
    for count in range(min(_MAX_NUMBER_WORDS, len(words) - at), 1, -1):
        begin, end = words[at].start(), words[at + count - 1].end()
        together = number_word(words[at].string[begin:end], language)
        if together is not None:
            return count, together
    return 1, value


def number_word(words: str, language: str) -> int | None:
    """Return the number that words say, None when they say none."""
    from text_to_num import text2num

    try:
        return int(text2num(words.casefold(), language if language in _WITH_NUMBER_WORDS else _DEFAULT))
    except ValueError:
        return None


def shown_results(text: str) -> frozenset[str]:
    """Return the plain forms of what the sums, differences and products that a text shows rightly come to."""
    found, terms, signs, end = set[str](), list[frozenset[Decimal]](), list[str](), 0
    for match in _QUANTITY.finditer(text):
        *unit, sign = text[end : match.start()].split() or [""]
        number = frozenset(map(Decimal, filter(_plain, number_readings(match["digits"]))))
        is_next = bool(terms) and len(unit) <= 1
        if is_next and sign == "=":
            found.update(format(value.normalize(), "f") for value in number & _worked_out(terms, signs))
        if is_next and sign in _MINUS | _TIMES | {"+"} and len(terms) < _MAX_TERMS:
            terms, signs = [*terms, number], [*signs, sign]
        else:
            terms, signs = [number], []
        end = match.end("digits")
    return frozenset(found)


def _worked_out(terms: list[frozenset[Decimal]], signs: list[str]) -> set[Decimal]:
    """Return what terms come to in all their readings, products before sums; nothing for a term alone."""
    # Each is the sum so far, and the product that comes to it.
    sums = {(Decimal(0), number) for number in terms[0]} if signs else set()
    for sign, term in zip(signs, terms[1:], strict=True):
        if sign in _TIMES:
            sums = {(total, last * number) for total, last in sums for number in term}
        else:
            sums = {(total + last, -number if sign in _MINUS else number) for total, last in sums for number in term}
    return {total + last for total, last in sums}


def link_key(link: str) -> str:
    """Return the form in which two spellings of one link are equal: no scheme, no `www.`, no final slash."""
    bare = re.sub(r"(?i)^(?:https?|ftp)://", "", link.rstrip(_TRAILING)).casefold()
    return bare.removeprefix("www.").rstrip("/")


def find_links(text: str, _known: Lexicon) -> Iterator[Fact]:
    """Yield links, with a scheme or as a bare domain, and mail addresses."""
    for match in MAIL_ADDRESS.finditer(text):
        address = match[0].rstrip(_TRAILING)
        yield Fact("address", address, frozenset({address.casefold()}), match.start())
    for match in LINK.finditer(text):
        link = match[0].rstrip(_TRAILING)
        yield Fact("link", link, frozenset({link_key(link)}), match.start())
    for match in _DOMAIN.finditer(text):
        link = match[0].rstrip(_TRAILING)
        host = link.partition("/")[0]
        if host.rpartition(".")[2].casefold() in _TOP_DOMAINS and not host.replace(".", "").isdigit():
            yield Fact("link", link, frozenset({link_key(link)}), match.start())


def _is_counted(token: str) -> bool:
    """Tell whether an id is none, but a number with what it counts."""
    behind = "".join(dropwhile(str.isdecimal, token))
    unit = behind.removeprefix("-")
    is_word = 0 < len(unit) <= _MAX_UNIT_CHARS and all(
        "a" <= char <= "z" or "\u00df" <= char <= "\u00ff" for char in unit
    )
    return behind != token and (is_word or unit in _COUNTED)


def find_ids(text: str, _known: Lexicon) -> Iterator[Fact]:
    """Yield ids: letters mixed with digits, `#12`, versions such as 2.4.19, phone numbers."""
    for match in IBAN.finditer(text):
        yield Fact("id", match[0], frozenset({match[0].replace(" ", "").casefold()}), match.start())
    for match in _PHONE.finditer(text):
        digits = digits_of(match[0])
        if len(digits) >= 7:
            yield Fact("id", match[0].strip(), frozenset({digits}), match.start())
    for match in _TOKEN.finditer(text):
        if not any(map(str.isdecimal, match[0])):
            continue
        token = match[0].rstrip(_TRAILING)
        mixed = any(char.isalpha() for char in token) or token.startswith("#") or token.count(".") >= 2
        if mixed and not _is_counted(token):
            yield Fact("id", token, frozenset({token.casefold()}), match.start())
