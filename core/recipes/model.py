"""The recipe format. Frozen, strict, unknown keys refused; `core/recipes/loader.py` adds the rules across keys."""

import hashlib
import json
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from core.drafts import Severity
from core.policies.style import HouseStyle
from core.surfaces import NAME as SURFACE_NAME
from core.surfaces import OFFERED
from core.text.catalogues import ENGLISH, N_, current_locale
from core.text.language import detect_language

InputType = Literal["text", "line", "choice", "flag", "number", "person", "channel", "date"]
SurfaceName = Annotated[str, Field(pattern=SURFACE_NAME)]
Queue = Literal["interactive", "background", "bulk"]
Needs = Literal["rules", "small", "large"]
AnswerPart = Literal["subject", "tasks"]
ItemField = Literal["kind", "text", "quote", "why", "who", "due", "group", "severity", "severity_why"]
_NAME = r"^[a-z][a-z0-9_-]{0,39}$"
_INPUT_NAME = r"^[a-z][a-z0-9_]{0,39}$"
# What a recipe may name: `core.writing.checks.CHECKS` and `core.writing.plans.PLANS` hold one of each.
CHECK_NAMES = (
    "facts",
    "names",
    "kept",
    "told",
    "negations",
    "outdated",
    "persons",
    "doers",
    "quotations",
    "placeholders",
    "residue",
    "attachments",
    "promises",
    "language",
    "length",
    "line",
    "loops",
    "echo",
    "unchanged",
    "restyled",
    "links",
    "injection",
    "terms",
)


class PlanForm(NamedTuple):
    """What a plan asks of a recipe, and what it gives. `integrations/README.md` shows these.

    Attributes:
        gives: what people get without a model that writes, and without a look at the prompt; "" for nothing.
        main: what its main input has to be called, since surfaces fill it by that name; "" for any name.
        inputs: which further inputs it cannot do without.
    """

    gives: str
    main: str = ""
    inputs: tuple[str, ...] = ()


PLAN_FORMS: dict[str, PlanForm] = {
    "direct": PlanForm(""),
    "answer": PlanForm(N_("the passages that answer a question, quoted, or that none does"), inputs=("passages",)),
    "fill": PlanForm(N_("the value of each field, as the text says it"), inputs=("fields",)),
    "insert": PlanForm(N_("the fact, clause or passage that the text names, word for word")),
    "risks": PlanForm(N_("the terms of an agreement, quoted, and how long another text is to read")),
    "scan": PlanForm(N_("what a text says on a question, or the terms of an agreement, quoted")),
    "scan-messages": PlanForm(
        N_("risks, ideas, complaints, commitments and the like of many messages, each read alone")
    ),
    "reply": PlanForm(N_("a reply of quotations and ready answers, the rest as gaps"), main="message"),
    "compose": PlanForm(N_("the text as a message, where it is written out to its reader")),
    "proofread": PlanForm(N_("the text with the corrections that have proof, and remarks")),
    "summarize": PlanForm(N_("how long a text is to read, and the newest mail of a thread")),
    "title": PlanForm(N_("a subject line, heading or statement of the text")),
    "wordings": PlanForm(""),
}
# The input that says that a message is written for a chat: without subject, greeting, closing and name.
CHAT = "chat"
# The recipe of questions.
ASK = "ask"
# The plan of a recipe that names none.
DIRECT = "direct"
# The plan that shows its prompt variants beside each other.
SIDE_BY_SIDE = "wordings"
_PROMPT_HASH_DIGITS = 12
_CORRECTS_FROM_RATIO = 0.8


class RecipePart(BaseModel):
    """Base of all parts of a recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class RecipeInput(RecipePart):
    """One thing a person fills in. Slack modals, the Word pane, the CLI and the API are made from it."""

    name: str = Field(pattern=_INPUT_NAME)
    title: str = Field(min_length=1, max_length=80)
    type: InputType = "line"
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    max_chars: int = Field(0, ge=0, description="0: the usual limit of the type.")
    help: str = ""
    foreign: bool = Field(False, description="Somebody else wrote it: its words bind and instruct nobody.")
    filled: bool = Field(False, description="Code fills it in from what a surface knows; no form asks for it.")
    settable: bool = Field(False, description="Of one that is filled: a program that asks may set it.")


class Output(RecipePart):
    """What comes back, and how long it may be. Ratios are to the main input; 0 means no bound.

    `parts` says what a model's answer holds beside the text: a first line `Subject: ...`, tasks as `- [ ] who: what`.
    `fields` are the keys of an entry where the answer is a list. `aim_chars` and `aim_ratio` say how long a text is
    asked for; 0: somewhat less than may be.
    """

    format: Literal["text", "items"] = "text"
    parts: tuple[AnswerPart, ...] = ()
    fields: tuple[ItemField, ...] = ("text", "quote", "who", "due")
    apply_to: Literal["whole", "paragraphs"] = "whole"
    min_chars: int = Field(1, ge=0)
    max_chars: int = Field(8000, ge=1)
    min_ratio: float = Field(0.0, ge=0)
    max_ratio: float = Field(0.0, ge=0)
    aim_chars: int = Field(0, ge=0)
    aim_ratio: float = Field(0.0, ge=0)
    same_language: bool = True
    max_change: float = Field(1.0, gt=0, le=1, description="Share of a document that may be rewritten.")


class Decoding(RecipePart):
    """How a model writes."""

    temperature: float = Field(0.0, ge=0, le=2)
    max_tokens: int = Field(400, ge=1, le=8192)
    stop: tuple[str, ...] = ()
    seed: int = Field(7, ge=0)


class Example(RecipePart):
    """A worked example, given to the model as a user and an assistant message."""

    user: str = Field(min_length=1)
    assistant: str = Field(min_length=1)
    why: str = Field("", description="The reason for the change, where texts are changed paragraph by paragraph.")
    is_own: bool = Field(False, description="The person's own past work: a draft may say the same again.")
    chat: bool | None = Field(None, description="true: shown for a chat message alone; false: for all else alone.")


class Variant(RecipePart):
    """Another wording of the prompt under test. What is left out stays as in the main prompt.

    `motive` says in a sentence why its results may do well, where people see them side by side.
    """

    system: str | None = None
    examples: tuple[Example, ...] | None = None
    user: str | None = None
    repair: str | None = None
    motive: str | None = None


class Prompt(Variant):
    """What a model is told. The fixed part (system, examples) stands first, so that a prefix cache serves it."""

    system: str = ""
    examples: tuple[Example, ...] = ()
    user: str = Field(min_length=1)
    repair: str = ""
    prefill: str = ""
    variants: dict[str, Variant] = {}


class LetterFrame(RecipePart):
    """What code puts around a text: `opening` and `closing` where rules write, the own ones where a model does.

    A model writes greeting and closing itself; what the person set for them is put there by code, word for word.
    """

    opening: str = ""
    closing: str = ""
    own_opening: str = ""
    own_closing: str = ""


class CheckUse(RecipePart):
    """A check by name; `severity` replaces the one that the check gives its findings."""

    name: str
    severity: Severity | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


class Learning(RecipePart):
    """What of people's use changes later drafts.

    `outcome` decides between prompt variants: accepted, low_distance, or the name of an outside event. `explore` is the
    least share of drafts that each variant gets. `preferences` and `examples` allow what was learnt from the person.
    """

    outcome: str = Field("accepted", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")
    explore: float = Field(0.02, ge=0, le=0.25)
    preferences: bool = True
    examples: bool = True


class Recipe(RecipePart):
    """One recipe. `plan` names the way for small models (`core/writing`); larger ones get the direct way."""

    name: str = Field(pattern=_NAME)
    title: str = Field(min_length=1, max_length=80)
    description: str = ""
    version: int = Field(1, ge=1)
    surfaces: tuple[SurfaceName, ...] = OFFERED
    queue: Queue = "interactive"
    cache: bool = Field(True, description="An identical request gets the draft that is there.")
    plan: str = DIRECT
    plan_in_sources: str = Field("", description="The plan for scans of sources, part by part; empty: `plan`.")
    needs: Needs = Field("rules", description="large: only a model that writes can do it; rules: none is needed.")
    languages: tuple[str, ...] = ("en",)
    inputs: tuple[RecipeInput, ...] = Field(min_length=1)
    main_input: str
    grounds: bool = Field(False, description="Whether drafts rest on sources, past answers and standing facts.")
    retrieve: str = Field("", description="The input that is filled from connected sources when nobody fills it.")
    output: Output = Output()
    decoding: Decoding = Decoding()
    prompt: Prompt
    frame: LetterFrame = LetterFrame()
    checks: tuple[CheckUse, ...] = ()
    skeleton: str = Field(min_length=1)
    learning: Learning = Learning()

    # No part of the file: the pipeline sets it for whom the recipe is run.
    _house: HouseStyle = PrivateAttr(default_factory=HouseStyle)

    @property
    def house(self) -> HouseStyle:
        """The house style that holds for the person, for prompts and checks."""
        return self._house

    def in_house_style(self, style: HouseStyle) -> "Recipe":
        """Return the recipe as a person with that house style gets it."""
        styled = self.model_copy()
        styled._house = style
        return styled

    @property
    def corrects(self) -> bool:
        """Whether it leaves a text nearly as long as it is: it corrects what is there and rewords nothing."""
        return self.output.min_ratio >= _CORRECTS_FROM_RATIO

    @property
    def fills(self) -> bool:
        """Whether it fills a document's places in: the main input says with what."""
        return self.plan == "fill"

    def language_for(self, *texts: str) -> str:
        """Return the language of the first text that shows its own; else that of the person, or the recipe's first."""
        spoken = current_locale()
        usual = spoken if spoken != ENGLISH and spoken in self.languages else self.languages[0]
        return next(filter(None, map(detect_language, texts)), usual)

    def input_named(self, name: str) -> RecipeInput | None:
        """Return the input of that name, or None if the recipe has none."""
        return next((field for field in self.inputs if field.name == name), None)

    def is_on(self, surface: str) -> bool:
        """Whether it is offered on a surface; what is for the API is for assistants and others' surfaces, too."""
        return surface in self.surfaces or (surface not in OFFERED and "api" in self.surfaces)

    @property
    def asked_inputs(self) -> tuple[RecipeInput, ...]:
        """What a form asks for: everything that neither a surface nor the connected sources fill in."""
        return tuple(field for field in self.inputs if not field.filled and field.name != self.retrieve)

    @property
    def settable_inputs(self) -> tuple[RecipeInput, ...]:
        """What a program may set besides, though no form asks for it."""
        return tuple(wanted for wanted in self.inputs if wanted.settable)

    def prompt_for(self, variant: str) -> Prompt:
        """Return the prompt with a variant's wording laid over it; "" is the main prompt."""
        if not variant:
            return self.prompt
        changed = {key: getattr(self.prompt.variants[variant], key) for key in Variant.model_fields}
        return self.prompt.model_copy(update={key: value for key, value in changed.items() if value is not None})

    def prompt_hash(self, variant: str = "") -> str:
        """Return what tells one wording of the prompt from another: 12 hexadecimal digits of a SHA-256.

        It is made from the variant's name and all templates and examples that serve it; where a plan shows its
        variants side by side, from those too. Nothing of a person is in it.
        """
        unused = set() if self.plan == SIDE_BY_SIDE else {"variants"}
        told = self.prompt_for(variant).model_dump(mode="json", exclude=unused)
        written = json.dumps([variant, told], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:_PROMPT_HASH_DIGITS]
