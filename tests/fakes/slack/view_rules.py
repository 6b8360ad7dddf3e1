"""What Slack refuses in a modal or a home tab (docs.slack.dev/reference/views)."""

import json
from typing import Any

from tests.fakes.slack.blocks import faults_in_view_blocks
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.shapes import Anything, Chars, Flag, OneOf, Record, Shape, Text, wrong

MAX_VIEW_BYTES = 250_000
SHARED: dict[str, Shape] = {
    "blocks!": Anything(),
    "private_metadata": Chars(3000, 0),
    "callback_id": Chars(255, 0),
    "external_id": Chars(255, 0),
}
MODAL = Record(
    {
        "type!": OneOf(("modal",)),
        "title!": Text(24),
        "submit": Text(24),
        "close": Text(24),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
        **SHARED,
    }
)
HOME = Record({"type!": OneOf(("home",)), **SHARED})


def faults_in_view(view: Any, kind: str) -> list[str]:
    """Return what Slack would refuse in a view of a kind, `modal` or `home`."""
    if not isinstance(view, dict):
        return [wrong("must be an object", "/view")]
    faults = list((MODAL if kind == "modal" else HOME).check(view, "/view"))
    faults += faults_in_view_blocks(view.get("blocks"))
    if not faults and kind == "modal" and not view.get("submit"):
        faults += [
            wrong("`submit` is required when an input block is within blocks", "/view/submit")
            for block in view["blocks"]
            if block["type"] == "input"
        ][:1]
    return faults


def checked_view(view: Any, kind: str) -> Json:
    """Return a view given as an object or as JSON text, or refuse it."""
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except ValueError as error:
            raise Refused("invalid_arguments", [wrong("must be valid JSON", "/view")]) from error
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        raise Refused("view_too_large")
    if faults := faults_in_view(view, kind):
        raise Refused("invalid_arguments", faults)
    checked: Json = view
    return checked
