"""The page of sources: files are uploaded, places connected, and what could not be read says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.console.pages.sources import FLASHES
from integrations.web.serving import listen
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.api.test_sources import read_all
from tests.integrations.console.conftest import comes_in, microsoft_browser


def test_an_empty_page_says_how_to_begin(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        page = client.get("/console/sources").text
    assert "No sources yet" in page
    assert 'type="file"' in page
    assert "/srv/handbook" in page


def test_a_folder_is_connected_read_looked_at_paused_and_removed(alone: RunningWeb, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "good <b>.txt").write_text("Hotel costs are refunded.")
    (folder / "empty.txt").write_text("")
    with comes_in(alone) as client:
        made = client.post("/console/sources/add", data={"place": str(folder), "title": "Papers", "shared": "true"})
        assert made.headers["location"].endswith("flash=added")
        assert "waiting to be read" in client.get("/console/sources").text
        read_all(alone)
        page = client.get(f"{made.headers['location']}").text
        assert FLASHES["added"] in page
        assert "1 could not be read" in page
        assert (">partly read<" in page, ">works<" in page) == (True, False)
        source = alone.services.api.sources.sources.store.list()[0].source.id
        one = client.get("/console/sources/source", params={"source": source}).text
        assert "good &lt;b&gt;.txt" in one
        assert "This file is empty." in client.get(f"/console/sources/source?source={source}&errors=true").text
        assert client.post("/console/sources/pause", data={"source": source}).status_code == 303
        assert "Resume" in client.get("/console/sources/source", params={"source": source}).text
        assert client.post("/console/sources/sync", data={"source": source}).status_code == 409
        client.post("/console/sources/pause", data={"source": source})
        assert client.post("/console/sources/sync", data={"source": source}).status_code == 303
        client.post("/console/sources/remove", data={"source": source})
        assert "being removed" in client.get("/console/sources").text
        read_all(alone)
        assert "No sources yet" in client.get("/console/sources").text


def test_a_folder_of_which_nothing_can_be_read_does_not_work(alone: RunningWeb, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "empty.txt").write_text("")
    with comes_in(alone) as client:
        client.post("/console/sources/add", data={"place": str(folder), "title": "Papers"})
        read_all(alone)
        page = client.get("/console/sources").text
    assert (">nothing could be read<" in page, ">works<" in page) == (True, False)


def test_the_words_of_a_source_are_made_readable_in_the_index_and_encrypted_again(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        client.post("/console/sources/upload", files={"file": ("printer.txt", b"The printer stands in room 204.")})
        read_all(alone)
        store = alone.services.api.sources.sources.store
        source = store.list()[0].source.id
        page = client.get("/console/sources/source", params={"source": source}).text
        assert "words are encrypted" in page
        assert "Keep the words readable" in page
        done = client.post("/console/sources/seal", data={"source": source, "sealed": "false"})
        assert "made anew in the background" in client.get(done.headers["location"]).text
        assert not store.get(source).source.is_sealed
        read_all(alone)
        assert "words can be read" in client.get("/console/sources/source", params={"source": source}).text
        client.post("/console/sources/seal", data={"source": source, "sealed": "true"})
        assert store.get(source).source.is_sealed


def test_an_uploaded_file_is_read_and_forgotten(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        client.post("/console/sources/upload", files={"file": ("printer.txt", b"The printer stands in room 204.")})
        read_all(alone)
        source = alone.services.api.sources.sources.store.list()[0].source.id
        address = f"/console/sources/source?source={source}"
        assert "printer.txt" in client.get(address).text
        key = "printer.txt\r\n"
        client.post("/console/sources/remove-document", data={"source": source, "key": key})
        read_all(alone)
        assert "Nothing here yet" in client.get(address).text


def test_who_is_no_administrator_uploads_for_themselves_alone(shared: RunningWeb, bob: Person, tmp_path: Path) -> None:
    with microsoft_browser(shared, bob) as client:
        page = client.get("/console/sources").text
        assert "Connect a folder" not in page
        assert "Everybody here may read it" not in page
        assert client.post("/console/sources/add", data={"place": str(tmp_path)}).status_code == 403
        files = {"file": ("a.txt", b"text")}
        assert client.post("/console/sources/upload", files=files, data={"shared": "true"}).status_code == 403
        assert client.post("/console/sources/upload", files=files).status_code == 303
        assert "for you alone" in client.get("/console/sources").text


@pytest.fixture
def public(shared: RunningWeb, microsoft: FakeMicrosoft) -> Iterator[RunningWeb]:
    """Run an installation for an organisation that people come back to from Microsoft."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
    changes = {"home": shared.settings.home.with_name("public"), "public_url": f"http://127.0.0.1:{port}"}
    with running_web(shared.settings.model_copy(update=changes), port) as web:
        microsoft.app.redirect_uris |= {f"{web.url}/console/signed-in", f"{web.url}/graph/signed-in"}
        yield web


def test_a_onedrive_is_connected_by_signing_in(public: RunningWeb, bob: Person) -> None:
    bob.microsoft.drives.of(bob).put("trip.md", b"We meet in Lisbon.")
    with microsoft_browser(public, bob) as client:
        assert "Connect your OneDrive" in client.get("/console/sources").text
        there = client.post("/console/sources/onedrive", data={"folder": " /", "sealed": "true"})
        assert there.status_code == 204
        assert "OneDrive is connected" in bob.signs_in(there.headers["HX-Redirect"]).text
        read_all(public)
        page = client.get("/console/sources").text
        assert "1 document, 1 passage; for whoever may open it there" in " ".join(page.split())
        source = public.services.api.sources.sources.store.list()[0].source.id
        assert 'Documents/trip.md"' in client.get("/console/sources/source", params={"source": source}).text


def test_a_site_is_connected_by_the_app_for_administrators_and_by_a_sign_in_for_everybody(
    public: RunningWeb, alice: Person, bob: Person
) -> None:
    site = bob.microsoft.site("sites/HR")
    bob.microsoft.app.application.add("Sites.Selected")
    form = {"site": site.address, "title": "HR", "reads": "app"}
    with microsoft_browser(public, alice) as client:
        assert client.post("/console/sources/sharepoint", data=form).headers["location"].endswith("flash=added")
        in_place = client.post("/console/sources/sharepoint", data=form, headers={"HX-Request": "true"})
        assert "Connected: HR, Documents. It is being read." in in_place.text
        wrong = client.post("/console/sources/sharepoint", data={**form, "site": site.address + "/Nowhere"})
        assert (wrong.status_code, "no such library" in wrong.text) == (404, True)
        assert client.post("/console/sources/sharepoint", data={"reads": "app"}).status_code == 422
    with microsoft_browser(public, bob) as client:
        page = client.get("/console/sources").text
        assert "Groups of the site" not in page
        assert client.post("/console/sources/sharepoint", data=form).status_code == 403
        there = client.post("/console/sources/sharepoint", data={**form, "reads": "person"})
        assert "HR is connected" in bob.signs_in(there.headers["HX-Redirect"]).text
    assert len(public.services.api.sources.sources.store.list()) == 2


def test_without_microsoft_no_drive_is_offered(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        assert "OneDrive" not in client.get("/console/sources").text
        assert client.post("/console/sources/onedrive").status_code == 422


def test_a_place_is_for_oneself_unless_it_is_shared(alone: RunningWeb, tmp_path: Path) -> None:
    with comes_in(alone) as client:
        page = client.get("/console/sources").text
        wrong = client.post(
            "/console/sources/add", data={"place": " "}, headers={"HX-Request": "true", "HX-Target": "flash-place"}
        )
    form = page.partition('action="/console/sources/add"')[2].partition("</form>")[0]
    assert 'name="shared" value="true">' in form
    assert 'id="flash-place"' in form
    assert wrong.headers["HX-Retarget"] == "#flash-place"
    assert "No place was entered." in wrong.text
