"""Tracked changes that a person accepts and rejects by `inlaid document`, and what is learnt from them, end to end."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.insight.learning.examples import Examples
from core.insight.learning.rule_store import RuleStore
from core.insight.report.rollup import roll_up_all
from core.job import LOCAL_WORKSPACE
from core.people import load_people
from core.recipes.loader import load_recipes
from core.settings import load_settings
from core.store import Store, open_store
from integrations.cli.commands.report import open_rules
from integrations.documents import read_document
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal
from tests.integrations.documents.build import document, p, run

ROOMS = ("hall", "kitchen", "office", "cellar", "garden", "library")
WRONG = [f"We will recieve the chairs of the {room} on Friday." for room in ROOMS]
RIGHT = [text.replace("recieve", "receive") for text in WRONG]


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> Terminal:
    monkeypatch.setenv("INLAID_MODEL_URL", openai_server.url)
    monkeypatch.setenv("INLAID_MODEL_SIZE", "small")
    return Terminal(capsys, monkeypatch)


def proofread(terminal: Terminal, folder: Path, *paragraphs: str) -> Path:
    """Let a document be proofread, and return the one with tracked changes."""
    given, made = folder / "given.docx", folder / "made.docx"
    given.write_bytes(document(*(p(run(text)) for text in paragraphs)))
    assert terminal.run("edit", given, "--recipe", "proofread", "-o", made, "--force") == 0, terminal.err
    return made


def texts(data: bytes) -> list[str]:
    """Return the paragraphs of the body: the comments beside the changes say why."""
    return [paragraph.text for paragraph in read_document(data).paragraphs if paragraph.story == "body"]


def opened() -> Store:
    store, rules = open_rules()
    roll_up_all(store, rules)
    return store


def changes(store: Store) -> list[tuple[str, str]]:
    """Return what was proposed and used of each decided change of the newest job."""
    return [(change.proposed, change.used) for change in store.outcomes.changes_of(store.jobs.list(limit=1)[0])]


def test_what_is_always_rejected_becomes_a_wish_and_is_not_proposed_again(terminal: Terminal, tmp_path: Path) -> None:
    made = proofread(terminal, tmp_path, *WRONG)
    assert texts(made.read_bytes()) == RIGHT
    told = terminal.json("document", "reject", made, "-o", tmp_path / "kept.docx")
    assert (told["noted"], told["left"]) == (6, 0)
    assert texts((tmp_path / "kept.docx").read_bytes()) == WRONG
    store = opened()
    assert changes(store) == list(zip(RIGHT, WRONG, strict=True))
    store.close()
    assert terminal.run("learned", "find") == 0
    assert "Leave “recieve” as it is: never change it to “receive”." in terminal.out
    key = terminal.out.split()[0]
    assert texts(proofread(terminal, tmp_path, WRONG[0]).read_bytes()) == [RIGHT[0]], "a wish that is only offered"
    assert terminal.run("learned", "enable", key) == 0
    again = proofread(terminal, tmp_path, "We recieve the desks untill noon.", "They recieve nothing.")
    assert texts(again.read_bytes()) == ["We recieve the desks until noon.", "They recieve nothing."]
    assert {revision.text for revision in read_document(again.read_bytes()).revisions} <= {"untill", "until"}


def test_single_changes_of_one_paragraph_are_told_apart(terminal: Terminal, tmp_path: Path) -> None:
    made = proofread(terminal, tmp_path, "We recieve the desks untill the end of May.")
    revisions = read_document(made.read_bytes()).revisions
    refused = [revision.id for revision in revisions if revision.text in {"recieve", "receive"}]
    others = [revision.id for revision in revisions if revision.id not in refused]
    assert refused
    assert others
    half, whole = tmp_path / "half.docx", tmp_path / "whole.docx"
    first = terminal.json("document", "reject", made, "-o", half, *(f"--id={one}" for one in refused))
    assert (first["noted"], first["left"]) == (1, len(others))
    second = terminal.json("document", "accept", half, "-o", whole, *(f"--id={one}" for one in others))
    assert second["left"] == 0
    used = "We recieve the desks until the end of May."
    store = opened()
    assert changes(store) == [("We receive the desks until the end of May.", used)]
    standing = store.outcomes.acts_of([store.jobs.list(limit=1)[0].id])
    assert {act.outcome for acts in standing.values() for act in acts} == {"edited"}
    store.close()


def test_accepted_changes_are_examples_and_rows_of_the_export(terminal: Terminal, tmp_path: Path) -> None:
    made = proofread(terminal, tmp_path, *WRONG[:4])
    ids = [revision.id for revision in read_document(made.read_bytes()).revisions]
    half = tmp_path / "half.docx"
    assert terminal.json("document", "accept", made, "-o", half, *(f"--id={one}" for one in ids[:-2]))["noted"] == 3
    assert terminal.json("document", "reject", half, "-o", tmp_path / "whole.docx")["noted"] == 1
    store, settings = opened(), load_settings()
    people = load_people(settings, store.records)
    who = people.identity(LOCAL_WORKSPACE, settings.local_person)
    learned, recipe = RuleStore(store, people), load_recipes()["proofread"]
    experience = Examples(store, people, learned).experience(who, LOCAL_WORKSPACE, recipe)
    assert [(one.given, one.used) for one in experience.own] == list(zip(WRONG[:3], RIGHT[:3], strict=True))
    [example, *_] = experience.examples(recipe, ["We will recieve the tables of the hall on Monday."], besides="")
    assert example.assistant == RIGHT[0]
    store.close()
    assert terminal.run("learned", "share", "--on") == 0
    assert terminal.run("export", "-o", tmp_path / "data") == 0

    def rows(name: str) -> list[Any]:
        return [json.loads(line) for line in (tmp_path / "data" / name).read_text().splitlines()]

    assert sorted(row["messages"][-1]["content"] for row in rows("training.jsonl")) == sorted(RIGHT[:3])
    preferred = {(row["chosen"][0]["content"], row["rejected"][0]["content"]) for row in rows("preferences.jsonl")}
    assert preferred == {*zip(RIGHT[:3], WRONG[:3], strict=True), (WRONG[3], RIGHT[3])}
    assert all(row["prompt"][-1]["role"] == "user" for row in rows("preferences.jsonl"))
    card = json.loads((tmp_path / "data" / "card.json").read_text())
    assert (card["files"]["training"]["pairs"], card["files"]["training"]["preferences"]) == (3, 4)


def test_changes_of_others_and_documents_of_others_teach_nothing(terminal: Terminal, tmp_path: Path) -> None:
    made = proofread(terminal, tmp_path, WRONG[0])
    store = open_store(load_settings())
    assert terminal.json("document", "accept", made, "-o", tmp_path / "a.docx", "--author", "Ann")["noted"] == 0
    own = tmp_path / "own.docx"
    own.write_bytes(document(p(run("We recieve chairs."))))
    edits = [{"id": read_document(own.read_bytes()).paragraphs[0].id, "text": "We receive chairs."}]
    (tmp_path / "edits.json").write_text(json.dumps(edits))
    assert terminal.run("document", "apply", own, tmp_path / "edits.json", "-o", tmp_path / "b.docx") == 0
    assert terminal.json("document", "reject", tmp_path / "b.docx", "-o", tmp_path / "c.docx")["noted"] == 0
    assert changes(store) == []
    store.close()
