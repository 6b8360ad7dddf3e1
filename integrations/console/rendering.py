"""How pages look: one layout, one style sheet, one script (htmx), all from this server. Everything is escaped."""

import functools
import re
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from integrations.console.draft_text import other_wordings, picks_in
from integrations.console.visitor import Visitor

PATH = "/console"
SCRIPT = "htmx-2.0.11.min.js"
STYLE = "console.css"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Without a referrer a browser posts forms with `Origin: null`, which would look like another site's.
HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Referrer-Policy": "same-origin"}
# What the menu lists: address below PATH, words, and whether only administrators see it.
MENU = (
    ("", "Overview", False),
    ("/jobs", "Jobs", False),
    ("/connections", "Connections", False),
    ("/learned", "Learnt", False),
    ("/recipes", "Recipes", False),
    ("/sessions", "Sessions", False),
    ("/models", "Models", True),
    ("/people", "People", True),
    ("/audit", "Audit trail", True),
)
# How the page of connections says in which state a mailbox is.
MAILBOX_STATES = {
    "error": "not working",
    "paused": "paused",
    "quiet": "quiet hours",
    "new": "not read yet",
    "late": "not read for long",
    "ok": "works",
}
_PLACE = re.compile(r"flash-[a-z]+")
_MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def page(template: str, visitor: Visitor | None, *, here: str = "", status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page. `here` is its address in the menu; the template gets the values."""
    menu = [
        (PATH + path, words, path == here) for path, words, for_admins in MENU if visitor and _sees(visitor, for_admins)
    ]
    return fragment(template, status=status, visitor=visitor, menu=menu, **values)


def fragment(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a part of a page, for htmx to put in place of another."""
    html = environment().get_template(template).render(path=PATH, script=SCRIPT, style=STYLE, **values)
    return HTMLResponse(html, status, HEADERS)


def flash(request: Request, template: str, **values: Any) -> HTMLResponse:
    """Return a message for the person: beside the form, where it has an element `flash-...`, else at the top."""
    place = request.headers.get("hx-target", "")
    answer = fragment(template, **values)
    target = f"#{place}" if _PLACE.fullmatch(place) else "#notice"
    answer.headers.update({"HX-Retarget": target, "HX-Reswap": "innerHTML"})
    return answer


def redirect(request: Request, address: str) -> Response:
    """Lead the browser to another page."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def static_file(name: str) -> tuple[bytes, str] | None:
    """Return a file that pages load, and its media type; None when there is no such file."""
    if name not in {SCRIPT, STYLE}:
        return None
    data = files("integrations.console").joinpath("static", name).read_bytes()
    return data, _MEDIA[name[name.rindex(".") :]]


@functools.cache
def environment() -> Environment:
    """Return the templates."""
    made = Environment(
        loader=PackageLoader("integrations.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = moment
    made.filters["other_wordings"] = other_wordings
    made.filters["picks_in"] = picks_in
    made.globals["states"] = MAILBOX_STATES
    return made


def moment(seconds: float) -> str:
    """Return Unix seconds as people read a time (UTC)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def _sees(visitor: Visitor, for_admins: bool) -> bool:
    return visitor.is_admin or not for_admins
