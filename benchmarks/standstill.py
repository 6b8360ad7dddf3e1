"""What once brought an installation to a standstill, tried again: what happened before, and what happens now.

Each proof runs on a real worker with a real Valkey and an instant model, SQLite below. "Before" is what was seen when
the fault was found (November 2026); "now" is measured by this run. Each proof has a bar of its own.

`.venv/bin/python -m benchmarks.standstill [NAME ...] [--json]`; exit code 1 when a bar is not met. `benchmarks.spine`
has the jobs a second.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.standstill_documents import bomb, doctype, small_file
from benchmarks.standstill_mail import hanging_mailboxes
from benchmarks.standstill_site import Site, open_site
from benchmarks.standstill_web import full_disk, half_open, metrics_of_many
from benchmarks.standstill_worker import (
    broker_killed,
    cancelled_loop,
    dripping_model,
    lost_wake_up,
    malformed_messages,
    tree_without_broker,
    unreadable_row,
)


@dataclass(frozen=True)
class Proof:
    """One fault: what was seen before, and how to try it again. `run` returns a sentence and whether it is good."""

    name: str
    before: str
    bar: str
    run: Callable[[Site], tuple[str, bool]]


PROOFS = (
    Proof("doctype", "843 bytes froze 3 of 3 workers for good", "refused, others' jobs done", doctype),
    Proof("bomb", "71 KiB made 18,056 model calls, worker 1,081 MB and more", "refused before a call", bomb),
    Proof("small_file", "parsed in the worker's own process", "<= 50 ms more than there", small_file),
    Proof("broker", "4 of 4 workers exit 1, 102 of 120 jobs wait", "same worker, all jobs done", broker_killed),
    Proof("tree", "12 jobs done 13.1 s after the kill", "<= 8 s", tree_without_broker),
    Proof("messages", "one malformed message = one worker gone", "same worker, jobs done", malformed_messages),
    Proof("drip", "still running after 400 s", "failed at its deadline", dripping_model),
    Proof("cancel", "running 40 s after cancel", "<= 2 s", cancelled_loop),
    Proof("row", "tried for ever, lists answered 500", "failed, lists go on", unreadable_row),
    Proof("wake_up", "not started in 75 s of backlog", "<= 10 s", lost_wake_up),
    Proof("mailboxes", "0 of 5 drafts, job queued > 170 s", "job and drafts in seconds", hanging_mailboxes),
    Proof("metrics", "2.9 s with 400,000 jobs", "<= 0.1 s", metrics_of_many),
    Proof("half_open", "1,500 half-open requests open after 40 s", "cut, health answers", half_open),
    Proof("full", "/readyz 200 with a full disk", "503 with the fix", full_disk),
)


def measure(names: list[str]) -> list[dict[str, Any]]:
    """Run the proofs, each on a site of its own."""
    found: list[dict[str, Any]] = []
    for proof in PROOFS:
        if names and proof.name not in names:
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="inlaid-") as folder, ExitStack() as stack:
            now, is_good = proof.run(stack.enter_context(open_site(Path(folder))))
        seconds = round(time.monotonic() - started, 1)
        one = {"proof": proof.name, "before": proof.before, "now": now, "bar": proof.bar, "ok": is_good}
        found.append({**one, "seconds": seconds})
        print(f"{proof.name}: {now}", file=sys.stderr)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(proof.name for proof in PROOFS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.names)
    if options.json:
        print(json.dumps(found))
    else:
        for one in found:
            print(f"{one['proof']:11} before: {one['before']}\n{'':11} now:    {one['now']}")
            print(f"{'':11} bar:    {one['bar']}: {'met' if one['ok'] else 'NOT met'}")
    sys.exit(0 if all(one["ok"] for one in found) else 1)


if __name__ == "__main__":
    main()
