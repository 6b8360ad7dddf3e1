"""The example of a surface, installed as a package of its own: its route takes jobs, and its board gets the results."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.deploy.test_connector_example import ROOT, install, run

EXAMPLE = ROOT / "deploy/examples/surface"
LETTER = "The lease runs until 31 March 2027. It renews by one year unless notice is given. Rent is due monthly."

ASK = """
import hashlib, hmac, json, os, sys
import warnings

warnings.simplefilter("ignore")
from fastapi.testclient import TestClient

from core.settings import load_settings
from integrations.cli.commands.doctor_rules import check_packages
from integrations.cli.local_runner import LocalSession
from integrations.web.app import create_app
from integrations.web.wiring import open_services
from tests.in_memory import MemoryQueue, MemoryTail
from tests.memory_events import MemoryEvents

settings, events = load_settings(), MemoryEvents()
os.environ.update(NOTES_SECRET="secret", NOTES_BOARD=sys.argv[1])
probes = {"database": lambda: None}
services = open_services(settings, queue=MemoryQueue(), events=events, tail=MemoryTail(events), probes=probes)


def ask(client, secret="secret", **note):
    inputs = {"text": sys.argv[2], "focus": "When does it renew?"}
    body = json.dumps({"key": "1", "person": "ann", "recipe": "scan", "inputs": inputs} | note).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    answer = client.post("/notes", content=body, headers={"X-Notes-Signature": signature})
    return answer.status_code, answer.json()


with TestClient(create_app(settings, services)) as client:
    wrong = [ask(client, secret="guess")[0], ask(client, recipe="nonsense"), ask(client, inputs={"txt": "x"})]
    wrong.append(ask(client, inputs={"text": sys.argv[2], "refine:job": "1", "refine:wish": "shorter"}))
    first, again = ask(client), ask(client)
    assert first == again, (first, again)
    job = services.store.jobs.get(first[1]["job"])
    with LocalSession(settings, lambda *_event: None, store=services.store) as session:
        states = [session.resume(job).state]
print(json.dumps({"wrong": wrong, "status": first[0], "states": states, "packages": check_packages(settings)}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(EXAMPLE, tmp_path_factory.mktemp("installed"))


def test_the_board_asks_and_gets_the_result_once(installed: Path, tmp_path: Path) -> None:
    board = tmp_path / "board.db"
    told = json.loads(run(ASK, installed, tmp_path / "home", str(board), LETTER))
    unsigned, unknown, unusable, internal = told["wrong"]
    assert (internal[0], internal[1]["code"]) == (422, "input")
    assert "refine:job: The recipe has no such input" in internal[1]["message"]
    assert unsigned == 401
    assert (unknown[0], unknown[1]["message"]) == (422, "There is no recipe 'nonsense'.")
    assert (unusable[0], unusable[1]["code"]) == (422, "input")
    assert (told["status"], told["states"]) == (202, ["delivered"])
    assert told["packages"] == "inlaid.integrations notes, inlaid.routers notes"
    with sqlite3.connect(board) as connection:
        [(person, text)] = connection.execute("SELECT person, text FROM notes").fetchall()
    connection.close()
    assert person == "ann"
    assert "renews by one year" in text


RAISING = """
from core.settings import load_settings
from core.store import open_store
from integrations.cli.app import main

settings = load_settings()
settings.home.mkdir(mode=0o700, exist_ok=True)
open_store(settings).close()
try:
    main(["doctor", "--all"])
except SystemExit as ended:
    assert ended.code == 1
"""
BRINGS = """
def surface():
    raise RuntimeError("no board")


def routes(context):
    return context.settings.no_such_setting
"""


def test_the_doctor_names_the_package_of_what_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "notes-1.dist-info").mkdir()
    (tmp_path / "notes-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: notes\nVersion: 1\n")
    entries = "[inlaid.integrations]\nboard = brings:surface\n[inlaid.routers]\nboard = brings:routes\n"
    (tmp_path / "notes-1.dist-info" / "entry_points.txt").write_text(entries)
    (tmp_path / "brings.py").write_text(BRINGS)
    told = " ".join(run(RAISING, tmp_path, tmp_path / "home").split())
    assert "inlaid.integrations board of notes: RuntimeError: no board" in told
    assert "inlaid.routers board of notes: AttributeError: 'Settings' object has no attribute" in told


BROKEN = """
from core.errors import InlaidError
from core.settings import load_settings
from integrations.cli.commands.doctor_rules import check_packages
from fastapi import FastAPI
from integrations.registry import add_routers_of_packages

try:
    check_packages(load_settings())
except InlaidError as error:
    print(error.message)
app = FastAPI(openapi_url=None)
add_routers_of_packages(app, None)
print(app.routes)
"""


def test_what_does_not_load_is_named_and_stops_no_server(tmp_path: Path) -> None:
    (tmp_path / "notes-1.dist-info").mkdir()
    (tmp_path / "notes-1.dist-info" / "entry_points.txt").write_text("[inlaid.routers]\nnotes = nowhere:notes\n")
    told, routers = run(BROKEN, tmp_path, tmp_path / "home").splitlines()[-2:]
    assert "inlaid.routers notes: ModuleNotFoundError: No module named 'nowhere'" in told
    assert routers == "[]"
