"""How large one job may be: said before the work begins, so that nobody waits for what cannot be done."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import LimitError
from core.settings import Settings

# A text without spaces (Chinese, or one meant to harm) has as many words as it would have in other languages.
MAX_WORD_CHARS = 12
FIX = "Work on a part of it. An administrator can raise {}."


@dataclass(frozen=True)
class JobLimits:
    """The most that one job takes.

    Args:
        paragraphs: of a document.
        words: of a document and all text inputs together.
        model_calls: of one try of a job, whatever they are for.
    """

    paragraphs: int
    words: int
    model_calls: int

    def require(self, inputs: Mapping[str, Any]) -> None:
        """Refuse inputs that are too large for one job.

        Args:
            inputs: of a job; `paragraphs` are those of a document.

        Raises:
            LimitError: says how large they are and what one job takes.
        """
        paragraphs = inputs.get("paragraphs") or ()
        if len(paragraphs) > self.paragraphs:
            raise LimitError(
                f"The document has {len(paragraphs):,} paragraphs; one job takes {self.paragraphs:,}.",
                fix=FIX.format("INLAID_JOB_PARAGRAPHS"),
            )
        texts = [value for value in inputs.values() if isinstance(value, str)]
        words = sum(map(_words, texts)) + sum(_words(str(one.get("text", ""))) for one in paragraphs)
        if words > self.words:
            raise LimitError(
                f"The text has {words:,} words; one job takes {self.words:,}.", fix=FIX.format("INLAID_JOB_WORDS")
            )


class CallCount:
    """Counts the model calls of one try of a job. Threads may share it.

    Args:
        most: how many there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made = 0
        self._lock = threading.Lock()

    def add(self) -> None:
        """Count a call that is about to be made.

        Raises:
            LimitError: there were as many as one job may make.
        """
        with self._lock:
            if self._made >= self._most:
                raise LimitError(
                    f"One job may ask a model {self._most:,} times.", fix=FIX.format("INLAID_JOB_MODEL_CALLS")
                )
            self._made += 1


def load_job_limits(settings: Settings) -> JobLimits:
    """Return the limits of an installation."""
    return JobLimits(settings.job_paragraphs, settings.job_words, settings.job_model_calls)


def _words(text: str) -> int:
    return max(len(text.split()), len(text) // MAX_WORD_CHARS)
