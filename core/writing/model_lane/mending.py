"""Targeted repair: one sentence that a check objects to is asked for anew, all around it stays."""

from collections.abc import Sequence

from core.drafts import ChatMessage, Finding
from core.recipes.templates import as_data, fenced
from core.text.sentences import split_sentences, unwrap
from core.writing.checks.grounds import Grounds
from core.writing.checks.residue import recites
from core.writing.model_lane.cleaning import clean
from core.writing.model_lane.faithful import strays
from core.writing.result import Ask

_INSTRUCTION = (
    "You correct one sentence of a draft, in the language of the sentence. Change only what is wrong with it and take"
    " facts only from the text. Write only the sentence."
)
# What the sentence is held against has to be short: a small model answers the text instead of the task.
_MOST_GROUNDS_CHARS = 1500
_TOKENS_PER_WORD, _SPARE_TOKENS = 3, 20


def faulty_sentence(body: str, findings: Sequence[Finding]) -> str:
    """Return the only sentence that holds all that was found, "" when the fault is the whole text's."""
    places = [finding.place.casefold() for finding in findings if finding.severity != "warn"]
    sentences = split_sentences(body)
    if not places or not all(places) or len(sentences) < 2:
        return ""
    faulty = [one for one in sentences if any(place in one.casefold() for place in places)]
    alone = len(faulty) == 1 and body.count(faulty[0]) == 1
    return faulty[0] if alone and all(place in faulty[0].casefold() for place in places) else ""


def mended(body: str, sentence: str, findings: Sequence[Finding], grounds: Grounds, ask: Ask) -> str:
    """Return the body with one sentence in the model's new words, "" when these are not near the old ones.

    Raises:
        InlaidError: whatever `ask` raises.
    """
    problems = "\n".join(f"- {one.sentence}" for one in findings if one.severity != "warn")
    text = fenced(grounds.everything[:_MOST_GROUNDS_CHARS])
    asked = f"Text:\n{text}\nSentence:\n{fenced(sentence)}\nWhat is wrong:\n{as_data(problems)}\nCorrected sentence:"
    messages = [ChatMessage(role="system", content=_INSTRUCTION), ChatMessage(role="user", content=asked)]
    most = _TOKENS_PER_WORD * len(sentence.split()) + _SPARE_TOKENS
    new = unwrap(clean(ask(messages, max_tokens=most, stop=("\n",)), source=sentence))
    told = [one.sentence for one in findings]
    if len(split_sentences(new)) != 1 or new == unwrap(sentence) or strays(new, sentence):
        return ""
    if recites(new, told, grounds):
        return ""
    return body.replace(sentence, new, 1)
