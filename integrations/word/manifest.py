"""The add-in's two manifests, XML and unified JSON: where the pane is, which ids it has, and its buttons.

The add-in only manifest (XML) is the one that every Word takes; the order of elements is part of its format:
https://learn.microsoft.com/office/dev/add-ins/develop/manifest-element-ordering. The unified manifest is for Word on
the web and newer Word on Windows and Mac: https://learn.microsoft.com/office/dev/add-ins/develop/unified-manifest-overview
"""

import io
import json
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from core.drafts import JsonObject
from core.settings import Settings
from core.text.catalogues import N_
from integrations.word.elements import (
    BASIC,
    RIBBON_ICONS_PIXELS,
    XSI,
    button,
    document,
    element,
    empty,
    icon,
    named_resources,
    registration,
    resid,
    text_element,
)

NAME = "Inlaid"
PROVIDER = "Inlaid"
DESCRIPTION = "Proofread, shorten, rewrite and check the open document. Every change is a tracked change of your own."
LOCALE = "en-US"
# The minimum that the pane works with; what needs more is checked when it is used.
RequirementSet = tuple[str, str]
REQUIREMENT_SET: RequirementSet = ("WordApi", "1.3")
PANE_PATH = "/word/taskpane.html?host=word"
ICON_SIZES_PIXELS = (16, 32, 64, 80)
SCOPE = "access_as_user"
# Word's own ribbon tab for reviewing. Excel and PowerPoint call theirs TabReview, which Word does not know.
RIBBON_TAB = "TabReviewWord"
MENU = "ContextMenuText"
# Office takes a changed manifest only under a higher version. Raise this with every change of what the manifests say;
# a test holds the two together.
REVISION = 2
# The first that knows context menus.
SCHEMA_VERSION = "1.23"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json"
ACCENT_COLOUR = "#1f3a5f"
ICON_FOLDER = Path(__file__).parent / "static" / "icons"
ICONS = {"color.png": "color-192.png", "outline.png": "outline-32.png"}
APP = "http://schemas.microsoft.com/office/appforoffice/1.1"
OVERRIDES = "http://schemas.microsoft.com/office/taskpaneappversionoverrides"
PANE_ID = "InlaidPane"


@dataclass(frozen=True)
class Button:
    """A button on the ribbon: it opens the pane, with a recipe already chosen when it names one.

    Args:
        id: of letters and digits, unique.
        label: on the button.
        tip: what it does, in a sentence.
        recipe: name of the recipe; "" opens the pane as it is.
        in_menu: whether it stands in the context menu of a selection, too.
    """

    id: str
    label: str
    tip: str
    recipe: str = ""
    in_menu: bool = False


BUTTONS = (
    Button("OpenPane", "Open Inlaid", "Choose what Inlaid should do with this document."),
    Button("Proofread", "Proofread", "Correct spelling and grammar as tracked changes.", "proofread", in_menu=True),
    Button("Shorten", "Shorten", "Say the same in fewer words.", "shorten", in_menu=True),
    Button("Rewrite", "Rewrite for…", "Say the same in another tone.", "rewrite", in_menu=True),
    Button("Summarize", "Summarize", "The main points, as a comment.", "summarize"),
    Button("FindRisks", "Find risks", "Comments on sentences that bind, cost or threaten.", "risks"),
)


@dataclass(frozen=True)
class AddinDeployment:
    """Where one deployment is reached, and its app registration.

    Args:
        url: public address, https, without a slash at the end.
        client_id: of the app registration; "" when people sign in with tokens.
        version: three numbers, see `manifest_version`.
        program: whose pane it is: `word`, `outlook`.
    """

    url: str
    client_id: str
    version: str
    program: str = "word"

    @property
    def host(self) -> str:
        """Host and port of the address."""
        return self.url.partition("://")[2].partition("/")[0]

    @property
    def resource(self) -> str:
        """The application id URI, which has to contain the host of the pane."""
        return f"api://{self.host}/{self.client_id}"

    def id(self, form: str) -> str:
        """Return the id of a manifest: the same for the same address and form ("xml", "json")."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.url}/{self.program}/manifest.{form}"))

    def pane_url(self, button: Button) -> str:
        """Return the address of the pane as the button opens it."""
        return f"{self.url}{PANE_PATH}" + (f"&recipe={button.recipe}" if button.recipe else "")

    def icon_url(self, size_pixels: int) -> str:
        """Return the address of an icon."""
        return f"{self.url}/{self.program}/icons/icon-{size_pixels}.png"


def installation_of(
    settings: Settings, url: str = "", program: str = "word", revision: int = REVISION
) -> AddinDeployment:
    """Return the deployment that the settings describe; `url` takes precedence over INLAID_PUBLIC_URL.

    Without either it is this machine, for trying out behind a local TLS proxy: Office loads nothing without https.
    """
    address = url or settings.public_url or f"https://localhost:{settings.port}"
    number = manifest_version(version("inlaid"), has_sign_in=bool(settings.microsoft_client_id), revision=revision)
    return AddinDeployment(address.rstrip("/"), settings.microsoft_client_id, number, program)


def describe(settings: Settings, installation: AddinDeployment) -> str:
    """Return in a sentence how an add-in stands: which version its manifest has, and how people sign in."""
    if not settings.public_url.startswith("https://"):
        return N_("Not set up: Office loads an add-in only from an https address, and INLAID_PUBLIC_URL is not one.")
    way = N_("at Microsoft 365")
    if not installation.client_id:
        way = N_("with an access token (`inlaid setup` sets up sign-in at Microsoft 365)")
    place = f"{installation.url}/{installation.program}/manifest.xml"
    return N_(f"Manifest {installation.version} at {place}; people sign in {way}.")


def manifest_version(release: str, *, has_sign_in: bool, revision: int = REVISION) -> str:
    """Return a version that is higher with each release, each change of the content, and once sign-in is set up.

    The unified manifest takes three numbers, the first at least 1, each of at most five digits.
    """
    major, minor, patch = (int(part) for part in release.split(".")[:3])
    return f"{major + 1}.{minor}.{patch * 100 + 2 * revision + has_sign_in}"


def to_json(installation: AddinDeployment) -> str:
    """Return the manifest as text."""
    return as_json(unified_manifest(installation))


def as_json(manifest: JsonObject) -> str:
    """Return a unified manifest as text."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def to_package(manifest: str) -> bytes:
    """Return the zip file that Microsoft 365 takes: a unified manifest and its two icons."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", manifest)
        for name, icon in ICONS.items():
            package.write(ICON_FOLDER / icon, name)
    return out.getvalue()


def unified_manifest(installation: AddinDeployment) -> JsonObject:
    """Return the manifest; its icons lie beside it in the package, as `color.png` and `outline.png`."""
    said = AddinTexts(f"{NAME} for Word", "Tracked changes that you accept or reject.", DESCRIPTION)
    return unified(installation, said, "Document.ReadWrite.User", _extension(installation))


class AddinTexts(NamedTuple):
    """How an add-in is called and described."""

    name: str
    short: str
    full: str


def unified(installation: AddinDeployment, said: AddinTexts, permission: str, extension: JsonObject) -> JsonObject:
    """Return a unified manifest: what is the same for every program, with one permission and one extension."""
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
        "name": {"short": NAME, "full": said.name},
        "description": {"short": said.short, "full": said.full},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT_COLOUR,
        "validDomains": [installation.host],
        **({"webApplicationInfo": sign_in} if sign_in else {}),
        "authorization": {"permissions": {"resourceSpecific": [{"name": permission, "type": "Delegated"}]}},
        "extensions": [extension],
    }


def _extension(installation: AddinDeployment) -> JsonObject:
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


def _runtime(installation: AddinDeployment, button: Button) -> JsonObject:
    """Return what opens the pane for the button: a page belongs to a runtime, so each button has one."""
    return {
        "id": f"runtime{button.id}",
        "type": "general",
        "code": {"page": installation.pane_url(button)},
        "lifetime": "short",
        "actions": [{"id": f"open{button.id}", "type": "openPage", "view": "pane"}],
    }


def _controls(buttons: tuple[Button, ...], place: str, icons: list[JsonObject]) -> list[JsonObject]:
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


def to_xml(installation: AddinDeployment) -> str:
    """Return the manifest."""
    root = {"xmlns": APP, "xmlns:xsi": XSI, "xmlns:bt": BASIC, "xmlns:ov": OVERRIDES, "xsi:type": "TaskPaneApp"}
    return document(root, [*_head(installation), *_overrides(installation)])


def head(installation: AddinDeployment, description: str, host: str, least: RequirementSet) -> Iterable[str]:
    """Return the first elements of a manifest, which are the same for every program."""
    yield from text_element("Id", installation.id("xml"))
    yield from text_element("Version", f"{installation.version}.0")
    yield from text_element("ProviderName", PROVIDER)
    yield from text_element("DefaultLocale", LOCALE)
    yield empty("DisplayName", {"DefaultValue": NAME})
    yield empty("Description", {"DefaultValue": description})
    yield empty("IconUrl", {"DefaultValue": installation.icon_url(32)})
    yield empty("HighResolutionIconUrl", {"DefaultValue": installation.icon_url(64)})
    yield empty("SupportUrl", {"DefaultValue": installation.url})
    yield from element("AppDomains", {}, text_element("AppDomain", installation.url))
    yield from element("Hosts", {}, [empty("Host", {"Name": host})])
    sets = element("Sets", {"DefaultMinVersion": least[1]}, [empty("Set", {"Name": least[0]})])
    yield from element("Requirements", {}, sets)


def _head(installation: AddinDeployment) -> Iterable[str]:
    yield from head(installation, DESCRIPTION, "Document", REQUIREMENT_SET)
    pane = empty("SourceLocation", {"DefaultValue": installation.pane_url(BUTTONS[0])})
    yield from element("DefaultSettings", {}, [pane])
    yield from text_element("Permissions", "ReadWriteDocument")


def _overrides(installation: AddinDeployment) -> list[str]:
    form = [
        *element("GetStarted", {}, _started()),
        *element("ExtensionPoint", {"xsi:type": "PrimaryCommandSurface"}, _ribbon()),
        *element("ExtensionPoint", {"xsi:type": "ContextMenu"}, _menu()),
    ]
    host = element("Host", {"xsi:type": "Document"}, element("DesktopFormFactor", {}, form))
    inner = [
        *element("Hosts", {}, host),
        *_resources(installation),
        *registration(installation.client_id, installation.resource),
    ]
    return element("VersionOverrides", {"xmlns": OVERRIDES, "xsi:type": "VersionOverridesV1_0"}, inner)


def _started() -> Iterable[str]:
    yield resid("Title", "StartTitle")
    yield resid("Description", "StartText")
    yield resid("LearnMoreUrl", "HomeUrl")


def _ribbon() -> list[str]:
    controls = [line for button in BUTTONS for line in _control(button, "Ribbon")]
    group = [resid("Label", "GroupLabel"), *icon(), *controls]
    return element("OfficeTab", {"id": RIBBON_TAB}, element("Group", {"id": "InlaidGroup"}, group))


def _menu() -> list[str]:
    controls = [line for button in BUTTONS if button.in_menu for line in _control(button, "Menu")]
    return element("OfficeMenu", {"id": MENU}, controls)


def _control(one: Button, place: str) -> list[str]:
    action = [*text_element("TaskpaneId", PANE_ID), resid("SourceLocation", f"{one.id}Url")]
    return button(f"{place}{one.id}", one.id, action)


def _resources(installation: AddinDeployment) -> list[str]:
    images = {f"Icon{size}": installation.icon_url(size) for size in ICON_SIZES_PIXELS}
    urls = {f"{button.id}Url": installation.pane_url(button) for button in BUTTONS}
    short = {"GroupLabel": NAME, "StartTitle": f"{NAME} is ready", **{f"{b.id}Label": b.label for b in BUTTONS}}
    long = {"StartText": "Choose a button on the Review tab.", **{f"{b.id}Tip": b.tip for b in BUTTONS}}
    return named_resources(images, {"HomeUrl": installation.url, **urls}, short, long)
