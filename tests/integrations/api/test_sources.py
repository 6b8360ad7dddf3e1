"""Sources over the API: files are uploaded by everybody for themselves, places connected by administrators."""

from pathlib import Path
from typing import Any

import httpx

from core.drafts import Draft, DraftSource
from core.job import LOCAL_WORKSPACE
from core.sources.model import AccessList, Source, person_principal
from integrations.registry import open_sync
from tests.core.sources.making import fill, source_store, written
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import alone, microsoft, model, shared  # noqa: F401 - fixtures

TEXT = b"The printer stands in room 204."


def client_of(web: RunningWeb, person: str, *scopes: str) -> httpx.Client:
    """Return a client with a token of a person."""
    _, token = web.services.store.tokens.add(LOCAL_WORKSPACE, person, name="t", scopes=scopes or ["sources"], days=1)
    return web.client(token)


def read_all(web: RunningWeb) -> None:
    """Read what is due, as the worker does."""
    sources = web.services.api.sources.sources
    sync = open_sync(sources)
    for status in sources.store.list():
        while (done := sync.work(status.source.id)) and done.more:
            pass


def upload(client: httpx.Client, name: str = "printer.txt", data: bytes = TEXT, **form: str) -> Any:
    answer = client.post("/api/v1/sources/uploads", files={"file": (name, data)}, data=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_file_is_uploaded_read_listed_and_taken_away(alone: RunningWeb) -> None:  # noqa: F811
    with client_of(alone, "ann") as ann:
        source = upload(ann, title="Printers")
        assert (source["title"], source["shared"], source["owner"]) == ("Uploads", False, "ann")
        read_all(alone)
        (listed,) = ann.get("/api/v1/sources").json()["sources"]
        assert (listed["items"], listed["passages"], listed["errors"]) == (1, 1, 0)
        shown = ann.get(f"/api/v1/sources/{source['id']}").json()
        (document,) = shown["documents"]
        assert (document["title"], shown["next"]) == ("Printers", None)
        gone = ann.delete(f"/api/v1/sources/{source['id']}/documents", params={"key": document["key"]})
        assert gone.status_code == 202
        read_all(alone)
        assert ann.get(f"/api/v1/sources/{source['id']}").json()["items"] == 0


def test_one_lists_ones_own_alone(alone: RunningWeb) -> None:  # noqa: F811
    with client_of(alone, "ann") as ann, client_of(alone, alone.settings.local_person) as admin:
        upload(ann)
        assert len(admin.get("/api/v1/sources").json()["sources"]) == 1
        assert admin.get("/api/v1/sources", params={"own": "true"}).json() == {"sources": []}
        assert len(ann.get("/api/v1/sources", params={"own": "true"}).json()["sources"]) == 1


def test_a_drive_that_needs_a_sign_in_is_answered_with_a_link(shared: RunningWeb) -> None:  # noqa: F811
    web = shared.settings.model_copy(update={"public_url": "https://inlaid.example.com", "home": shared.settings.home})
    with running_web(web) as running, client_of(running, "ann@example.org") as ann:
        made = ann.post("/api/v1/sources", json={"connector": "onedrive", "sign_in": True, "options": {"folder": "A"}})
        assert made.json()["sign_in"].startswith("https://inlaid.example.com/graph/sign-in?ticket=")
        assert ann.post("/api/v1/sources", json={"connector": "onedrive"}).status_code == 403
        folder = {"connector": "folder", "sign_in": True, "options": {"path": "/srv"}}
        assert "without a sign-in" in ann.post("/api/v1/sources", json=folder).json()["error"]["message"]


def test_what_is_somebody_elses_is_not_there(alone: RunningWeb) -> None:  # noqa: F811
    with client_of(alone, "ann") as ann, client_of(alone, "bob") as bob:
        source = upload(ann)["id"]
        assert bob.get("/api/v1/sources").json() == {"sources": []}
        others, nothing = (bob.get(f"/api/v1/sources/{known}") for known in (source, "0" * 32))
        assert others.status_code == nothing.status_code == 404
        assert others.text.replace(source, "0" * 32) == nothing.text
        for path, body in ((f"{source}/sync", None), (f"{source}/state", {"state": "paused"})):
            assert bob.post(f"/api/v1/sources/{path}", json=body).status_code == 404
        assert bob.delete(f"/api/v1/sources/{source}").status_code == 404
        assert ann.delete(f"/api/v1/sources/{source}").status_code == 202
        read_all(alone)
        assert ann.get("/api/v1/sources").json() == {"sources": []}


def test_places_are_connected_and_files_shared_by_administrators_alone(
    alone: RunningWeb,  # noqa: F811
    tmp_path: Path,
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Hello")
    form = {
        "connector": "folder",
        "options": {"path": str(tmp_path / "docs"), "readers": "person:local/eve", "account": "eve.t"},
    }
    local = alone.settings.local_person
    with client_of(alone, "bob") as bob, client_of(alone, local) as admin:
        assert bob.post("/api/v1/sources", json=form).status_code == 403
        files = {"file": ("a.txt", TEXT)}
        assert bob.post("/api/v1/sources/uploads", files=files, data={"shared": "true"}).status_code == 403
        made = admin.post("/api/v1/sources", json={**form, "shared": True, "title": "Docs"})
        assert made.status_code == 201, made.text
        assert made.json()["found"] == "documents: 1"
        read_all(alone)
        (listed,) = bob.get("/api/v1/sources").json()["sources"]
        assert (listed["title"], listed["shared"], listed["items"]) == ("Docs", True, 1)
        assert bob.get(f"/api/v1/sources/{listed['id']}").status_code == 404
        status = alone.services.api.sources.sources.store.get(listed["id"])
        assert status.source.options["readers"] == ["organisation"]
        assert "account" not in status.source.options


def test_a_source_is_paused_read_again_and_read_now(alone: RunningWeb) -> None:  # noqa: F811
    with client_of(alone, "ann") as ann:
        source = upload(ann)["id"]
        assert ann.post(f"/api/v1/sources/{source}/state", json={"state": "paused"}).json()["state"] == "paused"
        assert ann.post(f"/api/v1/sources/{source}/sync").status_code == 409
        assert ann.post(f"/api/v1/sources/{source}/state", json={"state": "gone"}).status_code == 422
        assert ann.post(f"/api/v1/sources/{source}/state", json={"state": "active"}).json()["state"] == "active"
        assert ann.post(f"/api/v1/sources/{source}/sync").status_code == 202


def test_the_words_of_a_source_in_the_index_are_encrypted_or_not_as_one_says(alone: RunningWeb) -> None:  # noqa: F811
    with client_of(alone, "ann") as ann, client_of(alone, "bob") as bob:
        source = upload(ann)["id"]
        address = f"/api/v1/sources/{source}/state"
        assert ann.post(address, json={"sealed": False}).json()["sealed"] is False
        both = ann.post(address, json={"state": "paused", "sealed": True})
        assert (both.status_code, ann.get(f"/api/v1/sources/{source}").json()["state"]) == (409, "paused")
        assert ann.post(address, json={"state": "active", "sealed": True}).json()["sealed"] is True
        assert bob.post(address, json={"sealed": False}).status_code == 404


def test_what_cannot_be_taken_says_why(alone: RunningWeb) -> None:  # noqa: F811
    with client_of(alone, "ann") as ann, client_of(alone, "ann", "jobs") as other:
        for name, data in (("tool.exe", b"x"), ("a.txt", b"")):
            answer = ann.post("/api/v1/sources/uploads", files={"file": (name, data)})
            assert answer.status_code == 422, answer.text
            assert answer.json()["error"]["fix"]
        too_large = ann.post("/api/v1/sources/uploads", files={"file": ("a.txt", b"x" * (31 * 2**20))})
        assert too_large.status_code == 413
        assert other.get("/api/v1/sources").status_code == 403


def test_a_passage_that_an_answer_cites_is_opened_while_its_asker_may_read_it(alone: RunningWeb) -> None:  # noqa: F811
    with (
        client_of(alone, "ann") as ann,
        client_of(alone, "ann", "jobs") as asker,
        client_of(alone, "bob", "jobs") as bob,
    ):
        source = upload(
            ann, "office.md", b"# Office\n\nThe printer stands in room 204. Paper is below.", title="Office"
        )
        read_all(alone)
        asked = {"recipe": "ask", "inputs": {"question": "Where is the printer?"}, "surface": "word"}
        job = alone.services.store.jobs.get(asker.post("/api/v1/jobs", json=asked).json()["id"])
        (hit,) = alone.services.api.sources.sources.search("local", "ann", "printer")
        quote = "The printer stands in room 204."
        cited = DraftSource(number=2, title=hit.title, quote=quote, supports=quote, place=hit.place)
        alone.finish(alone.claim(job.id), Draft(recipe="ask", text=f"{quote} [2]", sources=(cited,)))
        address = f"/api/v1/jobs/{job.id}/passages"
        opened = asker.get(f"{address}/2").json()
        others = [asker.get(f"{address}/1").status_code, bob.get(f"{address}/2").status_code]
        ann.delete(f"/api/v1/sources/{source['id']}")
        withdrawn = asker.get(f"{address}/2")

    assert job.surface == "word"
    parts = [{"text": quote, "cited": True}, {"text": " Paper is below.", "cited": False}]
    assert (opened["number"], opened["title"], opened["parts"]) == (2, "Office, Office", parts)
    assert others == [404, 404]
    assert (withdrawn.status_code, "204" in withdrawn.text) == (404, False)


def test_who_may_read_something_of_a_source_is_not_told_how_much_it_holds(alone: RunningWeb) -> None:  # noqa: F811
    store = alone.services.store
    source = source_store(store).add(Source("", LOCAL_WORKSPACE, "ann", "slack", "#support"))
    members = AccessList("members", frozenset({person_principal(LOCAL_WORKSPACE, "bob")}))
    fill(store, source, [written("talk", "Soup.", access="members")], [members])
    with client_of(alone, "ann") as ann, client_of(alone, "bob") as bob, client_of(alone, "zoe") as zoe:
        assert [one["items"] for one in ann.get("/api/v1/sources").json()["sources"]] == [1]
        (listed,) = bob.get("/api/v1/sources").json()["sources"]
        assert (listed["title"], listed["items"], listed["passages"]) == ("#support", None, None)
        assert bob.get("/api/v1/sources", params={"own": "true"}).json() == {"sources": []}
        assert zoe.get("/api/v1/sources").json() == {"sources": []}


def test_members_of_a_shared_mailbox_are_told_how_much_its_source_holds(alone: RunningWeb) -> None:  # noqa: F811
    store = alone.services.store
    source = source_store(store).add(Source("", LOCAL_WORKSPACE, "shared:info@example.org", "mailbox", "Mail of info"))
    members = AccessList("owner", frozenset({person_principal(LOCAL_WORKSPACE, "bob")}))
    fill(store, source, [written("talk", "Soup.", access="owner")], [members])
    with client_of(alone, "bob") as bob:
        (listed,) = bob.get("/api/v1/sources").json()["sources"]
    assert (listed["title"], listed["items"], listed["passages"], listed["errors"]) == ("Mail of info", 1, 1, 0)
