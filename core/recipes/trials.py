"""Trying a recipe's text on past work: its author's own jobs of that recipe, done once more with the new text.

The jobs of a trial run on the queue `bulk` and are delivered nowhere: old and new results are read side by side, and
nothing of them counts in outcomes, in the report, or in what is learnt.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Thing
from core.drafts import Draft, JsonObject
from core.errors import ConflictError, InlaidError, InputError, NotFoundError
from core.job import SPOKEN, TRIAL, Job, JobRequest, ParagraphsTarget, new_id
from core.people import Identity, People
from core.recipes.inputs import input_errors
from core.recipes.loader import parse_recipe
from core.recipes.model import Recipe
from core.store.audit import AuditTrail
from core.store.effects import EffectStore
from core.store.jobs import JobStore
from core.store.records import RecordStore
from core.text.catalogues import ENGLISH

KIND = "recipe_trial"
KEPT_SECONDS = 7 * 86_400.0
DEFAULT_JOBS = 5
MAX_JOBS = 20
# As many past jobs are looked at for some that can be done again.
MAX_LOOKED_AT = 400


class _Stored(TypedDict):
    recipe: str
    text: str
    after: int
    jobs: list[list[str]]


@dataclass(frozen=True)
class TrialTarget:
    """Which trial a job is of, and which past job it does once more."""

    trial: str
    past: str

    def to_json(self) -> JsonObject:
        """Return it as it is stored with a job."""
        return {"trial": self.trial, "past": self.past}


@dataclass(frozen=True)
class Trial:
    """A trial.

    Attributes:
        id: of the trial.
        who: its author, by workspace and person.
        recipe: the name of the recipe.
        text: what is tried.
        after: the number of the version that it was made from.
        jobs: for each past job the one that does it once more, by their ids.
    """

    id: str
    who: Identity
    recipe: str
    text: str
    after: int
    jobs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class TrialResult:
    """A past job beside the one that did it once more; None for one that was deleted meanwhile."""

    past: Job | None
    new: Job | None

    @property
    def source(self) -> str:
        """How what both were asked begins."""
        job = self.past or self.new
        values = job.inputs.values() if job else ()
        return next((value for value in values if isinstance(value, str) and value), "")

    @property
    def old_text(self) -> str:
        """The past result."""
        return text_of(self.past.draft if self.past else None)

    @property
    def new_text(self) -> str:
        """The new one, "" until it is there."""
        return text_of(self.new.draft if self.new else None)

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return self.old_text == self.new_text

    def to_json(self) -> JsonObject:
        """Return the public form."""
        return {
            "past": self.past.to_json() if self.past else None,
            "new": self.new.to_json() if self.new else None,
            "same": self.is_same,
        }


@dataclass(frozen=True)
class Trials:
    """The trials of an installation.

    Args:
        records: where they are kept.
        jobs: past ones, and those of trials.
        effects: the files of jobs.
        people: who is who.
    """

    records: RecordStore
    jobs: JobStore
    effects: EffectStore
    people: People

    def begin(
        self,
        who: tuple[str, str],
        recipe: Recipe,
        text: str,
        *,
        after: int,
        count: int,
        submit: Callable[[JobRequest], Job],
    ) -> Trial:
        """Begin to do past jobs of a person once more.

        Args:
            who: the author, by workspace and person.
            recipe: what the text describes.
            text: the TOML.
            after: the number of the version that it was made from.
            count: how many jobs.
            submit: stores a job and wakes a worker.

        Raises:
            InputError: none of their jobs can be done again, or it is no number of jobs.
            PolicyRefused: they may not ask for the recipe, or for trials.
        """
        if not 1 <= count <= MAX_JOBS:
            raise InputError(f"A trial is of 1 to {MAX_JOBS} past jobs.", fix="Take another number.")
        found = self._past(who, recipe, count)
        if not found:
            raise InputError(
                f"None of your past jobs of {recipe.name} can be done again: there is none, or its text is deleted.",
                fix="Run the recipe on a text of yours first.",
            )
        trial = Trial(new_id(), Identity(*who), recipe.name, text, after, ())
        self._keep(trial)  # before its jobs, which need the text
        made = []
        for past, inputs in found:
            request = JobRequest(
                recipe.name,
                inputs,
                surface=TRIAL,
                person=who[1],
                workspace=who[0],
                dedupe_key=f"{trial.id}:{past.id}",
                queue="bulk",
                model=past.model,
                target=TrialTarget(trial.id, past.id),
                spoken=str(past.delivery.get(SPOKEN, ENGLISH)),
            )
            made.append((past.id, submit(request).id))
        trial = Trial(trial.id, trial.who, trial.recipe, text, after, made)
        self._keep(trial)
        self._note(trial)
        return trial

    def get(self, who: tuple[str, str], trial_id: str) -> Trial:
        """Return a trial of a person.

        Raises:
            NotFoundError: they have no such trial, or no longer.
        """
        for name in self.people.names(*who):
            record = self.records.get(KIND, name.workspace, trial_id[:60])
            if record and record.person == name.person:
                data: _Stored = record.data
                jobs = [(past, new) for past, new in data["jobs"]]
                return Trial(trial_id, name, data["recipe"], data["text"], data["after"], jobs)
        raise NotFoundError("This trial does not exist, or no longer.", fix="Begin it again.")

    def results(self, trial: Trial) -> list[TrialResult]:
        """Return what there is of a trial by now."""
        return [TrialResult(self._job(past), self._job(new)) for past, new in trial.jobs]

    def cancel(self, trial: Trial) -> list[Job]:
        """Stop what has not been done, and return the jobs that this concerns."""
        stopped = []
        for _past, new in trial.jobs:
            try:
                stopped.append(self.jobs.request_cancel(new))
            except (ConflictError, NotFoundError):  # it has ended
                continue
        return stopped

    def _note(self, trial: Trial) -> None:
        actor = current_actor(trial.who.workspace, person=trial.who.person)
        told = {"trial": trial.id, "after": trial.after, "jobs": len(trial.jobs)}
        event = AuditEvent("recipe.tried", actor, Thing("recipe", trial.recipe), details=told)
        AuditTrail(self.records.database).write(event)

    def _past(self, who: tuple[str, str], recipe: Recipe, count: int) -> list[tuple[Job, JsonObject]]:
        """Return the newest jobs of a person that can be done once more, with their inputs."""
        found: list[tuple[Job, JsonObject]] = []
        for job in self.jobs.done(recipe.name, self.people.names(*who), limit=MAX_LOOKED_AT):
            if job.surface == TRIAL or job.draft is None:
                continue
            inputs = self._inputs(job, recipe)
            if inputs is not None:
                found.append((job, inputs))
            if len(found) == count:
                break
        return found

    def _inputs(self, job: Job, recipe: Recipe) -> JsonObject | None:
        """Return what a job was asked, or None if that is not with it: read in the worker, or deleted."""
        known = {recipe_input.name for recipe_input in recipe.inputs}
        inputs = {name: value for name, value in job.inputs.items() if name in known or name == "paragraphs"}
        if job.surface_name == ParagraphsTarget.KIND:
            try:
                inputs["paragraphs"] = json.loads(self.effects.get_file(job, ParagraphsTarget.PARAGRAPHS_FILE))
            except (InlaidError, ValueError):
                return None
        if "paragraphs" in inputs:
            return inputs
        return None if input_errors(recipe, inputs) else inputs

    def _keep(self, trial: Trial) -> None:
        stored: _Stored = {
            "recipe": trial.recipe,
            "text": trial.text,
            "after": trial.after,
            "jobs": [list(pair) for pair in trial.jobs],
        }
        self.records.put(
            KIND, trial.who.workspace, trial.id, stored, person=trial.who.person, expires_in_seconds=KEPT_SECONDS
        )

    def _job(self, job_id: str) -> Job | None:
        try:
            return self.jobs.get(job_id)
        except InlaidError:  # deleted meanwhile, or no key opens it
            return None


def recipe_on_trial(records: RecordStore, job: Job) -> Recipe:
    """Return what a job of a trial is done with.

    Raises:
        NotFoundError: the trial is over.
    """
    record = records.get(KIND, job.workspace, str(job.delivery.get("trial", "")))
    if record is None:
        raise NotFoundError("The trial that this belonged to is over.", fix="Begin it again.")
    data: _Stored = record.data
    return parse_recipe(data["text"], f"{data['recipe']}.toml")


def text_of(draft: Draft | None) -> str:
    """Return what a draft says, of whatever form, to be compared with another."""
    if draft is None:
        return ""
    if draft.edits is not None:
        return "\n\n".join(edit.text for edit in draft.edits if edit.text)
    lines = [f"- {item.text}" + (f" “{item.quote}”" if item.quote else "") for item in draft.items or ()]
    subject = [f"Subject: {draft.subject}", ""] if draft.subject else []
    return "\n".join([*subject, draft.text, *lines]).strip()
