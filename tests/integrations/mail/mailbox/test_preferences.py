"""What a person can set for a mailbox, and what is refused with the reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.store import Store
from integrations.mail.imap.accounts import ImapAccount
from integrations.mail.mailbox.preferences import (
    LABELS_ENDING,
    PREFERENCES_KIND,
    FieldError,
    Preferences,
    changed,
    load_preferences,
    owner_of_account,
)
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.writing_style import WritingStyle


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, 15, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "quiet", "awake"),
    [
        ("22:00-07:00", [at(22), at(23, 59), at(0), at(6, 59)], [at(7), at(12), at(21, 59)]),
        ("12:00-13:00", [at(12), at(12, 59)], [at(11, 59), at(13)]),
        ("", [], [at(0), at(12)]),
    ],
)
def test_quiet_hours_may_pass_midnight(hours: str, quiet: list[datetime], awake: list[datetime]) -> None:
    preferences = Preferences(quiet_hours=hours)
    assert all(preferences.is_suspended(one) for one in quiet)
    assert not any(preferences.is_suspended(one) for one in awake)
    assert all(Preferences(paused=True).is_suspended(one) for one in awake)


def test_hours_and_days_are_those_of_the_persons_clock() -> None:
    preferences = Preferences(quiet_hours="22:00-07:00", timezone="America/New_York")
    assert not preferences.is_quiet(at(22))
    assert preferences.is_quiet(at(4))
    assert preferences.day_start(at(3)) == datetime(2026, 1, 14, 5, tzinfo=UTC).timestamp()


def test_only_what_is_given_changes_and_off_switches_off() -> None:
    before = Preferences(threshold=0.7, quiet_hours="22:00-07:00", on_request="flagged")
    after = changed(before, quiet_hours="off", on_request="off", threshold=None)
    assert after == Preferences(threshold=0.7)


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 1.5},
        {"threshold": float("nan")},
        {"quiet_hours": "25:00-26:00"},
        {"quiet_hours": "night"},
        {"timezone": "Mars/Base"},
        {"timezone": "../../etc/passwd"},
        {"on_request": "\\Seen"},
        {"on_request": "two words"},
        {"on_request": "A1 LOGOUT\r\n"},
        {"aliases": ("nobody",)},
        {"aliases": ("a@example.org, b@example.org",)},
        {"drafts_per_day": -1},
        {"drafts_per_day": 1001},
        {"follow_up_days": 366},
        {"follow_up_days": 99_999_999_999},
        {"quiet_hours": "22:00-22:00"},
        {"quiet_hours": "7:00-07:00"},
        {"draft_for": ("nobody",)},
        {"never_for": tuple(f"ann{number}@example.com" for number in range(501))},
        {"correction": ("maybe", "ann@example.com")},
        {"correction": ("draft", "@com")},
    ],
)
def test_what_cannot_be_is_refused_with_a_way_to_write_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(FieldError) as caught:
        changed(Preferences(), **wrong)
    assert caught.value.fix
    assert [caught.value.field] == list(wrong)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"on_request": "Flagged"}, {"on_request": "flagged"}),
        ({"on_request": "OFF"}, {"on_request": ""}),
        ({"quiet_hours": "Off"}, {"quiet_hours": ""}),
        ({"timezone": "europe/berlin"}, {"timezone": "Europe/Berlin"}),
        ({"timezone": " utc "}, {"timezone": "UTC"}),
        ({"drafts_per_day": 1000, "follow_up_days": 365}, {"drafts_per_day": 1000, "follow_up_days": 365}),
    ],
)
def test_a_setting_is_kept_in_its_one_spelling(given: dict[str, Any], kept: dict[str, Any]) -> None:
    assert changed(Preferences(), **given) == Preferences(**kept)


def test_a_correction_holds_for_a_sender_until_the_next() -> None:
    found = changed(Preferences(), correction=("draft", "Ann Lee <Ann@Example.com>"))
    assert found.draft_for == ("ann@example.com",)
    found = changed(found, correction=("never", "ann@example.com"))
    assert (found.draft_for, found.never_for) == ((), ("ann@example.com",))
    assert changed(found, correction=("forget", "ann@example.com")) == Preferences()
    assert changed(Preferences(), correction=("never", "@Example.com")).never_for == ("@example.com",)


def test_labels_that_are_switched_off_are_taken_away_before_they_are_off() -> None:
    labelled = changed(Preferences(), labels="DE")
    assert labelled.labels == "de"
    ending = changed(labelled, labels="off")
    assert ending.labels == LABELS_ENDING
    assert changed(ending, paused=True).labels == LABELS_ENDING
    assert changed(ending, labels="fr").labels == "fr"
    assert changed(Preferences(), labels="off").labels == ""
    with pytest.raises(FieldError, match="no labels in"):
        changed(Preferences(), labels="klingon")


@pytest.mark.parametrize(("stored", "means"), [(True, "always"), (False, "thread"), ("never", "never")])
def test_what_earlier_versions_stored_about_whom_drafts_go_to_is_understood(
    store: Store, stored: object, means: str
) -> None:
    store.records.put(PREFERENCES_KIND, "local", "bob@example.org", {"reply_all": stored}, person="bob")
    assert load_preferences(store.records, "local", "bob@example.org").reply_all == means


def test_whom_drafts_go_to_is_one_of_three() -> None:
    with pytest.raises(FieldError, match="does not say whom"):
        changed(Preferences(), reply_all="sometimes")


@pytest.mark.parametrize(
    ("own", "learnt", "name"),
    [("Mia Okonjo", "M. Okonjo", "Mia Okonjo"), ("", "M. Okonjo", "M. Okonjo"), ("", "", "Weber Hausverwaltung")],
)
def test_the_owner_is_called_as_their_mailbox_and_their_mail_say_before_that_of_others(
    own: str, learnt: str, name: str
) -> None:
    account = ImapAccount("h", 993, "mia@example.de", "", "tls", "mia", address="mia@example.de", owner_name=own)
    mail = MailMessage(to=(Address(name="Weber Hausverwaltung", address="mia@example.de"),), text="Hallo")
    assert owner_of_account(mail, account, Preferences(), WritingStyle(owner_name=learnt)).name == name
