"""Amounts that may be worked out of what a text gives: a count times a price, and what a few of them add up to."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import chain, combinations

from core.text.facts.model import Fact, Facts

# Of longer lists any amount could be made.
_MAX_PRICES, _MAX_COUNTS, _MAX_COUNT, _MAX_CHARS = 12, 12, 1000, 12


def may_come_to(given: Facts, amount: Fact) -> bool:
    """Tell whether an amount of money may be worked out: two products, or one and two prices, or three prices.

    Much may be that is not meant: it excuses nothing, and only tells a sum from an invention.
    """
    if amount.category != "money":
        return False
    prices = _numbers(fact for fact in given.items if fact.category == "money" or "." in "".join(fact.readings))
    counts = _numbers(fact for fact in given.items if fact.kind == "number" and not fact.unit)
    whole = [count for count in counts if count == int(count) and 1 < count <= _MAX_COUNT][:_MAX_COUNTS]
    prices = prices[:_MAX_PRICES]
    products = {count * price for count in whole for price in prices}
    few = {Decimal(0), *prices, *map(sum, combinations(prices, 2))}
    return any(
        amount_value - term in few or amount_value - term in products
        for amount_value in map(Decimal, filter(_is_short, amount.readings))
        for term in chain(products, prices)
    )


def _numbers(facts: Iterable[Fact]) -> list[Decimal]:
    readings = (reading for fact in facts if fact.kind == "number" for reading in sorted(fact.readings))
    return [*dict.fromkeys(Decimal(reading) for reading in readings if _is_short(reading))]


def _is_short(reading: str) -> bool:
    return len(reading) <= _MAX_CHARS and reading.replace(".", "", 1).isdecimal()
