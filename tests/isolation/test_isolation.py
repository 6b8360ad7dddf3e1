"""Nothing of one person, workspace or organisation reaches another: random worlds, every surface; 10,000 in benchmarks.

Every route, listener and command about people is asked about what is another's; and about one's own, or a leak could
not be seen.
"""

from pathlib import Path

from tests.isolation.commands import ROWS as COMMANDS
from tests.isolation.commands import commands_about_people
from tests.isolation.requests import ROWS
from tests.isolation.serving import world_server
from tests.isolation.slack_acts import ABOUT_A_DRAFT, listeners
from tests.isolation.telling import TELLINGS
from tests.isolation.worlds import LOCAL, REALM, TENANTS, make_world

WORLDS = 50


def test_every_command_about_a_person_is_asked() -> None:
    assert set(commands_about_people()) == COMMANDS.keys()


def test_every_listener_about_a_draft_is_known() -> None:
    assert set(listeners()) >= ABOUT_A_DRAFT


def test_worlds_hold_what_could_leak() -> None:
    worlds = [make_world(seed) for seed in range(300)]
    people = [person for world in worlds for person in world.people]
    assert {world.kind for world in worlds} == {"alone", "one", "several"}
    assert sum(bool(world.merged) for world in worlds) > 30
    assert sum(bool(world.told_apart) for world in worlds) > 10
    assert sum(person.is_disabled for person in people) > 30
    assert {door.workspace for person in people for door in person.doors} >= {*TENANTS, REALM, LOCAL}
    assert max(len(person.doors) for person in people) >= 4
    names = [[door.name for person in world.people for door in person.doors if door.way != "slack"] for world in worlds]
    assert sum(len(set(theirs)) < len(theirs) for theirs in names) > 10


def test_in_random_worlds_nobody_gets_or_changes_what_is_anothers(tmp_path: Path) -> None:
    with world_server(tmp_path, share=7) as server:
        there = {route for installation in server.installations.values() for route in installation.routes}
        assert sorted(there - ROWS.keys()) == [], "Add a row to ROWS of tests/isolation/requests.py: how each is asked."
        assert sorted(ROWS.keys() - there) == [], "They are gone: delete their rows in tests/isolation/requests.py."
        for seed in range(WORLDS):
            server.serve(seed)
    result = server.result
    assert result.leaks == []
    assert result.unreachable == []
    # The worlds were such that something could leak, on each surface.
    own = {" ".join(route) for route, row in ROWS.items() if row.whose == "own"}
    assert len(own & result.reached.keys()) > len(own) * 0.7
    assert {"event app_home_opened", "action open_draft", "search in sources", *TELLINGS} <= result.reached.keys()
    asked = {" ".join(route) for route in ROWS} - {"POST /console/sign-out"}
    assert len(asked - result.asked.keys()) < 5, asked - result.asked.keys()
