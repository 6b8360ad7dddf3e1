"""Templates: Word documents with fields such as `{{ customer_name }}`, filled with text and nothing else.

docxtpl does the filling (https://docxtpl.readthedocs.io). A template is somebody's file: only plain fields are taken,
so that it can compute, loop and call nothing, and values are escaped, so that they stay text.
"""

import functools
import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import DocumentError
from integrations.documents.reading import read_document

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import Environment

MAX_FIELDS = 200
_STORIES = ("word/header", "word/footer")


def template_fields(data: bytes) -> list[str]:
    """Return the names of the fields, in alphabetical order.

    Raises:
        DocumentError: it is refused, holds more than fields, or holds none.
    """
    template = _open(data)
    names: set[str] = set()
    for xml in _stories(template, data):
        names |= _plain_fields(template.patch_xml(xml))
    if not names:
        raise DocumentError("The template has no fields.", fix="Write fields such as {{ customer_name }} into it.")
    if len(names) > MAX_FIELDS:
        raise DocumentError(f"The template has more than {MAX_FIELDS} fields.", fix="Split it.")
    return sorted(names)


def fill_template(data: bytes, values: Mapping[str, str]) -> bytes:
    """Return the document with the fields filled; a field without a value becomes a mark for the person.

    Raises:
        DocumentError: as `template_fields`.
    """
    named = {name: values.get(name) or f"[[{name.replace('_', ' ')}?]]" for name in template_fields(data)}
    template = _open(data)
    template.render(named, _environment(), autoescape=True)
    target = io.BytesIO()
    template.save(target)
    return target.getvalue()


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
    """Return the XML of the body and of all headers and footers."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        others = [name for name in package.namelist() if name.startswith(_STORIES) and name.endswith(".xml")]
        return [template.get_xml(), *(package.read(name).decode("utf-8", "replace") for name in others)]


def _plain_fields(xml: str) -> set[str]:
    from jinja2 import TemplateSyntaxError, nodes

    try:
        tree: Any = _environment().parse(xml)
    except TemplateSyntaxError as error:
        raise DocumentError("A field of the template is not closed.", fix="Write {{ name }}.") from error
    allowed = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, allowed):
            raise DocumentError(
                "The template holds more than plain fields.", fix="Use only fields such as {{ customer_name }}."
            )
    return {node.name for node in tree.find_all(nodes.Name)}


@functools.cache
def _environment() -> "Environment":
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(autoescape=True)
