"""What the OpenAPI document allows, and what it does not, sent to every route: an answer in time, and no fault of ours.

Real HTTP to a real web process, as somebody with a token and as nobody.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic import SecretStr
from schemathesis.core.result import Ok

from core.settings import Settings
from tests.hostile import EXAMPLES
from tests.integrations.api.jobs import made
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess

SECONDS = 10.0
# A stream stays open by design.
STREAMS = "/events"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, valkey_shared: ValkeyProcess) -> Iterator[RunningWeb]:
    """Run the app with limits that nobody here reaches."""
    unlimited: dict[str, Any] = {
        "address_requests_per_minute": 0,
        "sign_in_failures_per_minute": 0,
        "requests_per_minute": 0,
        "submits_per_minute": 0,
    }
    tokens = (SecretStr("token-of-ann=ann@example.com"),)
    home = tmp_path_factory.mktemp("web")
    with running_web(Settings(home=home, broker_url=valkey_shared.url, api_tokens=tokens, **unlimited)) as running:
        yield running


def send_cases(web: RunningWeb, operation: Any, mode: schemathesis.GenerationMode, job_id: str, *, most: int) -> int:
    """Send requests of chance to a route and return how many."""
    sent = 0

    @settings(
        max_examples=most,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.booleans(), st.booleans())
    def send(case: Any, is_known: bool, is_signed_in: bool) -> None:
        nonlocal sent
        if is_known and "job_id" in (case.path_parameters or {}):
            case.path_parameters["job_id"] = job_id
        headers = {"Authorization": "Bearer token-of-ann"} if is_signed_in else {}
        begun = time.monotonic()
        answer = case.call(base_url=web.url, headers=headers, timeout=SECONDS)
        assert answer.status_code < 500, (answer.status_code, answer.text[:500], case.as_curl_command())
        assert time.monotonic() - begun < SECONDS
        sent += 1

    try:
        send()
    except Unsatisfiable:  # a route without parameters has no wrong ones
        assert mode == schemathesis.GenerationMode.NEGATIVE
    return sent


@pytest.mark.timeout(3600)
def test_no_request_brings_a_fault_of_ours(web: RunningWeb) -> None:
    schema = schemathesis.openapi.from_dict(web.app.openapi())
    with web.client("token-of-ann") as client:
        job_id = made(client)["id"]
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    sent = sum(
        send_cases(web, operation, mode, job_id, most=EXAMPLES or 2)
        for operation in operations
        if not operation.path.endswith(STREAMS)
        for mode in schemathesis.GenerationMode
    )
    assert sent > len(operations)
    with web.client("token-of-ann") as client:
        assert client.get(f"/api/v1/jobs/{job_id}").status_code == 200
