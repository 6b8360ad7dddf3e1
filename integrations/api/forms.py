"""The forms of the API, checked before anything happens. Unknown fields are rejected, so that typing errors show."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from core.drafts import JsonObject
from core.errors import InputError, NotFoundError
from core.job import SaveMode
from core.recipes.inputs import input_errors, validate_inputs
from core.recipes.model import Recipe

MAX_USED_TEXT_CHARS = 200_000
MAX_MAIL_CHARS = 1_000_000
MAX_KEY_CHARS = 255
_MAX_FIELDS = 50
_MAX_PARAGRAPHS = 20_000
_MAX_FIELD_NAME_CHARS = 100
_MAX_REMARKS = 1000

RecipeName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
ModelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/@+-]{0,200}$")]

UploadSurface = Literal["api", "word"]
JobSurface = Literal["api", "word", "outlook"]
Remark = Annotated[
    list[Annotated[str, StringConstraints(max_length=MAX_USED_TEXT_CHARS)]], Field(min_length=2, max_length=2)
]
EditPlace = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,5})$")]


class FieldErrors(InputError):
    """Fields that cannot be used, each with a sentence to show beside it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("Some fields cannot be used.", fix="Correct the fields that are named.")
        self.fields = {
            _printable(name)[:_MAX_FIELD_NAME_CHARS]: text for name, text in list(fields.items())[:_MAX_FIELDS]
        }


class Form(BaseModel):
    """Base of all forms."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ParagraphForm(Form):
    """A paragraph of a document that the caller holds.

    `heading_level` is 1 to 9 for a heading. `row` names the row of a table that it stands in, `column` counts the cells
    of that from 0. `is_margin` tells one of a header, a footer or a text box: it is only corrected and translated.
    `remarks` are what comments say there already: the words beside which each stands, and its text.
    """

    id: str = Field(min_length=1, max_length=200)
    hash: str = Field(max_length=200)
    text: str = Field(max_length=MAX_USED_TEXT_CHARS)
    heading_level: int | None = Field(None, ge=0, le=9)
    row: str | None = Field(None, max_length=200)
    column: int | None = Field(None, ge=0, le=10_000)
    is_margin: bool | None = None
    remarks: list[Remark] | None = Field(None, max_length=_MAX_REMARKS)


def _each_once(paragraphs: list[ParagraphForm]) -> list[ParagraphForm]:
    if len({paragraph.id for paragraph in paragraphs}) < len(paragraphs):
        raise ValueError("Give each paragraph an id of its own.")
    return paragraphs


Paragraphs = Annotated[list[ParagraphForm], Field(min_length=1, max_length=_MAX_PARAGRAPHS), AfterValidator(_each_once)]


class MailForm(Form):
    """Where a new mail goes: to whom, and into which of the caller's mailboxes ("" for the first)."""

    to: list[Annotated[str, StringConstraints(max_length=500)]] = Field(default_factory=list, max_length=50)
    mailbox: str = Field("", max_length=500)


class AddressForm(Form):
    """A person as a mail names them."""

    name: str = Field("", max_length=500)
    address: str = Field("", max_length=500)


MessageId = Annotated[str, StringConstraints(max_length=1000)]


class AttachedForm(Form):
    """A file that came with a mail, in base64; "" where the caller did not get it."""

    name: str = Field(max_length=500)
    content: str = Field("", max_length=7 * 2**20)
    size_bytes: int = Field(0, ge=0)


class OpenMailForm(Form):
    """A mail that the caller has open: its heads, and its body as `html` or else `text`. `owner` is the caller.

    `sent_on` is a day (2026-11-26); `references` are the ids of the mails before it in its thread, the oldest first.
    """

    message_id: MessageId = ""
    references: list[MessageId] = Field(default_factory=list, max_length=100)
    subject: str = Field("", max_length=2000)
    sender: AddressForm = AddressForm()
    to: list[AddressForm] = Field(default_factory=list, max_length=500)
    cc: list[AddressForm] = Field(default_factory=list, max_length=500)
    sent_on: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    owner: AddressForm = AddressForm()
    html: str = Field("", max_length=MAX_MAIL_CHARS)
    text: str = Field("", max_length=MAX_MAIL_CHARS)
    attachments: list[AttachedForm] = Field(default_factory=list, max_length=6)

    @field_validator("sent_on")
    @classmethod
    def _a_day(cls, day: str) -> str:
        if day:
            date.fromisoformat(day)
        return day


class RecipientsForm(Form):
    """Those who are to get a text of the caller's, and the caller as `owner`."""

    owner: AddressForm = AddressForm()
    to: list[AddressForm] = Field(max_length=500)


class JobForm(Form):
    """A job to be made. With `paragraphs`, which take the place of the recipe's main input, its draft has edits.

    With `mail` the draft also waits in the caller's mailbox, as a new mail that nobody has sent. `about` is a mail that
    they have open: a reply answers it, a question is answered from its thread, and other recipes read the thread.
    `surface` is where the person sits; `subject` is what lists of drafts name the paragraphs by.
    """

    recipe: RecipeName
    inputs: JsonObject = Field(default_factory=dict)
    model: ModelName = ""
    paragraphs: Paragraphs | None = None
    subject: str = Field("", max_length=2000)
    mail: MailForm | None = None
    about: OpenMailForm | None = None
    surface: JobSurface = "api"


class ChoiceForm(Form):
    """The edits that a document is to hold, each by its place among the draft's edits.

    `texts` has another text for some of them: the paragraph with those of its changes that were accepted.
    """

    edits: list[EditPlace] = Field(max_length=_MAX_PARAGRAPHS)
    texts: dict[EditPlace, Annotated[str, Field(max_length=MAX_USED_TEXT_CHARS)]] = Field(
        default={}, max_length=_MAX_PARAGRAPHS
    )


def recipe_named(recipes: Mapping[str, Recipe], name: str) -> Recipe:
    """Return the recipe.

    Raises:
        NotFoundError: nothing has that name.
    """
    if name not in recipes:
        raise NotFoundError("There is no such recipe.", fix="GET /api/v1/recipes lists them.")
    return recipes[name]


def checked_inputs(recipe: Recipe, raw: Mapping[str, object]) -> JsonObject:
    """Return the inputs as the recipe wants them.

    Raises:
        FieldErrors: names every field that cannot be used.
    """
    if errors := input_errors(recipe, raw):
        raise FieldErrors(errors)
    return dict(validate_inputs(recipe, raw))


def inputs_beside(recipe: Recipe, raw: Mapping[str, object]) -> JsonObject:
    """Return the inputs of a request whose document is the main input, which only the worker reads.

    A document that is filled in is no input: the main input says what goes into it.

    Raises:
        FieldErrors: names every field that cannot be used.
    """
    if recipe.fills:
        checked = checked_inputs(recipe, raw)
        return {name: checked[name] for name in raw}
    if recipe.main_input in raw:
        raise FieldErrors({recipe.main_input: "The document takes its place."})
    checked = checked_inputs(recipe, {recipe.main_input: "text", **raw})
    return {name: checked[name] for name in raw}


def dedupe_key(person: str, idempotency_key: str | None) -> str:
    """Return the key of a request, which is the person's own: another may use the same `Idempotency-Key`.

    Raises:
        FieldErrors: it is not 1 to 255 printable ASCII characters.
    """
    if idempotency_key is None:
        return ""
    if not is_visible_ascii(idempotency_key, MAX_KEY_CHARS):
        raise FieldErrors({"Idempotency-Key": "Send 1 to 255 printable ASCII characters without spaces."})
    return hashlib.sha256(f"{person}\0{idempotency_key}".encode()).hexdigest()


def is_visible_ascii(text: str, max_chars: int) -> bool:
    """Whether a text has 1 to so many characters, all of ASCII that can be seen: no spaces, no controls."""
    return 0 < len(text) <= max_chars and all("!" <= char <= "~" for char in text)


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


class DriveForm(Form):
    """A file of a drive to run a recipe over. `save`: a new version, a copy, or a copy where it cannot be written."""

    link: Annotated[str, Field(min_length=1, max_length=4000)]
    recipe: RecipeName
    inputs: JsonObject = Field(default_factory=dict)
    max_change: Annotated[float | None, Field(gt=0, le=1)] = None
    model: ModelName = ""
    save: SaveMode = "either"
