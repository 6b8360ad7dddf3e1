"""`inlaid audit`: what was done is listed, checked and exported, and commands write down what they do themselves."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from core.audit.actions import ACTIONS
from core.job import JobRequest
from core.settings import Settings
from core.store import open_store
from integrations.cli.app import app as inlaid
from tests.core.insight.making import finished_job
from tests.integrations.cli.commands.test_report import run


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert run("audit", "list", "--json", *options) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["entries"]
    return found


def test_what_commands_do_is_listed_and_verified(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    finished_job(open_store(settings), person="bob@example.com")
    assert run("teams", "assign", "Sales", "bob@example.com") == 0
    assert run("purge", "--person", "bob@example.com", "--yes") == 0
    entries = listed(capsys, "--door", "cli")
    assert [one["action"] for one in entries if one["action"] != "person.linked"] == ["person.purged", "team.joined"]
    assert {str(one["actor"]["name"]) for one in entries} == {settings.local_person}  # type: ignore[index]
    assert "bob@example.com" not in str(entries)
    assert [one["action"] for one in listed(capsys, "--action", "team")] == ["team.joined"]
    assert run("audit", "list") == 0
    assert "put a person into a team person-" in capsys.readouterr().out

    assert run("audit", "verify", "--json") == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["problems"] == []
    assert run("audit", "verify", "--head", checked["head"]) == 0
    assert f"head: {checked['head']}" in capsys.readouterr().out
    assert run("audit", "verify", "--head", f"1:{'0' * 64}") == 1
    assert "cut off or written anew" in capsys.readouterr().err
    assert run("audit", "verify", "--head", "nonsense") == 1


def test_an_export_is_lines_of_events_and_is_written_down(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finished_job(open_store(settings), person="ann@example.com")
    file = tmp_path / "trail.jsonl"
    assert run("audit", "export", "-o", str(file)) == 0
    told = capsys.readouterr().err
    events = [json.loads(line) for line in file.read_text().splitlines()]
    assert [event["metadata"]["event_code"] for event in events][:2] == ["job.requested", "job.finished"]
    assert events[0]["actor"]["user"]["name"] == "ann@example.com"
    head = open_store(settings).audit.head()
    assert str(head) in told.replace("\n", "")
    assert next(one["action"] for one in listed(capsys)) == "audit.exported"

    assert run("audit", "export", "--format", "plain", "--after", str(len(events))) == 0
    assert [json.loads(line)["action"] for line in capsys.readouterr().out.splitlines()] == ["audit.exported"]
    assert run("audit", "export", "--format", "xml") == 1


# Commands that leave an entry, each with the action; those with arguments are run here, in a home of their own.
LEAVES: dict[str, tuple[str, list[str] | None]] = {
    "purge": ("person.purged", ["--person", "bob@example.com", "--yes"]),
    "teams assign": ("team.joined", ["Sales", "bob@example.com"]),
    "export": ("work.exported", ["-o", "{folder}"]),
    "report": ("report.exported", ["--csv", "{folder}/report.csv"]),
    "learned share": ("consent.changed", ["--on"]),
    "jobs cancel": ("job.cancelled", ["{queued}"]),
    "jobs retry": ("job.retried", ["{failed}"]),
    "sources add": ("source.changed", ["{file}"]),
    "ask": ("job.requested", None),
    "keys rotate": ("keys.changed", []),
    "tokens add": ("token.added", ["ci"]),
    "tokens revoke": ("token.revoked", ["{token}"]),
    "audit export": ("audit.exported", ["-o", "{folder}/trail.jsonl"]),
    # Need a model, a server or another database: what they store writes the entry.
    "run": ("job.requested", None),
    "reply": ("job.requested", None),
    "edit": ("job.requested", None),
    "scan": ("job.requested", None),
    "document fill": ("job.requested", None),
    "document accept": ("result.decided", None),
    "document reject": ("result.decided", None),
    "migrate": ("schema.migrated", None),
    "sources remove": ("source.removed", None),
    "sources pause": ("source.changed", None),
    "sources resume": ("source.changed", None),
    "mailbox add imap": ("connection.changed", None),
    "mailbox add graph": ("connection.changed", None),
    "mailbox remove": ("connection.removed", None),
    "mailbox set": ("connection.set", None),
    "mailbox voice": ("style.learnt", None),
    "mailbox sync": ("job.requested", None),
    "learned find": ("preference.changed", None),
    "learned enable": ("preference.changed", None),
    "learned disable": ("preference.changed", None),
    "learned edit": ("preference.changed", None),
    "learned forget": ("preference.removed", None),
    "variants promote": ("variant.decided", None),
    "variants pin": ("variant.decided", None),
    "variants retire": ("variant.decided", None),
    "variants test": ("variant.released", None),
    "people merge": ("person.linked", None),
    "people disable": ("person.disabled", None),
    "people enable": ("person.enabled", None),
    "holds add": ("hold.set", None),
    "holds lift": ("hold.lifted", None),
    "people split": ("person.linked", None),
    "people export": ("person.exported", ["bob@example.com", "{folder}/bob.zip"]),
    "person export": ("person.exported", ["bob@example.com", "{folder}/bob.zip"]),
    "model install": ("model.changed", None),
    "model use": ("model.changed", None),
    "model remove": ("model.changed", None),
}
# Commands that read, or start something; what these processes do is written where it is done.
READS = {
    "demo", "up", "console", "evaluate", "doctor", "web", "worker", "beat", "sources list", "sources show",
    "sources sync", "sources reindex",
    "document read",
    "document apply", "document compare", "mailbox list", "slack manifest", "slack connect", "word manifest",
    "recipes", "recipes check", "jobs list", "jobs show", "keys new", "keys status", "report rebuild", "teams list",
    "learned list", "variants list", "audit list", "audit verify", "tokens list", "model", "model serve", "model list",
    "model find", "people list", "people show", "holds list", "document", "mailbox add", "word",
}  # fmt: skip


def commands(app: typer.Typer, prefix: str = "") -> Iterator[str]:
    """Yield every command by its words."""
    for command in app.registered_commands:
        assert command.callback
        yield f"{prefix}{command.name or command.callback.__name__.replace('_', '-')}"
    for group in app.registered_groups:
        assert group.typer_instance
        name = f"{prefix}{group.name}"
        if group.typer_instance.registered_callback:
            yield name
        yield from commands(group.typer_instance, f"{name} ")


def test_every_command_says_whether_it_leaves_an_entry() -> None:
    found = set(commands(inlaid))
    assert found - (LEAVES.keys() | READS) == set()
    assert not LEAVES.keys() & READS
    assert {action for action, _ in LEAVES.values()} <= ACTIONS.keys()


@pytest.mark.parametrize("command", [name for name, (_, given) in LEAVES.items() if given is not None])
def test_what_a_command_does_is_written_down(command: str, settings: Settings, tmp_path: Path) -> None:
    action, given = LEAVES[command]
    store = open_store(settings)
    (tmp_path / "manual.txt").write_text("The warranty lasts two years. It covers parts and labour.")
    finished_job(store, person="bob@example.com")
    queued, failed = (store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann"))[0].id for _ in range(2))
    store.jobs.request_cancel(failed)
    values = {
        "folder": tmp_path, "file": tmp_path / "manual.txt", "queued": queued, "failed": failed,
        "token": store.tokens.add("local", "ann", name="x", scopes=["jobs"], days=1)[0].id,
    }  # fmt: skip
    before = store.audit.head().sequence
    assert run(*command.split(), *(part.format(**values) for part in given or ())) == 0
    added = [one for one in store.audit.walk(after=before) if one.entry.action == action]
    assert [(one.entry.door, one.actor) for one in added[-1:]] == [("cli", settings.local_person)]
