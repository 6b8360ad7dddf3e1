"""Denials taken out of a strong model's honest drafts: how many the check of lost denials tells of.

Of each sentence of a draft that stands beside one of its source, with one word that denies, this word is taken out.
Told beside: the honest drafts that it objects to without cause. A French "ne" goes with its word.

`.venv/bin/python -m benchmarks.writing_negations`
"""

import re
from collections.abc import Iterator

from benchmarks.writing_items import DATA, Case, chosen_cases
from benchmarks.writing_recorded import RECORDED, read_answers
from core.recipes.loader import load_recipes
from core.recipes.render import target_language
from core.text.lexicon import lexicon
from core.text.sentences import split_sentences
from core.writing.checks import Grounds
from core.writing.checks.negation import find_lost_negations

TASKS = ("rewrite", "plain", "translate", "proofread")
FILES = (DATA / "unread" / "lot_kk.jsonl",)
_NE = re.compile(r"\b(?:ne |n['\u2019])", re.I)


def _grounds(case: Case, source: str) -> Grounds:
    recipe = load_recipes()[case.recipe]
    return Grounds(recipe, {**case.inputs, recipe.main_input: source}, source)


def without_denial(sentence: str, language: str) -> str:
    """Return a sentence without the one word that denies in it; "" where there are none or several."""
    bare = _NE.sub("", sentence) if language == "fr" else sentence
    found = list(lexicon(language)["negations.words"].finditer(bare))
    return bare[: found[0].start()] + bare[found[0].end() :] if len(found) == 1 else ""


def beside(source: str, draft: str) -> Iterator[tuple[str, str]]:
    """Yield the sentences of both texts that stand beside each other, where both have as many in a line."""
    lines = ([line for line in text.split("\n") if line.strip()] for text in (source, draft))
    for said, written in zip(*lines, strict=False):
        parts = split_sentences(said), split_sentences(written)
        yield from zip(*parts, strict=True) if len(parts[0]) == len(parts[1]) else ()


def main() -> None:
    answers = read_answers(RECORDED) | read_answers(RECORDED / "unseen")
    cases = [case for files in ((), FILES) for case in chosen_cases(files, grounded=False, tasks=TASKS)]
    cases = [case for case in cases if case.key in answers]
    told = found = taken = 0
    for case in cases:
        grounds = _grounds(case, case.inputs[load_recipes()[case.recipe].main_input])
        told += any(find_lost_negations(grounds, answers[case.key]))
        for said, written in beside(grounds.source, answers[case.key]):
            changed = without_denial(written, target_language(grounds.values) or case.language)
            sound = _grounds(case, said)
            if changed and not any(find_lost_negations(sound, written)):
                taken += 1
                found += any(find_lost_negations(sound, changed))
    print(f"{told} of {len(cases)} honest drafts are objected to; {found} of {taken} lost denials are told")


if __name__ == "__main__":
    main()
