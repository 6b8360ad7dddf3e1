"""Lists: JSON forced by a schema, each entry resting on a quote that stands in the source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.drafts import Finding, Item
from core.errors import AnswerCut, ModelAnswerError
from core.recipes.model import Recipe
from core.recipes.render import render_messages
from core.text.catalogues import N_
from core.text.forms import WORD
from core.text.lexicon import lexicon
from core.writing.checks import Grounds, check_draft
from core.writing.checks.doers import find_wrong_doer
from core.writing.checks.fidelity import find_invented_facts
from core.writing.checks.house_style import find_avoided_terms
from core.writing.checks.residue import find_prompt_words
from core.writing.fitting import main_budget_chars, split_to_fit
from core.writing.model_lane.cleaning import CHECK as CUT_CHECK
from core.writing.model_lane.cleaning import entries_of, whole_entries, words_in
from core.writing.model_lane.verifier import remarks, verified
from core.writing.result import Ask, PlanOptions, PlanResult

# A text whose list does not fit one answer is read in halves, and these again.
_MAX_HALVINGS = 3
_MIN_PIECE_CHARS = 1000
_KINDS = frozenset({"risk", "opportunity", "idea", "complaint", "commitment", "deadline"})
_SEVERITIES = ("low", "medium", "high")
_MAX_REASON_CHARS = 200
_MAX_KIND_CHARS = 40
_FORMS: Mapping[str, Mapping[str, object]] = {
    "kind": {"type": "string", "maxLength": _MAX_KIND_CHARS},
    "severity": {"type": "string", "enum": [*_SEVERITIES]},
    "severity_why": {"type": "string", "maxLength": _MAX_REASON_CHARS},
}


def items_schema(recipe: Recipe) -> dict[str, object]:
    """Return the form of the list that a recipe asks for: entries with its fields, texts but for the severity."""
    fields = list(recipe.output.fields)
    entry = {
        "type": "object",
        "properties": {name: _FORMS.get(name, {"type": "string"}) for name in fields},
        "required": fields,
        "additionalProperties": False,
    }
    entries = {"items": {"type": "array", "items": entry}}
    return {"type": "object", "properties": entries, "required": ["items"], "additionalProperties": False}


@dataclass
class _Found:
    """The entries so far."""

    items: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    dropped: int = 0
    cut: int = 0


def list_items(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions) -> PlanResult:
    """Ask for the list, in parts when the input is long; entries without a true quote are dropped and counted.

    Raises:
        ModelAnswerError: a part was answered with something else than a list.
    """
    found = _Found()
    budget = main_budget_chars(recipe, values, options.budget_chars)
    for piece in split_to_fit(values[recipe.main_input], budget):
        _read(recipe, {**values, recipe.main_input: piece}, ask, options, found)
    grounds = Grounds(recipe, values, values[recipe.main_input])
    items = _by_group(found.items)
    told = [*check_draft(grounds, ""), *found.findings, *_counts(found)]
    notices: tuple[str, ...] = ()
    if options.verify and items:
        meaning = verified(grounds, "\n".join(map(_line, items)), options.verify)
        told, notices = [*told, *meaning.findings], meaning.notices
    return PlanResult(items=tuple(items), findings=remarks(told), notices=notices)


def _by_group(items: Sequence[Item]) -> list[Item]:
    """Return the entries of each group together, under its first spelling, in the order in which the groups begin.

    Those without a group stand first: behind a group they would be read as its own.
    """
    names: dict[str, str] = {"": ""}
    for item in items:
        names.setdefault(item.group.casefold(), item.group)
    order = {name: at for at, name in enumerate(names.values())}
    named = (item.model_copy(update={"group": names[item.group.casefold()]}) for item in items)
    return sorted(named, key=lambda item: order[item.group])


def _read(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions, found: _Found, halvings: int = 0
) -> None:
    """Add the entries of one piece of the text."""
    piece, decoding = values[recipe.main_input], recipe.decoding
    try:
        written = ask(
            render_messages(recipe, values, variant=options.variant, turns=options.turns),
            max_tokens=decoding.max_tokens,
            temperature=decoding.temperature,
            stop=decoding.stop,
            json_schema=items_schema(recipe),
            on_token=options.on_token,
        )
        entries = read_entries(written)
    except AnswerCut as error:
        if halvings < _MAX_HALVINGS and len(piece) > _MIN_PIECE_CHARS:
            for half in split_to_fit(piece, len(piece) // 2 + 1):
                _read(recipe, {**values, recipe.main_input: half}, ask, options, found, halvings + 1)
            return
        entries = whole_entries(error.text, "items")
        found.cut += 1
    grounds = Grounds(recipe, values, piece)
    for entry in entries:
        item = _item(entry, grounds)
        if item is None:
            found.dropped += 1
        elif item.text not in {item.text for item in found.items}:
            found.items.append(item)
            found.findings += [*unknown_details(item, grounds), *find_wrong_doer(grounds, item)]
            found.findings += [*find_invented_facts(grounds, item.text), *find_avoided_terms(grounds, item.text)]


def read_entries(written: str) -> list[Any]:
    """Return the entries of a JSON answer; of one that is broken those that are whole.

    Raises:
        ModelAnswerError: it is not the list that was asked for.
    """
    entries = entries_of(written, "items")
    if entries is None:
        message = "The model did not answer with the list that was asked for."
        raise ModelAnswerError(message, fix="Try again, or use another model.")
    return entries


def _item(entry: Any, grounds: Grounds) -> Item | None:
    """Return an entry with the source's own words as its quote, None when it has none there."""
    if not isinstance(entry, dict):
        return None
    given = {name: str(entry.get(name) or "").strip() for name in Item.model_fields if entry.get(name)}
    quote = words_in(given.get("quote", ""), grounds.source)
    if not given.get("text") or not quote or not grounds.stands(quote):
        return None
    if any(find_prompt_words(grounds, given["text"])):
        return None
    told = {**given, **_judgement(given, grounds), "group": _group(given, grounds), "quote": quote}
    return Item.model_validate(told)


def _group(given: Mapping[str, str], grounds: Grounds) -> str:
    """Return the heading of an entry: its group, or what its kind is called in the language of the text."""
    known, kind = lexicon(grounds.language), given.get("kind", "").casefold()
    return given.get("group", "") or (known.wording(f"signals.{kind}_name") if kind in _KINDS else "")


def _judgement(given: Mapping[str, str], grounds: Grounds) -> dict[str, str]:
    """Return the severity with its reason; neither where one is missing, or the reason tells what the text does not."""
    why = " ".join(given.get("severity_why", "").split())
    level = given.get("severity", "").casefold()
    is_sound = (
        level in _SEVERITIES and why and len(why) <= _MAX_REASON_CHARS and not any(find_prompt_words(grounds, why))
    )
    if not is_sound or grounds.facts_of(why).missing_from(grounds.facts):
        return {"severity": "", "severity_why": ""}
    return {"severity": level, "severity_why": why}


def unknown_details(item: Item, grounds: Grounds) -> Iterator[Finding]:
    """Yield a remark for a person whom the text does not name, and for a date that it does not hold."""
    # "Each member" names nobody; a script without capitals shows no difference.
    is_name = any(word[0].isupper() for word in item.who.split()) or item.who.lower() == item.who.upper()
    known, who = _words(grounds.everything), _words(item.who if is_name else "")
    is_unknown = {
        "person": bool(who) and not who & known,
        "date": bool(grounds.facts_of(item.due).missing_from(grounds.facts)),
    }
    for kind, said in ((N_("person"), item.who), (N_("date"), item.due)):
        if is_unknown[kind]:
            sentence = f"“{item.text}”: the {kind} “{said}” does not stand in the text."
            yield Finding(check="items", severity="warn", place=said, sentence=sentence)


def _words(text: str) -> set[str]:
    return {match[0].casefold() for match in WORD.finditer(text)}


def _counts(found: _Found) -> Iterator[Finding]:
    if found.dropped:
        sentence = N_(f"Left out because their quote does not stand in the source: {found.dropped}.")
        yield Finding(check="quotes", severity="warn", sentence=sentence)
    if found.cut:
        sentence = N_("The model's answer was cut; there may be more entries.")
        yield Finding(check=CUT_CHECK, severity="warn", sentence=sentence)


def _line(item: Item) -> str:
    details = ", ".join(part for part in (item.who, item.due) if part)
    return f"- {item.text}" + (f" ({details})" if details else "")
