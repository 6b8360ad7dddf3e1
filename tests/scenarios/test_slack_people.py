"""Who is answered in Slack, over HTTP from the payload to the answer: colleagues everywhere, strangers nowhere."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from integrations.slack.access import GUEST, STRANGER
from integrations.slack.client.installations import KIND as INSTALLATION_KIND
from integrations.slack.client.members import KIND as MEMBER_KIND
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.fixture import slack as slack
from tests.fakes.slack.payloads import team_json
from tests.fakes.slack.person import Person
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel
from tests.scenarios.firm import BONUS, QUESTION, Firm, by_oauth, open_firm
from tests.servers.valkey import ValkeyProcess, valkey, valkey_shared
from tests.waiting import until

__all__ = ["valkey", "valkey_shared"]
ANSWER = "4 percent"


@dataclass
class Partners:
    """A firm with a partner in Slack, and channels that they share: the firm's own and the partner's."""

    firm: Firm
    acme: Workspace
    partner: Workspace
    ada: Person
    stranger: Person
    ours: Channel
    theirs: Channel


@pytest.fixture
def meet(slack: FakeSlack, valkey: ValkeyProcess) -> Iterator[Callable[..., Partners]]:
    """Return what opens the firm, with its app installed by a token or by OAuth, org-wide or not."""
    with ExitStack() as opened:

        def make(*, oauth: bool, grid: bool = False, org_wide: bool = False) -> Partners:
            own = slack.organization("Grid") if grid else None
            acme = slack.workspace("Acme", own, installed=not oauth)
            partner = slack.workspace("Partner", slack.organization("Foreign"), installed=False)
            changed: dict[str, Any] = {**by_oauth(slack), "slack_workspaces": (own.id if own else acme.id,)}
            if not oauth:
                changed = {"slack_bot_token": acme.bot_token}
            firm = opened.enter_context(open_firm(slack, valkey, **changed))
            if oauth:
                page = acme.person("Ivy Installer").installs(f"{firm.web.url}/slack/install", org_wide=org_wide)
                assert page.status == 200
            ada, stranger = acme.person("Ada Lovelace"), partner.person("Sam Stranger", is_admin=True)
            ours = acme.channel("ours", ada, stranger)
            theirs = partner.channel("theirs", ada, stranger, app_in=False)
            theirs.members.add(acme.bot.id)
            firm.share()
            return Partners(firm, acme, partner, ada, stranger, ours, theirs)

        yield make


def asks(partners: Partners, person: Person, channel: Channel) -> None:
    root = person.writes("A thread.", channel)
    person.writes("With a reply.", channel, root.ts)
    assert person.mentions_app(f"ask {QUESTION}", channel, root.ts).ok


INSTALLED = [
    {"oauth": False},
    {"oauth": True},
    {"oauth": True, "grid": True},
    {"oauth": True, "grid": True, "org_wide": True},
]


@pytest.mark.parametrize("installed", INSTALLED, ids=["token", "oauth", "grid", "org"])
def test_a_colleague_is_answered_in_a_channel_of_the_partner_and_the_partner_nowhere(
    meet: Callable[..., Partners], installed: dict[str, bool]
) -> None:
    partners = meet(**installed)
    firm = partners.firm
    for channel in (partners.ours, partners.theirs):
        asks(partners, partners.ada, channel)
        assert [job.state for job in firm.work()] == ["delivered"]
        assert ANSWER in str(partners.ada.sees(channel)[-1].blocks)
        asked_before = len(firm.model.chats)
        asks(partners, partners.stranger, channel)
        firm.work()
        firm.waits_for(partners.stranger, STRANGER)
        assert len(firm.model.chats) == asked_before
    assert not firm.saw(partners.stranger, ANSWER)
    assert not firm.saw(partners.stranger, "pay.md")


def test_an_administrator_of_a_foreign_organisation_sees_no_numbers_of_ours(meet: Callable[..., Partners]) -> None:
    partners = meet(oauth=True, grid=True, org_wide=True)
    event = {"type": "app_home_opened", "user": partners.stranger.id, "channel": "D0STRANGE", "tab": "home"}
    assert partners.acme.event(event).ok
    refused = until(lambda: partners.firm.slack.ledger.called("views.publish"))[-1].args["view"]
    assert STRANGER in str(refused)
    assert "Administration" not in str(refused)


@pytest.mark.parametrize("installed", INSTALLED, ids=["token", "oauth", "grid", "org"])
def test_a_form_and_its_answer_belong_to_the_installation_that_opened_it(
    meet: Callable[..., Partners], installed: dict[str, bool]
) -> None:
    partners = meet(**installed)
    firm, ada = partners.firm, partners.ada
    ada.slash("/rewrite", channel=partners.theirs)
    until(lambda: ada.modal)
    ada.submit({"text": "send it", "tone": "formal"})
    [job] = firm.work()
    assert (job.state, job.workspace) == ("delivered", partners.acme.id)


@pytest.mark.parametrize("installed", INSTALLED[2:], ids=["grid", "org"])
def test_a_button_that_names_another_workspace_of_the_organisation_works_for_its_owner_alone(
    meet: Callable[..., Partners], installed: dict[str, bool]
) -> None:
    partners = meet(**installed)
    firm, ada, slack = partners.firm, partners.ada, partners.firm.slack
    second = slack.workspace("Second", partners.acme.team.organization, installed=False)
    grace = partners.acme.person("Grace Hopper")
    partners.ours.members.add(grace.id)
    ada.slash("/draft", "hello", channel=partners.ours)
    firm.work()
    click = ada.click(ada.sees(partners.ours)[-1], "edit")
    until(lambda: ada.modal)
    team = team_json(second.team)
    for user, seen in ((grace, False), (ada, True)):
        payload = {
            **click.payload,
            "team": team,
            "user": {**click.payload["user"], "id": user.id, "team_id": second.id},
        }
        payload["actions"] = [{**payload["actions"][0], "action_id": "post_here"}]
        slack.deliver_again(type(click)(type(click.request)(click.request.kind, payload)))
        if seen:
            until(lambda: [message for message in grace.sees(partners.ours) if message.bot_id and not message.only_for])
        else:
            firm.waits_for(ada, "That draft is gone")


def test_guests_and_people_who_left_are_refused_with_one_sentence(meet: Callable[..., Partners]) -> None:
    partners = meet(oauth=True, grid=True)
    firm = partners.firm
    guests = [
        partners.acme.person("Gus Guest", is_restricted=True),
        partners.acme.person("Sue Single", is_restricted=True, is_ultra_restricted=True),
    ]
    leaver = partners.acme.person("Lena Leaver")
    partners.ours.members |= {one.id for one in (*guests, leaver)}
    answers = [person.slash("/ask", QUESTION, channel=partners.ours) for person in (*guests, leaver)]
    assert [GUEST in answer.text for answer in answers] == [True, True, False]
    leaver.user.deactivated = True
    firm.store.records.delete(MEMBER_KIND, partners.acme.id, leaver.id)  # what Slack said before is old by then
    (job,) = firm.work()
    assert (job.state, "deactivated" in str(job.error)) == ("failed", True)
    assert not any(BONUS in chat.prompt for chat in firm.model.chats)


def test_an_app_that_leaves_an_organisation_leaves_nothing_behind(meet: Callable[..., Partners]) -> None:
    partners = meet(oauth=True, grid=True, org_wide=True)
    firm, ada = partners.firm, partners.ada
    ada.slash("/draft", "hello", channel=partners.ours)
    firm.work()
    records = firm.store.records
    assert records.list(MEMBER_KIND)
    assert all(delivery.ok for delivery in partners.acme.uninstall())
    assert [*records.list(INSTALLATION_KIND), *records.list(MEMBER_KIND)] == []
    assert "not installed" in ada.slash("/draft", "hello", channel=partners.ours).text


def test_a_workspace_that_an_organisation_takes_the_app_from_is_forgotten(meet: Callable[..., Partners]) -> None:
    partners = meet(oauth=True, grid=True, org_wide=True)
    firm, records = partners.firm, partners.firm.store.records
    other = firm.slack.workspace("Other", partners.acme.team.organization, installed=False)
    for person in (partners.ada, other.person("Olga Other")):
        person.slash("/draft", "hello")
    firm.work()
    assert {record.workspace for record in records.list(MEMBER_KIND)} == {partners.acme.id, other.id}
    assert other.event({"type": "team_access_revoked", "team_ids": [other.id]}).ok
    assert {record.workspace for record in records.list(MEMBER_KIND)} == {partners.acme.id}
    assert records.list(INSTALLATION_KIND)
