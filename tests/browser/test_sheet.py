"""The blind sheet in Chromium, opened from a disk: read, graded by keys, kept, exported, and read back.

The pictures are kept in the folder of the setting PANE_PICTURES, else in the test's own.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.insight.evaluation.blind_sheets import SheetKey, read_grades
from integrations.cli.evaluation.results import write_sheet
from tests.core.insight.evaluation.making import evaluation_of

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
MAX_RELOADS = 20
HOSTILE = "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A sheet of three items and two systems, one output of which is hostile."""
    outputs = {
        "bare model": ["=cmd|' /C calc'!A0", HOSTILE, "Grüße aus Köln, der Termin steht."],
        "inlaid": ["The hall is closed on Monday.", "- one\n- two", "Der Termin steht."],
    }
    write_sheet(evaluation_of(outputs), tmp_path / "out", 5)
    return tmp_path / "out"


@pytest.fixture
def page(chromium: Browser, sheet: Path) -> Iterator[Page]:
    """The page from the disk, with no network; it must not complain."""
    context = chromium.new_context(viewport={"width": 1100, "height": 900}, accept_downloads=True, offline=True)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto((sheet / "sheet.html").as_uri())
    yield opened
    assert complaints == []
    context.close()


def export(page: Page, folder: Path) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name="Export CSV").click()
    started.value.save_as(folder / "graded.csv")
    return (folder / "graded.csv").read_bytes()


def read_anew(page: Page) -> None:
    """Reload the page, again when it came before Chromium had handed over what the page had kept a moment ago."""
    for _ in range(MAX_RELOADS):
        page.reload()
        expect(page.get_by_role("status")).to_contain_text("of 6 graded")
        if page.get_by_role("status").inner_text() != "0 of 6 graded":
            break


def test_a_sheet_is_graded_by_keys_and_read_back_with_its_key(page: Page, sheet: Path, tmp_path: Path) -> None:
    key = SheetKey.model_validate_json((sheet / "key.json").read_bytes())
    for letter in "aB":
        page.keyboard.press(letter)
    expect(page.get_by_role("status")).to_have_text("2 of 6 graded")
    page.keyboard.press("h")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("a wrong name; c")
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 of 6 ·")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("3 of 6 graded")
    read_anew(page)
    expect(page.get_by_role("status")).to_have_text("3 of 6 graded")
    expect(page.get_by_text("4 of 6 ·")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("H harmful")).to_be_checked()
    expect(page.get_by_label("Reason")).to_have_value("a wrong name; c")
    page.get_by_role("button", name="Next without a grade").click()
    for _ in range(3):
        page.get_by_label("C discarded").click()
        page.get_by_role("button", name="Next without a grade").click(force=True)
    found = read_grades(export(page, tmp_path), "graded.csv", key)
    assert [grade for grade, _ in found.values()] == ["A", "B", "H", "C", "C", "C"]
    assert [reason for _, reason in found.values()][2] == "a wrong name; c"
    assert page.title() == "Sheet to grade · Inlaid"


def test_nothing_names_a_system_and_the_exported_table_holds_no_formula(
    page: Page, sheet: Path, tmp_path: Path
) -> None:
    data = export(page, tmp_path)
    assert data.startswith(b"\xef\xbb\xbf")
    for text in ((sheet / "sheet.html").read_text(), (sheet / "sheet.csv").read_text(), data.decode()):
        assert "bare model" not in text
        assert "inlaid" not in text.replace("inlaid-sheet-", "")
        assert '"=cmd' not in text.split('id="data"')[0]
    assert json.loads((sheet / "key.json").read_text())["seed"] == 5


def test_keys_can_be_switched_off(page: Page) -> None:
    page.get_by_label("Keys").uncheck()
    page.keyboard.press("a")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("status")).to_have_text("0 of 6 graded")
    expect(page.get_by_text("1 of 6 ·")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_it_can_be_read_on_every_screen(page: Page, tmp_path: Path, theme: str, width: int) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] # one of two words
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_label("H harmful").click()
    folder = Path(os.environ.get("PANE_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"sheet-{theme}-{width}.png", full_page=True)
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert page.evaluate(CONTRAST) == []
