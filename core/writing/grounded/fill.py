"""Values for the fields of a form, each copied from the brief or from what is known: what neither says stays a gap.

By rule a field gets what stands behind its own name ("Customer: Contoso"), or the only fact of the kind that its name
asks for. A larger model may find more, but no value counts that does not stand there. What the brief leaves open is
looked for in standing facts, in sources and in the person's own answers, and shown with where it stands; where those
say different things, the field stays open and offers each. A day or an hour is always this matter's own; a place that
waits for its value, "File: [File]", gives none. A blank of a template gets what stands behind its label, and of boxes
the one is ticked that the brief names; a blank without a label is told as it stands there. What takes a day or an
amount gets nothing else. A label that is the head of a longer name, "Subject" of "Subject of the mandate", is offered.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from core.drafts import Draft, DraftSource, Gap, Item, gap, heading_of, readable
from core.errors import ModelAnswerError
from core.recipes.model import Recipe
from core.recipes.render import render_messages
from core.text.catalogues import N_
from core.text.facts import extract_facts
from core.text.facts.model import Kind
from core.text.language import detect_language
from core.text.lexicon import pattern_beside
from core.writing.blanks import AskedLabel, is_open, open_blank, read_label
from core.writing.checks import Grounds, check_draft
from core.writing.fitting import split_to_fit
from core.writing.grounded.labels import (
    NEAR,
    Labelled,
    chosen_option,
    is_headed,
    labelled,
    likeness,
    of_kind,
    plain_value,
    spoken,
)
from core.writing.grounded.passages import PASSAGES, GroundPassage, read_passages
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

MAX_FIELDS = 200
# The last is what the person gave for fields of a draft before, a line `Name: value` each.
FIELDS, LABELS, BLANKS, GIVEN = "fields", "labels", "blanks", "given"
NOT_LOOKED_FOR = N_("The model gave no answer that could be used: the text may say what stays open here.")
_MAX_CHOICES = 3
# What the first lines of a mail are called says nothing of a form.
_MAIL_HEADS = frozenset({"from", "to", "cc", "subject", "von", "an", "betreff", "objet", "asunto"})
_KINDS: tuple[Kind, ...] = ("date", "money", "address", "link", "time", "percent")
_NAMES = {kind: pattern_beside(__file__, kind, r"\b", r"\b", flags=0) for kind in _KINDS}
_DUE = pattern_beside(__file__, "due", r"\b", r"\b")


def fill_by_rule(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return an item for each field that the brief labels or that only one of its facts can be; no model is asked."""
    del ask, options
    names, brief = _asked(recipe, values)
    found = _said(names, values, brief, _labels(values))
    return _result(recipe, values, names, found, _from_passages(names, _passages(values)))


def fill_with_model(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Do as `fill_by_rule`, and let the model look for what is then open.

    An answer about the brief that cannot be used leaves what is open to the next model.
    """
    (names, brief), labels = _asked(recipe, values), _labels(values)
    found = _said(names, values, brief, labels)
    # Of one text only what stands there counts, whatever is known besides.
    given = {name: value for name, value in values.items() if name != PASSAGES}

    def look_in(text: str, names: list[str]) -> dict[str, Item]:
        told = {**values, recipe.main_input: text, FIELDS: ", ".join(names)}
        written = ask(
            render_messages(recipe, told, variant=options.variant),
            max_tokens=recipe.decoding.max_tokens,
            temperature=recipe.decoding.temperature,
            json_schema=_schema(names),
            on_token=options.on_token,
        )
        return _true_ones(_parsed(written), names, Grounds(recipe, given, text), labels)

    failed: ModelAnswerError | None = None
    for piece in split_to_fit(brief, options.budget_chars):
        if missing := [name for name in (*names, *labels) if name not in found]:
            try:
                found |= look_in(piece, missing)
            except ModelAnswerError as error:
                failed = error
    passages = _passages(values)
    known = _from_passages(names, passages)
    for piece in split_to_fit("\n\n".join(passage.text for passage in passages), options.budget_chars):
        taken = {*found, *known, *_from_facts(names, values)}
        if passages and (missing := [name for name in names if name not in taken and _may_be_known(name)]):
            told = dict[str, Item]()
            with suppress(ModelAnswerError):  # what the brief gave stands, and these fields stay open
                told = look_in(piece, missing)
            for name, item in told.items():
                if passage := next((passage for passage in passages if item.quote in passage.text), None):
                    known[name] = [_Known(item.text, item.quote, passage)]
    result = _result(recipe, values, names, found, known)
    is_open = bool({*names, *labels} - {item.field for item in result.items or ()})
    return _cut_short(result, failed) if failed and is_open else result


def _cut_short(result: PlanResult, error: ModelAnswerError) -> PlanResult:
    notices = (NOT_LOOKED_FOR, *result.notices)
    return replace(result, notices=notices, skeleton=True, reason=error.message, cause=error.code)


def _asked(recipe: Recipe, values: Mapping[str, str]) -> tuple[list[str], str]:
    brief = values[recipe.main_input]
    names = field_names(values[FIELDS])
    if not (names or values.get(LABELS) or values.get(BLANKS)):
        names = [label for label, _value, _line in labelled(brief)][:MAX_FIELDS]
    return names, brief


def field_names(fields: str) -> list[str]:
    """Return the names of the input `fields`, each once, in order."""
    names = (part.strip() for part in fields.replace("\n", ",").split(","))
    return list(dict.fromkeys(name for name in names if name))[:MAX_FIELDS]


def _labels(values: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of a template's blanks, without those of boxes, and the kind that each takes, "" for any."""
    return {asked.label: asked.kind for asked in _named_blanks(values) if not asked.options}


def _named_blanks(values: Mapping[str, str]) -> list[AskedLabel]:
    return [read_label(line) for line in values.get(LABELS, "").split("\n") if line][:MAX_FIELDS]


def open_fields(fields: str, brief: str) -> list[str]:
    """Return the fields that the brief says nothing of by rule, as a person says them."""
    names = field_names(fields)
    found = _by_rule(names, brief)
    return [spoken(name) for name in names if name not in found]


def named_gaps(draft: Draft) -> list[Gap]:
    """Return the gaps of a filled form that have a name, so that a value can be given for them; a blank has none."""
    # Of a document that is filled nothing but its edits is kept.
    is_form = draft.items is not None or (draft.edits is not None and not draft.text)
    return [left for left in draft.gaps if left.place != left.question] if is_form else []


def label_of(left: Gap) -> str:
    """Return what the field of a gap is called."""
    return left.question.removesuffix("?")


def _said(names: list[str], values: Mapping[str, str], brief: str, labels: Mapping[str, str]) -> dict[str, Item]:
    """Return what the person gave for fields by their names, and what the brief says of the others."""
    given: dict[str, Item] = {}
    for line in values.get(GIVEN, "").split("\n"):
        begin = line.lower()
        meant = [name for name in names if name not in given and begin.startswith(f"{readable(name).lower()}: ")]
        # "Price: net" is the longer name of the two, where there is a "Price".
        if name := max(meant, key=len, default=""):
            value = line[len(readable(name)) + 2 :].strip()
            given[name] = Item(text=value, quote=value, field=name)
    return given | _by_rule([name for name in names if name not in given], brief, labels)


def _by_rule(names: list[str], brief: str, labels: Mapping[str, str] | None = None) -> dict[str, Item]:
    found: dict[str, Item] = {}
    labels = labels or {}
    lines, several = _said_lines(brief, [*names, *labels]), set[str]()
    for name in (*names, *labels):
        alike = {line: likeness(spoken(name), line.label) for line in lines}
        best = [line for line, score in alike.items() if score >= NEAR and score == max(alike.values())]
        best = best or [
            line for line in lines if labels.get(name) and _may_tell(line.label, spoken(name), labels[name])
        ]
        told = [(value, line) for line in best if (value := _value(name, line.value, labels, brief))]
        if len({value.casefold() for value, _line in told}) > 1:
            several.add(name)
        elif told:
            found[name] = Item(text=told[0][0], quote=told[0][1].quote, field=name)
    taken = {item.text for item in found.values()}
    return found | _by_kind([name for name in names if name not in found and name not in several], brief, taken)


def _may_tell(label: str, name: str, kind: str) -> bool:
    """Tell whether a line with this label may say the day or amount of a blank: by a part of its name, or as due."""
    return {*label.split()} <= {*name.split()} or (kind == "date" and bool(_DUE.search(label)))


def _value(name: str, value: str, labels: Mapping[str, str], brief: str) -> str:
    """Return what of a value belongs into a field or a blank, "" where it is of another kind."""
    named = _kinds_of(name) or frozenset()
    kind = labels.get(name) or next((kind for kind in named if kind in ("date", "money")), "")
    plain = plain_value(value)
    return of_kind(plain, kind, detect_language(brief), is_strict=bool(labels.get(name))) if kind else plain


def _said_lines(text: str, names: Sequence[str] = ()) -> list[Labelled]:
    """Return the labels of a text that have a value; those of a blank template have none."""
    return [line for line in labelled(text, names) if not is_open(line.value)]


def _by_kind(names: list[str], brief: str, taken: Collection[str]) -> dict[str, Item]:
    """Return the fields whose name asks for a kind of fact that the brief holds exactly one of, for no other field."""
    found: dict[str, Item] = {}
    facts = [fact for fact in extract_facts(brief).items if not any(fact.text in value for value in taken)]
    wanted = {name: kinds for name in names if (kinds := _kinds_of(name))}
    for name, kinds in wanted.items():
        alike = {fact.text for fact in facts if fact.category in kinds}
        if len(alike) == 1 and list(wanted.values()).count(kinds) == 1:
            text = alike.pop()
            found[name] = Item(text=text, quote=text, field=name)
    return found


def _kinds_of(name: str) -> frozenset[Kind] | None:
    return next((frozenset({kind}) for kind in _KINDS if _NAMES[kind].search(spoken(name))), None)


def _schema(names: list[str]) -> dict[str, object]:
    part = {
        "type": "object",
        "properties": {"value": {"type": "string"}, "quote": {"type": "string"}},
        "required": ["value", "quote"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": dict.fromkeys(names, part),
        "required": names,
        "additionalProperties": False,
    }


def _parsed(written: str) -> Mapping[str, object]:
    try:
        found = json.loads(written[written.find("{") : written.rfind("}") + 1])
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ModelAnswerError(
            "The model did not answer with the form that was asked for.", fix="Try again, or use a larger model."
        )
    return found


def _true_ones(
    found: Mapping[str, object], names: list[str], grounds: Grounds, labels: Mapping[str, str]
) -> dict[str, Item]:
    """Return the values that stand in the brief, each within its quote."""
    kept: dict[str, Item] = {}
    for name in names:
        part = found.get(name)
        value, quote = (
            (str(part.get(key, "")).strip() for key in ("value", "quote")) if isinstance(part, dict) else ("", "")
        )
        is_true = value and value in quote and grounds.stands(quote) and not is_open(value)
        if is_true and (told := _value(name, value, labels, grounds.source)):
            kept[name] = Item(text=told, quote=quote, field=name)
    return kept


def _from_facts(names: list[str], values: Mapping[str, str]) -> dict[str, tuple[Item, DraftSource]]:
    """Return the fields that bear the name of a standing fact, each with its source."""
    facts = [
        passage
        for passage in read_passages(values.get(PASSAGES, ""))
        if passage.kind == "fact" and not passage.is_guarded and not is_open(passage.text)
    ]
    found: dict[str, tuple[Item, DraftSource]] = {}
    for name in names:
        for fact in facts:
            if any(likeness(spoken(name), called.casefold()) >= NEAR for called in (fact.title, *fact.phrases)):
                said = fact.text.strip()
                source = fact.as_source(len(found) + 1, said, said)
                found.setdefault(name, (Item(text=said, quote=said, field=name), source))
    return found


class _Known(NamedTuple):
    """A value for a field, the line that it stands in, and where."""

    value: str
    quote: str
    passage: GroundPassage


def _passages(values: Mapping[str, str]) -> list[GroundPassage]:
    return [passage for passage in read_passages(values.get(PASSAGES, "")) if passage.kind != "fact"]


def _may_be_known(name: str) -> bool:
    return not (_kinds_of(name) or frozenset()) & {"date", "time"} and spoken(name) not in _MAIL_HEADS


def _from_passages(names: list[str], passages: Sequence[GroundPassage]) -> dict[str, list[_Known]]:
    """Return what lines of passages say behind the names of fields; each value once, the best passage first."""
    found: dict[str, list[_Known]] = {}
    lines = [(passage, *line) for passage in passages for line in _said_lines(passage.text)]
    for name in filter(_may_be_known, names):
        for passage, label, value, line in lines:
            # A line of several pairs is a row of a table, of which one is meant by more than its name.
            is_pair = "; " not in value and likeness(spoken(name), label) >= NEAR
            told = found.setdefault(name, []) if is_pair else []
            if is_pair and value.casefold() not in {fact.value.casefold() for fact in told}:
                told.append(_Known(value, line, passage))
    return found


def _result(
    recipe: Recipe,
    values: Mapping[str, str],
    names: list[str],
    found: Mapping[str, Item],
    known: Mapping[str, Sequence[_Known]],
) -> PlanResult:
    facts = _from_facts([name for name in names if name not in found], values)
    found = {**found, **{name: item for name, (item, _source) in facts.items()}}
    sources, gaps = [source for _item, source in facts.values()], list[Gap]()
    offered = {name: _offered(name, values[recipe.main_input], found) for name in names if name not in found}
    for name in [name for name in names if name not in found]:
        told = known.get(name, ())[:_MAX_CHOICES]
        sources += [
            fact.passage.as_source(len(sources) + at, fact.quote, fact.value) for at, fact in enumerate(told, 1)
        ]
        if len(told) == 1:
            found[name] = Item(text=told[0].value, quote=told[0].quote, field=name)
        else:
            question, choices = _question(name), tuple(fact.value for fact in told) or offered[name]
            gaps.append(Gap(place=gap(question), question=question, choices=choices))
    chosen, blanks = _in_blanks(values, values[recipe.main_input], found)
    found = {**found, **chosen}
    gaps += [Gap(place=blank, question=blank) for blank in (*blanks, *values.get(BLANKS, "").split("\n")) if blank]
    findings = check_draft(Grounds(recipe, values, values[recipe.main_input]), "")
    items = tuple(
        found[name]
        for name in dict.fromkeys((*names, *(asked.label for asked in _named_blanks(values))))
        if name in found
    )
    unsaid = [
        name for name in (*names, *_labels(values)) if not (name in found or known.get(name) or offered.get(name))
    ]
    notices = _how_to_say(unsaid, values[recipe.main_input])
    return PlanResult(items=items, gaps=tuple(gaps), findings=findings, sources=tuple(sources), notices=notices)


def _offered(name: str, brief: str, found: Mapping[str, Item]) -> tuple[str, ...]:
    """Return what the brief says behind a label that is the head of a field's longer name, and says of no other."""
    taken = {item.text for item in found.values()}
    said = (line.value for line in _said_lines(brief) if is_headed(spoken(name), line.label))
    told = dict.fromkeys(value for line in said if (value := _value(name, line, {}, brief)) and value not in taken)
    return tuple(told)[:_MAX_CHOICES]


def _in_blanks(values: Mapping[str, str], brief: str, found: Mapping[str, Item]) -> tuple[dict[str, Item], list[str]]:
    """Return what is chosen of boxes, and the blanks with a label that stay open, as a person reads them."""
    chosen, left = dict[str, Item](), list[str]()
    for label, options, _kind in _named_blanks(values):
        if options and (item := chosen_option(label, options, brief)):
            chosen[label] = item
        elif options or label not in found:
            left.append(open_blank(label, options))
    return chosen, left


def _how_to_say(names: Sequence[str], brief: str) -> tuple[str, ...]:
    """Return how the first field that a brief has no label for is said; whose label has several values needs none."""
    labels = [line.label for line in labelled(brief, names)]
    unsaid = [readable(name) for name in names if not any(likeness(spoken(name), label) >= NEAR for label in labels)]
    if not unsaid:
        return ()
    label = heading_of(unsaid[0])
    return (N_(f"Write for example “{label}: …” on a line of its own."),)


def _question(name: str) -> str:
    return f"{readable(name)}?"
