"""The web routes of mailboxes at Microsoft: the handshake, what is no notice, and pages of the sign-in."""

import httpx
import pytest

from integrations.graph.invitations import SIGN_IN_PATH, SIGNED_IN_PATH
from integrations.mail.graph.subscriptions import LIFECYCLE_PATH, NOTIFICATIONS_PATH
from tests.integrations.mail.graph.conftest import Office
from tests.integrations.mail.graph.test_connecting import accounts


@pytest.mark.parametrize("token", ["Validation: Testing +&%20ü <b>x</b>", "a", "x" * 4096])
def test_the_handshake_gives_the_token_back_as_plain_text(office: Office, token: str) -> None:
    for path in (NOTIFICATIONS_PATH, LIFECYCLE_PATH):
        answer = httpx.post(
            office.url + path, params={"validationToken": token}, headers={"Content-Type": "text/plain"}
        )
        assert (answer.status_code, answer.text) == (200, token)
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_endless_token_is_not_given_back(office: Office) -> None:
    answer = httpx.post(office.url + NOTIFICATIONS_PATH, params={"validationToken": "x" * 5000})
    assert answer.status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"value": 3}', b'{"value": {}}', b"null", b"[" * 50_000])
def test_what_is_no_notice_is_refused(connected: Office, body: bytes) -> None:
    answer = httpx.post(connected.url + NOTIFICATIONS_PATH, content=body)
    assert answer.status_code == 400
    assert connected.waiting_notices() == 0


def test_a_made_up_link_leads_nowhere(office: Office) -> None:
    page = httpx.get(f"{office.url}{SIGN_IN_PATH}", params={"ticket": "<script>"})
    assert page.status_code == 400
    assert "<script>" not in page.text


def test_an_answer_that_nobody_asked_for_connects_nothing(office: Office) -> None:
    page = httpx.post(f"{office.url}{SIGNED_IN_PATH}", data={"state": "made-up", "code": "stolen"})
    assert page.status_code == 400
    assert accounts(office) == []


def test_pages_bear_nothing_that_could_run(office: Office) -> None:
    page = httpx.get(f"{office.url}{SIGN_IN_PATH}")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
