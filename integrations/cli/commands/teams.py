"""`inlaid teams`: who belongs to which team, for the report."""

from typing import Annotated

import typer

from integrations.cli.terminal import JsonFlag, output_console, print_json

app = typer.Typer(help="List teams, or put people into one, for the report.", no_args_is_help=True)
Workspace = Annotated[str, typer.Option(help="The people's workspace: local, a Slack team id, an Entra tenant.")]


@app.command("list")
def list_teams(workspace: Workspace = "local", as_json: JsonFlag = False) -> None:
    """List the teams and their people."""
    from core.insight.report.counting_rules import Teams
    from core.settings import load_settings
    from core.store import open_store

    members = Teams(open_store(load_settings()).records).members(workspace)
    if as_json:
        print_json({"teams": members})
        return
    for team, people in sorted(members.items()):
        output_console().print(f"{team}: {', '.join(people)}", markup=False)
    if not members:
        output_console().print("No teams yet. Make one with: inlaid teams assign TEAM ADDRESS...")


@app.command()
def assign(
    team: Annotated[str, typer.Argument(help='Name of the team; "" takes people out of theirs.')],
    people: Annotated[list[str], typer.Argument(help="Mail addresses, or Slack user ids.")],
    workspace: Workspace = "local",
) -> None:
    """Put people into a team; their earlier jobs stay where they were counted."""
    from core.insight.report.counting_rules import Teams
    from core.people import load_people
    from core.settings import load_settings
    from core.store import open_store

    settings = load_settings()
    kept = open_store(settings).records
    for person in people:
        home = load_people(settings, kept).identity(workspace, person)
        Teams(kept).assign(home.workspace, [home.person], team)
