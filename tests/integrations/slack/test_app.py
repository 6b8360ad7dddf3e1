"""Socket Mode: the same listeners over a connection that the app opens."""

import threading
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from core.errors import SettingsError
from integrations.slack.app import connected
from integrations.slack.context import AppContext, BackgroundRunner, make_context
from tests.fakes.slack.person import Person
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import action_ids, button_labels, quiet_text, shown_text


def socket_desk(office: Office) -> AppContext:
    settings = office.settings.model_copy(
        update={"slack_app_token": SecretStr(office.slack.app_token()), "slack_signing_secret": SecretStr("")}
    )
    return make_context(settings, office.store, office.recipes, office.context.submit, BackgroundRunner())


def reach(office: Office) -> None:
    """Have what people do go over the app's connection, once the other end knows it too."""
    office.slack.connect_socket_mode()
    waiting, tries = threading.Event(), 0
    while not office.slack.socket_mode.connections:
        waiting.wait(0.01)
        tries += 1
        assert tries < 1000, "the connection is not known"


def test_a_command_comes_and_is_answered_over_the_connection(office: Office) -> None:
    with connected(socket_desk(office)):
        reach(office)
        ack = office.ada.slash("/draft", "hello", channel=office.general)
        assert ack.ok
        assert "I am on it" in office.last(office.ada, office.general).text
        office.work()
        assert "printer" in shown_text(office.last(office.ada, office.general))


def test_unknown_requests_are_acknowledged_too(office: Office) -> None:
    with connected(socket_desk(office)):
        reach(office)
        assert office.ada.shortcut("unheard_of").ok
        assert office.acme.event({"type": "star_added", "user": office.ada.id}, "app_mention").ok


def test_without_an_app_token_the_setting_is_named(make_office: Callable[..., Office]) -> None:
    office = make_office()
    with pytest.raises(SettingsError, match="INLAID_SLACK_APP_TOKEN"), connected(office.context):
        pass


@pytest.mark.parametrize(
    "missing", ["trigger_id", "response_url", "user_name", "text", "channel_name", "enterprise_id"]
)
def test_a_command_with_a_part_missing_is_acknowledged(office: Office, missing: str) -> None:
    ack = office.ada.slash("/draft", "hello", channel=office.general)
    payload = {name: value for name, value in ack.payload.items() if name != missing} | {"extra": "yes"}
    again = office.slack.deliver_again(type(ack)(type(ack.request)(ack.request.kind, payload)))
    assert again.status == 200


def test_unknown_events_actions_and_commands_are_acknowledged(office: Office) -> None:
    assert office.acme.event({"type": "star_added", "user": office.ada.id}, "app_mention").ok
    ack = office.ada.slash("/unheard", "of", channel=office.general)
    assert ack.status == 200
    assert office.ada.shortcut("unheard_of").status == 200


def test_everybody_is_spoken_to_in_the_language_of_their_slack(office: Office) -> None:
    zoe, ours = office.acme.person("Zoë Ångström", locale="de-DE"), "Nothing was found."
    office.general.members.add(zoe.id)
    office.answers = [ours, ours]
    for somebody in (zoe, office.ada):
        somebody.opens_home()  # Slack is asked of them
        somebody.slash("/draft", "hello", channel=office.general)
    assert zoe.home is not None
    assert office.ada.home is not None
    assert ("Was soll ich schreiben?" in shown_text(zoe.home), "Noch nichts." in quiet_text(zoe.home)) == (True, True)
    assert "What should I write?" in shown_text(office.ada.home)
    assert action_ids(zoe.home) == action_ids(office.ada.home)
    office.work()
    answer, english = office.last(zoe, office.general), office.last(office.ada, office.general)
    assert (shown_text(answer), shown_text(english)) == (ours, ours)  # what was written stays
    assert "Hier posten" in button_labels(answer)
    assert "Post here" in button_labels(english)
    assert action_ids(answer) == action_ids(english)
    zoe.slash("/draft", "hello", channel=office.general)
    assert "Ich bin dabei" in office.last(zoe, office.general).text
    zoe.click(answer, "post_here")
    assert "entworfen mit Inlaid" in quiet_text(office.last(office.ada, office.general))  # as its author speaks
    assert office.slack.ledger.refusals == []


FIRST_ACTS: dict[str, Callable[[Office, Person], object]] = {
    "nur Sie sehen": lambda office, zoe: zoe.slash("/inlaid", "help", channel=office.general),
    "Ich bin dabei": lambda office, zoe: zoe.slash("/draft", "hello", channel=office.general),
    "Nachricht": lambda office, zoe: zoe.slash("/draft", channel=office.general),
    "Ich lese": lambda office, zoe: zoe.shortcut("draft_reply", office.grace.writes("When?", office.general)),
    "Was soll": lambda office, zoe: zoe.writes_to_app("draft"),
    "hilft bei dem": lambda office, zoe: zoe.mentions_app("help", office.general),
}


@pytest.mark.parametrize("said", FIRST_ACTS)
def test_the_very_first_words_to_somebody_are_in_the_language_of_their_slack(office: Office, said: str) -> None:
    zoe = office.acme.person("Zoë Ångström", locale="de-DE")
    office.general.members.add(zoe.id)
    FIRST_ACTS[said](office, zoe)
    shown = zoe.modal.title if zoe.modal else " ".join(one.text for one in zoe.sees(office.general) + zoe.sees(zoe.dm))
    assert said in shown
    assert office.slack.ledger.refusals == []


def test_what_is_written_in_a_channel_is_no_reason_to_ask_who_its_writer_is(office: Office) -> None:
    office.grace.writes("The printer is broken.", office.general)
    assert office.slack.ledger.called("users.info") == []
    office.grace.mentions_app("help", office.general)
    assert len(office.slack.ledger.called("users.info")) == 1
