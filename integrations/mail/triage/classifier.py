"""What a mail is, as learnt from labelled ones: does it need a reply, did a program write it, does it deceive. Pure.

Three logistic heads over named signs, over its words, and over the meaning of two passages, as vectors of the
embedded model. Without vectors a second set of weights judges by signs and words alone, which is weaker:
`benchmarks/train_triage.py` learns both and says how well each holds on mails of writers that it did not learn from.
"""

import functools
import json
import math
import zlib
from array import array
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import mul
from pathlib import Path
from typing import Any

from core.llm.ports import Embedder
from core.text.forms import TOKEN
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import written_by_person
from integrations.mail.triage.triage_input import split_of

HEADS = ("reply", "program", "fraud")
WEIGHTS_FILE = Path(__file__).with_name("weights.json")
# Brings vectors to the size of signs, so that one penalty fits both: beginning and end.
SCALES = (8.0, 6.0)
_HEAD_CHARS, _TAIL_CHARS, _SUBJECT_CHARS = 400, 200, 200
# Of a mail longer than the first, its opening and its closing are what the tuned layers read.
_LONG_CHARS, _OPENING_CHARS, _CLOSING_CHARS = 1300, 800, 500

# What brings words and pairs of words to the size of signs.
WORD_SCALE = 4.0
_FIRST_CHARS, _LAST_CHARS = 600, 300
# Between these probabilities of the heads without vectors a mail is looked at more closely.
_SURELY_NO_REPLY, _SURELY_REPLY, _SURELY_NO_FRAUD = 0.1, 0.9, 0.05
# Who names the owner asks them, whatever program sent it.
_WANTS_A_LOOK = frozenset({"calls_owner", "names_owner", "mentioned"})
# So few signs of a decision are listed; the others are added up.
_LISTED = 14

# How much an ask counts depends on where it stands: each of the first with each of the second is a sign of its own.
_ASKING = (
    "asks",
    "question",
    "order",
    "mark",
    "mark_last",
    "mark_late",
    "wants_word",
    "calls_owner",
    "names_owner",
    "mentioned",
    "subject_wants",
    "bare_question",
    "choice",
    "hinges",
    "lacks",
)
_BESIDE = (
    "not_in_to",
    "rule_list",
    "rule_generated",
    "rule_copy",
    "rule_calendar",
    "rule_program_sender",
    "rule_no_reply_text",
    "rule_notification",
    "rule_mass_mail",
    "rule_machine_sender",
    "greets_other",
    "greets_owner",
    "stranger",
    "colleague",
    "form",
    "calendar",
    "conversation",
    "answers",
    "forwards",
    "information",
    "needs_none",
    "settled",
    "thanks",
    "pitch",
    "closes",
    "signed",
    "signed_by_anybody",
    "shows_person",
    "sells",
    "money",
    "linked",
    "program_address",
    "desk_address",
    "group_address",
    "tiny",
    "short",
    "wordy",
    "polite",
    "calls_owner",
    "names_owner",
    "first_person",
    "deadline",
    "relayed",
    "survey",
    "buys",
    "patience",
    "rhetorical",
    "subject_settled",
    "courts",
    "courts_stranger",
    "absent",
    "fond",
    "unasked",
    "at_rest",
    "audience",
    "no_answer_to_any",
    "reports",
)
AND = " + "

Vectors = Sequence[Sequence[float]]


@dataclass(frozen=True)
class MailSigns:
    """What the heads look at: signs by name with their strength (mostly 1), words by checksum, vectors."""

    signs: Mapping[str, float]
    words: Mapping[int, float]
    vectors: Vectors = ()


@dataclass(frozen=True)
class Head:
    """One question: what counts for every mail, and what each sign, word (at its place) and number of a vector adds."""

    bias: float
    signs: Mapping[str, float]
    places: Mapping[int, int]
    words: Sequence[float]
    meaning: Sequence[float] = ()

    def parts(self, found: MailSigns) -> tuple[dict[str, float], float]:
        """Return what each sign adds, and what words and meaning do; with the bias these are log-odds."""
        added = {name: self.signs[name] * strength for name, strength in found.signs.items() if name in self.signs}
        inputs = (scale * value for scale, vector in zip(SCALES, found.vectors, strict=False) for value in vector)
        meant = sum(map(mul, self.meaning, inputs)) if found.vectors else 0.0
        known = ((self.places.get(word), strength) for word, strength in found.words.items())
        return added, meant + sum(self.words[place] * strength for place, strength in known if place is not None)

    def probability(self, found: MailSigns) -> float:
        """Return how probable (0..1) the answer yes is."""
        added, meant = self.parts(found)
        return probability(self.bias + sum(added.values()) + meant)


@dataclass(frozen=True)
class Classifier:
    """The heads, for mails with vectors of `embedder` and for those without any, and from where on fraud is said."""

    embedder: str
    with_meaning: Mapping[str, Head]
    by_signs: Mapping[str, Head]
    fraud_from: float
    fraud_from_by_signs: float

    def heads(self, vectors: Vectors) -> Mapping[str, Head]:
        """Return the heads that fit."""
        return self.with_meaning if vectors else self.by_signs

    def is_sure(self, found: MailSigns) -> bool:
        """Whether signs and words alone leave no doubt: vectors cost some hundred times as much."""
        if found.signs.keys() & _WANTS_A_LOOK:
            return False
        reply, fraud = (self.by_signs[name].probability(found) for name in ("reply", "fraud"))
        return fraud <= _SURELY_NO_FRAUD and not _SURELY_NO_REPLY < reply < _SURELY_REPLY

    def deceives(self, found: MailSigns) -> bool:
        """Whether a mail reads so much like fraud that no draft may help it."""
        limit = self.fraud_from if found.vectors else self.fraud_from_by_signs
        return self.heads(found.vectors)["fraud"].probability(found) >= limit


def probability(score: float) -> float:
    """Return how probable (0..1) log-odds are."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def strongest_parts(parts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the parts that weigh most, in their order, and what all others are together."""
    least = sorted((abs(weight) for _, weight in parts), reverse=True)[:_LISTED][-1]
    found = [(sentence, round(weight, 2)) for sentence, weight in parts if abs(weight) >= least]
    rest = round(sum(weight for _, weight in parts) - sum(weight for _, weight in found), 2)
    return [*found, ("other signs together", rest)] if rest else found


def passages(message: MailMessage) -> tuple[str, str]:
    """Return what of a mail is turned into vectors: subject and beginning, and its end unless that stands in both."""
    text = " ".join(split_of(written_by_person(message)).new_text.split())
    beginning = f"{message.subject[:_SUBJECT_CHARS]}. {text[:_HEAD_CHARS]}"
    return beginning, text[-_TAIL_CHARS:] if len(text) >= _TAIL_CHARS else beginning


def passage(message: MailMessage, owner: OwnerAddresses) -> str:
    """Return what the tuned layers read of a mail: subject, sender, whom it goes to, the owner, and what is new in it.

    They were trained on this very form (`benchmarks/train_triage.py --rows`): a change of it asks for new layers.
    """
    text = " ".join(split_of(written_by_person(message)).new_text.split())
    if len(text) > _LONG_CHARS:
        text = f"{text[:_OPENING_CHARS]} … {text[-_CLOSING_CHARS:]}"
    sender = f"{message.sender.name} {message.sender.address}"
    return f"{message.subject[:_SUBJECT_CHARS]} | {sender} | {_recipient_form(message, owner)} | {owner.name} | {text}"


def _recipient_form(message: MailMessage, owner: OwnerAddresses) -> str:
    if not {owner.address, *owner.aliases} & {recipient.address for recipient in message.to}:
        return "cc"
    return "to me" if len(message.to) == 1 else "to me and others"


def with_pairs(signs: dict[str, float]) -> dict[str, float]:
    """Return signs and the pairs of an ask and where it stands, by name."""
    asking, beside = ([name for name in names if signs.get(name)] for names in (_ASKING, _BESIDE))
    return signs | {f"{one}{AND}{other}": 1.0 for one in asking for other in beside if one != other}


def words_of(subject: str, text: str) -> dict[int, float]:
    """Return the words and pairs of words of a mail by their checksums, as a vector of the length WORD_SCALE."""
    plain = " ".join(text.split()).lower()
    if len(plain) > _FIRST_CHARS + _LAST_CHARS:
        plain = f"{plain[:_FIRST_CHARS]} {plain[-_LAST_CHARS:]}"
    words = TOKEN.findall(f"{subject[:_SUBJECT_CHARS].lower()} \n {plain}")
    terms = {f"w{word}" for word in words} | {f"b{one} {other}" for one, other in pairwise(words)}
    found = sorted({zlib.crc32(term.encode("utf-8", "replace")) for term in terms})
    return dict.fromkeys(found, WORD_SCALE / math.sqrt(max(1, len(found))))


def vectors_of(given: Sequence[str], embedder: Embedder) -> Vectors:
    """Return the vectors of passages, none when the weights were not learnt for this embedder."""
    if not given or embedder.name != classifier().embedder:
        return ()
    return [tuple(vector) for vector in embedder.embed(given, is_query=True)]


@functools.cache
def classifier() -> Classifier:
    """Return the weights that are in force."""
    found = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    places = {word: place for place, word in enumerate(array("I", b64decode(found["words"])))}
    with_meaning, by_signs = (
        {name: _head(one, places) for name, one in found[kind].items()} for kind in ("with_meaning", "by_signs")
    )
    return Classifier(found["embedder"], with_meaning, by_signs, found["fraud_from"], found["fraud_from_by_signs"])


def _head(found: dict[str, Any], places: Mapping[int, int]) -> Head:
    words, meaning = _numbers(found["words"]), _numbers(found.get("meaning"))
    return Head(float(found["bias"]), found["signs"], places, words, meaning)


def _numbers(found: dict[str, Any] | None) -> Sequence[float]:
    numbers = array("b", b64decode(found["numbers"]) if found else b"")
    return array("f", (float(found["scale"]) * number for number in numbers) if found else ())
