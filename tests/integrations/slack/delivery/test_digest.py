"""Who is in a channel, for a digest that all of them must be able to read; tests/integrations/signals has the rest."""

from core.people import Identity
from core.ports import SurfaceContext
from integrations.slack.delivery.digest import MAX_MEMBERS, slack_digests
from tests.integrations.slack.conftest import Office


def context_of(office: Office) -> SurfaceContext:
    store = office.store
    return SurfaceContext(office.settings, store.jobs, store.records, store.effects)


def test_people_of_a_channel_are_told_and_apps_are_not(office: Office) -> None:
    slack = slack_digests(context_of(office), [Identity("local", "ann"), Identity(office.acme.id, office.ada.id)])
    assert slack
    people = slack.members(office.general.id)
    assert people
    assert {name.person for name in people} == {office.ada.id, office.grace.id}


def test_a_channel_of_others_or_of_too_many_is_none_to_tell_in(office: Office) -> None:
    slack = slack_digests(context_of(office), [Identity(office.acme.id, office.ada.id)])
    assert slack
    assert slack.members(office.acme.channel("private", office.grace).id) is None
    crowd = [office.acme.person(f"Person {number}") for number in range(MAX_MEMBERS + 1)]
    assert slack.members(office.acme.channel("crowd", office.ada, *crowd).id) is None


def test_who_never_came_in_by_slack_has_none(office: Office) -> None:
    assert slack_digests(context_of(office), [Identity("local", "ann")]) is None
