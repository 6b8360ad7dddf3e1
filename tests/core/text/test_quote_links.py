"""Links open web pages at a quote by a text fragment, and no other link is touched."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.quote_links import DIRECTIVE, link_to_quote, without_quote

PAGE = "https://intranet.example/handbook"
QUOTE = "Each employee has 28 days of paid leave."


@pytest.mark.parametrize(
    ("link", "opened"),
    [
        (PAGE, f"{PAGE}#:~:text=Each%20employee%20has%2028%20days%20of%20paid%20leave."),
        (f"{PAGE}#leave", f"{PAGE}#leave:~:text=Each%20employee%20has%2028%20days%20of%20paid%20leave."),
        ("https://x.example/v1.2/a.html?q=1", "https://x.example/v1.2/a.html?q=1#:~:text=Each%20employee%20has%2028"
         "%20days%20of%20paid%20leave."),
    ],
)  # fmt: skip
def test_a_page_opens_at_the_quote(link: str, opened: str) -> None:
    assert link_to_quote(link, QUOTE) == opened
    assert without_quote(opened) == link


@pytest.mark.parametrize(
    "link",
    [
        "",
        "file:///srv/handbook.html",
        "https://acme.slack.com/archives/C1/p1700000000000100",
        "https://acme.sharepoint.com/sites/hr/leave.aspx",
        "https://outlook.office365.com/owa/?ItemID=1",
        "https://x.example/handbook.pdf",
        "https://x.example/handbook.pdf#page=3",
        "https://x.example/get?id=4#page=3",
        "https://x.example/plan.docx",
        "https://[broken/",
    ],
)
def test_what_shows_no_text_to_a_browser_stays_as_it_is(link: str) -> None:
    assert link_to_quote(link, QUOTE) == link == without_quote(link)


@pytest.mark.parametrize(
    ("quote", "around", "directive"),
    [
        # What parts the arguments of a directive is encoded.
        ("Yes, well-known & tried out.", "", "Yes%2C%20well%2Dknown%20%26%20tried%20out."),
        ("Über 20 Tage zählen.", "", "%C3%9Cber%2020%20Tage%20z%C3%A4hlen."),
        # Few words, or some that come twice, are told by those beside them.
        ("A-12", "Bob sits at desk A-12 on the left.", "sits%20at%20desk-,A%2D12,-on%20the%20left."),
        (
            "The fee is 12.",
            "Basic: The fee is 12. Team too: The fee is 12.",
            "Basic%3A-,The%20fee%20is%2012.,-Team%20too%3A%20The",
        ),
        ("The fee is 12.", "Basic. The fee is 12. Team next.", "The%20fee%20is%2012."),
        # A part of a word is no context.
        ("book", "A handbook's cover.", "book"),
        # Marks of a list are ours.
        ("- Bring your own mug.", "Rules:\n- Bring your own mug.\n- Be kind.", "Bring%20your%20own%20mug."),
        # What goes over blocks is named by its beginning and its end.
        (
            "First you write to the team lead. Then HR signs.",
            "First you write to the team lead.\n\nThen HR signs.",
            "First%20you%20write%20to%20the,Then%20HR%20signs.",
        ),
        ("Fee: 12 euros", "Fee: 12 euros", "Fee%3A%2012%20euros&text=Fee,12%20euros"),
    ],
)
def test_a_quote_is_named_by_its_words(quote: str, around: str, directive: str) -> None:
    assert link_to_quote(PAGE, quote, around) == f"{PAGE}#{DIRECTIVE}text={directive}"


def test_a_long_quote_is_named_by_its_beginning_and_end() -> None:
    quote = f"Once upon a time there {'was a long sentence, ' * 20}and it came to an end."
    assert link_to_quote(PAGE, quote) == (f"{PAGE}#:~:text=Once%20upon%20a%20time%20there,it%20came%20to%20an%20end.")


def test_a_link_stays_short_whatever_the_script() -> None:
    quote = "Каждому сотруднику полагается двадцать восемь дней оплачиваемого отпуска в год."
    assert len(link_to_quote(PAGE, quote)) < 600
    assert link_to_quote(PAGE, f"{'x' * 400} {'y' * 400}.") == PAGE


def test_a_row_of_a_table_is_named_by_its_cells_without_the_names_of_columns() -> None:
    row = "Plan: Basic … Price: 12 euros; Users: 5"
    assert link_to_quote(PAGE, row, row, is_row=True) == f"{PAGE}#:~:text=Basic,5"


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_quoted_the_link_is_one_and_opens_the_same_page(quote: str, around: str) -> None:
    link = link_to_quote(PAGE, quote, f"{around} {quote} {around}")
    assert without_quote(link) == PAGE
    assert link.isascii()
    assert len(link) < 600
    assert not set(link) & set(" <>|\"'")
    for directive in link.partition(DIRECTIVE)[2].split("&"):
        assert directive.startswith("text=") or not directive
        assert all(unquote(part).strip() for part in directive.removeprefix("text=").split(",") if directive)
