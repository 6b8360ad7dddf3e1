"""Putting drafts at Microsoft: one per thread, found again after any accident, and never over what the person wrote."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from integrations.mail.mailbox.preferences import Preferences, save_preferences
from tests.fakes.microsoft import AnswerLost, Refused, Reset
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import follow_up, question


def first_draft(office: Office) -> None:
    office.box.receive(question(ADDRESS))
    (job,) = office.answer_new()
    assert (job.state, office.placed(job)) == ("delivered", "placed"), job.error


def test_the_draft_waits_in_the_thread_above_the_quote_that_microsoft_made(connected: Office) -> None:
    source = connected.box.receive(question(ADDRESS))
    (job,) = connected.answer_new()
    (draft,) = connected.drafts
    assert (job.state, connected.placed(job)) == ("delivered", "placed")
    assert (draft.is_draft, draft.subject, draft.conversation) == (True, "RE: Lunch", source.conversation)
    assert draft.in_reply_to == "<question1@example.com>"
    assert [address for _, address in draft.to] == ["ann.lee@example.com"]
    own, quote = draft.text.split("From:")
    assert own.startswith("Thank you for your message.")
    assert "when you are free for lunch" in quote
    assert job.id in draft.extended.values()


def test_the_source_stays_unread_and_nothing_is_sent(connected: Office) -> None:
    source = connected.box.receive(question(ADDRESS))
    connected.answer_new()
    assert not source.is_read
    assert connected.fake.ledger.opened == []
    assert connected.fake.ledger.sends == []
    assert connected.fake.ledger.refusals == []


def test_a_newer_mail_replaces_an_untouched_draft(connected: Office) -> None:
    first_draft(connected)
    connected.box.receive(follow_up(ADDRESS))
    (job,) = connected.answer_new()
    (draft,) = connected.drafts
    assert job.id in draft.extended.values()


def test_an_edited_draft_is_left_alone(connected: Office) -> None:
    first_draft(connected)
    (draft,) = connected.drafts
    connected.box.edits(draft, "My own words")
    before = draft.html
    connected.box.receive(follow_up(ADDRESS))
    (job,) = connected.answer_new()
    assert [draft.html for draft in connected.drafts] == [before]
    assert (job.state, connected.placed(job)) == ("delivered", "left_to_person")


def test_a_draft_that_the_person_began_is_the_threads_one_draft(connected: Office) -> None:
    source = connected.box.receive(question(ADDRESS))
    own = connected.box.begins_reply(source, "I am writing this myself")
    (job,) = connected.answer_new()
    assert connected.drafts == [own]
    assert connected.placed(job) == "left_to_person"


def test_a_draft_about_something_else_with_the_same_subject_does_not_count(connected: Office) -> None:
    """Exchange puts unrelated mails of one subject into one conversation."""
    other = connected.box.receive(question(ADDRESS, number=77))
    connected.box.has_answered(other)
    own = connected.box.begins_reply(other, "About the other lunch")
    connected.box.receive(question(ADDRESS))
    job = next(one for one in connected.answer_new())
    assert connected.placed(job) == "placed"
    assert len(connected.drafts) == 2
    assert own in connected.drafts


def test_after_a_sent_or_discarded_draft_a_newer_mail_gets_its_own(connected: Office) -> None:
    first_draft(connected)
    connected.box.sends(connected.drafts[0])
    connected.box.receive(follow_up(ADDRESS))
    connected.answer_new()
    assert len(connected.drafts) == 1
    connected.box.discards(connected.drafts[0])
    connected.fake.clock.advance(2)
    connected.box.receive(follow_up(ADDRESS, number=3))
    connected.answer_new()
    assert len(connected.drafts) == 1


def test_an_older_mail_whose_job_ends_later_adds_no_draft(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    connected.fake.clock.advance(2)
    connected.box.receive(follow_up(ADDRESS))
    older, newer = connected.sync()
    connected.run(newer.job)
    connected.run(older.job)
    (draft,) = connected.drafts
    assert newer.job in draft.extended.values()
    assert connected.placed(connected.store.jobs.get(older.job)) == "superseded"


def test_reply_to_is_answered_and_everybody_only_when_the_person_wants_it(connected: Office) -> None:
    fields = ("Reply-To: desk@example.com", "Cc: Carl <carl@example.com>, sales@example.org")
    connected.box.receive(question(ADDRESS, *fields))
    connected.answer_new()
    assert [address for _, address in connected.drafts[0].to + connected.drafts[0].cc] == ["desk@example.com"]
    wanted = Preferences(reply_all="always", aliases=("sales@example.org",))
    save_preferences(connected.store.records, "local", ADDRESS, wanted, person="bob")
    connected.box.receive(question(ADDRESS, *fields, number=9))
    connected.answer_new()
    newest = connected.drafts[-1]
    assert [address for _, address in newest.to + newest.cc] == ["desk@example.com", "carl@example.com"]


ALIAS = "robert@example.org"


def with_alias(office: Office, *, send_from_alias: bool = True) -> Office:
    """Connect a mailbox with an alias, where Exchange lets people send from theirs."""
    office.settings = office.settings.model_copy(update={"microsoft_send_from_alias": send_from_alias})
    office.bob.proxy_addresses = (f"SMTP:{ADDRESS}", f"smtp:{ALIAS}")
    office.connect()
    office.beat()
    return office


@pytest.mark.parametrize(
    ("allowed", "written_to", "sender"),
    [(True, ALIAS, ALIAS), (True, ADDRESS, ADDRESS), (True, f"{ADDRESS}, {ALIAS}", ADDRESS), (False, ALIAS, ADDRESS)],
)
def test_what_came_to_an_alias_is_answered_from_it_where_exchange_lets_people(
    office: Office, allowed: bool, written_to: str, sender: str
) -> None:
    with_alias(office, send_from_alias=allowed)
    office.box.receive(question(written_to))
    (job,) = office.answer_new()
    assert office.placed(job) == "placed"
    assert [draft.sender for draft in office.drafts] == [("Bob Ray", sender)]


def test_where_exchange_refuses_an_alias_the_draft_has_the_main_address(office: Office) -> None:
    with_alias(office)
    office.box.refuses_aliases = True
    office.box.receive(question(ALIAS))
    (job,) = office.answer_new()
    assert office.placed(job) == "placed"
    (draft,) = office.drafts
    assert draft.sender[1] == ADDRESS
    assert "Thank you for your message" in draft.text


def test_an_alias_that_only_its_owner_names_is_no_sender_at_exchange(office: Office) -> None:
    with_alias(office)
    save_preferences(office.store.records, "local", ADDRESS, Preferences(aliases=("sales@example.org",)), person="bob")
    office.box.receive(question("sales@example.org"))
    office.answer_new()
    assert [draft.sender[1] for draft in office.drafts] == [ADDRESS]


def test_a_list_that_wants_all_answers_gets_none_that_was_meant_for_one_person(connected: Office) -> None:
    fields = ("Reply-To: talk@example.net", "List-Post: <mailto:talk@example.net>", "Cc: talk@example.net")
    connected.box.receive(question(ADDRESS, *fields))
    connected.answer_new()
    assert [address for _, address in connected.drafts[0].to + connected.drafts[0].cc] == ["ann.lee@example.com"]


def test_the_quote_says_when_the_mail_was_sent_in_the_time_of_its_reader(connected: Office) -> None:
    preferences = Preferences(timezone="Asia/Tokyo")
    save_preferences(connected.store.records, "local", ADDRESS, preferences, person="bob")
    connected.box.receive(question(ADDRESS))
    connected.answer_new()
    (mail,) = connected.box.in_folder("inbox")
    sent = datetime.fromtimestamp(mail.created_at, ZoneInfo("Asia/Tokyo")).strftime("%-I:%M:%S %p")
    assert sent in connected.drafts[0].text


@pytest.mark.parametrize(
    ("fault", "keeps_properties"),
    [(AnswerLost(), False), (AnswerLost(), True), (Reset(), False)],
    ids=["answer lost", "answer lost, replies are marked", "request lost"],
)
def test_a_worker_cut_off_at_any_request_leaves_one_draft(
    connected: Office, fault: Reset, keeps_properties: bool
) -> None:
    """Each request of a delivery in turn is the last of a worker; another one takes the job over."""
    connected.box.accepts_properties_in_replies = keeps_properties
    cut = 0
    for number in range(1, 40):
        connected.box.receive(question(ADDRESS, number=number).replace(b": Lunch", b": Lunch %d" % number))
        (judged,) = connected.sync()
        first = dict.fromkeys(draft.number for draft in connected.drafts)
        connected.fake.faults.cut_after(number - 1, fault)
        connected.run(judged.job)
        is_cut = connected.fake.faults.come_back()
        job = connected.run(judged.job)
        assert (job.state, connected.placed(job)) == ("delivered", "placed"), (number, job.error)
        new = [draft for draft in connected.drafts if draft.number not in first]
        assert [judged.job in one.extended.values() for one in new] == [True], number
        assert new[0].text.count("Thank you for your message.") == 1
        cut += is_cut
        if not is_cut:
            break
    assert cut >= 5


def test_a_mailbox_that_takes_no_property_with_a_reply_gets_its_draft_all_the_same(connected: Office) -> None:
    connected.box.refuses_properties_in_replies = True
    connected.box.receive(question(ADDRESS))
    (job,) = connected.answer_new()
    (draft,) = connected.drafts
    assert connected.placed(job) == "placed"
    assert job.id in draft.extended.values()


def test_a_job_done_twice_makes_one_draft(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    (judged,) = connected.sync()
    connected.run(judged.job)
    with connected.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET state = 'ready', delivered_at = NULL")
        connection.exec_driver_sql("UPDATE effect SET state = 'intended'")
    assert connected.run(judged.job).state == "delivered"
    assert len(connected.drafts) == 1


def test_a_person_who_writes_while_we_do_wins(connected: Office) -> None:
    """The draft is changed between Microsoft's making it and our text: 412."""
    connected.box.receive(question(ADDRESS))
    (judged,) = connected.sync()
    connected.fake.before("PATCH */messages/*", lambda: connected.box.edits(connected.drafts[0], "Mine"))
    job = connected.run(judged.job)
    assert (job.state, connected.placed(job)) == ("delivered", "left_to_person")
    assert "Thank you" not in connected.drafts[0].text


def test_a_draft_that_is_deleted_at_once_stays_deleted(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    (judged,) = connected.sync()
    connected.fake.before("PATCH */messages/*", lambda: connected.box.messages.pop(connected.drafts[0].number))
    job = connected.run(judged.job)
    assert (job.state, connected.placed(job), connected.drafts) == ("delivered", "dealt_with", [])


def test_what_exchange_itself_touches_is_written_all_the_same(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    (judged,) = connected.sync()
    connected.fake.before("PATCH */messages/*", lambda: connected.box.touch(connected.drafts[0]))
    job = connected.run(judged.job)
    assert connected.placed(job) == "placed"
    assert "Thank you" in connected.drafts[0].text


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_a_newer_mail_takes_over_what_a_dead_worker_had_begun(connected: Office, number: int) -> None:
    connected.box.receive(question(ADDRESS))
    (older,) = connected.sync()
    connected.fake.faults.cut_after(number, AnswerLost())
    connected.run(older.job)
    connected.fake.faults.come_back()
    connected.fake.clock.advance(2)
    connected.box.receive(follow_up(ADDRESS))
    (newer,) = connected.sync()
    connected.run(newer.job)
    connected.run(older.job)
    assert [newer.job in draft.extended.values() for draft in connected.drafts] == [True]


def test_words_that_were_sent_twice_since_their_answer_was_lost_replace_the_draft_before(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    connected.answer_new()
    connected.fake.clock.advance(2)
    connected.box.receive(follow_up(ADDRESS))
    (newer,) = connected.sync()
    connected.fake.faults.add("PATCH */messages/*", AnswerLost(), times=1)
    job = connected.run(newer.job)
    assert (job.state, connected.placed(job)) == ("delivered", "placed")
    assert [newer.job in draft.extended.values() for draft in connected.drafts] == [True]


def test_a_draft_that_a_second_try_wrote_otherwise_is_known_as_ours(connected: Office) -> None:
    connected.box.receive(question(ADDRESS, "Cc: Carl <carl@example.com>"))
    (older,) = connected.sync()
    connected.fake.faults.add("PATCH */messages/*", Reset(), times=4)
    assert connected.run(older.job).state == "ready"
    connected.box.messages.pop(connected.drafts[0].number)
    save_preferences(connected.store.records, "local", ADDRESS, Preferences(reply_all="always"), person="bob")
    connected.fake.faults.add("PATCH */messages/*", AnswerLost(), times=4)
    assert connected.run(older.job).state == "ready"
    connected.fake.clock.advance(2)
    connected.box.receive(follow_up(ADDRESS))
    (newer,) = connected.sync()
    connected.fake.faults.clear()
    assert connected.placed(connected.run(newer.job)) == "placed"
    assert [newer.job in draft.extended.values() for draft in connected.drafts] == [True]


def test_throttling_is_waited_for_and_an_outage_tried_later(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    (judged,) = connected.sync()
    connected.fake.faults.add("POST */createReply", Refused(503), times=9)
    assert connected.run(judged.job).state == "ready"
    connected.fake.faults.clear()
    assert connected.run(judged.job).state == "delivered"
    assert len(connected.drafts) == 1


def test_a_full_mailbox_is_said_so(connected: Office) -> None:
    connected.box.is_full = True
    connected.box.receive(question(ADDRESS))
    (job,) = connected.answer_new()
    assert job.state == "failed"
    assert job.error
    assert "full" in job.error["message"]
    assert job.error["code"] == "limit"


def test_a_mail_that_was_deleted_meanwhile_needs_no_draft(connected: Office) -> None:
    source = connected.box.receive(question(ADDRESS))
    (judged,) = connected.sync()
    del connected.box.messages[source.number]
    job = connected.run(judged.job)
    assert (job.state, connected.placed(job)) == ("delivered", "dealt_with")
    assert connected.drafts == []


def test_a_mailbox_that_was_disconnected_meanwhile_is_named(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    (judged,) = connected.sync()
    connected.microsoft.accounts.remove(connected.account)
    job = connected.run(judged.job)
    assert job.error
    assert "No mailbox" in job.error["message"]
