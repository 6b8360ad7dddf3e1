"""What the sentences of a mail are for its reader: which want something, and which are to be seen before all others.

Those tell what may hurt somebody, put right what was told before, or are told in confidence. Learnt from mails and
sentences in English, German, French and Spanish (`benchmarks/train_wants.py`, `train_alerts.py`, `train_courtesy.py`)
over the vectors of the embedded model: wishes mostly have no question mark, and dangers are mostly told in passing, in
words that no table knows. Without the model nothing is found.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.lexicon import lexicon
from core.text.sentences import unwrap
from core.text.statements import Statement, read_statements
from core.writing.roles.classifier import role_weights
from core.writing.roles.features import Row, Vector, rows_of
from core.writing.roles.kinds import row_of
from core.writing.roles.reading import read_sentences

WANTS, COURTESY = "wants", "courtesy"
ALERTS = (DANGER, CORRECTION, CONFIDENCE) = ("danger", "correction", "confidence")
# From here on a sentence wants something though it has no question, order or word of a wish.
SURE_UNSAID = 0.6
# From here on a reader wants to see a sentence before all others, or as a risk among messages; from the second on a
# danger stands beside a model's reply that does not speak of it.
ALERTING: Mapping[str, float] = {DANGER: 0.5, CORRECTION: 0.5, CONFIDENCE: 0.45}
SURELY_DANGEROUS = 0.58
# From here on it is called one: of everyday mails two thirds of the sentences between are jokes or harmless.
CALLED: Mapping[str, float] = {**ALERTING, DANGER: 0.65}
# From here on a sentence stands before all that is no alert, and is not called one.
PERHAPS_DANGEROUS = 0.35
# From here on a mail only thanks, praises, congratulates or tells that all is well; from the second on a sentence of
# it is an alert all the same.
ONLY_COURTEOUS, SURE_ALERT = 0.4, 0.75
# Brings the mean of a mail's vectors to the size of a head's inputs.
_MAIL = 40.0
_MAX_STATEMENTS = 300
# What is shorter is no whole mail, and calm where no sentence is likelier than this to tell a danger.
_MIN_MAIL_WORDS, _CALM = 40, 0.2


class MailSentence(NamedTuple):
    """A sentence as its mail has it, how likely it wants something of its reader, and how likely it is each alert."""

    raw: str
    wants: float
    alerts: Mapping[str, float]


class MailReading(NamedTuple):
    """The sentences of a mail in its order, and how likely it is no more than a courtesy; nothing without the model."""

    sentences: Sequence[MailSentence] = ()
    courtesy: float = 0.0

    def alerts(self, kinds: Collection[str] = ALERTS, limits: Mapping[str, float] = ALERTING) -> list[str]:
        """Return the sentences that are to be seen before all others, each once and in one line.

        `limits` are how likely a sentence of each kind has to be: with `CALLED` as likely as what is called an alert.
        """
        least = SURE_ALERT if self.courtesy >= ONLY_COURTEOUS else 0.0
        found = (
            line for line in self.sentences if any(line.alerts[kind] >= max(least, limits[kind]) for kind in kinds)
        )
        return list(dict.fromkeys(unwrap(line.raw) for line in found))

    @property
    def surely_dangerous(self) -> list[str]:
        """The sentences that tell a danger so surely that a mail which asks nothing is answered; the gravest first.

        Six in a thousand sentences of mails without a danger are as sure.
        """
        found = sorted(self.sentences, key=lambda line: -line.alerts[DANGER])
        return [unwrap(line.raw) for line in found if line.alerts[DANGER] >= SURE_ALERT]

    @property
    def perhaps_dangerous(self) -> list[str]:
        """The sentences that may tell a danger: of ten sentences of real mails that tell one, seven are among them."""
        return [unwrap(line.raw) for line in self.sentences if line.alerts[DANGER] >= PERHAPS_DANGEROUS]


def read_mail(
    text: str, language: str, embedder: Callable[[], Embedder] | None, *, asks_reader: bool = True
) -> MailReading:
    """Return what a mail is for its reader.

    Where it asks somebody else, the tuned layers do not read it for wishes, which takes three times as long.
    """
    statements, weights = read_statements(text, language)[:_MAX_STATEMENTS], role_weights(WANTS)
    found = embedder() if embedder and statements else None
    if found is None or found.name != weights.embedder:
        return MailReading()
    try:
        vectors = found.embed([statement.raw for statement in statements], is_query=True)
    except InlaidError:
        return MailReading()
    read = read_sentences(statements) if asks_reader else []
    readings = [sentence.wants for sentence in read] or [()] * len(statements)
    wants = map(weights.scores, rows_of(statements, vectors), readings)
    sentences = [
        MailSentence(statement.raw, wanted[WANTS], alerts_of(statement, vector))
        for statement, wanted, vector in zip(statements, wants, vectors, strict=True)
    ]
    return MailReading(sentences, _courtesy(text, sentences, vectors, language))


def _courtesy(text: str, sentences: Sequence[MailSentence], vectors: Sequence[Vector], language: str) -> float:
    """Return how likely a mail only thanks or tells good news.

    The head has learnt from whole mails: of a few sentences it takes bad news for it, so these have to thank, and to
    tell no danger.
    """
    is_calm = all(line.alerts[DANGER] < _CALM for line in sentences)
    thanks = is_calm and lexicon(language)["signals.praise"].search(text)
    is_told = len(text.split()) >= _MIN_MAIL_WORDS or thanks
    return role_weights(COURTESY).scores(mail_row(vectors))[COURTESY] if is_told else 0.0


def mail_row(vectors: Sequence[Vector]) -> Row:
    """Return the inputs of a mail as a whole: the mean of its sentences' vectors."""
    size = _MAIL / (len(vectors) or 1)
    return [size * total for total in map(sum, zip(*vectors, strict=True))], {}


def alerts_of(statement: Statement, vector: Vector) -> Mapping[str, float]:
    """Return how likely a sentence by itself tells a danger, a correction or a confidence.

    Who says outright that they do not want to live, or that somebody laid hands on them, is heard by their words. So
    is, where it reads like a danger, who tells that a child took something in.
    """
    scores, words = role_weights("alerts").scores(row_of(statement, vector)), statement.words
    is_swallowed = scores[DANGER] >= ALERTING[DANGER] and words["signals.swallowed"].search(statement.text)
    return scores | {DANGER: 1.0} if is_swallowed or words["signals.crisis"].search(statement.text) else scores
