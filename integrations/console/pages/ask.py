"""Ask: a question to the sources that the visitor may read, its answer with what it cites, and questions after it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.errors import InlaidError, InputError, NotFoundError
from core.job import Job
from core.recipes.inputs import validate_inputs
from core.recipes.model import ASK, Recipe
from core.runner.conversations import FOLLOWS
from core.sources.cited import open_cited
from core.writing.grounded.unanswered import SOURCES
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.pages.jobs import find_own
from integrations.console.pages.sources import source_user
from integrations.console.rendering import PATH, fragment, page

HERE = "/ask"
SURFACE = "api"
# Of a long conversation so much is shown.
MAX_SHOWN = 10
MAX_QUESTION_CHARS = 500
Id = Annotated[str, Form(max_length=100)]


def add_ask(router: APIRouter, context: ConsoleContext) -> None:
    """Add the pages."""

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show the form."""
        return _ask_page(context, context.visitor(request), [])

    _add_asking(router, context)
    _add_answers(router, context)


def _add_asking(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE)
    def ask(
        request: Request,
        question: Annotated[str, Form(max_length=2000)] = "",
        source: Id = "",
        follows: Id = "",
    ) -> Response:
        """Ask."""
        visitor = context.visitor(request)
        recipe = _recipe(context)
        if follows:
            _question(context, visitor, follows)
        given = {recipe.main_input: question, FOLLOWS: follows, SOURCES: source}
        try:
            inputs = validate_inputs(recipe, {name: value for name, value in given.items() if value.strip()})
        except InputError as error:
            said = error.message.partition(": ")[2]
            problem = InputError("Your question cannot be asked as it is.", fix=said)
            before = _conversation(context, visitor, follows) if follows else []
            return _ask_page(context, visitor, before, question=question, source=source, problem=problem)
        job = context.ask(visitor, recipe, inputs)
        return RedirectResponse(f"{PATH}{HERE}/{job.id}#newest", 303)


def _add_answers(router: APIRouter, context: ConsoleContext) -> None:
    @router.get(HERE + "/{job_id}")
    def show_answer(request: Request, job_id: str) -> Response:
        """Show a question of the visitor with its answer, and those before it."""
        visitor = context.visitor(request)
        return _ask_page(context, visitor, _conversation(context, visitor, job_id))

    @router.get(HERE + "/{job_id}/answer")
    def show_progress(request: Request, job_id: str) -> Response:
        """Show how far an answer is, for a page that waits for it."""
        visitor = context.visitor(request)
        return fragment("ask_answer.html.jinja", job=_question(context, visitor, job_id), visitor=visitor)

    @router.get(HERE + "/{job_id}/passages/{number}")
    def open_passage(request: Request, job_id: str, number: int) -> Response:
        """Open what an answer cites, if the visitor may still read it."""
        visitor = context.visitor(request)
        job = _question(context, visitor, job_id)
        opened = open_cited(context.sources.sources, job, number)
        if "hx-request" in request.headers:
            return fragment("ask_passage.html.jinja", job=job, passage=opened)
        return page("ask_opened.html.jinja", visitor, here=HERE, job=job, passage=opened)


def _ask_page(
    context: ConsoleContext,
    visitor: Visitor,
    jobs: Sequence[Job],
    *,
    question: str = "",
    source: str = "",
    problem: InlaidError | None = None,
) -> Response:
    """Return the page with a conversation, the oldest question first, and the form for the next one."""
    user, knowledge = source_user(context, visitor), context.sources.sources
    sources = context.sources.to_ask(user)
    chosen = source or (str(jobs[-1].inputs.get(SOURCES) or "") if jobs else "")
    return page(
        "ask.html.jinja",
        visitor,
        here=HERE,
        status=422 if problem else 200,
        jobs=jobs,
        sources=sorted(sources, key=lambda shown: shown.title.casefold()),
        has_any=bool(knowledge.items.access_ids([knowledge.reader_of(visitor.workspace, visitor.person)])),
        chosen=chosen,
        question=question,
        problem=problem,
        max_chars=MAX_QUESTION_CHARS,
    )


def _recipe(context: ConsoleContext) -> Recipe:
    if ASK not in context.recipes:
        raise NotFoundError("Questions are switched off here.", fix="Ask an administrator.")
    return context.recipes[ASK]


def _question(context: ConsoleContext, visitor: Visitor, job_id: str) -> Job:
    """Return a question of the visitor.

    Raises:
        NotFoundError: it does not exist, or is somebody else's or another kind of job, which looks the same.
    """
    job = find_own(context, visitor, job_id).job
    if job.recipe != ASK:
        raise NotFoundError("There is no such job of yours.", fix="The list of jobs shows yours.")
    return job


def _conversation(context: ConsoleContext, visitor: Visitor, job_id: str) -> list[Job]:
    """Return a question and those that it follows, the oldest first; what is gone ends it."""
    found = [_question(context, visitor, job_id)]
    while len(found) < MAX_SHOWN and (before := str(found[0].inputs.get(FOLLOWS) or "")):
        try:
            found.insert(0, _question(context, visitor, before))
        except InlaidError:
            break
    return found
