"""Residue of templates and of chat: placeholders, prefaces, a model that speaks of itself."""

import re
from collections.abc import Iterator

from core.checks.gaps import without_gaps
from core.checks.grounds import Grounds
from core.drafts import Finding

# `[[question?]]` is a gap for the person and legal; `[text](link)`, `[1]` and `[x]` are Markdown.
_BRACKETS = re.compile(r"(?<!\[)\[(?!\[)(?=[^\]\n]{0,58}?[^\W\d_]{2})[^\[\]\n]{2,60}\](?![\](])")
_ANGLES = re.compile(r"(?i)<(?:insert|your|name|date|company|time|place|address|recipient|sender)\b[^<>\n]{0,40}>")
_BRACES = re.compile(r"\{\{?[^{}\n]{1,40}\}\}?")
_FILLERS = re.compile(r"(?i)\b(?:lorem ipsum|xxx+|insert (?:name|date|your)\b)|(?<![\w_])_{4,}(?![\w_])")
_SPEAKS_OF_ITSELF = re.compile(
    r"(?i)\b(?:as an? (?:ai|artificial intelligence|language model|virtual assistant|chatbot|ai[- ]\w+)\b"
    r"|i(?:['\u2019]m| am) an? (?:ai|language model|virtual assistant|chatbot|helpful assistant)\b"
    r"|(?:large )?language model\b|my training data\b|i (?:cannot|can['\u2019]t|am (?:unable|not able) to) assist"
    r"|is there anything else i can (?:help|assist)|how (?:can|may) i (?:help|assist) you"
    r"|als (?:ki|sprachmodell)\b|en tant qu['\u2019]ia\b|como (?:modelo de lenguaje|ia)\b)"
)
PREFACE = re.compile(
    r"(?i)\A\W*(?:(?:sure|certainly|of course|absolutely|okay)[,!.]|here(?:['\u2019]s| is| are)\b[^.\n]{0,80}:"
    r"|below (?:is|are)\b[^.\n]{0,80}:"
    r"|the (?:corrected|rewritten|revised|improved|shortened|summari[sz]ed|edited|correct)\b[^.\n]{0,80}(?::|\bis\b)"
    r"|(?:corrected|rewritten|revised|shortened|rephrased)(?: \w+){0,3}:"
    r"|(?:subject|betreff|objet|asunto|summary|answer|output|response|reply|rewrite|draft|text)\s*:"
    r"|(?:hier ist|voici|aquí (?:está|tiene))\b[^.\n]{0,80}:)"
)


def _findings(check: str, grounds: Grounds, matches: Iterator[re.Match[str]], saying: str) -> Iterator[Finding]:
    for match in matches:
        place = match[0].strip()
        if not grounds.stands(place):
            yield Finding(check=check, severity="block", place=place, sentence=saying.format(place=place))


def find_placeholders(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each stand-in that somebody would have to fill in, marked gaps excepted."""
    said = without_gaps(text)
    for pattern in (_BRACKETS, _ANGLES, _BRACES, _FILLERS):
        yield from _findings("placeholders", grounds, pattern.finditer(said), "“{place}” is an empty form.")


def find_chatbot_residue(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding where the text introduces itself or the model speaks of itself."""
    yield from _findings("residue", grounds, _SPEAKS_OF_ITSELF.finditer(text), "“{place}” is the model talking.")
    saying = "“{place}” introduces the text and is not part of it."
    yield from _findings("residue", grounds, PREFACE.finditer(text[:200]), saying)
