"""Many mails in 20 seconds at Dovecot, Microsoft 365 and Gmail, with real processes and workers killed all along.

    .venv/bin/python -m benchmarks.mail_storm [dovecot] [microsoft] [gmail] [--mails N] [--json]

Several providers run at the same time, each in a process of its own; how far they are goes to stderr. Each ends after
four minutes at the latest, and prints what it has by then (`ended`).

Half of the threads get a second question, in random order with the first; notices are doubled (the scheduler's message
is sent again and again), lost and late, as each provider loses them; lines break, and answers get lost; before the
storm some drafts are changed by their owner. The bar: one draft in each thread that needs one, none elsewhere, every
changed draft as it was, nothing sent.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from celery import Celery

from benchmarks.mail_storm_providers import PROVIDERS, USER, Scene
from core.system.subprocesses import module_command
from integrations.cli.processes.process_tree import RunningTree
from integrations.mail.message.message import parse_message
from tests.integrations.mail.imap.mails import question
from tests.processes.commands import part_name, processes_of
from worker.enqueue import MAILBOXES_TASK

STORM_SECONDS = 20.0
# Until the drafts to be changed are there; after the last mail while workers are killed; and when that is over: the
# mailbox that a killed worker was reading rests for 75 s.
BEGIN_SECONDS, TROUBLE_SECONDS, END_SECONDS = 75.0, 25.0, 110.0
PROGRESS_SECONDS = 10.0
STOP_SECONDS = 5.0
# About as long as a worker needs to start on a busy machine.
KILL_SECONDS = 8.0
EDITED_THREADS = 10
# Each thread whose draft is changed begins with a mail, and half of them get a second.
MIN_MAILS = EDITED_THREADS + EDITED_THREADS // 2
NEWS = ("List-Id: <news.example.net>", "List-Unsubscribe: <mailto:leave@example.net>")


@dataclass
class Storm:
    """What arrives: questions in threads, and mail that needs no answer."""

    mails: int
    chance: random.Random = field(default_factory=lambda: random.Random(5))

    def __post_init__(self) -> None:
        if self.mails < MIN_MAILS:
            raise ValueError(f"A storm has at least {MIN_MAILS} mails.")

    @property
    def threads(self) -> int:
        return max(self.mails // 4, EDITED_THREADS)

    def first(self, thread: int) -> bytes:
        return self._in_thread(thread, number=thread * 10)

    def all(self) -> list[bytes]:
        """Return the mails of the storm in the order in which they arrive."""
        firsts = [self.first(thread) for thread in range(EDITED_THREADS, self.threads)]
        seconds = [self._second(thread) for thread in range(self.threads) if thread % 2 == 0]
        others = [self._other(number) for number in range(self.mails - len(firsts) - len(seconds) - EDITED_THREADS)]
        mails = [*firsts, *seconds, *others]
        self.chance.shuffle(mails)
        return mails

    def _second(self, thread: int) -> bytes:
        body = "Hi Bob,\n\nsorry, could you make it Wednesday instead?\n\nBest,\nAnn"
        return self._in_thread(thread, body=body, number=thread * 10 + 1)

    def _in_thread(self, thread: int, *, body: str = "", number: int) -> bytes:
        data = question(USER, f"References: <thread{thread}@example.com>", body=body, number=number)
        return data.replace(b"Subject: Lunch", b"Subject: Lunch %d" % thread)

    def _other(self, number: int) -> bytes:
        kinds = (
            ((), "Thanks, got it. See you Monday.\n\nAnn"),
            (NEWS, "Would you like to see our new offers?"),
            (("Auto-Submitted: auto-replied",), "I am out of office. Can you write again next week?"),
            ((), "FYI, the lift is repaired."),
        )
        fields, body = kinds[number % len(kinds)]
        return question(USER, *fields, body=body, number=100_000 + number)


def look(tree: RunningTree) -> None:
    """Send what the scheduler sends every minute."""
    with Celery("storm", broker=tree.broker_url, set_as_current=False) as sender:
        sender.send_task(MAILBOXES_TASK, queue="background", ignore_result=True)


class Trouble:
    """Runs two workers beside the tree's own, kills one now and then (-9), cuts lines and repeats notices."""

    def __init__(self, tree: RunningTree, cut: Callable[[], object]) -> None:
        self._tree = tree
        self._environment = {**os.environ, **tree.environment}
        self._workers = [self._start(), self._start()]
        self._cut = cut
        self._left = threading.Event()
        self._chance = random.Random(3)
        self.counts: Counter[str] = Counter()
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._tend, self._harm)]

    def __enter__(self) -> "Trouble":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        for thread in self._threads:
            thread.join()
        for worker in self._workers:  # in good order: a mailbox that one was reading must not rest for it
            worker.terminate()
        for worker in self._workers:
            try:
                worker.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = module_command("integrations.cli.processes.run", "worker")
        silence = subprocess.DEVNULL
        return subprocess.Popen(command, env=self._environment, stdout=silence, stderr=silence)

    def _tend(self) -> None:
        while not self._left.wait(0.1):
            self._tree.tend()

    def _harm(self) -> None:
        kill_at = time.monotonic() + KILL_SECONDS
        while not self._left.wait(self._chance.uniform(0.5, 2.0)):
            kind = "kill" if time.monotonic() > kill_at else self._chance.choice(("cut", "notice", "notice", "notice"))
            if kind == "kill":
                kill_at = time.monotonic() + self._chance.uniform(0.5, 1.5) * KILL_SECONDS
                self._kill_one()
            elif kind == "cut":
                self._cut()
            else:
                look(self._tree)
                look(self._tree)
            self.counts[kind] += 1

    def _kill_one(self) -> None:
        """Kill one of the three workers; the tree starts its own again, this the others."""
        position = self._chance.randrange(3)
        if position == 2:
            own = [one for one in processes_of(self._tree.settings.home) if part_name(one) == "worker"]
            others = {worker.pid for worker in self._workers}
            for one in own:
                if one.pid not in others:
                    one.kill()
            return
        self._workers[position].kill()
        self._workers[position].wait()
        self._workers[position] = self._start()


def measure_storm(mails: int, provider: str = "dovecot") -> dict[str, Any]:
    """Let the mails arrive, wait until all is done, and count the drafts."""
    storm = Storm(mails)
    with PROVIDERS[provider]() as scene:
        progress = Progress(provider, scene, mails)
        for thread in range(EDITED_THREADS):
            scene.receive(storm.first(thread))
        look(scene.tree)
        has_begun = wait(
            lambda: scene.is_done(EDITED_THREADS) and scene.is_ready(), progress, BEGIN_SECONDS, scene.tree.tend
        )
        scene.edit_drafts()
        edited, began = scene.drafts(), time.monotonic()
        with Trouble(scene.tree, scene.cut) as trouble:
            _receive(scene, storm.all(), began)
            wait(lambda: scene.judged() >= mails, progress, TROUBLE_SECONDS)
        has_ended = wait(lambda: scene.is_done(mails), progress, END_SECONDS, scene.tree.tend) and has_begun
        seconds, judged = time.monotonic() - began, scene.judged()
        result = {**count_drafts(scene.drafts(), edited, storm), "edited": len(edited), "sends": scene.sends()}
    bar = {
        "threads_with_one_draft": storm.threads, "threads_with_more": 0, "drafts_elsewhere": 0,
        "edited": EDITED_THREADS, "edited_untouched": EDITED_THREADS, "sends": 0,
    }  # fmt: skip
    return {
        "provider": provider, "mails": mails, "judged": judged, "ended": has_ended, "seconds": round(seconds, 1),
        "workers_killed": trouble.counts["kill"], "lines_cut": trouble.counts["cut"],
        "repeated_looks": 2 * trouble.counts["notice"], **result, "bar": bar, "load": round(os.getloadavg()[0], 1),
        "ok": has_ended and judged == mails and all(result[name] == value for name, value in bar.items()),
    }  # fmt: skip


class Judged(Protocol):
    """What knows how many mails were decided about."""

    def judged(self) -> int:
        """Return how many."""


@dataclass
class Progress:
    """Says on stderr now and then how far a storm is."""

    provider: str
    scene: Judged
    mails: int
    began: float = field(default_factory=time.monotonic)
    said: float = 0.0

    def say(self) -> None:
        if (at := time.monotonic()) >= self.said + PROGRESS_SECONDS:
            self.said = at
            judged = self.scene.judged()
            print(f"{self.provider}: {at - self.began:.0f} s, {judged} of {self.mails} decided", file=sys.stderr)


def _receive(scene: Scene, mails: list[bytes], began: float) -> None:
    with scene.troubled():
        for position, data in enumerate(mails):
            time.sleep(max(0.0, began + STORM_SECONDS * position / len(mails) - time.monotonic()))
            scene.receive(data)


def count_drafts(drafts: list[bytes], edited: list[bytes], storm: Storm) -> dict[str, int]:
    """Return how many drafts stand in which threads, and how many of the changed ones are as they were."""
    per_thread: Counter[str] = Counter()
    elsewhere = 0
    for data in drafts:
        root = next(iter(parse_message(data).references), "")
        if root.startswith("<thread"):
            per_thread[root] += 1
        else:
            elsewhere += 1
    return {
        "threads": storm.threads,
        "threads_with_one_draft": sum(count == 1 for count in per_thread.values()),
        "threads_with_more": sum(count > 1 for count in per_thread.values()),
        "drafts_elsewhere": elsewhere,
        "edited_untouched": sum(data in drafts for data in edited),
    }


def wait(
    is_done: Callable[[], bool], progress: Progress, seconds: float, tend: Callable[[], None] = lambda: None
) -> bool:
    """Wait until it is done, so long at most, and return whether it is; `tend` keeps the tree up meanwhile."""
    deadline = time.monotonic() + seconds
    while not (done := is_done()) and time.monotonic() < deadline:
        tend()
        progress.say()
        time.sleep(0.5)
    return done


def measure_together(mails: int, providers: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the figures of several providers, each of which runs in a process of its own."""
    # Without `-P`, which would hide the `tests` beside this package.
    command = [sys.executable, "-m", "benchmarks.mail_storm", "--mails", str(mails), "--json"]
    children = [subprocess.Popen([*command, one], stdout=subprocess.PIPE, text=True) for one in providers]
    for provider, child in zip(providers, children, strict=True):
        said = child.communicate()[0].strip().rpartition("\n")[2]  # workers say farewell above it
        yield json.loads(said) if said.startswith("{") else {"provider": provider, "ok": False}


def main() -> None:
    """Print the figures of the providers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("providers", nargs="*", metavar="PROVIDER", help=f"{', '.join(PROVIDERS)}; all by default")
    parser.add_argument("--mails", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="print one JSON object for each provider")
    given = parser.parse_args()
    if unknown := {*given.providers} - {*PROVIDERS}:
        parser.error(f"there is no provider {', '.join(sorted(unknown))}")
    providers = given.providers or [*PROVIDERS]
    is_one = len(providers) == 1
    found = [measure_storm(given.mails, providers[0])] if is_one else measure_together(given.mails, providers)
    for one in found:
        print(json.dumps(one, indent=None if given.json else 2), flush=True)


if __name__ == "__main__":
    main()
