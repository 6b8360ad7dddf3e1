"""The storm of `benchmarks.mail_storm` at Microsoft 365: the fake over HTTPS, real processes, workers killed all along.

    .venv/bin/python -m benchmarks.mail_storm_graph [--mails N] [--json]

Of the notices a fifth is lost and a third doubled; they come in groups of changed order. Answers of Graph get lost and
connections break; before the storm some drafts are changed by their owner. The bar: one draft in each thread that needs
one, none elsewhere, every changed draft as it was, nothing sent.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.mail_storm import (
    EDITED_THREADS,
    STORM_SECONDS,
    USER,
    Storm,
    Trouble,
    count_drafts,
    have_ended,
    look,
    wait,
)
from core.settings import Settings
from core.store import Store, open_store
from core.system.subprocesses import ReservedPort
from integrations.cli.processes.process_tree import RunningTree, process_tree
from integrations.mail.graph.accounts import SCOPES, GraphAccount, GraphAccounts
from integrations.mail.mailbox.triage_records import TriageRecords
from tests.fakes.microsoft import AnswerLost, FakeMicrosoft, Reset
from tests.fakes.microsoft import Storm as NoticeStorm
from tests.fakes.microsoft.faults import Faults
from tests.fakes.microsoft.mailboxes import Mailbox
from tests.fakes.microsoft.messages import Stored
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer

LOST, DOUBLED = 0.2, 0.33
GROUP = 25


@dataclass
class Scene:
    """The fake Microsoft, our processes, and what they have stored."""

    fake: FakeMicrosoft
    box: Mailbox
    tree: RunningTree
    store: Store
    account: GraphAccount
    chance: random.Random = field(default_factory=lambda: random.Random(4))

    def judged(self) -> int:
        return len(TriageRecords(GraphAccounts(self.store.records).records, self.account).newest(limit=100_000))

    def is_done(self, mails: int) -> bool:
        found = TriageRecords(GraphAccounts(self.store.records).records, self.account).newest(limit=100_000)
        return len(found) >= mails and have_ended(self.store, [one.job for one in found if one.job])

    def cut(self) -> None:
        """Break a connection, before or after Graph has done what was asked."""
        break_one(self.fake.faults, self.chance)

    def edit_drafts(self) -> list[tuple[Stored, str]]:
        """Change all drafts as their owner does in Outlook, and return them with what stands there then."""
        for draft in self.box.drafts:
            self.box.edits(draft, "I have changed this line.")
        return [(draft, draft.html) for draft in self.box.drafts]


def break_one(faults: Faults, chance: random.Random) -> None:
    """Let the next request fail. While none comes faults do not pile up: many at once would be an outage."""
    if not faults.waiting:
        faults.add("* /v1.0/users/*", chance.choice((Reset(), AnswerLost())))


@contextmanager
def running_scene() -> Iterator[Scene]:
    """Run everything for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as home, FakeMicrosoft() as fake, OpenAIServer() as model:
        model.respond = lambda _body: Answer("Thank you for asking about lunch.")
        fake.app.application.update(SCOPES)
        os.environ.update(fake.environment())
        reserved = ReservedPort()
        port = reserved.number
        reserved.close()
        settings = Settings(
            home=Path(home), model_url=model.url, lease_seconds=2.0, sweep_seconds=0.5, resend_seconds=1.0,
            max_attempts=20, port=port, public_url=f"http://127.0.0.1:{port}",
        )  # fmt: skip
        store = open_store(settings)
        box = fake.mailbox(fake.person(USER, "Bob Ray"))
        account = GraphAccount(USER, "bob", owner_name="Bob Ray")
        GraphAccounts(store.records).save(account)
        with process_tree(settings, web=True) as tree:
            yield Scene(fake, box, tree, store, account)
        store.close()


def measure_storm(mails: int) -> dict[str, Any]:
    """Let the mails arrive within a minute, wait until all is done, and count the drafts."""
    storm = Storm(mails)
    with running_scene() as scene:
        for thread in range(EDITED_THREADS):
            scene.box.receive(storm.first(thread))
        look(scene.tree)
        wait(lambda: scene.is_done(EDITED_THREADS) and bool(scene.fake.subscriptions))
        edited = scene.edit_drafts()
        began = time.monotonic()
        with Trouble(scene.tree, scene.cut) as trouble:
            _receive(scene, storm.all(), began)
            arrived_seconds = time.monotonic() - began
            wait(lambda: scene.judged() >= mails)
        has_ended = wait(lambda: scene.is_done(mails), scene.tree.tend)
        seconds = time.monotonic() - began
        judged = scene.judged()
        counted = count_drafts([one.as_mime() for one in scene.box.drafts], [], storm)
        untouched = sum(draft.is_draft and draft.folder == "drafts" and draft.html == html for draft, html in edited)
        sends, notices = len(scene.fake.ledger.sends), len(scene.fake.outbox.deliveries)
    result = {**counted, "edited": len(edited), "edited_untouched": untouched, "sends": sends}
    bar = {
        "threads_with_one_draft": storm.threads, "threads_with_more": 0, "drafts_elsewhere": 0,
        "edited_untouched": EDITED_THREADS, "sends": 0,
    }  # fmt: skip
    return {
        "mails": mails, "judged": judged, "arrived_seconds": round(arrived_seconds, 1), "seconds": round(seconds, 1),
        "workers_killed": trouble.counts["kill"], "connections_broken": trouble.counts["cut"],
        "notice_posts": notices, **result, "bar": bar,
        "ok": has_ended and judged == mails and all(result[name] == value for name, value in bar.items()),
    }  # fmt: skip


def _receive(scene: Scene, mails: list[bytes], began: float) -> None:
    outbox = scene.fake.outbox
    outbox.storm = NoticeStorm(lost=LOST, doubled=DOUBLED, is_shuffled=True, chance=random.Random(7))
    outbox.hold()
    for position, data in enumerate(mails):
        time.sleep(max(0.0, began + STORM_SECONDS * position / len(mails) - time.monotonic()))
        scene.box.receive(data)
        if position % GROUP == GROUP - 1:
            outbox.release()
            outbox.hold()
    outbox.release()
    # What was lost is found by the reading of the folder every 15 minutes, which is brought forward here.
    GraphAccounts(scene.store.records).update_status(scene.account, is_behind=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    print(json.dumps(measure_storm(arguments.mails), indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
