"""A channel is read, kept up, and open to those alone who may read it in Slack now."""

import pytest

from core.errors import CredentialError, InputError, SourceBusy
from core.sources.model import Source
from core.sources.notices import Notices
from integrations.slack.sources.connector import channel_source_id
from tests.fakes.slack import Status
from tests.fakes.slack.archive import Archive
from tests.fakes.slack.changes import deletes, edits, shares_file
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office, talk
from tests.integrations.slack.sources.library import Library

DAY = 86_400.0


def told(library: Library, source: Source, **data: object) -> None:
    """Let a notice wait, as an event leaves it."""
    records = library.office.store.records
    Notices(records.database, records.cipher).put(source, {**data})


def test_threads_and_days_are_items_whose_links_open_at_the_message(library: Library, office: Office) -> None:
    root = talk(office)
    alone = office.ada.writes("Lunch is at noon in the garden.", office.general)
    source = library.add(office.general, office.ada)
    done = library.read(source)
    assert done.error is None
    texts = library.texts(source)
    [thread] = [text for title, text in texts.items() if title == "#general: The printer is broken again."]
    assert thread == (
        "Ada Lovelace: The printer is broken again.\n"
        "Grace Hopper: @Ada Lovelace I will call the service tomorrow & tell you."
    )
    [day] = [text for title, text in texts.items() if title.startswith("#general, 20")]
    assert day == "Ada Lovelace: Lunch is at noon in the garden."
    [hit] = library.finds(office.grace, "When is lunch?")
    assert hit.link == f"https://acme.slack.com/archives/{office.general.id}/p{alone.ts.replace('.', '')}"
    [hit] = library.finds(office.grace, "printer service")
    assert hit.link == f"https://acme.slack.com/archives/{office.general.id}/p{root.ts.replace('.', '')}"
    assert office.slack.ledger.refusals == []


def test_what_apps_wrote_and_joins_are_left_out(library: Library, office: Office) -> None:
    office.ada.writes("joined", office.general, subtype="channel_join")
    office.slack.publish(
        Message(office.slack.world.new_ts(), office.general, office.acme.bot.id, "Build 7 failed", bot_id="B1"), "bot"
    )
    office.ada.writes("Who looks at the build?", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    assert [*library.texts(source).values()] == ["Ada Lovelace: Who looks at the build?"]


def test_what_was_said_to_the_app_is_left_out_and_its_files_are_read(library: Library, office: Office) -> None:
    call = f"<@{office.acme.bot.id}>"
    asked = office.ada.writes(f"{call} what was decided?", office.general)
    office.grace.writes("We take the hall.", office.general, asked.ts)
    office.grace.writes(f"{call} scan this thread", office.general, asked.ts)
    office.ada.writes(f"{call} summarize #general", office.general)
    shares_file(
        office.slack, office.ada, office.general, "plan.txt", b"The hall has 40 seats.", text=f"{call} summarize this"
    )
    source = library.add(office.general, office.ada)
    library.read(source)
    assert sorted(library.texts(source).values()) == ["Grace Hopper: We take the hall.", "The hall has 40 seats."]


def test_there_is_one_source_for_a_channel_and_no_other_place_is_taken(library: Library, office: Office) -> None:
    source = library.add(office.general, office.ada)
    assert library.connector.check(source).endswith("2 people may find it")  # the app is none
    assert source.id == channel_source_id(office.acme.id, office.general.id)
    assert (source.workspace, source.person, source.title) == (office.acme.id, office.ada.id, "#general")
    assert library.add(office.general, office.grace).person == office.ada.id
    assert library.add(office.general).id == source.id
    outside = office.acme.channel("outside", office.ada, app_in=False)
    with pytest.raises(InputError, match="/invite @Inlaid"):
        library.add(outside, office.ada)
    hidden = office.acme.channel("hidden", office.ada, kind="private", app_in=False)
    with pytest.raises(InputError, match="/invite @Inlaid"):
        library.add(hidden, office.ada)


def test_only_members_read_a_private_channel_and_whoever_leaves_reads_no_more(library: Library, office: Office) -> None:
    board = office.acme.channel("board", office.ada, kind="private")
    office.ada.writes("The merger closes on Friday.", board)
    source = library.add(board, office.ada)
    library.read(source)
    assert library.finds(office.ada, "merger Friday")
    assert not library.finds(office.grace, "merger Friday")
    board.members.add(office.grace.id)
    library.later()
    before = library.status(source).passages
    done = library.read(source)
    assert library.finds(office.grace, "merger Friday")
    assert (done.stored, library.status(source).passages) == (0, before)  # rows of members, and nothing else
    board.members.discard(office.ada.id)
    library.later()
    library.read(source)
    assert not library.finds(office.ada, "merger Friday")


def test_a_public_channel_is_for_full_members_and_guests_only_within_it(library: Library, office: Office) -> None:
    eve = office.acme.person("Eve Extern")
    inside = office.acme.person("Gil Guest", is_restricted=True)
    outside = office.acme.person("Gus Guest", is_restricted=True)
    gone = office.acme.person("Old Hand", deactivated=True)
    office.general.members |= {inside.id, gone.id}
    office.ada.writes("The wifi password changes on Monday.", office.general)
    library.read(library.add(office.general))
    readers = [person for person in (eve, inside, outside, gone) if library.finds(person, "wifi password")]
    assert readers == [eve, inside]


def test_in_a_shared_channel_membership_alone_counts(library: Library, office: Office) -> None:
    globex = office.slack.workspace("Globex")
    hank, homer = globex.person("Hank Scorpio"), globex.person("Homer Simpson")
    shared = office.acme.channel("project", office.ada, hank)
    office.ada.writes("The volcano lair is ready.", shared)
    library.read(library.add(shared, office.ada))
    people = (office.ada, office.grace, hank, homer)
    assert [person for person in people if library.finds(person, "volcano lair")] == [office.ada, hank]


def test_history_is_read_within_the_limits_of_other_apps_and_the_wait_is_said(library: Library, office: Office) -> None:
    office.slack.app.outside_marketplace = True
    root = office.ada.writes("Which vendor do we take for the cables?", office.general)
    for number in range(20):
        office.grace.writes(f"Offer {number} came in.", office.general, root.ts)
    for number in range(40):
        office.ada.writes(f"Note number {number} for the file.", office.general)
    source = library.add(office.general, office.ada)
    office.slack.rate_limits.enforced = True
    office.slack.clock.freeze()
    first = library.sync.work(source.id)
    assert first
    assert isinstance(first.error, SourceBusy)
    said = library.status(source)
    assert said.error
    assert "15 messages are read so far" in said.error["message"]
    assert "Reading continues at" in said.error["fix"]
    assert said.failures == 0
    assert said.due_at
    done = library.read(source, waits=50)
    assert done.error is None
    texts = "\n".join(library.texts(source).values())
    assert all(f"Offer {number} came in." in texts for number in range(20))
    assert all(f"Note number {number} for" in texts for number in range(40))
    assert library.status(source).error is None


@pytest.mark.parametrize("died_after", [1, 2, 3])
def test_a_reading_that_is_killed_goes_on_where_it_was(library: Library, office: Office, died_after: int) -> None:
    people = (office.ada.id, office.grace.id)
    office.general.archive = Archive(700, people)
    source = library.add(office.general, office.ada)
    pages = 0

    def killed(*_: object) -> None:
        nonlocal pages
        pages += 1
        if pages == died_after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.sync.work(source.id, killed)
    with library.office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE source SET lease_until = NULL")
    library.restart()
    assert library.read(source).error is None
    texts = "\n".join(library.texts(source).values())
    assert all(f"Ticket {number} came" in texts for number in range(700))
    whole = len(library.items(source))
    library.later(30 * DAY)
    assert library.read(source).stored == 0
    assert len(library.items(source)) == whole


def test_edits_and_deletions_follow_when_an_event_told_of_them(library: Library, office: Office) -> None:
    root = talk(office)
    lunch = office.ada.writes("Lunch is at noon.", office.general)
    office.grace.writes("The rent is due on Monday.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    edits(office.slack, lunch, "Lunch is at one.")
    told(library, source, ts=lunch.ts)
    library.read(source)
    assert any("Lunch is at one." in text for text in library.texts(source).values())
    reply = office.grace.writes("It works again.", office.general, root.ts)
    told(library, source, ts=reply.ts, thread_ts=root.ts)
    library.read(source)
    assert "It works again." in library.texts(source)["#general: The printer is broken again."]
    deletes(office.slack, lunch)
    told(library, source, ts=lunch.ts)
    library.read(source)
    assert not any("Lunch" in text for text in library.texts(source).values())
    for message in office.slack.world.thread(office.general, root.ts)[::-1]:
        deletes(office.slack, message)
    told(library, source, ts=root.ts, thread_ts=root.ts)
    library.read(source)
    assert list(library.texts(source).values()) == ["Grace Hopper: The rent is due on Monday."]


def test_a_message_that_gets_an_answer_moves_into_its_thread(library: Library, office: Office) -> None:
    root = office.ada.writes("Does anybody have the old contract?", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    reply = office.grace.writes("It is in the safe.", office.general, root.ts)
    told(library, source, ts=reply.ts, thread_ts=root.ts)
    library.read(source)
    assert [*library.texts(source)] == ["#general: Does anybody have the old contract?"]
    deletes(office.slack, reply)
    told(library, source, ts=reply.ts, thread_ts=root.ts)
    library.read(source)
    assert [*library.texts(source).values()] == ["Ada Lovelace: Does anybody have the old contract?"]


def test_a_sync_repairs_what_no_event_told_of(library: Library, office: Office) -> None:
    old = office.ada.writes("The old price is 10 EUR.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    office.ada.writes("The new price is 12 EUR.", office.general)
    library.later()
    library.read(source)
    assert "The new price" in "\n".join(library.texts(source).values())
    office.slack.clock.advance(20 * DAY)
    office.ada.writes("Good morning.", office.general)
    library.later(2 * DAY)
    library.read(source)
    office.slack.world.remove(old)
    library.later()
    library.read(source)
    assert "The old price" in "\n".join(library.texts(source).values())  # only the last days are read each time
    library.later(8 * DAY)
    library.read(source)
    assert "The old price" not in "\n".join(library.texts(source).values())


def test_a_channel_that_was_emptied_is_emptied_here(library: Library, office: Office) -> None:
    message = office.ada.writes("The only word.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    office.slack.world.remove(message)
    told(library, source, again=True)
    assert library.read(source).error is None
    assert library.items(source) == {}


@pytest.mark.parametrize("skew_seconds", [-400 * DAY, -3600.0, 3600.0, 400 * DAY])
def test_a_clock_that_goes_wrong_loses_nothing(library: Library, office: Office, skew_seconds: float) -> None:
    office.ada.writes("Before the clock went wrong.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    library.now += skew_seconds
    office.ada.writes("After the clock went wrong.", office.general)
    assert library.read(source).error is None
    text = "\n".join(library.texts(source).values())
    assert "Before the clock" in text
    assert "After the clock" in text


def test_files_are_read_as_documents_and_go_with_their_message(library: Library, office: Office) -> None:
    message = shares_file(
        office.slack, office.ada, office.general, "travel.md", b"# Trains\n\nFirst class from 300 km."
    )
    shares_file(office.slack, office.ada, office.general, "holiday.mp4", b"0000")
    root = office.ada.writes("Here is the contract.", office.general)
    reply = shares_file(office.slack, office.grace, office.general, "contract.txt", b"The notice period is 90 days.")
    reply.thread_ts = root.ts
    source = library.add(office.general, office.ada)
    library.read(source)
    texts = library.texts(source)
    assert "First class from 300 km." in texts["travel.md"]
    assert texts["contract.txt"] == "The notice period is 90 days."
    assert "holiday.mp4" not in texts
    deletes(office.slack, message)
    told(library, source, ts=message.ts, files=[message.files[0]["id"]])
    library.read(source)
    assert "travel.md" not in library.texts(source)
    library.later(30 * DAY)
    library.read(source)
    assert "contract.txt" in library.texts(source)


def test_a_file_that_is_too_large_is_named_and_the_rest_goes_on(library: Library, office: Office) -> None:
    message = shares_file(office.slack, office.ada, office.general, "huge.txt", b"x")
    office.slack.uploads.by_id[message.files[0]["id"]].length_bytes = 31_000_000
    office.ada.writes("Small talk.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    error = library.items(source)["huge.txt"].error
    assert error
    assert "30 MB" in error["message"]
    assert "Ada Lovelace: Small talk." in library.texts(source).values()


def test_the_same_text_in_two_hundred_messages_is_found_once(library: Library, office: Office) -> None:
    for _ in range(200):
        office.slack.clock.advance(DAY)
        office.ada.writes("Reminder: please hand in your timesheets.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    [hit] = library.finds(office.grace, "timesheets")
    assert hit.copies >= 49  # as deep as a ranking is


def test_where_the_app_was_taken_out_nobody_reads_until_it_is_back(library: Library, office: Office) -> None:
    office.ada.writes("The safe is behind the mirror.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    office.general.members.discard(office.acme.bot.id)
    library.later()
    done = library.read(source)
    assert done.error
    assert "/invite @Inlaid" in done.error.fix
    assert not library.finds(office.ada, "safe mirror")
    office.general.members.add(office.acme.bot.id)
    library.later()
    assert library.read(source).error is None
    assert library.finds(office.ada, "safe mirror")


def test_a_revoked_token_leaves_nothing_to_be_read(library: Library, office: Office) -> None:
    office.ada.writes("The safe is behind the mirror.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    office.acme.revoke_tokens()
    library.later()
    assert library.read(source).removed == 1  # Slack told of it
    assert not library.finds(office.ada, "safe mirror")


def test_a_token_that_ended_unseen_lets_nobody_read_and_says_so(library: Library, office: Office) -> None:
    office.ada.writes("The safe is behind the mirror.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    office.slack.tokens.end_all(office.acme.team, "token_revoked")
    library.later()
    assert isinstance(library.read(source).error, CredentialError)
    assert not library.finds(office.ada, "safe mirror")


def test_an_outage_changes_nothing_and_is_tried_again(library: Library, office: Office) -> None:
    office.ada.writes("The safe is behind the mirror.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    library.later()
    with office.slack.down(Status(503)):
        done = library.read(source)
    assert done.error
    assert done.error.retryable
    assert library.finds(office.ada, "safe mirror")
    assert library.read(source).error is None
