"""What is due in a mailbox is done, and a mailbox that rests, or is another by now, is left alone."""

import threading
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.embeddings import local_embedder
from core.errors import OutageError
from core.store import Store
from core.store.tables import records
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.housekeeping import Housekeeping, ProviderHousekeeping
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.style_learning import load_style, save_style
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.mailbox.visits import Backoff, ServerOutage
from integrations.mail.reply.writing_style import WritingStyle
from tests.fakes.memory_mail import MemoryAccount
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import MemoryRig, submit
from tests.policies import FOR_ALL, policies_of, refusals


@pytest.fixture
def memory(store: Store) -> MemoryRig:
    rig = MemoryRig(store)
    rig.provider.accounts.save(rig.account)
    rig.receive(question(rig.address))
    return rig


def housekeeping(rig: MemoryRig) -> ProviderHousekeeping[MemoryAccount]:
    return ProviderHousekeeping(rig.provider, rig.store, submit(rig))


def decided(rig: MemoryRig) -> int:
    return len(TriageRecords(rig.store.records, rig.account).newest())


def visit(rig: MemoryRig) -> float:
    return housekeeping(rig).visit(rig.account.workspace, rig.account.name)


def test_a_visit_reads_new_mail_and_says_when_to_come_again(memory: MemoryRig) -> None:
    assert visit(memory) == 60.0
    assert decided(memory) == len(memory.store.jobs.list()) == 1


def test_a_mailbox_that_failed_is_not_visited_until_its_rest_is_over(memory: MemoryRig) -> None:
    backoff = Backoff(memory.store.records)
    with pytest.raises(OutageError), backoff.attempt(memory.account.place):
        raise OutageError("down", fix="Wait.")
    assert 30 < visit(memory) <= 75
    assert decided(memory) == 0
    backoff.forget(memory.account.place)
    visit(memory)
    assert decided(memory) == 1


def test_a_mailbox_that_is_gone_is_left(memory: MemoryRig) -> None:
    assert housekeeping(memory).visit(memory.account.workspace, "nobody") > 3600


def test_a_paused_mailbox_is_looked_at_less_often(memory: MemoryRig) -> None:
    save_preferences(
        memory.store.records, memory.account.workspace, memory.account.name, Preferences(paused=True), person="bob"
    )
    assert visit(memory) == 300.0


def keeper(rig: MemoryRig, stopping: threading.Event) -> Housekeeping:
    # Threads visit the mailboxes, and a thread cannot leave its test out: what they reach for is there before.
    parse_message(question(rig.address))
    local_embedder().embed(["Could you send it?"])
    return Housekeeping([rig.provider], rig.store, submit(rig), stopping)


def due_at(rig: MemoryRig) -> float:
    statement = sa.select(records.c.due_at).where(records.c.kind == rig.provider.accounts.kind)
    with rig.store.database.read() as connection:
        return float(connection.execute(statement).scalar_one())


def test_a_worker_visits_what_is_due_and_not_again_before_its_time(memory: MemoryRig) -> None:
    house = keeper(memory, threading.Event())
    house.visit_due()
    assert house.wait(60.0)
    assert decided(memory) == 1
    assert 30 < due_at(memory) - time.time() < 90
    memory.receive(question(memory.address, number=2))
    house.visit_due()
    assert house.wait(60.0)
    assert decided(memory) == 1
    memory.provider.accounts.bring(memory.account)
    house.visit_due()
    assert house.wait(60.0)
    assert decided(memory) == 2


def test_a_worker_that_stops_gives_back_what_it_has_not_begun(memory: MemoryRig) -> None:
    stopping = threading.Event()
    house = keeper(memory, stopping)
    stopping.set()
    house.visit_due()
    assert due_at(memory) > time.time() + 20
    house.leave(1.0)
    assert due_at(memory) <= time.time() + 1
    other = keeper(memory, threading.Event())
    other.visit_due()
    assert other.wait(60.0)
    assert decided(memory) == 1


def test_mailboxes_of_a_server_that_rests_are_put_off_unread(memory: MemoryRig) -> None:
    backoff = Backoff(memory.store.records)
    for name in ("one", "two"):
        other = replace(memory.account.place, name=name)
        with pytest.raises(ServerOutage), backoff.attempt(other):
            raise ServerOutage("down", fix="Wait.")
    house = keeper(memory, threading.Event())
    house.visit_due()
    assert house.wait(60.0)
    assert decided(memory) == 0
    assert due_at(memory) > time.time() + 20


def test_mailboxes_of_an_earlier_version_are_taken_up(memory: MemoryRig) -> None:
    with memory.store.database.write() as connection:
        connection.execute(sa.update(records).values(due_at=None))
    house = keeper(memory, threading.Event())
    house.visit_due()
    assert decided(memory) == 0
    house.begin_round()
    house.visit_due()
    assert house.wait(60.0)
    assert decided(memory) == 1


def test_a_mailbox_that_was_changed_meanwhile_is_left_to_the_next_round(memory: MemoryRig) -> None:
    housekeeping(memory).look_after(replace(memory.account, owner_name="Robert Ray"))
    assert decided(memory) == 0
    housekeeping(memory).look_after(memory.account)
    assert decided(memory) == 1


def test_a_mailbox_that_policies_do_not_allow_any_more_is_left_alone_and_says_why(memory: MemoryRig) -> None:
    policies = policies_of(memory.store, f'{FOR_ALL}mailboxes = {{ deny = ["*@example.org"] }}\n')
    with_policies = ProviderHousekeeping(memory.provider, memory.store, submit(memory), policies)
    for _ in range(2):
        with_policies.look_after(memory.account)
    assert decided(memory) == 0
    assert [row[::3] for row in refusals(memory.store)] == [(memory.account.person, "group.all.mailboxes.deny")]
    status = memory.provider.accounts.status(memory.account)
    assert status.error
    assert "rule mailboxes.deny of the group all" in status.error["message"]
    policies_of(memory.store, "[installation]\n")
    policies.book.look_again()
    with_policies.look_after(memory.account)
    assert decided(memory) == 1


def test_what_was_learnt_of_the_owners_style_goes_when_learning_is_switched_off(memory: MemoryRig) -> None:
    store, account = memory.store, memory.account
    save_style(store.records, account.workspace, account.name, WritingStyle(), [], person=account.person)
    policies = policies_of(store, f"{FOR_ALL}learning = false\n")
    ProviderHousekeeping(memory.provider, store, submit(memory), policies).look_after(account)
    assert load_style(store.records, account.workspace, account.name) is None
