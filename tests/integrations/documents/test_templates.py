"""Templates are filled with text, and can do nothing else."""

import io

import pytest
from docx import Document

from core.errors import DocumentError
from integrations.documents import read_document
from integrations.documents.templates import fill_template, read_template
from tests.integrations.documents.build import document, p, run
from tests.integrations.documents.parts import NOTE_SIGN, control, notes


def template(*paragraphs: str, header: str = "") -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def split_over_runs(*parts: str) -> bytes:
    document = Document()
    paragraph = document.add_paragraph("Dear ")
    for part in parts:
        paragraph.add_run(part).bold = part == parts[1]
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def texts(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in read_document(data).paragraphs if paragraph.text]


def test_fields_of_body_and_header_are_found() -> None:
    data = template("Dear {{ customer_name }},", "due {{ due_date }}.", header="{{ project }}")

    assert read_template(data).fields == ["customer_name", "due_date", "project"]


def test_values_are_filled_in_and_what_is_missing_is_a_mark() -> None:
    data = template("Dear {{ customer_name }},", "due {{ due_date }}.", header="{{ project }}")

    filled = fill_template(data, {"customer_name": "Contoso", "project": "North"})

    assert texts(filled) == ["Dear Contoso,", "due [[due date?]].", "North"]


def test_a_value_that_ends_with_a_dot_ends_its_sentence() -> None:
    data = template("For {{ customer }}. By [Customer].", "To {{ customer }}, …")

    assert texts(fill_template(data, {"customer": "Contoso Co.", "Customer": "St. Mary & Co."})) == [
        "For Contoso Co. By St. Mary & Co.",
        "To Contoso Co., …",
    ]


def test_a_field_that_word_has_split_over_runs_is_one() -> None:
    data = split_over_runs("{{ customer", "_na", "me }}")

    assert read_template(data).fields == ["customer_name"]
    assert texts(fill_template(data, {"customer_name": "Contoso"})) == ["Dear Contoso"]


def test_places_as_people_write_them_are_fields() -> None:
    data = template("On [Date], {{ customer_name }}.", "[Ja/Nein], by [Date]", "<Plant, city>", header="[[due date?]]")
    values = {"Date": "3 May", "Plant city": "Ulm", "due date": "4 May", "customer_name": "Contoso"}

    assert read_template(data).fields == ["Date", "Ja/Nein", "Plant city", "customer_name", "due date"]
    assert texts(fill_template(data, values)) == ["On 3 May, Contoso.", "[Ja/Nein], by 3 May", "Ulm", "4 May"]
    assert texts(fill_template(data, {})) == [
        "On [Date], [[customer name?]].", "[Ja/Nein], by [Date]", "<Plant, city>", "[[due date?]]"
    ]  # fmt: skip


def test_a_field_may_have_a_name_of_several_words() -> None:
    data = template("{{number of chairs}} chairs for {{ customer }}, {{ order-no }}.", header="{{ due date }}")

    assert read_template(data).fields == ["customer", "due date", "number of chairs", "order-no"]
    filled = fill_template(data, {"number of chairs": "12", "order-no": "4711"})
    assert texts(filled) == ["12 chairs for [[customer?]], 4711.", "[[due date?]]"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ name }} and {{ due", "The field “{{ due” of the template is not closed."),
        ("{{ name }} and {{ 2nd day! }}", "The field “{{ 2nd day! }}” of the template is no name."),
    ],
)
def test_a_field_that_cannot_be_read_is_named_with_its_fault(text: str, said: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read_template(template(text))
    assert raised.value.message == said


def test_a_place_in_doubled_brackets_is_one_place() -> None:
    data = template("On <<item>>, {{{item}}} and {{ other }}.")

    assert read_template(data).fields == ["item", "other"]
    assert texts(fill_template(data, {"item": "tents", "other": "tables"})) == ["On tents, tents and tables."]
    assert texts(fill_template(data, {})) == ["On <<item>>, {{{item}}} and [[other?]]."]


def test_a_place_that_word_has_split_over_runs_is_one() -> None:
    assert texts(fill_template(split_over_runs("[Cus", "tom", "er]"), {"Customer": "Contoso"})) == ["Dear Contoso"]


def test_a_value_in_the_form_of_a_place_is_text() -> None:
    data = template("{{ customer }} on [Date]")

    assert texts(fill_template(data, {"customer": "[Date]", "Date": "{{ customer }}"})) == ["[Date] on {{ customer }}"]


def test_brackets_that_hold_no_name_are_text() -> None:
    text = "{{ name }}: see [1], [x] and [...], a < b and c > d, <ann@contoso.example>"

    assert read_template(template(text)).fields == ["name"]
    assert texts(fill_template(template(text), {"name": "So"})) == [text.replace("{{ name }}", "So")]


def test_blanks_are_told_with_what_stands_beside_them() -> None:
    data = template("{{ name }}...", "Signature: _________   Place, date: ......", "\u2026\u2026\u2026", "snake__case")

    read = read_template(data)
    assert (read.labels, read.blanks) == (["Signature", "Place date"], ["____"])


def form() -> bytes:
    document = Document()
    document.add_paragraph("Deposit: ____ euros, phone: ____")
    document.add_paragraph("Paid \u2610 in cash \u2610 by transfer")
    table = document.add_table(2, 2)
    for row, (label, cell) in enumerate((("Guests", ""), ("Order number:", "XXXX"))):
        table.cell(row, 0).text, table.cell(row, 1).text = label, cell
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def test_blanks_cells_and_boxes_take_what_is_known_of_their_labels() -> None:
    read = read_template(form())
    boxes = "Paid \u2610 in cash \u2610 by transfer"
    assert read.labels == ["Deposit\tmoney", "phone", boxes, "Guests", "Order number"]
    assert read.blanks == []
    values = {"Deposit": "300 euros", "Paid": "by transfer", "Guests": "{{ 80 }}"}
    assert texts(fill_template(form(), values)) == [
        "Deposit: 300 euros, phone: ____", "Paid \u2610 in cash \u2612 by transfer", "Guests", "{{ 80 }}",
        "Order number:", "XXXX",
    ]  # fmt: skip


def test_a_label_that_comes_twice_names_no_blank() -> None:
    read = read_template(template("Name: ____", "Name: ____", "Rent: ____"))
    assert (read.labels, read.blanks) == (["Rent"], ["Name: ____", "Name: ____"])


def test_a_place_in_a_note_is_filled_and_one_that_cannot_be_written_is_told() -> None:
    note = document(p(run("On {{ day }}."), NOTE_SIGN), parts=notes(p(run("By [Name]."))))
    locked = document(p(run("On {{ day }}.")), p(control(run("[Name]"), '<w:lock w:val="sdtContentLocked"/>')))

    assert texts(fill_template(note, {"day": "1 May", "Name": "Ann"})) == ["On 1 May.\ufffc", "By Ann."]
    assert read_template(locked).blanks == ["[Name]"]
    assert texts(fill_template(locked, {"day": "1 May", "Name": "Ann"})) == ["On 1 May.", "[Name]"]


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
    in_note = document(p(run("{{ name }}"), NOTE_SIGN), parts=notes(p(run(text))))
    for data in (template(text), in_note):
        with pytest.raises(DocumentError) as raised:
            fill_template(data, {"name": "x"})
        assert "{{" in raised.value.fix


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 not a zip", template("No field here.")], ids=["empty", "torn", "plain"]
)
def test_what_is_no_template_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_template(data)


def test_a_blank_behind_a_place_has_its_own_label() -> None:
    data = template("Contact: [Name] Note: ____", "With [Name] we agree to pay: ____")
    read = read_template(data)
    assert (read.labels, read.blanks) == (["Note"], ["With [Name] we agree to pay: ____"])
    assert texts(fill_template(data, {"Name": "Ann", "Note": "[Name] calls"})) == [
        "Contact: Ann Note: [Name] calls", "With Ann we agree to pay: ____",
    ]  # fmt: skip


def test_a_blank_that_cannot_be_written_has_no_label_to_be_filled_by() -> None:
    locked = '<w:lock w:val="sdtContentLocked"/>'
    data = document(p(run("Rent: ____")), p(run("Deposit: "), control(run("____"), locked)))
    read = read_template(data)
    assert (read.labels, read.blanks) == (["Rent"], ["Deposit: ____"])
    assert texts(fill_template(data, {"Rent": "80 euros"})) == ["Rent: 80 euros", "Deposit: ____"]


def test_a_value_may_look_like_the_label_of_a_blank() -> None:
    data = template("For [Customer]", "Deposit: ____")
    filled = fill_template(data, {"Customer": "Deposit: ____", "Deposit": "300 euros"})
    assert texts(filled) == ["For Deposit: ____", "Deposit: 300 euros"]


def test_a_list_that_nobody_chose_from_is_told() -> None:
    chosen = control(run("Choose an item."), "<w:showingPlcHdr/><w:dropDownList/>")
    assert read_template(document(p(run("Type: "), chosen))).blanks == ["Type: ____"]


def test_what_the_template_says_beside_a_place_is_not_said_twice() -> None:
    data = template("Paid within {{ payment_term }} days.", "Term: {{ payment_term }}", "Within [Payment term] net.")
    values = {"payment_term": "within 30 days", "Payment term": "within {{ 30 }} days"}
    assert texts(fill_template(data, values)) == [
        "Paid within 30 days.",
        "Term: within 30 days",
        "Within {{ 30 }} days net.",
    ]


def test_a_field_of_the_template_is_its_own_whatever_its_name() -> None:
    own = template("[Client] pays {{ inlaid_place_0 }}, {{ inlaid_fitted_0 }}. Within [Payment term] net.")
    values = {
        "Client": "Ann",
        "Payment term": "within 30 days",
        "inlaid_place_0": "400 euros",
        "inlaid_fitted_0": "now",
    }
    assert texts(fill_template(own, values)) == ["Ann pays 400 euros, now. Within 30 days net."]
