"""What Office refuses or passes over in a manifest, checked offline: its own check of the XML is a service."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from integrations.word.elements import BASIC, XSI
from integrations.word.manifest import APP, OVERRIDES

ORDER: dict[str, Sequence[str]] = {
    "OfficeApp": (
        "Id", "AlternateId", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl",
        "HighResolutionIconUrl", "SupportUrl", "AppDomains", "Hosts", "Requirements", "DefaultSettings", "FormSettings",
        "Permissions", "Rule", "Dictionary", "VersionOverrides", "ExtendedOverrides",
    ),
    "VersionOverrides": (
        "Description", "Requirements", "Hosts", "Resources", "VersionOverrides", "WebApplicationInfo",
        "EquivalentAddins",
    ),
    "DesktopFormFactor": ("GetStarted", "SupportsSharedFolders", "FunctionFile", "ExtensionPoint"),
    "FormSettings": ("Form",),
    "DesktopSettings": ("SourceLocation", "RequestedHeight"),
    "Runtime": ("Override",),
    "GetStarted": ("Title", "Description", "LearnMoreUrl"),
    "Group": ("Label", "Icon", "Control"),
    "Control": ("Label", "Supertip", "Icon", "Action"),
    "Supertip": ("Title", "Description"),
    "Action": ("TaskpaneId", "SourceLocation", "SupportsPinning"),
    "Resources": ("Images", "Urls", "ShortStrings", "LongStrings"),
    "WebApplicationInfo": ("Id", "Resource", "Scopes"),
}  # fmt: skip
REQUIRED = {
    "OfficeApp": {
        "Id", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl", "Hosts",
        "Permissions",
    },
    # Of the two kinds of add-in that there are, each has settings of its own.
    "TaskPaneApp": {"DefaultSettings"},
    "MailApp": {"FormSettings", "Rule"},
    "Control": {"Label", "Supertip", "Icon", "Action"},
}  # fmt: skip
MAX_ID_CHARS = 32
MAX_STRING_CHARS = {"ShortStrings": 125, "LongStrings": 250}
ICON_SIZES_PIXELS = {"16", "32", "80"}
# Of a tab that Word has not it says nothing: the buttons just are not there.
# https://learn.microsoft.com/office/dev/add-ins/develop/built-in-ui-ids
WORD_TABS = {
    "TabHome", "TabInsert", "TabWordDesign", "TabPageLayoutWord", "TabReferences", "TabMailings", "TabReviewWord",
    "TabView", "TabDeveloper", "TabAddIns",
}  # fmt: skip
WORD_TABS_ON_THE_DESKTOP_ALONE = {
    "TabBlogPost", "TabBlogInsert", "TabPrintPreview", "TabOutlining", "TabConflicts", "TabBackgroundRemoval",
    "TabBroadcastPresentation",
}  # fmt: skip
OUTLOOK_TABS = {"TabDefault"}
WORD_MENUS = {"ContextMenuText"}
MAIL_OVERRIDES = "http://schemas.microsoft.com/office/mailappversionoverrides/1.1"
SEND_MODES = {"PromptUser", "SoftBlock", "Block"}
MAX_CONTROLS = 6


def manifest_problems(text: str) -> list[str]:
    """Return a sentence for each fault; empty when Office can take the manifest."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        return [f"It is not well-formed: {error}."]
    if root.tag != f"{{{APP}}}OfficeApp" or root.get(f"{{{XSI}}}type") not in {"TaskPaneApp", "MailApp"}:
        return ["The root is not an OfficeApp of the type TaskPaneApp or MailApp."]
    found = [*_order(root), *_values(root), *_ribbon(root), *_urls(root), *_resources(root), *_sign_in(root)]
    return [*found, *_events(root)] if _is_mail(root) else found


def unified_problems(manifest: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each place of a unified manifest that Word has not; the schema knows those of all hosts."""
    tabs = [
        tab.get("builtInTabId", "")
        for extension in manifest["extensions"]
        for ribbon in extension["ribbons"]
        for tab in ribbon["tabs"]
    ]
    return [*_places(tabs)]


def _is_mail(root: etree._Element) -> bool:
    return root.get(f"{{{XSI}}}type") == "MailApp"


def _overrides(root: etree._Element) -> str:
    return MAIL_OVERRIDES if _is_mail(root) else OVERRIDES


def _events(root: etree._Element) -> Iterator[str]:
    """What is run by events is a page that a runtime names, with a script for the Outlook that has no page."""
    runtimes = {one.get("resid") for one in root.iter(f"{{{MAIL_OVERRIDES}}}Runtime")}
    for runtime in root.iter(f"{{{MAIL_OVERRIDES}}}Runtime"):
        if [one.get("type") for one in runtime] != ["javascript"]:
            yield "A runtime has no script for classic Outlook."
    for point in root.iter(f"{{{MAIL_OVERRIDES}}}ExtensionPoint"):
        if point.get(f"{{{XSI}}}type") != "LaunchEvent":
            continue
        if {match.get("resid") for match in point.findall(f"{{{MAIL_OVERRIDES}}}SourceLocation")} - runtimes:
            yield "An event is run by a page that no runtime names."
    for event in root.iter(f"{{{MAIL_OVERRIDES}}}LaunchEvent"):
        if event.get("SendMode") not in SEND_MODES or not event.get("FunctionName"):
            yield "An event has no function, or no way to stop a mail."


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _order(root: etree._Element) -> Iterator[str]:
    for element in root.iter("{*}*"):
        parent, names = _name(element), [_name(child) for child in element]
        known = ORDER.get(parent)
        if known is None:
            continue
        places = [known.index(name) for name in names if name in known]
        if strange := set(names) - set(known):
            yield f"{parent} holds {', '.join(sorted(strange))}."
        if places != sorted(places):
            yield f"The elements of {parent} are not in order: {', '.join(names)}."
        kind = element.get(f"{{{XSI}}}type", "") if parent == "OfficeApp" else ""
        if missing := (REQUIRED.get(parent, set()) | REQUIRED.get(kind, set())) - set(names):
            yield f"{parent} lacks {', '.join(sorted(missing))}."


def _values(root: etree._Element) -> Iterator[str]:
    if not _is_guid(root.findtext(f"{{{APP}}}Id", "")):
        yield "Id is not a GUID."
    if not re.fullmatch(r"[1-9]\d{0,4}(\.\d{1,5}){3}", root.findtext(f"{{{APP}}}Version", "")):
        yield "Version is not four numbers, the first at least 1."
    ids = [element.get("id", "") for element in root.iter("{*}Control", "{*}Group")]
    if len(ids) != len(set(ids)):
        yield "Two controls have the same id."
    for icon in root.iter("{*}Icon"):
        if {image.get("size") for image in icon} < ICON_SIZES_PIXELS:
            yield "An icon lacks one of the sizes 16, 32 and 80."


def _ribbon(root: etree._Element) -> Iterator[str]:
    tabs = [tab.get("id", "") for tab in root.iter("{*}OfficeTab")]
    yield from _strange(tabs) if _is_mail(root) else _places(tabs)
    for menu in root.iter(f"{{{OVERRIDES}}}OfficeMenu"):
        if menu.get("id") not in WORD_MENUS:
            yield f"Word has no menu {menu.get('id')}."
    for group in root.iter("{*}Group"):
        if len(group.findall("{*}Control")) > MAX_CONTROLS:
            yield f"The group {group.get('id')} has more than {MAX_CONTROLS} controls."


def _strange(tabs: Sequence[str]) -> Iterator[str]:
    yield from (f"Outlook has no tab {tab}." for tab in tabs if tab not in OUTLOOK_TABS)


def _places(tabs: Sequence[str]) -> Iterator[str]:
    for tab in tabs:
        if tab in WORD_TABS_ON_THE_DESKTOP_ALONE:
            yield f"Word on the web has no tab {tab}."
        elif tab not in WORD_TABS:
            yield f"Word has no tab {tab}."


def _urls(root: etree._Element) -> Iterator[str]:
    for element in root.iter("{*}IconUrl", "{*}HighResolutionIconUrl", "{*}SourceLocation", "{*}Url", "{*}Image"):
        url = element.get("DefaultValue")
        if url is not None and urlsplit(url).scheme != "https":
            yield f"{_name(element)} is not https: {url}"
    for element in root.iter("{*}AppDomain"):
        if urlsplit(element.text or "").scheme != "https":
            yield f"AppDomain is not https: {element.text}"


def _resources(root: etree._Element) -> Iterator[str]:
    made = {
        element.get("id", ""): _name(group)
        for group in root.iter(
            f"{{{BASIC}}}Images", f"{{{BASIC}}}Urls", f"{{{BASIC}}}ShortStrings", f"{{{BASIC}}}LongStrings"
        )
        for element in group
    }
    defined = [element.get("id", "") for element in root.iter(*(f"{{{BASIC}}}{n}" for n in ("Image", "Url", "String")))]
    defined = [one for one in defined if one]
    if len(defined) != len(set(defined)):
        yield "A resource is defined twice."
    for name in defined:
        if len(name) > MAX_ID_CHARS:
            yield f"The resource id {name} is longer than {MAX_ID_CHARS} characters."
    for element in root.iter("{*}*"):
        used = element.get("resid")
        if used is not None and used not in made:
            yield f"{_name(element)} names the resource {used}, which does not exist."
    for group, most in MAX_STRING_CHARS.items():
        for element in root.iter(f"{{{BASIC}}}{group}"):
            for text in element:
                if len(text.get("DefaultValue", "")) > most:
                    yield f"The text {text.get('id')} is longer than {most} characters."


def _sign_in(root: etree._Element) -> Iterator[str]:
    space = _overrides(root)
    found = next(root.iter(f"{{{space}}}WebApplicationInfo"), None)
    if found is None:
        return
    source = next(root.iter(f"{{{APP}}}SourceLocation"), None)
    host = urlsplit(source.get("DefaultValue", "") if source is not None else "").netloc
    client_id = found.findtext(f"{{{space}}}Id", "")
    if not _is_guid(client_id):
        yield "WebApplicationInfo has no client id."
    if found.findtext(f"{{{space}}}Resource", "") != f"api://{host}/{client_id}":
        yield "The resource of WebApplicationInfo does not bear the host of the pane and the client id."


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
