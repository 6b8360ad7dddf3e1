"""The queue port over Celery: sends by task name, so that a web process needs no task code."""

from core.errors import SettingsError
from core.job import QueueName

RUN_TASK = "inlaid.run_job"
EXPIRE_TASK = "inlaid.expire_drafts"
COUNT_TASK = "inlaid.count_changes"
MAILBOXES_TASK = "inlaid.sync_mailboxes"
NOTICES_TASK = "inlaid.take_notices"
SOURCES_TASK = "inlaid.read_sources"
# The form of our messages, as a header; without one it is the first. A worker reads its own form and all older ones.
VERSION_HEADER = "inlaid_version"
MESSAGE_VERSION = 1
TIMEOUT_SECONDS = 2.0


class CeleryQueue:
    """Wakes a worker through the broker.

    Args:
        broker_url: Redis, Valkey or RabbitMQ.

    Raises:
        SettingsError: no broker is set.
    """

    def __init__(self, broker_url: str) -> None:
        from celery import Celery

        if not broker_url:
            raise SettingsError("No broker is set.", fix="Set INLAID_BROKER_URL, or use `inlaid up`.")
        self._app = Celery("inlaid-submit", broker=broker_url, set_as_current=False)
        self._app.conf.update(
            task_serializer="json",
            task_ignore_result=True,
            broker_transport_options={
                "socket_timeout": TIMEOUT_SECONDS,
                "socket_connect_timeout": TIMEOUT_SECONDS,
                # The caller's job is already in the database: trying again is the sweeper's part.
                "max_retries": broker_url.count(";"),
            },
        )

    def enqueue(self, job_id: str, queue: QueueName) -> None:
        """Send the id; see `core.ports.Queue`."""
        self._send(RUN_TASK, [job_id], queue)

    def waiting(self, queue: QueueName) -> int:
        """Return how many messages wait in a queue.

        Raises:
            BrokerOutage: within seconds, when the broker cannot be reached.
        """
        from kombu.exceptions import ChannelError, KombuError

        try:
            with self._app.producer_or_acquire() as producer:
                return int(producer.channel.queue_declare(queue=queue, passive=True).message_count)
        except ChannelError:  # there was none yet
            return 0
        except (KombuError, OSError) as error:
            from core.observability.readiness import broker_error

            raise broker_error(error) from error

    def take_notices(self) -> None:
        """Have a worker read the mails that were announced.

        Raises:
            BrokerOutage: within seconds, when the broker cannot be reached; the next beat does it then.
        """
        self._send(NOTICES_TASK, [], "background")

    def _send(self, task: str, args: list[str], queue: QueueName) -> None:
        from kombu.exceptions import KombuError

        try:
            self._app.send_task(task, args=args, queue=queue, retry=False, headers={VERSION_HEADER: MESSAGE_VERSION})
        except (KombuError, OSError) as error:
            from core.observability.readiness import broker_error  # what it needs is of no use to a scheduler

            raise broker_error(error) from error
