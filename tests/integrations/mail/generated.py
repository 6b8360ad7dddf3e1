"""Mails made by a grammar, for hypothesis: parts within parts, each of them sound or faulty as mails are."""

import base64
import quopri
from dataclasses import dataclass

from hypothesis import strategies as st

WORDS = ("Guten Tag, können wir den Termin verschieben?", "Je vous envoie la facture n° 12.", "See you on Tuesday.",
         "会議は火曜日です。", "Привет, высылаю отчёт.", "€ 1.200,50, danke")  # fmt: skip
# What can write all of them, and what cannot, or is none.
CHARSETS = ("utf-8", "utf-16", "utf-8-sig", "gb18030", "utf-7")
WRONG_CHARSETS = ("us-ascii", "iso-8859-1", "koi8-r", "big5", "x-unknown", "punycode", "hz", "", "utf-8\0", "undefined")
ENCODINGS = ("8bit", "base64", "quoted-printable")
WRONG_ENCODINGS = ("7bit", "binary", "x-uuencode", "BASE64;x", "x-gzip", "")
TYPES = ("text/plain", "text/html", "text/calendar; method=REQUEST", "text/rtf", "application/pdf", "image/png", "text",
         "application/ms-tnef", "application/pkcs7-mime; smime-type=signed-data", "message/delivery-status",
         "message/partial; number=1; total=3; id=x", "message/external-body", "text/enriched", "*/*", "")  # fmt: skip
MULTIPARTS = ("mixed", "alternative", "related", "signed", "encrypted", "report", "digest", "parallel", "x-none", "")
NAMES = ("Subject", "From", "To", "Cc", "Reply-To", "Date", "Message-ID", "References", "In-Reply-To", "X-To",
         "Auto-Submitted", "List-Id", "Precedence", "Received", "Sender", "Importance", "Content-Language")  # fmt: skip
MAX_DEPTH = 4

raw = st.binary(max_size=60)
line = raw.map(lambda data: data.replace(b"\r", b"").replace(b"\n", b""))


@dataclass(frozen=True)
class Sound:
    """A sound mail, and what a person reads in it."""

    data: bytes
    text: str


def encoded(data: bytes, encoding: str) -> bytes:
    """Return the content of a part as its encoding has it, as it is where there is none."""
    if encoding == "base64":
        return base64.encodebytes(data)
    return quopri.encodestring(data) if encoding == "quoted-printable" else data


@st.composite
def encoded_words(draw: st.DrawFn) -> bytes:
    """Return what stands for words beyond ASCII in a header: encoded words, broken ones, bare bytes of any charset."""
    text = draw(st.sampled_from(WORDS))
    charset = draw(st.sampled_from(CHARSETS[:1] + WRONG_CHARSETS))
    data = text.encode("utf-8") if draw(st.booleans()) else text.encode("latin-1", "replace")
    cut = data[: draw(st.integers(0, len(data)))]
    quoted = b"".join(b"=%02X" % byte for byte in cut)
    name = charset.encode()
    forms = (
        b"=?%s?B?%s?=" % (name, base64.b64encode(cut)),
        b"=?%s?Q?%s?=" % (name, quoted),
        b"=?%s?b?%s?==?%s?q?%s?=" % (name, base64.b64encode(cut), name, quoted),
        b"=?%s?B?%s" % (name, base64.b64encode(cut)[:-1]),
        b"=?%s*de?Q?%s?=" % (name, quoted),
        b"=?%s?X?%s?=" % (name, cut),
        data,
    )
    return draw(st.sampled_from(forms))


@st.composite
def headers(draw: st.DrawFn) -> bytes:
    """Return the fields of a mail: known names with anything, folded in any way, some twice."""
    found = b""
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=8)):
        value = draw(st.lists(st.one_of(encoded_words(), line, st.sampled_from(_VALUES)), max_size=3))
        fold = draw(st.sampled_from([b" ", b"\r\n ", b"\n\t", b"\r\n\t \r\n "]))
        found += name.encode() + draw(st.sampled_from([b": ", b":", b" : "])) + fold.join(value) + b"\r\n"
    return found


_DISPOSITIONS = (b"", b'attachment; filename="%s"', b"inline; filename*0*=utf-8''%%E2; filename*1=%s")
_VALUES = (b"Ann <ann@example.com>", b"a@b, \"c, d\" <e@f>, g:h@i;", b"Tue, 2 Jan 2024 25:00:00 +9999", b"<a@b> <c@d>",
           b"undisclosed-recipients:;", b"<<>>", b"\"", b"ann@xn--bcher-kva.example", b"@", b"auto")  # fmt: skip


@st.composite
def leaves(draw: st.DrawFn) -> bytes:
    """Return a part without parts, which may say anything of itself."""
    charset = draw(st.sampled_from(CHARSETS + WRONG_CHARSETS))
    encoding = draw(st.sampled_from(ENCODINGS + WRONG_ENCODINGS))
    text = draw(st.sampled_from(WORDS)).encode(draw(st.sampled_from(["utf-8", "utf-16", "gb18030"])))
    content = draw(st.one_of(st.just(text), raw, st.just(b"<p>" + text + b"<script>x</script><img src=cid:1>")))
    kind = draw(st.sampled_from(TYPES)).encode()
    parameter = draw(st.sampled_from([b'; charset="%s"', b"; charset=%s", b"; charset*=us-ascii'en'%s", b"; x=%s"]))
    name = draw(st.one_of(encoded_words(), line))
    disposition = draw(st.sampled_from(_DISPOSITIONS))
    found: bytes = (
        b"Content-Type: " + kind + parameter % charset.encode() + b"\r\n"
        + b"Content-Transfer-Encoding: " + encoding.encode() + b"\r\n"
        + (b"Content-Disposition: " + (disposition % name) + b"\r\n" if disposition else b"")
        + b"\r\n" + encoded(content, draw(st.sampled_from([encoding, "base64"])))
    )  # fmt: skip
    return found


@st.composite
def parts(draw: st.DrawFn, depth: int = 0) -> bytes:
    """Return a part: a leaf, a mail within, or a multipart whose boundary may be another one, double, or never end."""
    kind = draw(st.sampled_from(["leaf", "multipart", "multipart", "mail"])) if depth < MAX_DEPTH else "leaf"
    if kind == "leaf":
        return draw(leaves())
    if kind == "mail":
        return b"Content-Type: message/rfc822\r\n\r\n" + draw(headers()) + draw(parts(depth + 1))
    boundary = draw(st.sampled_from([b"x", b"--x", b"x" * 70, b"a b", b"", b"=_%d" % depth]))
    used = draw(st.sampled_from([boundary, boundary, boundary, b"y"]))
    found = b"Content-Type: multipart/%s; boundary=" % draw(st.sampled_from(MULTIPARTS)).encode()
    found += draw(st.sampled_from([b'"%s"', b"%s", b'"%s'])) % boundary + b"\r\n\r\n" + draw(line) + b"\r\n"
    for child in draw(st.lists(parts(depth + 1), max_size=3)):
        found += b"--" + used + draw(st.sampled_from([b"\r\n", b"\n", b" \r\n"])) + child + b"\r\n"
    return found + draw(st.sampled_from([b"--" + used + b"--\r\n", b"", b"--" + used]))


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    """Return a mail of any form."""
    return draw(headers()) + draw(parts())


@st.composite
def sound_mails(draw: st.DrawFn) -> Sound:
    """Return a mail that keeps to the rules: a text, below up to three multiparts, with files beside it."""
    text = draw(st.sampled_from(WORDS))
    charset, encoding = draw(st.sampled_from(("utf-8", "gb18030", "utf-7"))), draw(st.sampled_from(ENCODINGS))
    part = b'Content-Type: text/plain; charset="%s"\r\nContent-Transfer-Encoding: %s\r\n\r\n%s' % (
        charset.encode(),
        encoding.encode(),
        encoded(text.encode(charset) + b"\r\n", encoding),
    )
    for depth in range(draw(st.integers(0, 3))):
        boundary = b"=_part_%d" % depth
        file = b"--%s\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n%%PDF\r\n" % boundary
        part = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n%s\r\n%s--%s--\r\n' % (
            boundary, boundary, part, draw(st.sampled_from([b"", file])), boundary,
        )  # fmt: skip
    head = b"From: Ann <ann@example.com>\r\nTo: bea@example.com\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
    return Sound(head + part, text)
