"""The Celery app: what its settings promise."""

import importlib

from core.job import QUEUES
from worker.app import app
from worker.enqueue import COUNT_TASK, EXPIRE_TASK, MAILBOXES_TASK, MESSAGE_VERSION, SOURCES_TASK, VERSION_HEADER


def test_every_queue_of_jobs_is_served_and_what_is_scheduled_goes_to_one_of_them() -> None:
    assert [queue.name for queue in app.conf.task_queues] == list(QUEUES)
    scheduled = app.conf.beat_schedule.values()
    assert {entry["task"] for entry in scheduled} == {MAILBOXES_TASK, COUNT_TASK, EXPIRE_TASK, SOURCES_TASK}
    assert {entry["options"]["queue"] for entry in scheduled} <= set(QUEUES)
    assert all(entry["options"]["headers"] == {VERSION_HEADER: MESSAGE_VERSION} for entry in scheduled)


def test_nothing_but_json_is_read_and_a_message_is_given_up_only_after_its_work() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_acks_late
    assert not app.conf.task_reject_on_worker_lost


def test_the_classes_that_it_names_are_there() -> None:
    for path in (app.conf.worker_consumer, app.conf.broker_transport, app.conf.beat_scheduler):
        module, _, name = path.partition(":")
        assert isinstance(getattr(importlib.import_module(module), name), type)
