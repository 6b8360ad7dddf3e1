"""The command line without a larger model: what needs one says so, with the command that lists them."""

import json
from pathlib import Path

import pytest

from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import DOCUMENT, REWORDED, TEXT, Terminal

SMALL_MODEL = """
[[endpoints]]
name = "house"
url = "{url}"
size = "small"

[[endpoints]]
name = "larger"
url = "{url}"
size = "large"

[routes]
default = ["house"]
"""


@pytest.fixture
def small_model(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, openai_server: OpenAIServer
) -> Terminal:
    """Route everything to a small model; a larger one is there for those who name it."""
    file = tmp_path / "models.toml"
    file.write_text(SMALL_MODEL.format(url=openai_server.url))
    monkeypatch.delenv("INLAID_MODEL_URL")
    monkeypatch.setenv("INLAID_MODELS_FILE", str(file))
    return terminal


@pytest.mark.parametrize(
    ("title", "arguments"),
    [
        ("Rewrite", ["run", "rewrite", "-"]),
        ("Translate", ["run", "translate", "--set", "target_language=German", "-"]),
        ("Action items", ["run", "actions", "-"]),
        ("Minutes", ["run", "minutes", "-"]),
        ("Shorten", ["edit", DOCUMENT, "--recipe", "shorten"]),
    ],
)
def test_what_needs_a_larger_model_says_so_with_the_command_and_stores_nothing(
    small_model: Terminal, openai_server: OpenAIServer, title: str, arguments: list[str]
) -> None:
    said = small_model.error(*arguments, stdin=TEXT.encode())
    needs = f"“{title}” needs a larger model than the one that is set up."
    assert said.startswith(f"inlaid: {needs} `inlaid model list` shows which run on this machine; ")
    assert "counts as small by its name, or by `size`" in said
    assert openai_server.chats == []
    assert small_model.json("jobs", "list")["jobs"] == []


@pytest.mark.parametrize(
    "arguments", [["run", "rewrite", "-"], ["edit", DOCUMENT, "--recipe", "rewrite", "-o", "out.docx"]], ids=" ".join
)
def test_a_model_that_is_not_up_is_told_after_one_try(
    terminal: Terminal, openai_server: OpenAIServer, arguments: list[str]
) -> None:
    openai_server.refuse_connections()
    said = terminal.error(*arguments, stdin=TEXT.encode())
    assert said.endswith(" cannot be reached. Check INLAID_MODEL_URL and that the server is up.\n")
    [job] = terminal.json("jobs", "list")["jobs"]
    assert (job["state"], job["attempts"]) == ("failed", 1)


def test_a_template_is_no_brief_and_without_one_nothing_is_stored(terminal: Terminal) -> None:
    assert "brief: Please fill this in." in terminal.error("edit", DOCUMENT, "--recipe", "fill", "-o", "out.docx")
    assert terminal.json("jobs", "list")["jobs"] == []


def test_a_larger_model_that_is_named_is_asked(small_model: Terminal) -> None:
    assert small_model.json("run", "rewrite", "--model", "larger", "-", stdin=TEXT.encode())["text"] == REWORDED
    assert "inlaid model list" in small_model.error("run", "rewrite", "--model", "house", "-", stdin=TEXT.encode())


def test_a_name_that_the_server_does_not_list_is_refused_before_a_word_is_asked(
    terminal: Terminal, openai_server: OpenAIServer
) -> None:
    openai_server.models = ["org/one", "two:latest"]
    said = terminal.error("run", "rewrite", "--model", "gpt-9", "-", stdin=TEXT.encode())
    assert said == "inlaid: The model server has no model gpt-9. Take one of: org/one, two:latest.\n"
    assert openai_server.chats == []
    for name in ("one", "org/one", "two"):
        assert terminal.json("run", "rewrite", "--model", name, "-", stdin=TEXT.encode())["model"] == name


@pytest.mark.parametrize("name", ["gpt-9", "embedded", "default"])
def test_no_name_opens_the_writing_lane_to_the_embedded_model(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("INLAID_MODEL_URL")
    said = terminal.error("run", "rewrite", "--model", name, "-", stdin=TEXT.encode())
    known = "There is no model endpoint called gpt-9. Take one of: default."
    assert known in said if name == "gpt-9" else "needs a larger model than the one that is set up" in said
    assert terminal.json("jobs", "list")["jobs"] == []


def test_the_list_of_recipes_tells_them_apart(small_model: Terminal) -> None:
    assert small_model.run("recipes") == 0
    ready, needing = small_model.out.split("These need a larger model than the one that is set up.")
    assert ("\nreply " in ready, "\nreply " in needing) == (True, False)
    assert ("\nrewrite " in ready, "\nrewrite " in needing) == (False, True)
    assert ("\nsummarize " in ready, "\nsummarize " in needing) == (False, True)
    assert "administrator" not in small_model.out


def test_the_doctor_and_an_evaluation_say_that_a_small_endpoint_is_never_asked(
    small_model: Terminal, tmp_path: Path
) -> None:
    note = "Endpoint house counts as small: rules write, it is never asked."
    fix = "If it is to write: size of the endpoint house in INLAID_MODELS_FILE = large."
    small_model.run("doctor", "--json")
    notes = [(check["message"], check["fix"]) for check in json.loads(small_model.out)["checks"]]
    assert (note, fix) in notes
    assert not any("larger" in told for told, _ in notes)
    data = tmp_path / "set.jsonl"
    data.write_text('{"task": "title", "source": "The hall is closed on Monday."}')
    assert small_model.run("evaluate", data, "--models", "house,larger") == 0
    assert f"{note} {fix}" in " ".join(small_model.err.split())
    assert "larger counts as small" not in small_model.err
