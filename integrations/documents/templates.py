"""Templates: Word documents with fields such as `{{ customer_name }}`, filled with text and nothing else.

docxtpl does the filling (https://docxtpl.readthedocs.io). A template is somebody's file: only plain fields are taken,
so that it can compute, loop and call nothing, and values are escaped, so that they stay text. Places as people write
them, `[Customer name]` and `<Date>`, are made fields first, and so are blanks whose label has a value, `Deposit: ____`.
"""

import functools
import io
import re
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.errors import DocumentError
from core.text.catalogues import N_
from core.writing.blanks import Blank, Blanks, Cell, find_blanks, open_blank, read_label, with_values
from core.writing.places import bracketed, fitting, in_words, name_of, without_double_dots
from core.writing.places import places as all_places
from integrations.documents.editing.accept_reject import resolve_revisions
from integrations.documents.editing.apply import apply_edits
from integrations.documents.model import DocumentEdit, ViewParagraph
from integrations.documents.reading import read_document, row_of

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import Environment

MAX_FIELDS = 200
# What docxtpl fills beside the body; and what of it has paragraphs to write into.
_STORIES = ("word/header", "word/footer", "word/footnotes", "docProps/core")
_FILLED_STORIES = ("body", "textboxes", "header", "footer", "footnotes")
_AUTHOR = "inlaid_place_"
_PLAIN = N_("Use only fields such as {{ customer_name }}.")
_MAX_SHOWN_CHARS = 40


@dataclass(frozen=True)
class Template:
    """What is to be filled in: fields by name, in alphabetical order, labels of blanks, and blanks without a label."""

    fields: list[str]
    labels: list[str]
    blanks: list[str]


class _NewFields:
    """Fields that a template is given, under names that it cannot have itself.

    Attributes:
        places: the place or label that each stands for.
        fitted: the values of those that leave out what the template says beside their place.
    """

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.fitted: dict[str, str] = {}
        self._by_place: dict[str, str] = {}
        self._prefix = f"inlaid_{secrets.token_hex(8)}"

    def for_place(self, place: str) -> str:
        """Return the field of a place, as it is written."""
        field = self._by_place.setdefault(place, f"{self._prefix}_place_{len(self.places)}")
        self.places[field] = place
        return f"{{{{ {field} }}}}"

    def for_value(self, value: str) -> str:
        """Return a field of its own for a value, as it is written."""
        field = f"{self._prefix}_fitted_{len(self.fitted)}"
        self.fitted[field] = value
        return f"{{{{ {field} }}}}"


@dataclass(frozen=True)
class _Fielded:
    """A template all of whose places are fields, these, and what cannot be written."""

    data: bytes
    fields: _NewFields
    unwritable: list[str]


def read_template(data: bytes) -> Template:
    """Return what is to be filled in.

    Raises:
        DocumentError: it is refused, holds more than fields, or holds none.
    """
    blanks = _blanks_of(data)
    fielded = _with_places_as_fields(data, blanks, {})
    fields = sorted({_called(field, fielded.fields.places) for field in _fields_of(fielded.data)})
    if len(fields) > MAX_FIELDS:
        raise DocumentError(f"The template has more than {MAX_FIELDS} fields.", fix="Split it.")
    if not (fields or blanks.names or blanks.others):
        fix = "Write fields such as {{ customer_name }} or [Customer name] into it."
        raise DocumentError("The template has no fields.", fix=fix)
    return Template(fields, blanks.names, [*fielded.unwritable, *blanks.others])


def fill_template(data: bytes, values: Mapping[str, str]) -> bytes:
    """Return the document with the fields filled; a field without a value becomes a mark, places stay.

    Raises:
        DocumentError: as `read_template`.
    """
    fielded = _with_places_as_fields(data, _blanks_of(data), values)
    places = fielded.fields.places
    named = {
        field: fielded.fields.fitted.get(field)
        or values.get(places.get(field, ""))
        or values.get(_called(field, places))
        or _left_open(field, places)
        for field in _fields_of(fielded.data)
    }
    template = _open(fielded.data)
    template.render(named, _environment(), autoescape=True)
    target = io.BytesIO()
    template.save(target)
    return target.getvalue()


def _fields_of(data: bytes) -> set[str]:
    template = _open(data)
    names: set[str] = set()
    for xml in _stories(template, data):
        names |= _plain_fields(template.patch_xml(xml))
    return names


def _with_places_as_fields(data: bytes, blanks: Blanks, values: Mapping[str, str]) -> _Fielded:
    """Return the template with its places and the blanks that have a value as fields; boxes are ticked."""
    fields = _NewFields()
    paragraphs = zip(_writable(data), blanks.labelled, strict=True)
    edits = [edit for paragraph, own in paragraphs if (edit := _as_fields(paragraph, own, values, fields))]
    if not edits:
        return _Fielded(data, fields, [])
    result = apply_edits(data, [edit for edit, _places in edits], author=_AUTHOR, date=datetime.now(UTC))
    told = zip(edits, result.results, strict=True)
    unwritable = [place for (_edit, places), row in told if row.status != "applied" for place in places]
    made = resolve_revisions(result.data, accept=True, author=_AUTHOR) if result.data else data
    return _Fielded(made, fields, unwritable)


def _as_fields(
    paragraph: ViewParagraph, blanks: Sequence[Blank], values: Mapping[str, str], fields: _NewFields
) -> tuple[DocumentEdit, list[str]] | None:
    """Return the edit that makes `fields` of a paragraph's places, and these places."""
    places = list(dict.fromkeys((*in_words(paragraph.text), *bracketed(paragraph.text))))
    known = {place: values.get(name_of(place), "") for place in all_places(paragraph.text)}

    def field_of(name: str, said: str) -> str:
        return fields.for_place(name) if said == values[name] else fields.for_value(said)

    text = without_double_dots(with_values(paragraph.text, blanks, values, field_of), known)
    for place, value in known.items():
        text = _with_fitted(text, place, value, fields) if value else text
    for place in places:
        text = text.replace(place, fields.for_place(place))
    is_same = text == paragraph.text
    return None if is_same else (DocumentEdit(id=paragraph.id, hash=paragraph.hash, text=text), places)


def _with_fitted(text: str, place: str, value: str, fields: _NewFields) -> str:
    """Put a field of its own wherever the template says a part of a place's value itself."""

    def field_of(found: re.Match[str]) -> str:
        said = fitting(value, text[: found.start()], text[found.end() :])
        return found[0] if said == value else fields.for_value(said)

    return re.sub(re.escape(place), field_of, text)


def _called(field: str, places: Mapping[str, str]) -> str:
    """Return the name of a field, without the commas that part names."""
    place = places.get(field)
    return name_of(place) if place else field


def _left_open(field: str, places: Mapping[str, str]) -> str:
    """Return what stands for a field without a value: a mark, or the place as it was written."""
    place = places.get(field, "")
    if place and place not in in_words(place):
        return place
    return f"[[{_called(field, places).replace('_', ' ')}?]]"


def _writable(data: bytes) -> list[ViewParagraph]:
    return [paragraph for paragraph in read_document(data).paragraphs if paragraph.story.startswith(_FILLED_STORIES)]


def _blanks_of(data: bytes) -> Blanks:
    """Return the blanks of the paragraphs that can be written into; one that cannot be written has no label."""
    paragraphs = _writable(data)
    cells = [Cell(shown.text, row_of(shown), shown.table.column if shown.table else 0) for shown in paragraphs]
    labelled, others = find_blanks(cells)
    tried = [at for at, own in enumerate(labelled) if own]
    edits = [_trial(paragraphs[at], labelled[at]) for at in tried]
    rows = apply_edits(data, edits, author=_AUTHOR, date=datetime.now(UTC)).results if edits else ()
    refused = {at for at, row in zip(tried, rows, strict=True) if row.status != "applied"}
    names = map(read_label, Blanks([labelled[at] for at in sorted(refused)], []).names)
    told = [open_blank(asked.label, asked.options) for asked in names]
    return Blanks([[] if at in refused else own for at, own in enumerate(labelled)], [*others, *told])


def _trial(paragraph: ViewParagraph, blanks: Sequence[Blank]) -> DocumentEdit:
    """Return the edit that would write something into each blank of a paragraph."""
    values = {blank.name: blank.options[0][0] if blank.options else blank.name for blank in blanks}
    return DocumentEdit(id=paragraph.id, hash=paragraph.hash, text=with_values(paragraph.text, blanks, values))


def _open(data: bytes) -> "DocxTemplate":
    from docxtpl import DocxTemplate

    read_document(data)  # everything that makes a file dangerous is refused there
    template = DocxTemplate(io.BytesIO(data))
    try:
        template.init_docx()
    except Exception as error:  # python-docx raises many kinds for what the format forbids
        raise DocumentError("The template cannot be opened.", fix="Save it again in Word as .docx.") from error
    return template


def _stories(template: "DocxTemplate", data: bytes) -> list[str]:
    """Return the XML of the body and of all else that is filled."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        others = [name for name in package.namelist() if name.startswith(_STORIES) and name.endswith(".xml")]
        return [template.get_xml(), *(package.read(name).decode("utf-8", "replace") for name in others)]


def _plain_fields(xml: str) -> set[str]:
    from jinja2 import TemplateSyntaxError, nodes

    try:
        tree: Any = _environment().parse(xml)
    except TemplateSyntaxError as error:
        raise _unreadable(xml) from error
    allowed = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, allowed):
            raise DocumentError("The template holds more than plain fields.", fix=_PLAIN)
    return {node.name for node in tree.find_all(nodes.Name)}


def _unreadable(xml: str) -> DocumentError:
    """Return the error that names the first field which cannot be read, and its fault."""
    from jinja2 import TemplateSyntaxError

    for part in xml.split("{{")[1:]:
        name, end, _behind = part.partition("}}")
        if not end or "<" in name:
            field = "{{ " + name.partition("<")[0].strip()[:_MAX_SHOWN_CHARS]
            return DocumentError(f"The field “{field}” of the template is not closed.", fix="Write {{ name }}.")
        try:
            _environment().parse("{{" + name + "}}")
        except TemplateSyntaxError:
            field = "{{ " + name.strip()[:_MAX_SHOWN_CHARS] + " }}"
            return DocumentError(f"The field “{field}” of the template is no name.", fix=_PLAIN)
    return DocumentError("The template holds more than plain fields.", fix=_PLAIN)


@functools.cache
def _environment() -> "Environment":
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(autoescape=True)
