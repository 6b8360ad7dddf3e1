"""`inlaid word`: the manifest that brings the pane into Word."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Bring the pane into Word.", no_args_is_help=True)


class Form(StrEnum):
    """The two kinds of manifest."""

    XML = "xml"
    JSON = "json"


@app.callback()
def word() -> None:
    """Bring the pane into Word."""


@app.command()
def manifest(
    form: Annotated[Form, typer.Option("--format", help="xml for every Word, json for newer Word.")] = Form.XML,
    url: Annotated[str, typer.Option(help="Public address (https); default: INLAID_PUBLIC_URL.")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where it goes; stdout without it.")] = None,
) -> None:
    """Print the manifest of this deployment, to be uploaded in the Microsoft 365 admin center or sideloaded.

    With `--format json -o NAME.zip` it is the package that Microsoft 365 takes, with its icons.
    """
    from core.errors import SettingsError
    from core.settings import load_settings
    from integrations.cli.terminal import error_console, write_bytes
    from integrations.word.manifest import installation_of
    from integrations.word.manifest_json import to_json, to_package
    from integrations.word.manifest_xml import to_xml

    settings = load_settings()
    found = installation_of(settings, url)
    if not found.url.startswith("https://"):
        raise SettingsError("Office loads nothing without https.", fix="Set INLAID_PUBLIC_URL to an https address.")
    if not (url or settings.public_url):
        error_console().print(f"INLAID_PUBLIC_URL is not set: made for {found.url}.")
    if form is Form.JSON and output and output.suffix == ".zip":
        data = to_package(found)
    else:
        data = (to_xml(found) if form is Form.XML else to_json(found)).encode()
    write_bytes(output or Path("-"), data)
