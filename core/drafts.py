"""The shapes that travel: what a model is told, what a check finds, what a person gets.

All are frozen pydantic models that refuse unknown keys, so that JSON from the store, the API and
`--json` is one and the same form. DESIGN: "A draft is one shape on every surface".

A gap stands in a text as `[[question]]`, for what only the person knows; it is no part of what they say.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["block", "repair", "warn"]
# The check that looks at who gets a text, whatever its words are.
RECIPIENTS_CHECK = "recipients"
Role = Literal["system", "user", "assistant"]
# An object of JSON whose shape its owner alone knows: what a surface keeps with a job, what travels in an event.
JsonObject = dict[str, Any]
# Whatever stands in it: a person may have written more there than a question of ours.
GAP = re.compile(r"\[\[([^\[\]]*+)\]\]")
_MAX_ASKED_CHARS = 500
# The name of a value in an address, "?days[]=" or "&filter[day]=": it means the same with its brackets encoded.
_NAME_IN_QUERY = r"[?&][\w.%~-]++(?:\[[\w.%~-]*+\])++="
# What stands behind the last dot of a file's name, where it is the ending of one.
_MAX_ENDING_CHARS = 8
# Of a draft whose person wrote another text something is left from so much of its words on, or a sentence of so many.
_MIN_SHARE, _MIN_LINE_WORDS = 0.5, 4
# A gap asks in 500 characters; a mail draft puts a sign into it.
MAX_GAP_CHARS = 490


class Value(BaseModel):
    """Base of all values: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChatMessage(Value):
    """One message of a chat completion request."""

    role: Role
    content: str


class Finding(Value):
    """What a check has to say about a draft, in a sentence that a person understands.

    `place` is the offending stretch of the draft's text ("" for the draft as a whole).
    `block`: must not reach a person as it is. `repair`: worth another try. `warn`: show it beside the draft.
    """

    check: str
    severity: Severity
    place: str = ""
    sentence: str


class Gap(Value):
    """Something only the person can fill in; stands as `[[question]]` in the text.

    `choices` are ready sentences, each of which may take the gap's place. `is_hint` marks what asks nothing and only
    points at something that the person may want to look at: it stands beside the text (`with_hints`), in drafts of
    before in it. `is_alert` marks the hint at what may hurt somebody: where nothing stands beside a text, it stands
    first in it. `is_own` marks what its person told: no text goes out without it unnoticed.
    """

    place: str
    question: str
    choices: tuple[str, ...] = ()
    is_hint: bool = False
    is_alert: bool = False
    is_own: bool = False


class DraftSource(Value):
    """A passage that grounds a draft. `supports` names the sentence that rests on it.

    Without a quote it is a place to look at. `date` is when it was written or holds from: a day or a year, "" for
    unknown. `place` is where the store holds it, so that it is seen who may read it; "" for what came with the job.
    `kind` says what it is: of a source, a standing fact, an answer of the person, or a file or message that came with
    the job; "" in drafts that were stored before that was noted.
    """

    number: int
    title: str
    link: str = ""
    quote: str
    supports: str = ""
    date: str = ""
    place: str = ""
    kind: str = ""


class Edit(Value):
    """A change of one paragraph of a document, addressed by id and by the hash of what was read.

    With `text` new text, of which `share` (0..1) differs from the old. With `comment` a remark beside the paragraph,
    or beside the words of `quote` in it; the text then stays. `before` is the paragraph as it was read, `where` the
    heading above it.
    """

    id: str
    hash: str
    before: str = ""
    text: str | None = None
    comment: str = ""
    quote: str = ""
    share: float = 0.0
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    where: str = ""


class Item(Value):
    """One entry of a list result (`actions`, `scan`). `quote` stands word for word in the source.

    `motive` names the prompt variant that worded it, where people choose between wordings (`variants`).
    `field` is what of a form it fills. `speaker` said it. `why` tells for whom it matters and how; entries of one
    `group` belong together, and `kind` is what the group is in every language ("risk"). `severity` is what a model
    said of it, `severity_why` its reason in a sentence.
    """

    text: str
    quote: str = ""
    who: str = ""
    due: str = ""
    field: str = ""
    motive: str = ""
    speaker: str = ""
    why: str = ""
    group: str = ""
    kind: str = ""
    severity: Literal["", "low", "medium", "high"] = ""
    severity_why: str = ""

    @property
    def other_quote(self) -> str:
        """The quote in one line where it says other than the text; "" where only spaces and capitals differ."""
        said, told = ("".join(words.split()).casefold() for words in (self.quote, self.text))
        return "" if said in told else " ".join(self.quote.split())


class Entry(Value):
    """One entry of a list result, as it is shown.

    `heading` stands above the first of a group, `label` before the text: what of a form it fills. `details` say who
    and until when. `quote` is in one line and says other than the text. `why` is said once, below the last of those in
    a row for which it is the same. `core.text.entries.reasons` words severity and why.
    """

    heading: str = ""
    label: str = ""
    text: str
    details: str = ""
    quote: str = ""
    severity: str = ""
    severity_why: str = ""
    why: str = ""

    def in_line(self) -> str:
        """Return label, text and details in one line."""
        return (f"{self.label}: " if self.label else "") + self.text + (f" ({self.details})" if self.details else "")


class Escalation(Value):
    """Why another model, or the skeleton, answered. `cause` is the check or the code of the error behind the reason."""

    source: str = Field(alias="from")
    to: str
    reason: str
    cause: str = ""
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Usage(Value):
    """What all calls of a draft cost, with seconds of wall time; `verifier_…` is the part of the check of meaning."""

    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0
    calls: int = 0
    verifier_calls: int = 0
    verifier_tokens: int = 0
    verifier_seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        mine, theirs = self.model_dump(), other.model_dump()
        return Usage(**{name: mine[name] + theirs[name] for name in mine})


class Draft(Value):
    """The result of a job, on every surface. `text` is a Markdown subset; `edits` and `items` by recipe.

    Where there is a text beside the items it holds them too, as in minutes. `recipe_version` and `prompt_hash`
    (`Recipe.prompt_hash`) say what wrote it; drafts of before they were recorded have 0 and "". `house_style` is the
    version of the house style that held (`HouseStyle.digest`), "" for none, and `signature` what code put below the
    owner's name by it.
    """

    job_id: str = ""
    recipe: str
    subject: str | None = None
    text: str = ""
    edits: tuple[Edit, ...] | None = None
    items: tuple[Item, ...] | None = None
    gaps: tuple[Gap, ...] = ()
    findings: tuple[Finding, ...] = ()
    sources: tuple[DraftSource, ...] = ()
    alternatives: tuple[str, ...] = ()
    skeleton: bool = False
    model: str = ""
    variant: str = ""
    recipe_version: int = 0
    prompt_hash: str = ""
    house_style: str = ""
    signature: str = ""
    escalations: tuple[Escalation, ...] = ()
    notices: tuple[str, ...] = ()
    usage: Usage = Usage()

    @property
    def entries(self) -> tuple[Entry, ...] | None:
        """What of a list result is shown, from which each surface draws it; None where the text holds all."""
        if self.items is None or self.text:
            return None
        groups = [(item.group, item.why) for item in self.items]
        rows = zip(self.items, [("", ""), *groups], [*groups[1:], None], strict=False)
        return tuple(
            Entry(
                heading=item.group if item.group != before[0] else "",
                label=heading_of(item.field),
                text=item.text,
                details=", ".join(part for part in (item.who, item.due) if part),
                quote=item.other_quote,
                severity=item.severity,
                severity_why=item.severity_why,
                why=item.why if (item.group, item.why) != after else "",
            )
            for item, before, after in rows
        )

    @property
    def questions(self) -> tuple[Gap, ...]:
        """The gaps that ask its person something; hints only show something."""
        return tuple(gap for gap in self.gaps if not gap.is_hint)

    @property
    def hints(self) -> tuple[Gap, ...]:
        """The gaps that ask nothing, and are for its person alone."""
        return tuple(gap for gap in self.gaps if gap.is_hint)

    @property
    def alerts(self) -> tuple[Gap, ...]:
        """The gaps that are to be seen before all else."""
        return tuple(gap for gap in self.gaps if gap.is_alert)

    @property
    def alert_hints(self) -> tuple[Gap, ...]:
        """The alerts that ask nothing: where they stand beside the text, they stand above it."""
        return tuple(hint for hint in self.hints if hint.is_alert)

    @property
    def is_refusal(self) -> bool:
        """Whether its text says why there is no result, in one line that ends with it, and nothing else."""
        why = tuple(step.reason for step in self.escalations if step.to == "skeleton" and step.reason)
        return self.skeleton and self.text.endswith(why) and "\n\n" not in self.text


def with_text(draft: Draft, text: str) -> Draft:
    """Return a draft with its person's text in it; what was said of its words was about the text before.

    Its hints stay: they are about what it answers, and its person sees them beside a text that holds none. Where only
    gaps were filled its notices stay, too. A source stays while the text cites it, or holds words of the draft.
    """
    gaps = tuple(gap for gap in draft.gaps if gap.is_hint or gap.place in text)
    findings = tuple(finding for finding in draft.findings if finding.check == RECIPIENTS_CHECK)
    lines = draft.text.split("\n") if draft.text else [item.text for item in draft.items or ()]
    said = [GAP.sub("\n", line).strip() for line in lines]
    parts = [part.strip() for line in said for part in line.split("\n") if part.strip()]
    # A draft of gaps alone says nothing: one of them, or a ready answer, is what is left of it.
    left = parts or [words for gap in draft.gaps for words in (gap.place, *gap.choices)]
    has_all = all(part in text for part in parts) and any(words in text for words in left)
    has_some = has_all or _share_of_words("\n".join(said), text) >= _MIN_SHARE
    sentences = re.split(r"\n|(?<=[.!?]) ", "\n".join(said))
    has_some = has_some or any(line in text for line in sentences if len(line.split()) >= _MIN_LINE_WORDS)
    sources = tuple(source for source in draft.sources if has_some or f"[{source.number}]" in text)
    known: JsonObject = {"items": None, "findings": findings, "alternatives": (), "skeleton": False, "sources": sources}
    return draft.model_copy(update={"text": text, "gaps": gaps, "notices": draft.notices if has_all else (), **known})


def _share_of_words(before: str, after: str) -> float:
    """Return how much of the words of a text stand in another, 0 to 1."""
    words = {*re.findall(r"\w+", before.casefold())}
    return len(words.intersection(re.findall(r"\w+", after.casefold()))) / len(words) if words else 0.0


def without_hints(text: str, gaps: Sequence[Gap]) -> str:
    """Return a draft's text without the lines that only hold hints, which are not for who gets it."""
    places = {gap.place for gap in gaps if gap.is_hint}
    lines = text.split("\n")
    kept = [line for line in lines if line.strip() not in places]
    return text if len(kept) == len(lines) else re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def with_alerts(draft: Draft) -> Draft:
    """Return a draft with its alerts first in its text, as gaps, and without its hints: its person sees the text alone.

    A draft with a gap in it does not go out unnoticed.
    """
    text = without_hints(draft.text, draft.gaps)
    text = "\n\n".join([*(gap.place for gap in draft.alerts if gap.place not in text), text])
    gaps = tuple(gap.model_copy(update={"is_hint": False}) if gap.is_alert else gap for gap in draft.gaps)
    return draft.model_copy(update={"text": text, "gaps": gaps})


def with_hints(text: str, gaps: Sequence[Gap]) -> str:
    """Return a draft's text with its hints, each before the question that follows it, or behind the last one."""
    waiting = list[str]()
    for gap in gaps:
        if gap.is_hint and gap.place not in text:
            waiting.append(gap.place)
        elif waiting and gap.place in text:
            text, waiting = text.replace(gap.place, "\n\n".join([*waiting, gap.place]), 1), []
    if not waiting:
        return text
    last = max((text.rfind(gap.place) + len(gap.place) for gap in gaps if gap.place in text), default=0)
    return "\n\n".join(filter(None, [text[:last], *waiting, text[last:].lstrip("\n")]))


def without_signature(text: str, signature: str) -> str:
    """Return a text without the lines at its end that are lines of a signature."""
    lines, known = text.rstrip().split("\n"), {line.strip() for line in signature.split("\n")}
    while signature and len(lines) > 1 and lines[-1].strip() in known | {""}:
        lines.pop()
    return "\n".join(lines) if signature else text


def gap(question: str) -> str:
    """Return the mark for a question, in one line and without brackets of its own; a long one is cut at a word.

    Brackets in the query of an address are encoded, so that it leads where it did.
    """
    question = re.sub(_NAME_IN_QUERY, lambda name: name[0].replace("[", "%5B").replace("]", "%5D"), question)
    line = " ".join(question.translate({ord("["): " ", ord("]"): " "}).split())
    return f"[[{cut_at_word(line, MAX_GAP_CHARS)}]]"


def readable(name: str) -> str:
    """Return a field's name in words, with its capitals: `customer_name` is "customer name", "E-Mail" stays."""
    # "dueDate" and "CustomerName", but "kWh" and "Sitz der GmbH" stay.
    is_camel = re.fullmatch(r"[A-Z]?[a-z0-9]{2,}(?:[A-Z][a-z0-9]{2,})+", name)
    return " ".join((re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name) if is_camel else name).replace("_", " ").split())


def heading_of(name: str) -> str:
    """Return a field's name as it stands above or before its value: `customer_name` is "Customer name"."""
    return (words := readable(name))[:1].upper() + words[1:]


def cut_at_word(line: str, most_chars: int) -> str:
    """Return a line of at most that many characters, with an ellipsis in place of the words that do not fit."""
    if len(line) <= most_chars:
        return line
    cut = line[: most_chars - 2]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:(") + " …"


def cut_name(name: str, most_chars: int) -> str:
    """Return a file's name of at most that many characters: its stem is cut, its ending stays."""
    stem, dot, ending = name.rpartition(".")
    is_ending = bool(stem and dot) and ending.isalnum() and len(ending) <= _MAX_ENDING_CHARS
    if len(name) <= most_chars or not is_ending:
        return cut_at_word(name, most_chars)
    return f"{cut_at_word(stem, most_chars - len(ending) - 1)}.{ending}"


def find_gaps(text: str, source: str = "") -> tuple[Gap, ...]:
    """Return the gaps of a draft in order; brackets that the source itself holds are none."""
    found = ((match[0], match[1]) for match in GAP.finditer(text) if match[0] not in source)
    asked = (place for place in found if 0 < len(place[1]) <= _MAX_ASKED_CHARS and "\n" not in place[1])
    return tuple(Gap(place=place, question=question.strip()) for place, question in asked)


def with_choices(text: str, gaps: Iterable[Gap]) -> str:
    """Return the text, and below it each sentence that may take the place of a gap."""
    return "\n\n".join((text, *(choice for gap in gaps for choice in gap.choices)))


def has_gap(text: str) -> bool:
    """Whether something is still asked of the person."""
    return GAP.search(text) is not None


def without_gaps(text: str) -> str:
    """Return the text with a blank in place of each gap."""
    return GAP.sub(" ", text)
