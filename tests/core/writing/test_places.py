"""Which places of a template are found, and what they ask for."""

import pytest

from core.writing.places import name_of, places, short_blank


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
