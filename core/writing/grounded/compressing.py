"""Let the model leave words out of a sentence. Only omissions are taken: the rest stands as it stood."""

import re
from collections.abc import Sequence

from core.drafts import ChatMessage
from core.recipes.templates import as_data
from core.text.facts import extract_facts
from core.writing.model_lane.cleaning import clean
from core.writing.result import Ask

_INSTRUCTION = "Shorten the sentence. Keep its words."
_EXAMPLES = (
    ("The committee, which met last week in the small hall, decided that the fee will rise to 20 euros in March.",
     "The committee decided that the fee will rise to 20 euros in March."),
    ("If you want to use the new printer, you have to install the driver that is on the intranet page first.",
     "If you want to use the new printer, install the driver first."),
    ("It turned out that the server in the basement was very slow because of a full disk.",
     "The server was slow because of a full disk."),
)  # fmt: skip
_LEAST_WORDS, _MOST_WORDS = 12, 60
_WORD = re.compile(r"\w+(?:['\u2019.-]\w+)*")
# What turns or limits a statement: it may not be left out.
_GUARDS_LIST = (
    "not no never none nobody nothing neither nor without cannot lack lacks lacking fail fails failed refuse refused"
    " unless until if only except almost hardly may might could should would can must unlikely likely maybe perhaps"
    " probably possibly against instead before after than less more most least however although despite stop stopped"
    " avoid prevent deny denied reject rejected because whether seems think thinks believe hope question doubt"
)
_GUARDS = frozenset(_GUARDS_LIST.split())
_MOMENTS_LIST = (
    "now today tonight tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday morning afternoon"
    " evening night week month year later soon january february march april june july august september october"
    " november december"
)
_MOMENTS = frozenset(_MOMENTS_LIST.split())
_JOINTS = frozenset({"and", "or", "but", "then", "while", "so", "which", "who"})
_GLUE = frozenset({"the", "a", "an", "and", "to", "that", "it", "is", "of"})
_MOST_GLUE = 1
_GREATEST_SHARE, _LEAST_SHARE = 0.92, 0.3
_DANGLING_LIST = "the a an to of or and but that because is was are were if with for in on at by from as so very"
_DANGLING = frozenset(_DANGLING_LIST.split())
_TOKENS_PER_WORD, _SPARE_TOKENS = 2, 10


def compress(sentence: str, ask: Ask, *, keep: Sequence[str] = ()) -> str:
    """Return a shorter form of a sentence made by leaving words out, "" when the model gives none.

    Args:
        sentence: one sentence in one line.
        ask: the way to the model.
        keep: facts, as written, that must stay.

    Raises:
        InlaidError: whatever `ask` raises.
    """
    words = sentence.split()
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS:
        return ""
    chat = [ChatMessage(role="system", content=_INSTRUCTION)]
    for given, wanted in _EXAMPLES:
        chat += [ChatMessage(role="user", content=given), ChatMessage(role="assistant", content=wanted)]
    chat.append(ChatMessage(role="user", content=as_data(sentence)))
    # The first word keeps the model at this sentence; without it, it likes to tell the examples again.
    written = ask(chat, max_tokens=len(words) * _TOKENS_PER_WORD + _SPARE_TOKENS, stop=("\n",), prefill=words[0])
    text = clean(written if written.startswith(words[0]) else f"{words[0]}{written}", source=sentence)
    return text if only_omits(text, sentence) and all(fact in text for fact in keep) else ""


def only_omits(text: str, sentence: str) -> bool:
    """Tell whether `text` is `sentence` with words left out and nothing turned round by that."""
    ours, theirs = _folded(text), _folded(sentence)
    if not ours or text[-1:] not in ".?!" or (text[-1] == "?") != sentence.endswith("?"):
        return False
    if not _LEAST_SHARE <= len(text) / len(sentence) <= _GREATEST_SHARE or ours[-1] in _DANGLING:
        return False
    kept = set(ours)
    if any(_guards(word) and word not in kept for word in theirs):
        return False
    if not _in_order(ours, theirs) or _moves_a_moment(ours, theirs):
        return False
    return not extract_facts(text).missing_from(extract_facts(sentence))


def _moves_a_moment(ours: list[str], theirs: list[str]) -> bool:
    """Tell whether a time or number would be left to say when or how much of another thing.

    "We roll back now and look at the limit tomorrow" must not become "We roll back tomorrow".
    """
    at = 0
    for word in ours:
        if word not in theirs[at:]:
            continue
        found = theirs.index(word, at)
        if (word in _MOMENTS or word[0].isdigit()) and _JOINTS & set(theirs[at:found]):
            return True
        at = found + 1
    return False


def _folded(text: str) -> list[str]:
    return [word.casefold().replace("\u2019", "'") for word in _WORD.findall(text)]


def _guards(word: str) -> bool:
    return word in _GUARDS or word.endswith("n't")


def _in_order(ours: list[str], theirs: list[str]) -> bool:
    """Every word of ours stands in theirs in the same order; one small word may be new."""
    at = glue = 0
    for word in ours:
        try:
            at = theirs.index(word, at) + 1
        except ValueError:
            glue += 1
            if word not in _GLUE or glue > _MOST_GLUE:
                return False
    return True
