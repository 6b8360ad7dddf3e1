"""Modals and home tabs: the stack that each person has open, and views.open, push, update and publish."""

import uuid
from dataclasses import dataclass, field

from tests.fakes.slack.blocks import NewId, with_ids
from tests.fakes.slack.call import Call
from tests.fakes.slack.ledger import Shown, ShownKind
from tests.fakes.slack.refusal import Json, Refused
from tests.fakes.slack.view_rules import checked_view
from tests.fakes.slack.world import User

MAX_VIEWS_ON_STACK = 3


@dataclass
class View:
    """A modal or a home tab as one person has it.

    Attributes:
        team_id: the workspace that has the app; the person may be of another company.
    """

    id: str
    user: User
    kind: str
    body: Json
    bot_id: str
    app_id: str
    team_id: str
    previous: "View | None" = None
    hash: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def root(self) -> "View":
        """The first view of the stack."""
        return self.previous.root if self.previous else self

    @property
    def callback_id(self) -> str:
        """The app's own name for it."""
        return str(self.body.get("callback_id", ""))

    @property
    def title(self) -> str:
        """The title of a modal."""
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, with the ids that Slack filled in."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    def change(self, body: Json) -> None:
        """Show something else in its place."""
        self.body = {**body, "blocks": with_ids(body["blocks"], NewId())}
        self.hash = uuid.uuid4().hex

    def to_json(self, values: Json | None = None) -> Json:
        """Return the view as the API and the payloads show it, with what the person filled in."""
        shown: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "app_id": self.app_id,
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "title": None,
            "close": None,
            "submit": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "previous_view_id": self.previous.id if self.previous else None,
            "root_view_id": self.root.id,
            "hash": self.hash,
        }
        if self.kind == "home":
            for name in ("title", "close", "submit"):
                del shown[name]
        return {**shown, **self.body, "state": {"values": values or {}}}


class Views:
    """All views, the stack that each person has open, and each person's home tab."""

    def __init__(self) -> None:
        self.all: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def stack(self, user: User) -> list[View]:
        """Return the modals a person has open, the visible one last."""
        return self.stacks.setdefault(user.id, [])

    def is_open(self, view: View) -> bool:
        """Whether a person still has it."""
        return view in self.stack(view.user) or self.homes.get(view.user.id) is view

    def with_external_id(self, external_id: str, user: User) -> View | None:
        """Return the open view of a workspace that bears an app's own id."""
        for view in self.all.values():
            if view.body.get("external_id") == external_id and view.user.team is user.team and self.is_open(view):
                return view
        return None

    def close(self, user: User, *, everything: bool = False) -> None:
        """Close the visible modal, or all of them."""
        stack = self.stack(user)
        del stack[0 if everything else -1 :]


def open_view(call: Call) -> Json:
    """views.open: a modal, in the place of any that was open."""
    body = checked_view(call.structure("view"), "modal")
    trigger = call.slack.triggers.take(trigger_of(call))
    require_free_external_id(call, body, trigger.user)
    call.slack.views.close(trigger.user, everything=True)
    return show(call, trigger.user, "modal", body)


def push_view(call: Call) -> Json:
    """views.push: a modal on top of the open one."""
    body = checked_view(call.structure("view"), "modal")
    trigger = call.slack.triggers.take(trigger_of(call))
    stack = call.slack.views.stack(trigger.user)
    if not stack or not trigger.from_modal:
        raise Refused("not_found")
    if len(stack) >= MAX_VIEWS_ON_STACK:
        raise Refused("push_limit_reached")
    require_free_external_id(call, body, trigger.user)
    return show(call, trigger.user, "modal", body, stack[-1])


def update_view(call: Call) -> Json:
    """views.update: change an open view, named by its id or by the app's own id for it."""
    view = named_view(call)
    body = checked_view(call.structure("view"), view.kind)
    require_hash(call, view)
    require_free_external_id(call, body, view.user, view)
    view.change(body)
    show_again(call, view)
    return {"view": view.to_json()}


def publish_view(call: Call) -> Json:
    """views.publish: the home tab of one person."""
    if not call.slack.app.home_tab_enabled:
        raise Refused("not_enabled")
    body = checked_view(call.structure("view"), "home")
    user = call.slack.world.users.get(call.text("user_id"))
    if user is None or not call.grant.covers(user.team):
        raise Refused("invalid_arguments", ["user_not_found [json-pointer:/user_id]"])
    view = call.slack.views.homes.get(user.id)
    require_free_external_id(call, body, user, view)
    if view is None:
        return show(call, user, "home", body)
    require_hash(call, view)
    view.change(body)
    show_again(call, view)
    return {"view": view.to_json()}


def trigger_of(call: Call) -> str:
    """Return the trigger id of a call, under either of its two names."""
    return call.optional("trigger_id") or call.text("interactivity_pointer")


def named_view(call: Call) -> View:
    """Return the view that a call names, when the person still has it open."""
    views = call.slack.views
    wanted_id, external_id = call.optional("view_id"), call.optional("external_id")
    if not (wanted_id or external_id):
        raise Refused("invalid_arguments", ["missing required field: view_id or external_id"])
    for view in views.all.values():
        is_meant = view.id == wanted_id or (external_id and view.body.get("external_id") == external_id)
        if is_meant and views.is_open(view) and call.grant.covers(view.user.team):
            return view
    raise Refused("not_found")


def require_hash(call: Call, view: View) -> None:
    """Refuse when the app does not know the newest state of a view."""
    if call.optional("hash") and call.optional("hash") != view.hash:
        raise Refused("hash_conflict")


def require_free_external_id(call: Call, body: Json, user: User, but: View | None = None) -> None:
    """Refuse an app's own id that another open view of the workspace bears."""
    external_id = body.get("external_id")
    if external_id:
        bearer = call.slack.views.with_external_id(external_id, user)
        if bearer is not None and bearer is not but:
            raise Refused("duplicate_external_id")


def show(call: Call, user: User, kind: str, body: Json, previous: View | None = None) -> Json:
    """Put a new view before a person."""
    if not call.grant.covers(user.team) and call.slack.workspace_of(user.team).is_installed:
        raise Refused("invalid_trigger_id")  # the trigger of another installation of the app
    home = call.grant.team or user.team
    view = View(
        call.slack.world.new_id("V"), user, kind, {}, call.grant.actor.bot_id, call.slack.app.id, home.id, previous
    )
    put_before(call.slack.views, view, body)
    show_again(call, view)
    return {"view": view.to_json()}


def put_before(views: Views, view: View, body: Json) -> None:
    """Put a new view on top of its person's stack, or make it the home tab."""
    view.change(body)
    views.all[view.id] = view
    if view.kind == "home":
        views.homes[view.user.id] = view
    else:
        views.stack(view.user).append(view)


def show_again(call: Call, view: View) -> None:
    """Remember that a person sees a view's present state."""
    slack = call.slack
    who = frozenset({view.user.id})
    kind: ShownKind = "home" if view.kind == "home" else "modal"
    slack.ledger.show(Shown(kind, who, call.method, view.title, view.blocks, ts=view.id, at=slack.clock.now()))
