"""The add-in's two manifests for Outlook, XML and unified JSON: the pane, and the look at a mail when sent.

What the two programs have in common stands in `integrations.word.manifest`. The order of elements is a part of the
format: https://learn.microsoft.com/office/dev/add-ins/develop/manifest-element-ordering. Mails at sending:
https://learn.microsoft.com/office/dev/add-ins/outlook/onmessagesend-onappointmentsend-events
"""

from collections.abc import Iterable

from core.drafts import JsonObject
from core.settings import Settings
from integrations.word import manifest as word
from integrations.word.elements import (
    BASIC,
    RIBBON_ICONS_PIXELS,
    XSI,
    button,
    document,
    element,
    empty,
    named_resources,
    registration,
    resid,
    text_element,
)
from integrations.word.manifest import APP, ICON_SIZES_PIXELS, NAME, AddinDeployment, AddinTexts, Button, RequirementSet

PROGRAM = "outlook"
SAID = AddinTexts(
    f"{NAME} for Outlook",
    "Drafts of replies, questions to your sources, and no gap sent.",
    "Draft a reply in a few words, ask about a mail or your sources, check what you write, and send no open question.",
)
REQUIREMENT_SET: RequirementSet = ("Mailbox", "1.5")
# What Outlook must have to look at a mail when it is sent; others pass over that part.
SEND_REQUIREMENT_SET: RequirementSet = ("Mailbox", "1.12")
PANE_PATH = "/outlook/taskpane.html"
# Raise this with every change of what the manifests say; a test holds the two together.
REVISION = 1
# Enough for a body that is read and changed; no permission over the mailbox, which could send.
PERMISSION, UNIFIED_PERMISSION = "ReadWriteItem", "MailboxItem.ReadWrite.User"
VERSION_1_0 = "http://schemas.microsoft.com/office/mailappversionoverrides"
VERSION_1_1 = f"{VERSION_1_0}/1.1"
# What a button of the alert opens is named by its control (`public/onsend.js`).
READ = Button("OpenRead", NAME, "Reply to this mail, ask about it, or sum it up.")
COMPOSE = Button("OpenCompose", NAME, "Fill in what is open, shorten, rewrite or check what you write.")
TAB = "TabDefault"
# The function in `public/onsend.js`.
ON_SEND = "onMessageSendHandler"
REQUESTED_HEIGHT_PIXELS = "450"


def installation_of(settings: Settings, url: str = "") -> AddinDeployment:
    """Return the deployment that the settings describe; see `integrations.word.manifest.installation_of`."""
    return word.installation_of(settings, url, PROGRAM, REVISION)


def pane_url(installation: AddinDeployment) -> str:
    """Return the address of the pane."""
    return f"{installation.url}{PANE_PATH}"


def to_json(installation: AddinDeployment) -> str:
    """Return the unified manifest as text."""
    return word.as_json(unified_manifest(installation))


def unified_manifest(installation: AddinDeployment) -> JsonObject:
    """Return the manifest; its icons lie beside it in the package."""
    return word.unified(installation, SAID, UNIFIED_PERMISSION, _extension(installation))


def _extension(installation: AddinDeployment) -> JsonObject:
    icons = [{"size": size, "url": installation.icon_url(size)} for size in RIBBON_ICONS_PIXELS]
    return {
        "requirements": {"scopes": ["mail"], "capabilities": [_capability(REQUIREMENT_SET)]},
        "runtimes": [_pane(installation, READ, pinnable=True), _pane(installation, COMPOSE), _sending(installation)],
        "ribbons": [_ribbon(READ, "mailRead", icons), _ribbon(COMPOSE, "mailCompose", icons)],
        "autoRunEvents": [
            {
                "requirements": {"scopes": ["mail"], "capabilities": [_capability(SEND_REQUIREMENT_SET)]},
                "events": [{"type": "messageSending", "actionId": ON_SEND, "options": {"sendMode": "promptUser"}}],
            }
        ],
    }


def _capability(least: RequirementSet) -> JsonObject:
    return {"name": least[0], "minVersion": least[1]}


def _pane(installation: AddinDeployment, opens: Button, *, pinnable: bool = False) -> JsonObject:
    action = {"id": f"open{opens.id}", "type": "openPage", "view": "pane"}
    return {
        "id": f"runtime{opens.id}",
        "type": "general",
        "code": {"page": pane_url(installation)},
        "lifetime": "short",
        "actions": [{**action, "pinnable": True} if pinnable else action],
    }


def _sending(installation: AddinDeployment) -> JsonObject:
    return {
        "requirements": {"capabilities": [_capability(SEND_REQUIREMENT_SET)]},
        "id": "runtimeSend",
        "type": "general",
        "code": {
            "page": f"{installation.url}/outlook/onsend.html",
            "script": f"{installation.url}/outlook/onsend.js",
        },
        "lifetime": "short",
        "actions": [{"id": ON_SEND, "type": "executeFunction"}],
    }


def _ribbon(opens: Button, context: str, icons: list[JsonObject]) -> JsonObject:
    control = {
        "id": opens.id,
        "type": "button",
        "label": opens.label,
        "icons": icons,
        "supertip": {"title": opens.label, "description": opens.tip},
        "actionId": f"open{opens.id}",
    }
    group = {"id": f"group{opens.id}", "label": NAME, "icons": icons, "controls": [control]}
    return {"contexts": [context], "tabs": [{"builtInTabId": TAB, "groups": [group]}]}


def to_xml(installation: AddinDeployment) -> str:
    """Return the manifest."""
    root = {"xmlns": APP, "xmlns:xsi": XSI, "xmlns:bt": BASIC, "xsi:type": "MailApp"}
    return document(root, [*_head(installation), *_overrides(installation)])


def _head(installation: AddinDeployment) -> Iterable[str]:
    yield from word.head(installation, SAID.full, "Mailbox", REQUIREMENT_SET)
    pane = empty("SourceLocation", {"DefaultValue": pane_url(installation)})
    read = element("DesktopSettings", {}, [pane, *text_element("RequestedHeight", REQUESTED_HEIGHT_PIXELS)])
    edit = element("DesktopSettings", {}, [pane])
    forms = [
        *element("Form", {"xsi:type": "ItemRead"}, read),
        *element("Form", {"xsi:type": "ItemEdit"}, edit),
    ]
    yield from element("FormSettings", {}, forms)
    yield from text_element("Permissions", PERMISSION)
    rules = [
        empty("Rule", {"xsi:type": "ItemIs", "ItemType": "Message", "FormType": form}) for form in ("Read", "Edit")
    ]
    yield from element("Rule", {"xsi:type": "RuleCollection", "Mode": "Or"}, rules)


def _overrides(installation: AddinDeployment) -> list[str]:
    """Return the buttons and events; the outer element is that of older Outlooks, which know no events."""
    name, least = REQUIREMENT_SET
    sets = element("bt:Sets", {"DefaultMinVersion": least}, [empty("bt:Set", {"Name": name})])
    host = element("Host", {"xsi:type": "MailHost"}, [*_runtimes(), *element("DesktopFormFactor", {}, _points())])
    inner = [
        *element("Requirements", {}, sets),
        *element("Hosts", {}, host),
        *_resources(installation),
        *registration(installation.client_id, installation.resource),
    ]
    newer = element("VersionOverrides", {"xmlns": VERSION_1_1, "xsi:type": "VersionOverridesV1_1"}, inner)
    return element("VersionOverrides", {"xmlns": VERSION_1_0, "xsi:type": "VersionOverridesV1_0"}, newer)


def _runtimes() -> list[str]:
    """Return what looks at a mail being sent: a page, and in the Outlook for Windows that has none, a script alone."""
    script = [empty("Override", {"type": "javascript", "resid": "SendScriptUrl"})]
    return element("Runtimes", {}, element("Runtime", {"resid": "SendPageUrl"}, script))


def _points() -> list[str]:
    event = {"Type": "OnMessageSend", "FunctionName": ON_SEND, "SendMode": "PromptUser"}
    sending = [*element("LaunchEvents", {}, [empty("LaunchEvent", event)]), resid("SourceLocation", "SendPageUrl")]
    return [
        *_surface("MessageReadCommandSurface", READ, ["<SupportsPinning>true</SupportsPinning>"]),
        *_surface("MessageComposeCommandSurface", COMPOSE, []),
        *element("ExtensionPoint", {"xsi:type": "LaunchEvent"}, sending),
    ]


def _surface(point: str, opens: Button, further: list[str]) -> list[str]:
    control = button(opens.id, opens.id, [resid("SourceLocation", "PaneUrl"), *further])
    group = element("Group", {"id": f"Group{opens.id}"}, [resid("Label", "GroupLabel"), *control])
    return element("ExtensionPoint", {"xsi:type": point}, element("OfficeTab", {"id": TAB}, group))


def _resources(installation: AddinDeployment) -> list[str]:
    buttons = (READ, COMPOSE)
    return named_resources(
        {f"Icon{size}": installation.icon_url(size) for size in ICON_SIZES_PIXELS},
        {
            "PaneUrl": pane_url(installation),
            "SendPageUrl": f"{installation.url}/outlook/onsend.html",
            "SendScriptUrl": f"{installation.url}/outlook/onsend.js",
        },
        {"GroupLabel": NAME, **{f"{button.id}Label": button.label for button in buttons}},
        {f"{button.id}Tip": button.tip for button in buttons},
    )
