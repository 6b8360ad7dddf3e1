"""What the doctor prints: trouble first, each once, and the rest in a line."""

import psycopg
from pydantic import SecretStr

from core.settings import Settings
from integrations.cli.doctor_report import Checked, access_notes, index_notes, report_lines
from tests.core.sources.test_index_postgres import plain_url
from tests.servers.postgres import with_server

__all__ = ["plain_url"]


def found(name: str, message: str = "Works.", fix: str = "", *, ok: bool = True) -> Checked:
    return {"name": name, "ok": ok, "message": message, "fix": fix}


def test_a_trouble_that_fails_many_checks_is_said_once_and_first(settings: Settings) -> None:
    away = [found(name, "The database cannot be reached.", "Start it.", ok=False) for name in ("tables", "jobs")]
    lines = list(report_lines(settings, [found("model"), *away], everything=False))
    assert lines[0] == "[red]fail[/] tables, jobs: The database cannot be reached. Start it."
    assert "1 of 3: model" in lines[1]


def test_what_lets_nobody_administer_or_anybody_in_is_a_note(settings: Settings) -> None:
    def notes(**changes: object) -> str:
        return " ".join(note["message"] for note in access_notes(settings.model_copy(update=changes)))

    assert notes() == ""
    assert "Nobody is an administrator" in notes(public_url="https://inlaid.example.com")
    assert notes(public_url="https://inlaid.example.com", admins=("ann@example.com",)) == ""
    assert notes(public_url="https://inlaid.example.com", group_roles=("administrator=IT",)) == ""
    assert "INLAID_ADMINS holds a@x;b@x, which is nobody." in notes(admins=("a@x;b@x",))
    tokens = (SecretStr("kurz"), SecretStr(f"{'k' * 32}=ann@example.com"))
    assert notes(api_tokens=tokens, admins=("ann@example.com",)) == (
        "INLAID_API_TOKENS holds a token of 4 characters, which can be guessed."
    )


def test_an_index_without_pgvector_is_a_note(settings: Settings, plain_url: str, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO plain")
        connection.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO plain")
    (note,) = index_notes(with_server(settings, plain_url))
    assert "by their words alone" in note["message"]
    assert "CREATE EXTENSION vector" in note["fix"]
    assert index_notes(settings) == []


def test_what_nobody_asked_for_is_named_apart_and_not_wrong(settings: Settings) -> None:
    lines = list(report_lines(settings, [found("slack", "Not set up."), found("model")], everything=False))
    assert not any("fail" in line for line in lines)
    assert any(line.startswith("[dim]Not set up: slack.") for line in lines)


def test_everything_names_each_check_and_each_setting_and_no_secret(settings: Settings) -> None:
    told = settings.model_copy(update={"owner_name": "Ann [bold]"})
    lines = list(report_lines(told, [found("model")], everything=True))
    assert "[green]ok[/]   model: Works." in lines
    assert any("INLAID_OWNER_NAME" in line and r"Ann \[bold]" in line for line in lines)


def test_markup_in_a_message_is_text(settings: Settings) -> None:
    (line, *_) = report_lines(settings, [found("x", "[red]gone[/]", ok=False)], everything=False)
    assert r"\[red]gone\[/]" in line
