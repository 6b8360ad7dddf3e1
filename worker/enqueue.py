"""The queue port over Celery: sends by task name, so that a web process needs no task code."""

from contextlib import suppress
from typing import Any

from core.errors import SettingsError
from core.job import QueueName
from core.system.broker import sentinels_of

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
# The option of a transport that names them.
SENTINELS = "sentinels"


def broker_connection(broker_url: str, *, transport: str | None = None, **options: Any) -> dict[str, Any]:
    """Return what kombu needs for its connections to a broker, as arguments of `kombu.Connection`.

    Args:
        broker_url: the broker.
        transport: the transport to a server; None: the one of the address.
        options: further options of the transport.

    Raises:
        SettingsError: the Sentinels of the address cannot be read.
    """
    sentinels = sentinels_of(broker_url)
    if sentinels is None:
        return {"hostname": broker_url, "transport": transport, "transport_options": options}
    host, port = sentinels.hosts[0]  # shown in logs; the channel asks all of them
    return {
        "hostname": f"sentinel://{f'[{host}]' if ':' in host else host}:{port}",
        "transport": "worker.transport:SentinelTransport",
        "transport_options": {**options, SENTINELS: sentinels},
    }


class CeleryQueue:
    """Wakes a worker through the broker.

    Args:
        broker_url: Redis or Valkey, also by its Sentinels, or RabbitMQ.

    Raises:
        SettingsError: no broker is set.
    """

    def __init__(self, broker_url: str) -> None:
        from celery import Celery

        if not broker_url:
            raise SettingsError("No broker is set.", fix="Set INLAID_BROKER_URL, or use `inlaid up`.")
        connection = broker_connection(
            broker_url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            # The caller's job is already in the database: trying again is the sweeper's part.
            max_retries=broker_url.count(";"),
        )
        self._app = Celery("inlaid-submit", broker=connection["hostname"], set_as_current=False)
        self._app.conf.update(
            task_serializer="json",
            task_ignore_result=True,
            broker_transport=connection["transport"],
            broker_transport_options=connection["transport_options"],
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
        from redis.exceptions import RedisError  # which kombu hands on as they are once it is connected

        try:
            with self._app.producer_or_acquire() as producer:
                with suppress(ChannelError):  # there is none yet; beyond this block it would cost the connection
                    return int(producer.channel.queue_declare(queue=queue, passive=True).message_count)
                return 0
        except (KombuError, RedisError, OSError) as error:
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
