"""How many of 10,000 random worlds of Slack let somebody read, or be, what is another's: `--worlds N`, `--json`.

Workspaces, organisations, shared channels, guests, deactivated people and namesakes; served by the real access,
people and sources over a real store, see tests/integrations/slack/served_worlds.py. The limit is 0.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from core.settings import Settings
from tests.integrations.slack.served_worlds import serve_worlds

WORLDS = 10_000


def main() -> int:
    """Serve the worlds, print what came out, and return 1 when anything leaked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        seeds = range(options.first, options.first + options.worlds)
        result = serve_worlds(Settings(home=Path(home)), seeds)
    figures = {
        "worlds": options.worlds, "served": result.served, "refused": result.refused,
        "read_shared": result.read_shared, "read_private": result.read_private, "leaks": len(result.leaks),
        "refused_colleagues": len(result.refused_colleagues), "limit": 0,
        "seconds": round(time.monotonic() - started, 1),
    }  # fmt: skip
    sys.stdout.write(json.dumps(figures) + "\n" if options.as_json else f"{figures}\n")
    for line in (*result.leaks, *result.refused_colleagues)[:20]:
        sys.stderr.write(f"{line}\n")
    return 1 if result.leaks or result.refused_colleagues else 0


if __name__ == "__main__":
    sys.exit(main())
