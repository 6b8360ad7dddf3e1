"""How many of 10,000 random worlds let somebody get, change or tell apart what is another's: `--worlds N`, `--json`.

Two kinds of worlds. `--slack`: requests of Slack from workspaces, Grid organisations, shared channels, guests and
people who left, served by the real access, people and sources (tests/integrations/slack/served_worlds.py). Without it:
people with several doors, tenants, tokens, sessions, roles and everything that they have, asked for over the routes,
event streams, console pages, Slack listeners, sources and commands of the real web process (tests/isolation). Each
world asks one in `--share` of the routes, other ones each time. The limit is 0.

Ten thousand worlds take about half an hour of a processor. They are served in parts of `--part` seeds, with a line on
stderr after each; with `--kept FILE` what came out of each part is kept there, and the next run of the same commit goes
on behind it. The seed of a leak stands in its line: `--from SEED --worlds 1 --part 1` serves that world again.
"""

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from core.settings import Settings
from tests.integrations.slack.served_worlds import serve_worlds as serve_slack_worlds
from tests.isolation.serving import serve_worlds

WORLDS = 10_000
SHARE = 9
PART = 100
ROOT = Path(__file__).parent.parent
# Files of SQLite that nobody needs afterwards need no disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of random name within


@dataclass(frozen=True)
class Part:
    """What came out of some worlds at a commit; see `tests.isolation.visits.Result`."""

    commit: str
    share: int
    first: int
    worlds: int
    asked: dict[str, int]
    reached: dict[str, int]
    leaks: list[str]
    unreachable: list[str]
    cpu_seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the worlds, print what came out, and return 1 when anything leaked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--share", type=int, default=SHARE, help="each world asks one in so many of the routes")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--part", type=int, default=PART, help="how many worlds a process serves at a time")
    parser.add_argument("--kept", type=Path, help="keep here what is done, and go on behind it")
    parser.add_argument("--slack", action="store_true", help="the worlds of Slack's requests")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    seeds = range(options.first, options.first + options.worlds)
    figures, wrong = _slack(seeds) if options.slack else _summary(list(_parts(seeds, options)))
    about = {"commit": asked_commit(), "seeds": [seeds.start, seeds.stop - 1], "worlds": len(seeds)}
    figures = {**about, **figures, "limit": 0, "seconds": round(time.monotonic() - started, 1)}
    sys.stdout.write(json.dumps(figures) + "\n" if options.as_json else f"{figures}\n")
    for line in wrong[:20]:
        sys.stderr.write(f"{line}\n")
    return 1 if wrong else 0


def asked_commit() -> str:
    """Return which commit is asked, with `-dirty` behind it where files were changed since."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=40"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _parts(seeds: range, options: argparse.Namespace) -> Iterator[Part]:
    """Yield what came out of each part of the worlds, of those first that were served before."""
    commit = asked_commit()
    done = {part.first: part for part in _read(options.kept) if (part.commit, part.share) == (commit, options.share)}
    wanted = [seeds[first : first + options.part] for first in range(0, len(seeds), options.part)]
    kept = [done[part.start] for part in wanted if part.start in done and done[part.start].worlds == len(part)]
    yield from kept
    served = sum(part.worlds for part in kept)
    left = [part for part in wanted if part.start not in {part.first for part in kept}]
    if not left:
        return
    serve = partial(_serve, share=options.share, commit=commit)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for part in pool.imap_unordered(serve, left):
            if options.kept:
                with options.kept.open("a") as file:
                    file.write(json.dumps(asdict(part)) + "\n")
            served += part.worlds
            sys.stderr.write(f"{served} of {len(seeds)} worlds, {len(part.leaks)} leaks from {part.first} on\n")
            sys.stderr.flush()
            yield part


def _read(kept: Path | None) -> Iterator[Part]:
    """Yield what is kept; a line may be torn, where a run was ended."""
    for line in kept.read_text().splitlines() if kept and kept.exists() else []:
        with suppress(ValueError):
            yield Part(**json.loads(line))


def _slack(seeds: range) -> tuple[dict[str, object], list[str]]:
    with tempfile.TemporaryDirectory() as home:
        result = serve_slack_worlds(Settings(home=Path(home)), seeds)
    figures: dict[str, object] = {
        "served": result.served, "refused": result.refused,
        "read_shared": result.read_shared, "read_private": result.read_private, "leaks": len(result.leaks),
        "refused_colleagues": len(result.refused_colleagues),
    }  # fmt: skip
    return figures, [*result.leaks, *result.refused_colleagues]


def _summary(parts: Iterable[Part]) -> tuple[dict[str, object], list[str]]:
    asked, reached = Counter[str](), Counter[str]()
    leaks: list[str] = []
    unreachable: list[str] = []
    cpu_seconds = 0.0
    for part in parts:
        asked.update(part.asked)
        reached.update(part.reached)
        leaks += part.leaks
        unreachable += part.unreachable
        cpu_seconds += part.cpu_seconds
    rarest, least = asked.most_common()[-1]
    figures: dict[str, object] = {
        "surfaces": len(asked), "asked_for_anothers": asked.total(),
        "rarest_surface": rarest, "asked_of_the_rarest": least,
        "own_reached": reached.total(), "surfaces_reached": len(reached),
        "leaks": len(leaks), "own_not_reached": len(unreachable), "cpu_seconds": round(cpu_seconds, 1),
    }  # fmt: skip
    return figures, [*leaks, *unreachable]


def _serve(seeds: range, *, share: int, commit: str) -> Part:
    started = time.process_time()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as home:
        result = serve_worlds(Path(home), seeds, share=share)
    cpu_seconds = time.process_time() - started
    found = (dict(result.asked), dict(result.reached), result.leaks, result.unreachable)
    return Part(commit, share, seeds.start, len(seeds), *found, cpu_seconds)


if __name__ == "__main__":
    sys.exit(main())
