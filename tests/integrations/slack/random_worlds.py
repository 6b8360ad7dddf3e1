"""Random worlds of Slack: companies with and without a Grid organisation, installations, people, and one request.

What Slack sends and shows is written down here from its documentation and from what maintainers of Bolt say
(bolt-python request/internals.py, java-slack-sdk #629 and #1041, bolt-js #1614 and #1875), not from our own code.
Where Slack is known to differ, or does not say, either form comes up.
"""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

Json = dict[str, Any]
KINDS = ("command", "shortcut", "home", "message", "mention", "shared mention", "button", "form", "old form")
# Shortcuts of an app are offered only where it is installed; it must not be what keeps strangers out.
FROM_OUTSIDE = ("shortcut", "shared mention", "button", "form", "old form")


@dataclass
class Company:
    """A customer of Slack: one workspace, or a Grid organisation with several."""

    workspaces: list[str]
    organisation: str = ""
    installed_in: list[str] = field(default_factory=list)
    is_org_wide: bool = False

    @property
    def ids(self) -> set[str]:
        """Everything that a request can be kept under for this company."""
        return {*self.workspaces, self.organisation} - {""}


@dataclass
class Somebody:
    """An account."""

    id: str
    company: Company
    workspaces: list[str]
    kind: str

    @property
    def is_active(self) -> bool:
        """Whether it is a person who can act."""
        return self.kind not in {"deactivated", "bot"}


@dataclass
class World:
    """What there is, and the one request that is made in it.

    Attributes:
        company: whose installation hears of the request; `workspace` is where it is installed or asked.
        is_one_token: the installation is the one of INLAID_SLACK_BOT_TOKEN.
        listed: ids on INLAID_SLACK_PEOPLE.
        own_draft: workspace, organisation and person of the draft that the button belongs to.
    """

    random: Random
    companies: list[Company]
    company: Company
    workspace: str
    actor: Somebody
    kind: str
    is_one_token: bool
    listed: tuple[str, ...]
    own_draft: tuple[str, str, str]
    body: Json = field(default_factory=dict)

    @property
    def is_org_wide(self) -> bool:
        """Whether the installation that hears is that of a whole organisation."""
        return self.company.is_org_wide and self.workspace not in self.company.installed_in

    def maybe(self, value: Any, other: Any = None) -> Any:
        """Return one of two, by chance."""
        return value if self.random.random() < 0.5 else other


def make_world(seed: int) -> World:
    """Return the world of a seed, always the same one."""
    random = Random(seed)
    companies = [_company(random, number) for number in range(random.randint(2, 4))]
    company = companies[0]
    is_one_token = random.random() < 0.4
    _install(random, company, is_one_token=is_one_token)
    for other in companies[1:]:
        if not is_one_token and random.random() < 0.5:
            _install(random, other, is_one_token=False)
    kind = random.choice(KINDS)
    is_own = kind not in FROM_OUTSIDE or random.random() < 0.6
    workspace = random.choice(company.workspaces if company.is_org_wide else company.installed_in)
    actor = _somebody(random, company if is_own else random.choice(companies[1:]), workspace)
    others = random.choice([(), (), (), ("U0LISTED",)])
    listed = (*others, actor.id) if random.random() < 0.2 else others
    drawn = (workspace, company.organisation, actor.id if is_own and random.random() < 0.8 else "U0ELSE")
    world = World(random, companies, company, workspace, actor, kind, is_one_token, listed, drawn)
    world.body = _MAKERS[kind](world)
    return world


def _company(random: Random, number: int) -> Company:
    if random.random() < 0.5:
        return Company([f"T{number}"])
    return Company([f"T{number}{at}" for at in range(random.randint(1, 3))], f"E{number}")


def _install(random: Random, company: Company, *, is_one_token: bool) -> None:
    company.is_org_wide = bool(company.organisation) and not is_one_token and random.random() < 0.5
    if is_one_token or not company.is_org_wide:
        count = 1 if is_one_token else random.randint(1, len(company.workspaces))
        company.installed_in = random.sample(company.workspaces, count)
    elif random.random() < 0.2:
        company.installed_in = [random.choice(company.workspaces)]


def _somebody(random: Random, company: Company, workspace: str) -> Somebody:
    kind = random.choice(["member"] * 6 + ["guest", "single guest", "deactivated", "bot", "admin"])
    workspaces = random.sample(company.workspaces, random.randint(1, len(company.workspaces)))
    if workspace in company.workspaces and random.random() < 0.7:
        workspaces = list(dict.fromkeys([workspace, *workspaces]))
    return Somebody(f"U{random.randrange(10**6):06d}", company, workspaces, kind)


def shown_user(world: World, asked: Company, workspace: str) -> Json:
    """Return the `user` of `users.info` as the installation of a company sees the one who acts; empty: not at all."""
    actor, random = world.actor, world.random
    is_own = actor.company is asked
    if not is_own and random.random() < 0.15:
        return {}
    home = workspace if workspace in actor.workspaces else actor.workspaces[0]
    user: Json = {"id": actor.id, "team_id": home, "name": "somebody", "deleted": actor.kind == "deactivated"}
    user["is_bot"] = actor.kind == "bot"
    if actor.kind != "deactivated":
        user["is_restricted"] = actor.kind in {"guest", "single guest"}
        user["is_ultra_restricted"] = actor.kind == "single guest"
        user["is_admin"] = actor.kind == "admin"
    if actor.company.organisation and (is_own or random.random() < 0.7):
        teams = list(actor.workspaces)
        user["enterprise_user"] = {"id": actor.id, "enterprise_id": actor.company.organisation, "teams": teams}
    if not is_own and random.random() < 0.5:
        user["is_stranger"] = random.random() < 0.5
    return user


def _enterprise(company: Company) -> Json | None:
    return {"id": company.organisation, "name": "Grid"} if company.organisation else None


def _team(company: Company, workspace: str) -> Json:
    shown: Json = {"id": workspace, "domain": "somewhere"}
    return shown | ({"enterprise_id": company.organisation} if company.organisation else {})


def _acting_in(world: World) -> str:
    """Return the workspace that the person has open: the installation's own where it is one of theirs."""
    own = world.actor.workspaces
    return world.workspace if world.workspace in own else own[0]


def _command(world: World) -> Json:
    # Only in a workspace that the app is installed in: a colleague of another one has switched to it.
    fields = {"command": "/draft", "text": "hello", "team_id": world.workspace, "user_id": world.actor.id}
    fields |= {"channel_id": "C1", "trigger_id": "1.2", "is_enterprise_install": str(world.is_org_wide).lower()}
    if world.company.organisation:
        fields["enterprise_id"] = world.company.organisation
    return fields


def _act(world: World, kind: str, team: Json | None, enterprise: Json | None) -> Json:
    user = {
        "id": world.actor.id,
        "name": "somebody",
        "team_id": world.maybe(_acting_in(world), world.actor.workspaces[0]),
    }
    return {"type": kind, "team": team, "enterprise": enterprise, "user": user, "trigger_id": "1.2"}


def _shortcut(world: World) -> Json:
    team = _team(world.company, world.workspace)
    body = _act(
        world, "message_action", None if world.is_org_wide and world.maybe(True) else team, _enterprise(world.company)
    )
    return {**body, "callback_id": "draft_reply", "channel": {"id": "C1"}, "message": {"ts": "1.0", "text": "Hi"}}


def _home(world: World) -> Json:
    event = {"type": "app_home_opened", "user": world.actor.id, "channel": "D1", "tab": "home"}
    return _event(world, event, is_shared=False)


def _message(world: World) -> Json:
    event = {
        "type": "message",
        "channel_type": "im",
        "user": world.actor.id,
        "channel": "D1",
        "text": "hi",
        "ts": "1.0",
    }
    return _event(world, {**event, **_author(world)}, is_shared=False)


def _mention(world: World) -> Json:
    event = {"type": "app_mention", "user": world.actor.id, "channel": "C1", "text": "<@U1> hi", "ts": "1.0"}
    return _event(world, {**event, **_author(world)}, is_shared=False)


def _shared_mention(world: World) -> Json:
    event = {"type": "app_mention", "user": world.actor.id, "channel": "C1", "text": "<@U1> hi", "ts": "1.0"}
    return _event(world, {**event, **_author(world)}, is_shared=True)


def _author(world: World) -> Json:
    """Return what an event says of its author's home; of somebody in a Grid it can be the organisation."""
    actor, company = world.actor, world.actor.company
    named = world.maybe(company.organisation, actor.workspaces[0]) or actor.workspaces[0]
    author: Json = {"team": world.maybe(named, actor.workspaces[0])}
    is_foreign = company is not world.company
    if world.random.random() < (0.8 if is_foreign else 0.3):
        author |= {"user_team": named, "source_team": named}
    return author


def _event(world: World, event: Json, *, is_shared: bool) -> Json:
    random, company = world.random, world.company
    source = company
    if is_shared and random.random() < 0.5:
        source = random.choice(world.companies)
    workspace = world.workspace if source is company else random.choice(source.workspaces)
    authorization: Json = {
        "enterprise_id": company.organisation or None,
        "team_id": None if world.is_org_wide else world.workspace,
        "user_id": "U1",
        "is_bot": True,
        "is_enterprise_install": world.is_org_wide,
    }
    body: Json = {"type": "event_callback", "event_id": "Ev1", "team_id": workspace, "event": event}
    body |= {"enterprise_id": source.organisation or None, "is_ext_shared_channel": is_shared}
    body["authorizations"] = [authorization]
    if random.random() < 0.5:
        body |= {"context_team_id": world.workspace, "context_enterprise_id": company.organisation or None}
    return body


def _button(world: World) -> Json:
    """A button under an answer. Of a colleague it can name another workspace of the organisation."""
    named = world.workspace
    if world.actor.company is world.company and world.random.random() < 0.3:
        named = world.random.choice(world.company.workspaces)
    team = None if world.is_org_wide and world.maybe(True) else _team(world.company, named)
    enterprise = _enterprise(world.company)
    if team is not None and world.actor.company is not world.company:
        enterprise = world.maybe(enterprise, _enterprise(world.actor.company))
    body = _act(world, "block_actions", team, enterprise)
    return {**body, "channel": {"id": "C1"}, "actions": [{"action_id": "edit", "value": "job"}]}


def _form(world: World) -> Json:
    """A form that this version opened: it came back with what we noted in it."""
    private_metadata = {"team": world.workspace, "recipe": "rewrite"}
    if world.company.organisation:
        private_metadata["enterprise"] = world.company.organisation
    return _submission(world, json.dumps(private_metadata))


def _old_form(world: World) -> Json:
    """A form without a note, of a person who has the installation's workspace open, or of a stranger."""
    if world.actor.company is world.company:
        world.actor.workspaces = [world.workspace]
    return _submission(world, "")


def _submission(world: World, metadata: str) -> Json:
    acting = _acting_in(world)
    body = _act(world, "view_submission", _team(world.actor.company, acting), _enterprise(world.actor.company))
    installed = world.maybe(world.company.organisation, world.workspace) if world.is_org_wide else world.workspace
    view = {"id": "V1", "type": "modal", "team_id": acting, "app_installed_team_id": installed}
    return {**body, "view": {**view, "callback_id": "recipe", "private_metadata": metadata}}


_MAKERS = {
    "command": _command, "shortcut": _shortcut, "home": _home, "message": _message, "mention": _mention,
    "shared mention": _shared_mention, "button": _button, "form": _form, "old form": _old_form,
}  # fmt: skip
