"""The page of one mailbox: a new password, what is said after each act, and advice that can be followed there."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.drafts import Draft, Gap
from core.errors import CredentialError
from integrations.console.pages.connections import with_console_fix
from integrations.mail.imap.accounts import Accounts, ImapCursor
from integrations.mail.mailbox.style_learning import save_style
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.reply.writing_style import WritingStyle
from integrations.mail.triage.decide import SUSPICIOUS
from tests.core.store.test_open_gaps import ready
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in
from tests.integrations.console.pages.test_connections import HTMX, filled
from tests.integrations.mail.imap.mails import newsletter, question
from tests.servers.dovecot import PASSWORD, Dovecot

MAILBOX = "/console/connections/mailbox"


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"{tmp_path.name}@example.org"


def test_a_refused_login_gets_a_new_password_that_is_tested_and_nothing_else_changes(
    alone: RunningWeb, dovecot: Dovecot, address: str
) -> None:
    own = {"name": address}
    accounts = Accounts(alone.services.store.records)
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        client.post(f"{MAILBOX}/settings", data=own | {"threshold": "0.7"})
        (before,) = accounts.list()
        accounts.save(replace(before, password="withdrawn"))
        refused = client.post(f"{MAILBOX}/check", data=own, headers=HTMX).text
        Accounts(accounts.records).update_status(
            before, error={"code": "credential", "message": "The server refused.", "fix": ""}
        )
        page = client.get(MAILBOX, params=own).text
        wrong = client.post(f"{MAILBOX}/login", data=own | {"password": "guess"}, headers=HTMX).text
        kept = accounts.list()[0].password
        right = client.post(f"{MAILBOX}/login", data=own | {"password": PASSWORD}, headers=HTMX)
        after = client.get(right.headers["HX-Redirect"]).text

    assert "Enter a new password" in page
    assert "inlaid mailbox" not in refused + page + wrong
    assert ("guess" not in wrong, kept) == (True, "withdrawn")
    assert accounts.list() == [before]
    assert (accounts.cursor(before).error, Accounts(accounts.records).status(before).error) == (None, None)
    assert "new login works" in after
    assert 'value="0.7"' in after


def test_nobody_else_gives_a_mailbox_a_password(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        answer = client.post(f"{MAILBOX}/login", data={"name": "x@example.org", "password": "x"})
        nothing = client.post(f"{MAILBOX}/login", data={"name": "x@example.org"}, headers=HTMX)
    assert answer.status_code == 404
    assert "Nothing was entered" in nothing.text


def test_a_mailbox_that_does_not_work_promises_no_notice_and_no_renewal(
    alone: RunningWeb, dovecot: Dovecot, address: str
) -> None:
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        accounts = Accounts(alone.services.store.records)
        (account,) = accounts.list()
        Accounts(accounts.records).update_status(account, mode="idle", renews_at=time.time() + 60)
        accounts.save_cursor(account, ImapCursor(checked_at=time.time()))
        works = client.get(MAILBOX, params={"name": address}).text
        error = {"code": "outage", "message": "The server broke off.", "fix": "Try later."}
        accounts.save_cursor(account, ImapCursor(checked_at=time.time(), error=error))
        broken = client.get(MAILBOX, params={"name": address}).text

    assert ("the server, at once" in works, "Next renewal" in works) == (True, True)
    assert ("the server, at once" in broken, "Next renewal" in broken) == (False, False)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("drafts_per_day", "-1", "from 0 to 1000"),
        ("drafts_per_day", "1.5", "not a whole number"),
        ("follow_up_days", "99999999999", "too large"),
        ("follow_up_days", "366", "from 0 to 365"),
        ("quiet_hours", "22:00-22:00", "end when they begin"),
        ("threshold", "many", "not a number"),
        ("aliases", "nobody", "not an email address"),
    ],
)
def test_a_wrong_field_keeps_what_was_typed_and_says_beside_it_what_is_wrong(
    alone: RunningWeb, dovecot: Dovecot, address: str, field: str, value: str, said: str
) -> None:
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        form = {"name": address, "timezone": "Europe/Paris", field: value}
        answer = client.post(f"{MAILBOX}/settings", data=form, headers=HTMX).text
        saved = client.post(f"{MAILBOX}/settings", data={"name": address, "timezone": "europe/paris"}, headers=HTMX)

    (marked,) = re.findall(r'<input[^>]*aria-invalid="true"[^>]*>', answer)
    assert f'name="{field}"' in marked
    assert f'value="{value}"' in marked
    assert f'aria-describedby="settings-{field}' in marked
    assert said in answer.partition(f'id="settings-{field}-wrong"')[2].partition("</p>")[0]
    assert 'value="Europe/Paris"' in answer
    assert 'value="Europe/Paris"' in saved.text
    assert "Saved." in saved.text
    assert "aria-invalid" not in saved.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("host", "imaps://imap.example.org"), ("user", ""), ("address", "nobody"), ("port", "many")],
)
def test_a_wrong_field_of_a_new_mailbox_is_marked_and_no_password_comes_back(
    alone: RunningWeb, dovecot: Dovecot, address: str, field: str, value: str
) -> None:
    with comes_in(alone) as client:
        form = filled(dovecot, address) | {field: value}
        answer = client.post("/console/connections/imap", data=form, headers=HTMX | {"HX-Target": "flash-imap"})
    (marked,) = re.findall(r'<input[^>]*aria-invalid="true"[^>]*>', answer.text)
    assert f'name="{field}"' in marked
    assert answer.headers["HX-Retarget"] == "#flash-imap"
    assert PASSWORD not in answer.text


def test_what_was_done_is_said_on_the_page_that_follows(alone: RunningWeb, dovecot: Dovecot, address: str) -> None:
    own = {"name": address}
    with comes_in(alone) as client:
        added = client.post("/console/connections/imap", data=filled(dovecot, address), headers=HTMX)
        connected = client.get(added.headers["HX-Redirect"]).text
        paused = client.post(f"{MAILBOX}/settings", data=own | {"paused": "true"}, follow_redirects=True).text
        removed = client.post(f"{MAILBOX}/remove", data=own, headers=HTMX)
        gone = client.get(removed.headers["HX-Redirect"]).text
        made_up = client.get("/console/connections", params={"flash": "<b>made up</b>"}).text

    assert "Connected: the login works" in connected
    assert "Paused: its mail is left alone" in paused
    assert "The mailbox was removed" in gone
    assert "made up" not in made_up


@pytest.mark.parametrize(
    ("fix", "login", "connecting", "expected"),
    [
        ("Check both. Then run `inlaid mailbox add imap` again.", "password", False, "Enter a new password"),
        ("Connect anew: inlaid mailbox add imap … --oauth-token-stdin", "oauth", False, "new access token"),
        ("Use 993, or --no-tls if it is safe.", "password", True, "Check user name and password"),
        ("Check the well-known name.", "password", False, "Check the well-known name."),
    ],
)
def test_advice_for_the_command_line_becomes_advice_for_the_console(
    fix: str, login: str, connecting: bool, expected: str
) -> None:
    error = CredentialError("The server refused.", fix=fix).to_json()
    shown = with_console_fix(error, login=login, connecting=connecting)
    assert shown["fix"].startswith(expected) or expected in shown["fix"]
    assert "--" not in shown["fix"]
    assert "inlaid " not in shown["fix"]


def test_a_decision_is_corrected_beside_the_mail(alone: RunningWeb, dovecot: Dovecot, address: str) -> None:
    own = {"name": address}
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        dovecot.receive(newsletter(address), user=address)
        client.post(f"{MAILBOX}/check", data=own, headers=HTMX)
        before = client.get(MAILBOX, params=own).text
        client.post(f"{MAILBOX}/settings", data=own | {"correction": "draft ann.lee@example.com"})
        after = client.get(MAILBOX, params=own).text
        client.post(f"{MAILBOX}/settings", data=own | {"correction": "forget ann.lee@example.com"})
        undone = client.get(MAILBOX, params=own).text

    assert 'value="draft ann.lee@example.com"' in before
    assert "Always drafts for this sender." in after
    assert 'value="draft ann.lee@example.com"' in undone


def test_labels_are_chosen_and_shown_and_a_mail_with_a_gap_warns(
    alone: RunningWeb, dovecot: Dovecot, address: str
) -> None:
    own, store = {"name": address}, alone.services.store
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        saved = client.post(f"{MAILBOX}/settings", data=own | {"labels": "de"}, headers=HTMX).text
        dovecot.receive(newsletter(address), user=address)
        client.post(f"{MAILBOX}/check", data=own, headers=HTMX)
        (account,) = Accounts(store.records).list()
        job = ready(store, Draft(recipe="reply", text="Hello.\n\n[[When?]]"), person=account.person)
        store.outcomes.add(job, "accepted", person=job.person, distance=None, detail={})
        decision = {"needs_reply": True, "reason": "It asks: When?", "rule": "asked"}
        record = TriageRecord(account.name, 9, decision, subject="Lunch <b>", sender="ann@example.com", job=job.id)
        TriageRecords(store.records, account).put("k", record)
        gone = {"needs_reply": False, "reason": "It was deleted.", "rule": "gone"}
        TriageRecords(store.records, account).put("gone", TriageRecord(account.name, 10, gone))
        page = client.get(MAILBOX, params=own).text
        for number in range(25):
            TriageRecords(store.records, account).put(f"k{number}", TriageRecord(account.name, f"k{number}", gone))
        later = client.get(MAILBOX, params=own).text
        assert client.post(f"{MAILBOX}/known", data=own | {"mail": "9"}).status_code == 303
        known = client.get(MAILBOX, params=own | {"flash": "known"}).text

    warnings = ["went out with a question to you still in it." in text for text in (later, known)]
    assert (warnings, "Noted. This warning is not shown again." in known) == ([True, False], True)
    assert '<option value="de" selected>' in saved
    assert '<span class="quiet">for information</span>' in page
    assert "Your answer to \u201cLunch &lt;b&gt;\u201d went out with a question to you still in it." in page
    assert '<span class="quiet">sent with open gaps</span>' in page
    assert ("It was deleted." in page, page.count("Draft for this mail")) == (True, 1)


def test_a_mail_without_a_draft_gets_one_when_asked_and_older_mail_stands_on_further_pages(
    alone: RunningWeb, dovecot: Dovecot, address: str
) -> None:
    own, store = {"name": address}, alone.services.store
    told = "Hello Bob,\n\nthe lift works again since Monday, for your information.\n\nAnn"
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        (account,) = Accounts(store.records).list()
        records = TriageRecords(store.records, account)
        for number in range(20):
            decision = {"needs_reply": False, "reason": "It asks nothing.", "rule": "not_asked"}
            records.put(f"k{number}", TriageRecord(account.name, number, decision, f"Old {number}", at=number + 1.0))
        bounced = {"needs_reply": False, "reason": "It could not be delivered.", "rule": "bounce", "danger": "Gas!"}
        records.put("bounce", TriageRecord(account.name, 98, bounced, "Undelivered", at=time.time() - 9))
        dovecot.receive(question(address, body=told, number=7), user=address)
        client.post(f"{MAILBOX}/check", data=own, headers=HTMX)
        newest = client.get(MAILBOX, params=own).text
        mail = records.newest()[0].message_id
        (older,) = re.findall(r'href="([^"#]*before=20)#mails"', newest)
        further = client.get(older.replace("&amp;", "&")).text
        copy = replace(records.newest()[0], uid=99, folder="Projects", job="earlier", at=time.time() + 1)
        records.put("copy", copy)
        asked = client.post(f"{MAILBOX}/draft-anyway", data=own | {"mail": mail}, follow_redirects=True).text

    assert newest.count("Draft for this mail") == 19
    assert "<strong>Look at this first: Gas!</strong>" in newest
    assert "1 January 1970" in newest or "1970-01-01" in newest
    assert "A draft is being made." in asked
    assert [bool(record.job) for record in records.newest(limit=2)] == [True, True]
    assert ("Old 2<" in newest, "Old 1<" in newest) == (True, False)
    assert ("Old 2<" in further, "Old 1<" in further, "before=40" in further) == (False, True, False)


def test_how_each_person_was_greeted_last_can_be_seen(alone: RunningWeb, dovecot: Dovecot, address: str) -> None:
    records = alone.services.store.records
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        (account,) = Accounts(records).list()
        greeted = {"de": {"anna@example.com": "Liebe Anna,"}, "en": {"kim@example.com": "Hey Kim!"}}
        voice = WritingStyle(greeted=greeted, learnt_from=2, typical_words=9)
        save_style(records, account.workspace, account.name, voice, [], person=account.person)
        page = client.get(MAILBOX, params={"name": address}).text

    assert "The greeting to 1 person (de), as you last wrote it" in page
    assert re.search(r"anna@example\.com</span><br>Liebe Anna,", page)
    assert re.search(r"kim@example\.com</span><br>Hey Kim!", page)


def test_latest_mail_is_told_in_the_language_of_the_page_and_a_suspicious_sender_gets_no_drafts(
    alone: RunningWeb, dovecot: Dovecot, address: str
) -> None:
    store = alone.services.store
    said = "Sieh zuerst hierhin. Deine Antwort: \u201eDas Lager riecht nach Gas\u201c"
    with comes_in(alone) as client:
        client.post("/console/connections/imap", data=filled(dovecot, address))
        (account,) = Accounts(store.records).list()
        gap = Gap(place=f"[[{said}]]", question=said, is_alert=True)
        job = ready(store, Draft(recipe="reply", text=f"Hallo.\n\n{gap.place}", gaps=(gap,)))
        asked = {"needs_reply": True, "reason": "It asks.", "rule": "asked"}
        fraud = {"needs_reply": False, "reason": "It asks for gift cards.", "rule": SUSPICIOUS}
        for number, (decision, of) in enumerate(((asked, job.id), (fraud, ""))):
            record = TriageRecord(account.name, number, decision, "Lager", "eve@example.net", job=of)
            TriageRecords(store.records, account).put(f"k{number}", record)
        page = client.get(MAILBOX, params={"name": address}).text

    assert "<strong>Look at this first: \u201eDas Lager riecht nach Gas\u201c</strong>" in page
    assert "hierhin" not in page
    assert ("Never for this sender" in page, "Draft for this sender" in page) == (True, False)
    assert "Draft anyway, with a warning" in page
