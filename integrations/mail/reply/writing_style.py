"""How a person writes, learnt from mail that they sent: greeting, closing, length, and past replies as examples. Pure.

It is learnt only with their consent, can be seen as a whole, and forgotten. What a program wrote is not learnt from.
"""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from core.drafts import Value
from core.text.forms import ALPHABETIC, holds_contact
from core.text.lexicon import either, pattern_beside
from core.text.salutations import OPENING, is_title
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import is_own_message_id
from integrations.mail.message.quotes import quoted_mails, split_text
from integrations.mail.reply.greeting import (
    first_name,
    form_shown,
    form_without_signs,
    full_name,
    mail_language,
    name_below,
    reply_frame,
)

MIN_TIMES = 3
MIN_SHARE = 0.5
_MAX_GREETING_CHARS, _MIN_NAME_CHARS = 60, 3
_MAX_BLOCK_LINES, _MAX_BLOCK_CHARS = 10, 600
_FIRST, _FULL = "{name}", "{full name}"
_GREETED = either([OPENING], r"\A\s*", r"(?!-?\w),?(?P<called> (?:[^\W\d_]|[ .'\u2019-]){1,40})[,:!]\s")
_OF_AN_HOUR = pattern_beside(__file__, "greets_by_hour", r"\A\s*", r"(?!\w)")
MAX_EXAMPLES = 60
_MIN_WORDS, _MAX_WORDS = 4, 150
_MAX_GIVEN_CHARS = 1_500
_DEFAULT_GREETING, _DEFAULT_CLOSING = "Hello,", "Regards"


class WritingStyle(Value):
    """What was learnt. Greetings (`Hi {name},`) and closings (`Cheers,` and the name) are by language.

    Those of mail that speaks formally, as German `Sie`, are kept apart. So are, by language, `signatures`, what stands
    below the name (role, company, telephone), and `greeted`, the line by which each address was greeted last.
    `owner_name` is what the owner is called in mail of theirs.

    `typical_words` is the length of half of their mails; `learnt_from` how many those were, of the `looked_at` in the
    folder of sent mail.
    """

    greetings: dict[str, str] = Field(default_factory=dict)
    closings: dict[str, str] = Field(default_factory=dict)
    formal_greetings: dict[str, str] = Field(default_factory=dict)
    formal_closings: dict[str, str] = Field(default_factory=dict)
    signatures: dict[str, str] = Field(default_factory=dict)
    greeted: dict[str, dict[str, str]] = Field(default_factory=dict)
    owner_name: str = ""
    typical_words: int = 0
    learnt_from: int = 0
    looked_at: int = 0
    learnt_at: float = 0.0


def is_own_work(message: MailMessage, owner: OwnerAddresses) -> bool:
    """Whether the owner wrote a mail themselves: what we drafted is not learnt from."""
    return owner.owns(message.sender) and not is_own_message_id(message.message_id)


def learn_from_mails(sent: Iterable[MailMessage], owner: OwnerAddresses, *, at: float) -> WritingStyle:
    """Return how the owner writes.

    A greeting or closing is taken for a habit when it was used three times and in half of the mails of its language.

    Args:
        sent: mails from the folder of sent mail, newest first; those of others and those that we drafted are left out.
        owner: who wrote them.
        at: when that is, in Unix seconds.
    """
    habits: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    greeted: dict[str, dict[str, str]] = defaultdict(dict)
    names: list[str] = []
    lengths: list[int] = []
    for message in sent:
        written = OwnerParts(message, owner) if is_own_work(message, owner) else None
        if written is None or not written.text:
            continue
        language, register = mail_language(message), "formal" if _is_formal(message) else "usual"
        habits[f"{register} greetings"][language][written.greeting] += 1
        habits[f"{register} closings"][language][written.closing] += 1
        habits["signatures"][language][written.signature] += 1
        if len(message.to) == 1 and (line := _greeting_by_name(message.text, message.to[0])):
            greeted[language].setdefault(message.to[0].key, line)
        names += filter(None, [full_name(message.sender) or name_below(message)])
        lengths.append(len(written.text.split()))
    return WritingStyle(
        greetings=_habits(habits["usual greetings"]),
        closings=_habits(habits["usual closings"]),
        formal_greetings=_habits(habits["formal greetings"]),
        formal_closings=_habits(habits["formal closings"]),
        signatures=_habits(habits["signatures"]),
        greeted=greeted,
        owner_name=Counter(names).most_common(1)[0][0] if names else "",
        typical_words=round(statistics.median(lengths)) if lengths else 0,
        learnt_from=len(lengths),
        learnt_at=at,
    )


def _greeting_by_name(text: str, reader: Address) -> str:
    """Return the greeting of a mail that fits any other mail to its reader, too: by name and titles, at any hour."""
    found = _GREETED.match(text)
    if found is None or _OF_AN_HOUR.match(text):
        return ""
    names = {word.casefold() for word in ALPHABETIC.findall(f"{reader.name} {reader.local_part}")}
    is_name = all(is_title(word) or word.casefold() in names for word in ALPHABETIC.findall(found["called"]))
    return found[0].strip() if is_name else ""


def _is_formal(sent: MailMessage) -> bool:
    """Tell whether a mail of the owner speaks formally, as far as it shows."""
    language, reader = mail_language(sent), next(iter(sent.to), Address())
    return (form_shown(sent, reader, language) or form_without_signs(language)) == "formal"


def signature_below(text: str, known: Mapping[str, str], language: str) -> str:
    """Return what is to stand below a text, in a language, for the signature of its owner; "" for nothing.

    Mail programs put a signature below what is begun in them, and below no draft that they find.

    Args:
        text: what is said, with closing words and name: lines of the signature that it ends with are not repeated.
        known: signatures by language; that of `any` holds for every other, and so does one that is the only one.
        language: of the text.
    """
    alone = next(iter(known.values())) if len(known) == 1 else ""
    lines = (known.get(language) or known.get("any") or alone).split("\n")
    said = [line.strip() for line in text.rstrip().split("\n")]
    for count in range(min(len(lines), len(said)), 0, -1):
        if [line.strip() for line in lines[:count]] == said[-count:]:
            del lines[:count]
            break
    return "\n".join(lines).strip("\n")


def frame_inputs(message: MailMessage, owner: Address, style: WritingStyle | None, language: str) -> dict[str, str]:
    """Return greeting and closing as a recipe's inputs: the usual ones, and the owner's own where these are known.

    Args:
        message: the mail, whose sender is greeted; without a name that is safe no habit of greeting counts.
        owner: who answers.
        style: how the owner writes: what was learnt of formal mail counts for such, and of other mail for other.
        language: of the mail that is answered.
    """
    greeted = style.greeted.get(language, {}).get(message.sender.key, "") if style else ""
    frame = reply_frame(message, owner, language, greeted)
    usual = {"usual_greeting": frame.greeting, "usual_closing": "\n".join((frame.closing, frame.signature)).strip()}
    if style is None:
        return usual
    greetings = style.formal_greetings if frame.formal else style.greetings
    closings = style.formal_closings if frame.formal else style.closings
    greeting = "" if frame.greeted else greetings.get(language, "")
    for place, name in {_FIRST: first_name(message), _FULL: full_name(message.sender)}.items():
        if place in greeting:
            greeting = greeting.replace(place, name) if name else ""
    return {**usual, "greeting": greeting, "closing": closings.get(language, "")}


class OwnerParts:
    """The parts of one mail that the owner wrote.

    Attributes:
        greeting: its first line with the name left open, "" when that is no greeting.
        greeting_line: the same as it stands there.
        text: what is said.
        closing: closing words and name, "" when there are none.
        signature: what stands below these, "" when that is no block of role, company or ways to reach them.
    """

    def __init__(self, message: MailMessage, owner: OwnerAddresses) -> None:
        parts = split_text(message.text)
        lines = parts.new_text.strip().split("\n")
        self.greeting = _greeting(lines[0], message.to)
        self.greeting_line = lines[0].strip() if self.greeting else ""
        self.text = "\n".join(lines[1:] if self.greeting else lines).strip()
        self.closing = _closing(parts.signature, owner.name or message.sender.name)
        self.signature = _signature(parts.signature, self.closing)


def _greeting(line: str, to: Sequence[Address]) -> str:
    """Return the greeting in a first line, with the name left open; "" when the line is none."""
    line = line.strip()
    if not line or len(line) > _MAX_GREETING_CHARS or (line[-1] not in ",!:.-\u2013" and len(line.split()) > 3):
        return ""
    for person in to:
        full = full_name(person)
        for name, place in ((full, _FULL), (full.partition(" ")[0], _FIRST)):
            if name and re.search(rf"\b{re.escape(name)}\b", line):
                return re.sub(rf"\b{re.escape(name)}\b", place, line, count=1)
    return ""


def _closing(signature: str, owner_name: str) -> str:
    """Return the closing words and the name below them; "" when there are none."""
    lines = [line.strip() for line in signature.strip().split("\n")[:3] if line.strip()]
    names = _name_words(owner_name)
    kept: list[str] = []
    for line in lines:
        if _is_contact(line) or len(line) > _MAX_GREETING_CHARS or line.startswith("--"):
            break
        kept.append(line)
        if names & _name_words(line):
            return "\n".join(kept)
    return ""


def _name_words(text: str) -> set[str]:
    return {word.lower() for word in ALPHABETIC.findall(text) if len(word) >= _MIN_NAME_CHARS}


def _is_contact(text: str) -> bool:
    """Tell whether a line is one of a signature block, which the mail program adds: no closing line holds that."""
    return "/" in text or holds_contact(text)


def _signature(signature: str, closing: str) -> str:
    """Return the block below closing words and name; "" for a mere name, the line of a telephone, or a long notice."""
    lines = [line if line == "-- " else line.strip() for line in signature.strip("\n").split("\n")]
    said = closing.split("\n") if closing else []
    while lines and (not lines[0] or (said and lines[0] == said[0])):
        said = said[1:] if lines[0] else said
        del lines[0]
    block = "\n".join(lines).strip("\n")
    is_short = len(lines) <= _MAX_BLOCK_LINES and len(block) <= _MAX_BLOCK_CHARS
    return block if is_short and _is_contact(block) and len(block.split()) > 1 else ""


def _habits(found: Mapping[str, Counter[str]]) -> dict[str, str]:
    habits = {}
    for language, counts in found.items():
        named = [(times, habit) for habit, times in counts.items() if habit]
        if named and (best := max(named))[0] >= max(MIN_TIMES, MIN_SHARE * counts.total()):
            habits[language] = best[1]
    return habits


class ReplyExample(Value):
    """What somebody wrote to the owner, and the owner's reply, with its greeting and closing."""

    given: str
    used: str


def find_examples(sent: Iterable[MailMessage], owner: OwnerAddresses) -> tuple[ReplyExample, ...]:
    """Return the owner's replies that quote what they answer, newest first, each text once.

    Args:
        sent: mails from the folder of sent mail, newest first; those of others and those that we drafted are left out.
        owner: who wrote them.
    """
    found: dict[str, ReplyExample] = {}
    for message in sent:
        quoted = split_text(message.text).quoted if is_own_work(message, owner) else ""
        given = quoted_message(quoted) if quoted else ""
        written = OwnerParts(message, owner)
        is_fit = _MIN_WORDS <= len(written.text.split()) <= _MAX_WORDS and len(given.split()) >= _MIN_WORDS
        if is_fit and len(given) <= _MAX_GIVEN_CHARS:
            used = "\n\n".join(
                (written.greeting_line or _DEFAULT_GREETING, written.text, written.closing or _DEFAULT_CLOSING)
            )
            found.setdefault(written.text, ReplyExample(given=given, used=used))
        if len(found) >= MAX_EXAMPLES:
            break
    return tuple(found.values())


def quoted_message(quoted: str) -> str:
    """Return the new text of the mail that is quoted, without the lines that announce it and what it quotes itself."""
    return next((text for _, text in quoted_mails(quoted)), "")
