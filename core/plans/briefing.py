"""Turn a brief ("tell Anna the meeting moves to Thursday") into sentences to its reader, clause by clause, by rule."""

import re
from collections.abc import Callable

from core.facts.sentences import split_sentences, unwrap

_CLAUSE = re.compile(r"\s*;\s*|,\s+(?:and\s+)?(?=(?:ask|tell|remind|thank|suggest|decline|invite|apologi[sz]e|offer)\b)"
                     r"|\s+and\s+(?=(?:ask|tell|remind|thank|suggest|apologi[sz]e)\b)", re.I)  # fmt: skip
_WRITE_TO = re.compile(
    r"(?i)^(?:please\s+)?(?:write|send|draft|compose|prepare)\s+(?:an?\s+)?(?:\w+\s+){0,3}?(?:e-?mail|mail|message|note"
    r"|letter|reply)\b(?:\s+to\s+(?-i:[A-Z])[\w.'-]*(?:\s+(?-i:[A-Z])[\w.'-]*)*)?[\s,:]*(?:(?:to|and|saying|telling\s+\w+)\s+)?"
)
# Whom the brief speaks of: a pronoun, a name, or a plain word such as "support".
_PRONOUNS = "him|her|them|everyone|everybody|all|the\\s+\\w+"
_NAME = "(?-i:[A-Z])[\\w.'-]*(?:\\s+(?-i:[A-Z])[\\w.'-]*)*"
_WHOM = rf"(?:(?:{_PRONOUNS}|{_NAME})\s+)?"
_WHOM_ANY = rf"(?:(?:{_PRONOUNS}|{_NAME}|\w+)\s+)?"
_SUBJECT = re.compile(
    r"(?i)\b(?:he|she)\s+(?:(can|could|will|would|should|may|might|must)|(is|was|has|does)|(\w+?)(e?s))\b"
)
_TO_YOU = {"is": "are", "was": "were", "has": "have", "does": "do"}


def _to_reader(clause: str) -> str:
    """Put what is said of the reader as "she" or "he" to the reader."""

    def you(match: re.Match[str]) -> str:
        if match[1]:
            return f"you {match[1]}"
        if match[2]:
            return f"you {_TO_YOU[match[2].casefold()]}"
        stem = match[3] + ("e" if match[4] == "es" and not match[3].endswith(("s", "x", "ch", "sh", "o")) else "")
        return f"you {stem}"

    clause = _SUBJECT.sub(you, clause)
    return re.sub(r"\b(?:his|her)\b(?= \w)", "your", clause)


_RULES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(rf"(?i)^(?:tell|inform|let)\s+{_WHOM_ANY}(?:know\s+)?(?:that\s+)?(?=\S+\s)"), lambda rest: f"{rest}."),
    (re.compile(rf"(?i)^remind\s+{_WHOM_ANY}(?:that\s+)"), lambda rest: f"I would like to remind you that {rest}."),
    (re.compile(rf"(?i)^remind\s+{_WHOM_ANY}(?=(?:to|of|about)\s)"),
     lambda rest: f"I would like to remind you {rest}."),
    (re.compile(rf"(?i)^ask\s+{_WHOM_ANY}(?=(?:when|where|who|what|which|how|whether|if|why)\b)"),
     lambda rest: f"Could you please tell me {_to_reader(rest)}?"),
    (re.compile(rf"(?i)^ask\s+{_WHOM_ANY}(?:for\s+)"), lambda rest: f"Could you please send {rest}?"),
    (re.compile(rf"(?i)^ask\s+{_WHOM_ANY}(?:to\s+)"), lambda rest: f"Could you please {rest}?"),
    (re.compile(rf"(?i)^thank\s+{_WHOM}(?=for\s)"), lambda rest: f"Thank you {rest}."),
    (re.compile(rf"(?i)^(?:apologi[sz]e|say sorry)\s+(?:to\s+{_WHOM})?(?=that\s|for\s)"),
     lambda rest: f"I apologize {rest}."),
    (re.compile(r"(?i)^decline\s+"), lambda rest: f"Unfortunately, I have to decline {rest}."),
    (re.compile(r"(?i)^accept\s+"), lambda rest: f"I am glad to accept {rest}."),
    (re.compile(r"(?i)^(?:suggest|propose)\s+"), lambda rest: f"I suggest {rest}."),
    (re.compile(rf"(?i)^invite\s+{_WHOM}(?=to\s)"), lambda rest: f"I would like to invite you {rest}."),
    (re.compile(rf"(?i)^congratulate\s+{_WHOM}(?=on\s)"), lambda rest: f"Congratulations {rest}."),
    (re.compile(r"(?i)^confirm\s+(?:that\s+)"), lambda rest: f"I confirm that {rest}."),
    (re.compile(r"(?i)^confirm\s+"), lambda rest: f"I confirm {rest}."),
    (re.compile(r"(?i)^offer\s+"), lambda rest: f"I can offer {rest}."),
)  # fmt: skip


def brief_to_sentences(brief: str) -> str:
    """Return the brief as sentences to its reader; lists keep their lines, unknown clauses their words."""
    blocks: list[str] = []
    for line in brief.strip().split("\n"):
        plain = unwrap(line)
        if re.match(r"(?:[-*\u2022]|\d{1,3}[.)])\s", plain) or plain.endswith(":"):
            blocks.append(plain)
        elif plain:
            blocks.append(" ".join(_sentence(part) for part in _clauses(plain)))
    return "\n".join(blocks)


def _clauses(line: str) -> list[str]:
    return [part for sentence in split_sentences(line) for part in _CLAUSE.split(sentence) if part.strip(" .,;")]


def _sentence(clause: str) -> str:
    end = "?" if clause.endswith("?") else ""
    plain = _WRITE_TO.sub("", clause.strip()).strip(" .,;?!") or clause.strip()
    for pattern, put in _RULES:
        match = pattern.match(plain)
        if match and plain[match.end() :].strip():
            return _capital(put(plain[match.end() :].strip()))
    return _capital(plain) + (end or ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
