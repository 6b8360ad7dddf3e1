"""Connecting: encrypted and verified by default, and each way of failing told apart."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.errors import CredentialError, InputError, OutageError
from integrations.mail.imap.accounts import ImapAccount
from integrations.mail.imap.connecting import check_mailbox
from tests.servers.choosy_imap import ChoosyImap
from tests.servers.dovecot import PASSWORD, USER, Dovecot, running_dovecot


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "server.pem", folder / "server.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return files


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def tls_server(certificate: tuple[Path, Path]) -> Iterator[Dovecot]:
    with running_dovecot(certificate=certificate) as server:
        yield server


def account(port: int) -> ImapAccount:
    return ImapAccount("127.0.0.1", port, USER, PASSWORD, "tls", "bob")


def test_tls_is_used_with_an_authority_named_by_ssl_cert_file(
    tls_server: Dovecot, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    connected, folder = check_mailbox(account(tls_server.tls_port))
    assert (connected.security, folder) == ("tls", "Drafts")


def test_a_port_without_tls_is_used_with_starttls(
    tls_server: Dovecot, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert check_mailbox(account(tls_server.port))[0].security == "starttls"


@pytest.mark.parametrize("port", ["tls_port", "port"])
def test_a_certificate_of_an_unknown_authority_is_refused(tls_server: Dovecot, port: str) -> None:
    with pytest.raises(InputError, match="certificate"):
        check_mailbox(account(getattr(tls_server, port)))


@contextmanager
def saying(words: bytes, *, capabilities: bytes = b"") -> Iterator[int]:
    """Run a server that answers every line with these words, in which `TAG` stands for the tag.

    With `capabilities` it answers the question for them first.
    """

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as lines:
                lines.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                lines.flush()
                for line in lines:
                    is_question = capabilities and b"CAPABILITY" in line
                    answer = b"* CAPABILITY " + capabilities + b"\r\nTAG OK done\r\n" if is_question else words
                    lines.write(answer.replace(b"TAG", line.split()[0]))
                    lines.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_server_that_is_busy_is_no_wrong_password() -> None:
    words = b"TAG NO [UNAVAILABLE] busy\r\n"
    with saying(words, capabilities=b"IMAP4rev1") as port, pytest.raises(OutageError):
        check_mailbox(replace(account(port), security="none", password="plain"))


@pytest.mark.parametrize(
    "words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\xff\r\n", b"* BYE no\r\n", b"TAG BAD\r\n"]
)
def test_what_speaks_no_imap_gives_a_clear_error(words: bytes) -> None:
    with saying(words) as port, pytest.raises((InputError, OutageError, CredentialError)):
        check_mailbox(replace(account(port), security="none", password="plain"))


def test_a_server_that_wants_to_know_the_program_is_told_and_shows_what_its_folders_are_for() -> None:
    with ChoosyImap() as server:
        _, folder = check_mailbox(replace(account(server.port), security="none"))
    assert folder == "Skizzen"
    assert b'ID ("name" "Inlaid")' in server.commands


def test_a_server_that_does_not_understand_what_it_offers_is_asked_the_old_way() -> None:
    with ChoosyImap(understands_return=False) as server:
        _, folder = check_mailbox(replace(account(server.port), security="none"))
    assert folder == "Drafts"
