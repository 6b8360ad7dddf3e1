"""Real mails of other projects' test data, and mails built for one test."""

from pathlib import Path

from integrations.mail.message.addresses import Address, OwnerAddresses
from integrations.mail.message.message import MailMessage
from integrations.mail.triage.classifier import read
from integrations.mail.triage.decide import decide, passage_to_read
from integrations.mail.triage.weighing import TriageDecision

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.eml"))
OWNER = OwnerAddresses(name="Bob Ray", address="bob.ray@example.org", aliases=("bob@alias.example",))
DAN = Address(name="Dan Hill", address="dan.hill@example.org")
KIM = Address(name="Kim Lee", address="klee@other.example")
QUESTION = "Hello Bob,\n\ncan you send me the file?\n\nAnn"


def sample(name: str) -> bytes:
    """Return the bytes of a sample mail."""
    return (Path(__file__).parent / "corpus" / f"{name}.eml").read_bytes()


def mail(body: str | bytes = "Can you come?", *fields: str) -> bytes:
    """Return a mail from Ann Lee to Bob Ray with further fields; fields of the same name stand first."""
    head = [*fields, "From: Ann Lee <ann.lee@example.com>", "To: Bob Ray <bob.ray@example.org>", "Subject: Lunch"]
    content = body.encode() if isinstance(body, str) else body
    return "\n".join(head).encode() + b"\n\n" + content


def multipart(kind: str, *parts: str) -> bytes:
    """Return a mail with these parts, each with its own fields."""
    body = "".join(f"--limit\n{part}\n" for part in parts) + "--limit--\n"
    return mail(body, f'Content-Type: multipart/{kind}; boundary="limit"')


def decided(message: MailMessage, owner: OwnerAddresses | None = None, *, is_wanted: bool = False) -> TriageDecision:
    """Return the decision about a mail as mailboxes make it, as the tuned model reads it."""
    reading = read(passage_to_read(message, owner))
    return decide(message, owner, is_wanted=is_wanted, reading=reading)
