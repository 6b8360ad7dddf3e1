"""Edits of which no event told are found, within Slack's limits, and threads of long ago are left alone."""

from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office, talk
from tests.integrations.slack.sources.library import Library

DAY = 86_400.0


def calls_of(office: Office, method: str) -> int:
    return sum(call.method == method for call in office.slack.ledger.calls)


def lose_edit(office: Office, message: Message, text: str) -> None:
    """Edit a message with an event that never comes."""
    message.text, message.edited_ts = text, office.slack.world.new_ts()


def limit_history(office: Office) -> None:
    """Let Slack give what an app outside the marketplace gets, and its clock go on with our waits alone."""
    office.slack.app.outside_marketplace = True
    office.slack.rate_limits.enforced = True
    office.slack.clock.freeze()


def test_edits_of_which_no_event_told_are_found_answers_included(library: Library, office: Office) -> None:
    root = talk(office)
    reply = office.grace.writes("The code is 1234.", office.general, root.ts)
    lunch = office.ada.writes("Lunch is at noon.", office.general)
    source = library.add(office.general, office.ada)
    library.read(source)
    office.slack.clock.advance(2 * DAY)
    office.ada.writes("Good morning.", office.general)
    library.later(DAY)
    library.read(source)
    lose_edit(office, lunch, "Lunch is at one.")
    lose_edit(office, reply, "The code is 5678.")
    library.later(600)  # the last days were read again a moment ago
    library.read(source)
    assert "noon" in "\n".join(library.texts(source).values())
    library.later(DAY / 2)
    assert library.read(source).stored == 2
    texts = library.texts(source)
    assert "The code is 5678." in texts["#general: The printer is broken again."]
    assert "1234" not in texts["#general: The printer is broken again."]
    assert any("Lunch is at one." in text for text in texts.values())
    # What was found is not fetched again, by this process or by the next.
    for restart in (False, True):
        if restart:
            library.restart()
        library.later(DAY / 2)
        assert library.read(source).stored == 0
    assert "The code is 5678." in library.texts(source)["#general: The printer is broken again."]


def test_threads_of_long_ago_are_not_read_again_for_their_answers(library: Library, office: Office) -> None:
    root = talk(office)
    source = library.add(office.general, office.ada)
    library.read(source)
    office.slack.clock.advance(5 * DAY)
    office.ada.writes("Good morning.", office.general)
    library.later()
    library.read(source)
    asked = calls_of(office, "conversations.replies")
    library.later(DAY)
    library.read(source)
    assert calls_of(office, "conversations.replies") == asked
    office.grace.writes("It works again.", office.general, root.ts)
    library.later(DAY)
    library.read(source)
    assert "It works again." in library.texts(source)["#general: The printer is broken again."]


def test_the_last_days_are_read_to_their_end_within_the_limit_of_an_app_outside_the_marketplace(
    library: Library, office: Office
) -> None:
    roots = [office.ada.writes(f"Offer {number} came in.", office.general) for number in range(20)]
    replies = [office.grace.writes(f"It costs {number}.", office.general, root.ts) for number, root in enumerate(roots)]
    source = library.add(office.general, office.ada)
    library.read(source)
    lose_edit(office, replies[7], "It costs nothing.")
    limit_history(office)
    library.later(DAY)
    done = library.read(source, waits=100)
    assert done.error is None
    assert "It costs nothing." in library.texts(source)["#general: Offer 7 came in."]
    assert not library.status(source).failures
