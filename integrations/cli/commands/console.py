"""`inlaid console`: a link that signs the browser on this machine in to the console, once."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import SettingsError
from integrations.cli.options import JsonFlag

if TYPE_CHECKING:
    from core.settings import Settings


def console(
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False, as_json: JsonFlag = False
) -> None:
    """Print a link that signs you in to the console in a browser on this machine: once, within an hour."""
    import webbrowser

    from core.settings import load_settings
    from integrations.cli.processes.process_spec import web_address
    from integrations.cli.terminal import output_console, print_json

    settings = load_settings()
    link = sign_in_link(settings, web_address(settings.host, settings.port))
    if as_json:
        print_json({"link": link})
    else:
        output_console().print(link, markup=False, highlight=False, soft_wrap=True)
    if show:
        webbrowser.open(link)


def sign_in_link(settings: "Settings", web_url: str) -> str:
    """Return a new link.

    Raises:
        SettingsError: the installation is not that of the person at this machine alone.
    """
    from integrations.api.access import load_access

    codes = load_access(settings).codes
    if codes is None:
        fix = f"Sign in at {web_url}/console with one of INLAID_API_TOKENS, or with Microsoft 365."
        raise SettingsError("This installation is not for the person at this machine alone.", fix=fix)
    return f"{web_url}/console/sign-in?code={codes.make()}"
