"""The form for a mailbox tells nothing of what listens inside: not by words, not by time, not by a connection."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from core.settings import Settings
from integrations.mail.imap.accounts import ANY_HOST, Accounts
from integrations.mail.imap.connection import open_account
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import browser
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.valkey import ValkeyProcess, free_port

HTMX = {"HX-Request": "true"}


class Listener:
    """Takes connections and says nothing, as many servers do; `count` is how many came."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.count = 0
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        kept = []
        while True:
            try:
                kept.append(self._socket.accept())
            except OSError:
                return
            self.count += 1

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def team(valkey_shared: ValkeyProcess, tmp_path: Path) -> Settings:
    tokens = (SecretStr("a=ann@example.com"), SecretStr("b=bea@example.com"))
    return Settings(
        home=tmp_path / "team", broker_url=valkey_shared.url, api_tokens=tokens, admins=("ann@example.com",)
    )


@contextmanager
def signed_in(settings: Settings, token: str = "b") -> Iterator[tuple[RunningWeb, httpx.Client]]:
    with running_web(settings) as web, browser(web) as client:
        assert client.post("/console/sign-in", data={"token": token}).status_code == 303
        yield web, client


def form(host: str, port: int, **changes: str) -> dict[str, str]:
    return {
        "host": host, "port": str(port), "user": "x@example.org", "password": "secret", "security": "tls", **changes
    }  # fmt: skip


@pytest.mark.parametrize("token", ["a", "b"])
def test_an_open_port_a_closed_one_and_a_host_that_is_not_there_look_the_same(
    team: Settings, listener: Listener, token: str
) -> None:
    answers, seconds = set(), []
    closed = free_port()
    with signed_in(team, token) as (_, client):
        for host in ("127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1", "::1", "::ffff:127.0.0.1"):  # noqa: S104
            for port in (listener.port, closed):
                started = time.monotonic()
                answer = client.post("/console/connections/imap", data=form(host, port), headers=HTMX)
                seconds.append(time.monotonic() - started)
                answers.add(answer.text.replace(f"{host}:{port}", "HOST").replace(str(port), "PORT"))
        shown = {re.sub(r'value="[^"]*"', "", text) for text in answers}

    assert listener.count == 0
    assert len(shown) == 1, shown
    assert "cannot be reached" in shown.pop()
    assert max(seconds) < 2


def test_a_token_server_inside_is_not_asked(team: Settings, listener: Listener) -> None:
    grant = {"refresh_token": "r", "token_url": f"http://127.0.0.1:{listener.port}/token", "client_id": "c"}
    allowed = team.model_copy(update={"allowed_hosts": ("mail.example.com",)})
    with signed_in(allowed) as (_, client):
        data = form("mail.example.com", 993, password="", token=json.dumps(grant))
        client.post("/console/connections/imap", data=data, headers=HTMX)
    assert listener.count == 0


def test_a_host_that_an_administrator_lists_can_be_connected_and_is_read_later(
    team: Settings, dovecot: Dovecot, tmp_path: Path
) -> None:
    user = f"{tmp_path.name}@example.org"
    filled = form("127.0.0.1", dovecot.port, user=user, password=PASSWORD, security="none", owner_name=" Mia  Okonjo ")
    with signed_in(team.model_copy(update={"allowed_hosts": ("127.0.0.1",)})) as (web, client):
        added = client.post("/console/connections/imap", data=filled, headers=HTMX)
        records = web.services.store.records
        account = Accounts(records).get("local", user)
        with open_account(records, account) as opened:
            assert opened.capabilities()

    assert "HX-Redirect" in added.headers
    assert account.reach == "127.0.0.1" != ANY_HOST
    assert account.owner_name == "Mia Okonjo"


def test_that_a_mailbox_is_somebody_elses_is_told_only_to_who_can_log_in_to_it(
    team: Settings, dovecot: Dovecot, tmp_path: Path
) -> None:
    user = f"{tmp_path.name}@example.org"
    filled = form("127.0.0.1", dovecot.port, user=user, password=PASSWORD, security="none")
    with signed_in(team.model_copy(update={"allowed_hosts": ("127.0.0.1",)}), "a") as (web, ann), browser(web) as bea:
        assert "HX-Redirect" in ann.post("/console/connections/imap", data=filled, headers=HTMX).headers
        assert bea.post("/console/sign-in", data={"token": "b"}).status_code == 303
        guessed = bea.post("/console/connections/imap", data={**filled, "password": "guess"}, headers=HTMX)
        known = bea.post("/console/connections/imap", data=filled, headers=HTMX)
        account = Accounts(web.services.store.records).get("local", user)
    assert "somebody else" not in guessed.text
    assert "user name and password" in guessed.text
    assert "somebody else" in known.text
    assert (account.person, account.owner_name) == ("ann@example.com", "")


def test_the_name_of_drafts_is_prefilled_with_no_address_and_no_user_id(team: Settings) -> None:
    with signed_in(team) as (_, client):
        page = client.get("/console/connections").text
    field = re.search(r'<input[^>]*name="owner_name"[^>]*>', page)
    assert field
    assert "bea" not in field[0]


def test_a_mailbox_that_a_policy_forbids_is_not_asked_and_the_reason_is_shown(
    team: Settings, listener: Listener
) -> None:
    team.home.mkdir(exist_ok=True)
    rules = 'title = "Sales"\nmembers = ["*@example.com"]\nmailboxes = { allow = ["*@example.com"] }\n'
    (team.home / "policies.toml").write_text(f'ask = "it@example.com"\n[group.sales]\n{rules}')
    with signed_in(team.model_copy(update={"allowed_hosts": ("127.0.0.1",)})) as (web, client):
        data = form("127.0.0.1", listener.port, security="none")
        answer = client.post("/console/connections/imap", data=data, headers=HTMX)
        saved = Accounts(web.services.store.records).list()
    assert "is not allowed by the rule mailboxes.allow of the group Sales; ask it@example.com." in answer.text
    assert (listener.count, list(saved)) == (0, [])
