"""`inlaid mcp` as an assistant starts it: a process that is talked to on its standard input and output."""

import sys
from pathlib import Path

import docx
import pytest
from mcp.client.stdio import StdioServerParameters

from core.settings import load_settings
from core.store import open_store
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.mcp.calls import call_tool, list_tools, text_of

pytestmark = pytest.mark.processes


def server(home: Path, **more: str) -> StdioServerParameters:
    code = "from integrations.cli.app import main; main()"
    env = {"INLAID_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[4]), **more}
    return StdioServerParameters(command=sys.executable, args=["-c", code, "mcp"], env=env)


def test_a_question_is_answered_by_a_job_that_is_kept(home: Path) -> None:
    with OpenAIServer(respond=lambda _body: Answer("The lift is repaired on Monday.")) as model:
        asked = {"text": "The lift broke on Friday. It will be repaired on Monday, says Kim."}
        result = call_tool(server(home, INLAID_MODEL_URL=model.url), "summarize", asked)
    assert not result.is_error, text_of(result)
    assert "Monday" in text_of(result)
    store = open_store(load_settings())
    (job,) = store.jobs.list(limit=5)
    store.close()
    assert (job.state, job.surface) == ("delivered", "mcp")


def test_a_document_of_this_machine_is_read_and_its_changes_stand_beside_it(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "lease.docx"
    made = docx.Document()
    made.add_paragraph("The term is one year.")
    made.save(str(path))
    before = path.read_bytes()
    assistant = server(home)
    assert "search" in list_tools(assistant)
    (paragraph,) = (call_tool(assistant, "read_document", {"document": str(path)}).structured_content or {})[
        "paragraphs"
    ]
    edit = {"id": paragraph["id"], "hash": paragraph["hash"], "text": "The term is two years."}
    saved = call_tool(assistant, "redline_document", {"document": str(path), "edits": [edit]})
    assert (saved.structured_content or {})["path"] == str(tmp_path / "lease (changes).docx")
    assert path.read_bytes() == before
    assert "w:ins " in docx.Document(str(tmp_path / "lease (changes).docx")).element.xml
    stale = call_tool(assistant, "redline_document", {"document": str(path), "edits": [{**edit, "hash": "old"}]})
    assert paragraph["id"] in (stale.structured_content or {})["refused"]
    missing = call_tool(assistant, "read_document", {"document": str(tmp_path / "none.docx")})
    assert missing.is_error


def test_what_a_policy_refuses_is_no_tool(home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "policies.toml").write_text('[installation]\nrecipes = { deny = ["summarize"] }\n')
    with OpenAIServer() as model:
        tools = list_tools(server(home, INLAID_MODEL_URL=model.url))
    assert "reply" in tools
    assert "summarize" not in tools
