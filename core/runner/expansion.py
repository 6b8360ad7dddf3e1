"""Query expansion: what is looked for in the words and languages that sources may use, by a model that writes.

One short call within a time limit; whatever goes wrong, the question is looked for as it stands.
"""

import json
import threading
from collections.abc import Collection, Sequence

from cachetools import TTLCache

from core.drafts import ChatMessage, Edit
from core.errors import InlaidError, OutageError
from core.logs import logger
from core.text.catalogues import N_
from core.writing.grounded.answer_by_meaning import question_language
from core.writing.result import Ask

log = logger(__name__)
NOT_WORDED = N_("The model was too busy to search in other words as well; ask again if this does not fit.")
MAX_WORDINGS = 3
MAX_WORDING_CHARS = 200
MAX_QUESTION_CHARS = 1_000
MAX_TOKENS = 200
MAX_SECONDS = 6.0
MAX_KEPT, KEPT_SECONDS = 256, 600.0
_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {"queries": {"type": "array", "items": {"type": "string"}, "maxItems": MAX_WORDINGS}},
    "required": ["queries"],
    "additionalProperties": False,
}
_TASK = (
    "You help to find documents. Write up to {count} short search queries for the question below: with other words for"
    " its main ones, as a handbook or a contract would call them{languages}. Keep names and numbers as they are. Do not"
    ' answer the question. Return JSON: {{"queries": ["...", "..."]}}'
)


class SilentProgress:
    """Shows nothing of what a model writes; see `core.ports.Progress`."""

    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        """Do nothing."""

    def token(self, piece: str) -> None:
        """Do nothing."""

    def found(self, edit: Edit) -> None:
        """Do nothing."""


class KnownWordings:
    """Gives other wordings of a question; those that a model gave a moment ago are not asked for again.

    One for a process; threads may share it.
    """

    def __init__(self) -> None:
        self._known: TTLCache[tuple[str, str, frozenset[str]], Sequence[str]] = TTLCache(MAX_KEPT, KEPT_SECONDS)
        self._lock = threading.Lock()

    def of(self, question: str, languages: Collection[str], model: str, ask: Ask) -> Sequence[str] | None:
        """Return the wordings as `other_wordings` does; `model` names the one that is asked."""
        key = (question, model, frozenset(languages))
        with self._lock:
            known = self._known.get(key)
        if known:
            return known
        found = other_wordings(question, languages, ask)
        if found:  # a model that was too slow may be quicker the next time
            with self._lock:
                self._known[key] = found
        return found


def other_wordings(
    question: str, languages: Collection[str], ask: Ask, *, max_seconds: float = MAX_SECONDS
) -> list[str] | None:
    """Return other wordings of a question, none where the model gives no such thing; None where no answer came in time.

    Args:
        question: of a person.
        languages: those of the sources, by their code.
        ask: the model.
        max_seconds: how long is waited for it.
    """
    answers: list[str] = []
    is_late = threading.Event()

    def heard(_piece: str) -> None:
        if is_late.is_set():
            raise OutageError("The model took too long to word a question.")

    def work() -> None:
        try:
            messages = _messages(question, languages)
            answers.append(ask(messages, max_tokens=MAX_TOKENS, json_schema=_SCHEMA, on_token=heard))
        except InlaidError as error:
            log.info("searched without other wordings", code=error.code)
            if not isinstance(error, OutageError):
                answers.append("")

    # A server that says nothing for long must not hold up the search; its call ends a second later.
    thread = threading.Thread(target=work, name="query-expansion", daemon=True)
    thread.start()
    thread.join(max_seconds)
    is_late.set()
    return _read(answers[0], question) if answers else None


def _messages(question: str, languages: Collection[str]) -> list[ChatMessage]:
    others = ", ".join(sorted({*languages} - {question_language(question), ""}))
    named = f", and one in each of these languages of the documents: {others}" if others else ""
    task = _TASK.format(count=MAX_WORDINGS, languages=named)
    return [
        ChatMessage(role="system", content=task),
        ChatMessage(role="user", content=" ".join(question.split())[:MAX_QUESTION_CHARS]),
    ]


def _read(written: str, question: str) -> list[str]:
    """Return the wordings in an answer; one that is not the form that was asked for holds none."""
    begin, end = written.find("{"), written.rfind("}")
    try:
        data = json.loads(written[begin : end + 1])
        found = data["queries"] if isinstance(data["queries"], list) else []
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    lines = [" ".join(query.split())[:MAX_WORDING_CHARS] for query in found if isinstance(query, str)]
    new = dict.fromkeys(line for line in lines if line and line.casefold() != question.strip().casefold())
    return [*new][:MAX_WORDINGS]
