"""Pub/Sub as far as Gmail and a puller use it, strict and with its documented limits.

https://developers.google.com/workspace/gmail/api/guides/push: Gmail publishes when a watch is made, then at most once a
second for each mailbox, and drops the rest; a watch ends after seven days. What is pulled and not acknowledged within
the deadline comes again: https://cloud.google.com/pubsub/docs/lease-management.
"""

import base64
import json
import re
import threading
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.google.faults import GoogleRefusal
from tests.fakes.google.mailboxes import Change, Mailbox
from tests.fakes.microsoft.wire import Answer, Request

PUBLISHER = "gmail-api-push@system.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/pubsub"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
WATCH_SECONDS = 7 * 24 * 3600
DEADLINE_SECONDS = 10.0
MAX_MESSAGES = 1000
# The real service waits longer for a message.
WAIT_SECONDS = 0.3
_PATH = re.compile(r"/v1/(projects/[^/]+/subscriptions/[^/]+):(pull|acknowledge|testIamPermissions)")
_TOPIC = re.compile(r"projects/[^/]+/topics/[^/]+")


@cache
def key_pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Message:
    """A message that waits; `leased_until` while a puller has it."""

    id: str
    data: dict[str, str]
    leased_until: float = 0.0


@dataclass
class Watch:
    """What Gmail was asked to tell of a mailbox."""

    topic: str
    labels: frozenset[str]
    ends_at: float
    told_at: float = float("-inf")


@dataclass
class PubSub:
    """Topics, one subscription for each, and the service account that pulls.

    Attributes:
        publishers: who may publish to a topic.
        pullers: service accounts that may pull; `is_enabled` of the account itself.
        dropped: how many notices Gmail left out, since they came too soon.
    """

    now: Callable[[], float]
    url: Callable[[], str]
    topic: str = "projects/inlaid-test/topics/mail"
    subscription: str = "projects/inlaid-test/subscriptions/mail"
    email: str = "puller@inlaid-test.iam.gserviceaccount.com"
    publishers: set[str] = field(default_factory=lambda: {PUBLISHER})
    pullers: set[str] = field(default_factory=set)
    is_enabled: bool = True
    dropped: int = 0
    pulls: int = 0
    waiting: list[Message] = field(default_factory=list)
    watches: dict[str, Watch] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.pullers.add(self.email)

    def environment(self) -> dict[str, str]:
        """Return the variables that set push up."""
        pem = key_pair().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        key = {"type": "service_account", "client_email": self.email, "private_key": pem.decode()}
        return {
            "INLAID_GOOGLE_PUBSUB_TOPIC": self.topic,
            "INLAID_GOOGLE_PUBSUB_SUBSCRIPTION": self.subscription,
            "INLAID_GOOGLE_SERVICE_ACCOUNT": json.dumps({**key, "token_uri": f"{self.url()}/token"}),
        }

    # What Gmail does.

    def watch(self, box: Mailbox, body: dict[str, Any]) -> dict[str, Any]:
        topic, labels = str(body.get("topicName", "")), body.get("labelIds", [])
        if not _TOPIC.fullmatch(topic):
            raise GoogleRefusal(400, "invalidArgument", "Invalid topicName does not match projects/*/topics/*")
        if topic != self.topic:
            raise GoogleRefusal(404, "notFound", "Resource not found (resource=mail).")
        if PUBLISHER not in self.publishers:
            raise GoogleRefusal(403, "forbidden", "User not authorized to perform this action.")
        if body.get("labelFilterBehavior", "include") != "include":
            raise AssertionError("the fake knows no other filter")
        ends_at = self.now() + WATCH_SECONDS
        self.watches[box.address] = Watch(topic, frozenset(labels), ends_at)
        self.tell(box)
        return {"historyId": str(box.history_id), "expiration": str(int(ends_at * 1000))}

    def stop(self, box: Mailbox) -> dict[str, Any]:
        self.watches.pop(box.address, None)
        return {}

    def note(self, box: Mailbox, change: Change) -> None:
        """Tell of a change where a watch wants it."""
        watch = self.watches.get(box.address)
        if watch and watch.ends_at > self.now() and (not watch.labels or watch.labels & _labels(change)):
            self.tell(box)

    def tell(self, box: Mailbox) -> None:
        watch = self.watches[box.address]
        if self.now() - watch.told_at < 1.0:
            self.dropped += 1
            return
        watch.told_at = self.now()
        self.publish({"emailAddress": box.address, "historyId": str(box.history_id)})

    def publish(self, said: object) -> None:
        data = base64.urlsafe_b64encode(json.dumps(said).encode()).decode()
        with self.changed:
            self.waiting.append(Message(uuid.uuid4().hex, {"data": data, "messageId": uuid.uuid4().hex[:16]}))
            self.changed.notify_all()

    # What a puller asks.

    def token(self, form: dict[str, str]) -> Answer:
        """Give a token for a signed claim: RFC 7523."""
        try:
            claims = jwt.decode(
                form.get("assertion", ""), key_pair().public_key(), ["RS256"], audience=f"{self.url()}/token",
                options={"require": ["iss", "scope", "aud", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            return Answer(400, {"error": "invalid_grant", "error_description": str(error)})
        is_timely = claims["iat"] - 60 <= self.now() <= claims["exp"] <= claims["iat"] + 3600
        if not (is_timely and claims["iss"] == self.email and self.is_enabled and claims["scope"] == SCOPE):
            return Answer(400, {"error": "invalid_grant", "error_description": "Invalid JWT."})
        self.tokens.add(token := f"ya29.c.{uuid.uuid4().hex}")
        return Answer(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def answer(self, request: Request) -> Answer:
        try:
            return Answer(200, self._answer(request))
        except GoogleRefusal as refusal:
            return refusal.answer()

    def _answer(self, request: Request) -> dict[str, Any]:
        found = _PATH.fullmatch(request.path)
        if not found or request.method != "POST":
            raise GoogleRefusal(404, "notFound", "Not found")
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise GoogleRefusal(401, "authError", "Invalid Credentials")
        if found[1] != self.subscription:
            raise GoogleRefusal(404, "notFound", f"Resource not found (resource={found[1]}).")
        body = json.loads(request.body or b"{}")
        may = self.email in self.pullers
        if found[2] == "testIamPermissions":
            known = ["pubsub.subscriptions.consume"] if may else []
            return {"permissions": known} if set(known) & set(body["permissions"]) else {}
        if not may:
            raise GoogleRefusal(403, "forbidden", "User not authorized to perform this action.")
        return self._pull(body) if found[2] == "pull" else self._acknowledge(body)

    def _pull(self, body: dict[str, Any]) -> dict[str, Any]:
        most = body.get("maxMessages", 0)
        if set(body) != {"maxMessages"} or not 0 < most <= MAX_MESSAGES:
            raise GoogleRefusal(400, "invalidArgument", "The value for max_messages must be greater than 0.")
        with self.changed:
            self.pulls += 1
            self.changed.wait_for(lambda: bool(self._free()), WAIT_SECONDS)
            taken = self._free()[:most]
            for message in taken:
                message.leased_until = self.now() + DEADLINE_SECONDS
        return {"receivedMessages": [{"ackId": one.id, "message": one.data} for one in taken]} if taken else {}

    def _acknowledge(self, body: dict[str, Any]) -> dict[str, Any]:
        ids: Collection[str] = body.get("ackIds", ())
        if not ids:
            raise GoogleRefusal(400, "invalidArgument", "No ack ids specified.")
        with self.changed:
            self.waiting = [one for one in self.waiting if one.id not in ids]
        return {}

    def _free(self) -> list[Message]:
        return [one for one in self.waiting if one.leased_until <= self.now()]


def _labels(change: Change) -> set[str]:
    return {*change.labels, *change.message.labels}
