"""Tokens of people: sealed, renewed by one at a time, none lost."""

import json
import threading

from core.errors import InlaidError
from core.settings import load_settings
from core.store import Store
from integrations.graph.sign_in import SignedIn, SignIn, make_sign_in
from integrations.graph.tokens import KIND, WORKSPACE
from tests.fakes.microsoft import FakeMicrosoft
from tests.integrations.graph.conftest import SCOPES


def test_tokens_are_stored_sealed(signed_in: SignedIn, store: Store) -> None:
    (record,) = store.records.list(KIND, workspace=WORKSPACE)
    secret = next(iter(json.loads(record.data)["AccessToken"].values()))["secret"]
    with store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT data FROM record").fetchall()
    assert secret
    assert all(secret.encode() not in bytes(row[0]) for row in rows)
    assert signed_in.account not in record.key


def test_an_expired_token_is_renewed_and_the_new_refresh_token_kept(
    microsoft: FakeMicrosoft, sign_in: SignIn, signed_in: SignedIn, store: Store
) -> None:
    token = sign_in.of_person(signed_in.account, SCOPES)
    seen = {token(True) for _ in range(3)}
    assert len(seen) == 3
    again = make_sign_in(load_settings(), store.records).of_person(signed_in.account, SCOPES)
    assert again() in seen
    assert microsoft.entra.tokens.issued == 4


def test_many_threads_with_an_expired_token_lose_no_refresh_token(
    microsoft: FakeMicrosoft, sign_in: SignIn, signed_in: SignedIn
) -> None:
    """The old refresh token is refused after its use, so two that refresh at once would end the sign-in."""
    token = sign_in.of_person(signed_in.account, SCOPES)
    errors: list[InlaidError] = []

    def renew() -> None:
        try:
            token(True)
        except InlaidError as error:
            errors.append(error)

    threads = [threading.Thread(target=renew) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert microsoft.ledger.refusals == []
