"""What a person sets, on a real Dovecot: drafts on request, limits of a day, quiet times, whom to answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.drafts import Draft
from core.job import Job
from core.ports import Progress
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.message.message import parse_message
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import newsletter, question


def prefer(mailbox: Mailbox, **values: object) -> None:
    account = mailbox.account
    save_preferences(mailbox.store.records, "local", account.name, Preferences(**values), person=account.person)  # type: ignore[arg-type] # names and kinds as the tests give them


def mark(mailbox: Mailbox, uid: int, flag: bytes) -> None:
    with mailbox.server.client(mailbox.account.user) as client:
        client.select_folder("INBOX")
        client.add_flags([uid], [flag])


@pytest.mark.parametrize(("setting", "flag"), [("flagged", b"\\Flagged"), ("Inlaid", b"Inlaid")])
def test_a_marked_mail_gets_a_draft_whatever_else_holds_and_once(mailbox: Mailbox, setting: str, flag: bytes) -> None:
    user = mailbox.account.user
    prefer(mailbox, on_request=setting)
    mailbox.receive(newsletter(user), question(user, body="FYI, the lift is repaired.", number=2))
    assert [bool(record.job) for record in mailbox.sync()] == [False, False]
    assert mailbox.accounts.cursor(mailbox.account).modseq > 0
    mark(mailbox, 1, flag)
    (asked,) = mailbox.sync()
    assert (asked.uid, asked.decision["rule"], bool(asked.job)) == (1, "requested", True)
    mailbox.deliver(asked)
    assert len(mailbox.drafts()) == 1
    assert mailbox.sync() == []
    mark(mailbox, 1, b"\\Seen")
    assert mailbox.sync() == []


def test_old_marks_are_left_alone(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    mailbox.server.receive(newsletter(user), user=user, at=datetime.now(UTC) - timedelta(days=20))
    mark(mailbox, 1, b"\\Flagged")
    prefer(mailbox, on_request="flagged")
    assert mailbox.sync() == []


def test_a_mark_means_nothing_unless_it_is_set_to(mailbox: Mailbox) -> None:
    mailbox.receive(newsletter(mailbox.account.user))
    mailbox.sync()
    mark(mailbox, 1, b"\\Flagged")
    assert mailbox.sync() == []


def test_marks_of_before_count_once_it_is_set_that_they_mean_something(mailbox: Mailbox) -> None:
    mailbox.receive(newsletter(mailbox.account.user))
    mailbox.sync()
    mark(mailbox, 1, b"\\Flagged")
    assert mailbox.sync() == []
    prefer(mailbox, on_request="flagged")
    mailbox.provider.take_preferences(mailbox.account)
    assert [record.decision["rule"] for record in mailbox.sync()] == ["requested"]


def test_no_more_drafts_than_a_day_may_have_except_by_request(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    prefer(mailbox, drafts_per_day=2, on_request="flagged")
    mailbox.receive(*(question(user, number=number) for number in range(1, 5)))
    assert [record.decision["rule"] for record in mailbox.sync()] == ["asked", "asked", "day_limit", "day_limit"]
    mark(mailbox, 3, b"\\Flagged")
    assert [record.decision["rule"] for record in mailbox.sync()] == ["requested"]
    mailbox.receive(question(user, number=5))
    assert [record.decision["rule"] for record in mailbox.sync()] == ["day_limit"]


def test_a_threshold_of_ones_own_decides(mailbox: Mailbox) -> None:
    prefer(mailbox, threshold=1.0)
    mailbox.receive(question(mailbox.account.user))
    (judged,) = mailbox.sync()
    assert (judged.decision["rule"], 0.5 < judged.decision["probability"] < 1.0) == ("not_asked", True)


def test_mail_that_comes_while_the_mailbox_rests_is_looked_at_afterwards(mailbox: Mailbox) -> None:
    def look() -> int:
        mailbox.provider.catch_up(mailbox.account, mailbox.submit)
        return len(mailbox.store.jobs.list())

    mailbox.receive(question(mailbox.account.user))
    prefer(mailbox, paused=True)
    assert look() == 0
    prefer(mailbox)
    assert look() == 1


def test_aliases_are_ones_own_and_a_reply_may_go_to_all(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    prefer(mailbox, aliases=("team@example.org",), reply_all="always")
    mailbox.receive(question("team@example.org", f"Cc: Kim <kim@example.net>, {user}"))
    mailbox.answer_new()
    (draft,) = [parse_message(data) for data in mailbox.drafts()]
    assert [one.address for one in draft.to] == ["ann.lee@example.com"]
    assert [one.address for one in draft.cc] == ["kim@example.net"]


def only_gaps(job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
    return Draft(recipe=job.recipe, text="Hi Ann,\n\n[[What do you want to reply?]]", skeleton=True)


def test_a_draft_of_questions_alone_is_placed_only_when_its_owner_wants_it(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    mailbox.generate = only_gaps
    mailbox.receive(question(user))
    (left,) = mailbox.answer_new()
    assert mailbox.drafts() == []
    assert mailbox.store.effects.get_detail(left, "draft")["placed"] == "only_gaps"
    prefer(mailbox, gaps_only=True)
    mailbox.receive(question(user, number=2))
    mailbox.answer_new()
    assert len(mailbox.drafts()) == 1


@pytest.mark.parametrize(
    ("told", "drafts"),
    [("it smells of burnt plastic in the cellar", 1), ("we put the gas heater into the closed tent last night", 0)],
)
def test_a_sure_danger_is_placed_though_only_questions_are_left(mailbox: Mailbox, told: str, drafts: int) -> None:
    mailbox.generate = only_gaps
    mailbox.receive(question(mailbox.account.user, body=f"Hi Bob,\n\n{told}. When do you send the invoice?\n\nAnn"))
    mailbox.answer_new()
    assert len(mailbox.drafts()) == drafts


def test_who_asks_for_a_draft_gets_one_of_questions_alone(mailbox: Mailbox) -> None:
    mailbox.generate = only_gaps
    prefer(mailbox, on_request="flagged")
    mailbox.receive(newsletter(mailbox.account.user))
    mailbox.sync()
    mark(mailbox, 1, b"\\Flagged")
    mailbox.answer_new()
    assert len(mailbox.drafts()) == 1


def test_a_correction_counts_for_the_next_mail_of_its_sender(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    prefer(mailbox, never_for=("ann.lee@example.com",))
    mailbox.receive(question(user))
    assert [record.decision["rule"] for record in mailbox.sync()] == ["never_for"]
    prefer(mailbox, draft_for=("@example.com",))
    listed = question(user, "List-Unsubscribe: <mailto:leave@example.com>", body="Can you come?", number=2)
    mailbox.receive(listed, question(user, body="Thanks, it arrived.", number=3))
    assert [record.decision["rule"] for record in mailbox.sync()] == ["asked", "draft_for"]


def test_a_mark_gets_no_draft_for_a_fraud_until_its_sender_is_known(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    prefer(mailbox, on_request="flagged")
    mailbox.receive(question(user).replace(b"ann.lee@example.com", b"dan@exampie.org"))
    mark(mailbox, 1, b"\\Flagged")
    assert [(record.decision["rule"], bool(record.job)) for record in mailbox.sync()] == [("suspicious", False)]
    assert mailbox.sync() == []
    prefer(mailbox, on_request="flagged", draft_for=("dan@exampie.org",))
    mark(mailbox, 1, b"\\Seen")  # servers tell of what changed
    assert [(record.decision["rule"], bool(record.job)) for record in mailbox.sync()] == [("requested", True)]
