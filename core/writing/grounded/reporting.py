"""Tell by rule what a speaker said: indirect speech where the persons are clear, a quotation where they are not."""

import re

from core.text.asks import begins_with_verb
from core.text.content import denials

_SHIFTS = {
    "i": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves", "we": "they", "us": "them",
    "our": "their", "ours": "theirs", "ourselves": "themselves", "i'm": "they are", "i'll": "they will",
    "i've": "they have", "i'd": "they would", "we're": "they are", "we'll": "they will", "we've": "they have",
    "we'd": "they would",
}  # fmt: skip
_PERSON = re.compile(r"(?<![\w'])(?:" + "|".join(sorted(_SHIFTS, key=len, reverse=True)) + r")(?![\w'])", re.I)
_I_AM = re.compile(r"(?i)(?<![\w'])i (am|was|wasn't)(?![\w'])")
_AUXILIARY = {"am": "are", "was": "were", "wasn't": "weren't"}
# With "you" it is open who is meant; with another's speech inside, who speaks.
_UNCLEAR = re.compile(r"(?i)(?<![\w'])(?:you(?:rs?|rself)?(?:'\w+)?|let's|here)(?![\w'])|[\"\u201c\u201d:]")
# A clause after "that" needs a subject first; these begin a question, a command or half a sentence.
_NO_SUBJECT = re.compile(
    r"(?i)^(?:which|who|what|how|why|where|shall|will|would|can|could|should|do|does|did|is|are|was|were|have|has|or|nor"
    r"|because|since|than|also|again|maybe|perhaps|trying|with|touch|not)\b"
)
_ANSWER_WORD = re.compile(r"(?i)^(?:yes|yeah|no|oh|well|so|and|but)\b,?\s+(?=.)")
_ENGLISH_NAMES_DAYS = re.compile(r"^(?:I\b|[A-Z]{2,}|[A-Z][\w'-]*,? [A-Z])")
_LONGEST_QUOTE_WORDS = 18


def report(speaker: str, sentences: list[str], source: str, *, english: bool) -> str:
    """Return in one sentence what a speaker says in several.

    Args:
        speaker: the name.
        sentences: tidy sentences of one line each, all of this speaker.
        source: the whole text; a word that stands capitalised inside it keeps its capital.
        english: False for other languages, which are quoted.
    """
    parts = [indirect(sentence, source) if english else "" for sentence in sentences]
    if all(parts):
        return f"{speaker} said that {', and that '.join(parts)}."
    # Each in its own marks: what stands apart in the source was not said in one breath.
    joint = "\u201d and \u201c" if english else "\u201d \u201c"
    quotes = joint.join(_quotable(sentence) for sentence in sentences)
    verb = "asked" if all(sentence.endswith("?") for sentence in sentences) else "said"
    return f"{speaker} {verb}: \u201c{quotes}\u201d" if english else f"{speaker}: \u201c{quotes}\u201d"


def indirect(sentence: str, source: str) -> str:
    """Return a statement as the clause after "said that", "" when it cannot be put so without guessing."""
    line = sentence.replace("\u2019", "'").rstrip(" .!")
    answer = _ANSWER_WORD.match(line)
    if answer and (answer[0].casefold()[:2] != "no" or denials(line[answer.end() :])):
        line = line[answer.end() :]
    if not line or line.endswith("?") or _UNCLEAR.search(line) or _NO_SUBJECT.match(line) or begins_with_verb(line):
        return ""
    line = _I_AM.sub(lambda match: f"they {_AUXILIARY[match[1].casefold()]}", line)
    line = _PERSON.sub(lambda match: _SHIFTS[match[0].casefold()], line)
    first = line.split(maxsplit=1)[0]
    if not _ENGLISH_NAMES_DAYS.match(line) and not re.search(rf"(?<=[a-z,] ){re.escape(first)}(?!\w)", source):
        line = line[:1].lower() + line[1:]
    return line


def _quotable(sentence: str) -> str:
    words = sentence.split()
    return sentence if len(words) <= _LONGEST_QUOTE_WORDS else " ".join(words[:_LONGEST_QUOTE_WORDS]) + " …"
