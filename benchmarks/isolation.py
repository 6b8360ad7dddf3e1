"""How many of 10,000 random worlds let somebody get, change or tell apart what is another's: `--worlds N`, `--json`.

Two kinds of worlds. `--slack`: requests of Slack from workspaces, Grid organisations, shared channels, guests and
people who left, served by the real access, people and sources (tests/integrations/slack/served_worlds.py). Without it:
people with several doors, tenants, tokens, sessions, roles and everything that they have, asked for over the routes,
event streams, console pages, Slack listeners, sources and commands of the real web process (tests/isolation). Each
world asks one in `--share` of the routes, other ones each time. The limit is 0.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

from core.settings import Settings
from tests.integrations.slack.served_worlds import serve_worlds as serve_slack_worlds
from tests.isolation.serving import serve_worlds
from tests.isolation.visits import Result

WORLDS = 10_000
SHARE = 9
# Files of SQLite that nobody needs afterwards need no disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of random name within


def main() -> int:
    """Serve the worlds, print what came out, and return 1 when anything leaked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--share", type=int, default=SHARE, help="each world asks one in so many of the routes")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--slack", action="store_true", help="the worlds of Slack's requests")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    started = time.monotonic()
    seeds = range(options.first, options.first + options.worlds)
    figures, wrong = _slack(seeds) if options.slack else _everything(seeds, options.share, options.processes)
    figures |= {"limit": 0, "seconds": round(time.monotonic() - started, 1)}
    sys.stdout.write(json.dumps(figures) + "\n" if options.as_json else f"{figures}\n")
    for line in wrong[:20]:
        sys.stderr.write(f"{line}\n")
    return 1 if wrong else 0


def _slack(seeds: range) -> tuple[dict[str, object], list[str]]:
    with tempfile.TemporaryDirectory() as home:
        result = serve_slack_worlds(Settings(home=Path(home)), seeds)
    figures: dict[str, object] = {
        "worlds": len(seeds), "served": result.served, "refused": result.refused,
        "read_shared": result.read_shared, "read_private": result.read_private, "leaks": len(result.leaks),
        "refused_colleagues": len(result.refused_colleagues),
    }  # fmt: skip
    return figures, [*result.leaks, *result.refused_colleagues]


def _everything(seeds: range, share: int, processes: int) -> tuple[dict[str, object], list[str]]:
    parts = [seeds[number::processes] for number in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        results = pool.map(partial(_serve, share=share), parts)
    asked, reached = Counter[str](), Counter[str]()
    for result in results:
        asked += result.asked
        reached += result.reached
    leaks = [leak for result in results for leak in result.leaks]
    unreachable = [miss for result in results for miss in result.unreachable]
    rarest, least = asked.most_common()[-1]
    figures: dict[str, object] = {
        "worlds": len(seeds), "surfaces": len(asked), "asked_for_anothers": asked.total(),
        "rarest_surface": rarest, "asked_of_the_rarest": least,
        "own_reached": reached.total(), "surfaces_reached": len(reached),
        "leaks": len(leaks), "own_not_reached": len(unreachable),
    }  # fmt: skip
    return figures, [*leaks, *unreachable]


def _serve(seeds: range, *, share: int) -> Result:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as home:
        return serve_worlds(Path(home), seeds, share=share)


if __name__ == "__main__":
    sys.exit(main())
