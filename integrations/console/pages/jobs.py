"""Drafts, which are the results of jobs: own ones with texts, and for administrators the states of others without."""

from dataclasses import dataclass
from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Thing
from core.drafts import without_hints
from core.errors import InlaidError, NotFoundError, UnreadableJob
from core.job import Job, recipe_inputs
from core.outcomes import decided_changes, effective_outcome, last_decisions
from core.runner.refinements import Refinements, wish_hint
from core.store import Store
from core.store.job_pages import STAGES, JobFilter, JobPage, Stage
from core.store.records import ONCE_KIND
from core.store.sessions import COOKIE, LIFE_SECONDS, session_id
from core.surfaces import MAIL
from core.text.catalogues import N_, told
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.pages.job_rows import JobRow, row_of, with_outcomes
from integrations.console.rendering import MAX_TEXT_CHARS, PATH, fragment, page
from integrations.frame.pages import older_page

HERE = "/jobs"
PAGE_JOBS = 25
# Texts are sealed: a search opens one after the other, and goes on where it ended when it is asked to.
MAX_SEARCHED = 200
# Among so many jobs that came after a draft its later versions are looked for.
_MOST_LATER_JOBS = 100
STAGE_WORDS: dict[Stage, str] = {
    "open": N_("not used yet"),
    "accepted": N_("used as they were"),
    "edited": "used with changes",
    "rejected": "discarded",
    "regenerated": "replaced by a new version",
    "expired": "expired",
    "working": "being written",
    "failed": "failed",
    "cancelled": "cancelled",
}
# What became of single changes of a document.
_EDIT_STATES = {
    "accepted": (N_("accepted"), "good"),
    "edited": (N_("used with changes"), "good"),
    "rejected": (N_("rejected"), ""),
}
# As Slack's form has them; the report counts them.
REASONS = N_(
    {
        "wrong": "It contains a mistake",
        "missing": "Something is missing",
        "tone": "Wrong tone",
        "long": "Too long",
        "short": "Too short",
        "not_needed": "I didn't need a draft",
    }
)

UsedText = Annotated[str, Form(max_length=MAX_TEXT_CHARS)]
Word = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True)
class EditState:
    """What became of one edit: `state` in words and how good it is.

    `used` is the paragraph as it was used, where that is neither the old one nor the proposed one.
    """

    state: tuple[str, str]
    used: str = ""


@dataclass(frozen=True)
class RefineAnswer:
    """What a visitor said about a draft, or the values that they gave for its fields, and why it is no new version."""

    wish: str
    answer: str
    is_refused: bool = False
    values: tuple[str, ...] = ()


def refusal(error: InlaidError, wish: str = "", values: tuple[str, ...] = ()) -> RefineAnswer:
    """Return what stands beside a form that comes back: why it was refused, and what was typed."""
    answer = f"{told(error.message)} {told(error.fix)}".strip()
    return RefineAnswer(wish, answer, is_refused=True, values=values)


def add_jobs(router: APIRouter, context: ConsoleContext) -> None:
    """Add the pages."""

    @router.get(HERE)
    def show_list(  # noqa: PLR0913 - one parameter for each filter
        request: Request,
        whose: Literal["own", "all"] = "own",
        text: Annotated[str, Query(max_length=200)] = "",
        stage: Word = "",
        surface: Word = "",
        recipe: Word = "",
        before: Word = "",
    ) -> Response:
        """Show a page of jobs, the newest first."""
        visitor = context.visitor(request)
        is_all = whose == "all" and visitor.is_admin
        asked = {"text": "" if is_all else text, "stage": stage if stage in STAGES else "", "surface": surface}
        asked |= {"recipe": recipe, "whose": "all" if is_all else ""}
        return _list_page(context, request, visitor, asked, before)

    @router.get(HERE + "/{job_id}")
    def show_one(request: Request, job_id: str) -> Response:
        """Show one job; its texts only to their owner."""
        visitor = context.visitor(request)
        row = _find(context, visitor, job_id)
        _note_seen(context, row)
        return job_page(context, visitor, row)

    @router.get(HERE + "/{job_id}/result")
    def show_result(request: Request, job_id: str, seen: Word = "", *, whole: bool = False) -> Response:
        """Show how far one's own job is, for a page that waits for it.

        `seen` is the state that the page shows: while it holds, nothing is swapped, so that nobody loses their place.
        `whole` asks for the job's page once the job has ended, in place of the one that waits.
        """
        visitor = context.visitor(request)
        row = find_own(context, visitor, job_id)
        return _result(context, visitor, row, seen, is_whole=whole)

    _add_changing(router, context)


def _note_visit(context: ConsoleContext, request: Request, visitor: Visitor) -> None:
    """Write down that somebody looks at the list of everybody, once for all its pages and filters in a session."""
    visit = f"listed/{session_id(request.cookies.get(COOKIE, ''))}"
    records = context.store.records
    if records.get(ONCE_KIND, "console", visit) is None:
        context.store.audit.write(AuditEvent("job.listed", current_actor(visitor.workspace)))
        records.first_time("console", visit, within_seconds=LIFE_SECONDS)


def _note_seen(context: ConsoleContext, row: JobRow) -> None:
    """Write down that somebody looks at a job where it is another person's."""
    if not row.is_own:
        workspace, seen = row.job.workspace, Thing("job", row.job.id)
        context.store.audit.write(AuditEvent("job.seen", current_actor(workspace), seen, workspace=workspace))


def _result(context: ConsoleContext, visitor: Visitor, row: JobRow, seen: str, *, is_whole: bool) -> Response:
    if row.job.state == seen:
        return Response(status_code=204)
    if is_whole and (row.job.draft or row.job.has_ended):
        shown = job_page(context, visitor, row)
        shown.headers.update({"HX-Retarget": "#content", "HX-Reselect": "#content"})
        return shown
    if is_whole:
        return fragment("progress.html.jinja", job=row.job)
    return fragment("result.html.jinja", job=row.job, visitor=visitor)


def _list_page(
    context: ConsoleContext, request: Request, visitor: Visitor, asked: dict[str, str], before: str
) -> Response:
    is_all, names = asked["whose"] == "all", context.names(visitor)
    if is_all:
        _note_visit(context, request, visitor)
    stage = cast("Stage", asked["stage"])
    wanted = JobFilter(
        None if is_all else names, visitor.scope, stage, asked["surface"], asked["recipe"], before=before
    )
    found = _found(context, wanted, asked["text"])
    rows = [row_of(context, job, is_own=(job.workspace, job.person) in names) for job in found.jobs]
    return page(
        "jobs.html.jinja",
        visitor,
        here=HERE,
        rows=with_outcomes(context.store, rows),
        left_out=found.jobs.left_out,
        read=found.read,
        asked=asked,
        is_filtered=any(asked[name] for name in ("text", "stage", "surface", "recipe")),
        older=older_page(PATH + HERE, asked, found.following) if found.following else "",
        newest=older_page(PATH + HERE, asked, "") if before else "",
        stages=STAGE_WORDS,
        recipes={name: context.recipes[name].title for name in sorted(context.recipes)},
    )


def _found(context: ConsoleContext, wanted: JobFilter, text: str) -> JobPage:
    pages = context.store.job_pages
    if text.strip():
        return pages.search(wanted, text, limit=PAGE_JOBS, most_read=MAX_SEARCHED)
    return pages.page(wanted, limit=PAGE_JOBS)


def told_why(context: ConsoleContext, job: Job) -> bool:
    """Whether the job counts as discarded, with a reason."""
    counts = effective_outcome(context.store.outcomes.acts_of([job.id])[job.id])
    return counts.outcome == "rejected" and bool(counts.labels)


def job_page(
    context: ConsoleContext,
    visitor: Visitor,
    row: JobRow,
    words: str | None = None,
    said: RefineAnswer | None = None,
    *,
    still_open: int = 0,
) -> Response:
    """Return the page of a job; `words` is its text as the person has it now, before it is used.

    With questions that are `still_open` it asks whether the text is to be used all the same.
    """
    draft = row.job.draft if row.is_own else None
    status = 422 if said and said.is_refused else 200
    [row] = with_outcomes(context.store, [row])
    versions = _versions(context, row.job) if row.is_own else []
    # One that ended without a draft replaces none.
    newest = next((version for version in reversed(versions) if version.draft or not version.has_ended), row.job)
    is_replaced = row.outcome == "regenerated" and newest.id != row.job.id
    beside = {
        "versions": versions,
        "newest": newest if is_replaced else None,
        "given": _given(row) if row.is_own else [],
        "decided": _edit_states(context.store, row.job) if row.is_own else {},
        "said": said,
        "reasons": REASONS,
        "document_kind": row.job.delivery.get("kind") if row.job.state == "delivered" else "",
        "told_why": row.outcome == "rejected" and told_why(context, row.job),
        "in_mailbox": _in_mailbox(context, row.job, versions),
    }
    if draft is None:
        return page("job.html.jinja", visitor, here=HERE, status=status, row=row, **beside)
    outcomes, is_used = context.store.outcomes, row.outcome in {"accepted", "edited"}
    used = outcomes.used_text(row.job) if words is None and is_used else None
    text = without_hints(words or used or outcomes.own_text(row.job) or draft.text, draft.gaps)
    policy = context.policies.of(visitor.workspace, visitor.person)
    shown = {"words": text, "is_used": bool(used), "hint": wish_hint(row.recipe, context.models, policy), **beside}
    is_rested_on = any(version.refines == row.job.id for version in versions)
    can_take_back = not is_rested_on and bool(context.store.marks.fresh(row.job))
    shown |= {"still_open": still_open, "can_take_back": can_take_back}
    return page("job.html.jinja", visitor, here=HERE, status=status, row=row, **shown)


def _in_mailbox(context: ConsoleContext, job: Job, versions: list[Job]) -> str:
    """Return which version stands in a connected mailbox: "this", "soon" this, "other", or "" for none."""
    there = [version.id for version in versions or [job] if context.store.effects.is_in_mailbox(version)]
    is_soon = job.surface == MAIL and job.state == "ready"
    return "soon" if is_soon else "this" if there[-1:] == [job.id] else "other" if there and job.has_ended else ""


def _given(row: JobRow) -> list[tuple[str, str]]:
    """Return what a job was asked with, by the words of its recipe's form."""
    titles = {field.name: field.title for field in row.recipe.inputs} if row.recipe else {}
    named = ((titles.get(name, ""), value) for name, value in recipe_inputs(row.job.inputs).items())
    return [
        (title, str(value)) for title, value in named if title and isinstance(value, str | int | float) and value != ""
    ]


def _versions(context: ConsoleContext, job: Job) -> list[Job]:
    """Return a job with the versions of its draft before and after it; none where it is the only one."""
    refinements = Refinements(context.store.jobs, context.store.outcomes, context.people)
    names = context.people.names(job.workspace, job.person)
    later = context.store.job_pages.versions_after(job, names, most_read=_MOST_LATER_JOBS)
    return [*refinements.versions(job), *later] if job.refines or later else []


def _add_changing(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/{job_id}/cancel")
    def cancel(request: Request, job_id: str) -> Response:
        """Stop it."""
        visitor = context.visitor(request)
        job = context.store.jobs.request_cancel(_find(context, visitor, job_id, closed=True).job.id)
        context.tell(job)
        return _changed(context, request, visitor, job)

    @router.post(HERE + "/{job_id}/retry")
    def retry(request: Request, job_id: str) -> Response:
        """Try it again."""
        visitor = context.visitor(request)
        job = context.store.jobs.request_retry(_find(context, visitor, job_id, closed=True).job.id)
        context.tell(job)
        context.wake(job)
        return _changed(context, request, visitor, job)


def _changed(context: ConsoleContext, request: Request, visitor: Visitor, job: Job) -> Response:
    row = _job_row(context, job, visitor)
    if "hx-request" in request.headers:
        [row] = with_outcomes(context.store, [row])
        return fragment("job_row.html.jinja", is_answer=True, row=row)
    return RedirectResponse(f"{PATH}{HERE}/{job.id}", 303)


def _find(context: ConsoleContext, visitor: Visitor, job_id: str, *, closed: bool = False) -> JobRow:
    read = context.store.jobs.peek if closed else context.store.jobs.get
    try:
        row = _job_row(context, read(str(UUID(job_id))), visitor)
    except UnreadableJob:
        _find(context, visitor, job_id, closed=True)  # others must not learn that it exists
        raise
    except (ValueError, NotFoundError):
        raise _missing() from None
    if not row.is_own and not visitor.administers(row.job.workspace):
        raise _missing()
    return row


def find_own(context: ConsoleContext, visitor: Visitor, job_id: str) -> JobRow:
    """Return a job of the visitor.

    Raises:
        NotFoundError: it does not exist, or is somebody else's, which looks the same.
    """
    row = _find(context, visitor, job_id)
    if not row.is_own:
        raise _missing()
    return row


def _missing() -> NotFoundError:
    return NotFoundError("There is no such job of yours.", fix="The list of jobs shows yours.")


def _job_row(context: ConsoleContext, job: Job, visitor: Visitor) -> JobRow:
    is_own = context.people.is_same((job.workspace, job.person), (visitor.workspace, visitor.person))
    return row_of(context, job, is_own=is_own)


def _edit_states(store: Store, job: Job) -> dict[int, EditState]:
    """Return what was decided, by the places of the edits; none for those that are open."""
    if job.draft is None or not job.draft.edits:
        return {}
    decisions = store.outcomes.decisions_of(job)
    whole, single = last_decisions([act for act in decisions if act[1].outcome in _EDIT_STATES])
    used = {change.place: change.used for change in decided_changes(job.draft, whole, single)}
    found = {}
    for place, edit in enumerate(job.draft.edits):
        if decision := whole or single.get(str(place)):
            text = used.get(place, edit.before)
            found[place] = EditState(_EDIT_STATES[decision.outcome], "" if text in {edit.before, edit.text} else text)
    return found
