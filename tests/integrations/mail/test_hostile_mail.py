"""Whatever happens to a mail's bytes, reading it gives a message or a MessageError, in bounded time."""

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import MessageError
from integrations.mail.message.message import assumed_owner, parse_message
from integrations.mail.message.quotes import split_text
from integrations.mail.reply.compose import compose_reply
from integrations.mail.reply.greeting import mail_language, reply_frame
from integrations.mail.triage.decide import decide
from tests.integrations.mail.samples import CORPUS, mail

_SEEDS = [path.read_bytes() for path in CORPUS]
# Pieces that steer a parser into its corners.
_PIECES = [
    b"\0", b"\r", b"\n\n", b"\xff\xfe", b"((((", b'"', b"<", b"=?utf-8?B?//8?=", b"=?punycode?Q?a-?=",
    b"Content-Type: multipart/mixed; boundary=x\n", b"\n--x\n", b"Content-Type: message/rfc822\n\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: uuencode\n\nbegin 666 x\n",
    b"; charset=utf-7", b"; charset=punycode", b"; filename*0*=x''a; filename*1=b", b"From: \n", b"To: a:;,<>\n",
    b"Content-Type: text/html\n", b"<style>a{display:none", b"&#xD800;", b"Content-Type: text/plain; format=flowed\n",
]  # fmt: skip


@st.composite
def damaged_mails(draw: st.DrawFn) -> bytes:
    """Return a sample mail with up to eight cuts, insertions and overwritten bytes."""
    data = bytearray(draw(st.sampled_from(_SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(data)))
        piece = draw(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=6)))
        data[start : start + draw(st.integers(0, 60))] = piece
    return bytes(data)


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(damaged_mails())
def test_a_damaged_mail_becomes_a_message_and_a_clean_reply_or_an_error_with_a_fix(data: bytes) -> None:
    try:
        message = parse_message(data)
    except MessageError as refusal:
        # The fix is part of the promise; `pytest.raises` would demand that every damaged mail is refused.
        assert refusal.fix  # noqa: PT017
        return
    owner = assumed_owner(message)
    assert decide(message).reason
    assert reply_frame(message, owner, mail_language(message)).greeting
    reply = compose_reply(
        message,
        "Yes.",
        owner=owner,
        reply_all=True,
        message_id="<1@example.com>",
        date=datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert max(map(len, reply.split(b"\r\n"))) <= 998
    again = parse_message(reply)
    assert again.message_id == "<1@example.com>"
    assert again.text.startswith("Yes.")


@settings(max_examples=100, deadline=None, database=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_raise_anything_but_a_message_error(data: bytes) -> None:
    for candidate in (data, b"From: a@example.com\n" + data, b"Subject: x\n\n" + data):
        with suppress(MessageError):
            parse_message(candidate)


@pytest.mark.parametrize(
    "data",
    [
        mail("x", 'Content-Type: text/plain; "' + ";" * 300_000),
        mail("x", "Subject: " + "=?utf-8?q?" * 40_000),
        mail("x", "Cc: " + "(" * 150_000),
        mail("x", "References: " + "<a@b> " * 40_000),
        mail("-----BEGIN PGP SIGNED MESSAGE-----\n" + "-----BEGIN PGP SIGNATURE-----\n" * 40_000),
        mail("some words \n" * 50_000, "Content-Type: text/plain; format=flowed"),
        mail("<ol>" + "<li>x" * 30_000, "Content-Type: text/html"),
        mail("<div>" * 200 + "</b>" * 100_000, "Content-Type: text/html"),
        mail("<style>" + "a{" * 200_000, "Content-Type: text/html"),
        mail("<style>" + "/*a" * 60_000 + "</style>x", "Content-Type: text/html"),
        mail("<style>" + "p p{color:red}" * 14_000 + "</style>" + "<p>x" * 40_000, "Content-Type: text/html"),
        mail("<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">x", "Content-Type: text/html"),
        mail("if you have any " * 20_000),
        mail("please let me know " * 20_000),
        mail("this e-mail\n" * 20_000),
        mail("?" * 300_000),
        b"From: a@b.c\n" + b"Content-Type: message/rfc822\n\nFrom: a@b.c\n" * 5_000,
    ],
    ids=lambda data: repr(data[-12:]),
)
def test_hostile_mail_takes_linear_time(data: bytes) -> None:
    started = time.thread_time()
    decide(parse_message(data))
    assert time.thread_time() - started < 3


def test_a_thread_of_500_mails_is_read_and_only_its_newest_part_is_new() -> None:
    thread = "".join(
        f"\n{'>' * depth} On Tue, 2 Jan 2024, Ann wrote:\n" + f"{'>' * depth} Some words here.\n" * 20
        for depth in range(500)
    )
    message = parse_message(mail(f"Can you come?\n{thread}"))
    assert len(message.text) > 2_000_000
    newest = split_text(message.text).new_text
    assert newest.startswith("Can you come?")
    assert len(newest) < 1_000
