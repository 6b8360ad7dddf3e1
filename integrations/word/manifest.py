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
from xml.sax.saxutils import escape, quoteattr

from core.drafts import JsonObject
from core.settings import Settings

NAME = "Inlaid"
PROVIDER = "Inlaid"
DESCRIPTION = "Proofread, shorten, rewrite and check the open document. Every change is a tracked change of your own."
LOCALE = "en-US"
# The minimum that the pane works with; what needs more is checked when it is used.
REQUIREMENT_SET = ("WordApi", "1.3")
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
RIBBON_ICONS_PIXELS = (16, 32, 80)
ICON_FOLDER = Path(__file__).parent / "static" / "icons"
ICONS = {"color.png": "color-192.png", "outline.png": "outline-32.png"}
APP = "http://schemas.microsoft.com/office/appforoffice/1.1"
BASIC = "http://schemas.microsoft.com/office/officeappbasictypes/1.0"
OVERRIDES = "http://schemas.microsoft.com/office/taskpaneappversionoverrides"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PANE_ID = "InlaidPane"
Attributes = dict[str, str]


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
class Installation:
    """Where one deployment is reached, and its app registration.

    Args:
        url: public address, https, without a slash at the end.
        client_id: of the app registration; "" when people sign in with tokens.
        version: three numbers, see `manifest_version`.
    """

    url: str
    client_id: str
    version: str

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
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.url}/word/manifest.{form}"))

    def pane_url(self, button: Button) -> str:
        """Return the address of the pane as the button opens it."""
        return f"{self.url}{PANE_PATH}" + (f"&recipe={button.recipe}" if button.recipe else "")

    def icon_url(self, size_pixels: int) -> str:
        """Return the address of an icon."""
        return f"{self.url}/word/icons/icon-{size_pixels}.png"


def installation_of(settings: Settings, url: str = "") -> Installation:
    """Return the deployment that the settings describe; `url` takes precedence over INLAID_PUBLIC_URL.

    Without either it is this machine, for trying out behind a local TLS proxy: Office loads nothing without https.
    """
    address = url or settings.public_url or f"https://localhost:{settings.port}"
    number = manifest_version(version("inlaid"), has_sign_in=bool(settings.microsoft_client_id))
    return Installation(address.rstrip("/"), settings.microsoft_client_id, number)


def manifest_version(release: str, *, has_sign_in: bool) -> str:
    """Return a version that is higher with each release, each change of the content, and once sign-in is set up.

    The unified manifest takes three numbers, the first at least 1, each of at most five digits.
    """
    major, minor, patch = (int(part) for part in release.split(".")[:3])
    return f"{major + 1}.{minor}.{patch * 100 + 2 * REVISION + has_sign_in}"


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


def unified_manifest(installation: Installation) -> JsonObject:
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


def _extension(installation: Installation) -> JsonObject:
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


def _runtime(installation: Installation, button: Button) -> JsonObject:
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


def to_xml(installation: Installation) -> str:
    """Return the manifest."""
    root = {"xmlns": APP, "xmlns:xsi": XSI, "xmlns:bt": BASIC, "xmlns:ov": OVERRIDES, "xsi:type": "TaskPaneApp"}
    lines = _element("OfficeApp", root, [*_head(installation), *_overrides(installation)])
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"


def _head(installation: Installation) -> Iterable[str]:
    name, least = REQUIREMENT_SET
    yield from _text("Id", installation.id("xml"))
    yield from _text("Version", f"{installation.version}.0")
    yield from _text("ProviderName", PROVIDER)
    yield from _text("DefaultLocale", LOCALE)
    yield _empty("DisplayName", {"DefaultValue": NAME})
    yield _empty("Description", {"DefaultValue": DESCRIPTION})
    yield _empty("IconUrl", {"DefaultValue": installation.icon_url(32)})
    yield _empty("HighResolutionIconUrl", {"DefaultValue": installation.icon_url(64)})
    yield _empty("SupportUrl", {"DefaultValue": installation.url})
    yield from _element("AppDomains", {}, _text("AppDomain", installation.url))
    yield from _element("Hosts", {}, [_empty("Host", {"Name": "Document"})])
    yield from _element(
        "Requirements", {}, _element("Sets", {"DefaultMinVersion": least}, [_empty("Set", {"Name": name})])
    )
    pane = _empty("SourceLocation", {"DefaultValue": installation.pane_url(BUTTONS[0])})
    yield from _element("DefaultSettings", {}, [pane])
    yield from _text("Permissions", "ReadWriteDocument")


def _overrides(installation: Installation) -> list[str]:
    form = [
        *_element("GetStarted", {}, _started()),
        *_element("ExtensionPoint", {"xsi:type": "PrimaryCommandSurface"}, _ribbon()),
        *_element("ExtensionPoint", {"xsi:type": "ContextMenu"}, _menu()),
    ]
    host = _element("Host", {"xsi:type": "Document"}, _element("DesktopFormFactor", {}, form))
    inner = [*_element("Hosts", {}, host), *_resources(installation), *_sign_in(installation)]
    return _element("VersionOverrides", {"xmlns": OVERRIDES, "xsi:type": "VersionOverridesV1_0"}, inner)


def _started() -> Iterable[str]:
    yield _resid("Title", "StartTitle")
    yield _resid("Description", "StartText")
    yield _resid("LearnMoreUrl", "HomeUrl")


def _ribbon() -> list[str]:
    controls = [line for button in BUTTONS for line in _control(button, "Ribbon")]
    group = [_resid("Label", "GroupLabel"), *_icon(), *controls]
    return _element("OfficeTab", {"id": RIBBON_TAB}, _element("Group", {"id": "InlaidGroup"}, group))


def _menu() -> list[str]:
    controls = [line for button in BUTTONS if button.in_menu for line in _control(button, "Menu")]
    return _element("OfficeMenu", {"id": MENU}, controls)


def _control(button: Button, place: str) -> list[str]:
    label, tip = f"{button.id}Label", f"{button.id}Tip"
    action = [*_text("TaskpaneId", PANE_ID), _resid("SourceLocation", f"{button.id}Url")]
    return _element(
        "Control",
        {"xsi:type": "Button", "id": f"{place}{button.id}"},
        [
            _resid("Label", label),
            *_element("Supertip", {}, [_resid("Title", label), _resid("Description", tip)]),
            *_icon(),
            *_element("Action", {"xsi:type": "ShowTaskpane"}, action),
        ],
    )


def _icon() -> list[str]:
    images = [_empty("bt:Image", {"size": str(size), "resid": f"Icon{size}"}) for size in RIBBON_ICONS_PIXELS]
    return _element("Icon", {}, images)


def _resources(installation: Installation) -> list[str]:
    images = {f"Icon{size}": installation.icon_url(size) for size in ICON_SIZES_PIXELS}
    urls = {f"{button.id}Url": installation.pane_url(button) for button in BUTTONS}
    short = {"GroupLabel": NAME, "StartTitle": f"{NAME} is ready", **{f"{b.id}Label": b.label for b in BUTTONS}}
    long = {"StartText": "Choose a button on the Review tab.", **{f"{b.id}Tip": b.tip for b in BUTTONS}}
    return _element(
        "Resources",
        {},
        [
            *_named("bt:Images", "bt:Image", images),
            *_named("bt:Urls", "bt:Url", {"HomeUrl": installation.url, **urls}),
            *_named("bt:ShortStrings", "bt:String", short),
            *_named("bt:LongStrings", "bt:String", long),
        ],
    )


def _sign_in(installation: Installation) -> list[str]:
    if not installation.client_id:
        return []
    scopes = [line for scope in ("openid", "profile") for line in _text("Scope", scope)]
    inner = [*_text("Id", installation.client_id), *_text("Resource", installation.resource)]
    return _element("WebApplicationInfo", {}, [*inner, *_element("Scopes", {}, scopes)])


def _named(group: str, name: str, values: dict[str, str]) -> list[str]:
    return _element(group, {}, [_empty(name, {"id": key, "DefaultValue": text}) for key, text in values.items()])


def _resid(name: str, resource: str) -> str:
    return _empty(name, {"resid": resource})


def _empty(name: str, attributes: Attributes) -> str:
    return f"<{name}{_shown(attributes)}/>"


def _text(name: str, text: str) -> list[str]:
    return [f"<{name}>{escape(text)}</{name}>"]


def _element(name: str, attributes: Attributes, inner: Iterable[str]) -> list[str]:
    return [f"<{name}{_shown(attributes)}>", *(f"  {line}" for line in inner), f"</{name}>"]


def _shown(attributes: Attributes) -> str:
    return "".join(f" {name}={quoteattr(text)}" for name, text in attributes.items())
