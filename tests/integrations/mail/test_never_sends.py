"""Nothing in the program can send a mail: no SMTP client is imported, and no address of a sending endpoint is known."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = sorted(path for name in ("core", "worker", "integrations") for path in (ROOT / name).rglob("*.py"))
SENDING_LIBRARIES = {"smtplib", "aiosmtplib", "smtpd", "aiosmtpd", "yagmail", "sendgrid", "mailgun", "resend"}
# Graph's ways of sending, and the permission for it; `createReply` makes a draft and is none of them.
SENDING = re.compile(
    r"\bsendMail\b|/(?:send|reply|replyAll|forward)(?:[\"'?]|$)|\bMail\.Send\b|\bsmtps?:|SMTP\.Send", re.I
)


def found_in(source: str) -> list[str]:
    """Return what a module imports or says that could send."""
    tree = ast.parse(source)
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    libraries = [name for name in [*imported, *texts] if name.partition(".")[0] in SENDING_LIBRARIES]
    return libraries + [text for text in texts if SENDING.search(text)]


def test_no_module_can_send() -> None:
    found = {str(path.relative_to(ROOT)): hits for path in SOURCES if (hits := found_in(path.read_text()))}
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import smtplib",
        "from smtplib import SMTP",
        "import_module('smtplib')",
        "post('/me/sendMail')",
        "post(f'/me/messages/{id}/send')",
        "scopes = ['Mail.Send']",
    ],
)
def test_the_search_would_find_it(source: str) -> None:
    assert found_in(source)
