"""Which places of a template are found, and what they ask for."""

import pytest

from core.writing.places import fitting, name_of, places, short_blank


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear {{customer}}, {{ customer }}", ["{{customer}}", "{{ customer }}"]),
        ("[Name], <Date> and [[due date?]]", ["[[due date?]]", "[Name]", "<Date>"]),
        ("[x] ticked, as said in [1], write to <ann@example.com>, a < b", []),
        ("<<item>> or <item>, {{{ day }}} and {{day}}", ["<<item>>", "{{{ day }}}", "{{day}}", "<item>"]),
        ("a << 3 and b >> 4", []),
        ("Dear «Title» «Mandant», your «last offer»", ["«Title»", "«Mandant»"]),
        ("Due on «Due_date», to «Street2»", ["«Due_date»", "«Street2»"]),
        ("en adelante «Contratista», es decir, el «Contratista»", []),
        ("la casa «Miramar»", []),
        ("from «Start date» to <End date>", ["<End date>", "«Start date»"]),
        ("by <Customer>, «Best offer»", ["<Customer>"]),
        ("«Casa» y «Miramar» de [Nombre]", ["[Nombre]"]),
        ("«Casa» y «Miramar» de {{ nombre }}", ["{{ nombre }}"]),
        ("{{ open", []),
        ("{{ " + "x" * 61 + " }}", []),
    ],
)
def test_what_stands_for_a_value_is_a_place(text: str, found: list[str]) -> None:
    assert places(text) == found


def test_a_name_is_without_its_marks_and_commas() -> None:
    assert [name_of(place) for place in ("{{ customer }}", "[[due date?]]", "[City, street]")] == [
        "customer",
        "due date",
        "City street",
    ]


@pytest.mark.parametrize(
    ("value", "before", "behind", "fits"),
    [
        ("within 30 days", "paid within ", ".", "30 days"),
        ("within 30 days", "Within ", ", the Buyer pays.", "30 days"),
        ("Within 30 days", "paid within ", ".", "30 days"),
        ("innerhalb von 30 Tagen", "zahlbar innerhalb von ", " ab Lieferung", "30 Tagen"),
        ("30 days net", "paid within ", " days net.", "30"),
        ("within 30 days", "within ", " days of delivery", "30"),
        ("within 30 days", "payable ", " of delivery", "within 30 days"),
        ("within", "paid within ", ".", "within"),
        ("Client Services Ltd", "the Client ", ", ", "Client Services Ltd"),
        ("3 days", "section 3 ", "", "3 days"),
        ("by hand", "stand-by", "", "by hand"),
        ("until further notice", "valid until ", ".", "further notice"),
        # Names keep their small words, and words what goes with them.
        ("von der Leyen", "Unterschrift von ", ":", "von der Leyen"),
        ("de la Cruz", "contrato de ", "", "de la Cruz"),
        ("la Poste", "à la ", "", "la Poste"),
        ("day and night", "", " night.", "day and night"),
        ("work to rule", "They work ", "", "work to rule"),
        ("", "paid within ", "", ""),
    ],
)
def test_a_value_leaves_out_what_its_template_says_beside_the_place(
    value: str, before: str, behind: str, fits: str
) -> None:
    assert fitting(value, before, behind) == fits


def test_a_line_to_write_on_is_a_short_blank() -> None:
    assert short_blank("Signature: ______________") == "Signature: ____"
    assert short_blank("Nothing. To fill in... no") == ""


def test_crosses_alone_are_a_blank_with_the_words_before_it() -> None:
    assert short_blank("Total: XXXX euros, by XX.XX.XXXX.") == "Total: XXXX euros, by XX.XX.XXXX."
    assert [short_blank(text) for text in ("Size XXXL", "Chapter XX", "xxx", "XXXVIII")] == [""] * 4


def test_a_blank_far_back_is_told_with_the_words_before_it() -> None:
    assert short_blank("word " * 60 + "to be paid into the account XXXX.") == "\u2026 to be paid into the account XXXX."
    assert (
        short_blank("word " * 60 + "signed by the landlord at: ____") == "\u2026 word signed by the landlord at: ____"
    )
