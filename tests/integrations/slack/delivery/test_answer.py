"""Whatever is killed or down, and whenever: one visible result, or one clear error."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.drafts import Draft, DraftSource, Finding, Gap
from core.errors import InputError, StoreOutage
from core.job import Job, JobRequest
from core.runner.retries import RETRY_SECONDS
from core.store import EffectStore, JobStore
from integrations.slack.client.members import KIND
from integrations.slack.delivery.answer import MAYBE_SHOWN
from integrations.slack.submit import UNAVAILABLE
from tests.fakes.slack import AnswerLost, Error, Status
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, choose, quiet_text, shown_text


class Killed(BaseException):
    """Stands for kill -9: nothing of ours may catch it."""


class DyingEffects(EffectStore):
    """A ledger whose process dies at one point."""

    def __init__(self, effects: EffectStore, at: str) -> None:
        super().__init__(effects.database, effects.cipher)
        self._at = at

    def confirm(self, job: Job, kind: str, detail: dict[str, Any]) -> None:
        if self._at == f"before confirming {kind}" and detail.get("phase", "done") == "done":
            raise Killed
        super().confirm(job, kind, detail)

    def intend(self, job: Job, kind: str, detail: dict[str, Any]) -> Any:
        done = super().intend(job, kind, detail)
        if self._at == f"after intending {kind}":
            raise Killed
        return done


def kill_worker(office: Office, at: str) -> None:
    """Run the queued job in a worker that is killed at a point, and let its lease end."""
    [job_id] = office.queued
    office.dying = DyingEffects(office.store.effects, at)
    with pytest.raises(Killed):
        office.work()
    office.dying = None
    with office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET lease_until = 0")
    office.go_on(job_id)


def answers(office: Office) -> list[Message]:
    """Return the messages with a draft that Ada sees, wherever they are."""
    everywhere = [*office.ada.sees(office.general), *office.ada.sees(office.ada.dm)]
    return [one for one in everywhere if "Edit" in button_labels(one)]


def make_due(office: Office, job: Job) -> None:
    with office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET not_before = 0")
    office.go_on(job.id)


@pytest.mark.parametrize("at", ["after intending answer", "before confirming answer"])
def test_a_lasting_answer_is_found_again_by_the_next_worker(office: Office, at: str) -> None:
    office.ada.writes_to_app("draft hello")
    kill_worker(office, at)
    [job] = office.work()
    assert job.state == "delivered"
    assert len(answers(office)) == 1


def test_an_ephemeral_answer_is_neither_doubled_nor_lost(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    kill_worker(office, "before confirming answer")
    assert len(answers(office)) == 1
    office.work()
    assert len(answers(office)) == 1
    assert shown_text(office.last(office.ada, office.general)) == MAYBE_SHOWN


def test_an_ephemeral_answer_that_was_not_shown_comes_by_its_button(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    kill_worker(office, "after intending answer")
    assert answers(office) == []
    office.work()
    office.ada.click(office.last(office.ada, office.general), "show_answer")
    [answer] = answers(office)
    assert "Post here" in button_labels(answer)


def test_a_second_try_of_trying_again_replaces_the_same_message(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    choose(office.ada, office.last(office.ada, office.general), "try_again")
    kill_worker(office, "before confirming answer")
    office.work()
    assert len(answers(office)) == 1


def pass_time(office: Office, job: Job) -> float:
    """Let the time pass until the next try is due, for this job alone; returns how many seconds that were."""
    with office.store.database.write() as connection:
        due = connection.exec_driver_sql("SELECT not_before FROM job WHERE id = ?", (job.id,)).scalar_one()
        waited = float(due) - time.time()
        seconds = waited + 0.01  # SQLite knows the time to the millisecond
        columns = ("not_before", "started_at", "created_at", "finished_at")
        changes = ", ".join(f"{name} = {name} - {seconds}" for name in columns)
        connection.exec_driver_sql(f"UPDATE job SET {changes} WHERE id = ?", (job.id,))  # noqa: S608 # numbers only
    office.go_on(job.id)
    return waited


@pytest.mark.parametrize("is_written", [False, True])
def test_slack_down_for_a_minute_only_delays_the_answer(office: Office, is_written: bool) -> None:
    def go_down(_progress: object = None) -> None:
        office.slack.faults.go_down(600, Status(503))

    office.ada.slash("/draft", "hello", channel=office.general)
    if is_written:
        office.while_writing = go_down
    else:
        go_down()
    waited_seconds = 0.0
    waits: list[float] = []
    [job] = office.work()
    while waited_seconds < 60:
        assert not job.has_ended
        waits.append(pass_time(office, job))
        waited_seconds += waits[-1]
        [job] = office.work()
    office.slack.faults.come_back()
    pass_time(office, job)
    [job] = office.work()
    assert job.state == "delivered"
    assert len(answers(office)) == 1
    assert waits[-1] > 4 * waits[0]


def forget_ada(office: Office) -> None:
    """Forget what Slack said of her when she asked, as after an hour."""
    office.store.records.delete(KIND, office.acme.id, office.ada.id)


def test_slack_down_for_hours_ends_in_an_error_that_is_told_when_it_is_back(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    forget_ada(office)
    office.slack.faults.go_down(3600, Status(503))
    [job] = office.work()
    passed_seconds = 0.0
    while job.state != "failed":
        passed_seconds += pass_time(office, job)
        assert passed_seconds < RETRY_SECONDS + 600
        [job] = office.work()
    office.slack.faults.come_back()
    while job.delivered_at is None:
        make_due(office, job)
        [job] = office.work()
    assert button_labels(office.last(office.ada, office.general)) == ["Try again"]
    assert answers(office) == []


def test_an_answer_that_got_lost_on_the_way_back_is_not_shown_twice(office: Office) -> None:
    office.ada.writes_to_app("draft hello")
    office.slack.faults.add("chat.postMessage", AnswerLost())
    [job] = office.work()
    make_due(office, job)
    [job] = office.work()
    assert job.state == "delivered"
    assert len(answers(office)) == 1


def archive(office: Office) -> None:
    office.general.archived = True


def leave(office: Office) -> None:
    office.general.members.discard(office.ada.id)


def remove_app(office: Office) -> None:
    office.general.members.discard(office.acme.bot.id)


@pytest.mark.parametrize("change", [archive, leave, remove_app])
def test_a_conversation_that_closed_meanwhile_is_replaced_by_the_apps_messages(
    office: Office, change: Callable[[Office], None]
) -> None:
    office.while_writing = lambda _progress: change(office)
    office.ada.mentions_app("draft hello", office.general)
    [job] = office.work()
    assert job.state == "delivered"
    assert "Edit" in button_labels(office.last(office.ada, office.ada.dm))


def test_a_deactivated_person_ends_the_job_with_an_error(office: Office) -> None:
    office.ada.mentions_app("draft hello", office.general)
    forget_ada(office)
    office.ada.user.deactivated = True
    [job] = office.work()
    assert job.state == "failed"
    assert office.read == []


def test_a_token_revoked_in_mid_job_ends_with_an_error_that_the_person_sees(office: Office) -> None:
    office.while_writing = lambda _progress: office.slack.tokens.end_all(office.acme.team, "token_revoked")
    office.ada.slash("/draft", "hello", channel=office.general)
    [job] = office.work()
    assert job.has_ended
    assert len(office.ada.sees(office.general)) == 2


def test_an_error_is_told_with_the_way_to_try_again(office: Office) -> None:
    office.answers = [InputError("The text is too long.", fix="Shorten it."), "Better."]
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    told = office.last(office.ada, office.general)
    assert "The text is too long. Shorten it." in shown_text(told)
    assert button_labels(told) == ["Try again"]
    office.ada.click(told, "try_again")
    office.work()
    assert shown_text(told) == "Better."
    assert office.outcomes() == []


def test_a_short_wait_that_slack_asks_for_is_waited_out(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    forget_ada(office)
    office.slack.faults.add("users.info", Status(429, "{}", retry_after_seconds=1))
    began = time.monotonic()
    [job] = office.work()
    assert job.state == "delivered"
    assert time.monotonic() - began >= 1


def test_a_long_wait_that_slack_asks_for_is_the_jobs_next_try(office: Office) -> None:
    office.ada.slash("/draft", "hello", channel=office.general)
    forget_ada(office)
    office.slack.faults.add("users.info", Status(429, "{}", retry_after_seconds=40))
    [job] = office.work()
    assert job.state == "queued"
    assert 35 < pass_time(office, job) <= 40
    [job] = office.work()
    assert job.state == "delivered"


class LockedStore(JobStore):
    """A database that takes nothing."""

    def add(self, request: JobRequest) -> tuple[Job, bool]:
        del request
        raise StoreOutage("The database cannot be used: disk full.", fix="Free space on its disk.")


def test_a_database_that_is_down_is_no_business_of_the_person(office: Office) -> None:
    locked = LockedStore(office.store.database, office.store.jobs.cipher)
    office = replace(office, store=replace(office.store, jobs=locked))
    ack = office.ada.slash("/draft", "hello", channel=office.general)
    assert ack.text == UNAVAILABLE
    office.ada.shortcut("summarize_thread", office.grace.writes("Hi", office.general))
    assert office.last(office.ada, office.general).text == UNAVAILABLE
    delivery = office.ada.writes_to_app("draft hello")
    assert not delivery.ok  # Slack sends it again
    assert office.queued == []


def test_a_refused_view_is_logged_and_disturbs_nobody(office: Office) -> None:
    office.slack.faults.add("views.open", Error("fatal_error"))
    assert office.ada.slash("/draft", channel=office.general).ok


def test_hostile_text_comes_out_inert(office: Office) -> None:
    hostile = (
        "Hello <!channel> and <@U0000001>, @here: [sign in](https://evil.example/login) or https://evil.example/x "
        "![p](https://evil.example/p.png) <https://evil.example|bank> \u202eoops"
    )
    source = DraftSource(number=1, kind="fact", title="Plan <!here>", link="javascript:alert(1)", quote="q")
    office.answers = [
        Draft(
            recipe="compose",
            text=hostile,
            findings=(Finding(check="x", severity="warn", sentence="<!channel> said"),),
            gaps=(Gap(place="[[x]]", question="<@U0000001>?"),),
            sources=(source,),
        )
    ]
    office.ada.slash("/draft", "hello", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    office.ada.click(answer, "post_here")
    for message in (answer, office.last(office.grace, office.general)):
        everything = shown_text(message) + quiet_text(message) + message.text
        assert "\u202e" not in everything
        assert not [bad for bad in ("<!", "<http", "<@U0000001", "|bank>", "<javascript") if bad in everything]
    posted = office.slack.ledger.called("chat.postMessage")[-1].args
    assert (posted["unfurl_links"], posted["unfurl_media"]) in {(False, False), ("0", "0"), ("false", "false")}
