"""What takes bytes from outside, and the samples to begin with: anything else than a refusal of ours is a fault."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from core.errors import InlaidError
from core.recipes.loader import parse_recipe, read_recipe_files
from integrations.documents.editing.accept_reject import resolve_revisions
from integrations.documents.file_text import read_file_text
from integrations.documents.reading import editable_paragraphs, read_document
from integrations.mail.message.message import parse_message
from integrations.mail.triage.decide import decide
from integrations.slack.request import read_request
from integrations.slack.views.modals import read_edited
from integrations.slack.views.mrkdwn import plain_text, to_mrkdwn
from tests.integrations.documents.build import CORPUS_FILES, archive, files_of
from tests.integrations.mail.samples import CORPUS

DOCUMENT = "word/document.xml"


@dataclass(frozen=True)
class Target:
    """One reader.

    Args:
        read: takes the bytes; raises nothing.
        samples: what it reads in practice.
        words: pieces of its language, for the fuzzer to put in.
    """

    read: Callable[[bytes], None]
    samples: Callable[[], Sequence[bytes]]
    words: Sequence[str]


def _mail(data: bytes) -> None:
    with suppress(InlaidError):
        decide(parse_message(data))


_FRAME = files_of(CORPUS_FILES[0].read_bytes())


def _document(data: bytes) -> None:
    document = archive({**_FRAME, DOCUMENT: data})
    with suppress(InlaidError):
        read_document(document, view="original")
        editable_paragraphs(document)
        read_file_text(document)
        read_document(resolve_revisions(document, accept=True))


def _documents() -> list[bytes]:
    return [files_of(path.read_bytes())[DOCUMENT] for path in CORPUS_FILES]


def _payload(data: bytes) -> None:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict):
        request = read_request(body)
        text = str(request.event.get("text") or request.action_value)
        with suppress(InlaidError):
            read_edited(_view(body), text)
        to_mrkdwn(plain_text(text, {}))


def _view(body: dict[str, Any]) -> dict[str, Any]:
    view = body.get("view")
    return view if isinstance(view, dict) else {}


def _recipe(data: bytes) -> None:
    with suppress(InlaidError):
        parse_recipe(data.decode(errors="replace"), "fuzz.toml")


_PAYLOADS: tuple[dict[str, Any], ...] = (
    {
        "type": "event_callback",
        "team_id": "T1",
        "authorizations": [{"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": False}],
        "event": {
            "type": "app_mention",
            "user": "U1",
            "channel": "C1",
            "text": "<@U2> *what* did we <http://a.b|say>?",
        },
    },
    {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "channel": {"id": "C1"},
        "trigger_id": "1.2.3",
        "response_url": "https://hooks.slack.com/x",
        "actions": [{"action_id": "post_here", "value": "job-1", "selected_option": {"value": "x"}}],
    },
    {
        "type": "view_submission",
        "user": {"id": "U1"},
        "view": {
            "private_metadata": '{"team": "T1", "gaps": ["", "\\n"]}',
            "app_installed_team_id": "T1",
            "state": {"values": {"part0": {"value": {"type": "plain_text_input", "value": "Dear *Ann*"}}}},
        },
    },
)

TARGETS = {
    "mail": Target(
        _mail,
        lambda: [path.read_bytes() for path in CORPUS],
        ("Content-Type: ", "multipart/mixed; boundary=", "=?utf-8?B?", "Content-Transfer-Encoding: base64", "charset="),
    ),
    "document": Target(
        _document, _documents, ("<w:p>", "<w:r>", "<w:t>", "<w:ins ", "<w:del ", "<w:fldChar ", "<w:tbl>", "<w:sdt>")
    ),
    "payload": Target(
        _payload,
        lambda: [json.dumps(payload).encode() for payload in _PAYLOADS],
        ('"team":', '"event":', '"actions":', '"view":', '"values":', '"private_metadata":', "null", "[", "{"),
    ),
    "recipe": Target(
        _recipe,
        lambda: [text.encode() for _, text in read_recipe_files().recipes.values()],
        ("[[inputs]]", "{{ text }}", "{% if ", "{% for ", '"""', "name = ", "version = ", " | "),
    ),
}
