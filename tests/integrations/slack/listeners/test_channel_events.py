"""What Slack tells of a channel is noted after the acknowledgement, and the next reading has it."""

from typing import Any

import pytest

from core.sources.model import Source
from integrations.slack.listeners.channel_events import message_notice
from tests.fakes.slack.changes import changes_user, deletes, edits, joins, leaves, removes, renames, says, shares_file
from tests.integrations.slack.conftest import Office, talk
from tests.integrations.slack.sources.library import Library


@pytest.fixture
def library(office: Office) -> Library:
    return Library(office)


@pytest.fixture
def source(library: Library, office: Office) -> Source:
    added = library.add(office.general, office.ada)
    library.read(added)
    return added


def text(library: Library, source: Source) -> str:
    library.read(source)
    return "\n".join(library.texts(source).values())


def test_new_edited_and_deleted_messages_come_in(library: Library, office: Office, source: Source) -> None:
    message = says(office.ada, "The gate code is 1111.", office.general)
    assert "1111" in text(library, source)
    edits(office.slack, message, "The gate code is 2222.")
    now = text(library, source)
    assert "2222" in now
    assert "1111" not in now
    reply = says(office.grace, "Since when?", office.general, message.ts)
    assert "Since when?" in text(library, source)
    deletes(office.slack, reply)
    deletes(office.slack, message)
    assert text(library, source) == ""


def test_files_come_and_go(library: Library, office: Office, source: Source) -> None:
    message = shares_file(office.slack, office.ada, office.general, "rules.md", b"No shoes in the lab.")
    assert "No shoes" in text(library, source)
    deletes(office.slack, message)
    assert "No shoes" not in text(library, source)


def test_whoever_leaves_reads_no_more_from_that_moment_on(library: Library, office: Office) -> None:
    board = office.acme.channel("board", office.ada, office.grace, kind="private")
    office.ada.writes("The bonus is 5 percent.", board)
    library.read(library.add(board, office.ada))
    leaves(office.slack, office.grace, board)
    assert not library.finds(office.grace, "bonus percent")  # nothing was read since
    assert library.finds(office.ada, "bonus percent")
    joins(office.slack, office.grace, board)
    library.read(library.manager.find("#board").source)
    assert library.finds(office.grace, "bonus percent")


def test_an_ended_account_reads_no_more_from_that_moment_on(library: Library, office: Office, source: Source) -> None:
    office.ada.writes("The bonus is 5 percent.", office.general)
    assert "bonus" in text(library, source)
    office.grace.user.deactivated = True
    changes_user(office.slack, office.grace)
    assert not library.finds(office.grace, "bonus percent")
    office.ada.user.title = "Countess"
    changes_user(office.slack, office.ada)
    assert library.finds(office.ada, "bonus percent")


def test_a_channel_is_called_by_its_new_name_and_a_deleted_one_is_forgotten(
    library: Library, office: Office, source: Source
) -> None:
    office.ada.writes("The bonus is 5 percent.", office.general)
    assert "bonus" in text(library, source)
    renames(office.slack, office.general, "everyone")
    assert library.status(source).source.title == "#everyone"
    removes(office.slack, office.general)
    assert not library.finds(office.ada, "bonus percent")
    library.sync.work(source.id)
    assert library.manager.listed() == []


def test_where_the_app_is_removed_its_channels_are_forgotten(library: Library, office: Office, source: Source) -> None:
    globex = office.slack.workspace("Globex")
    theirs = globex.channel("lair", globex.person("Hank"))
    del theirs
    office.acme.event({"type": "app_uninstalled"})
    assert library.status(source).source.state == "removing"


@pytest.mark.parametrize("kind", ["team", "bot"])
def test_access_that_is_revoked_ends_its_sources(library: Library, office: Office, source: Source, kind: str) -> None:
    events: dict[str, dict[str, Any]] = {
        "team": {"type": "team_access_revoked", "team_ids": [office.acme.id]},
        "bot": {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [office.acme.bot.id]}},
    }
    office.acme.event(events[kind])
    assert library.status(source).source.state == "removing"


def test_other_channels_and_apps_cost_nothing(library: Library, office: Office, source: Source) -> None:
    elsewhere = office.acme.channel("elsewhere", office.ada)
    says(office.ada, "Not for a source.", elsewhere)
    assert library.status(source).due_at
    library.sources.store.change(source)
    assert "Not for a source." not in text(library, source)


def test_an_event_that_comes_twice_changes_nothing(library: Library, office: Office, source: Source) -> None:
    message = office.ada.writes("The gate code is 1111.", office.general)
    delivery = office.ada.tells_app(message)
    delivery.send(1, "http_timeout")
    assert text(library, source).count("1111") == 1


def test_the_acknowledgement_waits_for_nothing(office: Office, source: Source) -> None:
    del source
    root = talk(office)
    with office.slack.down():
        assert office.ada.tells_app(root).ok


@pytest.mark.parametrize(
    ("event", "notice"),
    [
        ({"ts": "1.1", "text": "x"}, {"ts": "1.1"}),
        ({"ts": "2.2", "thread_ts": "1.1"}, {"ts": "2.2", "thread_ts": "1.1"}),
        ({"ts": "1.1", "bot_id": "B1"}, {}),
        ({"subtype": "message_changed", "message": {"ts": "1.1", "bot_id": "B1"}}, {}),
        ({"subtype": "message_changed", "message": {"ts": "1.1"}, "ts": "9.9"}, {"ts": "1.1"}),
        (
            {
                "subtype": "message_changed",
                "message": {"ts": "1.1", "files": [{"id": "F1", "mode": "tombstone"}, {"id": "F2"}]},
                "previous_message": {"files": [{"id": "F1"}, {"id": "F2"}]},
            },
            {"ts": "1.1", "files": ["F1"]},
        ),
        (
            {"subtype": "message_deleted", "deleted_ts": "1.1", "previous_message": {"thread_ts": "1.0"}},
            {"ts": "1.1", "thread_ts": "1.0"},
        ),
        ({"subtype": "message_deleted", "deleted_ts": "1.1", "previous_message": "odd", "files": 7}, {"ts": "1.1"}),
    ],
)
def test_what_is_read_again_for_an_event(event: dict[str, Any], notice: dict[str, Any]) -> None:
    assert message_notice(event) == notice
