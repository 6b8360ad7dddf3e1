"""Instructions hidden in content: words to the model, unseen characters, obedience, and account numbers it brings."""

import re
from collections.abc import Iterator

from core.drafts import Finding
from core.text.catalogues import N_
from core.text.forms import chars_between, digits_of
from core.text.instructions import (
    claims_in,
    dictates_model,
    find_instruction,
    tells_model,
    without_dictating_verbs,
    without_instructions,
)
from core.text.language import detect_language
from core.text.sentences import split_sentences, unwrap
from core.writing.checks.grounds import Grounds

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}[ ]?\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}(?!\w)")
_SORT_CODE = re.compile(r"(?<![\w-])\d{2}-\d{2}-\d{2}(?![\w-])")
_DIGITS = re.compile(r"(?<![\w.,/-])\d(?:[ -]?\d){7,18}(?![\w/])")
_MIN_IBAN_DIGITS = 8
_CARD_DIGITS = range(13, 20)
__all__ = ["find_instructions", "find_obedience", "without_instructions"]
# Tag characters, bidirectional overrides and zero-width marks; joiners stay, emoji and scripts need them.
_UNSEEN = chars_between("\U000e0000\U000e007f", "\u202a\u202e", "\u2066\u2069", "\u200b", "\u2060", "\ufeff")
_FEW_UNSEEN = 3


def account_numbers(text: str) -> Iterator[str]:
    """Yield each number that by its form is an IBAN, a sort code, or a card, as it stands in the text."""
    for pattern in (_IBAN, _SORT_CODE, _DIGITS):
        for match in pattern.finditer(text):
            digits = digits_of(match[0])
            if pattern is _DIGITS and not (len(digits) in _CARD_DIGITS and _passes_luhn(digits)):
                continue
            if pattern is not _IBAN or len(digits) >= _MIN_IBAN_DIGITS:
                yield match[0]


def bare(text: str) -> str:
    """Return a text without what people put between the groups of a number."""
    return re.sub(r"[\s.\-/\u00a0]", "", text).upper()


def _passes_luhn(digits: str) -> bool:
    """Tell whether the check digit is right (ISO/IEC 7812-1)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def find_instructions(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a warning when the content tries to instruct the model, a block when the draft speaks so itself."""
    content = grounds.foreign_content or grounds.source
    if quote := find_instruction(content):
        sentence = f"The text says “{quote}”. It was treated as text; read the draft with care."
        yield Finding(check="injection", severity="warn", sentence=sentence)
    if sum(char in _UNSEEN for char in content[:100_000]) > _FEW_UNSEEN:
        sentence = "The text holds characters that cannot be seen; they may hide words."
        yield Finding(check="injection", severity="warn", sentence=sentence)
    if not _UNSEEN.isdisjoint(text) and _UNSEEN.isdisjoint(grounds.everything):
        sentence = "The draft holds characters that cannot be seen."
        yield Finding(check="injection", severity="block", sentence=sentence)


def find_obedience(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a block for what only an instruction to the model can have brought into the draft.

    That is each account number that the source does not hold, and each sentence that claims what only the words for the
    model claim: a payment, a consent, an approval.
    """
    known = bare(grounds.everything)
    for number in account_numbers(text):
        if bare(number) not in known:
            sentence = f"The account number “{number}” does not stand in what you and the sender wrote."
            yield Finding(check="accounts", severity="block", place=number, sentence=sentence)
    if not grounds.injected:
        return
    injected = grounds.given_facts(grounds.injected)
    for fact in grounds.facts_of(text).missing_from(grounds.facts):
        if injected.hold(fact):
            why = N_(f"“{fact.text}” stands only in a text for the model.")
            yield Finding(check="obedience", severity="block", place=fact.text, sentence=why)
    for sentence in _obedient_sentences(grounds, text):
        quote = unwrap(sentence)[:160]
        why = N_(f"“{quote}” claims what only a text for the model says.")
        yield Finding(check="obedience", severity="block", place=sentence, sentence=why)


def _obedient_sentences(grounds: Grounds, text: str) -> Iterator[str]:
    """Yield each sentence that claims what only a text for a model claims.

    In the person's own name it is the same claim in other words. What tells of somebody's text may ask for something
    else ("they ask you to confirm the date"), and may say to whom the words are ("a note asks AI assistants to ..."),
    unless a model is named in what the text wants to be written: then whoever wrote it asks for such a sentence.
    """
    said = claims_in(grounds.everything)
    if claims_in(grounds.injected) <= said:
        return
    is_own = any(use.name == "promises" for use in grounds.recipe.checks)
    told = claims_in(without_dictating_verbs(grounds.injected))
    language = detect_language(grounds.injected)
    may_tell = not dictates_model(grounds.injected)
    for sentence in split_sentences(text):
        claimed = claims_in(sentence) - said
        if not claimed:
            continue
        # Words of another language may say the same.
        is_told = claimed & told or claimed - claims_in(sentence, language)
        if is_own or (is_told and not (may_tell and tells_model(sentence, grounds.language_of(sentence)))):
            yield sentence
