"""Worlds are served one after the other by the real web process, over an installation of the kind that each needs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from tests.isolation.belongings import enter_everybody, plant
from tests.isolation.commands import ROWS as COMMANDS
from tests.isolation.installations import Installation, installed, slack_that_keeps
from tests.isolation.requests import ROWS
from tests.isolation.slack_acts import listeners
from tests.isolation.visits import Result, Visit
from tests.isolation.worlds import KINDS, Kind, make_world

MAX_LEAKS = 200
# Reading a document into the index costs as much as the rest of a world.
SEARCHED = 4
# A scan goes through all that a run of its schedule does.
TOLD = 3
# A command opens its own store.
COMMANDED = 6
T = TypeVar("T")


class WorldServer:
    """Serves worlds.

    Args:
        installations: one of each kind.
        share: each world asks one in so many of all routes, other ones each time, and fewer of Slack's listeners.
    """

    def __init__(self, installations: Mapping[Kind, Installation], *, share: int) -> None:
        self.installations = installations
        self._share = share
        self.result = Result()

    def serve(self, seed: int) -> None:
        """Serve the world of a seed."""
        world = make_world(seed)
        installation = self.installations[world.kind]
        installation.clean()
        planted = plant(world, installation, enter_everybody(world, installation))
        visit = Visit(world, installation, planted, self.result)
        there = [route for route in sorted(ROWS) if route in installation.routes]
        routes = _some(there, seed, self._share)
        visit.ask_the_web(routes)
        if world.kind != "alone":
            visit.act_in_slack(_some(listeners(), seed, 3 * self._share))
        if seed % SEARCHED == 0:
            visit.search()
        if seed % TOLD == 0:
            visit.tell()
        visit.ask_for_own(routes)
        if seed % COMMANDED == 0:
            visit.run(sorted(COMMANDS)[seed // COMMANDED % len(COMMANDS)])
        visit.look_at_logs()


def _some(things: Sequence[T], seed: int, share: int) -> list[T]:
    """Return one in so many, other ones for each seed."""
    return [thing for number, thing in enumerate(things) if (number + seed) % share == 0]


@contextmanager
def world_server(home: Path, *, share: int) -> Iterator[WorldServer]:
    """Open an installation of each kind within a folder."""
    with ExitStack() as opened:
        slack = opened.enter_context(slack_that_keeps())
        kinds = {kind: opened.enter_context(installed(kind, home / kind, slack)) for kind in dict.fromkeys(KINDS)}
        yield WorldServer(kinds, share=share)


def serve_worlds(home: Path, seeds: range, *, share: int) -> Result:
    """Serve the worlds of some seeds, and return what came out."""
    with world_server(home, share=share) as server:
        for seed in seeds:
            server.serve(seed)
            if len(server.result.leaks) > MAX_LEAKS:
                break
    return server.result
