"""Who is turned away, and how kindly; what hostile or broken requests come to."""

from collections.abc import Callable

import pytest

from core.drafts import Draft, Finding, Gap, Source
from integrations.slack.access import GUEST, NOT_HERE, NOT_YOU, SLOW_DOWN, STRANGER
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import quiet_text, shown_text

MakeOffice = Callable[..., Office]


def test_a_guest_is_refused_politely(office: Office) -> None:
    guest = office.acme.person("Gus Guest", is_restricted=True)
    office.general.members.add(guest.id)
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


def test_somebody_elses_button_does_nothing(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    click = office.ada.click(office.last(office.ada, office.general), "discard")
    payload = {**click.payload, "user": {**click.payload["user"], "id": office.grace.id}}
    office.store.records.delete("once", office.acme.id)
    office.slack.deliver_again(type(click)(type(click.request)(click.request.kind, payload)))
    assert office.outcomes() == [("rejected", None)]


def test_two_people_cannot_post_one_draft_twice(office: Office) -> None:
    office.ada.writes_to_app("draft hello")
    office.work()
    answer = office.last(office.ada, office.ada.dm)
    office.ada.click(answer, "post_to")
    first = office.ada.submit({"conversation": office.general.id})
    office.slack.deliver_again(first)
    assert len([one for one in office.grace.sees(office.general) if one.bot_id]) == 1


@pytest.mark.parametrize(
    "missing", ["trigger_id", "response_url", "user_name", "text", "channel_name", "enterprise_id"]
)
def test_a_command_with_a_part_missing_is_acknowledged(office: Office, missing: str) -> None:
    ack = office.ada.slash("/draft", "hello", channel=office.general)
    payload = {name: value for name, value in ack.payload.items() if name != missing} | {"extra": "yes"}
    again = office.slack.deliver_again(type(ack)(type(ack.request)(ack.request.kind, payload)))
    assert again.status == 200


@pytest.mark.parametrize("broken", [{"actions": []}, {"actions": "x"}, {"user": None}, {"container": 3}, {"team": []}])
def test_an_action_with_broken_parts_is_acknowledged(office: Office, broken: dict[str, object]) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    click = office.ada.click(office.last(office.ada, office.general), "discard")
    payload = {**click.payload, **broken}
    again = office.slack.deliver_again(type(click)(type(click.request)(click.request.kind, payload)))
    assert again.status in {200, 400}


def test_unknown_events_actions_and_commands_are_acknowledged(office: Office) -> None:
    assert office.acme.event({"type": "star_added", "user": office.ada.id}, "app_mention").ok
    ack = office.ada.slash("/unheard", "of", channel=office.general)
    assert ack.status == 200
    assert office.ada.shortcut("unheard_of").status == 200


def test_hostile_text_comes_out_inert(office: Office) -> None:
    hostile = (
        "Hello <!channel> and <@U0000001>, @here: [sign in](https://evil.example/login) or https://evil.example/x "
        "![p](https://evil.example/p.png) <https://evil.example|bank> \u202eoops"
    )
    source = Source(number=1, title="Plan <!here>", link="javascript:alert(1)", quote="q")
    office.answers = [
        Draft(
            recipe="compose",
            text=hostile,
            findings=(Finding(check="x", severity="warn", sentence="<!channel> said"),),
            gaps=(Gap(place="[[x]]", question="<@U0000001>?"),),
            sources=(source,),
        )
    ]
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.ada.click(answer, "post_here")
    for message in (answer, office.last(office.grace, office.general)):
        everything = shown_text(message) + quiet_text(message) + message.text
        assert "\u202e" not in everything
        assert not [bad for bad in ("<!", "<http", "<@U0000001", "|bank>", "<javascript") if bad in everything]
    posted = office.slack.ledger.called("chat.postMessage")[-1].args
    assert (posted["unfurl_links"], posted["unfurl_media"]) in {(False, False), ("0", "0"), ("false", "false")}


def test_a_repeat_with_other_content_changes_nothing(office: Office) -> None:
    ack = office.ada.slash("/draft", "hello", channel=office.general)
    payload = {**ack.payload, "text": "something else"}
    again = office.slack.deliver_again(type(ack)(type(ack.request)(ack.request.kind, payload)))
    assert again.status == 200
    assert len(office.queued) == 1
