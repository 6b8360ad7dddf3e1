"""The language that a paragraph is marked with: by its runs, its style or its document."""

import pytest

from integrations.documents import read_document
from integrations.documents.reading import editable_paragraphs
from tests.integrations.documents.build import NAMESPACES, document, p, run

GERMAN, FRENCH = '<w:lang w:val="de-DE"/>', '<w:lang w:val="fr-CA" w:eastAsia="ja-JP"/>'
STYLES = (
    f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{GERMAN}</w:rPr></w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/>'
    f"<w:rPr>{FRENCH}</w:rPr></w:style>"
    '<w:style w:type="paragraph" w:styleId="Citation"><w:name w:val="More"/><w:basedOn w:val="Zitat"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Beschriftung"><w:name w:val="caption"/></w:style>'
    "</w:styles>"
)


def styled(style: str) -> str:
    return f'<w:pStyle w:val="{style}"/>'


@pytest.mark.parametrize(
    ("paragraph", "language"),
    [
        (p(run("Guten Tag")), "de"),
        (p(run("Bonjour"), properties=styled("Zitat")), "fr"),
        (p(run("Bonjour"), properties=styled("Citation")), "fr"),
        (p(run("Good morning", '<w:lang w:val="en-GB"/>')), "en"),
        (p(run("Good morning to all", '<w:lang w:val="en_GB"/>'), run(" Tag")), "en"),
        (p(run("Hi", '<w:lang w:val="en-GB"/>'), run(" und guten Tag")), "de"),
        (p(run("Tag", '<w:lang w:eastAsia="ja-JP"/>')), "de"),
        (p(), "de"),
    ],
)
def test_the_language_of_a_paragraph(paragraph: str, language: str) -> None:
    [read] = read_document(document(paragraph, styles=STYLES)).paragraphs
    assert read.language == language


def test_a_document_without_marks_has_none() -> None:
    [read] = read_document(document(p(run("Guten Tag")))).paragraphs
    assert read.language == ""


def test_a_recipe_is_told_what_is_no_text() -> None:
    cell = f"<w:tbl><w:tr><w:tc>{p(run('48,000'))}</w:tc></w:tr></w:tbl>"
    data = document(p(run("Vertrag"), properties=styled("Titel")) + p(run("Bild 1"), properties=styled("Beschriftung"))
                + cell + p(run("Guten Tag.")), styles=STYLES)  # fmt: skip
    told = {
        paragraph["text"]: (paragraph["heading_level"], paragraph["is_label"], paragraph["language"])
        for paragraph in editable_paragraphs(data)
    }
    assert told["Vertrag"] == (1, False, "de")
    assert told["Bild 1"] == (0, True, "de")
    assert told["48,000"] == (0, True, "de")
    assert told["Guten Tag."] == (0, False, "de")
