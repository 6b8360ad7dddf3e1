"""The storm of mail: what it lets arrive, and how it changes a draft as its owner does."""

from datetime import UTC, datetime

import pytest

from benchmarks.mail_storm import EDITED_THREADS, Progress, Storm, wait
from benchmarks.mail_storm_providers import CHANGE, USER, changed_by_owner
from integrations.mail.mailbox.placing import content_hash
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import parse_message
from integrations.mail.reply.compose import compose_reply
from tests.integrations.mail.imap.mails import question

ONE_LINE = "Thank you for asking about lunch."
WITH_FRAME = "Hallo Jürgen,\n\nam Dienstag geht es um zwölf.\n\nBest regards,\nBob Ray"
HTML = b"Subject: Lunch\r\nContent-Type: text/html; charset=utf-8"


@pytest.mark.parametrize("text", [ONE_LINE, WITH_FRAME])
@pytest.mark.parametrize("subject", [b"Subject: Lunch", HTML], ids=["plain", "html"])
def test_a_draft_of_any_words_is_changed_by_its_owner_and_stays_in_its_thread(text: str, subject: bytes) -> None:
    source = parse_message(question(USER, "References: <thread1@example.com>").replace(b"Subject: Lunch", subject))
    owner, date = Address(name="Bob Ray", address=USER), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    draft = compose_reply(source, text, owner=owner, message_id="<inlaid.job@example.org>", date=date)
    changed = changed_by_owner(draft)
    before, after = parse_message(draft), parse_message(changed)
    assert content_hash(changed) != content_hash(draft)
    assert after.text.startswith(f"{CHANGE}\n\n{text}\n")
    assert (after.message_id, after.references, after.to) == (before.message_id, before.references, before.to)
    assert b"\n" not in changed.replace(b"\r\n", b"")


@pytest.mark.parametrize("mails", [15, 30, 500])
def test_a_storm_of_any_size_has_as_many_mails_as_asked_and_as_many_threads_as_its_bar(mails: int) -> None:
    storm = Storm(mails)
    arriving = [*(storm.first(thread) for thread in range(EDITED_THREADS)), *storm.all()]
    roots = {root for data in arriving for root in parse_message(data).references}
    assert (len(arriving), len(roots)) == (mails, storm.threads)


def test_a_storm_with_too_few_mails_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 15"):
        Storm(14)


class Standing:
    """A mailbox in which nothing goes on."""

    def judged(self) -> int:
        return 3


def test_a_wait_ends_in_time_and_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress("gmail", Standing(), 40)
    assert wait(lambda: True, progress, 0.0)
    assert capsys.readouterr().err == ""
    assert not wait(lambda: False, progress, 0.6)
    assert capsys.readouterr().err == "gmail: 0 s, 3 of 40 decided\n"
