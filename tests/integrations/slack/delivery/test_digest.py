"""Who is in a channel, for a digest that all of them must be able to read; tests/integrations/signals has the rest."""

import pytest

from core.errors import InputError, NotFoundError
from core.people import Identity
from core.ports import SurfaceContext
from integrations.slack.delivery.digest import MAX_MEMBERS, channel_finder, slack_digests
from integrations.slack.sources.reading import PAGE_CHANNELS
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


def test_a_channel_is_found_by_its_name_on_whatever_page_it_stands(office: Office) -> None:
    for number in range(PAGE_CHANNELS + 1):
        office.acme.channel(f"room-{number}", office.ada)
    last = office.acme.channel("support", office.ada, office.grace)
    find = channel_finder(office.settings, office.store.records)
    names = [Identity("local", "ann"), Identity(office.acme.id, office.ada.id)]
    assert find(names, "#support") == last.id
    assert find(names, "support") == last.id


def test_a_channel_that_is_unknown_private_or_without_the_app_is_refused_with_what_to_do(office: Office) -> None:
    office.acme.channel("board", office.grace, kind="private")
    office.acme.channel("away", office.ada, app_in=False)
    find = channel_finder(office.settings, office.store.records)
    ada = [Identity(office.acme.id, office.ada.id)]
    for named in ("#nowhere", "#board"):
        with pytest.raises(NotFoundError, match=f"sees no channel {named}") as refused:
            find(ada, named)
        assert "/invite @Inlaid" in refused.value.fix
    with pytest.raises(InputError, match="not in #away"):
        find(ada, "#away")
    assert find([Identity(office.acme.id, office.grace.id)], "#board")
    with pytest.raises(NotFoundError, match="never used Inlaid in Slack"):
        find([Identity("local", "ann")], "#general")


def test_who_never_came_in_by_slack_has_none(office: Office) -> None:
    assert slack_digests(context_of(office), [Identity("local", "ann")]) is None
