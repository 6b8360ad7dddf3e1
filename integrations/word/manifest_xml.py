"""The add-in only manifest, which every Word takes. The order of elements is part of the format.

https://learn.microsoft.com/office/dev/add-ins/develop/manifest-element-ordering
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from integrations.word.manifest import (
    BUTTONS,
    DESCRIPTION,
    ICON_SIZES_PIXELS,
    LOCALE,
    MENU,
    NAME,
    PROVIDER,
    REQUIREMENT_SET,
    RIBBON_TAB,
    Button,
    Installation,
)

APP = "http://schemas.microsoft.com/office/appforoffice/1.1"
BASIC = "http://schemas.microsoft.com/office/officeappbasictypes/1.0"
OVERRIDES = "http://schemas.microsoft.com/office/taskpaneappversionoverrides"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PANE_ID = "InlaidPane"
RIBBON_ICONS_PIXELS = (16, 32, 80)

Attributes = dict[str, str]


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
