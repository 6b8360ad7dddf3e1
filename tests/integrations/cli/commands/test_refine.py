"""`inlaid refine` as a person uses it; without a larger model rules change the draft."""

import email
import email.policy
import json
from pathlib import Path

import pytest

from core.drafts import Draft
from core.job import JobRequest
from core.settings import Settings
from core.store import open_store
from core.store.effects import MAILBOX_DRAFT, SOURCE_FILE
from integrations.mail.message.message import Address, MailMessage
from tests.core.insight.making import finished_job
from tests.integrations.cli.commands.test_report import run

TEXT = "Hi Maria,\n\nThe table comes on Friday. It costs 400 euros.\n\nBest regards\nTom"


MAIL = """From: Maria <maria@contoso.com>
To: Tom <tom@contoso.com>
Cc: bo@contoso.com
Subject: Tables for the hall
Date: Mon, 04 May 2026 10:00:00 +0200
Message-ID: <1@contoso.com>

Hi Tom,

when do the tables come?

Maria
"""


def stored(settings: Settings, person: str = "") -> str:
    store = open_store(settings)
    inputs = {"message": "When does the table come?"}
    job = finished_job(store, person=person or settings.local_person, text=TEXT, surface="cli", inputs=inputs)
    store.close()
    return job.id


def of_mailbox(settings: Settings, placed: str, *, is_kept: bool = True) -> str:
    """Store a reply to a mail in a connected mailbox, which is kept or not, with what became of its draft there."""
    mail = MailMessage(subject="Tables", sender=Address(address="maria@contoso.com"), text="When?")
    files = {SOURCE_FILE: mail.model_dump_json().encode()} if is_kept else {}
    store = open_store(settings)
    job, _ = store.jobs.add(JobRequest("reply", {"message": "When?"}, "mail", settings.local_person, blobs=files))
    claimed = store.leases.claim(job.id, lease_seconds=30)
    assert claimed is not None
    written = store.leases.finish(claimed, Draft(recipe="reply", text=TEXT))
    store.effects.intend(written, MAILBOX_DRAFT, {})
    store.effects.confirm(written, MAILBOX_DRAFT, {"placed": placed})
    store.leases.delivered(written)
    store.close()
    return job.id


def test_a_draft_is_changed_and_taken_back(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    job_id = stored(settings)
    assert run("refine", job_id, "drop the euros, and use Thursday instead", "--json") == 0
    version = json.loads(capsys.readouterr().out)
    assert version["draft"]["text"] == TEXT.replace(" It costs 400 euros.", "").replace("Friday", "Thursday")
    assert version["refines"] == job_id
    assert run("refine", version["id"], "undo") == 0
    shown = capsys.readouterr()
    assert "400 euros" in shown.out
    assert f'To change it: inlaid refine {json.loads(listed(capsys))["jobs"][0]["id"]} "WISH"' in shown.err
    assert "without the greeting" in shown.err
    assert "shorter" not in shown.err


def listed(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run("jobs", "list", "--json") == 0
    return capsys.readouterr().out


def test_a_reply_is_found_by_its_subject_and_its_new_version_written_as_a_mail(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del settings
    mail, first, second = tmp_path / "mail.eml", tmp_path / "first.eml", tmp_path / "second.eml"
    mail.write_text(MAIL)
    instruction = "Hi Maria, the tables come in May. Best regards Tom"
    assert run("reply", str(mail), "--all", "-o", str(first), "--instruction", instruction) == 0
    said = " ".join(capsys.readouterr().err.split())
    job_id = json.loads(listed(capsys))["jobs"][0]["id"]
    assert f'To change it: inlaid refine {job_id} "WISH" For example: drop the price' in said
    assert run("jobs", "list") == 0
    assert "Tables for the hall" in capsys.readouterr().out
    assert run("refine", job_id, "use chairs instead of tables", "-o", str(first)) == 1
    capsys.readouterr()
    assert run("refine", job_id, "use chairs instead of tables", "-o", str(second)) == 0
    version = json.loads(listed(capsys))["jobs"][0]["id"]
    assert run("refine", version, "use beds instead of chairs", "-o", str(second), "--force") == 0
    old, new = (email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in (first, second))
    for name in ("Subject", "To", "Cc", "In-Reply-To"):
        assert old[name] == new[name]
    assert "bo@contoso.com" in new["Cc"]
    assert (body := new.get_body(("plain",))) is not None
    assert "The beds come in May" in body.get_content()


def test_what_answers_no_mail_is_not_written_as_one(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("refine", stored(settings), "undo", "-o", str(tmp_path / "x.eml")) == 1
    assert "This is no draft that can be written as a mail. Leave out -o." in capsys.readouterr().err


def test_what_answers_a_mail_to_a_connected_mailbox_is_not_written_with_another_sender(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id, file = of_mailbox(settings, "placed"), tmp_path / "x.eml"
    assert run("refine", job_id, "drop the euros", "-o", str(file)) == 1
    assert "This draft is for a connected mailbox" in capsys.readouterr().err
    assert not file.exists()
    assert len(json.loads(listed(capsys))["jobs"]) == 1


@pytest.mark.parametrize(("placed", "stays"), [("placed", True), ("superseded", False)])
def test_that_a_draft_in_a_mailbox_stays_as_it_is_is_said_where_its_mail_was_not_kept(
    settings: Settings, placed: str, stays: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "The draft in your mailbox stays as it is, since it was changed there or is gone"
    assert run("refine", of_mailbox(settings, placed, is_kept=False), "drop the euros") == 0
    assert (said in capsys.readouterr().err) is stays
    version = next(job["id"] for job in json.loads(listed(capsys))["jobs"] if job.get("refines"))
    assert run("refine", version, "use Thursday instead of Friday", "--json") == 0
    shown = capsys.readouterr()
    assert (said in shown.err) is stays
    assert json.loads(shown.out)["refines"] == version


def test_a_question_is_answered(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("refine", stored(settings), "why?") == 0
    assert "It rests on what you gave" in capsys.readouterr().out


def test_what_only_a_larger_model_can_do_makes_no_version_and_says_what_can_be_done(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("refine", stored(settings), "warmer") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Nothing was changed: “warmer” takes a larger model. Without" in shown.err


def test_a_draft_of_somebody_else_is_not_found(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("refine", stored(settings, "bob@example.com"), "shorter") == 1
    assert "no such job" in capsys.readouterr().err
