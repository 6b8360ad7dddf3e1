"""0 leaks: whoever is in a channel, whatever they are, and however that changes, nobody finds what is not theirs."""

import random

import pytest

from integrations.slack.sources.readers import is_open, who_reads
from tests.fakes.slack.person import Person
from tests.fakes.slack.world import Channel, ChannelKind
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.sources.library import Library


def may_read(person: Person, channel: Channel) -> bool:
    """Say who may read a channel in Slack, by its rules and not by ours."""
    user = person.user
    if user.deactivated:
        return False
    if person.id in channel.members:
        return True
    is_full = user.team is channel.team and not (user.is_restricted or user.is_ultra_restricted)
    return channel.kind == "public" and not channel.shared_with and is_full


@pytest.mark.parametrize("seed", range(6))
def test_random_memberships_leak_nothing(library: Library, office: Office, seed: int) -> None:
    dice = random.Random(seed)
    globex = office.slack.workspace("Globex")
    people = [
        office.ada, office.grace, globex.person("Hank"), office.acme.person("Gil", is_restricted=True),
        office.acme.person("Gus", is_ultra_restricted=True), office.acme.person("Old Hand"),
    ]  # fmt: skip
    own = [person for person in people if person.user.team is office.acme.team]
    sources = []
    for number in range(3):
        kind: ChannelKind = dice.choice(["public", "private"])
        members = dice.sample(people if number == 2 else own, dice.randint(0, 4))
        channel = office.acme.channel(f"room-{number}", *members, kind=kind)
        office.ada.writes(f"The code of room number{number} is pelican.", channel)
        sources.append((library.add(channel), channel))
    for _ in range(3):
        for _, channel in sources:
            allowed = people if channel.shared_with else own
            channel.members ^= {person.id for person in allowed if dice.random() < 0.3}
        people[-1].user.deactivated = dice.random() < 0.5
        library.later(400)
        library.restart()
        for source, _ in sources:
            assert library.read(source).error is None
        for person in people:
            found = {hit.source_id for hit in library.finds(person, "pelican code")}
            assert found == {source.id for source, channel in sources if may_read(person, channel)}


@pytest.mark.parametrize(
    ("shown", "opened"),
    [
        ({}, True), ({"is_private": True}, False), ({"is_group": True}, False), ({"is_ext_shared": True}, False),
        ({"is_org_shared": True}, False), ({"is_pending_ext_shared": True}, False),
    ],
)  # fmt: skip
def test_only_a_public_channel_of_the_workspace_alone_is_open(shown: dict[str, bool], opened: bool) -> None:
    assert is_open(shown) == opened
    assert ("all members" in who_reads(shown)) == opened
