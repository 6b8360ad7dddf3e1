"""What is signed in the closed form of S/MIME is read, with its files; what is encrypted is said to be."""

from base64 import encodebytes
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.attachments import attached_files
from integrations.mail.message.message import parse_message
from integrations.mail.triage.decide import decide
from tests.integrations.mail.samples import mail

OWNER = OwnerAddresses(name="Bob Ray", address="bob@example.org")
TEXT = (
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nHi Bob,\r\n\r\nk\xc3\xb6nnen Sie am Montag kommen?\r\n\r\nAnn\r\n"
)
WITH_FILE = (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the list.\r\n'
    b'--b\r\nContent-Type: text/csv; name="list.csv"\r\n\r\na,b\r\n--b--\r\n'
)


@cache
def signer() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ann Lee")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()), key


def signed(content: bytes) -> bytes:
    certificate, key = signer()
    builder = PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [PKCS7Options.Binary])


def in_pieces(der: bytes) -> bytes:
    """Return the structure as programs write it that do not know its length in advance (BER, indefinite)."""
    signed_data = cms.ContentInfo.load(der)["content"]
    content = signed_data["encap_content_info"]["content"].native
    pieces = b"".join(
        b"\x04" + bytes([len(content[at : at + 40])]) + content[at : at + 40] for at in range(0, len(content), 40)
    )
    end = b"\x00\x00"
    inner = signed_data["encap_content_info"]["content_type"].dump() + b"\xa0\x80\x24\x80" + pieces + end + end
    parts = [signed_data["version"].dump(), signed_data["digest_algorithms"].dump(), b"\x30\x80" + inner + end]
    parts += [signed_data["certificates"].dump(), signed_data["signer_infos"].dump()]
    oid: bytes = cms.ContentInfo.load(der)["content_type"].dump()
    return b"\x30\x80" + oid + b"\xa0\x80\x30\x80" + b"".join(parts) + end + end + end


def smime(data: bytes, kind: str = "smime-type=signed-data; ") -> bytes:
    head = f"Content-Type: application/pkcs7-mime; {kind}name=smime.p7m\nContent-Transfer-Encoding: base64"
    return mail(encodebytes(data).decode(), f"To: bob@example.org\n{head}")


@pytest.mark.parametrize("data", [signed(TEXT), in_pieces(signed(TEXT)), signed(smime(signed(TEXT)))])
@pytest.mark.parametrize("kind", ["smime-type=signed-data; ", ""])
def test_a_signed_mail_is_read_and_judged_like_any_other(data: bytes, kind: str) -> None:
    message = parse_message(smime(data, kind))
    assert "k\u00f6nnen Sie am Montag kommen?" in message.text
    assert (message.attachments, message.warnings) == ((), ())
    assert decide(message, OWNER).needs_reply


def test_files_of_a_signed_mail_are_found() -> None:
    data = smime(signed(WITH_FILE))
    message = parse_message(data)
    assert (message.text, [file.name for file in message.attachments]) == ("See the list.", ["list.csv"])
    assert attached_files(data) == [("list.csv", b"a,b")]


@pytest.mark.parametrize("data", [b"", b"\x30\x80", signed(TEXT)[:200], b"\x30\x03\x06\x01\x00", b"x" * 5_000])
def test_what_cannot_be_opened_gets_no_draft_and_says_why(data: bytes) -> None:
    assert "damaged" in parse_message(smime(data)).warnings[0]
    message = parse_message(smime(data, "smime-type=enveloped-data; "))
    assert "encrypted" in message.warnings[0]
    decision = decide(message, OWNER)
    assert (decision.needs_reply, decision.rule) == (False, "encrypted")
    assert "Answer it there." in decision.reason
