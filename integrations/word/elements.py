"""The elements of an add-in only manifest (XML), as lines: what the manifests of all programs share."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

BASIC = "http://schemas.microsoft.com/office/officeappbasictypes/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
RIBBON_ICONS_PIXELS = (16, 32, 80)
Attributes = dict[str, str]


def document(attributes: Attributes, inner: Iterable[str]) -> str:
    """Return a manifest as text."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(element("OfficeApp", attributes, inner)) + "\n"


def registration(client_id: str, resource: str) -> list[str]:
    """Return the app registration that people sign in with, nothing when there is none."""
    if not client_id:
        return []
    scopes = [line for scope in ("openid", "profile") for line in text_element("Scope", scope)]
    inner = [*text_element("Id", client_id), *text_element("Resource", resource)]
    return element("WebApplicationInfo", {}, [*inner, *element("Scopes", {}, scopes)])


def named_resources(images: Attributes, urls: Attributes, short: Attributes, long: Attributes) -> list[str]:
    """Return what the elements name by `resid`."""
    groups = [
        *_named("bt:Images", "bt:Image", images),
        *_named("bt:Urls", "bt:Url", urls),
        *_named("bt:ShortStrings", "bt:String", short),
        *_named("bt:LongStrings", "bt:String", long),
    ]
    return element("Resources", {}, groups)


def button(name: str, shown: str, action: Iterable[str]) -> list[str]:
    """Return a button whose label, tip and action are the resources of a name."""
    label, tip = f"{shown}Label", f"{shown}Tip"
    inner = [
        resid("Label", label),
        *element("Supertip", {}, [resid("Title", label), resid("Description", tip)]),
        *icon(),
        *element("Action", {"xsi:type": "ShowTaskpane"}, action),
    ]
    return element("Control", {"xsi:type": "Button", "id": name}, inner)


def icon() -> list[str]:
    """Return the icon of a button or group."""
    images = [empty("bt:Image", {"size": str(size), "resid": f"Icon{size}"}) for size in RIBBON_ICONS_PIXELS]
    return element("Icon", {}, images)


def resid(name: str, resource: str) -> str:
    """Return an element that names a resource."""
    return empty(name, {"resid": resource})


def empty(name: str, attributes: Attributes) -> str:
    """Return an element without content."""
    return f"<{name}{_shown(attributes)}/>"


def text_element(name: str, content: str) -> list[str]:
    """Return an element with a text."""
    return [f"<{name}>{escape(content)}</{name}>"]


def element(name: str, attributes: Attributes, inner: Iterable[str]) -> list[str]:
    """Return an element with others in it."""
    return [f"<{name}{_shown(attributes)}>", *(f"  {line}" for line in inner), f"</{name}>"]


def _named(group: str, name: str, values: Attributes) -> list[str]:
    return element(group, {}, [empty(name, {"id": key, "DefaultValue": value}) for key, value in values.items()])


def _shown(attributes: Attributes) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
