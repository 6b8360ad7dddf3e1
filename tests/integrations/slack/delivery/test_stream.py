"""Text that grows while it is written, and ends as the checked text whatever happens."""

import pytest

from core.drafts import Draft
from core.ports import Progress
from integrations.slack.delivery.stream import KIND as STREAM
from integrations.slack.surface import SlackSurface
from tests.fakes.slack import AnswerLost
from tests.fakes.slack.ledger import Recorded
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.delivery.test_answer import answers, kill_worker
from tests.integrations.slack.screen import button_labels, shown_text

LONG = " ".join(f"Sentence number {number} is here." for number in range(40))


@pytest.fixture(autouse=True)
def quick_stream(office: Office) -> None:
    """Let each piece be shown at once."""
    office.surface = SlackSurface(office.recipes, append_seconds=0.0)


def test_a_long_text_grows_and_ends_as_the_checked_text(office: Office) -> None:
    office.answers = [Draft(recipe="compose", text=LONG)]
    office.ada.writes_to_app("draft many sentences")
    office.work()
    called = [call.method for call in office.slack.ledger.calls if "Stream" in call.method]
    assert called[0] == "chat.startStream"
    assert called.count("chat.appendStream") > 3
    assert called[-1] == "chat.stopStream"
    answers = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
    assert len(answers) == 1
    assert answers[0].text == LONG
    assert "Edit" in button_labels(answers[0])
    # It ends with its buttons and is not changed afterwards, so it is not marked as edited.
    assert office.slack.ledger.called("chat.update") == []
    assert answers[0].edited_ts == ""
    assert answers[0].metadata is not None
    assert office.slack.ledger.refusals == []


def test_what_streams_is_inert(office: Office) -> None:
    text = (
        "Call <!channel> and @here, see [this](https://evil.example/a?b=1) and ![x](https://evil.example/i.png) now. "
        * 3
    )
    office.answers = [text]
    office.ada.writes_to_app("draft something")
    office.work()
    streamed = "".join(
        str(call.args.get("markdown_text", "")) for call in office.slack.ledger.calls if "Stream" in call.method
    )
    assert "evil.example" in streamed
    assert not [bad for bad in ("<!channel>", "@here", "](https:", "https://") if bad in streamed]


def test_pressing_stop_ends_the_work(office: Office) -> None:
    def stop_early(progress: Progress) -> None:
        if not office.slack.ledger.called("chat.appendStream"):
            return
        [growing] = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
        office.ada.stops(growing)
        while True:  # the next heartbeat ends this
            progress.say("Writing")

    office.while_writing = stop_early
    office.lease_seconds = 0.3
    office.answers = [LONG]
    office.ada.writes_to_app("draft many sentences")
    [job] = office.work()
    assert job.state == "cancelled"
    answer, told = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
    assert "number 39" not in answer.text
    assert "Stopped." in told.text
    assert told.thread_ts == answer.thread_ts
    pane = office.slack.panes.of(office.ada.dm, answer.thread_ts)
    assert (pane.session_status, pane.status) == ("active", "")
    office.while_writing = lambda _progress: None
    office.ada.click(told, "try_again")
    [again] = office.work()
    assert again.state == "delivered"


def test_stop_that_is_pressed_just_before_the_end_ends_it_all_the_same(office: Office) -> None:
    def stop_late(_progress: Progress) -> None:
        streamed = "".join(str(call.args.get("markdown_text", "")) for call in stream_calls(office))
        if "number 38" in streamed and not office.slack.ledger.called("agents.sessions.setStatus"):
            [growing] = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
            office.ada.stops(growing)

    office.while_writing = stop_late
    office.answers = [LONG]
    office.ada.writes_to_app("draft many sentences")
    [job] = office.work()
    assert job.state == "cancelled"
    answer, told = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
    assert button_labels(answer) == []
    assert "Stopped." in told.text


def test_a_wording_that_the_checks_refused_is_not_continued_by_the_next(office: Office) -> None:
    def begin_anew(progress: Progress) -> None:
        streamed = "".join(str(call.args.get("markdown_text", "")) for call in stream_calls(office))
        if "number 9" in streamed and "One more pass" not in streamed:
            progress.say("Trying another wording")

    office.while_writing = begin_anew
    office.answers = [LONG]
    office.ada.writes_to_app("draft many sentences")
    office.work()
    *_, last_growth, _stop = stream_calls(office)
    assert "One more pass over the wording" in str(last_growth.args["markdown_text"])
    [answer] = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
    assert shown_text(answer) == LONG


def stream_calls(office: Office) -> list[Recorded]:
    return [call for call in office.slack.ledger.calls if "Stream" in call.method]


def test_a_stream_that_slack_closes_still_ends_as_the_whole_text(office: Office) -> None:
    office.while_writing = lambda _progress: office.slack.clock.advance(20)
    office.answers = [LONG]
    office.ada.writes_to_app("draft many sentences")
    [job] = office.work()
    assert job.state == "delivered"
    [answer] = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
    assert shown_text(answer) == LONG


def test_a_piece_whose_acknowledgement_got_lost_does_not_stand_twice(office: Office) -> None:
    office.slack.faults.add("chat.appendStream", AnswerLost())
    office.answers = [LONG]
    office.ada.writes_to_app("draft many sentences")
    office.work()
    [answer] = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
    assert shown_text(answer) == LONG


@pytest.mark.parametrize("at", [f"after intending {STREAM}", f"before confirming {STREAM}", "before confirming answer"])
def test_a_growing_answer_whose_worker_is_killed_ends_as_one(office: Office, at: str) -> None:
    office.answers = ["This is a text that is long enough for a stream to begin."]
    office.ada.writes_to_app("draft hello")
    kill_worker(office, at)
    office.work()
    [answer] = answers(office)
    assert (shown_text(answer) or answer.text) == office.answers[0]
    from_app = [message for message in office.ada.sees(office.ada.dm) if message.bot_id]
    assert from_app == [answer]
