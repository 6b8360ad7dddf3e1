"""A job as pages show it: what it is about, how far it is, and what its person made of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.drafts import cut_at_word, without_gaps
from core.errors import ModelTooSmall, NotFoundError, SuspiciousMail
from core.insight.report.wording import SURFACES
from core.job import DANGER, MAX_SUBJECT_CHARS, Job
from core.outcomes import effective_outcome
from core.recipes.model import Recipe
from core.store import Store
from core.surfaces import MAIL
from core.text.catalogues import N_
from core.writing.lanes import offered, only_large
from integrations.console.context import ConsoleContext
from integrations.console.rendering import OUTCOMES, STATES
from integrations.frame.emphasis import without_emphasis

# The plan of recipes that answer a question: what comes of it is read, and nothing of it is sent or filled in.
ANSWER_PLAN = "answer"
# The code of an error of what was given: another try would end the same.
INPUT_CODE = "input"
# Whoever runs a command is told there and then what became of it, and it begins at once: what begins later is another
# try, or a worker's.
COMMAND_LINE = "cli"
_AT_ONCE_SECONDS = 60
Badge = tuple[str, str]
_DANGER: Badge = N_("look at this first"), "bad"


@dataclass(frozen=True)
class JobRow:
    """A job as a row.

    Attributes:
        job: which.
        is_own: whether its texts may be shown to the visitor.
        recipe: its recipe, None where it is not offered any more.
        outcome: what counts of what its person did with it, "" for nothing yet.
        has_writer: whether a model that writes is set up for its recipe.
        whose: what its person is called, "" where it is the visitor's own.
    """

    job: Job
    is_own: bool
    recipe: Recipe | None = None
    outcome: str = ""
    has_writer: bool = True
    whose: str = ""

    @property
    def kind(self) -> str:
        """What it was to do, in words."""
        return self.recipe.title if self.recipe else self.job.recipe

    @property
    def topic(self) -> str:
        """What it is about, in a line; "" where its texts are not the visitor's."""
        return topic_of(self.job, self.recipe) if self.is_own else ""

    @property
    def surface(self) -> str:
        """Where it came from, in words."""
        return SURFACES.get(self.job.surface, self.job.surface)

    @property
    def open_gaps(self) -> int:
        """How many questions to its person are open; none once they used it, or where it failed, or in an answer."""
        is_open = self.job.state in {"ready", "delivered"} and not self.outcome and not self.is_question
        return len(self.job.draft.questions) if self.job.draft and is_open else 0

    @property
    def danger(self) -> str:
        """What is to be seen first of what it answers, as its draft says it, or the mail before there is one.

        "" once its person has dealt with it, and for others.
        """
        if not self.is_own or self.outcome or self.is_question or self.job.state == "cancelled":
            return ""
        danger = str(self.job.delivery.get(DANGER) or "")
        alerts = self.job.draft.alerts if self.job.draft else ()
        return alerts[0].question if alerts else N_(f"Possible danger: {danger}") if danger else ""

    @property
    def waits(self) -> bool:
        """Whether it answers a mail and is tried again, since the model that it needs was away."""
        return self.job.surface == MAIL and self.job.state == "queued" and self.job.started_at is not None

    @property
    def is_question(self) -> bool:
        """Whether a question was asked: an answer informs, and waits for nobody."""
        return self.recipe is not None and self.recipe.plan == ANSWER_PLAN

    @property
    def needs_its_person(self) -> bool:
        """Whether it failed, something is to be done about it, and nobody was told; an unanswered question informs."""
        code = (self.job.error or {}).get("code")
        is_told = self._is_of_a_command or (self.is_question and code == INPUT_CODE)
        return self.can_dismiss and not is_told

    @property
    def _is_of_a_command(self) -> bool:
        begun = self.job.started_at
        is_at_once = begun is not None and begun - self.job.created_at < _AT_ONCE_SECONDS
        return self.job.surface == COMMAND_LINE and is_at_once

    @property
    def badge(self) -> Badge:
        """How far it is, in words, and how good that is: good, warn, bad or ""."""
        if self.can_stop and self.job.cancel_requested:
            return N_("being stopped"), ""
        if self.job.state in {"ready", "delivered"}:
            if self.outcome:
                return OUTCOMES.get(self.outcome, (self.outcome, ""))
            if self.danger:
                return _DANGER
            if gaps := self.open_gaps:
                return (N_("1 question open") if gaps == 1 else N_(f"{gaps} questions open")), "warn"
            if self.is_question and self.job.draft and self.job.draft.skeleton:
                return N_("no sure answer"), ""
            if self.job.state == "delivered":
                return N_("not used yet"), ""
        if self.danger:
            return _DANGER
        return (N_("waits to be written"), "") if self.waits else STATES[self.job.state]

    @property
    def can_stop(self) -> bool:
        """Whether it still goes on."""
        return not self.job.has_ended

    @property
    def can_cancel(self) -> bool:
        """Whether it can still be stopped."""
        return self.can_stop and not self.job.cancel_requested

    @property
    def can_retry(self) -> bool:
        """Whether it can be tried again, and may end otherwise."""
        lacks_writer = (self.job.error or {}).get("code") == ModelTooSmall.code and not self.has_writer
        return self.job.state in {"failed", "cancelled"} and not self.outcome and not lacks_writer

    @property
    def is_suspicious(self) -> bool:
        """Whether it was refused since the mail looks like fraud: tried again, its draft begins with that warning."""
        return (self.job.error or {}).get("code") == SuspiciousMail.code

    @property
    def can_dismiss(self) -> bool:
        """Whether it failed, and its person has not said yet that they know."""
        return self.job.state == "failed" and not self.outcome


def topic_of(job: Job, recipe: Recipe | None) -> str:
    """Return what a job is about: its subject, else the first words of what it was asked with, or of its result.

    Of a document's changes that is where the first of them is, where the document came without a name. A form that was
    filled bears the name of its template: many are filled with the same words.
    """
    draft, main = job.draft, job.inputs.get(recipe.main_input) if recipe else None
    made = (draft.text, *(words for edit in draft.edits or () for words in (edit.where, edit.before))) if draft else ()
    named = job.delivery.get("subject")
    about = (named, main) if recipe and recipe.fills else (main, named)
    said = (draft.subject if draft else "", job.inputs.get("subject"), *about, *made)
    # A title asks nothing, and a cut within a gap would leave half of its mark.
    lines = (without_emphasis(without_gaps(text)) for text in said if isinstance(text, str))
    return next((cut_at_word(line, MAX_SUBJECT_CHARS) for line in lines if line), "")


def with_outcomes(store: Store, rows: Iterable[JobRow]) -> list[JobRow]:
    """Return rows with what their persons made of them."""
    found = list(rows)
    acts = store.outcomes.acts_of([row.job.id for row in found]) if found else {}
    return [replace(row, outcome=effective_outcome(acts[row.job.id]).outcome or "") for row in found]


def row_of(context: ConsoleContext, job: Job, *, is_own: bool) -> JobRow:
    """Return the row of a job, still without what its person made of it."""
    recipe = context.recipes.get(job.recipe)
    has_writer = recipe is None or offered(only_large(recipe), context.models).is_offered
    return JobRow(job, is_own, recipe, has_writer=has_writer, whose="" if is_own else _called(context, job))


def _called(context: ConsoleContext, job: Job) -> str:
    try:
        return context.people.find(f"{job.workspace}/{job.person}").title
    except NotFoundError:
        return job.person
