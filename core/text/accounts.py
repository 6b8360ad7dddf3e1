"""Numbers that money moves by: bank accounts and cards."""

import re
from collections.abc import Iterator

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}[ ]?\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}(?!\w)")
_SORT_CODE = re.compile(r"(?<![\w-])\d{2}-\d{2}-\d{2}(?![\w-])")
_DIGITS = re.compile(r"(?<![\w.,/-])\d(?:[ -]?\d){7,18}(?![\w/])")
_MIN_IBAN_DIGITS = 8
_CARD_DIGITS = range(13, 20)


def account_numbers(text: str) -> Iterator[str]:
    """Yield each number that by its form is an IBAN, a sort code, or a card, as it stands in the text."""
    for pattern in (_IBAN, _SORT_CODE, _DIGITS):
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match[0])
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
