"""Each draft is stored once, whoever provides the mailbox: replies in their thread, new mails by their key."""

import threading
import time
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

import pytest

from core.errors import OutageError, SurfaceOutage
from core.job import REFINES, WISH, Job, JobRequest
from core.outcomes import OPEN_GAPS
from core.ports import SurfaceContext
from core.recipes.loader import load_recipes
from core.runner.refinements import RefineReply
from core.runner.version_targets import new_version
from core.settings import load_settings
from core.sources.recipients import GOES_TO, Recipient
from core.store import Store
from core.writing.grounded.passages import read_passages
from integrations.mail.mailbox.account import MailOwner, NewDraft
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS, Deliveries
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.preferences import Preferences
from integrations.mail.mailbox.provider import Provider
from integrations.mail.mailbox.surface import NewDrafts, ReplySurface
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.mailbox.visits import MailboxPlace
from integrations.registry import read_file
from tests.integrations.mail.imap.mails import follow_up as later_question
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import (
    Rig,
    answer_new,
    outcomes,
    placed,
    want,
)
from tests.waiting import until

LONG_SECONDS = 60.0


def test_the_draft_waits_once_and_stays_unsent(rig: Rig) -> None:
    rig.receive(question(rig.address))
    (job,) = answer_new(rig)
    (text,) = rig.drafts()
    assert (job.state, placed(rig, job)) == ("delivered", "placed")
    assert "On Tuesday I am free from noon to two." in text
    (pending,) = PendingDrafts(rig.store.records, rig.account).list()
    assert (pending.job, pending.answers, pending.subject) == (job.id, "<question1@example.com>", "lunch")
    with rig.provider.open(rig.account) as mailbox:
        assert mailbox.draft_state(pending).is_waiting
        assert mailbox.is_untouched(pending)


def test_a_newer_mail_replaces_an_untouched_draft(rig: Rig) -> None:
    rig.receive(question(rig.address))
    (older,) = answer_new(rig)
    rig.receive(later_question(rig.address))
    (newer,) = answer_new(rig)
    assert (placed(rig, newer), len(rig.drafts())) == ("placed", 1)
    assert outcomes(rig) == ["expired"]
    assert [pending.job for pending in PendingDrafts(rig.store.records, rig.account).list()] == [newer.id]
    assert older.id != newer.id


def test_a_new_mail_is_one_draft_and_a_changed_one_stays_beside_it(rig: Rig) -> None:
    drafts = NewDrafts(rig.store.records, rig.provider, patience_seconds=LONG_SECONDS)
    owner = MailOwner(rig.account.workspace, "bob")
    first = NewDraft("key", "Figures", "Thank you for your message.")
    drafts.put(owner, first)
    drafts.put(owner, first)
    assert len(rig.drafts()) == 1
    drafts.put(owner, NewDraft("key", "Figures", "Thank you for your message. Here they are."))
    assert ["Here they are." in text for text in rig.drafts()] == [True]
    rig.edit_draft("My own words.")
    drafts.put(owner, NewDraft("key", "Figures", "Another text"))
    assert len(rig.drafts()) == 2


@pytest.mark.parametrize(("asked", "outcome"), [("", "accepted"), ("Also, how many are you?", "edited")])
def test_hints_stay_out_of_a_draft_and_only_its_questions_are_open(rig: Rig, asked: str, outcome: str) -> None:
    want(rig, Preferences(signatures={"en": SIGNATURE}, gaps_only=True))
    body = f"Hi Bob,\n\nwhen are you free for lunch?\n\n{asked}\n\nBy the way, it snows here.\n\nAnn"
    rig.receive(question(rig.address, body=body))
    (job,) = answer_new(rig)
    assert job.draft
    assert ("[[By the way" in job.draft.text, len(job.draft.hints)) == (True, 1)
    (text,) = rig.drafts()
    assert "[[\u270f\ufe0f By the way" not in text
    assert text.count("Harbour Master") == 1
    rig.send_draft()
    assert outcomes(rig) == [outcome]
    [act] = rig.store.outcomes.acts_of([job.id])[job.id]
    assert (OPEN_GAPS in act.labels, "By the way" in str(rig.store.outcomes.used_text(job))) == (bool(asked), False)


def test_what_is_to_be_seen_first_stands_first_in_a_draft_and_cannot_go_out_unnoticed(rig: Rig) -> None:
    rig.receive(question(rig.address, body="Hi Bob,\n\nwhen are you free?\n\nCareful, the cable smells burnt.\n\nAnn"))
    (job,) = answer_new(rig)
    assert job.draft
    assert "Careful" not in job.draft.text
    (text,) = rig.drafts()
    assert 0 < text.find(" Careful, the cable smells burnt.]]") < text.find("On Tuesday")
    rig.send_draft()
    assert outcomes(rig) == ["edited"]
    [act] = rig.store.outcomes.acts_of([job.id])[job.id]
    assert OPEN_GAPS in act.labels


def test_a_remark_of_a_check_stands_in_a_draft_at_its_place_until_its_owner_takes_it_out(rig: Rig) -> None:
    rig.receive(question(rig.address, body="Hi Bob,\n\nwhen are you free?\n\nCheck the day.\n\nAnn"))
    (job,) = answer_new(rig)
    assert job.draft
    (text,) = rig.drafts()
    assert text.find("On Tuesday") < text.find(" Check the day.]]") < text.find("I am free")
    rig.fill_draft("")
    rig.send_draft()
    assert outcomes(rig)[0] in {"accepted", "edited"}
    [act] = rig.store.outcomes.acts_of([job.id])[job.id]
    assert OPEN_GAPS not in act.labels


def new_version_of(rig: Rig, job: Job, wish: str) -> Job:
    """Say something about a draft, as in the console, and let a worker make the version."""
    asked = RefineReply({**job.inputs, REFINES: job.id, WISH: wish})
    place = new_version(job, load_recipes()[job.recipe], asked, rig.store.effects)
    files = dict(place.files)
    request = JobRequest(
        job.recipe, asked.inputs or {}, place.surface, job.person, job.workspace, target=place.target, blobs=files
    )
    return rig.run(rig.store.jobs.add(request)[0].id)


def test_a_new_version_takes_the_place_of_the_draft_in_the_mailbox(rig: Rig) -> None:
    rig.receive(question(rig.address))
    (first,) = answer_new(rig)
    second = new_version_of(rig, first, "one to three")
    third = new_version_of(rig, second, "four to five")
    (text,) = rig.drafts()
    assert "I am free from four to five." in text
    assert [placed(rig, job) for job in (second, third)] == ["placed", "placed"]
    (record,) = TriageRecords(rig.store.records, rig.account).newest()
    assert record.job == third.id
    rig.send_draft()
    outcomes(rig)
    acts = rig.store.outcomes.acts_of([third.id])[third.id]
    assert [act.outcome for act in acts] == ["edited"]  # beside the first version


def test_a_new_version_leaves_a_draft_alone_that_its_owner_has_changed(rig: Rig) -> None:
    rig.receive(question(rig.address))
    (first,) = answer_new(rig)
    rig.edit_draft("Hello!")
    second = new_version_of(rig, first, "one to three")
    (text,) = rig.drafts()
    assert "Hello!" in text
    assert placed(rig, second) == "left_to_person"
    (record,) = TriageRecords(rig.store.records, rig.account).newest()
    assert record.job == first.id


class FilesSurface(ReplySurface):
    """The surface of a rig, which reads files."""

    def __init__(self, rig: Rig, others: Deliveries | None = None) -> None:
        super().__init__(read_file=read_file)
        self._rig, self._others = rig, others or super().deliveries()

    def provider(self, context: SurfaceContext) -> Provider[Any]:
        del context
        return self._rig.provider

    def deliveries(self) -> Deliveries:
        return self._others


SIGNATURE = "Bob Ray\nHarbour Master\nTel. +44 20 5550 1234"


def test_what_its_owner_typed_stands_below_a_draft_and_is_no_change_of_it(rig: Rig) -> None:
    want(rig, Preferences(signatures={"en": SIGNATURE, "de": "Hafenmeister"}))
    rig.receive(question(rig.address))
    answer_new(rig)
    (text,) = rig.drafts()
    assert text.count("Harbour Master") == 1
    assert "Hafenmeister" not in text
    rig.send_draft()
    assert outcomes(rig) == ["accepted"]


def test_a_new_mail_is_signed_in_its_language(rig: Rig) -> None:
    want(rig, Preferences(signatures={"any": "Harbour Master", "de": "Hafenmeister"}))
    drafts = NewDrafts(rig.store.records, rig.provider, patience_seconds=LONG_SECONDS)
    owner = MailOwner(rig.account.workspace, rig.account.person)
    said = "Guten Tag, der Liegeplatz ist ab Montag frei, und die Rechnung kommt mit der Post.\n\nBob Ray"
    drafts.put(owner, NewDraft("one", "Liegeplatz", said))
    drafts.put(owner, NewDraft("two", "Berth", "The berth is free from Monday, and the bill comes by post.\n\nBob Ray"))
    drafts.put(owner, NewDraft("three", "Signed", "The berth is free.\n\nThe Office", is_signed=True))
    german, english, signed = sorted(rig.drafts(), key=lambda text: ("Hafen" not in text, "Master" not in text))
    assert ("Hafenmeister" in german, "Master" in german) == (True, False)
    assert ("Hafenmeister" in english, "Master" in english) == (False, True)
    assert ("Hafenmeister" in signed, "Master" in signed) == (False, False)


def with_files(to: str, *files: tuple[str, bytes]) -> bytes:
    message = message_from_bytes(question(to), policy=default)
    assert isinstance(message, EmailMessage)
    message.set_content(str(message.get_payload()))
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes(policy=SMTP)


def test_files_that_came_with_a_mail_are_read_for_its_job(rig: Rig) -> None:
    offer = ("Offer.txt", b"The total is 4,380 pounds.")
    rig.receive(with_files(rig.address, offer, ("Broken.pdf", b"%PDF-1.7 no more"), ("logo.png", b"\x89PNG")))
    (job,) = answer_new(rig)
    store = rig.store
    context = SurfaceContext(load_settings(), store.jobs, store.records, store.effects)
    found = read_passages(FilesSurface(rig).prepare(job, context)["attached"])
    assert [(passage.title, passage.text) for passage in found if passage.text] == [(*offer[:1], offer[1].decode())]
    assert [passage.title.partition(":")[0] for passage in found if not passage.text] == ["Broken.pdf"]
    assert "4,380" not in str(store.jobs.get(job.id).inputs)
    rig.discard_source()
    if rig.provider.kind == "imap":  # its place in the inbox is all that is known of it
        assert "attached" not in FilesSurface(rig).prepare(job, context)


def test_who_gets_a_reply_is_told_to_the_writing_of_it(rig: Rig) -> None:
    rig.receive(question(rig.address))
    (job,) = answer_new(rig)
    store = rig.store
    context = SurfaceContext(load_settings(), store.jobs, store.records, store.effects)
    assert FilesSurface(rig).prepare(job, context)[GOES_TO] == [Recipient("ann.lee@example.com", "Ann Lee")]


@pytest.mark.parametrize(("attempts", "max_attempts", "is_put_off"), [(1, 3, True), (2, 3, False), (1, 1, False)])
def test_a_job_does_without_files_that_it_found_no_time_to_read(
    rig: Rig, attempts: int, max_attempts: int, is_put_off: bool
) -> None:
    """Else its last try fails, and there is no draft at all."""
    rig.receive(with_files(rig.address, ("Offer.txt", b"The total is 4,380 pounds.")))
    (job,) = answer_new(rig)
    store, settings = rig.store, load_settings().model_copy(update={"max_attempts": max_attempts})
    context = SurfaceContext(settings, store.jobs, store.records, store.effects)
    busy = Deliveries(2)
    busy.waiting = busy.max_waiting
    again = replace(job, attempts=attempts)
    if is_put_off:
        with pytest.raises(SurfaceOutage):
            FilesSurface(rig, busy).prepare(again, context)
        return
    (found,) = read_passages(FilesSurface(rig, busy).prepare(again, context)["attached"])
    assert "no time to read" in found.title


def test_a_thread_that_cannot_be_started_takes_no_place(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made, place = Deliveries(4), MailboxPlace("imap", "local", "first", "bob", "well:993")

    def put() -> str:
        return made.make(store.records, place, "draft", lambda: "done", patience_seconds=20.0)

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        for _ in range(made.max_waiting + 1):
            with pytest.raises(RuntimeError, match="start new thread"):
                put()
    assert (put(), made.waiting) == ("done", 0)


def test_half_of_the_threads_of_jobs_may_wait() -> None:
    assert [Deliveries(threads).max_waiting for threads in (1, 2, 5, 16)] == [1, 1, 2, 8]


def test_a_slow_read_is_called_one(store: Store) -> None:
    made, over = Deliveries(4), threading.Event()
    place = MailboxPlace("imap", "local", "first", "bob", "hangs:993")
    try:
        with pytest.raises(OutageError, match="slow to hand over a mail"):
            made.make(store.records, place, "f", lambda: over.wait(30.0), patience_seconds=0.1, is_needed=True)
    finally:
        over.set()


def test_a_mail_without_documents_is_not_fetched_again(rig: Rig) -> None:
    rig.receive(with_files(rig.address, ("logo.png", b"\x89PNG")))
    (job,) = answer_new(rig)
    store = rig.store
    context = SurfaceContext(load_settings(), store.jobs, store.records, store.effects)
    assert [*FilesSurface(rig).prepare(job, context)] == [GOES_TO]


def test_a_job_does_not_wait_long_for_a_server_that_others_wait_for(store: Store) -> None:
    """Else a few mailboxes that hang hold up every thread of jobs, each for two seconds."""
    made, over = Deliveries(4), threading.Event()

    def seconds(name: str, server: str, patience_seconds: float) -> float:
        began = time.monotonic()
        place = MailboxPlace("imap", "local", name, "bob", server)
        with pytest.raises(OutageError, match="slow to store"):
            made.make(store.records, place, "draft", lambda: over.wait(30.0), patience_seconds=patience_seconds)
        return time.monotonic() - began

    try:
        assert seconds("first", "hangs:993", PATIENCE_SECONDS + 0.1) > PATIENCE_SECONDS
        assert seconds("second", "hangs:993", 20.0) < 2.0
        assert seconds("third", "well:993", 2.5) > 2.4
    finally:
        over.set()


def test_some_threads_of_jobs_stay_free_whatever_hangs(store: Store) -> None:
    """Else mailboxes at as many servers as there are threads hold up what somebody waits for."""
    made, over = Deliveries(4), threading.Event()
    seconds: dict[int, float] = {}

    def deliver(number: int) -> None:
        began = time.monotonic()
        place = MailboxPlace("imap", "local", f"box{number}", "bob", f"hangs{number}:993")
        with pytest.raises(OutageError, match="slow to store"):
            made.make(store.records, place, "draft", lambda: over.wait(30.0), patience_seconds=2.5)
        seconds[number] = time.monotonic() - began

    jobs = [threading.Thread(target=deliver, args=(number,)) for number in range(6)]
    try:
        for job in jobs:
            job.start()
        for job in jobs:
            job.join(20.0)
    finally:
        over.set()
    assert sum(one > 2.4 for one in seconds.values()) == made.max_waiting == 2
    assert len(seconds) == 6


def test_what_a_job_needs_is_not_begun_while_others_are_waited_for(store: Store) -> None:
    made, over, begun = Deliveries(4), threading.Event(), []

    def hang(number: int) -> None:
        place = MailboxPlace("imap", "local", f"box{number}", "bob", f"hangs{number}:993")
        with suppress(OutageError):
            made.make(store.records, place, "files", lambda: begun.append(over.wait(30.0)), patience_seconds=20.0)

    waiting = [threading.Thread(target=hang, args=(number,)) for number in range(made.max_waiting)]
    for one in waiting:
        one.start()
    well = MailboxPlace("imap", "local", "well", "bob", "well:993")

    def read() -> str:
        return made.make(store.records, well, "files", lambda: "mail", patience_seconds=20.0, is_needed=True)

    try:
        until(lambda: made.waiting == made.max_waiting)
        with pytest.raises(SurfaceOutage, match="being read right now"):
            read()
    finally:
        over.set()
        for one in waiting:
            one.join(20.0)
    assert read() == "mail"


def test_a_server_that_was_slow_is_not_waited_for_again_until_it_stores_something(store: Store) -> None:
    """Else each retry of a few mailboxes that hang holds up threads of jobs once more."""
    made, place = Deliveries(4), MailboxPlace("imap", "local", "first", "bob", "slow:993")

    def deliver(key: str, over: threading.Event, *, patience_seconds: float) -> float:
        began = time.monotonic()
        with pytest.raises(OutageError, match="slow to store"):
            made.make(store.records, place, key, lambda: over.wait(30.0), patience_seconds=patience_seconds)
        return time.monotonic() - began

    def stored() -> bool:
        with suppress(OutageError):
            made.make(store.records, place, "c", lambda: None, patience_seconds=20.0)
            return True
        return False

    first, second = threading.Event(), threading.Event()
    try:
        deliver("a", first, patience_seconds=0.1)
        assert deliver("b", second, patience_seconds=20.0) < 2.0
    finally:
        first.set()
        second.set()
    until(stored)
    over = threading.Event()
    try:
        assert deliver("d", over, patience_seconds=2.5) > 2.4
    finally:
        over.set()
