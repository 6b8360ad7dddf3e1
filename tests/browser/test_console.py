"""The console in Chromium: signed in on this machine, a recipe tried and edited, jobs, keyboard, and how pages look.

The pictures are kept in the folder of the setting CONSOLE_PICTURES, else in the test's own.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.drafts import Draft, Gap
from core.job import Job, JobRequest
from core.sources.search import load_sources
from integrations.mail.imap.accounts import Accounts, ImapAccount, ImapCursor
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from tests.browser.conftest import House, come_in
from tests.browser.pages import MAX_MILLISECONDS
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.waiting import until

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
ADDRESSES = (
    "", "/health", "/jobs", "/connections", "/learned", "/recipes", "/recipes/rewrite", "/recipes/variants", "/models",
    "/people", "/audit", "/sources",
)  # fmt: skip


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, tree_with_web: House) -> Iterator[Page]:
    """Return a window of the person at this machine, who signed in with one button."""
    context = chromium.new_context(viewport={"width": 1100, "height": 800}, locale="en-US")
    context.set_default_timeout(MAX_MILLISECONDS)
    page = context.new_page()
    come_in(page, tree_with_web)
    yield page
    context.close()


@pytest.fixture
def console(signed_in: Page, house: House) -> Iterator[Page]:
    """Give the window to a test, which ends without a complaint of the browser: no script or style was refused."""
    complaints: list[str] = []
    signed_in.on("pageerror", lambda error: complaints.append(str(error)))
    signed_in.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    signed_in.set_viewport_size({"width": 1100, "height": 800})
    signed_in.emulate_media(color_scheme="light")
    yield signed_in
    assert complaints == []


def test_a_recipe_is_tried_and_its_result_arrives(console: Page, house: House) -> None:
    console.goto(f"{house.url}/console/recipes/rewrite")
    console.get_by_label("Text", exact=True).fill("Teh report is late.")
    console.get_by_role("button", name="Run").click()
    expect(console.locator("#flash-result")).to_contain_text("The report is late.", timeout=MAX_MILLISECONDS)
    console.get_by_role("link", name="Open this draft").click()
    expect(console.locator("main")).to_contain_text("The report is late.")


def test_a_mistake_in_a_recipe_is_named_before_it_is_saved(console: Page, house: House) -> None:
    console.goto(f"{house.url}/console/recipes/rewrite")
    source = console.locator("textarea.source")
    expect(source).to_be_hidden()
    console.get_by_text("For administrators").click()
    before = source.input_value()
    source.fill(before + '\nnot_a_key = "x"\n')
    console.get_by_role("button", name="Check").click()
    expect(console.locator("#flash-checked")).to_contain_text("not_a_key")
    source.fill(before)
    console.get_by_role("button", name="Check").click()
    expect(console.locator("#flash-checked")).to_contain_text("No problems")


def test_a_stopped_job_is_tried_again_in_its_row(console: Page, house: House) -> None:
    owner = house.store.records.list("console_session")[0].person
    request = JobRequest("rewrite", {"text": "Teh end."}, "api", owner)
    made, _ = house.store.jobs.add(request)
    house.store.jobs.request_cancel(made.id)
    console.goto(f"{house.url}/console/jobs")
    row = console.locator("tr", has=console.locator(f'a[href$="{made.id}"]'))
    expect(row).to_contain_text("cancelled")
    row.get_by_role("button", name=re.compile("again")).click()
    expect(row.get_by_role("button", name=re.compile("again"))).to_have_count(0)
    assert house.store.jobs.get(made.id).state != "cancelled"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_ready_answer_fills_its_gap_in_place_and_keeps_what_was_typed(
    console: Page, house: House, tmp_path: Path, theme: str
) -> None:
    job = reply_with_ready_answers(house)
    console.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    console.goto(f"{house.url}/console/jobs/{job.id}")
    look(console, f"answers-open-{theme}", tmp_path, widths=(360, 1100))
    text = console.get_by_label("Text to copy or change")
    text.fill(text.input_value().replace("Hi Ann", "Dear Ann"))
    answer = console.get_by_role("button", name="Yes, Monday suits us.", exact=True)
    answer.press("Enter")
    expect(answer).to_have_attribute("aria-pressed", "true")
    expect(answer).to_be_focused()
    expect(text).to_have_value(re.compile(r"^Dear Ann,\n\nYes, Monday suits us\.\n"))
    look(console, f"answers-picked-{theme}", tmp_path, widths=(360, 1100))
    console.get_by_role("button", name="Mark as used").click()
    asked = console.get_by_role("alert").filter(has_text="1 question is still open. Use it all the same?")
    expect(asked).to_be_visible()
    expect(text).to_have_value(re.compile(r"^Dear Ann,"))
    look(console, f"answers-asked-{theme}", tmp_path, widths=(360, 1100))
    asked.get_by_role("button", name="Back").click()
    expect(asked).to_have_count(0)
    console.get_by_role("button", name="Mark as used").click()
    console.get_by_role("button", name="Use it all the same").click()
    expect(console.get_by_role("status").filter(has_text="with your changes")).to_be_visible()
    look(console, f"answers-used-{theme}", tmp_path, widths=(360, 1100))
    [act] = house.store.outcomes.acts_of([job.id])[job.id]
    assert act.outcome == "edited"


def test_what_is_said_about_a_draft_makes_a_version_that_arrives_on_its_page(
    console: Page, house: House, tmp_path: Path
) -> None:
    job = reply_with_ready_answers(house)
    console.goto(f"{house.url}/console/jobs/{job.id}")
    wish = console.get_by_label("What should change?")
    wish.fill("drop the people, and warmer")
    wish.press("Enter")
    expect(console.get_by_label("Text to copy or change")).to_be_visible(timeout=MAX_MILLISECONDS)
    expect(console.get_by_text("not used yet")).to_be_visible()
    expect(console.get_by_role("link", name="First draft")).to_be_visible()
    look(console, "refined", tmp_path, widths=(360, 1100))
    console.get_by_label("What should change?").fill("why?")
    console.get_by_label("What should change?").press("Enter")
    expect(console.get_by_role("status").filter(has_text="It rests on what you gave")).to_be_visible()
    look(console, "explained", tmp_path, widths=(360, 1100))


def test_a_draft_that_is_used_says_so_in_its_badge_and_an_error_is_shown(console: Page, house: House) -> None:
    job = reply_with_ready_answers(house)
    console.goto(f"{house.url}/console/jobs/{job.id}")
    expect(console.locator("#state")).to_contain_text("2 questions open")
    text = console.get_by_label("Text to copy or change")
    text.fill("")
    console.get_by_role("button", name="Mark as used").click()
    expect(console.locator("#notice")).to_contain_text("There is no text that could be used.")
    text.fill("Hi Ann, Monday suits us.")
    console.get_by_role("button", name="Mark as used").click()
    expect(console.locator("#state")).to_contain_text("used with changes")


def test_the_page_of_a_draft_that_is_written_keeps_what_is_open_until_it_has_ended(console: Page, house: House) -> None:
    owner = house.store.records.list("console_session")[0].person
    made, _ = house.store.jobs.add(JobRequest("rewrite", {"text": "Teh end."}, "api", owner))
    leased = house.store.leases.claim(made.id, lease_seconds=60)
    assert leased
    console.goto(f"{house.url}/console/jobs/{made.id}")
    console.get_by_text("How it was made").click()
    with console.expect_response(lambda answer: "/result" in answer.url) as polled:
        pass
    assert polled.value.status == 204
    expect(console.get_by_text("Attempts")).to_be_visible()
    house.store.leases.finish(leased, Draft(recipe="rewrite", text="The end."))
    expect(console.get_by_label("Text to copy or change")).to_have_value("The end.", timeout=MAX_MILLISECONDS)
    expect(console.locator("main")).to_have_count(1)


def reply_with_ready_answers(house: House) -> Job:
    """Finish a reply with a gap that has ready answers and one that has none."""
    owner = house.store.records.list("console_session")[0].person
    made, _ = house.store.jobs.add(JobRequest("reply", {"message": "Does Monday suit you?"}, "api", owner))
    choices = ("Yes, Monday suits us.", "No, Monday does not suit us. " + "Could you name two other days? " * 3)
    gaps = tuple(
        Gap(place=f"[[{question}]]", question=question, choices=answers)
        for question, answers in (("Does Monday suit you?", choices), ("How many people come?", ()))
    )
    text = f"Hi Ann,\n\n{gaps[0].place}\n\nWe are {gaps[1].place}.\n\nBest regards\nBob"
    other = text.replace(gaps[0].place, "I will tell you by Friday.")
    leased = house.store.leases.claim(made.id, lease_seconds=60)
    assert leased
    house.store.leases.finish(leased, Draft(recipe="reply", text=text, gaps=gaps, alternatives=(other,)))
    return made


def test_the_keyboard_alone_reaches_the_content_and_a_form(console: Page, house: House) -> None:
    console.goto(f"{house.url}/console/connections")
    console.keyboard.press("Tab")
    expect(console.get_by_role("link", name="Skip to the content")).to_be_focused()
    console.keyboard.press("Enter")
    for _ in range(3):
        console.keyboard.press("Tab")
        if console.get_by_label("Server").evaluate("e => e === document.activeElement"):
            break
    expect(console.get_by_label("Server")).to_be_focused()
    for words in ("127.0.0.1", "ann@example.org", "Ann Bell", "secret"):
        console.keyboard.type(words)
        console.keyboard.press("Tab")
    console.keyboard.press("Enter")  # the summary of further fields
    console.keyboard.press("Tab")
    console.keyboard.press("Tab")
    console.keyboard.type("1")
    console.keyboard.press("Enter")
    expect(console.locator("#flash-imap")).to_contain_text("127.0.0.1")


def test_a_mailbox_is_connected_and_each_mistake_is_said_where_one_looks(
    console: Page, house: House, dovecot: Dovecot
) -> None:
    console.goto(f"{house.url}/console/connections")
    console.get_by_label("Server").fill("127.0.0.1")
    console.get_by_label("User name", exact=True).fill("console@example.org")
    console.get_by_label("Password, or app password").fill("wrong")
    console.get_by_text("More", exact=True).click()
    console.get_by_label("Port").fill("many")
    console.get_by_label("Encryption").select_option("none")
    connect = console.get_by_role("button", name="Test and connect")
    connect.click()
    expect(console.get_by_label("Port")).to_be_focused()
    expect(console.get_by_label("Port")).to_have_attribute("aria-invalid", "true")
    expect(console.get_by_label("Port")).to_have_accessible_description(re.compile("1 to 65535"))
    console.get_by_label("Port").fill(str(dovecot.port))
    connect.click()
    expect(console.locator("#flash-imap [role=alert]")).to_be_focused()
    expect(console.locator("#flash-imap")).not_to_contain_text("inlaid mailbox")
    expect(console.locator("#flash-imap")).to_be_in_viewport()
    expect(console.get_by_label("Port")).not_to_have_attribute("aria-invalid", "true")
    console.get_by_label("Password, or app password").fill(PASSWORD)
    connect.click()
    expect(console.get_by_role("status").first).to_contain_text("Connected")
    Accounts(house.store.records).remove(Accounts(house.store.records).get("local", "console@example.org"))


def test_a_mailbox_is_set_and_forgotten_and_the_focus_goes_to_what_is_said(
    console: Page, house: House, tmp_path: Path
) -> None:
    account = broken_mailbox(house)
    console.goto(f"{house.url}/console/connections/mailbox?name={account.name}")
    hours = console.get_by_label("Quiet hours")
    hours.fill("at night")
    console.get_by_role("button", name="Save", exact=True).click()
    expect(hours).to_be_focused()
    expect(hours).to_have_accessible_description(re.compile("22:00-07:00"))
    expect(hours).to_have_accessible_name("Quiet hours")
    look(console, "settings-wrong", tmp_path, widths=(360, 1100))
    hours.fill("22:00-07:00")
    console.get_by_role("button", name="Save", exact=True).click()
    expect(console.locator("#flash-settings [role=status]")).to_be_focused()
    expect(console.locator("#flash-settings")).to_be_in_viewport()
    look(console, "settings-saved", tmp_path, widths=(360, 1100))
    expect(hours).not_to_have_attribute("aria-invalid", "true")

    console.once("dialog", lambda dialog: dialog.accept())
    console.get_by_role("button", name="Remove").click()
    expect(console.get_by_role("status").first).to_contain_text("was removed")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_mailbox_can_be_read_and_touched_wide_and_narrow(
    console: Page, house: House, tmp_path: Path, theme: str
) -> None:
    account = broken_mailbox(house)
    console.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    try:
        console.goto(f"{house.url}/console/connections/mailbox?name={account.name}")
        expect(console.get_by_label("Password, or app password")).to_be_visible()
        expect(console.locator("main")).not_to_contain_text("Next renewal")
        look(console, f"mailbox-{theme}", tmp_path, widths=(1100, 360, 320))
        cells = console.locator("td[data-label=Why]")
        expect(cells).to_have_count(2)
        assert all(box and box["x"] + box["width"] <= 320 for box in (cell.bounding_box() for cell in cells.all()))
        links = console.locator("main a, main summary, main button")
        low = [link.inner_text() for link in links.all() if (box := link.bounding_box()) and box["height"] < 24]
        assert low == []
        console.goto(f"{house.url}/console/connections")
        look(console, f"mailboxes-{theme}", tmp_path, widths=(1100, 360))
    finally:
        Accounts(house.store.records).remove(account)


def broken_mailbox(house: House) -> ImapAccount:
    """Connect a mailbox whose password was refused after some mail had been read."""
    account = ImapAccount(
        "127.0.0.1", 40435, "refused@example.org", "old", "none", house.store.records.list("console_session")[0].person,
        "refused@example.org",
    )  # fmt: skip
    accounts = Accounts(house.store.records)
    accounts.save(account)
    error = {
        "code": "credential", "message": "127.0.0.1 refused user refused@example.org or the password.",
        "fix": "Then run `inlaid mailbox add imap` again.",
    }  # fmt: skip
    accounts.save_cursor(account, ImapCursor(checked_at=1_700_000_000.0, error=error))
    Accounts(house.store.records).update_status(account, mode="idle", renews_at=1_700_000_500.0)
    job, _ = house.store.jobs.add(JobRequest("rewrite", {"text": "Teh end."}, "mail", account.person))
    for uid, reason in enumerate(("It asks: can you send the floor plan?", "A newsletter: it has a List-Id."), 1):
        decision = {"needs_reply": uid == 1, "reason": reason, "rule": ""}
        sender = "Ann Lee <ann.lee@a-rather-long-name.example.com>"
        wanted = job.id if uid == 1 else ""
        record = TriageRecord(account.name, uid, decision, "Plan of the office", sender, job=wanted, uidvalidity=1)
        TriageRecords(accounts.records, account).put(ImapTarget(account.name, uid, 1).key, record)
    return account


def look(console: Page, name: str, tmp_path: Path, *, widths: tuple[int, ...]) -> None:
    """Take pictures of the page; it neither scrolls sideways nor has faint text."""
    folder = Path(os.environ.get("CONSOLE_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    for width in widths:
        console.set_viewport_size({"width": width, "height": 800})
        console.screenshot(path=folder / f"{name}-{width}.png", full_page=True, caret="initial")
        wide = console.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{name} scrolls sideways at {width}"
        assert console.evaluate(CONTRAST) == [], name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_read_wide_and_narrow(console: Page, house: House, tmp_path: Path, theme: str) -> None:
    console.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    for address in ADDRESSES:
        console.goto(f"{house.url}/console{address}")
        look(console, f"{address.strip('/').replace('/', '-') or 'overview'}-{theme}", tmp_path, widths=(1100, 360))


def test_a_source_is_connected_read_by_the_worker_and_can_be_looked_at(
    console: Page, house: House, tmp_path: Path
) -> None:
    papers = tmp_path / "Handbook of a firm with a rather long name"
    papers.mkdir()
    for number in range(3):
        (papers / f"policy-{number}-of-travel-and-of-costs-that-are-refunded.md").write_text("# Travel\n\nBy train.\n")
    (papers / "empty.txt").write_text("")
    console.goto(f"{house.url}/console/sources")
    console.get_by_label("Path of a folder").fill(str(papers))
    console.locator("#source-title").fill("Travel rules")
    console.get_by_role("button", name="Connect").click()
    expect(console.get_by_text("Added.")).to_be_visible()
    link = console.get_by_role("link", name="Travel rules")
    sources = load_sources(house.tree.settings, house.store).store
    until(lambda: any(one.synced_at for one in sources.list() if one.source.title == "Travel rules"), seconds=90)
    console.reload()
    for theme in ("light", "dark"):
        console.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        look(console, f"sources-full-{theme}", tmp_path, widths=(1280, 360))
    console.set_viewport_size({"width": 1100, "height": 800})
    link.click()
    expect(console.get_by_text("This file is empty.")).to_be_visible()
    for theme in ("light", "dark"):
        console.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        look(console, f"source-{theme}", tmp_path, widths=(1280, 360))
    console.set_viewport_size({"width": 1100, "height": 800})
    console.once("dialog", lambda dialog: dialog.accept())
    console.get_by_role("button", name="Remove").click()
    expect(console.get_by_text("nothing of it is found any more")).to_be_visible()
    until(lambda: all(one.source.title != "Travel rules" for one in sources.list()), seconds=90)


POLICIES = """\
ask = "it@example.com"
[group.everybody]
title = "Everybody in the company"
members = ["*"]
recipes = { deny = ["plain", "shrten"] }
models = { regions = ["eu"] }
[group.everybody.style]
guide = "Short sentences, active voice; figures before words, and no more than three of them in a row."
[group.everybody.style.de]
register = "formal"
use = { Kunde = ["Klient"], Rechtschreibpruefungsverantwortlicher = ["Rechtschreibpruefungszustaendiger"] }
signature = "{name}\\nExample GmbH, Bremen\\nHRB 12345"
[group.finance]
claims = ["Finance"]
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_policies_are_checked_saved_explained_and_taken_back(
    console: Page, house: House, tmp_path: Path, theme: str
) -> None:
    console.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    console.goto(f"{house.url}/console/policies")
    source = console.get_by_label("TOML")
    source.fill(POLICIES + "titel = 1\n")
    console.get_by_role("button", name="Check").click()
    expect(console.locator("#flash-checked")).to_contain_text("line 15: group.finance.titel: unknown key")
    source.fill(POLICIES)
    console.get_by_role("button", name="Save for everybody").click()
    expect(console.locator("main")).to_contain_text("of the console is in force.")
    expect(console.locator("main")).to_contain_text("Line 5: group.everybody.recipes.deny: there is no recipe shrten")
    console.locator("select[name=recipe]").select_option("plain")
    console.get_by_role("button", name="Look up").click()
    refused = "The recipe plain is not allowed by the rule recipes.deny of the group Everybody in the company"
    expect(console.locator("main")).to_contain_text(refused)
    expect(console.get_by_role("region", name="House style that holds")).to_contain_text("“Klient” → “Kunde”")
    look(console, f"policies-{theme}", tmp_path, widths=(360, 1280))
    source = console.get_by_label("TOML")
    source.fill("[installation]\n")
    console.get_by_role("button", name="Save for everybody").click()
    expect(console.locator("main")).to_contain_text("Nothing is refused.")
