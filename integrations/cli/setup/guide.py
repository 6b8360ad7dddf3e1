"""What is done at the platforms, in the order that works: what to paste where, before and after the settings are there.

Addresses and permissions are taken from the code that uses them.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from core.settings import Settings
from core.text.catalogues import N_, told
from integrations.cli.setup.needs import OF_MICROSOFT, TITLES, SetupPart, Way

PLACEHOLDER_URL = "https://inlaid.example.com"
# All programs of Office, which may ask for a token of ours.
OFFICE_CLIENT_ID = "ea5a67f6-b6f3-4338-b240-c655ddc3cc8e"
STAY_SIGNED_IN = ("offline_access", "openid", "profile")


def before_settings(part: SetupPart, parts: Sequence[SetupPart], way: Way, settings: Settings) -> list[str]:
    """Return the steps that give the values which are asked for then; Microsoft's parts share theirs."""
    url = settings.public_url or PLACEHOLDER_URL
    if part is SetupPart.SLACK:
        return _slack_app(way, url)
    if part in OF_MICROSOFT:
        return _registration([part for part in parts if part in OF_MICROSOFT], url)
    return _google_client(url) if part is SetupPart.GMAIL else []


def after_settings(part: SetupPart, way: Way, settings: Settings) -> list[str]:
    """Return the steps that are left when the settings are there; the first is the next one."""
    url = settings.public_url or PLACEHOLDER_URL
    if part is SetupPart.SLACK:
        if way is Way.MANY:
            return [N_(f"Restart Inlaid, open {url}/slack/install in each workspace, then type /inlaid help in Slack.")]
        if way is Way.SOCKET:
            return [N_("Start `inlaid up` (or restart it). Then type /inlaid help in Slack.")]
        return [
            N_(
                "Start `inlaid up` (or restart it). At api.slack.com/apps > Event Subscriptions press Retry if the"
                " address is not verified. Then type /inlaid help in Slack."
            )
        ]
    if part is SetupPart.WORD or part is SetupPart.OUTLOOK:
        file = f"inlaid-{part}.xml"
        return [
            N_(
                f"Restart Inlaid, run `inlaid {part} manifest -o {file}`, and upload {file} in the Microsoft 365 admin "
                "center: Settings > Integrated apps > Upload custom apps."
            )
        ]
    commands = {
        SetupPart.MAIL: "inlaid mailbox add graph",
        SetupPart.GMAIL: "inlaid mailbox add gmail",
        SetupPart.IMAP: "inlaid mailbox add imap --host imap.example.com --user you@example.com",
    }
    how = (
        N_("it asks for the password, and tests the login and the Drafts folder")
        if part is SetupPart.IMAP
        else N_("it prints a link: open it and sign in")
    )
    return [N_(f"Connect a mailbox with `{commands[part]}`: {how}. `inlaid up` then looks after it.")]


def _slack_app(way: Way, url: str) -> list[str]:
    from integrations.slack import REDIRECT_PATH
    from integrations.slack.manifest import REVISION

    options = {
        Way.SOCKET: "--socket",
        Way.HTTPS: f"--one-workspace --url {url}",
        Way.MANY: f"--url {url}",
    }
    steps = [
        N_(f"Print the app's manifest (number {REVISION}): inlaid slack manifest {options[way]}"),
        N_("Paste it at https://api.slack.com/apps > Create New App > From a manifest, and pick the workspace."),
    ]
    if way is Way.SOCKET:
        steps.append(N_("Basic Information > App-Level Tokens: generate one with the scope connections:write."))
    if way is Way.MANY:
        return [*steps, N_(f"People come back from the installation to {url}{REDIRECT_PATH}: the manifest says so.")]
    return [*steps, N_("Install App: install it in the workspace.")]


def _registration(parts: Sequence[SetupPart], url: str) -> list[str]:
    """Return the registration of the app at Entra: by script, and the same by hand."""
    has_pane = SetupPart.WORD in parts or SetupPart.OUTLOOK in parts
    scripts = [*(["word.sh"] if has_pane else []), *(["mail.sh"] if SetupPart.MAIL in parts else [])]
    commands = " && ".join(f"deploy/entra/{script} {url}" for script in scripts)
    steps = [
        N_(f"Register the app, by script: az login && {commands}"),
        N_("  Or by hand, at https://entra.microsoft.com > App registrations > New registration, this directory only:"),
        N_(f"  Authentication, Web: {', '.join(f'{url}{path}' for path in _web_redirects())}"),
    ]
    if has_pane:
        host = urlsplit(url).netloc
        pages = ", ".join(f"{url}/word/{page}.html" for page in ("taskpane", "redirect", "signin"))
        steps += [
            N_(f"  Authentication, Single-page application: brk-multihub://{host}, {pages}"),
            N_(
                f"  Expose an API: Application ID URI api://{host}/CLIENT-ID, the scope access_as_user, and the client "
                f"{OFFICE_CLIENT_ID} authorised for it"
            ),
            N_("  Manifest: requestedAccessTokenVersion 2"),
        ]
    names = dict.fromkeys(name for part in parts for name in delegated_permissions(part))
    steps.append(N_(f"  API permissions, Microsoft Graph, delegated: {', '.join((*names, *STAY_SIGNED_IN))}"))
    if SetupPart.MAIL in parts:
        steps.append(N_("  None of them allows sending, so nothing can be sent by mistake."))
    return steps


def _web_redirects() -> tuple[str, str]:
    from integrations.graph.invitations import SIGNED_IN_PATH

    return SIGNED_IN_PATH, "/console/signed-in"


def delegated_permissions(part: SetupPart) -> tuple[str, ...]:
    """Return the permissions of Microsoft Graph that people grant for a part."""
    if part is SetupPart.MAIL:
        from integrations.mail.graph.accounts import SCOPES

        return SCOPES
    if part is SetupPart.WORD:
        from integrations.documents.drive import SCOPES as FILES

        return (*FILES, "User.Read")
    return ("User.Read",)


def _google_client(url: str) -> list[str]:
    from integrations.mail.gmail.connecting import SIGNED_IN_PATH
    from integrations.mail.gmail.sign_in import SCOPES

    return [
        N_(
            "https://console.cloud.google.com, in a project of your organisation: APIs & Services > Library > Gmail API"
            " > Enable."
        ),
        N_(
            "Google Auth Platform > Audience: Internal, so that only people of your Workspace sign in, without a"
            " review."
        ),
        N_(f"Data Access > Add scopes: {', '.join(SCOPES)}"),
        N_(f"Clients > Create client > Web application, with the redirect URI {url}{SIGNED_IN_PATH}"),
        N_(
            "Where apps are limited: Google Admin console > Security > API controls > App access control: trust the "
            "client for Gmail."
        ),
    ]


def heading(part: SetupPart, parts: Sequence[SetupPart]) -> str:
    """Return what a part is called above its steps; the parts of Microsoft stand under one heading."""
    if part in OF_MICROSOFT:
        return "Microsoft 365: " + ", ".join(str(part) for part in parts if part in OF_MICROSOFT)
    return told(TITLES[part])
