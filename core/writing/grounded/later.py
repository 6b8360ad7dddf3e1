"""What was written after a chat message that is answered, which may take back or replace what that says."""

from collections.abc import Mapping, Sequence

from core.recipes.model import CHAT
from core.text.language import detect_language
from core.text.lexicon import whole
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.asked import Asking, letters_of
from core.writing.grounded.blocks import says_something
from core.writing.grounded.lines import Line
from core.writing.grounded.superseded import said_of, says_other_value
from core.writing.grounded.threads import EarlierMessage, ThreadPeople, messages_of

# So much of the newest is shown whatever it says; and so much of one message stands in one quote.
_MAX_NEWEST_CHARS, _MAX_QUOTE_CHARS = 700, 300
# Values are compared in so many of the newest, and so many sentences of each; of many quotes the ends are shown.
_MAX_LATER, _MAX_SAID, _SHOWN_AT_END = 30, 12, 6


def written_later(values: Mapping[str, str], message: str) -> list[str]:
    """Return what was written after a message in its own thread, behind the names of who wrote it, in its order.

    That is what may correct it, whoever wrote that, its sender too, and the newest of all else. Nothing for a mail,
    whose thread is older than itself.
    """
    thread = values.get("thread", "") if values.get(CHAT) else ""
    people = ThreadPeople(values.get("owner_name", ""), values.get("sender_name", ""))
    asking = Asking(detect_language(thread))
    said = [unwrap(sentence) for sentence in split_sentences(message)]
    old = [Line("sender", "", language=asking.language, sentence=sentence) for sentence in said]
    shown, left = list[list[str]](), _MAX_NEWEST_CHARS
    for number, later in enumerate(reversed(_after(messages_of(thread, people), said, people))):
        sentences = [unwrap(sentence) for sentence in split_sentences(later.text)[:_MAX_SAID]]
        told = [sentence for sentence in sentences if says_something(sentence, asking)]
        left -= sum(map(len, told))
        if told and (left >= 0 or not shown or _may_correct(told, old[: _MAX_SAID * (number < _MAX_LATER)], asking)):
            shown.append(_quotes(later.who, told))
    quotes = [quote for message in reversed(shown) for quote in message]
    return quotes if len(quotes) <= 2 * _SHOWN_AT_END else [*quotes[:_SHOWN_AT_END], *quotes[-_SHOWN_AT_END:]]


def _after(messages: Sequence[EarlierMessage], said: Sequence[str], people: ThreadPeople) -> Sequence[EarlierMessage]:
    """Return the messages behind the last one of the sender that holds all that is said, none where none does."""
    letters = [f" {sentence} " for sentence in map(letters_of, said) if sentence]
    others = [(at, mail) for at, mail in enumerate(messages) if people.role_of(mail.who) != "owner"]
    theirs = [(at, f" {letters_of(mail.text)} ") for at, mail in others]
    held = [at for at, text in theirs if text.split() == " ".join(letters).split()]
    held = held or [at for at, text in theirs if letters and all(sentence in text for sentence in letters)]
    # A line of it that looks like a name and a colon parts it.
    held = held or [at for at, text in theirs if letters and letters[-1] in text]
    return messages[held[-1] + 1 :] if held else ()


def _may_correct(told: Sequence[str], old: Sequence[Line], asking: Asking) -> bool:
    """Tell whether sentences may take back what was said: by another value, a word of it, or saying so."""
    settles = whole(asking.words["settles"])
    lines = [Line("other", "", language=asking.language, sentence=sentence) for sentence in told]
    return any(
        settles.search(line.sentence) or says_other_value(line, old) or any(said_of(line, other) for other in old)
        for line in lines
    )


def _quotes(who: str, told: Sequence[str]) -> list[str]:
    """Return the sentences of a message behind its writer's name, as many in each as one quote holds."""
    runs = list[list[str]]()
    for sentence in told:
        if not runs or len(" ".join([*runs[-1], sentence])) > _MAX_QUOTE_CHARS:
            runs.append([])
        runs[-1].append(sentence)
    name = f"{who}: " if who else ""
    return [f"{name}{' '.join(run)}" for run in runs]
