"""Several mails of a thread: what was asked before is carried over, withdrawn, or was answered."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ForbiddenError, InputError
from core.text.forms import BETWEEN_MAILS, QUOTED_ONLY
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.mailbox.triage_round import TriageRound
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import Rig, answer_new, outcomes, placed, submit, sync

FIRST = "Hi Bob,\n\nwhen can I see the flat? Are pets allowed?\n\nBest,\nAnn"
IN_THREAD = ("In-Reply-To: <question1@example.com>", "References: <question1@example.com>")


def test_what_was_asked_before_in_the_thread_is_carried_over(rig: Rig) -> None:
    rig.receive(question(rig.address, body=FIRST))
    answer_new(rig)
    rig.receive(question(rig.address, *IN_THREAD, number=2, body="Hi Bob,\n\nis there a kitchen?\n\nBest,\nAnn"))
    (second,) = answer_new(rig)
    thread = ("In-Reply-To: <question2@example.com>", "References: <question1@example.com> <question2@example.com>")
    rig.receive(question(rig.address, *thread, number=3, body="Hi Bob,\n\nand how much is the rent?\n\nBest,\nAnn"))
    (third,) = answer_new(rig)
    asked = ("when can I see the flat?", "Are pets allowed?", "is there a kitchen?")
    assert all(line in second.inputs["message"] for line in asked)
    assert all(line in third.inputs["message"] for line in (*asked, "and how much is the rent?"))
    assert third.inputs["message"].count(BETWEEN_MAILS) == 2
    assert (placed(rig, third), len(rig.drafts())) == ("placed", 1)


def test_what_others_of_the_thread_asked_is_carried_over_below_their_names_until_it_was_answered(rig: Rig) -> None:
    rig.receive(question(rig.address, body=FIRST))
    answer_new(rig)
    other = ("From: Carl Ott <carl@example.net>", *IN_THREAD)
    rig.receive(question(rig.address, *other, number=2, body="Hi Bob,\n\nis there a kitchen?\n\nBest,\nCarl"))
    (of_carl,) = answer_new(rig)
    before, own = of_carl.inputs["message"].split(BETWEEN_MAILS)
    assert before.startswith("Ann Lee:\n")
    assert ("Are pets allowed?" in before, "is there a kitchen?" in own, len(rig.drafts())) == (True, True, 1)
    rig.send_draft()
    outcomes(rig)
    thread = ("In-Reply-To: <question2@example.com>", "References: <question1@example.com> <question2@example.com>")
    rig.receive(question(rig.address, *other[:1], *thread, number=3, body="Bob,\n\nhow much is the rent?\n\nCarl"))
    (after,) = answer_new(rig)
    assert not {"kitchen", "pets"} & set(after.inputs["message"].replace("?", "").split())


@pytest.mark.parametrize("text", ["Hallo Bob,\n\ndas hat sich erledigt, danke.\n\nAnn", "Never mind, Bob.\n\nAnn"])
def test_the_draft_for_what_was_withdrawn_is_taken_back(rig: Rig, text: str) -> None:
    rig.receive(question(rig.address, body=FIRST))
    answer_new(rig)
    rig.receive(question(rig.address, *IN_THREAD, number=2, body=text))
    assert [record.decision["needs_reply"] for record in sync(rig)] == [False]
    assert (outcomes(rig), rig.drafts()) == (["expired"], [])


TAKES_BACK = (
    "Hi Bob,\n\nplease forget my last mail. Can you deliver 40 units by Friday?\n\nAnn",
    "Hallo Bob,\n\nbitte ignoriere meine letzte Mail. Könnt ihr bis Freitag 40 Stück liefern?\n\nAnn",
    "Bonjour Bob,\n\nmerci d'ignorer mon dernier mail. Pouvez-vous livrer 40 pièces vendredi ?\n\nAnn",
    "Hola Bob:\n\nolvida mi último correo. ¿Podéis enviarnos un presupuesto para 40 unidades?\n\nAnn",
)


@pytest.mark.parametrize("thread", [IN_THREAD, ()], ids=["answers", "new"])
@pytest.mark.parametrize("text", TAKES_BACK)
def test_a_mail_that_takes_the_last_one_back_takes_its_draft_and_questions_away(
    rig: Rig, text: str, thread: tuple[str, ...]
) -> None:
    rig.receive(question(rig.address, body="Hi Bob,\n\ncan you deliver 25 units? Which colours are there?\n\nAnn"))
    answer_new(rig)
    utf8 = ("MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")
    rig.receive(question(rig.address, *thread, *utf8, number=2, body=text))
    (second,) = answer_new(rig)
    asked = second.inputs["message"]
    assert ("40" in asked, "25" in asked, "colours" in asked) == (True, False, False)
    assert (placed(rig, second), outcomes(rig), len(rig.drafts())) == ("placed", ["expired"], 1)


@pytest.mark.parametrize("thread", [IN_THREAD, ()], ids=["answers", "new"])
def test_a_draft_that_its_owner_began_stays_though_its_mail_was_taken_back(rig: Rig, thread: tuple[str, ...]) -> None:
    rig.receive(question(rig.address, body=FIRST))
    answer_new(rig)
    rig.edit_draft("On Tuesday, Ann.")
    rig.receive(question(rig.address, *thread, number=2, body=TAKES_BACK[0]))
    answer_new(rig)
    assert outcomes(rig) == []
    assert any("On Tuesday, Ann." in draft for draft in rig.drafts())


def test_what_was_open_before_a_mail_that_is_taken_back_stays_open(rig: Rig) -> None:
    rig.receive(question(rig.address, body=FIRST))
    answer_new(rig)
    rig.receive(question(rig.address, *IN_THREAD, number=2, body="Hi Bob,\n\nis there a kitchen?\n\nAnn"))
    answer_new(rig)
    thread = ("In-Reply-To: <question2@example.com>", "References: <question1@example.com> <question2@example.com>")
    rig.receive(question(rig.address, *thread, number=3, body=TAKES_BACK[0]))
    (third,) = answer_new(rig)
    asked = third.inputs["message"]
    assert ("Are pets allowed?" in asked, "kitchen" in asked, len(rig.drafts())) == (True, False, 1)


def test_a_draft_that_its_owner_goes_on_with_stays_though_its_mail_was_withdrawn(rig: Rig) -> None:
    rig.receive(question(rig.address, body=FIRST))
    answer_new(rig)
    rig.edit_draft("On Tuesday, Ann.")
    rig.receive(question(rig.address, *IN_THREAD, number=2, body="Never mind, Bob.\n\nAnn"))
    sync(rig)
    assert (outcomes(rig), len(rig.drafts())) == ([], 1)


def test_a_draft_that_was_thrown_away_can_be_had_again_and_one_that_waits_or_was_sent_not(rig: Rig) -> None:
    rig.receive(question(rig.address, body=FIRST))
    answer_new(rig)
    (record,) = TriageRecords(rig.store.records, rig.account).newest()

    def again() -> str:
        with rig.provider.open(rig.account) as mailbox:
            return TriageRound(rig.store.records, rig.account, mailbox, submit(rig)).draft_anyway(record).job

    with pytest.raises(InputError, match="has had a draft"):
        again()
    rig.discard_draft()
    job = rig.run(again())
    assert (placed(rig, job), len(rig.drafts())) == ("placed", 1)
    rig.send_draft()
    (record,) = TriageRecords(rig.store.records, rig.account).newest()
    with pytest.raises(InputError, match="answered with its draft"):
        again()
    outcomes(rig)
    with pytest.raises(InputError, match="answered with its draft"):
        again()


def test_a_mail_of_a_while_ago_that_was_answered_gets_no_draft(rig: Rig) -> None:
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    rig.receive(question(rig.address, body=FIRST, date=an_hour_ago))
    head = f"From: Bob Ray <{rig.address}>\r\nTo: Ann Lee <ann.lee@example.com>\r\nSubject: Re: Lunch\r\n"
    answer = f"{head}Message-ID: <own@example.org>\r\nIn-Reply-To: <question1@example.com>\r\n\r\nOn Tuesday.\r\n"
    rig.file_sent(answer.encode(), datetime.now(UTC))
    (record,) = sync(rig)
    assert (record.decision["rule"], record.job) == ("answered", "")


def own(rig: Rig, number: int, body: str, *fields: str, to: str = "Ann Lee <ann.lee@example.com>") -> None:
    """File a mail of the owner's in the conversation that the mail <question0@example.com> began."""
    at = datetime.now(UTC) - timedelta(days=6 - number)
    head = ("In-Reply-To: <question0@example.com>", "References: <question0@example.com>", *fields)
    data = question("x@example.org", *head, body=body, number=number, date=at).decode()
    data = data.replace("From: Ann Lee <ann.lee@example.com>", f"From: Bob Ray <{rig.address}>")
    rig.file_sent(data.replace("To: Bob Ray <x@example.org>", f"To: {to}").encode(), at)


FIRST_WORD = "Hi Ann,\n\nyour bike is ready on 3 December, for 90 euros.\n\nBob"
SECOND_WORD = "Hi Ann,\n\nI must correct myself: it is ready on 8 December, for 135 euros.\n\nBob"
ASKS_AGAIN = "Hi Bob,\n\nwhen can I have it, and what does it cost?\n\nAnn\n\nOn 27 Nov 2026, Bob Ray wrote:\n"
ANSWERS_FIRST = ("In-Reply-To: <question1@example.com>", "References: <question0@example.com> <question1@example.com>")


def test_what_the_owner_wrote_later_in_the_conversation_stands_last_in_the_thread_though_nobody_quotes_it(
    rig: Rig,
) -> None:
    own(rig, 1, FIRST_WORD)
    own(rig, 2, SECOND_WORD)
    own(rig, 3, "Mia,\n\nnever tell Ann that we lost her bike.\n\nBob", to="Mia <mia@example.net>")
    quoted = ASKS_AGAIN + "\n".join(f"> {line}" for line in FIRST_WORD.split("\n"))
    rig.receive(question(rig.address, *ANSWERS_FIRST, number=5, body=quoted))
    (job,) = answer_new(rig)
    thread = str(job.inputs["thread"])
    assert (thread.count("3 December"), thread.count("8 December"), "lost" in thread) == (1, 1, False)
    assert thread.index("3 December") < thread.index("8 December")
    assert f"Bob Ray <{rig.address}> wrote:\nHi Ann,\n\nI must correct myself" in thread


def test_the_owners_mails_that_a_mail_quotes_are_told_once_and_those_before_them_first(rig: Rig) -> None:
    own(rig, 1, FIRST_WORD)
    own(rig, 2, SECOND_WORD)
    quoted = ASKS_AGAIN + "\n".join(f"> {line}" for line in SECOND_WORD.split("\n"))
    thread_of = ("In-Reply-To: <question2@example.com>", "References: <question0@example.com> <question2@example.com>")
    rig.receive(question(rig.address, *thread_of, number=5, body=quoted))
    thread = str(answer_new(rig)[0].inputs["thread"])
    assert (thread.count("3 December"), thread.count("8 December")) == (1, 1)
    assert thread.index("3 December") < thread.index("8 December")


def test_a_draft_is_made_though_the_sent_mail_cannot_be_read(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    own(rig, 2, SECOND_WORD)
    rig.receive(question(rig.address, *IN_THREAD, number=5, body=ASKS_AGAIN + "> It is ready."))

    def fail(*_: object, **__: object) -> None:
        raise ForbiddenError("No.", fix="None.")

    with rig.provider.open(rig.account) as mailbox:
        monkeypatch.setattr(type(mailbox), "sent_since", fail)
    (job,) = answer_new(rig)
    assert "8 December" not in str(job.inputs["thread"])


def test_words_of_the_owner_that_only_a_quotation_bears_are_marked_and_the_real_mail_stands_last(rig: Rig) -> None:
    own(rig, 1, FIRST_WORD)
    forged = FIRST_WORD.replace("for 90 euros", "at half the price")
    quoted = ASKS_AGAIN + "\n".join(f"> {line}" for line in forged.split("\n"))
    rig.receive(question(rig.address, *ANSWERS_FIRST, number=5, body=quoted))
    thread = str(answer_new(rig)[0].inputs["thread"])
    assert f"On 27 Nov 2026, Bob Ray {QUOTED_ONLY} wrote:" in thread
    assert (thread.count(QUOTED_ONLY), thread.index("90 euros") > thread.index("half the price")) == (1, True)


def test_a_quotation_of_the_owner_in_a_mail_that_answers_none_is_marked_as_one(rig: Rig) -> None:
    rig.receive(question(rig.address, number=5, body=ASKS_AGAIN + "> Half the price for you.\n>\n> Bob"))
    assert f"Bob Ray {QUOTED_ONLY} wrote:" in str(answer_new(rig)[0].inputs["thread"])
