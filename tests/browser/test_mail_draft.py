"""A mail draft in an editor such as those of mail programs: what is typed over a gap looks like the rest."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from integrations.mail.reply.compose import html_body

EDITOR = (
    "<!DOCTYPE html><meta charset=utf-8><style>p { width: 20em }</style><div id=editor contenteditable>{body}</div>"
)
# From the beginning of one text to the end of another, as a person selects with the mouse.
SELECT = """([first, last]) => {
  const walker = document.createTreeWalker(document.querySelector("#editor"), NodeFilter.SHOW_TEXT);
  const selection = getSelection(), range = document.createRange();
  while (walker.nextNode()) {
    const from = walker.currentNode.data.indexOf(first), to = walker.currentNode.data.indexOf(last);
    if (from >= 0) range.setStart(walker.currentNode, from);
    if (to >= 0) range.setEnd(walker.currentNode, to + last.length);
  }
  selection.removeAllRanges();
  selection.addRange(range);
}"""
COLOURS = """() => [...document.querySelectorAll("#editor, #editor *")]
  .filter((element) => element.innerText.trim())
  .map((element) => getComputedStyle(element).backgroundColor)"""


@pytest.fixture
def editor(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(EDITOR.replace("{body}", html_body("Hello Ann,\n\n[[When will it arrive?]]\n\nBob")))
    page.focus("#editor")
    yield page
    context.close()


def require_plain(page: Page, words: str) -> None:
    assert words in page.inner_text("#editor")
    assert set(page.evaluate(COLOURS)) == {"rgba(0, 0, 0, 0)"}
    assert page.locator("#editor mark").count() == 0


def test_a_gap_is_seen(editor: Page) -> None:
    assert "[[\u270f\ufe0f When will it arrive?]]" in editor.inner_text("#editor")
    assert "rgb(255, 255, 0)" in editor.evaluate(COLOURS)


def test_what_is_typed_over_a_whole_gap_has_no_colour(editor: Page) -> None:
    editor.evaluate(SELECT, ["[[", "]]"])
    editor.keyboard.type("On Tuesday.")
    require_plain(editor, "On Tuesday.")


def test_what_is_typed_after_three_clicks_into_a_gap_has_no_colour(editor: Page) -> None:
    editor.click("p:nth-child(2)", click_count=3)
    editor.keyboard.type("On Tuesday.")
    require_plain(editor, "On Tuesday.")


def test_what_is_typed_after_a_gap_was_deleted_has_no_colour(editor: Page) -> None:
    editor.evaluate(SELECT, ["]]", "]]"])
    editor.keyboard.press("ArrowRight")
    for _ in "[[\u270f When will it arrive?]]":
        editor.keyboard.press("Backspace")
    editor.keyboard.type("On Tuesday.")
    require_plain(editor, "On Tuesday.")


def test_what_is_typed_over_the_words_of_a_gap_has_no_colour_once_the_sign_is_gone(editor: Page) -> None:
    editor.evaluate(SELECT, ["When", "arrive?"])
    editor.keyboard.type("On Tuesday.")
    editor.evaluate(SELECT, ["[[", "\u270f\ufe0f"])
    editor.keyboard.press("Delete")
    require_plain(editor, "On Tuesday.]]")
