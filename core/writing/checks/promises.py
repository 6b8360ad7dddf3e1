"""What a draft says in the name of its owner: promises, consents, approvals, apologies and attachments."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from core.drafts import Finding, Severity, without_gaps
from core.recipes.render import THREAD
from core.text.catalogues import N_
from core.text.content import content_stems
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.same_words import is_said, telling_words
from core.text.sentences import split_behind, split_sentences, unwrap
from core.writing.checks.bare_answers import find_bare_answers
from core.writing.checks.grounds import Grounds
from core.writing.checks.negation import without_limits

_AFTER_CHARS, _MAX_REST_CHARS = 30, 300
# So many words of a promise, and such a share of them, are new where it is not its owner's.
_MIN_NEW, _NEW_SHARE = 3, 0.6
# What a promise is in: the future, or the present and by when.
_PROMISES, _IN_ANY_LANGUAGE = ("promises", "present"), ("approval", "apology")
_SAYING = N_(
    {
        "promises": "“{place}” is a promise that you did not make.",
        "present": "“{place}” is a promise that you did not make.",
        "consent": "“{place}” agrees in your name.",
        "availability": "“{place}” speaks for your calendar.",
        "approval": "“{place}” says that something was approved or paid.",
        "apology": "“{place}” apologises in your name.",
    }
)


def find_attachment_claims(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding where the draft says that something is attached and the person did not say so."""
    own = grounds.own_words
    if lexicon(detect_language(own) or grounds.language or "en")["claims.attachment_words"].search(own):
        return
    for phrase in _phrases(grounds, text, "attachments"):
        match = phrase.place
        sentence = f"“{match}” speaks of an attachment, and there is none."
        yield Finding(check="attachments", severity="repair", place=match, sentence=sentence)


def find_promises(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each promise or the like that the owner said nothing of; consent only where they say nothing.

    What shares a word with what they said is theirs, and a promise most of whose words they said; beside what they
    said in another language only approvals and apologies are told.
    A promise that binds to nothing does so by a day.
    """
    language = detect_language(text) or grounds.language or "en"
    known = lexicon(language)
    told = grounds.instruction or ("" if grounds.is_foreign else grounds.own_words)
    # Promises that are told in another language share no word with the draft.
    is_compared, assents = detect_language(told) in {"", language}, _assents(told)
    kinds = [kind for kind in _SAYING if is_compared or kind in _IN_ANY_LANGUAGE]
    backing = grounds.everything if assents else f"{told}\n{grounds.values.get(THREAD, '')}"
    own = {*content_stems(told)}
    for kind in (kind for kind in kinds if kind in _PROMISES or not (assents or (told and kind == "consent"))):
        for phrase in _phrases(grounds, text, kind):
            # "Not me" has no word to share.
            is_refusal = told and _refuses(phrase, known)
            is_told = assents or not own.isdisjoint(content_stems(f"{phrase.place}{phrase.after}"))
            if kind in _PROMISES:
                is_told = (is_told or kind == "present") and not _is_mostly_new(phrase, backing)
            if not (_binds_to_nothing(phrase, kind, known) or is_refusal or is_told or grounds.stands(phrase.place)):
                sentence = _SAYING[kind].format(place=phrase.place)
                severity: Severity = "repair" if is_compared else "warn"
                yield Finding(check="promises", severity=severity, place=phrase.place, sentence=sentence)
    if not assents:
        yield from find_bare_answers(grounds, text, told)


def _assents(told: str) -> bool:
    """Tell whether an owner agrees to whatever the message asks; a clause with a denial agrees to nothing."""
    known = lexicon("mul")
    parts = (part for sentence in split_sentences(without_limits(told, known)) for part in sentence.split(","))
    clauses = chain.from_iterable(map(known["small_words.but"].split, parts))
    return any(
        known["claims.assent"].search(clause) and not known["negations.words"].search(clause) for clause in clauses
    )


class _Phrase(NamedTuple):
    """What a text claims, and what stands before and after it in its sentence."""

    before: str
    place: str
    after: str

    @property
    def clause(self) -> str:
        """The clause that the claim stands in."""
        sentence = "".join(self)
        return next((part for part in split_behind(sentence, ",;:") if self.place in part), sentence)


def _binds_to_nothing(phrase: _Phrase, kind: str, known: Lexicon) -> bool:
    """Tell whether what is claimed is a promise of nothing, and of no day; one in the present is none without a day."""
    has_day = bool(known["claims.deadlines"].search(phrase.clause))
    if kind == "present":
        return not has_day or bool(known["claims.asking"].search(phrase.place))
    said = f"{phrase.place}{phrase.after}"[: len(phrase.place) + _AFTER_CHARS]
    return not has_day and bool(known["claims.harmless"].search(said))


def _is_mostly_new(phrase: _Phrase, backing: str) -> bool:
    """Tell whether what may back a promise has few of the words of its clause."""
    words = telling_words(phrase.clause)
    new = [word for word in words if not is_said(word, backing)]
    return len(new) >= max(_MIN_NEW, _NEW_SHARE * len(words))


def _refuses(phrase: _Phrase, known: Lexicon) -> bool:
    """Tell whether a promise is one to do nothing: "no later" denies none."""
    sentence = without_limits("".join(phrase), known)
    begin, end = len(phrase.before), len(phrase.before) + len(phrase.place)
    return any(match.start() < end and begin < match.end() for match in known["claims.refusals"].finditer(sentence))


def _phrases(grounds: Grounds, text: str, kind: str) -> Iterator[_Phrase]:
    """Yield what the text claims of a kind, each wording once."""
    said = without_gaps(text)
    known = lexicon(detect_language(said) or grounds.language or "en")
    matches = {match[0]: match for match in known[f"claims.{kind}"].finditer(said)}
    for match in matches.values():
        rest = next(iter(split_sentences(said[match.end() : match.end() + _MAX_REST_CHARS])), "")
        place, begin = unwrap(match[0]), max(0, match.start() - _MAX_REST_CHARS)
        sentence = unwrap(split_sentences(said[begin : match.end()])[-1])
        yield _Phrase(sentence.removesuffix(place), place, f" {unwrap(rest)}")
