"""What a draft says of that which its message only asks, where nothing that is known says so."""

from collections.abc import Iterator, Sequence
from itertools import chain

from core.drafts import Finding, cut_at_word
from core.text.asks import asks_for_word, is_question
from core.text.language import detect_language
from core.text.lexicon import lexicon
from core.text.same_words import is_said, telling_words
from core.text.sentences import split_behind, split_sentences, unwrap
from core.writing.checks.grounds import WISHES, Grounds

_MIN_WORDS, _ASKED_SHARE, _SAID_SHARE, _SHOWN_CHARS = 2, 0.6, 0.5, 160


def find_bare_answers(grounds: Grounds, text: str, told: str) -> Iterator[Finding]:
    """Yield a remark for each sentence that says, or denies, what the message asks and no given sentence says.

    Args:
        grounds: what is given; only what answers somebody else's text is looked at.
        text: the draft.
        told: what its owner said: what shares a word with it is theirs, and in another language anything may be.
    """
    asked = [words for line in _sentences(grounds.source) for words in _asked(line)] if grounds.is_foreign else []
    told = f"{told}\n{grounds.values.get(WISHES, '')}".strip()
    if not asked or detect_language(told) not in {"", detect_language(text) or grounds.language}:
        return
    for place in _sentences(text):
        leaves_open = is_question(place) or lexicon("mul")["claims.open"].search(place)
        shared = () if leaves_open else _shared(asked, place)
        if not shared or any(is_said(word, told) for word in shared):
            continue
        if not (_is_given(grounds, shared) or _rests_on_passage(grounds, place, shared)):
            said = cut_at_word(place, _SHOWN_CHARS)
            sentence = f"“{said}” answers what is asked, and nothing that is known says so."
            yield Finding(check="promises", severity="warn", place=place, sentence=sentence)


def _sentences(text: str) -> list[str]:
    return [unwrap(sentence) for sentence in split_sentences(text)]


def _asked(sentence: str) -> list[tuple[str, ...]]:
    """Return the words of each clause that asks to be confirmed or denied; none where it asks for more, or nothing."""
    if match := lexicon("mul")["claims.asked"].search(sentence):
        question = sentence[match.end() :]
    else:
        question = sentence if is_question(sentence) and not asks_for_word(sentence) else ""
    clauses = split_behind(question.replace("(", ","), ",;")
    return [
        words for clause in dict.fromkeys((question, *clauses)) if len(words := telling_words(clause)) >= _MIN_WORDS
    ]


def _is_given(grounds: Grounds, words: tuple[str, ...]) -> bool:
    """Tell whether one sentence says all these words: any of a passage, and elsewhere one that asks nothing."""
    known = _sentences(grounds.passages)
    others = (line for line in _sentences(grounds.everything) if not (is_question(line) or _asked(line)))
    return any(all(is_said(word, line) for word in words) for line in chain(known, others))


def _rests_on_passage(grounds: Grounds, place: str, shared: Sequence[str]) -> bool:
    """Tell whether a sentence says a number that the message does not, and a passage has it beside a word of both."""
    numbers = _numbers(place) - _numbers(grounds.source)
    return any(
        not numbers.isdisjoint(_numbers(line)) and any(is_said(word, line) for word in shared)
        for line in (_sentences(grounds.passages) if numbers else ())
    )


def _numbers(text: str) -> set[str]:
    return {bare for word in text.split() if (bare := word.strip(".,;:!?()")).isdecimal()}


def _shared(asked: Sequence[tuple[str, ...]], sentence: str) -> tuple[str, ...]:
    """Return the words that a sentence has of a question, where they are most of the one and of the other."""
    said = len(telling_words(sentence))
    for words in asked:
        shared = tuple(word for word in words if is_said(word, sentence))
        is_most = len(shared) >= max(_MIN_WORDS, _ASKED_SHARE * len(words)) and len(shared) >= _SAID_SHARE * said
        if is_most:
            return shared
    return ()
