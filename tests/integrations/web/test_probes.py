"""The web process with a broker or a database that is full: what it still takes, and what it says."""

from pydantic import SecretStr
from sqlalchemy import event

from core.settings import Settings
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.api.running import running_web
from tests.servers.valkey import ValkeyProcess
from tests.waiting import until

JOB = {"recipe": "summarize", "inputs": {"text": "A long text."}}


def test_a_full_broker_degrades_and_a_full_database_is_not_ready(
    settings: Settings, valkey_own: ValkeyProcess, openai_server: OpenAIServer
) -> None:
    changes = {"broker_url": valkey_own.url, "model_url": openai_server.url, "api_tokens": (SecretStr("t=ann"),)}
    with running_web(settings.model_copy(update=changes)) as running, running.client("t") as client:
        with valkey_own.client() as broker:
            broker.lpush("filler", *[b"x" * 10_000] * 10)
            broker.config_set("maxmemory", "100kb")
        until(lambda: client.get("/readyz").json()["degraded"] == ["broker"])
        assert client.post("/api/v1/jobs", json=JOB).status_code == 202
        body = client.get("/readyz").json()
        assert (body["ready"], body["parts"]["broker"]["message"]) == (True, "The broker's memory is full.")
        assert 'inlaid_full{part="broker"} 1.0' in client.get("/metrics").text
        with running.services.store.database.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit = f"PRAGMA max_page_count={pages}"
        pool = running.services.store.database.engine
        event.listen(pool, "checkout", lambda connection, _record, _proxy: connection.execute(limit))
        long = {"recipe": "summarize", "inputs": {"text": "x" * 5_000}}
        until(lambda: client.post("/api/v1/jobs", json=long).status_code == 503)
        until(lambda: client.get("/readyz").status_code == 503)
        body = client.get("/readyz").json()
        assert (body["ready"], body["parts"]["database"]["fix"][:10]) == (False, "Free space")
        assert 'inlaid_full{part="database"} 1.0' in client.get("/metrics").text
        refused = client.post("/api/v1/jobs", json={"recipe": "summarize", "inputs": {"text": "x" * 50_000}})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "store_full")
        assert client.get("/healthz").status_code == 200
