"""Drafts are standards-clean mails: threaded, addressed to the right people, closed to injection."""

from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from core.drafts import MAX_GAP_CHARS, find_gaps
from core.errors import MessageError
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.plans import PLANS
from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage, owner_of, parse_message
from integrations.mail.message.quotes import split_text
from integrations.mail.reply.compose import (
    GAP_SIGN,
    compose_new,
    compose_reply,
    is_answered_to_all,
    plain_body,
    reply_inputs,
    reply_recipients,
    reply_references,
    reply_subject,
)
from integrations.mail.reply.greeting import mail_language
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.integrations.mail.samples import CORPUS, OWNER, mail

ANN = Address(name="Ann Lee", address="ann@example.com")
BOB = OwnerAddresses(name="Bob Ray", address="bob@example.org", aliases=("bobby@example.org",))
CARL = Address(address="carl@example.com")
DATE = datetime(2026, 1, 2, 10, 0, tzinfo=UTC)
ORIGINAL = MailMessage(
    message_id="<2@example.com>",
    references=("<1@example.com>",),
    subject="Lunch",
    sender=ANN,
    to=(BOB, CARL),
    cc=(Address(address="dora@example.com"), Address(address="BOBBY+x@example.org")),
    date=datetime(2026, 1, 1, 9, 30, tzinfo=timezone(timedelta(hours=2))),
    text="Can you come?\n> earlier\n-- \nAnn",
)


def reply(original: MailMessage = ORIGINAL, text: str = "Yes.\n\nBob", *, reply_all: bool = False) -> bytes:
    return compose_reply(original, text, owner=BOB, reply_all=reply_all, message_id="<3@example.org>", date=DATE)


def strict(data: bytes) -> EmailMessage:
    """Read a draft with the standard library's strict policy; its headers must have no defects."""
    message = message_from_bytes(data, policy=SMTP)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    assert not [defect for value in message.values() for defect in value.defects]
    return message


def test_a_reply_is_threaded_dated_and_opens_as_a_draft() -> None:
    message = strict(reply())
    assert dict(message.items()) == {
        "From": "Bob Ray <bob@example.org>",
        "To": "Ann Lee <ann@example.com>",
        "Subject": "Re: Lunch",
        "Date": "Fri, 02 Jan 2026 10:00:00 +0000",
        "Message-ID": "<3@example.org>",
        "In-Reply-To": "<2@example.com>",
        "References": "<1@example.com> <2@example.com>",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"; format="flowed"',
        "Content-Transfer-Encoding": "quoted-printable",
    }


def test_the_original_stands_quoted_below_and_is_found_again() -> None:
    text = parse_message(reply()).text
    assert text == (
        "Yes.\n\nBob\n\nOn 2026-01-01 at 09:30, Ann Lee <ann@example.com> wrote:\n"
        "> Can you come?\n>> earlier\n> --\n> Ann"
    )
    assert split_text(text).new_text == "Yes."


def test_the_blank_behind_the_dashes_of_a_signature_is_kept() -> None:
    assert parse_message(reply(text="Yes. \n-- \nBob")).text.startswith("Yes.\n-- \nBob\n\nOn ")


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert reply() == reply()


def test_html_originals_get_both_versions_and_none_of_their_markup() -> None:
    original = ORIGINAL.model_copy(update={"has_html": True, "text": "<script>alert(1)</script> & you?"})
    message = strict(reply(original, "Yes <b>. [[which day?]]\n\nBob"))
    assert message.get_content_type() == "multipart/alternative"
    plain, rich = (part.get_content() for part in message.iter_parts())
    assert plain.startswith("Yes <b>. [[\u270f\ufe0f which day?]]")
    assert "<script" not in rich
    assert "&lt;script&gt;" in rich
    assert "<p>Yes &lt;b&gt;. [[<mark>\u270f\ufe0f</mark> which day?]]</p>" in rich
    assert '<blockquote type="cite" cite="mid:2@example.com"' in rich


def test_the_longest_gap_is_still_one_with_its_sign() -> None:
    longest = "x" * MAX_GAP_CHARS
    assert [gap.question for gap in find_gaps(plain_body(f"[[{longest}]]"))] == [f"{GAP_SIGN}{longest}"]


def test_each_gap_bears_a_sign_in_both_versions_and_the_subject_says_nothing_of_it() -> None:
    original = ORIGINAL.model_copy(update={"has_html": True})
    message = strict(reply(original, "[[Who?]]\n\nOn [[day]] & by [[whom]]."))
    plain, rich = (part.get_content() for part in message.iter_parts())
    for gap in ("Who?", "day", "whom"):
        assert f"[[{GAP_SIGN}{gap}]]" in plain
        assert f"[[<mark>{GAP_SIGN.strip()}</mark> {gap}]]" in rich
    assert message["Subject"] == strict(reply(original, "Yes."))["Subject"]


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("de", "Können Sie mir bitte sagen, wann wir uns treffen?", "Am 01.01.2026 um 09:30 schrieb Ann Lee"),
        ("fr", "Pouvez-vous me dire quand nous pouvons nous voir ?", "Le 01/01/2026 à 09:30, Ann Lee"),
        ("es", "¿Me puede decir cuándo nos vemos por favor?", "El 01/01/2026 a las 09:30, Ann Lee"),
        ("none", "ok", "On 2026-01-01 at 09:30, Ann Lee"),
    ],
)
def test_the_quote_is_announced_in_the_language_of_the_mail(language: str, text: str, line: str) -> None:
    written = parse_message(reply(ORIGINAL.model_copy(update={"text": text}), "x")).text
    assert line in written, language
    assert split_text(written).new_text == "x"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Can you come on Tuesday?\n\n> Der Bericht ist da und wir haben ihn.\n> Er ist für Sie.\n> Ist es gut?", "en"),
        ("OK 7\n\n> Der Bericht ist da und wir haben ihn.", "de"),
        ("OK 7", "en"),
    ],
)
def test_the_new_text_tells_the_language_and_the_quote_when_it_cannot(text: str, language: str) -> None:
    assert mail_language(MailMessage(text=text)) == language


@pytest.mark.parametrize(
    ("original", "everybody", "to", "cc"),
    [
        (ORIGINAL, False, ["ann@example.com"], []),
        (ORIGINAL, True, ["ann@example.com", "carl@example.com"], ["dora@example.com"]),
        (ORIGINAL.model_copy(update={"reply_to": (CARL,)}), False, ["carl@example.com"], []),
        (ORIGINAL.model_copy(update={"reply_to": (BOB,)}), False, ["ann@example.com"], []),
        (ORIGINAL.model_copy(update={"sender": BOB}), False, ["carl@example.com"], []),
        (ORIGINAL.model_copy(update={"sender": BOB, "to": (BOB,), "cc": (CARL,)}), True, ["carl@example.com"], []),
        (ORIGINAL.model_copy(update={"sender": Address(), "reply_to": ()}), False, [], []),
        (ORIGINAL.model_copy(update={"cc": (CARL, ANN)}), True, ["ann@example.com", "carl@example.com"], []),
    ],
)
def test_the_right_people_are_addressed(original: MailMessage, everybody: bool, to: list[str], cc: list[str]) -> None:
    found_to, found_cc = reply_recipients(original, BOB, reply_all=everybody)
    assert [one.address for one in found_to] == to
    assert [one.address for one in found_cc] == cc


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Lunch", "Re: Lunch"),
        ("Re: Lunch", "Re: Lunch"),
        ("RE: re: Lunch", "Re: Lunch"),
        ("AW: Re: SV: Antw: Lunch", "Re: Lunch"),
        ("Re[2]: Lunch", "Re: Lunch"),
        ("Re^3: Lunch", "Re: Lunch"),
        ("R: Pranzo", "Re: Pranzo"),
        ("回复: 午餐", "Re: 午餐"),
        ("Ответ: Re: Обед", "Re: Обед"),
        ("Réponse : Aw.: Re*2: 회신: 回信: Lunch", "Re: Lunch"),
        ("Fwd: Lunch", "Re: Fwd: Lunch"),
        ("Re: [List] Re: Lunch", "Re: [List] Lunch"),
        ("[List] Lunch", "Re: [List] Lunch"),
        ("Regarding lunch", "Re: Regarding lunch"),
        ("", "Re:"),
    ],
)
def test_re_stands_exactly_once(subject: str, expected: str) -> None:
    assert reply_subject(subject) == expected


def test_long_references_lose_their_middle() -> None:
    ids = tuple(f"<{number}@example.com>" for number in range(400))
    kept = reply_references(ORIGINAL.model_copy(update={"references": ids}))
    assert (kept[0], kept[-2], kept[-1]) == ("<0@example.com>", "<399@example.com>", "<2@example.com>")
    assert len(kept) == 20


def test_without_references_the_answered_mail_of_the_original_stands_in() -> None:
    original = ORIGINAL.model_copy(update={"references": (), "in_reply_to": "<1@example.com>"})
    assert reply_references(original) == ("<1@example.com>", "<2@example.com>")


def test_a_mail_without_an_id_is_answered_without_threading() -> None:
    message = strict(reply(MailMessage(sender=ANN, subject="x", text="y")))
    assert "In-Reply-To" not in message
    assert "References" not in message


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: eve@example.com", "x\nBcc: eve@example.com", "x\r\n\r\n<script>", "x\0\x85y"]
)
def test_no_field_can_be_injected(evil: str) -> None:
    original = ORIGINAL.model_copy(
        update={
            "subject": evil,
            "sender": Address(name=evil, address="ann@example.com"),
            "message_id": "<2@example.com>",
        }
    )
    message = strict(reply(original))
    assert "Bcc" not in message
    assert message["To"].addresses[0].addr_spec == "ann@example.com"
    assert len(message["To"].addresses) == 1


@pytest.mark.parametrize("address", ["eve@example.com\r\nBcc: x@example.com", "a b@example.com", "nobody", "a@b>,<c@d"])
def test_what_is_no_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(MessageError, match="not an email address") as caught:
        compose_new([Address(address=address)], "x", "y", owner=BOB, message_id="<1@a>", date=DATE)
    assert caught.value.fix


def test_a_draft_without_an_id_is_refused() -> None:
    with pytest.raises(MessageError, match="no message id"):
        compose_new([ANN], "x", "y", owner=BOB, message_id="a\r\nb", date=DATE)


@pytest.mark.parametrize("name", ["Zoë Lee", "Lee, Ann", 'Ann "A" Lee', "李 安", "Ann\\", "=?utf-8?Q?x?="])
def test_names_come_back_as_they_went_in(name: str) -> None:
    data = compose_new(
        [Address(name=name, address="ann@example.com")], name, "x", owner=BOB, message_id="<1@a>", date=DATE
    )
    message = strict(data)
    assert message["To"].addresses[0].display_name == name
    assert message["Subject"] == name
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_a_name_that_takes_several_encoded_words_comes_back_whole() -> None:
    name = "Zoë" * 30
    data = compose_new(
        [Address(name=name, address="a@example.com")], name, "x", owner=BOB, message_id="<1@a>", date=DATE
    )
    message = parse_message(data)
    assert (message.to[0].name, message.subject) == (name, name)


def test_domains_beyond_ascii_travel_as_idna() -> None:
    data = compose_new([Address(address="ann@bücher.example")], "x", "y", owner=BOB, message_id="<1@a>", date=DATE)
    assert b"To: ann@xn--bcher-kva.example" in data


def test_a_new_mail_has_both_versions_and_counts_a_date_without_zone_as_utc() -> None:
    data = compose_new(
        [ANN, CARL], "Lunch", "One\ntwo\n\nthree", owner=BOB, message_id="<1@a>", date=DATE.replace(tzinfo=None)
    )
    message = strict(data)
    plain, rich = (part.get_content() for part in message.iter_parts())
    assert plain.replace("\r\n", "\n") == "One\ntwo\n\nthree"
    assert "<p>One<br>\ntwo</p>\n<p>three</p>" in rich.replace("\r\n", "\n")
    assert message["Date"] == "Fri, 02 Jan 2026 10:00:00 +0000"
    assert message["To"] == "Ann Lee <ann@example.com>, carl@example.com"


def test_an_unknown_owner_leaves_the_sender_to_the_mail_program() -> None:
    data = compose_reply(ORIGINAL, "x", owner=Address(), message_id="<3@a>", date=DATE)
    assert "From" not in strict(data)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_sample_mail_can_be_answered_cleanly(path: Path) -> None:
    data = reply(parse_message(path.read_bytes()), "Grüße\n\nBob", reply_all=True)
    message = strict(data)
    assert message["Message-ID"] == "<3@example.org>"
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_long_originals_are_quoted_up_to_a_limit() -> None:
    data = reply(parse_message(mail("word " * 19 + "\n" + ("word " * 20 + "\n") * 5_000)))
    assert "[...]" in parse_message(data).text
    assert len(data) < 150_000


DEMO = Path(__file__).parents[4] / "integrations/cli/demo/samples/mail.eml"


def test_the_owner_is_called_as_the_mail_calls_them() -> None:
    message = parse_message(DEMO.read_bytes())
    assert owner_of(message, name="", address="tom.keller@lindenhof.example").name == "Tom Keller"
    assert owner_of(message, name="", address="t.k@x.example", aliases=("TOM.KELLER@lindenhof.example",)).name
    assert owner_of(message, name="Tom K.", address="tom.keller@lindenhof.example").name == "Tom K."
    assert owner_of(message, name="", address="somebody.else@lindenhof.example").name == ""


def test_a_writer_is_told_the_sender_s_name_as_they_sign() -> None:
    message = MailMessage(sender=Address(name="Ines Ortega"), text="Hola, Bob:\n\n¿vienes?\n\nUn saludo,\nInés")
    assert reply_inputs(message, BOB)["sender_name"] == "Inés Ortega"


def test_a_mail_longer_than_a_recipe_takes_is_cut() -> None:
    long = parse_message(mail("Could you look at this? " * 200_000))
    validate_inputs(load_recipes()["reply"], reply_inputs(long, OWNER))


def test_a_subject_longer_than_a_recipe_takes_is_cut() -> None:
    message = parse_message(mail("Can you come on Friday?", f"Subject: Re: {'very ' * 300}long"))
    inputs = reply_inputs(message, owner_of(message, name="", address="bob@example.org"))
    assert validate_inputs(load_recipes()["reply"], inputs)["subject"].startswith("Re: very very")


def test_what_the_owner_wrote_is_quoted_as_theirs_without_a_setting() -> None:
    message = parse_message(DEMO.read_bytes())
    owner = owner_of(message, name="", address="tom.keller@lindenhof.example")
    recipe = load_recipes()["reply"]
    values = validate_inputs(recipe, reply_inputs(message, owner))
    text = PLANS[recipe.plan](recipe, values, ScriptedAsk("")).text
    assert "you wrote on 12 Nov 2026" in text
    assert "Tom Keller wrote" not in text


@pytest.mark.parametrize(
    ("to", "sender"),
    [
        (("bob@alias.example",), "Bob Ray <bob@alias.example>"),
        (("bob@alias.example", "bob.ray@example.org"), "Bob Ray <bob.ray@example.org>"),
        (("all@example.org",), "Bob Ray <bob.ray@example.org>"),
    ],
)
def test_what_came_to_an_alias_is_answered_from_it(to: tuple[str, ...], sender: str) -> None:
    original = ORIGINAL.model_copy(update={"to": tuple(Address(address=address) for address in to)})
    data = compose_reply(original, "Yes.", owner=OWNER, message_id="<3@example.org>", date=DATE)
    assert strict(data)["From"] == sender


TALK = Address(name="Talk", address="talk@example.net")
ON_LIST = {"headers": (("list-post", "<mailto:talk@example.net>"),), "reply_to": (TALK,)}


def test_a_reply_goes_to_the_person_and_not_to_the_list_that_the_mail_names_for_answers() -> None:
    original = ORIGINAL.model_copy(update=ON_LIST)
    assert reply_recipients(original, BOB) == ((ANN,), ())
    assert reply_recipients(original, BOB, reply_all=True)[0] == (TALK, CARL)
    both = original.model_copy(update={"reply_to": (TALK, ANN)})
    assert reply_recipients(both, BOB) == ((ANN,), ())
    team = original.model_copy(update={"reply_to": (Address(address="team@example.com"),)})
    assert reply_recipients(team, BOB)[0] == team.reply_to


@pytest.mark.parametrize(
    ("changes", "to_all"),
    [
        ({"in_reply_to": "<1@example.com>"}, True),
        ({}, False),
        ({"in_reply_to": "<1@example.com>", "to": (BOB,), "cc": (ANN,)}, False),
        ({"in_reply_to": "<1@example.com>", "to": (CARL,), "cc": (BOB,)}, False),
        ({"in_reply_to": "<1@example.com>", "cc": tuple(Address(address=f"p{n}@x.example") for n in range(9))}, False),
        ({"in_reply_to": "<1@example.com>", **ON_LIST}, False),
    ],
)
def test_everybody_is_answered_where_the_thread_does_so(changes: dict[str, object], to_all: bool) -> None:
    assert is_answered_to_all(ORIGINAL.model_copy(update=changes), BOB) == to_all
