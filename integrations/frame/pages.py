"""The frame of pages: which areas and pages there are, the templates, and the files that pages load."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from core.text.catalogues import N_, current_locale, gettext, long_day, ngettext, number, told
from core.text.entries import reasons
from integrations.frame.emphasis import emphasised, has_emphasis, with_marks, without_emphasis

CONSOLE = "/console"
REPORT = "/report"
STYLE = "inlaid.css"
SCRIPT = "htmx-2.0.11.min.js"
TIMES = "times.js"
# Areas, each with its pages: where, in which words, and for whom.
_AREAS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        N_("You"),
        (
            (CONSOLE, N_("Home"), "all"),
            (f"{CONSOLE}/jobs", N_("Drafts"), "all"),
            (f"{CONSOLE}/connections", N_("Connections"), "all"),
            (f"{CONSOLE}/learned", N_("Learnt"), "all"),
            (REPORT, N_("Report"), "all"),
        ),
    ),
    (
        N_("Knowledge"),
        (
            (f"{CONSOLE}/ask", N_("Ask"), "all"),
            (f"{CONSOLE}/sources", N_("Sources"), "all"),
            (f"{CONSOLE}/signals", N_("Signals"), "all"),
            (f"{CONSOLE}/recipes", N_("Recipes"), "all"),
        ),
    ),
    (
        N_("Account"),
        (
            (f"{CONSOLE}/sessions", N_("Sessions"), "all"),
            (f"{CONSOLE}/tokens", N_("API tokens"), "all"),
            (f"{CONSOLE}/policies", N_("Policies"), "others"),
        ),
    ),
    (
        N_("Administration"),
        (
            (f"{CONSOLE}/health", N_("Health"), "admins"),
            (f"{CONSOLE}/people", N_("People"), "admins"),
            (f"{CONSOLE}/policies", N_("Policies"), "admins"),
            (f"{CONSOLE}/models", N_("Models"), "admins"),
            (f"{CONSOLE}/audit", N_("Audit trail"), "admins"),
        ),
    ),
)


@dataclass(frozen=True)
class MenuPage:
    """A page in the menu."""

    address: str
    words: str
    is_here: bool


@dataclass(frozen=True)
class Area:
    """Pages that belong together; `is_here` when one of them is shown."""

    name: str
    pages: Sequence[MenuPage]

    @property
    def is_here(self) -> bool:
        """Whether the page that is shown is one of them."""
        return any(page.is_here for page in self.pages)


@dataclass(frozen=True)
class Menu:
    """What the frame shows of somebody who is signed in: where they may go, and how they are called."""

    areas: Sequence[Area]
    name: str


def menu_of(here: str, *, name: str, is_admin: bool) -> Menu:
    """Return the menu of somebody.

    Args:
        here: the address of the page that is shown, or of the page in the menu that it belongs to.
        name: how they are called.
        is_admin: whether they look after others.
    """
    seen = {"all", "admins" if is_admin else "others"}
    areas = [
        Area(area, [MenuPage(address, words, address == here) for address, words, whose in pages if whose in seen])
        for area, pages in _AREAS
    ]
    return Menu([area for area in areas if area.pages], name)


@functools.cache
def environment(package: str) -> Environment:
    """Return the templates of a package, over those of the frame; the same for each call. Everything is escaped."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("integrations.frame")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    _speak(made)
    made.globals |= {"path": CONSOLE, "asset": asset}
    made.filters["moment"] = moment
    made.filters["when"] = when
    made.filters |= {
        "emphasised": emphasised,
        "reasons": reasons,
        "with_marks": with_marks,
        "without_emphasis": without_emphasis,
    }
    made.tests["emphatic"] = has_emphasis
    return made


def _speak(made: Environment) -> None:
    """Have templates say `_("…")` in the language of whoever looks, and `|told` of what other code said."""
    made.add_extension("jinja2.ext.i18n")
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined] # by the extension
    made.filters["told"] = _told
    made.filters["number"] = number
    made.filters["day"] = long_day
    made.globals["locale"] = current_locale


def _told(text: object) -> object:
    # What is markup already was said by a template.
    return told(text) if isinstance(text, str) and not isinstance(text, Markup) else text


def moment(seconds: float) -> str:
    """Return Unix seconds as people read a time (UTC)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def when(seconds: float) -> Markup:
    """Return Unix seconds as a time for a page: in UTC, which a script turns into the reader's own zone."""
    at = datetime.fromtimestamp(seconds, UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(at.strftime("%Y-%m-%dT%H:%M:%SZ"), moment(seconds))


def older_page(address: str, asked: dict[str, str], before: str) -> str:
    """Return the address of the page of a list after `before`; `asked` are its filters. What is empty is left out."""
    kept = {name: value for name, value in {**asked, "before": before}.items() if value}
    return f"{address}?{urlencode(kept)}" if kept else address


@functools.cache
def asset(name: str) -> str:
    """Return where a file is that pages load; another content has another address, so that it may be kept for long."""
    return f"{CONSOLE}/static/{name}?v={hashlib.sha256(asset_bytes(name)).hexdigest()[:12]}"


@functools.cache
def asset_bytes(name: str) -> bytes:
    """Return the content of a file that pages load."""
    return files("integrations.frame").joinpath("static", name).read_bytes()


def style() -> str:
    """Return the style sheet, for a page that has to be whole in one file."""
    return asset_bytes(STYLE).decode()
