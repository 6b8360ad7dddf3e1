"""The open document as a template: each place whose value is known gets it, as a change that the person decides about.

The text that says the values is an input; the document takes no input's place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.drafts import Draft, Edit, JsonObject
from core.recipes.model import Recipe
from core.text.catalogues import N_
from core.writing.blanks import Blank, Cell, blanks_at, find_blanks, with_values
from core.writing.document_paragraphs import Paragraph
from core.writing.grounded.fill import BLANKS, FIELDS, LABELS
from core.writing.places import name_of, places
from core.writing.route_runner import RouteRunner, write_text

NO_PLACES = N_("The document has no place to fill in, such as {{ customer }}, [Customer name] or <Date>.")


def with_places(recipe: Recipe, inputs: Mapping[str, Any]) -> JsonObject:
    """Return the inputs with the names of a document's places, where the recipe fills these in."""
    given = dict(inputs)
    if recipe.fills and given.get("paragraphs"):
        paragraphs = [Paragraph(**paragraph) for paragraph in given["paragraphs"]]
        names = dict.fromkeys(name_of(place) for paragraph in paragraphs for place in places(paragraph.text))
        blanks = find_blanks(cells_of(paragraphs))
        given |= {FIELDS: ", ".join(names), LABELS: "\n".join(blanks.names), BLANKS: "\n".join(blanks.others)}
    return given


def cells_of(paragraphs: Sequence[Paragraph]) -> list[Cell]:
    """Return the paragraphs of a document as what may hold a blank."""
    return [Cell(paragraph.text, paragraph.row, paragraph.column) for paragraph in paragraphs]


def fill_document(
    recipe: Recipe, inputs: Mapping[str, Any], paragraphs: Sequence[Paragraph], model: RouteRunner
) -> Draft:
    """Return the draft with an edit for each paragraph that gets a value; other places and blanks are its gaps."""
    if not any(inputs.get(name) for name in (FIELDS, LABELS, BLANKS)):
        return Draft(recipe=recipe.name, edits=(), notices=(NO_PLACES,))
    draft = write_text(recipe, inputs, model)
    values = {item.field: item.text for item in draft.items or ()}
    blanks = find_blanks(cells_of(paragraphs)).labelled
    edits = [
        edit for paragraph, own in zip(paragraphs, blanks, strict=True) if (edit := _filled(paragraph, own, values))
    ]
    return draft.model_copy(update={"edits": tuple(edits), "items": None})


def _filled(paragraph: Paragraph, blanks: Sequence[Blank], values: Mapping[str, str]) -> Edit | None:
    # All at once, since a value may look like a place itself.
    text = with_values(paragraph.text, blanks_at(paragraph.text, places(paragraph.text), blanks), values)
    return None if text == paragraph.text else paragraph.with_text(text)
