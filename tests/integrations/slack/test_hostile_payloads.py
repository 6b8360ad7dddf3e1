"""Requests that bear Slack's signature and are damaged otherwise: each is answered in time and costs others nothing.

What Slack sends is recorded from the fake, then parts are taken away, doubled, moved or replaced.
"""

import copy
import hashlib
import hmac
import json
import random
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from core.errors import InlaidError
from integrations.slack.views.modals import read_edited
from tests.hostile import named, seeds
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import shown_text

SECONDS = 3.0  # how long Slack waits for an acknowledgement
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 2**70, "", "x", "\0", "\ud83d", "<@U1>", "T1|U1|C1", "{}", "a" * 9000,
    [], [None], [[]], {}, {"id": []}, {"id": {"id": "x"}}, [{"type": 7}], "https://127.0.0.1/", "1.2.3",
    "../../x",
)  # fmt: skip
Recorded = list[tuple[bytes, dict[str, str]]]


@pytest.fixture
def recorded(office: Office) -> Recorded:
    """Return one request of each kind, as the fake of Slack sent it."""
    found: Recorded = []

    def handle(body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        found.append((body, headers))
        return office.handle(body, headers)

    office.slack.connect(handle, office.go_on_in_background)
    ada, general = office.ada, office.general
    ada.slash("/draft", "say that the printer is broken", channel=general)
    office.work()
    ada.click(office.last(ada, general), "edit")
    ada.submit()
    ada.slash("/draft", "say that the printer works again", channel=general)
    office.work()
    ada.click(office.last(ada, general), "post_here")
    message = ada.writes("The printer on floor 2 is broken again.", general)
    ada.shortcut("reply", message)
    ada.opens_home()
    ada.mentions_app("can you draft a reply?", general)
    ada.writes_to_app("what did I miss?")
    return found


def damaged(chance: random.Random, body: bytes, headers: dict[str, str]) -> bytes:
    """Return the body with some of its parts damaged."""
    if "json" in {key.lower(): value for key, value in headers.items()}.get("content-type", ""):
        return _written(_damaged(chance, json.loads(body)))
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if "payload" in fields and chance.random() < 0.9:
        fields["payload"] = _written(_damaged(chance, json.loads(fields["payload"]))).decode()
    else:
        name = chance.choice(sorted(fields))
        value = chance.choice(VALUES)
        fields[name] = value if isinstance(value, str) else json.dumps(value)
        if chance.random() < 0.3:
            fields.pop(chance.choice(sorted(fields)))
    return urlencode(fields, errors="surrogatepass").encode()


def _written(value: Any) -> bytes:
    return json.dumps(value).encode()


def _damaged(chance: random.Random, value: Any) -> Any:
    root = {"": copy.deepcopy(value)}
    for _ in range(chance.randint(1, 4)):
        places = list(_places(root))
        holder, key = chance.choice(places)
        match chance.randrange(5):
            case 0 if isinstance(holder, dict) and key:
                del holder[key]
            case 1:
                other, name = chance.choice(places)
                holder[key] = copy.deepcopy(other[name])
            case 2 if isinstance(holder[key], str):
                holder[key] = holder[key][: chance.randint(0, 40)]
            case _:
                holder[key] = copy.deepcopy(chance.choice(VALUES))
    return root[""]


def _places(holder: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(holder) if isinstance(holder, dict) else range(len(holder))
    for key in keys:
        yield holder, key
        if isinstance(holder[key], (dict, list)):
            yield from _places(holder[key])


def signed(office: Office, body: bytes, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers with a signature of the body."""
    now = str(int(time.time()))
    digest = hmac.new(office.slack.app.signing_secret.encode(), f"v0:{now}:".encode() + body, hashlib.sha256)
    kept = {key: value for key, value in headers.items() if not key.lower().startswith("x-slack-")}
    return {**kept, "x-slack-request-timestamp": now, "x-slack-signature": f"v0={digest.hexdigest()}"}


def send(office: Office, body: bytes, headers: dict[str, str]) -> int:
    """Send a request and do all that follows from it; returns the status of the acknowledgement."""
    begun = time.monotonic()
    status, _, answer = office.handle(body, signed(office, body, headers))
    assert time.monotonic() - begun < SECONDS
    assert status < 500 or b"try again" in answer.lower(), (status, answer)
    office.go_on_in_background()
    return status


# What once was answered with a fault of ours.
FAULTS: dict[str, Any] = {
    "half a character": {
        "type": "event_callback",
        "event": {"type": "app_home_opened", "user": "\ud83d", "tab": "home"},
    },
    "a list for a kind of channel": {"type": "event_callback", "event": {"type": "message", "channel_type": []}},
    "a list for an event": {"type": "event_callback", "event": []},
    "a text for who let us in": {"type": "event_callback", "authorizations": ["x"], "event": {"type": "message"}},
}


@pytest.mark.parametrize("payload", FAULTS.values(), ids=FAULTS)
def test_what_once_was_a_fault_is_answered(office: Office, payload: Any) -> None:
    headers = {"Content-Type": "application/json"}
    assert send(office, _written(payload), headers) < 500


@pytest.mark.parametrize("state", [7, {"values": []}, {"values": {"part0": 7}}, {"values": {"part0": {"value": None}}}])
def test_a_form_without_what_it_should_hold_is_read_as_empty(state: Any) -> None:
    assert read_edited({"private_metadata": '{"gaps": [""]}', "state": state}, "") == ""


@pytest.mark.parametrize(
    "metadata", ['{"gaps": [null, 7]}', '{"gaps": 7}', '{"gaps": {}}', "{}", '{"gaps":' + "[" * 2900]
)
def test_what_was_typed_is_kept_where_the_space_between_the_parts_is_unknown(metadata: str) -> None:
    values = {"part0": {"value": {"value": "Dear Ann,"}}, "part1": {"value": {"value": " thank you."}}}
    assert read_edited({"private_metadata": metadata, "state": {"values": values}}, "") == "Dear Ann, thank you."


def test_what_nobody_can_read_is_refused_whoever_sends_it(office: Office) -> None:
    body = _written(FAULTS["a text for who let us in"])
    status, _, answer = office.handle(body, {"Content-Type": "application/json"})
    assert (status, json.loads(answer)) == (400, {"error": "invalid request"})


def test_damaged_requests_are_answered_and_the_next_person_is_served(office: Office, recorded: Recorded) -> None:
    assert len(recorded) > 6
    statuses = set()
    for seed in seeds(150):
        with named(seed):
            chance = random.Random(seed)
            body, headers = chance.choice(recorded)
            statuses.add(send(office, damaged(chance, body, headers), headers))
            for job_id in office.queued:
                try:
                    office.work()
                except InlaidError:
                    continue
                assert office.store.jobs.get(job_id).has_ended
    assert 200 in statuses
    assert office.grace.slash("/draft", "say hello", channel=office.general).ok
    office.work()
    assert "printer" in shown_text(office.last(office.grace, office.general))
