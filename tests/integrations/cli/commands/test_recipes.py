"""Recipes on the command line: listed, checked, run on a text."""

import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from integrations.cli.demo.demo import SAMPLES
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import DOCUMENT, REWORDED, TEXT, Terminal


def test_run_prints_the_draft_and_keeps_remarks_out_of_it(terminal: Terminal) -> None:
    assert terminal.run("run", "rewrite", "-", stdin=TEXT.encode()) == 0
    assert terminal.out == f"{REWORDED}\n"
    assert "tokens" in terminal.err


def test_run_gives_one_json_object_with_the_stored_job(terminal: Terminal) -> None:
    draft = terminal.json("run", "rewrite", "--set", "tone=friendly", "-", stdin=TEXT.encode())
    assert (draft["text"], draft["recipe"]) == (REWORDED, "rewrite")
    shown = terminal.json("jobs", "show", draft["job_id"])
    assert (shown["state"], shown["draft"]["text"]) == ("delivered", REWORDED)
    assert [job["id"] for job in terminal.json("jobs", "list", "--limit", "5")["jobs"]] == [draft["job_id"]]


def test_run_reads_a_word_file_as_it_reads_a_text(terminal: Terminal, openai_server: OpenAIServer) -> None:
    asked = list[str]()

    def respond(request: dict[str, Any]) -> Answer:
        asked.append(str(request["messages"][-1]["content"]))
        return Answer("The guest companies get the stage at 09:00.")

    openai_server.respond = respond
    assert terminal.run("run", "rewrite", DOCUMENT) == 0, terminal.err
    assert "Guest companies" in asked[0]


def test_a_file_without_text_is_named(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    assert "empty.txt holds no text." in terminal.error("run", "rewrite", tmp_path / "empty.txt")


def test_recipes_are_listed_and_checked(terminal: Terminal, tmp_path: Path) -> None:
    listed = {recipe["name"]: recipe for recipe in terminal.json("recipes")["recipes"]}
    assert {"reply", "compose", "rewrite", "shorten", "proofread", "summarize", "actions"} <= set(listed)
    assert {"name": "text", "type": "text", "required": True}.items() <= listed["rewrite"]["inputs"][0].items()
    broken = tmp_path / "broken.toml"
    broken.write_text('name = "x"\ntitel = "X"\n')
    assert terminal.run("recipes", "check", broken) == 1
    named, *faults, fix = terminal.err.splitlines()
    assert named == "inlaid: broken.toml:"
    assert "  - line 2: titel: unknown key; did you mean title?" in faults
    assert fix == "Correct each of these keys."


def test_checking_says_what_is_got_without_a_model_that_writes(terminal: Terminal, tmp_path: Path) -> None:
    shipped = Path(sys.modules["core.recipes"].__file__ or "").parent
    assert terminal.run("recipes", "check", shipped / "scan.toml") == 0
    assert "the prompt is not read: people get what the plan scan gives, what a text says on" in " ".join(
        terminal.out.split()
    )
    assert terminal.json("recipes", "check", shipped / "rewrite.toml")["notes"] == []


def test_a_template_that_cannot_be_filled_is_refused_before_it_is_offered(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.run("recipes", "template") == 0
    path = tmp_path / "mine.toml"
    path.write_text(terminal.out.replace("{{ text | fenced }}", "{{ text * 9 }}"))
    for command in ("check", "new"):
        assert "may not calculate with *; write the result" in terminal.error("recipes", command, path)


def test_a_recipe_of_the_own_folder_is_used(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "recipes"
    folder.mkdir()
    shipped = Path(sys.modules["core.recipes"].__file__ or "").parent / "rewrite.toml"
    (folder / "mine.toml").write_text(shipped.read_text().replace('name = "rewrite"', 'name = "mine"'))
    monkeypatch.setenv("INLAID_RECIPES_DIR", str(folder))
    assert terminal.json("run", "mine", "-", stdin=TEXT.encode())["recipe"] == "mine"


def test_a_broken_file_of_the_own_folder_stops_nothing_and_is_told(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "recipes"
    folder.mkdir()
    (folder / "broken.toml").write_text('name = "x"\nplan = "skan"\n')
    monkeypatch.setenv("INLAID_RECIPES_DIR", str(folder))
    assert terminal.json("run", "rewrite", "-", stdin=TEXT.encode())["recipe"] == "rewrite"
    assert "rewrite" in {recipe["name"] for recipe in terminal.json("recipes")["recipes"]}
    assert "broken.toml:" in terminal.err
    assert terminal.run("doctor") == 1
    assert "fail recipe file: broken.toml:" in terminal.out
    assert "title: missing; add it" in terminal.out
    assert "Correct each of these keys." in terminal.out


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


def test_a_reply_replaces_no_file_unasked_and_never_the_mail(
    terminal: Terminal, tmp_path: Path, openai_server: OpenAIServer
) -> None:
    mail, draft = tmp_path / "mail.eml", tmp_path / "draft.eml"
    mail.write_bytes((SAMPLES / "mail.eml").read_bytes())
    draft.write_bytes(b"what I wrote into the draft")
    assert "Name another file with -o" in terminal.error("reply", mail, "-o", mail, "--force")
    assert mail.read_bytes() == (SAMPLES / "mail.eml").read_bytes()
    assert "is there already" in terminal.error("reply", mail, "-o", draft)
    assert (draft.read_bytes(), openai_server.chats) == (b"what I wrote into the draft", [])
    assert terminal.run("reply", mail, "-o", draft, "--force") == 0
    assert b"Subject:" in draft.read_bytes()


def test_reply_leaves_a_mail_alone_that_needs_none(terminal: Terminal, tmp_path: Path) -> None:
    newsletter = (
        b"From: News <news@shop.example>\nTo: me@here.example\nSubject: Sale\nList-Unsubscribe: <https://x>\n\nBuy!"
    )
    output = tmp_path / "draft.eml"
    answer = terminal.json("reply", "-", "-o", output, stdin=newsletter)
    assert (answer["needs_reply"], output.exists()) == (False, False)
    assert answer["reason"]
    assert "draft" not in answer


def test_what_a_check_doubts_stands_in_the_mail_file_where_it_is_doubted(
    terminal: Terminal, openai_server: OpenAIServer, tmp_path: Path
) -> None:
    text = "Hi Ann,\n\nwe can take 240 guests on 9 March [[which hall?]].\n\nBob"
    openai_server.respond = lambda _body: Answer(text)
    mail = b"From: Ann <ann@example.org>\r\nTo: Bob <bob@example.org>\r\nSubject: Guests\r\n\r\nHow many, Bob?\r\n"
    file = tmp_path / "draft.eml"
    found = terminal.json("reply", "-", "--instruction", "Tell her.", "-o", file, stdin=mail)["draft"]
    doubted = {finding["place"] for finding in found["findings"]}
    assert {"240", "9 March"} <= {place for place in doubted if place in found["text"]}
    said = message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for place in ("240", "9 March"):
        assert f"“{place}” does not stand in the source.]]" in " ".join(said.partition(f"{place} [[")[2].split())
    assert "[[" not in found["text"].replace("[[which hall?]]", "")


def test_a_reply_to_a_mail_that_looks_like_fraud_is_drafted_when_asked_twice(terminal: Terminal) -> None:
    mail = (
        b"From: Tom Reed <tom@reed.example>\nTo: Ann Lee <ann@example.com>\nSubject: Invoice 33\n\nHi Ann,\n\nour bank "
        b"details have changed. Can you pay invoice 33 to the new account by Friday?\n\nTom\n"
    )
    for options in ((), ("--instruction", "We pay.")):
        refused = terminal.json("reply", "-", *options, stdin=mail)
        assert "draft" not in refused
        assert refused["reason"].startswith("Suspicious: it gives a new bank account.")
    draft = terminal.json("reply", "-", "--always", stdin=mail)["draft"]
    assert draft["text"].startswith("[[This mail looks like fraud: it gives a new bank account.")
    assert not any(gap.get("choices") for gap in draft["gaps"])
