"""Dangers that a message tells in passing and a model's reply says nothing of: they stand first, as without a model.

So does an account to pay to that nothing before it holds.

They are looked for while the model writes, so that nobody waits for it.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from core.drafts import MAX_GAP_CHARS, Gap, cut_at_word, gap
from core.errors import InlaidError
from core.llm.ports import Embedder
from core.recipes.model import Recipe
from core.text.asks import find_wanted
from core.text.instructions import without_instructions
from core.text.lexicon import lexicon, whole
from core.text.same_words import is_said, telling_words
from core.text.sentences import split_sentences
from core.writing.checks import Grounds
from core.writing.grounded.accounts import look_at_accounts
from core.writing.grounded.asked import Asking, closes
from core.writing.grounded.forwarded import as_said
from core.writing.grounded.questions import verbatim
from core.writing.result import PlanResult
from core.writing.roles.mails import DANGER, SURELY_DANGEROUS, read_mail

# So near is a sentence of a reply that may speak of a danger; words in common are signs of it, too.
_SPEAKS_OF, _SIGNS = 0.87, 2
_AT_ONCE = 2


def watch_dangers(
    recipe: Recipe, values: Mapping[str, str], embedder: Callable[[], Embedder]
) -> Callable[[PlanResult], PlanResult]:
    """Begin to look for dangers in a message; what is returned adds those that a reply passes over, as alerts."""
    source = without_instructions(values[recipe.main_input])
    asking = Asking(recipe.language_for(source))
    grounds = Grounds(recipe, values, values[recipe.main_input])
    accounts = look_at_accounts(grounds, as_said(grounds), asking)
    found = _workers().submit(_dangers, source, asking.language, embedder)

    def added(result: PlanResult) -> PlanResult:
        lines = found.result()
        lines = _passed_over(lines, result.text, embedder(), asking) if lines and result.text else lines
        return replace(result, gaps=(*accounts, *_alerts(lines, asking), *result.gaps))

    return added


@functools.cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="dangers")


def _dangers(source: str, language: str, embedder: Callable[[], Embedder]) -> list[str]:
    try:
        mail = read_mail(source, language, embedder, asks_reader=False)
    except InlaidError:  # what the model wrote is not lost for it
        return []
    return [line.raw for line in mail.sentences if line.alerts[DANGER] >= SURELY_DANGEROUS]


def _passed_over(lines: list[str], text: str, embedder: Embedder, asking: Asking) -> list[str]:
    """Return the sentences that no sentence of a text speaks of: near to it, with a word of it, or with two of them.

    Who feels for somebody ("I hope that your cough gets better soon") speaks of it only where the next sentence goes on
    about it, with one sign.
    """
    said = split_sentences(text)
    feels = [_only_feels(line, asking) for line in said]
    try:
        vectors = embedder.embed([*lines, *said])
    except InlaidError:
        return lines
    signs = {
        line: [
            _shared(line, other) + (sum(map(float.__mul__, vector, found)) >= _SPEAKS_OF)
            for other, found in zip(said, vectors[len(lines) :], strict=True)
        ]
        for line, vector in zip(lines, vectors, strict=False)
    }
    return [line for line in lines if not _is_spoken_of(signs[line], feels)]


def _is_spoken_of(signs: Sequence[int], feels: Sequence[bool]) -> bool:
    """Tell whether a sentence with these signs speaks of a danger; one that only feels makes the next need one less."""
    felt = [False, *(is_felt and found >= _SIGNS for is_felt, found in zip(feels, signs, strict=True))]
    return any(
        found >= _SIGNS - goes_on and not is_felt for found, goes_on, is_felt in zip(signs, felt, feels, strict=False)
    )


def _only_feels(line: str, asking: Asking) -> bool:
    """Tell whether a sentence hopes, wishes or is sorry, and neither asks nor promises anything beside that."""
    feeling = whole(asking.words["feels"])
    if not (closes(line, asking) or feeling.search(line)):
        return False
    does = any(lexicon(asking.language)[f"conversation.{kind}"].search(line) for kind in ("promise", "assigned"))
    return not (does or find_wanted(feeling.sub(" ", line)).all)


def _shared(line: str, other: str) -> int:
    return sum(is_said(word, other) for word in dict.fromkeys(telling_words(line)))


def _alerts(lines: Sequence[str], asking: Asking) -> list[Gap]:
    form = asking.form("look_first")
    shown = (asking.said(asking.words["quote"], quote=verbatim(line)) for line in dict.fromkeys(lines))
    told = (cut_at_word(form.replace("{quotes}", quote), MAX_GAP_CHARS) for quote in shown)
    return [Gap(place=gap(question), question=question, is_hint=True, is_alert=True) for question in told]
