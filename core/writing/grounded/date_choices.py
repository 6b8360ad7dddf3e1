"""Dates of a message to pick from: who picks one sees all that the message says of it."""

from collections.abc import Sequence

from core.drafts import MAX_GAP_CHARS
from core.text.asks import asks_for_word, without_call, without_greeting
from core.text.facts import extract_facts
from core.text.lexicon import either, whole
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.asked import (
    DAYS,
    Asking,
    asks_outright,
    capitalised,
    clause_of,
    is_relative,
    letters_of,
)
from core.writing.grounded.blocks import Block
from core.writing.grounded.offered import are_shown, names_day_of, offered_dates, offers_listed

_MAX_DATES, _FEW_WORDS, _MAX_CHOOSING_WORDS = 4, 8, 14


def days_of(block: Block, asking: Asking) -> tuple[str, ...]:
    """Return the days that a block shows and leaves to choose from; none where it asks something else, too."""
    lines = [without_call(unwrap(part)) for part in block.parts]
    found = {line: dates for line in lines if (dates := dates_to_pick(line, asking))}
    days = next(iter(found.values()), asking.offered)
    others = (line for line in lines if line not in found and not names_day_of(line, days, asking.language))
    asks_more = any(asks_outright(line, asking) and not _only_chooses(line, asking) for line in others)
    return () if asks_more or len(days) < 2 or not are_shown(days, block.text) else days


def _only_chooses(line: str, asking: Asking) -> bool:
    """Tell whether a line says little more than that one is to be chosen: "tell me which you would like"."""
    is_short = len(line.split()) <= _MAX_CHOOSING_WORDS and "," not in line
    return is_short and whole(asking.words["which"]).search(line) is not None


def dates_to_pick(line: str, asking: Asking) -> tuple[str, ...]:
    """Return the dates that a question leaves its reader to choose from, those of the message where it says "which"."""
    words = asking.words
    chooses = whole([*words["which"], *(words["which_listed"] if asking.listed else ())]).search(line) is not None
    # "… whether the works are done, on which date"
    asks_whether = chooses and either([words["whether"]], after=r"\b").match(clause_of(line, asking) or line)
    if (asks_for_word(line) and not chooses) or asks_whether:
        return ()
    if chooses and asking.listed:
        return asking.listed
    said = extract_facts(line, asking.language).items
    # "The figures at .38 or the cats at .52, which do you take?" is about no day.
    is_of_things = bool(said) and not any(fact.kind in DAYS for fact in said)
    # "… and on which day, and that the mark be corrected"
    tells_more = len(line.split()) > _FEW_WORDS and not names_day_of(line, asking.offered, asking.language)
    dates = offered_dates(line, words) or (asking.offered if chooses and not (is_of_things or tells_more) else ())
    # "3 or 4 December": a bare number is no date to accept.
    is_bare = any(map(str.isdigit, dates))
    return dates if 1 < len(dates) <= _MAX_DATES and not is_bare else ()


def accepting(dates: Sequence[str], question: str, asking: Asking) -> list[str]:
    """Return what accepts each date and what declines all, nothing where none can be accepted.

    "Tomorrow" is another day for who reads it later, and who wrote that a day does not suit accepts none by a click;
    nor does anybody where the message says more of the days than its question shows.
    """
    yes, _, none = asking.words["date_choices"]
    known = letters_of(question)
    source = offers_listed(asking.source, asking).rest if dates == asking.listed else asking.source
    lines = filter(None, map(unwrap, split_sentences(source)))
    unseen = [line for line in lines if letters_of(without_greeting(line)) not in known]
    is_told = any(names_day_of(line, dates, asking.language) for line in (*asking.refused, *unseen))
    is_moving = any(is_relative(date, asking) for date in dates)
    if is_told or is_moving or len(question) > MAX_GAP_CHARS:
        return []
    return [*(asking.said(yes, Date=capitalised(date), date=date) for date in dates), none]
