"""What answers of the API look like, for its description at `/api/v1/openapi.json`.

A test holds the answers to it. Keys without a value are left out where they have a default here.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.drafts import Draft, JsonObject
from core.job import Outcome, State
from core.recipes.model import InputType, Needs

_OF_ALL = (401, 403, 422, 429, 503)
_OF_ONE = (404, 409)
_OF_CHANGES = (400, 404, 409, 413)


class Answer(BaseModel):
    """Base of all answers: what is told is described."""

    model_config = ConfigDict(extra="forbid")


class ErrorBody(BaseModel):
    """What is wrong, in a sentence for a person, and what to do about it; `fields` names those that cannot be used."""

    model_config = ConfigDict(extra="allow")
    code: str
    message: str
    fix: str
    fields: dict[str, str] | None = None


class ErrorAnswer(Answer):
    """Every answer that is an error."""

    error: ErrorBody


class JobAnswer(Answer):
    """A job, with its draft or its error once it has one. Times are Unix seconds."""

    id: str
    state: State
    recipe: str
    surface: str
    attempts: int
    tries: int
    created_at: float
    finished_at: float | None = None
    refines: str | None = None
    wish: str | None = None
    draft: Draft | None = None
    error: ErrorBody | None = None


class AcceptedAnswer(JobAnswer):
    """A job that is stored, and how long it will wait, where that can be known."""

    expected_wait_seconds: float | None = None


class Retries(Answer):
    """How often a job was tried, of how many times, and until when the last try may begin (Unix seconds)."""

    tries: int
    of: int
    work: int
    of_work: int
    until: float


class OneJobAnswer(JobAnswer):
    """A job with how often it was tried."""

    retries: Retries


class JobsAnswer(Answer):
    """A page of jobs; `next` is `before` of the page that follows, and `left_out` counts those that cannot be read."""

    jobs: list[JobAnswer]
    next: str | None
    left_out: int


class VersionsAnswer(Answer):
    """A job with those that it goes back to, the oldest first."""

    versions: list[JobAnswer]


class ReplyAnswer(Answer):
    """What is said instead of a new version: an answer, or which edits are meant by a decision."""

    answer: str | None = None
    decide: str | None = None
    edits: list[str] | None = None


class OutcomeAnswer(Answer):
    """What counts now of an act, or whether an event was news."""

    outcome: Outcome | None = None
    distance: float | None = None
    event: str | None = None
    value: float | None = None
    is_news: bool | None = None


class RemarksAnswer(Answer):
    """Remarks in sentences."""

    remarks: list[str]


class CitedPart(Answer):
    """A piece of a passage, and whether the answer cites it."""

    text: str
    cited: bool


class PassageAnswer(Answer):
    """A passage with what is before and after it."""

    number: int
    title: str
    link: str
    date: str
    before: str
    parts: list[CitedPart]
    after: str
    has_changed: bool


class ParagraphAnswer(Answer):
    """A paragraph of a document; `is_margin` for one of a header, a footer or a text box."""

    id: str
    hash: str
    text: str
    is_margin: bool


class ParagraphsAnswer(Answer):
    """The text of a document by paragraph."""

    paragraphs: list[ParagraphAnswer]


class SavedAnswer(Answer):
    """Where the result was saved; `reason` is why a copy was made."""

    name: str
    link: str
    is_copy: bool
    reason: str = ""


class InputAnswer(Answer):
    """What a form asks for."""

    name: str
    title: str
    type: InputType
    required: bool
    default: str = ""
    choices: list[str] = []
    help: str = ""
    max_chars: int = 0


class RecipeAnswer(Answer):
    """A recipe; where the models that are set up cannot do it, `why_not` says so, and `command` what would help."""

    name: str
    title: str
    description: str
    version: int
    surfaces: list[str]
    needs: Needs
    main_input: str
    format: Literal["text", "items"]
    apply_to: Literal["whole", "paragraphs"]
    fills: bool
    inputs: list[InputAnswer]
    settable_inputs: list[InputAnswer]
    offered: bool
    offered_for_documents: bool
    why_not: str = ""
    command: str = ""


class RecipesAnswer(Answer):
    """The recipes, by name."""

    recipes: list[RecipeAnswer]


def errors_of(path: str, methods: set[str]) -> dict[int | str, JsonObject]:
    """Return the errors that a route may answer with, as FastAPI takes them."""
    known = {*_OF_ALL, *(_OF_ONE if "{" in path else ()), *(() if methods == {"GET"} else _OF_CHANGES)}
    return {status: {"model": ErrorAnswer} for status in sorted(known)}


def body_of(media_type: str, **schema: str) -> dict[int | str, JsonObject]:
    """Return a body that is no JSON, as FastAPI takes it."""
    return {200: {"content": {media_type: {"schema": {"type": "string", **schema}}}}}
