"""A mail file in, a draft of the reply out."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from integrations.cli.demo.demo import SAMPLES
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import Terminal


def test_reply_writes_a_threaded_draft(terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer) -> None:
    body = "Dear Nadia,\n\nwe take the 135 g paper and send the final PDF by Friday, 27 November.\n\nBest regards"
    asked: list[str] = []

    def respond(request: dict[str, Any]) -> Answer:
        asked.append(str(request["messages"][-1]["content"]))
        return Answer(body)

    openai_server.respond = respond
    output = tmp_path / "draft.eml"
    said = "135 g paper; final pdf by friday, 27 november"
    answer = terminal.json("reply", SAMPLES / "mail.eml", "-o", output, "--instruction", said)
    assert answer["needs_reply"]
    assert f"The owner wants to say: {said}" in asked[0]
    assert "Message from: Nadia Brandt, sent on Monday, 16 November 2026" in asked[0]
    assert "Sent to: Tom Keller" in asked[0]
    assert "Today: " in asked[0]
    mail = message_from_bytes(output.read_bytes(), policy=default)
    assert mail["In-Reply-To"] == "<20261116081237.4C1D@harbour-print.example>"
    assert mail["Subject"] == "Re: 4,000 programmes for the spring season"
    assert mail["To"].addresses[0].addr_spec == "nadia.brandt@harbour-print.example"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr] # it is a text mail
    assert text.startswith("Dear Nadia,\r\n")
    assert "> Two things are still open" in text


def test_reply_leaves_a_mail_alone_that_needs_none(terminal: Terminal, tmp_path: Path) -> None:
    newsletter = (
        b"From: News <news@shop.example>\nTo: me@here.example\nSubject: Sale\nList-Unsubscribe: <https://x>\n\nBuy!"
    )
    output = tmp_path / "draft.eml"
    answer = terminal.json("reply", "-", "-o", output, stdin=newsletter)
    assert (answer["needs_reply"], output.exists()) == (False, False)
    assert answer["reason"]
    assert "draft" not in answer
