"""Runs a job in the process of the command, by the same store, lease and runner as a worker.

Without a model server in the settings the embedded model is started when the job first needs it, and stopped after.
"""

import getpass
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from core.drafts import ChatMessage
from core.errors import JobFailed
from core.jobs import Job, JobRequest
from core.ports import Chat, ChatOptions, Completion, Event
from core.runner import Runner
from core.settings import Settings
from core.store import open_store

POLL_SECONDS = 0.2


class LiveEvents:
    """Hands each event to a function at once; nothing is kept, for nobody else listens.

    Args:
        show: receives kind and data.
    """

    def __init__(self, show: Callable[[str, dict[str, Any]], None]) -> None:
        self._show = show

    def publish(self, _job_id: str, kind: str, data: dict[str, Any]) -> None:
        """Hand the event over."""
        self._show(kind, data)

    def read(self, _job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return nothing: the listener has had it all."""
        del after, wait_seconds
        return ()


class InlineSession:
    """A store and a runner for one command.

    Args:
        settings: the settings.
        show: receives events while a job runs.
        model: replaces INLAID_MODEL_NAME when not empty.
    """

    def __init__(self, settings: Settings, show: Callable[[str, dict[str, Any]], None], *, model: str = "") -> None:
        from core.logs import configure_logging
        from core.pipeline import Pipeline
        from core.recipes.loader import load_recipes
        from integrations.registry import surface_of

        configure_logging("ERROR", json=False)
        self._settings = settings.model_copy(update={"model_name": model}) if model else settings
        self._show = show
        self._stack = ExitStack()
        self.pipeline = Pipeline(load_recipes(settings.recipes_dir), self._connect)
        self.store = open_store(settings)
        self._stack.callback(self.store.close)
        self._chat: Chat | None = None
        self._runner = Runner(
            store=self.store,
            events=LiveEvents(show),
            generate=self.pipeline.generate,
            surface=surface_of,
            lease_seconds=settings.lease_seconds,
            max_attempts=settings.max_attempts,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def run(self, request: JobRequest) -> Job:
        """Store the job and bring it to its end.

        Returns:
            The delivered job.

        Raises:
            JobFailed: it failed or was cancelled.
            KeyboardInterrupt: stopped by the person; the job is cancelled.
        """
        recipe = self.pipeline.recipe(request.recipe)
        if "paragraphs" not in request.inputs and not request.blobs:
            _refuse_bad_inputs(recipe, request.inputs)
        return self.resume(self.store.jobs.add(request)[0])

    def resume(self, job: Job) -> Job:
        """Bring a stored job to its end; see `run`."""
        try:
            while not (job := self.store.jobs.get(job.id)).has_ended:
                self._runner.run(job.id)
                time.sleep(0 if self.store.jobs.get(job.id).has_ended else POLL_SECONDS)
        except KeyboardInterrupt:
            self.store.leases.cancelled(job.id, self.store.jobs.get(job.id).fence)
            raise
        if job.state != "delivered":
            error = job.error or {"message": "The job was cancelled.", "fix": ""}
            raise JobFailed(error["message"], fix=error["fix"])
        return job

    def _connect(self) -> Chat:
        is_embedded = not self._settings.model_url
        return LateChat(self._open_chat, self._settings.model_window_tokens, is_small=True if is_embedded else None)

    def _open_chat(self) -> Chat:
        from core.llm import connect

        if self._chat is None:
            settings = self._settings
            if not settings.model_url:
                from core.llm.local import start_local_model

                self._show("progress", {"text": "Starting the local model", "done": 0, "total": 0})
                settings = self._stack.enter_context(start_local_model(settings)).applied_to(settings)
            self._chat = connect(settings)
        return self._chat


class LateChat:
    """A chat that is opened by its first call: a recipe that rules can do alone starts no model.

    Args:
        open_chat: gives the chat.
        window_tokens: its context window, known before it is opened.
        is_small: what is known about its size; None: it has to be asked.
    """

    def __init__(self, open_chat: Callable[[], Chat], window_tokens: int, *, is_small: bool | None) -> None:
        self._open_chat = open_chat
        self.window_tokens = window_tokens
        self._is_small = is_small
        self._opening = threading.Lock()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._chat().name

    @property
    def is_small(self) -> bool:
        """Whether it needs the plans for small models."""
        return self._chat().is_small if self._is_small is None else self._is_small

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Return the model's answer; see `core.ports.Chat.complete`."""
        return self._chat().complete(messages, options=options, on_token=on_token)

    def _chat(self) -> Chat:
        with self._opening:
            return self._open_chat()


def _refuse_bad_inputs(recipe: Any, inputs: dict[str, Any]) -> None:
    """Refuse what the form of the recipe would refuse, before a job is stored."""
    from core.recipes.inputs import validate_inputs

    validate_inputs(recipe, inputs)


def local_person(settings: Settings) -> str:
    """Return the key of the person at the command line: the mail address of the settings, else user@host."""
    return settings.owner_address or f"{getpass.getuser()}@{socket.gethostname()}"
