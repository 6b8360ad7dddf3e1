"""How pages look: in the frame that all pages share, with htmx and a few lines of script, all from this server.

The text of one's own draft is shown as a person uses it: ready answers put in the place of gaps, other wordings taken.
"""

import functools
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.drafts import Draft, DraftSource, Edit, without_hints
from core.insight.report.wording import SURFACES
from core.job import Job
from core.model_outages import for_people
from core.outcomes import replacements, shown_text
from core.text.catalogues import N_, told
from core.writing.grounded.fill import label_of, named_gaps
from core.writing.numbering import each_once
from integrations.console.context import Visitor
from integrations.frame import pages as frame

MAX_TEXT_CHARS = 200_000
PATH = frame.CONSOLE
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Without a referrer a browser posts forms with `Origin: null`, which would look like another site's.
HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Referrer-Policy": "same-origin"}
# 64 digits of a hash, 32 or a UUID of what has an id; what is shorter is shown as it is.
_LONG_ID = re.compile(r"[0-9a-fA-F-]{32,}")
# How the page of connections says in which state a mailbox is, and how good that is.
MAILBOX_STATES = {
    "error": (N_("not working"), "bad"),
    "paused": (N_("paused"), ""),
    "quiet": (N_("quiet hours"), ""),
    "new": (N_("not read yet"), ""),
    "late": (N_("not read for long"), "bad"),
    "ok": (N_("works"), "good"),
}
# How far a job is, and what its person made of the result, in words and how good that is.
STATES = {
    "queued": (N_("waits for a worker"), ""),
    "running": (N_("being written"), ""),
    "ready": (N_("being delivered"), ""),
    "delivered": (N_("ready"), ""),
    "failed": (N_("failed"), "bad"),
    "cancelled": (N_("cancelled"), ""),
}
OUTCOMES = {
    "accepted": (N_("used"), "good"),
    "edited": (N_("used with changes"), "good"),
    "rejected": (N_("discarded"), ""),
    "regenerated": (N_("replaced by a new version"), ""),
    "expired": (N_("expired"), ""),
}
# How somebody came in.
SIGN_IN_WAYS = N_(
    {
        "token": "with a token",
        "here": "on this machine",
        "microsoft": "with Microsoft 365",
        "openid": "with the organisation's account",
        "pane": "the pane in a browser on this machine",
    }
)
# What an installation is made of.
PARTS = N_({"database": "Database", "broker": "Broker", "model": "Model"})
# What browsers and systems call themselves: of several that a browser names, the first here is meant.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_PLACE = "flash-"
_FILES = frozenset({frame.SCRIPT, frame.STYLE, frame.TIMES})
_MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def error_for(visitor: Visitor, job: Job) -> Mapping[str, str] | None:
    """Return the error of a job, of which only administrators read how the server is set up."""
    return job.error if visitor.is_admin or job.error is None else for_people(job.error)


def page(template: str, visitor: Visitor | None, *, here: str = "", status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page. `here` is its address in the menu; the template gets the values."""
    menu = frame.menu_of(PATH + here, name=visitor.name, is_admin=visitor.is_admin) if visitor else None
    return fragment(template, status=status, visitor=visitor, menu=menu, **values)


def fragment(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a part of a page, for htmx to put in place of another."""
    html = environment().get_template(template).render(**values)
    return HTMLResponse(html, status, HEADERS)


def flash(request: Request, template: str, **values: Any) -> HTMLResponse:
    """Return a message for the person: beside the form, where it has an element `flash-...`, else at the top."""
    place = request.headers.get("hx-target", "")
    answer = fragment(template, **values)
    is_ours = place.startswith(_PLACE) and place.isascii() and place.removeprefix(_PLACE).isalpha()
    target = f"#{place}" if is_ours else "#notice"
    # An element that takes a part of a page (hx-select) would find nothing in a message.
    answer.headers.update({"HX-Retarget": target, "HX-Reswap": "innerHTML", "HX-Reselect": "unset"})
    return answer


def redirect(request: Request, address: str) -> Response:
    """Lead the browser to another page."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def static_file(name: str) -> tuple[bytes, str] | None:
    """Return a file that pages load, and its media type, or None if there is no such file."""
    if name not in _FILES:
        return None
    return frame.asset_bytes(name), _MEDIA[name[name.rindex(".") :]]


@functools.cache
def environment() -> Environment:
    """Return the templates."""
    made = frame.environment("integrations.console")
    made.globals["error_for"] = error_for
    made.filters["cited_lines"] = cited_lines
    made.filters["by_number"] = by_number
    made.filters["numbered"] = numbered
    made.filters["other_wordings"] = other_wordings
    made.filters["shown_text"] = shown_text
    made.filters["picks_in"] = picks_in
    made.filters["named_gaps"] = named_gaps
    made.filters["label_of"] = label_of
    made.filters["edit_words"] = edit_words
    made.filters["browser"] = browser_name
    made.tests["long_id"] = is_long_id
    made.globals |= {
        "mailbox_states": MAILBOX_STATES,
        "job_states": STATES,
        "outcomes": OUTCOMES,
        "surfaces": SURFACES,
        "parts": PARTS,
    }
    return made


def is_long_id(value: str) -> bool:
    """Tell whether a word is digits that nobody reads: a pseudonym, a hash, the id of a person or a job."""
    return _LONG_ID.fullmatch(value) is not None


def browser_name(user_agent: str) -> str:
    """Return what people call a browser by what it calls itself: "Firefox on Linux"."""
    browser, system = (
        next((name for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS)
    )
    if browser and system:
        return N_(f"{browser} on {system}")
    return browser or system or N_("unknown browser")


def other_wordings(draft: Draft) -> list[tuple[int, str]]:
    """Return the other wordings with their numbers, without hints, and none that a ready answer makes of the draft."""
    shown = shown_text(draft)
    made = {shown.replace(gap.place, choice) for gap in draft.gaps for choice in gap.choices}
    others = [without_hints(text, draft.gaps) for text in draft.alternatives]
    return [(number, text) for number, text in enumerate(others) if text not in made]


def filled(draft: Draft, text: str, pick: str) -> str:
    """Return a text with a picked answer in its gap's place, or in that of another answer to the same gap.

    Args:
        draft: whose gaps they are.
        text: as the person has it now.
        pick: the gap and the answer, or "other" and the wording, by their numbers: `0.1`. What is no such pick
            changes nothing.
    """
    kind, _, last = pick.partition(".")
    number = int(last) if last.isdecimal() else -1
    if kind == "other":
        is_there = 0 <= number < len(draft.alternatives)
        return without_hints(draft.alternatives[number], draft.gaps) if is_there else text
    place = int(kind) if kind.isdecimal() else -1
    if not 0 <= place < len(draft.gaps) or not 0 <= number < len(draft.gaps[place].choices):
        return text
    gap = draft.gaps[place]
    # The longest first: one answer may begin like another.
    before = next((words for words in (gap.place, *sorted(gap.choices, key=len, reverse=True)) if words in text), None)
    return text.replace(before, gap.choices[number]) if before else text


def edit_words(edit: Edit) -> list[tuple[str, str]]:
    """Return a changed paragraph in pieces: what stays (""), what goes ("del") and what comes ("ins")."""
    text = edit.text or ""
    found, old_at, new_at = list[tuple[str, str]](), 0, 0
    for change in replacements(edit.before, text):
        found += _kept(edit.before[old_at : change.old_start], text[new_at : change.new_start])
        found += [("del", change.old), ("ins", change.new)]
        old_at, new_at = change.old_end, change.new_end
    return found + _kept(edit.before[old_at:], text[new_at:])


def _kept(old: str, new: str) -> list[tuple[str, str]]:
    """Return words that stay; both texts where only what stands between the words was changed."""
    return [("", old)] if old == new else [("del", old), ("ins", new)]


def picks_in(draft: Draft, text: str) -> set[str]:
    """Return which ready answers a text contains."""
    picks = set()
    for place, gap in enumerate(draft.gaps):
        found = [choice for choice in gap.choices if gap.place not in text and choice in text]
        if found:
            picks.add(f"{place}.{gap.choices.index(max(found, key=len))}")
    return picks


def cited_lines(draft: Draft) -> list[tuple[bool, list[tuple[str, int]]]]:
    """Return the lines of an answer, each with whether it is one of a list, and its parts.

    A part is some words with the number of the source that they cite, 0 for none.
    """
    numbers = {source.number for source in draft.sources}
    text = told(draft.text) if draft.is_refusal else draft.text
    lines = [line for line in text.split("\n") if line.strip()]
    return [(line.startswith("- "), _cited_parts(line.removeprefix("- "), numbers)) for line in lines]


def _cited_parts(line: str, numbers: set[int]) -> list[tuple[str, int]]:
    parts = list[tuple[str, int]]()
    at = 0
    for mark in re.finditer(r" ?\[(\d{1,4})\]", line):
        if int(mark[1]) in numbers:
            parts.append((line[at : mark.start()], int(mark[1])))
            at = mark.end()
    return [*parts, (line[at:], 0)] if line[at:] else parts


def numbered(draft: Draft) -> dict[int, int]:
    """Return by their own numbers those under which the sources of an answer are shown: 1, 2, … as the text names them.

    What the text does not name comes last.
    """
    known = [*dict.fromkeys(source.number for source in draft.sources)]
    named = [number for _, parts in cited_lines(draft) for _, number in parts if number]
    return {number: place for place, number in enumerate(dict.fromkeys([*named, *known]), 1)}


def by_number(draft: Draft) -> list[tuple[DraftSource, list[str]]]:
    """Return each passage that an answer cites once, as they are numbered, with the words that are quoted of it."""
    numbers = numbered(draft)
    return sorted(each_once(draft.sources), key=lambda cited: numbers[cited[0].number])


def plain_lines(text: str) -> str:
    """Return what a form sent with the line ends that drafts have."""
    return text.replace("\r\n", "\n").strip("\n")
