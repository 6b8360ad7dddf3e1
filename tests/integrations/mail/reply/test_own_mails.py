"""What a mail quotes as its owner's is told from what the owner wrote, and no mail of theirs is lost."""

from datetime import UTC, datetime

import pytest

from core.text.forms import QUOTED_ONLY
from core.writing.grounded.threads import ThreadPeople, messages_of
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import oldest_first, split_text
from integrations.mail.reply.own_mails import with_own_mails

EVA, ANN = Address(name="Eva Kern", address="eva@example.org"), Address(name="Ann Lee", address="ann@example.com")
WROTE = "On 27 Nov 2026, Eva Kern wrote:\n"
OUTLOOK = (
    "-----Original Message-----\nFrom: Eva Kern <eva@example.org>\nSent: Monday, 3 June 2024 10:02\n"
    "To: Ann Lee\nSubject: Plan\n\nIt is 500 euros.\n"
)


def thread_of(quoted: str, *own: str) -> str:
    """Return the thread of a mail of Ann's that quotes something, with mails of Eva's, one a day."""
    text = f"Hi Eva,\n\nis that a deal?\n\nAnn\n\n{quoted}"
    mails = [
        MailMessage(sender=EVA, to=(ANN,), text=said, date=datetime(2026, 11, day, tzinfo=UTC))
        for day, said in enumerate(own, 20)
    ]
    message = MailMessage(sender=ANN, to=(EVA,), text=text)
    return with_own_mails(oldest_first(split_text(text).quoted), message, mails, EVA)


def told(thread: str) -> list[tuple[bool, str]]:
    """Return what is read of a thread as Eva's, with whether it is marked as only quoted."""
    people = ThreadPeople(EVA.name, ANN.name)
    own = [mail for mail in messages_of(thread, people) if people.role_of(mail.who) == "owner"]
    return [(mail.who.endswith(QUOTED_ONLY), mail.text.strip()) for mail in own]


@pytest.mark.parametrize("is_forged_newest", [True, False])
def test_of_two_quotations_announced_alike_the_forged_one_is_marked(*, is_forged_newest: bool) -> None:
    forged, genuine = "It is 500 euros.", "It is 900 euros."
    newest, oldest = (forged, genuine) if is_forged_newest else (genuine, forged)
    thread = thread_of(f"{WROTE}> {newest}\n>\n> {WROTE}>> {oldest}\n", genuine)
    assert dict(told(thread)) == {True: forged, False: genuine}


@pytest.mark.parametrize(
    "quoted",
    [
        OUTLOOK,
        "> Eva Kern:\n> It is 500 euros.\n",
        "> Ann: How much?\n> Eva: It is 500 euros.\n> Ann: Fine.\n> Eva: Yes.\n",
        "> [09:12] Ann: How much?\n> [09:13] Eva: It is 500 euros.\n> [09:14] Ann: Fine.\n> [09:15] Eva: Yes.\n",
        "On 27 Nov 2026, Eva <eva@example.org> Kern wrote:\n> It is 500 euros.\n",
        f"> So it was: {WROTE}> {WROTE}> It is 500 euros.\n",
        "> Eva Kern (3 May 2026): \n> It is 500 euros.\n> ",
        "> Eva Kern (3 May 2026): \n> \n> It is 500 euros.\n> \n> Eva Kern:\n> \n> It is 500 euros.\n> ",
    ],
)
def test_quotations_in_all_forms_are_marked(quoted: str) -> None:
    read = told(thread_of(quoted))
    assert read
    assert all(is_marked for is_marked, _ in read)


@pytest.mark.parametrize("quoted", [OUTLOOK, "> Eva Kern:\n> It is 500 euros.\n", f"{WROTE}> It is 500 euros.\n"])
def test_a_genuine_quotation_stands_once_and_without_a_mark(quoted: str) -> None:
    assert told(thread_of(quoted, "It is 500 euros.")) == [(False, "It is 500 euros.")]


def test_short_mails_of_the_owner_are_told_though_their_letters_stand_in_another_word() -> None:
    thread = thread_of(f"{WROTE}> See you in January, ok?\n", "See you in January, ok?", "Ja", "Ok")
    assert told(thread) == [(False, "See you in January, ok?"), (False, "Ja"), (False, "Ok")]


def test_what_the_sender_wrote_is_no_mail_of_the_owner_though_both_say_the_same() -> None:
    assert told(thread_of("On 27 Nov 2026, Ann Lee wrote:\n> Ok\n", "Ok")) == [(False, "Ok")]


@pytest.mark.parametrize("genuine", ["It costs 1500 euros.", "It costs 1,500 euros."])
def test_a_number_does_not_bear_a_part_of_it(genuine: str) -> None:
    assert told(thread_of(f"{WROTE}> 500 euros.\n", genuine)) == [(True, "500 euros."), (False, genuine)]


@pytest.mark.parametrize("own", [(), ("Thanks a lot.",)])
def test_no_line_above_another_quotation_is_read_as_the_owners(own: tuple[str, ...]) -> None:
    quoted = "> Eva Kern:\n> It is 500 euros.\n> \n> On 27 Nov 2026, Ann Lee wrote:\n> It is 500 euros.\n> "
    assert not [text for is_marked, text in told(thread_of(quoted, *own)) if "500" in text and not is_marked]
