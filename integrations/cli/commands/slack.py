"""`inlaid slack`: the manifest for creating the app, and connecting by Socket Mode."""

from typing import Annotated

import typer

app = typer.Typer(help="Set Slack up, or connect to it where Slack cannot reach this machine.", no_args_is_help=True)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Public address of the web process; default: INLAID_PUBLIC_URL.")] = "",
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode: Slack needs no address.")] = False,
    assistant: Annotated[bool, typer.Option("--assistant", help="For older apps with `assistant_view`.")] = False,
) -> None:
    """Print the app manifest, to paste at api.slack.com/apps > Create New App > From a manifest."""
    from core.recipes.loader import load_recipes
    from core.settings import load_settings
    from integrations.slack.setup.manifest import PLACEHOLDER_URL, make_manifest, to_yaml

    settings = load_settings()
    address = (url or settings.public_url or PLACEHOLDER_URL).rstrip("/")
    made = make_manifest(load_recipes(settings.recipes_dir), address, socket_mode=socket, agent=not assistant)
    typer.echo(to_yaml(made), nl=False)


@app.command()
def connect() -> None:
    """Serve Slack over Socket Mode, until SIGTERM or Ctrl-C; needs INLAID_SLACK_APP_TOKEN."""
    from core.settings import load_settings
    from integrations.cli.processes.socket_mode import run_slack

    run_slack(load_settings())
