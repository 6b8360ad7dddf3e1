"""Who is served, and in whose name: in 10,000 random worlds of Slack nobody of another company, and every colleague."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest

from core.errors import InlaidError
from core.job import Job
from core.settings import Settings
from integrations.slack.access import (
    GUEST,
    NOT_HERE,
    NOT_YOU,
    SLOW_DOWN,
    STRANGER,
    in_workspace_of,
    require_member,
    require_own,
    why_refused,
)
from integrations.slack.client.connections import InstallationScope
from integrations.slack.client.installations import owners_of
from integrations.slack.request import SlackRequest, read_request
from tests.fakes.slack import Status
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.random_worlds import Company, World, make_world, shown_user
from tests.integrations.slack.screen import shown_text

WORLDS = 10_000
JOB = Job(
    "job", "", "", "slack", "rewrite", "interactive", "delivered", {}, {}, "", None, None, 1, 1, 1, False,
    0.0, 0.0, 0.0, 0.0,
)  # fmt: skip


def rightly_served(world: World) -> bool:
    """The rule, from what is true in the world and not from what the request says."""
    actor = world.actor
    if actor.company is not world.company or not actor.is_active:
        return False
    is_listed = actor.id in world.listed
    if world.listed and not is_listed:
        return False
    if actor.kind in {"guest", "single guest"} and not is_listed:
        return False
    return world.kind != "button" or world.own_draft[2] == actor.id


def installation_of(world: World, request: SlackRequest) -> tuple[Company, bool] | None:
    """Return whose token our code finds for a request, and whether it is an organisation's; None for no token."""
    if world.is_one_token:
        return world.company, False
    for owner in owners_of(request.enterprise, request.team, None):
        for company in world.companies:
            if owner in company.installed_in or (company.is_org_wide and owner == company.organisation):
                return company, owner == company.organisation
    return None


def served_as(world: World, settings: Settings) -> tuple[Company, str, str] | None:
    """Return with whose token and under which workspace and person our code serves the request; None: it refuses."""
    request = read_request(world.body)
    with suppress(InlaidError):
        if world.kind == "button":
            workspace, organisation, person = world.own_draft
            delivery = {"enterprise": organisation} if organisation else {}
            job = Job(**{**vars(JOB), "workspace": workspace, "person": person, "delivery": delivery})
            require_own(job, request)
            request = in_workspace_of(job, request)
        found = installation_of(world, request)
        if found is None or why_refused(settings, request, is_installed=True):
            return None
        asked, is_org_wide = found
        home = InstallationScope(request.team, request.enterprise, is_org_wide)
        user = shown_user(world, asked, request.team)
        require_member(user, home, listed=request.user in settings.slack_people)
        return asked, request.team, request.user
    return None


def is_right(world: World, served: tuple[Company, str, str], *, expected: bool) -> bool:
    """Whether somebody is served in their own name by their own company, as its installation that heard of it does.

    A company that installed the app too serves its people itself where a request of theirs names their workspace.
    """
    company, workspace, person = served
    is_own = company is world.actor.company and workspace in company.ids and person == world.actor.id
    return is_own and (expected or company is not world.company)


def test_in_random_worlds_every_colleague_is_served_and_nobody_else(settings: Settings) -> None:
    wrong: list[str] = []
    seen: Counter[tuple[str, bool]] = Counter()
    for seed in range(WORLDS):
        world = make_world(seed)
        chosen = settings.model_copy(update={"slack_people": world.listed})
        served, expected = served_as(world, chosen), rightly_served(world)
        seen[world.kind, expected] += 1
        if expected and served is None:
            wrong.append(f"{seed}: {world.kind} of a {world.actor.kind} is refused")
        elif served and not is_right(world, served, expected=expected):
            wrong.append(f"{seed}: {world.kind} of a {world.actor.kind} is kept under {served[1:]}")
    assert wrong == []
    # Each kind of request came up often, rightly and wrongly made.
    assert min(seen.values()) > 100
    assert len(seen) == 18


@pytest.mark.parametrize("seed", range(3))
def test_a_world_comes_back_from_its_seed(seed: int) -> None:
    assert make_world(seed).body == make_world(seed).body


MakeOffice = Callable[..., Office]


def test_a_guest_of_whom_slack_does_not_tell_at_once_is_refused_by_the_worker(office: Office) -> None:
    guest = office.acme.person("Gus Guest", is_restricted=True)
    office.general.members.add(guest.id)
    office.slack.faults.add("users.info", Status(503))
    guest.slash("/draft", "hello", channel=office.general)
    [job] = office.work()
    assert job.state == "failed"
    assert GUEST in shown_text(office.last(guest, office.general))
    assert office.read == []


def test_a_guest_on_the_list_may_ask(make_office: MakeOffice) -> None:
    office = make_office()
    guest = office.acme.person("Gus Guest", is_restricted=True)
    office = make_office(slack_people=(guest.id,), slack_bot_token=office.acme.bot_token)
    office.acme.slack.connect(office.handle)
    guest.slash("/draft", "hello")
    assert [job.state for job in office.work()] == ["delivered"]


def test_a_stranger_in_a_shared_channel_is_refused_politely(office: Office) -> None:
    other = office.slack.workspace("Other", installed=False)
    stranger = other.person("Sam Stranger")
    shared = office.acme.channel("shared", office.ada, stranger)
    stranger.shortcut("summarize_thread", office.ada.writes("Our plan.", shared))
    assert all(job.state == "failed" for job in office.work())
    assert office.read == []
    assert any(STRANGER in shown.text or "not installed" in shown.text for shown in stranger.was_shown())


def test_whose_request_names_another_workspace_is_a_stranger_to_the_only_one_at_once(office: Office) -> None:
    """The workspace of the token is its own word, asked for once; afterwards no payload has a say in it."""
    office.ada.slash("/draft", "hello", channel=office.general)
    assert [job.workspace for job in office.work()] == [office.acme.id]
    stranger = office.slack.workspace("Other", installed=False).person("Sam Stranger")
    shared = office.acme.channel("shared", office.ada, stranger)
    assert STRANGER in stranger.slash("/draft", "hello", channel=shared).text
    stranger.shortcut("summarize_thread", office.ada.writes("Our plan.", shared))
    assert office.queued == []
    assert [shown.text for shown in stranger.was_shown() if shown.text != "Our plan."] == [STRANGER, STRANGER]


def test_a_channel_that_is_not_listed_is_refused(make_office: MakeOffice) -> None:
    office = make_office(slack_channels=("C_ELSEWHERE",))
    assert NOT_HERE in office.ada.slash("/draft", "hello", channel=office.general).text
    assert "I am on it" in office.ada.slash("/draft", "hello").text
    assert len(office.queued) == 1


def test_a_person_who_is_not_listed_is_refused(make_office: MakeOffice) -> None:
    office = make_office(slack_people=("U_OTHER",))
    assert NOT_YOU in office.ada.slash("/draft", "hello", channel=office.general).text
    assert office.queued == []


def test_who_asks_too_fast_is_asked_to_wait_and_nobody_else(make_office: MakeOffice) -> None:
    office = make_office(slack_requests_per_minute=3)
    acks = [office.ada.slash("/draft", f"hello {number}", channel=office.general) for number in range(4)]
    assert acks[-1].text == SLOW_DOWN
    assert len(office.queued) == 3
    assert "I am on it" in office.grace.slash("/draft", "hello", channel=office.general).text


def test_a_workspace_without_the_app_is_told_so(make_office: MakeOffice) -> None:
    office = make_office(slack_bot_token="")
    ack = office.ada.slash("/draft", "hello", channel=office.general)
    assert ack.ok
    assert "not installed" in ack.text
    assert office.queued == []
