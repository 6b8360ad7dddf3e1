"""A link of OneDrive or SharePoint in the pane: who signed in at Microsoft sees where the result was saved."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from core.drafts import Draft, Edit
from core.settings import load_settings
from integrations.documents.drive import SCOPES, DriveSurface
from tests.browser.conftest import OpenPane
from tests.browser.pages import MAX_MILLISECONDS, Pane, opened
from tests.browser.test_sign_in import NESTED, granted
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.drives import DriveFile
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.documents.letters import letter, texts
from tests.servers.valkey import ValkeyProcess

__all__ = ["microsoft"]
TOKEN_REQUEST = "POST */token"


def work(web: RunningWeb) -> None:
    """Do what the worker does with the one job there is."""
    store, surface = web.services.store, DriveSurface()
    job = web.claim(store.jobs.list(limit=5)[0].id)
    first = surface.prepare(job, web.context)["paragraphs"][0]
    edit = Edit(id=first["id"], hash=first["hash"], text="The report is late.")
    ready = store.leases.finish(job, Draft(job_id=job.id, recipe="proofread", edits=(edit,)))
    surface.deliver(ready, web.context)
    web.publish(store.leases.delivered(ready))


def save_to(pane: Pane, link: str, way: str) -> None:
    pane.page.fill("#link", link)
    pane.page.check(f"#save-{way}")
    assert pane.page.inner_text("#run") == "Change and save"
    pane.run("proofread")


def prove_at_the_second_request(microsoft: FakeMicrosoft, person: Person) -> None:
    """Let the next request be refused; before the one after it, the person has done what is demanded."""

    def proves() -> None:
        person.trouble = None

    microsoft.before(TOKEN_REQUEST, lambda: microsoft.before(TOKEN_REQUEST, proves))


def assert_saved_is_shown(pane: Pane, copy: DriveFile) -> None:
    pane.page.wait_for_selector("#saved")
    assert pane.page.inner_text("#saved") == f"Saved: {copy.name}"
    assert "Report.docx is open" in pane.page.inner_text("#saved-reason")
    link = pane.page.locator("#saved a")
    shown = [link.get_attribute(name) for name in ("href", "rel", "target")]
    assert shown == [copy.link, "noopener noreferrer", "_blank"]


@pytest.fixture
def web(microsoft: FakeMicrosoft, valkey_shared: ValkeyProcess, tmp_path: Path) -> Iterator[RunningWeb]:
    del microsoft  # its settings have to be in force
    settings = load_settings().model_copy(update={"home": tmp_path / "web", "broker_url": valkey_shared.url})
    with running_web(settings) as running:
        yield running


def test_a_link_is_worked_on_after_a_further_proof_and_the_copy_is_shown(
    chromium: Browser, open_pane: OpenPane, microsoft: FakeMicrosoft, web: RunningWeb
) -> None:
    bob = microsoft.person("bob@example.org")
    bob.consented.update(SCOPES)
    drive = microsoft.drives.of(bob)
    file = drive.put("Report.docx", letter("Teh report is late."))
    file.lock = "open in Word"
    tokens = [granted(microsoft.entra.tokens.for_api(bob)) for _ in range(3)]
    with closing(chromium.new_context()) as context:
        context.set_default_timeout(MAX_MILLISECONDS)
        pane = opened(context, web.url, word={"paragraphs": [{"text": "Another."}], "sets": NESTED, "bridge": tokens})
        pane.page.wait_for_selector("#link")
        sent = pane.sent_to("/documents/drive")

        bob.must_prove_more()
        save_to(pane, file.link, "copy")
        alert = pane.page.locator("[role=alert]").inner_text()
        assert "confirm who you are" in alert
        assert "Connect Microsoft 365 again." in alert

        prove_at_the_second_request(microsoft, bob)
        save_to(pane, file.link, "either")
        pane.page.wait_for_selector("#cancel")
        assert [one["save"] for one in sent] == ["copy", "copy", "either", "either"]
        assert ["acrs" in str(one.get("claims")) for one in pane.word_state("asked")] == [False, True, True]

        work(web)
        (copy,) = [one for one in drive.files.values() if one is not file]
        assert_saved_is_shown(pane, copy)
        assert texts(copy.data) == ["The report is late."]
        pane.page.close()

    # With the session of this machine alone there is no drive to reach.
    assert open_pane().page.locator("#link").count() == 0
