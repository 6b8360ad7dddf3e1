"""`inlaid slack`, `inlaid word`, `inlaid outlook`: the manifests to set these up, and connecting by Socket Mode."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.text.catalogues import told
from integrations.cli.terminal import ForceFlag, error_console, require_free, write_bytes

if TYPE_CHECKING:
    from core.settings import Settings
    from integrations.word.manifest import AddinDeployment

slack_app = typer.Typer(
    help="Set up Slack, or connect to it from a machine that Slack cannot reach.", no_args_is_help=True
)
word_app = typer.Typer(help="Bring the pane into Word.", no_args_is_help=True)
outlook_app = typer.Typer(help="Bring the pane into Outlook.", no_args_is_help=True)


@slack_app.command("manifest")
def slack_manifest(
    url: Annotated[str, typer.Option(help="Public address of the web process; default: INLAID_PUBLIC_URL.")] = "",
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode: Slack needs no address.")] = False,
    one_workspace: Annotated[
        bool, typer.Option("--one-workspace", help="For one workspace: its bot token is set and does not expire.")
    ] = False,
    assistant: Annotated[bool, typer.Option("--assistant", help="For older apps with `assistant_view`.")] = False,
) -> None:
    """Print the app manifest, to paste at api.slack.com/apps > Create New App > From a manifest."""
    from core.recipes.loader import load_recipes
    from core.settings import load_settings
    from integrations.slack.manifest import PLACEHOLDER_URL, make_manifest, to_yaml

    settings = load_settings()
    address = (url or settings.public_url or PLACEHOLDER_URL).rstrip("/")
    made = make_manifest(
        load_recipes(settings.recipes_dir),
        address,
        socket_mode=socket,
        agent=not assistant,
        one_workspace=one_workspace,
    )
    typer.echo(to_yaml(made), nl=False)


@slack_app.command()
def connect() -> None:
    """Serve Slack over Socket Mode, until SIGTERM or Ctrl-C; needs INLAID_SLACK_APP_TOKEN."""
    from core.settings import load_settings
    from integrations.cli.processes.run import run_slack

    run_slack(load_settings())


class ManifestForm(StrEnum):
    """The two kinds of manifest."""

    XML = "xml"
    JSON = "json"


@word_app.callback()
def word() -> None:
    """Bring the pane into Word."""


@outlook_app.callback()
def outlook() -> None:
    """Bring the pane into Outlook."""


FormOption = Annotated[
    ManifestForm, typer.Option("--format", help="xml for every Word and Outlook, json for newer ones.")
]
UrlOption = Annotated[str, typer.Option(help="Public address (https); default: INLAID_PUBLIC_URL.")]
OutputOption = Annotated[Path | None, typer.Option("-o", "--output", help="Where it goes; stdout without it.")]


@word_app.command("manifest")
def word_manifest(
    form: FormOption = ManifestForm.XML, url: UrlOption = "", output: OutputOption = None, force: ForceFlag = False
) -> None:
    """Print the manifest of this deployment, to be uploaded in the Microsoft 365 admin center or sideloaded.

    With `--format json -o NAME.zip` it is the package that Microsoft 365 takes, with its icons.
    """
    from integrations.word import manifest

    require_free(output, force=force)
    _print_manifest(manifest.installation_of, manifest.to_xml, manifest.to_json, form, url, output)


@outlook_app.command("manifest")
def outlook_manifest(
    form: FormOption = ManifestForm.XML, url: UrlOption = "", output: OutputOption = None, force: ForceFlag = False
) -> None:
    """Print the manifest of this deployment, to be uploaded in the Microsoft 365 admin center or sideloaded.

    With `--format json -o NAME.zip` it is the package that Microsoft 365 takes, with its icons.
    """
    from integrations.outlook import manifest

    require_free(output, force=force)
    _print_manifest(manifest.installation_of, manifest.to_xml, manifest.to_json, form, url, output)


def _print_manifest(
    installation_of: "Callable[[Settings, str], AddinDeployment]",
    to_xml: "Callable[[AddinDeployment], str]",
    to_json: "Callable[[AddinDeployment], str]",
    form: ManifestForm,
    url: str,
    output: Path | None,
) -> None:
    from core.errors import SettingsError
    from core.settings import load_settings
    from integrations.word.manifest import to_package

    settings = load_settings()
    found = installation_of(settings, url)
    if not found.url.startswith("https://"):
        raise SettingsError("Office loads nothing without https.", fix="Set INLAID_PUBLIC_URL to an https address.")
    if not (url or settings.public_url):
        error_console().print(told(f"INLAID_PUBLIC_URL is not set: made for {found.url}."))
    if form is ManifestForm.JSON and output and output.suffix == ".zip":
        data = to_package(to_json(found))
    else:
        data = (to_xml(found) if form is ManifestForm.XML else to_json(found)).encode()
    write_bytes(output or Path("-"), data)
