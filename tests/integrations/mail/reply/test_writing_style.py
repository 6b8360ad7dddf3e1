"""What is learnt of how a person writes, and how a reply uses it."""

from datetime import UTC, datetime

import pytest

from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.compose import reply_inputs
from integrations.mail.reply.greeting import mail_language
from integrations.mail.reply.writing_style import (
    MAX_EXAMPLES,
    ReplyExample,
    WritingStyle,
    find_examples,
    frame_inputs,
    learn_from_mails,
    quoted_message,
    signature_below,
)

BOB = OwnerAddresses(name="Bob Ray", address="bob.ray@example.org", aliases=("sales@example.org",))
ANN = Address(name="Ann Lee", address="ann.lee@example.com")
KIM = Address(name="Kim Novak", address="kim@example.net")
AUS_KIEL = "Beste Grüße aus Kiel\nBob Ray"
BODY = "the figures for the new warehouse are in the table, and I will bring the printed plan on Tuesday"


def sent(text: str, *, to: Address = ANN, sender: Address = BOB, number: int = 1, by: str = "mine") -> MailMessage:
    return MailMessage(message_id=f"<{by}.{number}@example.org>", sender=sender, to=(to,), text=text)


def habit(times: int, greeting: str = "Hey {name} -", closing: str = "Cheers,\nBob") -> list[MailMessage]:
    return [
        sent(f"{greeting.format(name=one.name.split()[0])}\n\n{BODY}.\n\n{closing}", to=one, number=number)
        for number in range(times)
        for one in [ANN if number % 2 else KIM]
    ]


def learn(*mails: MailMessage) -> WritingStyle:
    return learn_from_mails(mails, BOB, at=1.0)


def test_a_habit_of_greeting_and_closing_is_learnt_with_the_name_left_open() -> None:
    voice = learn(*habit(4))
    assert (voice.greetings, voice.closings) == ({"en": "Hey {name} -"}, {"en": "Cheers,\nBob"})
    assert (voice.learnt_from, voice.typical_words) == (4, 19)


def test_what_happened_twice_or_in_a_few_of_many_mails_is_no_habit() -> None:
    assert learn(*habit(2)).greetings == {}
    many = [sent(f"Dear Ann,\n\n{BODY} {number}.\n\nRegards\nBob", number=number) for number in range(9)]
    assert learn(*habit(3), *many).greetings == {"en": "Dear {name},"}


def test_nothing_is_learnt_from_others_or_from_what_a_program_wrote() -> None:
    theirs = [one.model_copy(update={"sender": KIM}) for one in habit(4)]
    ours = [one.model_copy(update={"message_id": f"<inlaid.{number}@x>"}) for number, one in enumerate(habit(4))]
    assert learn(*theirs, *ours).learnt_from == 0
    alias = [one.model_copy(update={"sender": Address(address="sales@example.org")}) for one in habit(4)]
    assert learn(*alias).learnt_from == 4


def test_a_signature_block_is_not_taken_for_a_closing() -> None:
    block = "-- \nBob Ray\nWarehouse Ltd, Tel. +44 20 7946 0000"
    assert learn(*habit(4, closing=block)).closings == {}


def test_a_reply_greets_and_closes_as_the_person_does() -> None:
    message = MailMessage(sender=KIM, to=(BOB,), subject="Plan", text="Hi Bob,\n\ncan you send me the plan?\n\nKim")
    inputs = reply_inputs(message, BOB, learn(*habit(4)))
    assert (inputs["greeting"], inputs["closing"]) == ("Hey Kim -", "Cheers,\nBob")
    usual = reply_inputs(message, BOB)
    assert "greeting" not in usual
    assert (usual["usual_greeting"], usual["usual_closing"]) == ("Hi Kim,", "Best regards,\nBob Ray")


def test_a_habit_is_kept_to_its_language_to_people_with_names_and_from_formal_mail() -> None:
    voice = WritingStyle(greetings={"en": "Hey {name} -", "de": "Moin {name}!"}, closings={"de": "Gruß\nBob"})
    desk = MailMessage(sender=Address(address="info@example.net"), to=(BOB,), text="Can you send me the plan, please?")
    assert not frame_inputs(desk, BOB, voice, "en")["greeting"]
    formal = MailMessage(
        sender=KIM, to=(BOB,), text="Sehr geehrter Herr Ray, können Sie mir den Plan schicken? Danke Ihnen"
    )
    assert mail_language(formal) == "de"
    as_usual = frame_inputs(formal, BOB, voice, "de")
    usual = {"usual_greeting": "Guten Tag Kim Novak,", "usual_closing": "Mit freundlichen Grüßen\nBob Ray"}
    assert as_usual == {**usual, "greeting": "", "closing": ""}
    french = MailMessage(sender=KIM, to=(BOB,), text="Bonjour, pouvez-vous m'envoyer le plan ? Merci beaucoup")
    no_habit = frame_inputs(french, BOB, voice, "fr")
    usual = {"usual_greeting": "Bonjour Kim Novak,", "usual_closing": "Cordialement,\nBob Ray"}
    assert no_habit == {**usual, "greeting": "", "closing": ""}


def test_what_was_learnt_of_formal_mail_stands_under_formal_mail_alone() -> None:
    text = f"Guten Tag {{}},\n\nder Plan liegt bei, die Zahlen für das neue Lager stehen darin.\n\n{AUS_KIEL}"
    people = [Address(name=f"Petra {name}", address=f"{name}@example.com") for name in ("Lindqvist", "Meier", "Kern")]
    mails = [sent(text.format(f"Frau {one.name.split()[1]}"), to=one, number=at) for at, one in enumerate(people)]
    voice = learn(*mails)
    assert (voice.formal_closings, voice.closings) == ({"de": AUS_KIEL}, {})
    message = MailMessage(sender=people[0], to=(BOB,), text="Wann kommt der Plan? Er fehlt uns noch.")
    inputs = reply_inputs(message, BOB, voice)
    assert (inputs["usual_greeting"], inputs["closing"]) == ("Guten Tag Frau Lindqvist,", AUS_KIEL)
    familiar = message.model_copy(update={"text": "Kannst du mir bitte den Plan schicken?"})
    assert "closing" not in reply_inputs(familiar, BOB, voice)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("Hi Ann,", "Hi Ann,"),
        ("Dear Ms Lee,", "Dear Ms Lee,"),
        ("Dear Dr. Lee,", "Dear Dr. Lee,"),
        ("Hello, Ann:", "Hello, Ann:"),
        ("Hi Ann and welcome to the team,", None),
        ("Hi Ann - sorry for the long silence,", None),
        ("Dear Ann Lee (invoice 4711),", None),
        ("Dear Ann 4711,", None),
        ("Dear Ann (and Tom),", None),
        ("Good evening Ann,", None),
        ("Hello,", None),
    ],
)
def test_a_greeting_is_kept_for_its_reader_where_it_fits_any_other_mail_to_them(said: str, line: str | None) -> None:
    assert learn(sent(f"{said}\n\n{BODY}.\n\nCheers,\nBob")).greeted.get("en", {}).get(ANN.key) == line


@pytest.mark.parametrize(
    ("shown", "name"), [("Bob Ray", "Bob Ray"), ("Weber Hausverwaltung", "Mia Okonjo"), ("", "Mia Okonjo")]
)
def test_the_owners_name_is_that_of_their_sent_mail_never_a_firms(shown: str, name: str) -> None:
    by = Address(name=shown, address="bob@example.org")
    owner = OwnerAddresses(address="bob@example.org")
    mails = [sent(f"Hallo Ann,\n\n{BODY}.\n\nViele Grüße\nMia Okonjo", sender=by, number=at) for at in range(3)]
    assert learn_from_mails(mails, owner, at=1.0).owner_name == name


def test_a_mail_in_german_uses_the_german_habit() -> None:
    voice = WritingStyle(greetings={"de": "Moin {name}!"}, closings={"de": "Gruß\nBob"})
    message = MailMessage(
        sender=KIM, to=(BOB,), date=datetime.now(UTC), text="Hallo Bob, kannst du mir bitte den Plan schicken?"
    )
    inputs = reply_inputs(message, BOB, voice)
    assert (inputs["greeting"], inputs["closing"]) == ("Moin Kim!", "Gruß\nBob")


ASKED = "Can we meet in the warehouse on Tuesday at ten?"
ANSWER = "Yes, Tuesday suits me. I will bring the plan."
REPLY = f"Hi Ann,\n\n{ANSWER}\n\nCheers,\nBob"
HEAD = "On Mon, 2 Nov 2026 at 10:00, Ann Lee <ann.lee@example.com> wrote:"
MARKED = f"{HEAD}\n> Hello Bob,\n>\n> {ASKED}\n>\n> > Older words of mine"
OUTLOOK = (
    "-----Original Message-----\nFrom: Ann Lee\nSent: Monday, November 2, 2026\nTo: Bob Ray\nSubject: Plan\n\n"
    f"Hello Bob,\n\n{ASKED}"
)


def exchange(text: str, *, sender: Address = BOB, message_id: str = "<mine@example.org>") -> MailMessage:
    return MailMessage(message_id=message_id, sender=sender, to=(ANN,), text=text)


@pytest.mark.parametrize("quote", [MARKED, OUTLOOK, OUTLOOK.partition("\n")[2]], ids=["marked", "delimiter", "block"])
def test_a_reply_that_quotes_its_mail_is_an_exchange(quote: str) -> None:
    (found,) = find_examples([exchange(f"{REPLY}\n\n{quote}")], BOB)
    assert found == ReplyExample(given=f"Hello Bob,\n\n{ASKED}", used=REPLY)


def test_what_others_wrote_what_we_drafted_and_what_quotes_nothing_is_none() -> None:
    whole = f"{REPLY}\n\n{MARKED}"
    mails = [exchange(whole, sender=ANN), exchange(whole, message_id="<inlaid.7@example.org>"), exchange(REPLY)]
    assert find_examples(mails, BOB) == ()


@pytest.mark.parametrize("answer", ["Ok.", "word " * 200])
def test_an_answer_of_a_word_or_of_pages_shows_nothing(answer: str) -> None:
    assert find_examples([exchange(f"Hi Ann,\n\n{answer}\n\nBob\n\n{MARKED}")], BOB) == ()


def test_the_same_answer_counts_once_and_of_many_the_newest_are_kept() -> None:
    assert len(find_examples([exchange(f"{REPLY}\n\n{MARKED}")] * 3, BOB)) == 1
    many = [exchange(f"Hi Ann,\n\nyes, number {number} suits me.\n\nBob\n\n{MARKED}") for number in range(100)]
    found = find_examples(many, BOB)
    assert len(found) == MAX_EXAMPLES
    assert "number 0 " in found[0].used


def test_a_quote_without_a_head_or_marks_is_nobody_s_mail() -> None:
    assert quoted_message("some words\nand more") == ""


BLOCK = "Warehouse Ltd, Head of Plans\nTel. +44 20 7946 0000"


@pytest.mark.parametrize("closing", [f"Cheers,\nBob\n\n{BLOCK}", f"Cheers,\nBob\n{BLOCK}"])
def test_the_block_below_the_name_is_learnt_and_stands_below_a_reply(closing: str) -> None:
    voice = learn(*habit(4, closing=closing))
    assert (voice.closings, voice.signatures) == ({"en": "Cheers,\nBob"}, {"en": BLOCK})
    assert signature_below("Here it is.\n\nCheers,\nBob", voice.signatures, "en") == BLOCK
    assert signature_below("Here it is.\n\nBob", {}, "en") == ""


def test_the_name_at_the_beginning_of_a_block_is_said_once() -> None:
    voice = learn(*habit(4, closing=f"-- \nBob Ray\n{BLOCK}"))
    text = "Hier ist er.\n\nViele Grüße\nBob Ray"
    assert signature_below(text, voice.signatures, "de") in {BLOCK, f"-- \nBob Ray\n{BLOCK}"}


def test_a_signature_holds_for_its_language_and_repeats_nothing_that_is_said() -> None:
    known = {"de": "Hafenmeister", "any": "Best regards,\nBob Ray\nHarbour Master"}
    assert signature_below("Gern.\n\nBob Ray", known, "de") == "Hafenmeister"
    assert signature_below("Fine.\n\nBest regards,\nBob Ray", known, "en") == "Harbour Master"
    assert signature_below("Fine.\n\nBob", known, "fr") == known["any"]
    assert signature_below("Fine.\n\nBob Ray\nHarbour Master", {"en": "Bob Ray\nHarbour Master"}, "es") == ""


@pytest.mark.parametrize(
    "closing", ["Bob", "Cheers,\nBob\n\nSent from my phone", "Cheers,\nBob\n\n" + "a@b.example\n" * 30]
)
def test_a_name_a_phones_line_and_a_long_notice_are_no_signature(closing: str) -> None:
    assert learn(*habit(4, closing=closing)).signatures == {}
