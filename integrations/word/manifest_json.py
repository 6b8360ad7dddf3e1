"""The unified manifest, for Word on the web and newer Word on Windows and Mac.

https://learn.microsoft.com/office/dev/add-ins/develop/unified-manifest-overview
"""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from integrations.word.manifest import (
    BUTTONS,
    DESCRIPTION,
    LOCALE,
    NAME,
    PROVIDER,
    REQUIREMENT_SET,
    RIBBON_TAB,
    Button,
    Installation,
)

# The first that knows context menus.
SCHEMA_VERSION = "1.23"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json"
ACCENT_COLOUR = "#1f3a5f"
RIBBON_ICONS_PIXELS = (16, 32, 80)
ICON_FOLDER = Path(__file__).parent / "static" / "icons"
ICONS = {"color.png": "color-192.png", "outline.png": "outline-32.png"}


def to_json(installation: Installation) -> str:
    """Return the manifest as text."""
    return json.dumps(unified_manifest(installation), indent=2, ensure_ascii=False) + "\n"


def to_package(installation: Installation) -> bytes:
    """Return the zip file that Microsoft 365 takes: the manifest and its two icons."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", to_json(installation))
        for name, icon in ICONS.items():
            package.write(ICON_FOLDER / icon, name)
    return out.getvalue()


def unified_manifest(installation: Installation) -> dict[str, Any]:
    """Return the manifest; its icons lie beside it in the package, as `color.png` and `outline.png`."""
    sign_in = {"id": installation.client_id, "resource": installation.resource} if installation.client_id else None
    return {
        "$schema": SCHEMA,
        "manifestVersion": SCHEMA_VERSION,
        "id": installation.id("json"),
        "version": installation.version,
        "localizationInfo": {"defaultLanguageTag": LOCALE.lower(), "additionalLanguages": []},
        "developer": {
            "name": PROVIDER,
            "websiteUrl": installation.url,
            "privacyUrl": installation.url,
            "termsOfUseUrl": installation.url,
        },
        "name": {"short": NAME, "full": f"{NAME} for Word"},
        "description": {"short": "Tracked changes that you accept or reject.", "full": DESCRIPTION},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT_COLOUR,
        "validDomains": [installation.host],
        **({"webApplicationInfo": sign_in} if sign_in else {}),
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": "Document.ReadWrite.User", "type": "Delegated"}]}
        },
        "extensions": [_extension(installation)],
    }


def _extension(installation: Installation) -> dict[str, Any]:
    name, least = REQUIREMENT_SET
    icons = [{"size": size, "url": installation.icon_url(size)} for size in RIBBON_ICONS_PIXELS]
    group = {"id": "inlaidGroup", "label": NAME, "icons": icons, "controls": _controls(BUTTONS, "ribbon", icons)}
    in_menu = tuple(button for button in BUTTONS if button.in_menu)
    return {
        "requirements": {"scopes": ["document"], "capabilities": [{"name": name, "minVersion": least}]},
        "runtimes": [_runtime(installation, button) for button in BUTTONS],
        "ribbons": [{"contexts": ["default"], "tabs": [{"builtInTabId": RIBBON_TAB, "groups": [group]}]}],
        "contextMenus": [{"menus": [{"entryPoint": "text", "controls": _controls(in_menu, "menu", icons)}]}],
    }


def _runtime(installation: Installation, button: Button) -> dict[str, Any]:
    """Return what opens the pane for the button: a page belongs to a runtime, so each button has one."""
    return {
        "id": f"runtime{button.id}",
        "type": "general",
        "code": {"page": installation.pane_url(button)},
        "lifetime": "short",
        "actions": [{"id": f"open{button.id}", "type": "openPage", "view": "pane"}],
    }


def _controls(buttons: tuple[Button, ...], place: str, icons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{place}{button.id}",
            "type": "button",
            "label": button.label,
            "icons": icons,
            "supertip": {"title": button.label, "description": button.tip},
            "actionId": f"open{button.id}",
        }
        for button in buttons
    ]
