"""How pages look, and the text of a draft as its person makes it their own."""

import pytest

from core.drafts import Draft, Edit, Gap
from integrations.console.context import Visitor
from integrations.console.rendering import (
    browser_name,
    edit_words,
    filled,
    fragment,
    other_wordings,
    page,
    picks_in,
    plain_lines,
    static_file,
)

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
DRAFT = Draft(
    recipe="reply",
    text="We meet [[when?]] in [[where?]].",
    gaps=(
        Gap(place="[[when?]]", question="When?", choices=("on Monday", "on Monday at 9")),
        Gap(place="[[where?]]", question="Where?", choices=("room 4",)),
    ),
    alternatives=("See you soon.", "We meet on Monday in [[where?]]."),
)


def test_a_ready_answer_takes_the_place_of_its_gap_and_another_one_takes_its_place() -> None:
    once = filled(DRAFT, DRAFT.text, "0.1")
    assert once == "We meet on Monday at 9 in [[where?]]."
    assert filled(DRAFT, once, "0.0") == "We meet on Monday in [[where?]]."


def test_another_wording_is_taken_whole() -> None:
    assert filled(DRAFT, "anything", "other.0") == "See you soon."


@pytest.mark.parametrize("pick", ["", "0", "0.9", "7.0", "other.9", "other.x", "x.y", "-1.0", "0.-1"])
def test_what_is_no_pick_of_the_draft_changes_nothing(pick: str) -> None:
    assert filled(DRAFT, "as it is", pick) == "as it is"


def test_the_answers_that_stand_in_the_text_are_told_by_the_longest() -> None:
    assert picks_in(DRAFT, DRAFT.text) == set()
    assert picks_in(DRAFT, "We meet on Monday at 9 in room 4.") == {"0.1", "1.0"}


def test_a_wording_that_an_answer_makes_is_not_offered_twice() -> None:
    assert other_wordings(DRAFT) == [(0, "See you soon.")]


@pytest.mark.parametrize(
    ("before", "after"),
    [("The  report", "The report"), ("Kosten:10", "Kosten: 10"), ("One line\nand two", "One line and two")],
)
def test_a_change_of_spacing_alone_shows_the_old_and_the_new_text(before: str, after: str) -> None:
    edit = Edit(id="1", hash="1", before=before, text=after)
    assert edit_words(edit) == [("del", before), ("ins", after)]


def test_a_change_of_spacing_beside_changed_words_shows_both() -> None:
    edit = Edit(id="1", hash="1", before="Teh cost:10, for now", text="The cost: 10, for now")
    assert [piece for piece in edit_words(edit) if piece[1]] == [
        ("del", "Teh"),
        ("ins", "The"),
        ("del", " cost:10, for now"),
        ("ins", " cost: 10, for now"),
    ]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/26 Safari/605.1", "Safari on macOS"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {WEBKIT} CriOS/142 Safari/604.1", "Chrome on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {WEBKIT} Chrome/142 Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT}", "macOS"),
        ("curl/8.5.0", "unknown browser"),
        ("", "unknown browser"),
    ],
)
def test_a_browser_is_called_what_people_call_it(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


def test_line_ends_of_a_form_become_those_of_a_draft() -> None:
    assert plain_lines("\r\na\r\nb\n\n") == "a\nb"


def test_everything_on_a_page_is_escaped_and_nothing_inline_may_run() -> None:
    answer = fragment("flash.html.jinja", words="<script>alert(1)</script>")
    assert b"<script>" not in answer.body
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_only_administrators_find_their_pages_in_the_menu() -> None:
    def menu(*, is_admin: bool) -> str:
        visitor = Visitor("local", "ann", "Ann", is_admin=is_admin)
        return bytes(
            page(
                "sessions.html.jinja",
                visitor,
                sessions=[],
                this="",
                most=5,
                others="",
                ways={},
                languages={},
                language="",
            ).body
        ).decode()

    assert "/console/people" in menu(is_admin=True)
    assert "/console/people" not in menu(is_admin=False)
    assert "/console/jobs" in menu(is_admin=False)


@pytest.mark.parametrize("name", ["../context.py", "console.css.map", "", "/etc/passwd"])
def test_no_other_file_is_given_out(name: str) -> None:
    assert static_file(name) is None
