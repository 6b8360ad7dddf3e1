"""Login by access token: OAUTHBEARER and XOAUTH2 on a real Dovecot, renewal, each way of failing told apart."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from core.errors import CredentialError, InlaidError, InputError, OutageError
from core.settings import Settings
from core.store import Store, open_store
from integrations.mail.imap.accounts import TOKEN_KIND, Accounts, GrantTokens, ImapAccount, StoredTokens, read_grant
from integrations.mail.imap.connecting import check_mailbox
from integrations.mail.imap.connection import open_account
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.tokens import TokenServer

_numbers = count(1)


@pytest.fixture(scope="module")
def tokens() -> Iterator[TokenServer]:
    with TokenServer().running() as server:
        yield server


@pytest.fixture(autouse=True)
def no_error(tokens: TokenServer) -> None:
    tokens.error = None


@pytest.fixture(scope="module", params=["xoauth2", "xoauth2 oauthbearer"])
def server(request: pytest.FixtureRequest, tokens: TokenServer) -> Iterator[Dovecot]:
    with running_dovecot(tokens_url=f"{tokens.url}/introspect", token_mechanisms=request.param) as started:
        yield started


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def account(server: Dovecot) -> ImapAccount:
    user = f"token{next(_numbers)}@example.org"
    return ImapAccount("127.0.0.1", server.port, user, "", "none", "bob", address=user, login="oauth")


def connect(store: Store, account: ImapAccount, grant: object) -> StoredTokens:
    kept = StoredTokens(store.records, account)
    kept.save(read_grant(json.dumps(grant)))
    Accounts(store.records).save(account)
    return kept


def test_a_good_token_logs_in(account: ImapAccount, tokens: TokenServer) -> None:
    access = tokens.sign_in(account.user)["access_token"]
    assert check_mailbox(account, GrantTokens(read_grant(f"{access}\n")))[1] == "Drafts"


def test_an_expired_token_is_renewed_and_the_new_one_kept(
    store: Store, account: ImapAccount, tokens: TokenServer
) -> None:
    connect(store, account, tokens.sign_in(account.user, lives=False))
    before = tokens.renewals
    for _ in range(2):
        with open_account(store.records, account) as client:
            client.noop()
    assert tokens.renewals == before + 1


def test_a_token_past_its_time_is_renewed_without_asking_the_mail_server(
    store: Store, account: ImapAccount, tokens: TokenServer
) -> None:
    kept = connect(store, account, tokens.sign_in(account.user, expires_in=60))
    assert kept() in tokens.living
    assert tokens.living[kept()] == account.user


def failure(store: Store, account: ImapAccount) -> InlaidError:
    with pytest.raises(InlaidError) as caught, open_account(store.records, account):
        pass
    return caught.value


def test_each_way_of_failing_is_told_apart(store: Store, account: ImapAccount, tokens: TokenServer) -> None:
    grant = tokens.sign_in(account.user, lives=False)
    connect(store, account, {"access_token": grant["access_token"]})
    expired = failure(store, account)
    connect(store, account, {**grant, "refresh_token": "withdrawn"})
    ended = failure(store, account)
    connect(store, account, {**grant, "client_id": "somebody"})
    client = failure(store, account)
    wrong_user = replace(account, user=f"other.{account.user}")
    connect(store, wrong_user, tokens.sign_in(account.user))
    wrong = failure(store, wrong_user)
    assert [type(one) for one in (expired, ended, client)] == [CredentialError] * 3
    assert isinstance(wrong, CredentialError)
    assert "expired, and nothing renews it" in expired.message
    assert "sign-in has ended" in ended.message
    assert "client_id" in client.message
    assert f"for user {wrong_user.user}" in wrong.message
    assert "token" not in json.dumps([one.to_json() for one in (expired, ended)]).replace("access token", "").replace(
        "--oauth-token-stdin", ""
    )


def test_a_token_server_that_is_down_is_an_outage(store: Store, account: ImapAccount, tokens: TokenServer) -> None:
    grant = tokens.sign_in(account.user, lives=False)
    connect(store, account, grant)
    tokens.error = (503, "temporarily_unavailable")
    assert isinstance(failure(store, account), OutageError)
    connect(store, account, {**grant, "token_url": "http://127.0.0.1:1/token"})
    assert isinstance(failure(store, account), OutageError)


@pytest.mark.parametrize(
    "text",
    [
        "", "two words", "{", '{"access_token": 7}', '{"token_url": "https://example.org"}',
        '{"access_token": "a", "token_url": "http://example.org/token"}',
    ],
)  # fmt: skip
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_grant(text)


def test_a_removed_mailbox_leaves_no_token(store: Store, account: ImapAccount, tokens: TokenServer) -> None:
    connect(store, account, tokens.sign_in(account.user))
    Accounts(store.records).remove(account)
    assert not store.records.list(TOKEN_KIND)
    assert "access-" not in repr(read_grant(json.dumps(tokens.sign_in(account.user))))
