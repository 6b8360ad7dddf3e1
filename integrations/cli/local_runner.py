"""Runs a job in the process of the command, by the same store, lease and runner as a worker.

Without a model server in the settings the embedded model is started when the job first needs it, and stopped after.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from core.drafts import JsonObject
from core.errors import JobFailed, ModelTooSmall, ModelUnreachable, NotFoundError
from core.job import Job, JobRequest, Target
from core.llm.ports import Chat
from core.ports import Event
from core.runner.retries import load_retry_budget
from core.runner.runner import Runner
from core.settings import Settings
from core.store import Store, open_store
from core.surfaces import MAIL
from core.text.catalogues import N_

if TYPE_CHECKING:
    from core.llm.models_file import EndpointEntry
    from core.llm.routes import Models
    from core.runner.refinements import Refinements
    from integrations.registry import Surfaces

POLL_SECONDS = 0.2
SURFACE = "cli"


class LiveEvents:
    """Hands each event to a function at once; nothing is kept, since nobody else listens.

    Args:
        show: receives kind and data.
    """

    def __init__(self, show: Callable[[str, JsonObject], None]) -> None:
        self._show = show

    def publish(self, _job_id: str, kind: str, data: JsonObject) -> None:
        """Hand the event over."""
        self._show(kind, data)

    def read(self, _job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return nothing: the listener has had it all."""
        del after, wait_seconds
        return ()


class LocalSession:
    """A store and a runner for one command.

    Args:
        settings: the settings.
        show: receives events while a job runs.
        store: where everything is kept; by default the settings', which is closed at the end.
        models: the endpoints and their routes; by default the settings'.
        surfaces: where results go; by default those of the registry.
    """

    def __init__(
        self,
        settings: Settings,
        show: Callable[[str, JsonObject], None],
        *,
        store: Store | None = None,
        models: "Models | None" = None,
        surfaces: "Surfaces | None" = None,
    ) -> None:
        from core.llm import open_models
        from core.logs import configure_logging
        from core.policies.enforcement import load_policies
        from core.runner.pipeline import open_pipeline
        from core.submit import Intake
        from integrations.registry import Surfaces

        configure_logging("ERROR", json=False)
        self._settings = settings
        self._show = show
        self._stack = ExitStack()
        models = models or open_models(settings, self._open_chat)
        self.store = store or open_store(settings)
        if store is None:
            self._stack.callback(self.store.close)
        policies = load_policies(settings, self.store.records)
        self.pipeline = open_pipeline(settings, self.store, models, policies)
        self.intake = Intake(self.store.jobs, policies, models.file, self.pipeline.recipes)
        if self.pipeline.spending:
            self._stack.callback(self.pipeline.spending.flush)
        self._runner = Runner(
            store=self.store,
            settings=settings,
            events=LiveEvents(show),
            generate=self.pipeline.generate,
            surface=(surfaces or Surfaces()).of,
            lease_seconds=settings.lease_seconds,
            budget=replace(load_retry_budget(settings), at_once=(ModelUnreachable,)),
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
            PolicyRefused: the person may not ask for it; nothing was stored.
            ModelTooSmall: the recipe needs a larger model than the one that is set up; nothing was stored.
            KeyboardInterrupt: stopped by the person; the job is cancelled.
        """
        from core.writing.lanes import LARGER_MODEL_FIX, require_offered

        recipe = self.pipeline.recipe(request.recipe)
        require_offered(recipe, self.pipeline.models.file, model=request.model, fix=LARGER_MODEL_FIX)
        return self.resume(self.intake.add(request)[0])

    def ask(
        self,
        recipe: str,
        inputs: Mapping[str, Any],
        *,
        target: Target | None = None,
        model: str = "",
        files: Mapping[str, bytes] | None = None,
    ) -> Job:
        """Store a job of the person at this machine and bring it to its end; see `run`."""
        return self.run(self.request(recipe, inputs, target=target, model=model, files=files))

    def request(
        self,
        recipe: str,
        inputs: Mapping[str, Any],
        *,
        target: Target | None = None,
        model: str = "",
        files: Mapping[str, bytes] | None = None,
    ) -> JobRequest:
        """Return the request of a job of the person at this machine."""
        return JobRequest(
            recipe,
            dict(inputs),
            surface=SURFACE,
            person=self._settings.local_person,
            model=model,
            target=target,
            blobs=dict(files or {}),
        )

    def refine(self, job_id: str, said: str) -> Job | str:
        """Bring a new version of a draft to its end, or return what to say instead; see `run`.

        Raises:
            NotFoundError: the person at this machine has no such job.
            InputError, LimitError, ConflictError: see `Refinements.reply`.
        """
        from core.runner.version_targets import new_version
        from core.writing.lanes import lane_with

        job, refinements = self._own(job_id)
        recipe = self.pipeline.recipe(job.recipe)
        reply = refinements.reply(job, recipe, said, lane_with(recipe, self.pipeline.models.file, model=job.model))
        if reply.inputs is None:
            return reply.answer
        place = new_version(job, recipe, reply, self.store.effects)
        model = self.pipeline.models.file.known(job.model)
        request = self.request(job.recipe, reply.inputs, model=model, target=place.target, files=place.files)
        surface = place.surface or request.surface
        made = self.run(replace(request, surface=surface, person=job.person, workspace=job.workspace))
        refinements.note_refined(job, reply)
        return made

    def versions(self, job_id: str) -> Sequence[Job]:
        """Return a job and those that it goes back to, the oldest first.

        Raises:
            NotFoundError: the person at this machine has no such job.
        """
        job, refinements = self._own(job_id)
        return refinements.versions(job)

    def _own(self, job_id: str) -> "tuple[Job, Refinements]":
        from core.job import LOCAL_WORKSPACE
        from core.people import load_people
        from core.runner.refinements import Refinements

        job, people = self.store.jobs.get(job_id), load_people(self._settings, self.store.records)
        if not people.is_same((job.workspace, job.person), (LOCAL_WORKSPACE, self._settings.local_person)):
            raise NotFoundError("There is no such job of yours.", fix="List jobs with: inlaid jobs list")
        return job, Refinements(self.store.jobs, self.store.outcomes, people)

    def resume(self, job: Job) -> Job:
        """Bring a stored job to its end; see `run`."""
        try:
            while not (job := self.store.jobs.get(job.id)).has_ended:
                self._runner.run(job.id)
                job = self.store.jobs.get(job.id)
                if job.surface == MAIL and job.state == "ready":
                    return job  # a worker brings it to the mailbox once that can be reached
                time.sleep(0 if job.has_ended else POLL_SECONDS)
        except KeyboardInterrupt:
            self.store.leases.cancelled(self.store.jobs.get(job.id))
            raise
        if job.state != "delivered":
            error = job.error or {"message": "The job was cancelled.", "fix": ""}
            raise JobFailed(error["message"], fix=_fix_here(error))
        return job

    def _open_chat(self, entry: "EndpointEntry") -> Chat:
        """Connect to an endpoint; the embedded model is started first, unless INLAID_MODEL_URL says where it runs."""
        from core.llm.models_file import EMBEDDED
        from core.llm.routes import connect_endpoint

        if entry.url == EMBEDDED and not self._settings.model_url:
            self._settings = self._started(self._settings)
        return connect_endpoint(self._settings, entry)

    def _started(self, settings: Settings) -> Settings:
        from core.llm.local import start_local_model

        self._show("progress", {"text": N_("Starting the local model"), "done": 0, "total": 0})
        return self._stack.enter_context(start_local_model(settings)).applied_to(settings)


def _fix_here(error: Mapping[str, str]) -> str:
    """Return what to do about a job's error, for a person at the command line."""
    from core.writing.lanes import LARGER_MODEL_FIX

    return LARGER_MODEL_FIX if error.get("code") == ModelTooSmall.code else error["fix"]
