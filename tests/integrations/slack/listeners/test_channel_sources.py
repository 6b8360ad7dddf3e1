"""Channels and files become sources from within Slack, by those who are there, and the channel is told."""

from collections.abc import Callable

import pytest

from integrations.slack.sources.connector import channel_source_id
from tests.fakes.slack import Error
from tests.fakes.slack.changes import shares_file
from tests.fakes.slack.person import Person
from tests.fakes.slack.world import Channel
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import shown_text
from tests.integrations.slack.sources.library import Library


@pytest.fixture
def library(office: Office) -> Library:
    return Library(office)


def told(person: Person, channel: Channel) -> str:
    """Return what only a person was told."""
    return "\n".join(shown_text(message) or message.text for message in person.sees(channel) if message.only_for)


def by_command(person: Person, channel: Channel) -> None:
    assert person.slash("/inlaid", "use this channel", channel=channel).ok


def by_shortcut(person: Person, channel: Channel) -> None:
    message = person.writes("Where is the stapler?", channel)
    assert person.shortcut("use_channel", message).ok


@pytest.mark.parametrize("use", [by_command, by_shortcut])
def test_a_member_has_a_channel_used_and_all_are_told_how_to_stop(
    library: Library, office: Office, use: Callable[[Person, Channel], None]
) -> None:
    use(office.ada, office.general)
    notice = [message for message in office.grace.sees(office.general) if message.bot_id][-1]
    assert "lets Inlaid use this channel" in shown_text(notice)
    assert "all members of the workspace" in shown_text(notice)
    assert "/inlaid stop using this channel" in shown_text(notice)
    assert "#general is being read" in told(office.ada, office.general)
    source = library.sources.store.get(channel_source_id(office.acme.id, office.general.id)).source
    assert (source.person, source.every_seconds, source.title) == (office.ada.id, 3600, "#general")
    use(office.grace, office.general)
    assert "is used already, for all members of the workspace; it holds 0 items." in told(office.grace, office.general)
    assert len(library.manager.listed()) == 1
    assert office.slack.ledger.refusals == []


def test_any_member_stops_it_with_the_button(library: Library, office: Office) -> None:
    by_command(office.ada, office.general)
    notice = [message for message in office.grace.sees(office.general) if message.bot_id][-1]
    office.grace.click(notice, "stop_channel")
    assert library.manager.listed()[0].source.state == "removing"
    assert "forgets what is written" in shown_text(
        [message for message in office.ada.sees(office.general) if message.bot_id and not message.only_for][-1]
    )
    office.grace.slash("/inlaid", "stop using this channel", channel=office.general)
    assert "is forgotten" in told(office.grace, office.general)


def test_who_is_not_in_the_channel_changes_nothing(library: Library, office: Office) -> None:
    room = office.acme.channel("room", office.ada)
    by_command(office.grace, room)
    assert "Only members of a channel" in told(office.grace, room)
    assert library.manager.listed() == []
    by_command(office.ada, room)
    office.grace.slash("/inlaid", "stop using this channel", channel=room)
    assert library.manager.listed()[0].source.state == "active"


def test_guests_are_refused(library: Library, office: Office) -> None:
    guest = office.acme.person("Gil Guest", is_restricted=True)
    office.general.members.add(guest.id)
    by_command(guest, office.general)
    assert "full members" in told(guest, office.general)
    assert library.manager.listed() == []


def test_where_the_app_is_not_it_says_what_to_do(library: Library, office: Office) -> None:
    outside = office.acme.channel("outside", office.ada, app_in=False)
    by_command(office.ada, outside)
    assert "/invite @Inlaid" in told(office.ada, outside)
    office.ada.slash("/inlaid", "use this channel")
    assert "Only channels can be used" in told(office.ada, office.ada.dm)
    assert library.manager.listed() == []


def test_a_channel_that_cannot_be_told_is_not_used(library: Library, office: Office) -> None:
    office.slack.faults.add("chat.postMessage", Error("restricted_action"))
    by_command(office.ada, office.general)
    assert "restricted" in told(office.ada, office.general)
    assert library.manager.listed()[0].source.state == "removing"


def test_what_is_not_used_cannot_be_stopped(library: Library, office: Office) -> None:
    office.ada.slash("/inlaid", "stop using this channel", channel=office.general)
    assert "is not used" in told(office.ada, office.general)
    assert library.manager.listed() == []


def test_a_file_of_a_message_is_kept_for_the_person_alone(library: Library, office: Office) -> None:
    message = shares_file(office.slack, office.grace, office.general, "rules.md", b"No shoes in the lab.")
    office.ada.shortcut("use_file", message)
    assert "rules.md: kept among your uploads" in told(office.ada, office.general)
    [status] = library.manager.listed()
    assert (status.source.connector, status.source.person) == ("uploads", office.ada.id)
    reading = library.sync
    library.connector = library.sources.uploads  # type: ignore[assignment] # the source is read by its own connector
    reading.work(status.source.id)
    assert library.finds(office.ada, "shoes lab")
    assert not library.finds(office.grace, "shoes lab")


def test_a_file_that_cannot_be_read_is_named(library: Library, office: Office) -> None:
    message = shares_file(office.slack, office.grace, office.general, "party.mp4", b"0000")
    office.ada.shortcut("use_file", message)
    assert "party.mp4 is of a kind that is not read" in told(office.ada, office.general)
    office.ada.shortcut("use_file", office.grace.writes("No file here.", office.general))
    assert "There is no file in this message" in told(office.ada, office.general)
    assert library.manager.listed() == []


BROKEN_PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("contract.pdf", BROKEN_PDF, "contract.pdf cannot be read, so it was not kept: "),
        ("letter.docx", bytes(500), "letter.docx cannot be read, so it was not kept: This is no .docx file"),
        (
            "blank.html",
            b"<html><body> </body></html>",
            "blank.html cannot be read, so it was not kept: It holds no text.",
        ),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_refused_with_why(
    library: Library, office: Office, name: str, data: bytes, why: str
) -> None:
    office.ada.shortcut("use_file", shares_file(office.slack, office.grace, office.general, name, data))
    assert why in told(office.ada, office.general)
    assert "kept among your uploads" not in told(office.ada, office.general)
    assert library.manager.listed() == []


def test_a_text_that_calls_itself_a_word_document_is_kept_as_a_text_and_that_is_said(
    library: Library, office: Office
) -> None:
    message = shares_file(office.slack, office.grace, office.general, "fake.docx", b"No shoes in the lab.")
    office.ada.shortcut("use_file", message)
    said = told(office.ada, office.general)
    assert "fake.docx: kept among your uploads" in said
    assert "fake.docx: This is a text, and no .docx file; it is read as it stands." in said


def test_a_single_item_is_counted_as_one(library: Library, office: Office) -> None:
    office.ada.writes("No shoes in the lab.", office.general)
    library.read(library.add(office.general, office.ada))
    by_command(office.ada, office.general)
    assert "it holds 1 item." in told(office.ada, office.general)
