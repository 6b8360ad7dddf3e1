"""Templates are filled with text, and can do nothing else."""

import io

import pytest
from docx import Document

from core.errors import DocumentError
from integrations.documents import read_document
from integrations.documents.templates import fill_template, template_fields


def template(*paragraphs: str, header: str = "") -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def split_over_runs() -> bytes:
    document = Document()
    paragraph = document.add_paragraph("Dear ")
    for part in ("{{ customer", "_na", "me }}"):
        paragraph.add_run(part).bold = part == "_na"
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def texts(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in read_document(data).paragraphs if paragraph.text]


def test_fields_of_body_and_header_are_found() -> None:
    data = template("Dear {{ customer_name }},", "due {{ due_date }}.", header="{{ project }}")

    assert template_fields(data) == ["customer_name", "due_date", "project"]


def test_values_are_filled_in_and_what_is_missing_is_a_mark() -> None:
    data = template("Dear {{ customer_name }},", "due {{ due_date }}.", header="{{ project }}")

    filled = fill_template(data, {"customer_name": "Contoso", "project": "North"})

    assert texts(filled) == ["Dear Contoso,", "due [[due date?]].", "North"]


def test_a_field_that_word_has_split_over_runs_is_one() -> None:
    data = split_over_runs()

    assert template_fields(data) == ["customer_name"]
    assert texts(fill_template(data, {"customer_name": "Contoso"})) == ["Dear Contoso"]


def test_a_value_is_text_whatever_it_holds() -> None:
    hostile = "</w:t><w:evil/> {{ 7 * 7 }} & {% for x in y %} <b>"

    filled = fill_template(template("Dear {{ name }}"), {"name": hostile})

    assert texts(filled) == [f"Dear {hostile}"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ 9 ** 99999999 }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ config.items() }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
        "{{ name | upper }}",
        "{% include 'file' %}",
        "{% raw %}{{ name }}{% endraw %} {{ name() }}",
        "{{ name ",
        "{% if name %}",
    ],
)
def test_a_template_that_wants_more_than_fields_is_refused(text: str) -> None:
    with pytest.raises(DocumentError) as raised:
        fill_template(template(text), {"name": "x"})
    assert "{{" in raised.value.fix


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 not a zip", template("No field here.")], ids=["empty", "torn", "plain"]
)
def test_what_is_no_template_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        template_fields(data)
