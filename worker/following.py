"""What a thread does when its job is done: the next interactive job, whose message it takes from the broker by itself.

By way of Celery a message costs as much of a processor as all statements of its job. Interactive jobs come before all
others wherever a thread is free, so none is passed over; threads for the other classes are shared by `worker.reserve`.
"""

import base64
import json
from typing import Any, cast

from redis.exceptions import RedisError

from core.system.broker import open_client
from worker.enqueue import RUN_TASK
from worker.reserve import URGENT
from worker.transport import MalformedMessage, check_envelope, is_newer, message_problem

TIMEOUT_SECONDS = 2.0


class Following:
    """Takes messages. Threads may share it.

    Args:
        broker_url: a Redis or Valkey.

    Raises:
        SettingsError: it is another one.
    """

    def __init__(self, broker_url: str) -> None:
        self._redis = open_client(broker_url, timeout_seconds=TIMEOUT_SECONDS)

    def take(self) -> str:
        """Return the job that the next interactive message names; "" for none, or where the broker does not answer.

        What is no message for a job goes back to its place, where Celery finds it.
        """
        try:
            taken = cast("bytes | None", self._redis.rpop(URGENT))
            if taken is None:
                return ""
            job_id = _job_of(taken)
            if not job_id:
                self._redis.rpush(URGENT, taken)
        except (RedisError, OSError):  # a message that was lost on its way is sent again
            return ""
        return job_id


def _job_of(taken: bytes) -> str:
    """Return the job that a message of ours names, "" where it is anything else."""
    try:
        payload: Any = json.loads(taken)
        check_envelope(payload)
        headers, body = payload["headers"], base64.b64decode(payload["body"])
        is_ours = payload["properties"].get("body_encoding") == "base64" and not is_newer(headers)
        if not is_ours or headers.get("task") != RUN_TASK:
            return ""
        return "" if message_problem(payload.get("content-type"), headers, body) else str(json.loads(body)[0][0])
    except (MalformedMessage, ValueError, TypeError, AttributeError, RecursionError):
        return ""
