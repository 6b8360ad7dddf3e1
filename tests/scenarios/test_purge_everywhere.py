"""As it is installed, everything in use: after a purge nothing that somebody wrote is in any file of INLAID_HOME.

They come by the API and by the command line, with texts, documents, sources, wishes, consent and what they did with
drafts; all parts run with their own broker, write their logs at the lowest level, and go on running during the purge.
"""

import json
import subprocess
from pathlib import Path

import httpx
import pytest

from core.settings import Settings
from core.store import Store, open_store
from tests.core.store.leaving_traces import rows_of
from tests.core.store.test_purge_proof import bytes_in, sealed_values
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.processes.commands import INLAID, environment, running_up, wait_until

ANN = "ann.private@example.com"
# Words that stand nowhere but in what she wrote.
WORDS = ("Zanzifrump", "Quorbalex", "Wimblenock")
TEXT = f"The {WORDS[0]} merger is off, says {WORDS[1]}. We meet on Tuesday at 3 pm with {WORDS[2]}."
DOCUMENT = Path(__file__).parents[2] / "integrations/cli/demo/samples/document.docx"
END = {"delivered", "failed", "cancelled"}


def by_command(home: Path, *arguments: str, person: str = ANN, text: str = "", **changes: str) -> str:
    """Run a command as a person of this machine, and return what it printed."""
    done = subprocess.run(
        [INLAID, *arguments], env=environment(home, owner_address=person, **changes), input=text, text=True,
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def by_api(url: str) -> None:
    """Ask for drafts, watch one being written, say what became of it, and have a document edited."""
    with httpx.Client(base_url=url, headers={"Authorization": "Bearer secret"}, timeout=30) as client:
        asked = {"recipe": "rewrite", "inputs": {"text": TEXT}}
        job = client.post("/api/v1/jobs", json=asked, headers={"Idempotency-Key": "one"}).json()
        path = f"/api/v1/jobs/{job['id']}"
        assert TEXT[:20] in client.get(f"{path}/events").text
        wait_until(lambda: client.get(path).json()["state"] in END)
        outcome = {"outcome": "edited", "text": f"{TEXT} I changed {WORDS[0]}."}
        assert client.post(f"{path}/outcome", json=outcome).status_code < 300
        sent = client.post(
            "/api/v1/documents/edit",
            files={"file": ("contract.docx", DOCUMENT.read_bytes())},
            data={"recipe": "proofread", "context": WORDS[1]},
        )
        assert sent.status_code == 202, sent.text
        wait_until(lambda: client.get(f"/api/v1/jobs/{sent.json()['id']}").json()["state"] in END)


@pytest.mark.processes
def test_after_a_purge_nothing_of_a_person_is_in_any_file(tmp_path: Path, openai_server: OpenAIServer) -> None:
    home, note = tmp_path / "home", tmp_path / "note.md"
    note.write_text(f"# Plans\n\n{TEXT}\n")
    openai_server.respond = lambda _body: Answer(TEXT)
    model = {"model_url": openai_server.url, "log_level": "DEBUG", "owner_address": "admin@example.com"}
    model["requests_per_minute"] = "0"  # jobs are asked for again and again until they have ended
    with running_up(home, tmp_path / "output", api_tokens=f"secret={ANN}", **model) as up:
        up.wait_for("Inlaid is up on")
        by_api(up.web_url)
        by_command(home, "run", "rewrite", "-", text=TEXT, model_url=openai_server.url)
        by_command(home, "sources", "add", str(note))
        by_command(home, "learned", "share", "--on")
        by_command(home, "report", "--json")
        store = open_store(Settings(home=home))
        hers = sealed_values(store)
        files = bytes_in(home)
        assert ANN.encode() in files
        assert {"logs", "valkey"} <= {path.name for path in home.iterdir()}
        assert all(part in files for part in hers)

        told = by_command(home, "purge", "--person", ANN, "--yes", "--json", person="admin@example.com")
        assert json.loads(told)["jobs"] == 3
        wait_until(lambda: traces(store, home, hers) == [], why=str(traces(store, home, hers)))
        assert not [word for word in WORDS if word in str(rows_of(store))]
        assert store.audit.verify().problems == []
        assert up.stops == []
        store.close()
    assert traces_of_words(home) == []


def traces(store: Store, home: Path, hers: set[bytes]) -> list[str]:
    """Return in which files there is anything of hers: words, address, or what sealed them."""
    gone = hers - sealed_values(store)  # what is left is the installation's own: salts and keys
    sealed = {path.name for path in home.rglob("*") if path.is_file() and any(part in read(path) for part in gone)}
    return sorted({*sealed, *traces_of_words(home)})


def traces_of_words(home: Path) -> list[str]:
    words = [word.encode() for word in (*WORDS, ANN)]
    found = [path for path in home.rglob("*") if path.is_file() and any(word in read(path) for word in words)]
    return sorted(path.name for path in found)


def read(path: Path) -> bytes:
    """Return what a file holds, nothing when it was just deleted."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
