"""The storm part of `benchmarks.mail`: many mails in a minute on a real Dovecot, and workers that are killed all along.

    .venv/bin/python -m benchmarks.mail_storm [--mails N] [--json]

Half of the threads get a second question, in random order with the first; notices are doubled (the scheduler's message
is sent again and again), lost (the line on which the server tells of new mail is cut) and late; before the storm some
drafts are changed by their owner.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

from celery import Celery

from core.errors import NotFoundError
from core.settings import Settings
from core.store import Store, open_store
from core.system.subprocesses import module_command
from integrations.cli.processes.process_tree import RunningTree, process_tree
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.message.message import parse_message
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.mail.imap.mails import question
from tests.processes.commands import part_name, processes_of
from tests.servers.cut_line import CutLine
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from worker.enqueue import MAILBOXES_TASK

STORM_SECONDS = 60.0
MAX_WAIT_SECONDS = 300.0
# About as long as a worker needs to start on a busy machine.
KILL_SECONDS = 8.0
EDITED_THREADS = 10
# Each thread whose draft is changed begins with a mail, and half of them get a second.
MIN_MAILS = EDITED_THREADS + EDITED_THREADS // 2
USER = "bob.ray@example.org"
NEWS = ("List-Id: <news.example.net>", "List-Unsubscribe: <mailto:leave@example.net>")
CHANGE = "I have changed this line."


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


@dataclass
class Scene:
    """The server, our processes, and what they have stored."""

    server: Dovecot
    tree: RunningTree
    store: Store
    account: ImapAccount

    def judged(self) -> int:
        return len(TriageRecords(Accounts(self.store.records).records, self.account).newest(limit=100_000))

    def is_done(self, mails: int) -> bool:
        found = TriageRecords(Accounts(self.store.records).records, self.account).newest(limit=100_000)
        return len(found) >= mails and have_ended(self.store, [one.job for one in found if one.job])

    def edit_drafts(self) -> list[bytes]:
        """Change all drafts as their owner's program does, and return them."""
        with self.server.client(USER) as client:
            client.select_folder(self.server.drafts)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            changed = [changed_by_owner(draft[b"BODY[]"]) for draft in found.values()]
            client.delete_messages(list(found))
            client.expunge()
            for data in changed:
                client.append(self.server.drafts, data, flags=(b"\\Draft",))
        return changed


def changed_by_owner(draft: bytes) -> bytes:
    """Return a draft with its owner's line above its text, whatever it says, as a plain-text mail program saves it."""
    message = message_from_bytes(draft, policy=SMTP)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    message.clear_content()
    message.set_content(f"{CHANGE}\n\n{text}")
    return message.as_bytes()


def have_ended(store: Store, jobs: list[str]) -> bool:
    """Whether all of these jobs have ended, or are gone."""
    for job in jobs:
        try:
            if not store.jobs.get(job).has_ended:
                return False
        except NotFoundError:
            continue
    return True


@contextmanager
def running_scene(line_of: ExitStack) -> Iterator[tuple[Scene, CutLine]]:
    """Run everything for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as home, running_dovecot() as server, OpenAIServer() as model:
        model.respond = lambda _body: Answer("Thank you for asking about lunch.")
        line = line_of.enter_context(CutLine(server.port, lambda: False))
        settings = Settings(
            home=Path(home), model_url=model.url, lease_seconds=2.0, sweep_seconds=0.5, resend_seconds=1.0,
            max_attempts=20,
        )  # fmt: skip
        store = open_store(settings)
        account = ImapAccount("127.0.0.1", line.port, USER, PASSWORD, "none", "bob", address=USER, owner_name="Bob Ray")
        Accounts(store.records).save(account)
        with process_tree(settings, web=False) as tree:
            yield Scene(server, tree, store, account), line
        store.close()


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
        for worker in self._workers:
            worker.kill()
            worker.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = module_command("integrations.cli.processes.run", "worker")
        return subprocess.Popen(command, env=self._environment, stderr=subprocess.DEVNULL)

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


def measure_storm(mails: int) -> dict[str, Any]:
    """Let the mails arrive within a minute, wait until all is done, and count the drafts."""
    storm = Storm(mails)
    with ExitStack() as stack:
        scene, line = stack.enter_context(running_scene(stack))
        scene.server.receive(*(storm.first(thread) for thread in range(EDITED_THREADS)), user=USER)
        look(scene.tree)
        wait(lambda: scene.is_done(EDITED_THREADS))
        edited = scene.edit_drafts()
        began = time.monotonic()
        with Trouble(scene.tree, line.cut) as trouble:
            _receive(scene, storm.all(), began)
            wait(lambda: scene.judged() >= mails)
        has_ended = wait(lambda: scene.is_done(mails), scene.tree.tend)
        seconds = time.monotonic() - began
        drafts = [data for data, _ in scene.server.messages(scene.server.drafts, USER)]
        judged = scene.judged()
    harm = {"workers_killed": trouble.counts["kill"], "lines_cut": trouble.counts["cut"]}
    counted = count_drafts(drafts, edited, storm)
    return {
        "mails": mails, "judged": judged, "seconds": round(seconds, 1), **harm, "notices": 2 * trouble.counts["notice"],
        **counted, "ok": has_ended and judged == mails and counted["threads_with_one_draft"] == storm.threads
        and not counted["drafts_elsewhere"] and counted["edited_untouched"] == len(edited) == EDITED_THREADS,
    }  # fmt: skip


def _receive(scene: Scene, mails: list[bytes], began: float) -> None:
    with scene.server.client(USER) as client:
        for position, data in enumerate(mails):
            time.sleep(max(0.0, began + STORM_SECONDS * position / len(mails) - time.monotonic()))
            client.append("INBOX", data)


def count_drafts(drafts: list[bytes], edited: list[bytes], storm: Storm) -> dict[str, int]:
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


def wait(is_done: Callable[[], bool], tend: Callable[[], None] = lambda: None) -> bool:
    """Wait until it is done, for five minutes at most, and return whether it is; `tend` keeps the tree up meanwhile."""
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while not (done := is_done()) and time.monotonic() < deadline:
        tend()
        time.sleep(0.5)
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    print(json.dumps(measure_storm(arguments.mails), indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
