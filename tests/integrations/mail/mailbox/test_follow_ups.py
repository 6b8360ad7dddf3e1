"""Questions that nobody answered are followed up, whoever provides the mailbox."""

from integrations.mail.mailbox.follow_ups import follow_up
from integrations.mail.mailbox.preferences import Preferences
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import (
    Rig,
    own_mail,
    submit,
    want,
)


def test_an_open_question_is_followed_up_once_until_its_answer_comes(rig: Rig) -> None:
    want(rig, Preferences(follow_up_days=3))
    own_mail(rig, days=4, number=31)
    own_mail(rig, days=1, number=32)
    assert follow_up(rig.store, rig.provider, rig.account, submit(rig)) == 1
    (job,) = rig.store.jobs.list()
    assert (rig.run(job.id).state, len(rig.drafts())) == ("delivered", 1)
    rig.receive(question(rig.address, "In-Reply-To: <question31@example.com>", body="Here it is.", number=33))
    follow_up(rig.store, rig.provider, rig.account, submit(rig))
    assert rig.drafts() == []
    assert len(rig.store.jobs.list()) == 1
