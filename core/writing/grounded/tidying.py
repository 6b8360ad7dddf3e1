"""Finish English that was typed in haste: apostrophes, short forms, capitals, the mark at the end of a line."""

import re

from core.writing.grounded.spelling import is_word

# Words of other texts as well (German "im"), so only for a text that is surely English.
_APOSTROPHES = (
    ("im", "I'm"), ("ive", "I've"), ("dont", "don't"), ("doesnt", "doesn't"), ("didnt", "didn't"), ("cant", "can't"),
    ("wont", "won't"), ("isnt", "isn't"), ("arent", "aren't"), ("wasnt", "wasn't"), ("havent", "haven't"),
    ("couldnt", "couldn't"), ("youre", "you're"), ("theyre", "they're"), ("thats", "that's"), ("whats", "what's"),
    (r"ill(?= (?:be|bring|call|check|come|do|get|go|have|let|make|meet|see|send|take|try|write)\b)", "I'll"),
    (r"lets(?= (?:do|find|get|go|have|make|meet|move|see|start|take|talk|try)\b)", "let's"),
)  # fmt: skip
_SHORT_FORMS = (
    ("asap", "as soon as possible"), ("pls", "please"), ("plz", "please"), ("thx", "thanks"), ("btw", "by the way"),
    ("fyi", "for your information"), ("gonna", "going to"), ("wanna", "want to"), ("gotta", "have to"),
    ("cuz", "because"), ("tmrw", "tomorrow"), ("u", "you"), ("ur", "your"),
    *((day.casefold(), day) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")),
    ("i", "I"),
)  # fmt: skip
_BEFORE, _AFTER = r"(?<![\w'\u2019./@#-])", r"(?![\w\u2019/@=(-]|\.\w)"
_GREETING = re.compile(
    r"(?i)\A(?P<greeting>(?:hey|hi|hello)(?: there| all)?) (?=(?:are|can|could|did|do|have|i|i'm|i'll|is|just|please"
    r"|the|we|what|when|where|why|will|would|you)\b)"
)
_REASON = re.compile(r"(?i)\b((?:can|could|will|would) you\b[^?.!\n]*), ((?:i|we)\b[^\n]*)")
_ASKS = re.compile(
    r"(?i)\A(?:(?:hey|hi|hello)\b[^,\n]{0,30}, )?(?:(?:are|can|could|did|do|does|is|may|shall|should|will|would) "
    r"(?:you|we|i|he|she|it|they|there|the|that|this|somebody|someone|anyone|anybody)\b"
    r"|(?:what|when|where|who|why|how) (?:are|can|could|did|do|does|is|should|was|were|will|would)\b)"
)
_TALKS = re.compile(r"(?i:\b(?:let's|me|my|need|please|sorry|thanks|us|we|you|your)\b)|\bI\b")
_TALKS_TO_READER = re.compile(r"(?i:\b(?:can|could|will|would) you\b|\bplease\b|\bthanks\b)|\bI\b")
_WORD = re.compile(r"(?<![\w'\u2019])[^\W\d_]+")
_LEAST_WORDS = 3


def with_apostrophes(text: str) -> str:
    """Return an English text with the apostrophes that were left out."""
    for typed, meant in _APOSTROPHES:
        text = re.sub(f"{_BEFORE}{typed}{_AFTER}", meant, text)
        text = re.sub(f"{_BEFORE}{typed.capitalize()}{_AFTER}", meant[:1].upper() + meant[1:], text)
    return text


def finished(sentence: str) -> str:
    """Return a sentence that talks to somebody as it would be typed with time; headings and entries stay."""
    text = sentence
    for typed, meant in _SHORT_FORMS:
        text = re.sub(f"{_BEFORE}{typed}{_AFTER}", meant, text)
    if not _is_unfinished(text):
        return text
    text = _GREETING.sub(r"\g<greeting>, ", text)
    text = _REASON.sub(lambda match: f"{match[1]}? {match[2][:1].upper()}{match[2][1:]}", text)
    if text[-1] not in ".?!:":
        last = re.split(r"(?<=[.?!]) ", text)[-1]
        text += "?" if _ASKS.match(last) else "."
    return text[:1].upper() + text[1:]


def is_english(text: str, language: str) -> bool:
    """Tell whether a text is English, although it may be too short for its language to be seen."""
    words = _WORD.findall(finished(with_apostrophes(text)))
    return language == "en" or (not language and bool(words) and all(map(is_word, words)))


def _is_unfinished(sentence: str) -> bool:
    """Tell whether a line of talk lacks its capital or its mark: "What you need" is a heading, no talk."""
    short = len(sentence.split()) < _LEAST_WORDS and not sentence.startswith(("thanks", "sorry"))
    if short or "\n" in sentence or not sentence[0].isalpha():
        return False
    return bool((_TALKS if sentence[0].islower() else _TALKS_TO_READER).search(sentence))
