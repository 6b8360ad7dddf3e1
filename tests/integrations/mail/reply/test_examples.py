"""Past replies are found beside what they answered, whichever way a mail program quotes."""

import pytest

from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import Message
from integrations.mail.reply.examples import MAX_EXAMPLES, ReplyExample, find_examples, quoted_message

BOB = OwnerAddresses(name="Bob Ray", address="bob.ray@example.org")
ANN = Address(name="Ann Lee", address="ann.lee@example.com")
ASKED = "Can we meet in the warehouse on Tuesday at ten?"
ANSWER = "Yes, Tuesday suits me. I will bring the plan."
REPLY = f"Hi Ann,\n\n{ANSWER}\n\nCheers,\nBob"
HEAD = "On Mon, 2 Nov 2026 at 10:00, Ann Lee <ann.lee@example.com> wrote:"
MARKED = f"{HEAD}\n> Hello Bob,\n>\n> {ASKED}\n>\n> > Older words of mine"
OUTLOOK = (
    "-----Original Message-----\nFrom: Ann Lee\nSent: Monday, November 2, 2026\nTo: Bob Ray\nSubject: Plan\n\n"
    f"Hello Bob,\n\n{ASKED}"
)


def sent(text: str, *, sender: Address = BOB, message_id: str = "<mine@example.org>") -> Message:
    return Message(message_id=message_id, sender=sender, to=(ANN,), text=text)


@pytest.mark.parametrize("quote", [MARKED, OUTLOOK, OUTLOOK.partition("\n")[2]], ids=["marked", "delimiter", "block"])
def test_a_reply_that_quotes_its_mail_is_an_exchange(quote: str) -> None:
    (found,) = find_examples([sent(f"{REPLY}\n\n{quote}")], BOB)
    assert found == ReplyExample(given=f"Hello Bob,\n\n{ASKED}", used=REPLY)


def test_what_others_wrote_what_we_drafted_and_what_quotes_nothing_is_none() -> None:
    whole = f"{REPLY}\n\n{MARKED}"
    mails = [sent(whole, sender=ANN), sent(whole, message_id="<inlaid.7@example.org>"), sent(REPLY)]
    assert find_examples(mails, BOB) == ()


@pytest.mark.parametrize("answer", ["Ok.", "word " * 200])
def test_an_answer_of_a_word_or_of_pages_shows_nothing(answer: str) -> None:
    assert find_examples([sent(f"Hi Ann,\n\n{answer}\n\nBob\n\n{MARKED}")], BOB) == ()


def test_the_same_answer_counts_once_and_of_many_the_newest_are_kept() -> None:
    assert len(find_examples([sent(f"{REPLY}\n\n{MARKED}")] * 3, BOB)) == 1
    many = [sent(f"Hi Ann,\n\nyes, number {number} suits me.\n\nBob\n\n{MARKED}") for number in range(100)]
    found = find_examples(many, BOB)
    assert len(found) == MAX_EXAMPLES
    assert "number 0 " in found[0].used


def test_a_quote_without_a_head_or_marks_is_nobody_s_mail() -> None:
    assert quoted_message("some words\nand more") == ""
