"""`inlaid tokens`: API tokens of persons, made, listed and revoked."""

from typing import Annotated

import typer

from core.errors import ConflictError, InputError, NotFoundError
from core.text.catalogues import N_, told
from integrations.cli.terminal import JsonFlag, error_console, output_console, print_json

app = typer.Typer(help="Make, list and revoke API tokens.", no_args_is_help=True)
USUAL_DAYS = 90

Workspace = Annotated[str, typer.Option(help="The person's workspace: local, a Slack team id, an Entra tenant.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    person: Annotated[str, typer.Option(help="Who it is for, by email address; by default the person here.")] = "",
    workspace: Workspace = "local",
    scopes: Annotated[str, typer.Option("--scopes", help="jobs, documents, report, admin, mcp, with commas.")] = "jobs",
    days: Annotated[int, typer.Option(min=0, help="How long it holds; 0: until it is revoked.")] = USUAL_DAYS,
    as_json: JsonFlag = False,
) -> None:
    """Make a token. It is printed once, and kept only as a hash."""
    from core.job import LOCAL_WORKSPACE
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    asked = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    who = person.strip() or settings.local_person
    if workspace == LOCAL_WORKSPACE and who != settings.local_person and not _is_address(who):
        raise InputError(N_(f"{who[:80]} is no email address."), fix="Write it as name@example.com.")
    store = open_store(settings)
    people = load_people(settings, store.records)
    if people.is_disabled(workspace, who):
        fix = N_(f"Let them in again first with: inlaid people enable {who}")
        raise ConflictError(N_(f"The access of {who} to Inlaid has been ended."), fix=fix)
    token, text = store.tokens.add(workspace, who, name=name, scopes=asked, days=days or None)
    people.meet(workspace, who)
    if not person and _is_address(name):
        fix = N_(f"For {name}: inlaid tokens add NAME --person {name}")
        error_console().print(told(f"It acts for {token.person}, not for {name}."), told(fix), markup=False)
    if as_json:
        print_json({"token": text, **token.to_json()})
        return
    output_console().print(text, markup=False)
    error_console().print(told(f"This is shown once. It acts for {token.person}: {', '.join(sorted(token.scopes))}."))


def _is_address(text: str) -> bool:
    before, _, behind = text.partition("@")
    return bool(before and behind) and "@" not in behind and text.split() == [text]


@app.command("list")
def list_tokens(as_json: JsonFlag = False) -> None:
    """List the tokens, without their secrets."""
    from datetime import UTC, datetime

    from core.settings import load_settings
    from core.store import open_store

    def day(seconds: float | None) -> str:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d") if seconds else told("never")

    found = open_store(load_settings()).tokens.list()
    if as_json:
        print_json({"tokens": [token.to_json() for token in found]})
        return
    console = output_console()
    for token in found:
        ends = f"expires {day(token.expires_at)}, used {day(token.last_used_at)}"
        console.print(
            f"{token.id}  {token.name}: {token.person}, {', '.join(sorted(token.scopes))}; {ends}", markup=False
        )
    if not found:
        console.print(told("No tokens yet. Create one with: inlaid tokens add NAME"))


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(help="The token's id, or the token itself.")], as_json: JsonFlag = False
) -> None:
    """Revoke a token at once."""
    from core.settings import load_settings
    from core.store import open_store

    parts = token_id.split("_")
    if not token_id.strip():
        raise InputError("Name the token.", fix="List them with: inlaid tokens list")
    named = parts[1] if len(parts) > 2 else token_id.strip()
    if not open_store(load_settings()).tokens.revoke(named):
        raise NotFoundError("There is no such token.", fix="List them with: inlaid tokens list")
    if as_json:
        print_json({"id": named, "revoked": True})
    else:
        output_console().print(told("Revoked."))
