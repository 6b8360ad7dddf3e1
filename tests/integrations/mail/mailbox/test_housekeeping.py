"""What is due in a mailbox is done, and a mailbox that rests, or is another by now, is left alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.errors import OutageError
from core.store import Store
from integrations.mail.mailbox.housekeeping import ProviderHousekeeping
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.mailbox.visits import Backoff
from tests.fakes.memory_mail import MemoryAccount
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import MemoryRig, submit


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


def due(rig: MemoryRig) -> list[Callable[[], None]]:
    return [visit.make for visit in housekeeping(rig).due(Backoff(rig.store.records).all())]


def test_a_visit_reads_new_mail(memory: MemoryRig) -> None:
    (visit,) = due(memory)
    visit()
    assert decided(memory) == len(memory.store.jobs.list()) == 1


def test_a_mailbox_that_failed_is_not_due_until_its_rest_is_over(memory: MemoryRig) -> None:
    backoff = Backoff(memory.store.records)
    with pytest.raises(OutageError), backoff.attempt(memory.account.place):
        raise OutageError("down", fix="Wait.")
    assert due(memory) == []
    backoff.forget(memory.account.place)
    assert len(due(memory)) == 1


def test_a_mailbox_that_was_changed_meanwhile_is_left_to_the_next_round(memory: MemoryRig) -> None:
    housekeeping(memory).look_after(replace(memory.account, owner_name="Robert Ray"))
    assert decided(memory) == 0
    housekeeping(memory).look_after(memory.account)
    assert decided(memory) == 1


def test_no_mailbox_is_announced_by_a_provider_that_announces_none(memory: MemoryRig) -> None:
    assert list(housekeeping(memory).announced(Backoff(memory.store.records).all())) == []
