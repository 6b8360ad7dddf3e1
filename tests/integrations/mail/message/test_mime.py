"""Text is read whatever the mail says about its charset."""

import pytest

from integrations.mail.message.message import parse_message
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
