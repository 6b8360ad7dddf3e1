"""The Celery app. Celery imports this module, so it is the one place that reads settings at import time.

The database row is the job and a message only a wake-up call, so nothing here has to be durable.
"""

from celery import Celery
from kombu import Queue

from core.job import QUEUES
from core.settings import load_settings
from worker.enqueue import (
    COUNT_TASK,
    EXPIRE_TASK,
    MAILBOXES_TASK,
    MESSAGE_VERSION,
    SOURCES_TASK,
    VERSION_HEADER,
    broker_connection,
)

MAINTENANCE_QUEUE = "interactive"
MAILBOXES_SECONDS = 60.0
# What people did with drafts is to be in the report within a minute.
COUNT_SECONDS = 10.0
# It works hourly, and is asked more often: a scheduler that restarts begins its hour again.
EXPIRE_SECONDS = 600.0
# Who uploads a file, or has a source read, waits so long at most until it begins.
SOURCES_SECONDS = 10.0
VERSION = {VERSION_HEADER: MESSAGE_VERSION}

settings = load_settings()

connection = broker_connection(
    settings.broker_url,
    transport="worker.transport:Transport",
    # Noting at the broker who has which message costs as much as a job's statements, and proves less than a lease.
    ack_emulation=False,
    queue_order_strategy="worker.reserve:Cycle",
    socket_timeout=5,
    socket_connect_timeout=5,
    socket_keepalive=True,
    health_check_interval=5,
)
app = Celery("inlaid", broker=connection["hostname"] or None, include=["worker.tasks"], task_cls="worker.reserve:Task")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=False,
    task_queues=[Queue(name) for name in QUEUES],
    task_default_queue=MAINTENANCE_QUEUE,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.2},
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    # It would leave threads idle for a while after each reconnect, against messages that nothing fetches ahead here.
    worker_enable_prefetch_count_reduction=False,
    # True ends the process, since a thread cannot be stopped. The lease keeps a job that runs on from running twice.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_consumer="worker.consumer:Consumer",
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_transport=connection["transport"],
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options=connection["transport_options"],
    beat_scheduler="worker.scheduler:Scheduler",
    beat_schedule={
        "sync-mailboxes": {
            "task": MAILBOXES_TASK,
            "schedule": MAILBOXES_SECONDS,
            "options": {"queue": "background", "headers": VERSION},
        },
        "count-changes": {
            "task": COUNT_TASK,
            "schedule": COUNT_SECONDS,
            "options": {"queue": "background", "headers": VERSION},
        },
        "expire-drafts": {
            "task": EXPIRE_TASK,
            "schedule": EXPIRE_SECONDS,
            "options": {"queue": "background", "headers": VERSION},
        },
        "read-sources": {
            "task": SOURCES_TASK,
            "schedule": SOURCES_SECONDS,
            "options": {"queue": "bulk", "headers": VERSION},
        },
    },
)
