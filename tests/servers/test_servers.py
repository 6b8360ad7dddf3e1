"""The servers that other tests rely on do what those tests assume."""

from pathlib import Path

import psycopg
import pytest

from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyProcess


def test_valkey_forgets_everything_when_it_is_killed(valkey_own: ValkeyProcess) -> None:
    with valkey_own.client() as client:
        client.set("key", "value")
    port = valkey_own.port
    valkey_own.kill()
    assert not valkey_own.answers()
    valkey_own.start()
    with valkey_own.client() as client:
        assert client.get("key") is None
    assert valkey_own.port == port


def test_valkey_keeps_synced_writes_when_it_persists(tmp_path: Path) -> None:
    with ValkeyProcess(tmp_path / "kept", persist=True) as server:
        with server.client() as client:
            client.set("key", "value")
        server.restart()
        with server.client() as client:
            assert client.get("key") == b"value"


@pytest.mark.parametrize("attempt", [1, 2])
def test_the_shared_valkey_is_empty_for_each_test(valkey: ValkeyProcess, attempt: int) -> None:
    with valkey.client() as client:
        assert client.dbsize() == 0
        client.set("left", attempt)


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_gets_a_migrated_database_of_its_own(postgres_url: str, attempt: int) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM job").fetchone() == (0,)
        connection.execute("CREATE TABLE mark (n int)")


def test_a_database_can_be_copied_from_a_prepared_one(postgres_server: PostgresServer) -> None:
    prepared = postgres_server.create_database()
    with psycopg.connect(prepared) as connection:
        connection.execute("CREATE TABLE mark AS SELECT 7 AS n")
    copy = postgres_server.create_database(prepared)
    with psycopg.connect(copy) as connection:
        assert connection.execute("SELECT n FROM mark").fetchone() == (7,)
    for url in (copy, prepared):
        postgres_server.drop_database(url)
