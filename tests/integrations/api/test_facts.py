"""Standing facts over the API: kept by name, in languages and for others, and switched off."""

import httpx
import pytest

from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import alone, model  # noqa: F401 - fixtures

FACTS = "/api/v1/facts"


@pytest.fixture
def web(alone: RunningWeb) -> RunningWeb:  # noqa: F811
    return alone


def token_of(web: RunningWeb, person: str) -> str:
    return web.services.store.tokens.add("local", person, name="ci", scopes=["sources"], days=1)[1]


def listed(client: httpx.Client) -> list[tuple[str, str, str, str]]:
    found = client.get(FACTS).json()["facts"]
    return [(fact["name"], fact["text"], fact["language"], fact["audience"]) for fact in found]


def test_a_fact_is_kept_replaced_and_removed_by_language(web: RunningWeb) -> None:
    with web.client(token_of(web, web.settings.local_person)) as client:
        made = client.put(FACTS, json={"name": "notice  period", "text": "Three months.", "phrases": ["to quit"]})
        client.put(FACTS, json={"name": "notice period", "text": "Four months."})
        client.put(FACTS, json={"name": "notice period", "text": "Drei Monate.", "language": "DE"})
        both = listed(client)
        removed = client.delete(FACTS, params={"name": "Notice period", "language": ""})
        rest = listed(client)
        gone = client.delete(FACTS, params={"name": "notice period"})
        missing = client.delete(FACTS, params={"name": "notice period"})

    assert made.json() == {
        "name": "notice period", "text": "Three months.", "phrases": ["to quit"], "language": "", "audience": "",
        "is_guarded": False,
    }  # fmt: skip
    german = ("notice period", "Drei Monate.", "de", "")
    assert both == [("notice period", "Four months.", "", ""), german]
    assert (removed.json(), rest) == ({"removed": 1}, [german])
    assert (gone.json(), missing.status_code) == ({"removed": 1}, 404)


def test_an_account_is_guarded_whatever_is_asked_for(web: RunningWeb) -> None:
    with web.client(token_of(web, web.settings.local_person)) as client:
        made = client.put(FACTS, json={"name": "bank", "text": "IBAN DE89 3704 0044 0532 0130 00", "guarded": False})
    assert made.json()["is_guarded"] is True


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "text": "x"}, "name"),
        ({"name": "a", "text": "x" * 2001}, "text"),
        ({"name": "a", "text": "x", "phrases": ["p"] * 11}, "phrases"),
        ({"name": "a", "text": "x", "colour": "red"}, "colour"),
        ({"name": "a", "text": "x", "language": "deu"}, "language"),
        ({"name": "a", "text": "x", "language": "1"}, "language"),
        ({"name": "a", "text": "x", "audience": "group:"}, "group"),
    ],
)
def test_what_cannot_be_kept_is_named(web: RunningWeb, body: dict[str, object], field: str) -> None:
    with web.client(token_of(web, web.settings.local_person)) as client:
        refused = client.put(FACTS, json=body)
        assert refused.status_code == 422
        assert field in refused.text
        assert listed(client) == []


def test_only_an_administrator_keeps_facts_of_others_and_everybody_reads_them(web: RunningWeb) -> None:
    shared = {"name": "address", "text": "1 High Street", "audience": "everybody"}
    with web.client(token_of(web, web.settings.local_person)) as client:
        assert client.put(FACTS, json=shared).status_code == 200
        client.put(FACTS, json={"name": "own", "text": "MARKER"})
    with web.client(token_of(web, "bob@example.com")) as client:
        assert client.put(FACTS, json={**shared, "text": "2 Low Street"}).status_code == 403
        assert client.delete(FACTS, params={"name": "address", "audience": "everybody"}).status_code == 403
        assert client.delete(FACTS, params={"name": "own"}).status_code == 404
        assert listed(client) == [("address", "1 High Street", "", "everybody")]


def test_a_person_switches_off_what_their_drafts_rest_on(web: RunningWeb) -> None:
    with web.client(token_of(web, web.settings.local_person)) as client:
        before = client.get(FACTS).json()["use"]
        client.put(f"{FACTS}/use", json={"use": False})
        after = client.get(FACTS).json()["use"]
    with web.client(token_of(web, "bob@example.com")) as client:
        others = client.get(FACTS).json()["use"]
    assert (before, after, others) == (True, False, True)
