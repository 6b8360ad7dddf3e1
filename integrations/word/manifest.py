"""What both manifests say: where the pane is, which ids it has, and its buttons."""

import uuid
from dataclasses import dataclass
from importlib.metadata import version

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
