"""`inlaid audit`: what was done is listed, checked and exported, and commands write down what they do themselves."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from core.audit.actions import ACTIONS
from core.audit.entries import Actor, AuditEvent
from core.settings import Settings
from core.store import open_store
from integrations.cli.app import app as inlaid
from tests.core.audit.written import SECRET, everything_of
from tests.core.insight.making import finished_job
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.cli.commands import audited_commands
from tests.integrations.cli.commands.audited_bench import Bench, Case
from tests.integrations.cli.commands.audited_commands import OWNER
from tests.integrations.cli.commands.audited_recipes import RECIPE_CASES
from tests.integrations.cli.commands.test_report import run
from tests.integrations.cli.conftest import Terminal

__all__ = ["microsoft"]


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
    assert [entry["action"] for entry in entries if entry["action"] != "person.linked"] == [
        "person.purged",
        "team.joined",
    ]
    assert {str(entry["actor"]["name"]) for entry in entries} == {settings.local_person}  # type: ignore[index]
    assert "bob@example.com" not in str(entries)
    for called in ("team", "team.joined", "put a person", "Person into"):
        assert [one["action"] for one in listed(capsys, "--action", called)] == ["team.joined"]
    assert run("audit", "list", "--action", "flew to the moon") == 0
    assert "No entry matches." in capsys.readouterr().out
    assert run("audit", "list") == 0
    assert "put a person into a team person-" in capsys.readouterr().out
    refused = {"rule": "recipes", "recipe": "reply"}
    open_store(settings).audit.write(
        AuditEvent("policy.refused", Actor("local", "ann@example.com", "api"), outcome="failure", details=refused)
    )
    assert run("audit", "list") == 0
    assert "ann@example.com (api): was refused by a policy (recipe: reply, rule: recipes)" in capsys.readouterr().out

    assert run("audit", "verify", "--json") == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["problems"] == []
    assert run("audit", "verify", "--head", checked["head"]) == 0
    assert f"head: {checked['head']}" in capsys.readouterr().out
    assert run("audit", "verify", "--head", f"1:{'0' * 64}") == 1
    assert "cut off or rewritten" in capsys.readouterr().err
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


CASES = {
    **audited_commands.CASES,
    **RECIPE_CASES,
    "backup": Case("backup.made", lambda bench: (bench.folder / "one.tar",), has_thing=False),
}
# Commands that read, or start something; what these processes do is written where it is done.
# It puts another trail in place of the one that is looked at here; tests of its own read that.
APART = {"restore"}
READS = {
    "rehearse slack", "rehearse microsoft", "rehearse gmail",  # what they make is gone at the end
    "setup",  # writes a file of the person's own
    "demo", "up", "console", "logs", "evaluate", "doctor", "mcp", "web", "worker", "beat",
    "sources list", "sources show",
    "sources sync", "sources reindex", "signals list", "signals show", "signals scans",
    "signals digest", "signals report",
    "policy check", "policy list", "policy show", "policy why",
    "document read",
    "mailbox acknowledge",  # a warning is shown no more
    "document apply", "document compare", "mailbox list", "slack manifest", "slack connect", "word manifest",
    "outlook manifest", "outlook",
    "recipes", "recipes check", "recipes template", "recipes show", "recipes history", "recipes diff",
    "keys new", "keys status", "report rebuild", "teams list",
    "learned list", "facts list", "variants list", "audit list", "audit verify", "tokens list", "model", "model serve",
    "model list", "model find", "people list", "people show", "holds list", "document", "mailbox add", "word",
    "mailbox add gmail",  # gives a link; what is connected by it is written down
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


def test_every_command_is_run_or_leaves_nothing() -> None:
    found = set(commands(inlaid))
    assert found - (CASES.keys() | READS | APART) == set()
    assert not CASES.keys() & READS
    assert {case.action for case in CASES.values()} <= ACTIONS.keys()


@pytest.mark.parametrize("command", CASES)
def test_what_a_command_does_is_written_down(
    command: str,
    settings: Settings,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INLAID_OWNER_ADDRESS", OWNER)
    settings = settings.model_copy(update={"owner_address": OWNER})
    case, bench = CASES[command], Bench(settings, tmp_path, Terminal(capsys, monkeypatch), request)
    arguments = case.prepare(bench)
    before = bench.store.audit.head().sequence if "store" in vars(bench) or arguments else 0
    assert bench.terminal.run(*command.split(), *arguments, stdin=bench.stdin) == 0, bench.terminal.err
    added = [shown for shown in bench.store.audit.walk(after=before) if shown.entry.action == case.action]
    assert added
    last = added[-1]
    assert (last.entry.door, last.actor, last.entry.workspace) == ("cli", OWNER, case.workspace)
    assert bool(last.entry.thing) is case.has_thing
    assert SECRET not in everything_of(bench.store)
    assert bench.store.audit.verify().problems == []
    bench.store.close()


def test_a_list_that_is_cut_says_how_to_go_on(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for person in ("ann", "bob", "cas"):
        assert run("teams", "assign", "Sales", f"{person}@example.com") == 0
    sequences = [entry["sequence"] for entry in listed(capsys)]
    assert run("audit", "list", "--limit", "2") == 0
    assert f"inlaid audit list --before {sequences[1]}" in " ".join(capsys.readouterr().out.split())
    assert run("audit", "list", "--limit", str(len(sequences))) == 0
    assert "--before" not in capsys.readouterr().out
