"""What a mail is, as learnt from labelled ones: does it need a reply, did a program write it, does it deceive. Pure.

Three logistic heads over named signs and words, and the embedded model with its last layers tuned for the same three
questions, which reads the mail. Their log-odds are added. Where that model does not run, signs and words judge
alone, which is weaker. `benchmarks/train_triage.py` learns the heads, `benchmarks/tuning` the layers, and each says how
well it holds on mails of writers that it did not learn from.
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
from pathlib import Path
from typing import Any

from core.embeddings.tuned import tuned
from core.errors import InlaidError
from core.logs import logger
from core.text.catalogues import N_
from core.text.forms import TOKEN
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.message.senders import split_to_people

log = logger(__name__)

HEADS = ("reply", "program", "fraud")
WEIGHTS_FILE = Path(__file__).with_name("weights.json")
LAYERS_FILE = Path(__file__).with_name("mail.layers")
_SUBJECT_CHARS = 200
# Of a mail longer than the first, its opening and its closing are what the tuned layers read.
_LONG_CHARS, _OPENING_CHARS, _CLOSING_CHARS = 1300, 800, 500

# What brings words and pairs of words to the size of signs.
WORD_SCALE = 4.0
_FIRST_CHARS, _LAST_CHARS = 600, 300
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

# What the tuned model makes of a mail: the log-odds of each of HEADS; () where it was not asked.
Reading = Sequence[float]


@dataclass(frozen=True)
class MailSigns:
    """What a mail is judged by: signs by name with their strength (mostly 1), words by checksum, how it reads."""

    signs: Mapping[str, float]
    words: Mapping[int, float]
    reading: Reading = ()


@dataclass(frozen=True)
class Parts:
    """What the log-odds of an answer are made of: what counts for every mail, each sign, and words and reading."""

    bias: float
    signs: Mapping[str, float]
    meant: float

    @property
    def probability(self) -> float:
        """How probable (0..1) the answer yes is."""
        return probability(self.bias + sum(self.signs.values()) + self.meant)


@dataclass(frozen=True)
class Head:
    """One question: what counts for every mail, and what each sign and each word (at its place) adds."""

    bias: float
    signs: Mapping[str, float]
    places: Mapping[int, int]
    words: Sequence[float]

    def parts(self, found: MailSigns) -> Parts:
        """Return what signs and words alone say."""
        added = {name: self.signs[name] * strength for name, strength in found.signs.items() if name in self.signs}
        places, words = self.places, self.words
        said = sum(words[places[word]] * strength for word, strength in found.words.items() if word in places)
        return Parts(self.bias, added, said)


@dataclass(frozen=True)
class Classifier:
    """The heads, and from which probability on fraud is said: with a reading, and by signs and words alone.

    With a reading the log-odds of both are added; `shifts` bring the sums to where one half is, and `spreads` to where
    they say how probable an answer is, which those of tuned layers overstate.
    """

    heads: Mapping[str, Head]
    spreads: Mapping[str, float]
    shifts: Mapping[str, float]
    fraud_from: float
    fraud_from_by_signs: float

    def parts(self, name: str, found: MailSigns) -> Parts:
        """Return what the log-odds of an answer are made of."""
        parts = self.heads[name].parts(found)
        if not found.reading:
            return parts
        spread, shift, read = self.spreads[name], self.shifts[name], found.reading[HEADS.index(name)]
        signs = {sign: spread * weight for sign, weight in parts.signs.items()}
        return Parts(spread * (parts.bias + shift), signs, spread * (parts.meant + read))

    def deceives(self, found: MailSigns) -> bool:
        """Whether a mail reads so much like fraud that no draft may help it."""
        limit = self.fraud_from if found.reading else self.fraud_from_by_signs
        return self.parts("fraud", found).probability >= limit


def probability(score: float) -> float:
    """Return how probable (0..1) log-odds are."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def strongest_parts(parts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the parts that weigh most, in their order, and what all others are together."""
    least = sorted((abs(weight) for _, weight in parts), reverse=True)[:_LISTED][-1]
    found = [(sentence, round(weight, 2)) for sentence, weight in parts if abs(weight) >= least]
    rest = round(sum(weight for _, weight in parts) - sum(weight for _, weight in found), 2)
    return [*found, (N_("other signs together"), rest)] if rest else found


def passage(message: MailMessage, owner: OwnerAddresses) -> str:
    """Return what the tuned layers read of a mail: subject, sender, whom it goes to, the owner, and what is new in it.

    They were trained on this form (`benchmarks/train_triage.py --rows`). What a mail orders a program to do is left out
    of it since then, without new layers: few mails hold such orders. A change for more mails asks for new layers.
    """
    text = " ".join(split_to_people(message).new_text.split())
    if len(text) > _LONG_CHARS:
        text = f"{text[:_OPENING_CHARS]} … {text[-_CLOSING_CHARS:]}"
    sender = f"{message.sender.name} {message.sender.address}"
    return f"{message.subject[:_SUBJECT_CHARS]} | {sender} | {_recipient_form(message, owner)} | {owner.name} | {text}"


def _recipient_form(message: MailMessage, owner: OwnerAddresses) -> str:
    if any(map(owner.owns, message.to)):
        return "to me" if len(message.to) == 1 else "to me and others"
    # What came to one address that nobody named came to the owner: by an alias, or one that several share.
    is_copy = len(message.to) != 1 or any(map(owner.owns, message.cc)) or message.has_header("list-id")
    return "cc" if is_copy else "to me"


def with_pairs(signs: dict[str, float]) -> dict[str, float]:
    """Return signs and the pairs of an ask and where it stands, by name."""
    asking, beside = ([name for name in names if signs.get(name)] for names in (_ASKING, _BESIDE))
    return signs | {f"{sign}{AND}{other}": 1.0 for sign in asking for other in beside if sign != other}


def words_of(subject: str, text: str) -> dict[int, float]:
    """Return the words and pairs of words of a mail by their checksums, as a vector of the length WORD_SCALE."""
    plain = " ".join(text.split()).lower()
    if len(plain) > _FIRST_CHARS + _LAST_CHARS:
        plain = f"{plain[:_FIRST_CHARS]} {plain[-_LAST_CHARS:]}"
    words = TOKEN.findall(f"{subject[:_SUBJECT_CHARS].lower()} \n {plain}")
    terms = {f"w{word}" for word in words} | {f"b{word} {other}" for word, other in pairwise(words)}
    found = sorted({zlib.crc32(term.encode("utf-8", "replace")) for term in terms})
    return dict.fromkeys(found, WORD_SCALE / math.sqrt(max(1, len(found))))


def read(text: str) -> Reading:
    """Return how the tuned model reads the `passage` of a mail; () for none, and where the model does not run."""
    model = tuned(LAYERS_FILE) if text else None
    try:
        return model.read([text])[0] if model else ()
    except InlaidError as error:
        log.warning("a mail is judged without the embedded model", code=error.code)
        return ()


@functools.cache
def classifier() -> Classifier:
    """Return the weights that are in force."""
    found = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    places = {word: place for place, word in enumerate(array("I", b64decode(found["words"])))}
    heads = {name: _head(head, places) for name, head in found["heads"].items()}
    limits = found["fraud_from"], found["fraud_from_by_signs"]
    return Classifier(heads, found["spreads"], found["shifts"], *map(float, limits))


def _head(found: dict[str, Any], places: Mapping[int, int]) -> Head:
    numbers = array("b", b64decode(found["words"]["numbers"]))
    scale = float(found["words"]["scale"])
    return Head(float(found["bias"]), found["signs"], places, array("f", (scale * number for number in numbers)))
