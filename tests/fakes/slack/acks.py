"""What the app answered to a person's act, and what Slack makes of the answer."""

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.blocks import faults_in_message
from tests.fakes.slack.elements import GROUPS, OPTION
from tests.fakes.slack.ledger import Shown
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.response_urls import NotTaken, ResponseUrl
from tests.fakes.slack.shapes import Items
from tests.fakes.slack.targets import AppRequest, Reply
from tests.fakes.slack.view_rules import checked_view
from tests.fakes.slack.views import MAX_VIEWS_ON_STACK, View, put_before
from tests.fakes.slack.world import Channel, User

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack


@dataclass(frozen=True)
class Ack:
    """The app's answer to one request.

    Attributes:
        trouble: what the person sees instead, when the app did not answer in time or not as Slack demands.
        errors: texts beside the fields of a modal, by block id.
        options: what an external select offers.
        signature: the headers that were sent, for a replay.
        sent: whether anything was sent: Slack's own client may refuse a form before.
    """

    request: AppRequest
    signature: dict[str, str] = field(default_factory=dict)
    reply: Reply = field(default_factory=Reply)
    trouble: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    options: list[Json] = field(default_factory=list)
    sent: bool = True

    @property
    def ok(self) -> bool:
        """Whether Slack took the answer."""
        return not self.trouble

    @property
    def seconds(self) -> float:
        """How long the acknowledgement took."""
        return self.reply.seconds

    @property
    def status(self) -> int:
        """HTTP status; 0 when nothing came back."""
        return self.reply.status

    @property
    def text(self) -> str:
        """The body as text."""
        return self.reply.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        """The body as JSON, empty when it is not."""
        try:
            return json.loads(self.reply.body or b"{}")
        except ValueError:
            return {}

    @property
    def payload(self) -> Json:
        """What was sent."""
        return self.request.payload


def deliver(slack: "FakeSlack", request: AppRequest, signature: dict[str, str] | None = None) -> Ack:
    """Send one request to the app and wait for its acknowledgement."""
    if slack.target is None:
        raise AssertionError("connect the app first: slack.connect(url) or slack.connect_socket_mode()")
    headers = slack.signatures.headers(request.body) if signature is None else signature
    reply = slack.target.send(request, headers, slack.ack_timeout_seconds)
    return Ack(request, headers, reply, trouble=reply.error)


def troubled(slack: "FakeSlack", user: User, ack: Ack, trouble: str) -> Ack:
    """Return an answer that Slack does not take; the person sees a warning in its place."""
    slack.ledger.show(Shown("trouble", frozenset({user.id}), "ack", trouble, at=slack.clock.now()))
    return replace(ack, trouble=trouble)


def after_command(slack: "FakeSlack", user: User, channel: Channel, ack: Ack) -> Ack:
    """Show what the acknowledgement of a slash command says, if it says anything."""
    if not ack.ok:
        return troubled(slack, user, ack, ack.trouble)
    answer = ack.json if "json" in ack.reply.headers.get("content-type", "") else {"text": ack.text}
    if not isinstance(answer, dict) or not (answer.get("text") or answer.get("blocks")):
        return ack
    url = ResponseUrl(user, channel, slack.clock.now(), slack.workspace_of(user.team).bot)
    try:
        slack.response_urls.answer(url, answer, "ack")
    except NotTaken as reason:
        return troubled(slack, user, ack, f"{reason.word}: {faults_in_message(answer.get('blocks'))}")
    return ack


def after_interaction(slack: "FakeSlack", user: User, ack: Ack) -> Ack:
    """Look at the acknowledgement of a shortcut or a click."""
    return ack if ack.ok else troubled(slack, user, ack, ack.trouble)


def after_suggestion(slack: "FakeSlack", user: User, ack: Ack) -> Ack:
    """Read the options that the app offers: 100 options, or 100 groups of them."""
    if not ack.ok:
        return troubled(slack, user, ack, ack.trouble)
    answer = ack.json if isinstance(ack.json, dict) else {}
    options, groups = answer.get("options"), answer.get("option_groups")
    if options is not None:
        faults = list(Items(OPTION, 100, 0).check(options, "/options"))
    else:
        faults = list(GROUPS.check(groups, "/option_groups"))
        options = [option for group in groups or [] for option in group.get("options", [])]
    return troubled(slack, user, ack, "; ".join(faults)) if faults else replace(ack, options=options)


def after_submission(slack: "FakeSlack", user: User, view: View, ack: Ack) -> Ack:
    """Do what the acknowledgement of a modal asks: errors, update, push, clear; or close the modal."""
    if not ack.ok:
        return troubled(slack, user, ack, ack.trouble)
    answer = ack.json if isinstance(ack.json, dict) else {}
    action = answer.get("response_action")
    try:
        if action is None:
            slack.views.close(user)
        elif action == "clear":
            slack.views.close(user, everything=True)
        elif action == "errors":
            return replace(ack, errors=checked_errors(view, answer.get("errors")))
        elif action in ("update", "push"):
            show_view(slack, view, action, checked_view(answer.get("view"), "modal"))
        else:
            raise Refused(f"unknown response_action: {action}")
    except Refused as refused:
        return troubled(slack, user, ack, f"{refused.error} {'; '.join(refused.messages)}".strip())
    return ack


def checked_errors(view: View, errors: Any) -> dict[str, str]:
    """Return the errors beside fields; each has to name an input block of the view."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise Refused(f"errors must name input blocks of the view: {sorted(inputs)}")
    return {str(block_id): str(text) for block_id, text in errors.items()}


def show_view(slack: "FakeSlack", view: View, action: str, body: Json) -> None:
    """Update the submitted modal, or put another one on top."""
    if action == "update":
        view.change(body)
        shown = view
    else:
        if len(slack.views.stack(view.user)) >= MAX_VIEWS_ON_STACK:
            raise Refused("push_limit_reached")
        shown = replace(view, id=slack.world.new_id("V"), previous=view)
        put_before(slack.views, shown, body)
    who = frozenset({view.user.id})
    slack.ledger.show(Shown("modal", who, "ack", shown.title, shown.blocks, ts=shown.id, at=slack.clock.now()))
