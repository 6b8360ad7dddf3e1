"""Dates of a message to pick from, and what the message says of them: who picks one agrees to that, too."""

from collections.abc import Sequence

from core.text.asks import asks_for_word, find_due, is_question, without_call
from core.text.dating import is_day_number
from core.text.facts import extract_facts
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, either, whole
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.asked import DAYS, Asking, capitalised, clause_of, found_among, is_relative, letters_of
from core.writing.grounded.offered import days_in, names_day_of, offered_dates, offers_listed

_MAX_DATES, _FEW_WORDS, _MARKS = 4, 8, ".,;:?!()«»“”„\"'"


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


def accepting(dates: Sequence[str], asking: Asking) -> tuple[str, ...]:
    """Return what accepts each date and what declines all, nothing where none can be accepted.

    "Tomorrow" is another day for who reads it later, and who wrote that a day does not suit accepts none by a click.
    """
    yes, _, none = asking.words["date_choices"]
    accepts = (asking.said(yes, Date=capitalised(date), date=date) for date in dates)
    is_refused = any(names_day_of(line, dates, asking.language) for line in asking.refused)
    return () if is_refused or any(is_relative(date, asking) for date in dates) else (*accepts, none)


def listed(dates: Sequence[str], asking: Asking, *, is_whole: bool = True) -> str:
    """Return dates in one line; those in lines of their own with all that these say ("Friday 5 June (with Ana)").

    Without `is_whole` they stand for themselves: none of them can be picked then.
    """
    lines = offers_listed(asking.source, asking).lines if is_whole and dates == asking.listed else ()
    if any(letters_of(line) not in letters_of(date) for line, date in zip(lines, dates, strict=False)):
        return "; ".join(lines)
    return f"{', '.join(dates[:-1])} {asking.words['or']} {dates[-1]}"


def are_shown(dates: Sequence[str], text: str) -> bool:
    """Tell whether a text shows all of some dates: their figures, or the words of those without."""
    shown = {word.strip(_MARKS) for word in text.split()}
    figures = [{word.strip(_MARKS) for word in date.split() if any(map(str.isdigit, word))} for date in dates]
    return all(numbers <= shown if numbers else date in text for date, numbers in zip(dates, figures, strict=True))


def offering(dates: Sequence[str], asking: Asking) -> str:
    """Return the sentence of a message that offers some dates, "" for none."""
    lines = map(unwrap, split_sentences(asking.source))
    return next((line for line in lines if offered_dates(line, asking.words) == tuple(dates)), "")


def said_of(dates: Sequence[str], shown: str, asking: Asking) -> list[str]:
    """Return the sentence of a message that offers some dates, and those behind that name one of them or limit it.

    Args:
        dates: to pick from.
        shown: what the reader sees of the message anyway.
        asking: how the message asks.
    """
    words, found, known = asking.words, list[str](), letters_of(shown)
    source = offers_listed(asking.source, asking).behind if dates == asking.listed else asking.source
    lines = list(map(unwrap, split_sentences(source)))
    first = offering(dates, asking)
    due = either(words["due"], WORD_BEGINS)
    goes_on = either([*words["qualifies"], *words["conditions"]], r"\W*", WORD_ENDS)
    is_of_them = False
    for line in lines[lines.index(first) if first in lines else 0 :]:
        deadline = find_due(line)
        told = line.replace(deadline, "") if due.match(deadline) else line
        is_of_them = _names_one(told, dates, asking.language) or (is_of_them and goes_on.match(line) is not None)
        is_asked = is_question(line) and line != first
        if is_of_them and not is_asked and not found_among(without_call(line), known):
            found.append(line)
    return found


def _names_one(line: str, dates: Sequence[str], language: str) -> bool:
    """Tell whether a line names one of some dates; one that names two days may speak of those between."""
    weekdays, days = days_in(line, language)
    if len(days) == 2 and names_day_of(line, dates, language):
        return True
    for date in dates:
        of_week, numbers = days_in(date, language)
        # "Monday 8"
        numbers |= {int(fact.text) for fact in extract_facts(date, language).items if is_day_number(fact.text)}
        if date in line or (days & numbers if days and numbers else weekdays & of_week):
            return True
    return False
