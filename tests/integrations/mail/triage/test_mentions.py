"""What a person asks the owner through a tool or a site is a person's question; what tools say besides is not."""

import pytest

from core.text.asks import find_wanted
from integrations.mail.message.message import parse_message
from integrations.mail.reply.compose import reply_inputs
from integrations.mail.triage.mentions import calls_owner, names_owner
from integrations.mail.triage.weighing import facts_of
from tests.integrations.mail.samples import OWNER, decided, mail


def mention(text: str, *fields: str) -> bytes:
    """Return what a forge sends when somebody has commented: to a list, with the owner in Cc."""
    head = ["From: Tom Wren <notifications@github.com>", "To: acme/site <site@noreply.github.com>"]
    head += ["Cc: Bob Ray <bob.ray@example.org>", "List-Id: <site.acme.github.com>", "Precedence: list", *fields]
    return "\n".join([*head, "Subject: Re: [acme/site] Opening hours (Issue #12)", "", text, ""]).encode()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("@bobray are the hours on the page still right? I cannot merge until I know.", ("X-GitHub-Reason: mention",)),
        ("[~bob.ray] which of the two numbers shall I keep?\n\nYou are receiving this because you were mentioned.", ()),
    ],
)
def test_what_a_person_asks_through_a_tool_is_a_persons(text: str, fields: tuple[str, ...]) -> None:
    assert decided(parse_message(mention(text, *fields)), OWNER).needs_reply


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (
            "From: Clinics portal <portal@clinics.example>\nAuto-Submitted: auto-generated\nSubject: [INC-48] Comment",
            "A comment was added to your ticket INC-48.\n\nDr Ann Plate wrote on 8 October 2026 at 13:55:\n"
            '"Bob, the import runs again, thanks. But 31 cases are missing. Will you enter them, or shall we?"\n\n'
            "Reply to this mail to add a comment.",
        ),
        (
            "From: Pasarela WhatsApp <wa-noreply@canal.example>\nSubject: Mensaje de Rocío Almansa",
            "Rocío Almansa escribió a las 13:21:\n\nBob!! el de las ventanas quiere hablar contigo. ¿Lo llamas tú?\n\n"
            "Conteste desde la aplicación o respondiendo a este correo.",
        ),
    ],
)
def test_what_stands_below_the_name_of_who_wrote_to_a_tool_is_its_message(head: str, text: str) -> None:
    content = f"{head}\nTo: Bob Ray <bob.ray@example.org>\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    message = parse_message(content.encode())
    assert decided(message, OWNER).needs_reply
    given = reply_inputs(message, OWNER)
    assert "Bob" in given["message"]
    assert not given.get("thread")


COMMENTED = (
    "From: Clinics portal <portal@clinics.example>\nAuto-Submitted: auto-generated\nSubject: [INC-48] Comment\n"
    "To: Bob Ray <bob.ray@example.org>\n\n"
)


def test_what_the_owner_wrote_before_is_no_message_of_a_tool() -> None:
    older = "Bob Ray wrote on 7 October 2026 at 9:10:\nWill you enter the 31 cases, or shall we?\n"
    thanks = "A comment was added.\n\nAnn Plate wrote on 8 October 2026 at 13:55:\nThanks Bob, all is well now.\n\n"
    split = facts_of(parse_message((COMMENTED + thanks + older).encode()), OWNER).split
    assert split.new_text.endswith("Thanks Bob, all is well now.")
    assert "31 cases" in split.quoted
    received = facts_of(parse_message((COMMENTED + "We have your mail.\n\n" + older).encode()), OWNER).split
    assert received.new_text == "We have your mail."


def test_a_tool_that_names_the_person_as_who_gets_the_answer_shows_their_words_too() -> None:
    head = "From: Gateway <noreply@gate.example>\nReply-To: Ann Lee <ann.lee@reed.example>\nSubject: A message\n"
    text = "Ann Lee wrote on 8 October 2026 at 13:21:\n\nThe fitter wants to talk to you. Can you call him today?"
    message = parse_message(f"{head}To: Bob Ray <bob.ray@example.org>\n\n{text}\n".encode())
    assert decided(message, OWNER).needs_reply
    assert "call him today" in reply_inputs(message, OWNER)["message"]


def test_what_a_person_marks_as_a_quote_is_not_their_own_words_in_the_reply() -> None:
    text = "I am not sure about this clause of yours:\n\n> The tenant pays 900 euros by Friday.\n\nCould you change it?"
    given = reply_inputs(parse_message(mail(text)), OWNER)
    assert "900 euros" not in given["message"]
    assert "900 euros" in given["thread"]


def test_what_a_person_quotes_below_their_words_stays_a_quote() -> None:
    text = "As promised.\n\nOn 8 October 2026 at 13:55, Bob Ray <bob.ray@example.org> wrote:\nWill you enter the cases?"
    assert facts_of(parse_message(mail(text)), OWNER).split.new_text == "As promised."


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("the hours are on the page, @bobray knows", True),
        ("(@bob.ray) knows", True),
        ("write to hours@bobray.example about it", False),
        ("write to first.last@ray.example about it", False),
    ],
)
def test_the_sign_within_an_address_names_nobody(text: str, is_named: bool) -> None:
    assert names_owner(facts_of(parse_message(mail(text)), OWNER)) is is_named


def test_what_others_discuss_in_a_tool_is_theirs_and_no_machines() -> None:
    others = mention("@tomwren are the hours still right? I cannot merge until I know.", "X-GitHub-Reason: subscribed")
    found = decided(parse_message(others), OWNER)
    assert (found.needs_reply, found.rule) == (False, "copy")


def test_a_mail_that_asks_for_a_rating_through_a_tool_is_no_question() -> None:
    shop = "Shop wrote: how did we do? Rate your order in one click.\n\nUnsubscribe: https://shop.example/u"
    assert not decided(parse_message(mail(shop, "From: Shop <noreply@shop.example>")), OWNER).needs_reply


def test_a_mail_to_the_subscribers_of_a_list_is_no_question_to_one_of_them() -> None:
    fields = ("List-Id: <news.example.net>", "List-Unsubscribe: <mailto:leave@example.net>")
    asked = "Would you like to see our new offers?"
    assert decided(parse_message(mail(asked, *fields)), OWNER).rule == "list"
    assert decided(
        parse_message(mail("Hi Bob,\n\ncan you send me the plan of the roof?\n\nAnn", *fields)), OWNER
    ).needs_reply


@pytest.mark.parametrize(
    ("text", "is_called"),
    [
        ("Ann, can you ask the printer?\n\nBob, you need not do a thing.", False),
        ("Ann: how many chairs?\nBob: how many tables?", True),
        ("Bob: the tables are here.\nAnn: how many chairs?", False),
        ("Bob -- as we said, please prepare the new lease.\n\nTell me when it is ready.", True),
        ("Bob \u2014 please prepare the new lease.", True),
    ],
)
def test_a_line_to_the_owner_calls_them_when_it_asks_them(text: str, is_called: bool) -> None:
    facts = facts_of(parse_message(mail(text)), OWNER)
    assert calls_owner(facts, find_wanted(text)) == is_called
