"""`/mcp` as the official client sees it: the tools of one person, found by a token with the scope `mcp`."""

import base64
import http.client
import io
import json
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import docx
import pytest
from mcp_types import BlobResourceContents, CallToolResult, EmbeddedResource

from core.drafts import Draft
from core.sources.search import load_sources
from core.sources.sync import Sync
from core.sources.uploads import Upload
from tests.core.sources.making import read_markdown
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import alone, model  # noqa: F401 - fixtures
from tests.integrations.mcp.calls import call_tool, list_tools, text_of
from tests.processes.commands import wait_until

ANN = "ann@example.com"
BOB = "bob@example.com"


@pytest.fixture
def web(alone: RunningWeb) -> RunningWeb:  # noqa: F811
    return alone


def token_of(web: RunningWeb, person: str, scope: str = "mcp") -> str:
    return web.services.store.tokens.add("local", person, name="assistant", scopes=[scope], days=1)[1]


@pytest.fixture
def ann(web: RunningWeb) -> tuple[str, str]:
    return web.url, token_of(web, ANN)


def upload(web: RunningWeb, person: str, text: bytes) -> None:
    sources = load_sources(web.settings, web.services.store)
    source = sources.uploads.source_for("local", person)
    sources.uploads.put(source, [Upload("lease.md", text, "Lease")])
    Sync(sources.store, sources.items, sources.indexer, lambda _name: sources.uploads, read_markdown).work(source.id)


def docx_of(*paragraphs: str) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.fixture
def worked(web: RunningWeb) -> Iterator[Callable[[str], None]]:
    """Let a worker write the text into each job that comes, until the test ends."""
    stop = threading.Event()
    text: list[str] = []

    def work() -> None:
        while not stop.wait(0.02):
            for job in web.services.store.jobs.list(limit=20):
                if text and job.state == "queued":
                    web.finish(web.claim(job.id), Draft(recipe=job.recipe, text=text[0]))

    thread = threading.Thread(target=work)
    thread.start()
    yield text.append
    stop.set()
    thread.join()


def test_each_recipe_is_a_tool_beside_search_and_documents(web: RunningWeb, ann: tuple[str, str]) -> None:
    tools = list_tools(ann)
    assert {"ask", "reply", "summarize", "search", "read_document", "redline_document", "result"} <= tools.keys()
    reply = tools["reply"].input_schema
    assert reply["required"] == ["message"]
    assert tools["ask"].input_schema["properties"].keys() == {"question", "follows", "sources", "readers"}
    assert all(tool.description for tool in tools.values())


def test_a_recipe_is_run_and_its_draft_comes_back(
    web: RunningWeb, ann: tuple[str, str], worked: Callable[[str], None]
) -> None:
    worked("The lift is repaired on Monday.")
    result = call_tool(ann, "summarize", {"text": "The lift broke on Friday. It will be repaired on Monday."})
    assert not result.is_error
    assert text_of(result) == "The lift is repaired on Monday."
    assert (result.structured_content or {})["recipe"] == "summarize"
    (job,) = web.services.store.jobs.list(limit=5)
    assert (job.person, job.surface) == (ANN, "mcp")


def test_a_question_follows_another_and_nothing_is_set_that_no_schema_shows(
    web: RunningWeb, ann: tuple[str, str], worked: Callable[[str], None]
) -> None:
    worked("Two months of rent.")
    first = call_tool(ann, "ask", {"question": "How much is the deposit?"}).structured_content or {}
    assert not call_tool(ann, "ask", {"question": "And for a shop?", "follows": first["job_id"]}).is_error
    newest = web.services.store.jobs.list(limit=1)[0]
    assert newest.inputs["follows"] == first["job_id"]
    for hidden in ("passages", "earlier", "withheld"):
        refused = call_tool(ann, "ask", {"question": "How much?", hidden: "1"})
        assert refused.is_error
        assert hidden in text_of(refused)
    assert len(web.services.store.jobs.list(limit=5)) == 2


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"text": "A text.", "colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_used_is_told_and_stores_nothing(
    web: RunningWeb, ann: tuple[str, str], arguments: dict[str, object], problem: str
) -> None:
    result = call_tool(ann, "summarize", arguments)
    assert result.is_error
    assert problem in text_of(result)
    assert not web.services.store.jobs.list(limit=5)


def test_nobody_sees_the_job_or_the_sources_of_another(web: RunningWeb, ann: tuple[str, str]) -> None:
    upload(web, ANN, b"The deposit is two months of rent, MARKER-ANN.")
    bob = web.url, token_of(web, BOB)
    assert "MARKER-ANN" in text_of(call_tool(ann, "search", {"question": "How much is the deposit?"}))
    assert "MARKER-ANN" not in text_of(call_tool(bob, "search", {"question": "How much is the deposit?"}))
    with web.client(token_of(web, ANN, "jobs")) as client:
        made = client.post("/api/v1/jobs", json={"recipe": "summarize", "inputs": {"text": "A lift. A door."}})
    asked = {"job_id": made.json()["id"]}
    assert "still being worked on" in text_of(call_tool(ann, "result", asked))
    refused = call_tool(bob, "result", asked)
    assert refused.is_error
    assert text_of(refused) == text_of(call_tool(bob, "result", {"job_id": "no such job"}))


def test_a_source_that_policies_forbid_is_not_searched(web: RunningWeb, ann: tuple[str, str]) -> None:
    upload(web, ANN, b"The deposit is two months of rent, MARKER-ANN.")
    (web.settings.home / "policies.toml").write_text('[installation]\nsources = { deny = ["*"] }\n')
    asked = call_tool(ann, "search", {"question": "How much is the deposit?"})
    assert "MARKER-ANN" not in text_of(asked)
    assert "is not allowed by the rule sources.deny of the installation" in text_of(asked)


def redlined(result: CallToolResult) -> bytes:
    (blob,) = [block.resource for block in result.content if isinstance(block, EmbeddedResource)]
    assert isinstance(blob, BlobResourceContents)
    return base64.b64decode(blob.blob)


def test_a_document_is_read_and_changed_by_tracked_changes(ann: tuple[str, str]) -> None:
    document = base64.b64encode(docx_of("The term is one year.", "The rent is 900 euros.")).decode()
    read = (call_tool(ann, "read_document", {"document": document}).structured_content or {})["paragraphs"]
    assert [row["text"] for row in read] == ["The term is one year.", "The rent is 900 euros."]
    edits = [
        {"id": read[0]["id"], "hash": read[0]["hash"], "text": "The term is two years.", "reason": "As agreed."},
        {"id": read[1]["id"], "hash": "another", "text": "The rent is 1 euro."},
    ]
    result = call_tool(ann, "redline_document", {"document": document, "edits": edits})
    said = result.structured_content or {}
    assert said["changed"] == [read[0]["id"]]
    assert list(said["refused"]) == [read[1]["id"]]
    xml = docx.Document(io.BytesIO(redlined(result))).element.xml
    assert "w:del " in xml
    assert "two years" in xml.replace("</w:t>", "") or "two" in xml
    assert "1 euro" not in xml


@pytest.mark.parametrize("document", ["not base64!", base64.b64encode(b"PK but no document").decode(), ""])
def test_what_is_no_document_is_refused_with_what_to_do(ann: tuple[str, str], document: str) -> None:
    result = call_tool(ann, "read_document", {"document": document})
    assert result.is_error
    assert text_of(result)


@pytest.mark.parametrize("scope", ["jobs", "admin", "documents", "report"])
def test_a_token_of_another_scope_or_none_opens_nothing(web: RunningWeb, scope: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for token, status in ((token_of(web, ANN, scope), 403), ("", 401), ("inl_unknown", 401)):
        with web.client(token) as client:
            assert client.post("/mcp", json=body).status_code == status


def test_a_body_that_is_no_message_is_refused(web: RunningWeb, ann: tuple[str, str]) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    with web.client(ann[1], **headers) as client:
        assert client.post("/mcp", content=b"{half").status_code == 400
        assert client.post("/mcp", content=b"[" * 100_000).status_code == 400
        assert client.post("/mcp", content=b"x" * (31 * 2**20)).status_code == 413


def test_a_client_that_goes_away_stops_its_job(web: RunningWeb, ann: tuple[str, str]) -> None:
    call = {"name": "summarize", "arguments": {"text": "The lift broke. It is repaired on Monday."}}
    body = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": call})
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    line = http.client.HTTPConnection(urlsplit(web.url).netloc, timeout=30)
    line.request("POST", "/mcp", body, {**headers, "Authorization": f"Bearer {ann[1]}"})
    jobs = web.services.store.jobs
    wait_until(lambda: bool(jobs.list(limit=1)))
    line.close()
    wait_until(lambda: jobs.list(limit=1)[0].state == "cancelled")
