"""Change the tone of English sentences by rule, so that names, numbers and what is said stay as they are."""

import re

from core.text.asks import begins_with_verb
from core.writing.grounded.trimming import trim

_CONTRACTIONS = (
    ("won't", "will not"), ("can't", "cannot"), ("shan't", "shall not"), ("let's", "let us"), ("i'm", "I am"),
    ("you're", "you are"), ("we're", "we are"), ("they're", "they are"), ("i've", "I have"), ("you've", "you have"),
    ("we've", "we have"), ("they've", "they have"), ("i'll", "I will"), ("you'll", "you will"), ("we'll", "we will"),
    ("they'll", "they will"), ("don't", "do not"), ("doesn't", "does not"), ("didn't", "did not"), ("isn't", "is not"),
    ("aren't", "are not"), ("wasn't", "was not"), ("weren't", "were not"), ("haven't", "have not"),
    ("hasn't", "has not"), ("hadn't", "had not"), ("couldn't", "could not"), ("wouldn't", "would not"),
    ("shouldn't", "should not"), ("it'll", "it will"), ("that'll", "that will"),
)  # fmt: skip
_FORMAL_WORDS = (
    ("gonna", "going to"), ("wanna", "want to"), ("gotta", "have to"), ("thanks", "thank you"),
    ("asap", "as soon as possible"),
    ("guys", "all"), ("kids", "children"), ("yeah", "yes"), ("nope", "no"), ("cuz", "because"), ("'cause", "because"),
    ("pls", "please"), ("btw", "by the way"), ("fyi", "for your information"), ("a bunch of", "several"),
    ("kinda", "somewhat"), ("sorta", "somewhat"), ("hi", "hello"), ("hey", "hello"),
    ("info", "information"), ("figure out", "determine"), ("find out", "determine"), ("get rid of", "remove"),
    ("stuff", "things"),
)  # fmt: skip
_SOFTER = (
    (re.compile(r"(?i)\bi want you to\b"), "I would like you to"), (re.compile(r"(?i)\bi want\b"), "I would like"),
    (re.compile(r"(?i)\byou (?:must|have to|need to)\b"), "please"), (re.compile(r"(?i)\bwe want\b"), "we would like"),
    (re.compile(r"(?i)\b(?:can|will) you(?: please)?\b"), "could you please"),
    (re.compile(r"(?i)\bi need (?!(?:it|them|this|that|to)\b)"), "I would need "),
    (re.compile(r"(?i)\bwe need (?!(?:it|them|this|that|to)\b)"), "we would need "),
)  # fmt: skip
_GREETING = re.compile(r"(?i)\A(?:hi|hello|hey)\b[^,.!?\n]{0,30}, (?=[a-z])")
_FORBIDS = re.compile(r"(?i)(?:do not|don['\u2019]t) (?!you\b|i\b|we\b|they\b)\w+[^?]*\Z")
_SMILEY = re.compile(r"(?:(?<!\s)\s++)?+(?<!\w)[:;]-?[)(DP](?!\w)")


def retone(sentence: str, tone: str) -> str:
    """Return one sentence in another tone, unchanged where no rule applies.

    Args:
        sentence: one sentence in one line.
        tone: "polite", "formal", "friendly", "direct" or "plain".
    """
    if tone in {"direct", "plain"}:
        return trim(sentence, asides=True)
    if tone == "friendly":
        return _contracted(sentence)
    formal = _formal(sentence) if tone == "formal" else sentence
    return _polite(formal)


def _swap(text: str, old: str, new: str) -> str:
    def put(match: re.Match[str]) -> str:
        return new[:1].upper() + new[1:] if match[0][:1].isupper() else new

    return re.sub(rf"(?i)(?<![\w'\u2019]){re.escape(old)}(?![\w'\u2019])", put, text)


def _formal(sentence: str) -> str:
    text = _SMILEY.sub("", sentence.replace("\u2019", "'"))
    for short, long in _CONTRACTIONS:
        text = _swap(text, short, long)
    for casual, formal in _FORMAL_WORDS:
        text = _swap(text, casual, formal)
    return re.sub(r"!+", ".", text)


def _contracted(sentence: str) -> str:
    text = sentence
    for short, long in _CONTRACTIONS:
        text = _swap(text, long, "I" + short[1:] if long.startswith("I ") else short)
    return text


def _polite(sentence: str) -> str:
    if greeting := _GREETING.match(sentence):
        rest = _polite(sentence[greeting.end() :])
        opening = re.sub(r"(?i)\Ahey\b", "Hello", greeting[0])
        return opening + (
            rest if sentence[greeting.end()] == rest[0] or rest.startswith("I ") else rest[0].lower() + rest[1:]
        )
    if _FORBIDS.match(sentence):
        return f"Please {sentence[:1].lower()}{sentence[1:]}"
    if begins_with_verb(sentence) and sentence[-1:] in ".!" and not sentence.casefold().startswith("let "):
        asked = f"Could you please {sentence[:1].lower()}{sentence[1:].rstrip('.! ')}?"
        return re.sub(r"(?i)(?:,|(?<![\s,]))\s++please\?$", "?", asked)
    text = sentence
    for hard, soft in _SOFTER:
        text = hard.sub(soft, text)
    text = re.sub(r"(?i)\bplease\b(.*?),? \bplease\b", r"please\1", text)
    return text[:1].upper() + text[1:]
