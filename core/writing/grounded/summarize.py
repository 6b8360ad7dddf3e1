"""What the grounded lane gives for a summary: how long a text is to read, and the newest mail of a thread, whole.

Quotations of a talk or a document leave out what matters, or the word that takes it back, and tempt people not to read
it (DECISIONS 385). A short text is to be read as it stands; of a longer one its reader is told what is needed instead.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from core.drafts import Finding
from core.recipes.model import Recipe
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from core.text.speakers import ends_with_newest_mail
from core.text.statements import Statement, read_statements
from core.writing.checks import Grounds
from core.writing.checks.injection import find_instructions
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

# A shorter text is to be read as it stands; people read so many words in a minute.
_FEW_WORDS, _SHORT_WORDS, _WORDS_A_MINUTE = 50, 250, 200
# A script without blanks between its words has so many characters to the time of one word.
_MAX_CHARS_A_WORD = 10
# The newest mail is quoted from so many words on, alone or with the one before it, and up to so many.
_MIN_WORDS, _MAX_WORDS = 8, 100


def summarize(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return how long a text is to read, with the newest mail of a thread; no model is asked."""
    del ask
    source = values[recipe.main_input]
    language = detect_language(source)
    newest = _newest_mails(source, read_statements(without_instructions(source), language))
    length = words_to_read(source)
    needs = "summary" if length >= _SHORT_WORDS else "shorter"
    if not newest:
        return only_length(recipe, values, needs)
    words = lexicon(language)
    text = f"{reading_time(length, words, needs)}\n\n{words.wording('conversation.newest')}\n\n{_quoted(newest)}"
    if options.on_token:
        options.on_token(text)
    return PlanResult(text=text, findings=_about_source(recipe, values))


def only_length(recipe: Recipe, values: Mapping[str, str], needs: str) -> PlanResult:
    """Return how long a text is to read and that `needs` takes a larger model, as the reason why nothing else is told.

    Of a longer text with what can be done instead.
    """
    source = values[recipe.main_input]
    length, words = words_to_read(source), lexicon(detect_language(source))
    instead = f" {words.wording('conversation.ask_instead')}" if length >= _SHORT_WORDS else ""
    text = reading_time(length, words, needs) + instead
    return PlanResult(text=text, findings=_about_source(recipe, values), skeleton=True, reason=text)


def _newest_mails(source: str, statements: Sequence[Statement]) -> list[Statement]:
    """Return what the newest mail of a thread says, after the one before it where it says little; [] if it is long."""
    if not ends_with_newest_mail(source) or len({statement.speaker for statement in statements}) < 2:
        return []
    turns = sorted({statement.turn for statement in statements})[-2:]
    for first in reversed(turns):
        found = [statement for statement in statements if statement.turn >= first]
        length = sum(len(statement.text.split()) for statement in found)
        if length >= _MIN_WORDS:
            return found if length <= _MAX_WORDS else []
    return []


def _quoted(statements: Sequence[Statement]) -> str:
    """Return whole turns word for word, each with its speaker."""
    turns = [list(said) for _, said in groupby(statements, key=lambda one: one.turn)]
    return "\n\n".join(f"**{said[0].speaker}**: " + " ".join(statement.quoted for statement in said) for said in turns)


def reading_time(length: int, words: Lexicon, needs: str) -> str:
    """Return how long a text of so many words takes to read, and what a `shorter` one, `summary` or `list` needs."""
    minutes = round(length / _WORDS_A_MINUTE)
    usual = "one_minute" if length < _SHORT_WORDS else "minute_long" if minutes < 2 else "minutes_long"
    told = words.wording(f"conversation.{'short' if length < _FEW_WORDS else usual}")
    return f"{told.format(count=length, minutes=minutes)} {words.wording(f'conversation.needs_{needs}')}"


def words_to_read(text: str) -> int:
    """Return how many words a text takes the time of."""
    return max(len(text.split()), len(text) // _MAX_CHARS_A_WORD)


def _about_source(recipe: Recipe, values: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what a person should know of the text itself; quotations of it need no other check."""
    return tuple(find_instructions(Grounds(recipe, values, values[recipe.main_input]), ""))
