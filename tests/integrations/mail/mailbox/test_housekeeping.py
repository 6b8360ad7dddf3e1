"""What is due in a mailbox is done, and a mailbox that rests, or is another by now, is left alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.errors import OutageError
from core.store import Store
from integrations.mail.mailbox.housekeeping import ProviderHousekeeping
from integrations.mail.mailbox.style_learning import load_style, save_style
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.mailbox.visits import Backoff
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


def test_a_mailbox_that_policies_do_not_allow_any_more_is_left_alone_and_says_why(memory: MemoryRig) -> None:
    policies = policies_of(memory.store, f'{FOR_ALL}mailboxes = {{ deny = ["*@example.org"] }}\n')
    keeper = ProviderHousekeeping(memory.provider, memory.store, submit(memory), policies)
    for _ in range(2):
        keeper.look_after(memory.account)
    assert decided(memory) == 0
    assert [row[::3] for row in refusals(memory.store)] == [(memory.account.person, "group.all.mailboxes.deny")]
    status = memory.provider.accounts.status(memory.account)
    assert status.error
    assert "rule mailboxes.deny of the group all" in status.error["message"]
    policies_of(memory.store, "[installation]\n")
    policies.book.look_again()
    keeper.look_after(memory.account)
    assert decided(memory) == 1


def test_what_was_learnt_of_the_owners_style_goes_when_learning_is_switched_off(memory: MemoryRig) -> None:
    store, account = memory.store, memory.account
    save_style(store.records, account.workspace, account.name, WritingStyle(), [], person=account.person)
    policies = policies_of(store, f"{FOR_ALL}learning = false\n")
    ProviderHousekeeping(memory.provider, store, submit(memory), policies).look_after(account)
    assert load_style(store.records, account.workspace, account.name) is None
