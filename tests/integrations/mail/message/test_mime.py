"""Text is read whatever the mail says about its charset."""

import pytest

from integrations.mail.message.message import parse_message
from integrations.mail.message.mime import is_own_message_id, own_message_id
from tests.integrations.mail.samples import mail


@pytest.mark.parametrize(
    ("declared", "content"),
    [
        ("utf-8", "Grüße aus Köln".encode("latin-1")),
        ("iso-8859-1", "Grüße aus Köln".encode()),
        ("us-ascii", "Grüße aus Köln".encode()),
        ("", "Grüße aus Köln".encode()),
        ("", "Grüße aus Köln".encode("latin-1")),
        ("no-such-charset", "Grüße aus Köln".encode()),
        ("punycode", "Grüße aus Köln".encode()),
        ("iso-8859-1", "Grüße aus Köln".encode("cp1252")),
    ],
)
def test_a_wrong_or_missing_charset_does_not_garble_the_text(declared: str, content: bytes) -> None:
    field = f"Content-Type: text/plain; charset={declared}" if declared else "X-None: 1"
    assert parse_message(mail(content, field)).text == "Grüße aus Köln"


@pytest.mark.parametrize(
    ("charset", "text", "codec"),
    [
        ("x-euc-jp", "会議", "euc-jp"),
        ("x-gbk", "会议", "gbk"),
        ("windows-874", "สวัสดี", "cp874"),
        ("cp-850", "Grüße", "cp850"),
        ("x-mac-roman", "Grüße", "mac-roman"),
        ("iso-8859-8-i", "שלום", "iso-8859-8"),
        ("us-ascii", "会議", "iso-2022-jp"),
        ("iso-2022-jp", "①", "iso2022_jp_2004"),
    ],
)
def test_charsets_are_known_by_their_other_names(charset: str, text: str, codec: str) -> None:
    content = text.encode(codec).replace(b"$(Q", b"$B")
    assert parse_message(mail(content, f"Content-Type: text/plain; charset={charset}")).text == text


def test_html_without_a_declared_charset_is_read_as_it_says_itself() -> None:
    page = '<meta http-equiv=Content-Type content="text/html; charset=iso-8859-2">gęś'.encode("iso-8859-2")
    assert parse_message(mail(page, "Content-Type: text/html")).text == "gęś"


@pytest.mark.parametrize("charset", ["big5", "gb2312", "shift_jis", "euc-kr", "koi8-r", "iso-2022-jp"])
def test_declared_charsets_of_the_world_are_read(charset: str) -> None:
    text = {"koi8-r": "привет", "euc-kr": "안녕하세요"}.get(
        charset, "日本" if "jis" in charset or "jp" in charset else "中文"
    )
    message = parse_message(mail(text.encode(charset), f"Content-Type: text/plain; charset={charset}"))
    assert message.text == text


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_reads_every_kind_of_line_end(line_end: bytes) -> None:
    message = parse_message(mail("one\ntwo", "Date: Tue, 2 Jan 2024 10:15:00 +0000").replace(b"\n", line_end))
    assert message.text == "one\ntwo"
    assert message.subject == "Lunch"


@pytest.mark.parametrize(
    ("data", "subject"),
    [
        (b"From ann@example.com Tue Jan  2 10:15:00 2024\n" + mail(), "Lunch"),
        (b"\xef\xbb\xbf" + mail(), "Lunch"),
        (b"\n\n" + mail(), "Lunch"),
        (b"\xff\xfe" + mail().decode().encode("utf-16-le"), "Lunch"),
        (mail("x", "Subject : A blank"), "A blank"),
        (mail("x", "Subject: fol\n  ded\n\t twice"), "fol ded twice"),
        (mail("x", "Subject: =?utf-8?B?R3LDvMOfZQ==?= =?iso-8859-1?Q?_f=FCr?= Ann"), "Grüße für Ann"),
        (mail("x", "Subject: =?utf-8?B?R3LD?=\n =?utf-8?B?vMOfZQ==?="), "Grüße"),
        (mail("x", "Subject: =?utf-8?Q?two words?="), "two words"),
        (mail("x", "Subject: =?nonsense?B?!!!?="), "!!!"),
        (mail("x", "Subject: =?idna?Q?xn--a?="), "xn--a"),
        (mail(b"x").replace(b"Subject: Lunch", "Subject: Grüße".encode("latin-1")), "Grüße"),
        (mail("x").replace(b"Subject: Lunch", "Subject: Grüße 東京".encode()), "Grüße 東京"),
        (mail("x").replace(b"Subject: Lunch", b"Subject: Lu\0nch"), "Lunch"),
        (mail("x", "Subject: =?utf-8?Q?When??= =?utf-8?Q?_Now?_OK?="), "When? Now? OK"),
        (mail("x", "Subject: =?iso-2022-jp?B?GyRCLSEbKEI=?="), "①"),
        (b">" + b"From ann@example.com Tue Jan  2 10:15:00 2024\n" + mail(), "Lunch"),
        (mail("x", "X-Long: folded\nwithout its blank"), "Lunch"),
        (mail("x", "Subject: First"), "First"),
        (mail("x", "Subject:"), "Lunch"),
        (mail("x", "Subject: a\x1b[31mb\u202ec"), "a[31mbc"),
    ],
)
def test_reads_headers_as_they_are_in_the_wild(data: bytes, subject: str) -> None:
    assert parse_message(data).subject == subject


@pytest.mark.parametrize(
    "date", ["yesterday", "Mon, 99 Foo 99999 99:99:99 +9999", "", "Mon, 31 Dec 9999 23:59:00 -2359"]
)
def test_an_impossible_date_is_no_date(date: str) -> None:
    assert parse_message(mail("x", f"Date: {date}")).date is None


@pytest.mark.parametrize("encoding", ['"quoted-printable"', "quoted-printable (soft)", "Quoted-Printable "])
def test_an_encoding_is_known_whatever_stands_around_it(encoding: str) -> None:
    assert parse_message(mail("Gr=C3=BC=C3=9Fe", f"Content-Transfer-Encoding: {encoding}")).text == "Grüße"


def test_parts_are_found_when_their_boundary_is_not_the_declared_one() -> None:
    body = "--x\nContent-Type: text/html\n\n<p>Can you come?</p>\n--x--\n"
    for kind in ("mixed", "alternative"):
        message = parse_message(mail(body, f"Content-Type: multipart/{kind}; boundary=y"))
        assert message.text == "Can you come?"
        assert "damaged" in message.warnings[0]


def test_deep_nesting_ends_with_the_header_alone() -> None:
    head = "From: a@example.com\nSubject: deep\n"
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(2_000))
    message = parse_message((head + nested + "\nx").encode())
    assert message.subject == "deep"
    assert any("nested too deeply" in sentence for sentence in message.warnings)


def test_our_drafts_are_known_by_their_id_which_tells_nobody_else_what_wrote_them() -> None:
    own = own_message_id("example.org", "0198-7a")
    assert own == own_message_id("example.org", "0198-7a")
    assert is_own_message_id(own)
    assert is_own_message_id("<inlaid.0198-7a@example.org>")
    assert not is_own_message_id("<0198-7a.00000000@example.org>")
    assert "inlaid" not in own + own_message_id("", "0198-7a")
