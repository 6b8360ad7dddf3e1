"""The frame of pages: the menu, times, and the files that pages load."""

from integrations.frame.pages import asset, asset_bytes, environment, menu_of, moment, older_page, style, when


def test_the_menu_says_where_one_is_once_and_shows_administrators_their_area() -> None:
    menu = menu_of("/console/jobs", name="Ann", is_admin=True)
    here = [page.words for area in menu.areas for page in area.pages if page.is_here]
    addresses = [page.address for area in menu.areas for page in area.pages]

    assert (here, [area.name for area in menu.areas if area.is_here]) == (["Drafts"], ["You"])
    assert len(addresses) == len(set(addresses))
    assert [area.name for area in menu.areas] == ["You", "Knowledge", "Account", "Administration"]


def test_who_is_no_administrator_finds_no_page_that_would_refuse_them() -> None:
    menu = menu_of("", name="Bob", is_admin=False)
    words = [page.words for area in menu.areas for page in area.pages]
    assert "People" not in words
    assert "Policies" in words
    assert not any(area.is_here for area in menu.areas)


def test_times_are_shown_in_utc_and_can_be_read_by_a_script() -> None:
    assert moment(0) == "1970-01-01 00:00"
    assert when(0) == '<time datetime="1970-01-01T00:00:00Z">1970-01-01 00:00 UTC</time>'


def test_the_next_page_keeps_the_filters_that_were_set() -> None:
    assert older_page("/x", {"stage": "failed", "text": ""}, "7") == "/x?stage=failed&before=7"
    assert older_page("/x", {"text": ""}, "") == "/x"


def test_a_file_has_the_digest_of_its_content_in_its_address() -> None:
    address = asset("inlaid.css")
    assert address.startswith("/console/static/inlaid.css?v=")
    assert address == asset("inlaid.css")
    assert asset_bytes("inlaid.css").decode() == style()


def test_what_a_page_says_is_escaped() -> None:
    made = environment("integrations.console").from_string("{{ words }}").render(words="<b>")
    assert made == "&lt;b&gt;"
