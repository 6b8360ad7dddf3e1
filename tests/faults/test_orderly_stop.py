"""A worker that is told to stop while its model never answers: the job costs no try, and another worker has it soon.

Real processes: a web process, which takes the job, two workers, Valkey, and a model server.
"""

import os
import signal
from contextlib import ExitStack

import httpx
import pytest
from pydantic import SecretStr

from core.settings import Settings
from tests.fakes.openai_replies import Answer, Hang
from tests.fakes.openai_server import OpenAIServer
from tests.faults.test_history import LEASE_SECONDS, TEXT, finished, opened
from tests.processes.commands import wait_until
from tests.servers.valkey import ValkeyProcess, free_port
from tests.servers.worker import WebProcess, WorkerProcess

pytestmark = pytest.mark.processes

LONG_SECONDS = 300.0
# Two seconds are left to work that has no step, here for as long as the model is silent; then somebody else has it.
TAKEN_SECONDS = 10.0


def test_a_job_whose_model_is_silent_outlives_the_stop_of_its_worker_without_a_try(
    settings: Settings, valkey_own: ValkeyProcess
) -> None:
    with OpenAIServer() as model:
        replies = iter((Hang(LONG_SECONDS), Answer("We meet on Tuesday at 3 pm in room 4.")))
        model.respond = lambda _body: next(replies)
        # Only a job that is given back comes to another worker in time: no lease ends, and one try is all.
        changes = {
            "port": free_port(),
            "api_tokens": (SecretStr("token-of-ann=ann@example.com"),),
            "broker_url": valkey_own.url,
            "model_url": model.url,
            "model_timeout_seconds": LONG_SECONDS,
            "lease_seconds": LONG_SECONDS,
            "sweep_seconds": LEASE_SECONDS / 3,
            "max_attempts": 1,
        }
        usual = settings.model_copy(update=changes)
        store = opened(usual)
        first, second = WorkerProcess(usual), WorkerProcess(usual)
        with WebProcess(usual), ExitStack() as stack:
            stack.callback(first.kill)  # its thread still waits for the model; who stops a worker kills it in the end
            first.start()
            asked = {"recipe": "rewrite", "inputs": {"text": TEXT}}
            bearer = {"Authorization": "Bearer token-of-ann"}
            made = httpx.post(f"http://127.0.0.1:{usual.port}/api/v1/jobs", json=asked, headers=bearer, timeout=20)
            assert made.status_code == 202, made.text
            wait_until(lambda: bool(model.chats), why=first.log)
            stack.enter_context(second)
            assert store.jobs.get(made.json()["id"]).state == "running"

            os.kill(first.pid, signal.SIGTERM)

            wait_until(lambda: store.jobs.get(made.json()["id"]).has_ended, seconds=TAKEN_SECONDS, why=second.log)
            job = store.jobs.get(made.json()["id"])
            assert (job.state, job.attempts, job.error) == ("delivered", 1, None)
            assert finished(store) == {job.id: 1}
        store.close()
