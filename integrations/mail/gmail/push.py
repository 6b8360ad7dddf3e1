"""Gmail tells of changes through Pub/Sub: a watch on each mailbox, and one pull subscription for all of them.

https://developers.google.com/workspace/gmail/api/guides/push: a watch ends after seven days at the latest and is
renewed each day. At most one notice a second comes of a mailbox, late or never at times, so mailboxes are also asked by
the clock. https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull waits for a
notice; what is not acknowledged comes again. Who pulls is a service account, by a signed token (RFC 7523):
https://developers.google.com/identity/protocols/oauth2/service-account#httprest.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from core.drafts import JsonObject
from core.errors import CredentialError, ForbiddenError, InlaidError, NotFoundError, OutageError, SettingsError
from core.logs import logger
from core.settings import Settings
from core.store.due import DueIndex
from core.store.records import RecordStore
from core.text.catalogues import N_
from integrations.graph.transport import CONNECT_SECONDS, shared_http
from integrations.mail.gmail.accounts import ACCOUNT_KIND, GmailAccount, GmailAccounts
from integrations.mail.gmail.client import Gmail
from integrations.mail.mailbox.connection_status import StatusChanges
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.visits import SERVERS

log = logger(__name__)

PUBSUB = "https://pubsub.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/pubsub"
PUSH_KIND = "gmail_push"
PULL, MAX_NOTICES = "pull", 100
# Google answers a pull without a notice after a while of its own; longer means that the line is dead.
PULL_SECONDS = 120.0
# Whoever has not pulled for so long is not there, and mailboxes are asked by the clock.
ALIVE_SECONDS = 300.0
FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS = 5.0, 300.0
# A watch is renewed each day; what Google refuses is asked for again after an hour.
WATCH_SECONDS, REFUSED_SECONDS = 24 * 3600.0, 3600.0
TOKEN_SECONDS, MIN_TOKEN_SECONDS = 3600, 300.0
NAMES_SECONDS = 30.0
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_RETRY = "Mailboxes are asked by the clock meanwhile."
_SETTINGS = "INLAID_GOOGLE_PUBSUB_TOPIC, INLAID_GOOGLE_PUBSUB_SUBSCRIPTION and INLAID_GOOGLE_SERVICE_ACCOUNT"


@dataclass(frozen=True)
class PushSetup:
    """What an administrator has made at Google; see deploy/google.

    Args:
        topic: where Gmail tells of changes, `projects/…/topics/…`.
        subscription: where they are pulled, `projects/…/subscriptions/…`.
        email: of the service account that pulls.
        private_key: its key, as PEM.
        token_uri: where its tokens come from.
        url: where Pub/Sub is.
    """

    topic: str
    subscription: str
    email: str
    private_key: str
    token_uri: str
    url: str

    def __repr__(self) -> str:
        # Without the key: a repr ends up in tracebacks.
        return f"PushSetup({self.topic!r}, {self.subscription!r})"


def is_push_wanted(settings: Settings) -> bool:
    """Whether an administrator has set anything of it."""
    key = settings.google_service_account.get_secret_value()
    return bool(settings.google_pubsub_topic or settings.google_pubsub_subscription or key)


def push_setup(settings: Settings) -> PushSetup:
    """Return what is set.

    Raises:
        SettingsError: a part is missing, or cannot be read.
    """
    topic, subscription = settings.google_pubsub_topic.strip(), settings.google_pubsub_subscription.strip()
    if not _is_name(topic, "topics") or not _is_name(subscription, "subscriptions"):
        fix = "Write them as projects/PROJECT/topics/NAME and projects/PROJECT/subscriptions/NAME; see deploy/google."
        raise SettingsError("The topic or the subscription of Pub/Sub is missing or is no full name.", fix=fix)
    try:
        key = json.loads(settings.google_service_account.get_secret_value())
        found = {name: str(key[name]) for name in ("client_email", "private_key", "token_uri")}
    except (ValueError, KeyError, TypeError) as error:
        fix = "Set INLAID_GOOGLE_SERVICE_ACCOUNT_FILE to the JSON key of the service account; see deploy/google."
        raise SettingsError("The key of the service account for Pub/Sub cannot be read.", fix=fix) from error
    if not found["token_uri"].startswith("https://"):
        raise SettingsError(
            "token_uri of the service account does not begin with https://.", fix="Download the key again."
        )
    url = settings.google_url or PUBSUB
    return PushSetup(topic, subscription, found["client_email"], found["private_key"], found["token_uri"], url)


def _is_name(name: str, kind: str) -> bool:
    parts = name.split("/")
    return len(parts) == 4 and parts[0] == "projects" and parts[2] == kind and all(parts)


class PullLine:
    """The subscription, pulled by the service account.

    Args:
        setup: which, and by whom.
        clock: the time in Unix seconds.
    """

    def __init__(self, setup: PushSetup, *, clock: Callable[[], float] = time.time) -> None:
        self._setup, self._clock = setup, clock
        self._token, self._ends_at = "", 0.0

    def pull(self) -> tuple[list[str], list[str]]:
        """Wait for notices, and return whose mailboxes have changed, with what acknowledges the notices.

        Raises:
            InlaidError: Google refuses, or cannot be reached.
        """
        found = self._ask(PULL, {"maxMessages": MAX_NOTICES}, seconds=PULL_SECONDS)
        received = [message for message in found.get("receivedMessages") or () if isinstance(message, dict)]
        addresses = [address for message in received if (address := _address(message.get("message") or {}))]
        return addresses, [str(message["ackId"]) for message in received if message.get("ackId")]

    def acknowledge(self, ids: Sequence[str]) -> None:
        """Have these notices not come again. Raises as `pull`."""
        if ids:
            self._ask("acknowledge", {"ackIds": list(ids)})

    def check(self) -> None:
        """Ask whether the service account may pull.

        Raises:
            SettingsError: it may not. InlaidError: as `pull`.
        """
        wanted = "pubsub.subscriptions.consume"
        if wanted not in (self._ask("testIamPermissions", {"permissions": [wanted]}).get("permissions") or ()):
            raise SettingsError(
                f"The service account {self._setup.email} may not pull {self._setup.subscription}.",
                fix="Give it the role Pub/Sub Subscriber on the subscription; see deploy/google.",
            )

    def _ask(self, action: str, body: JsonObject, *, seconds: float = 30.0) -> JsonObject:
        url = f"{self._setup.url}/v1/{self._setup.subscription}:{action}"
        for is_last in (False, True):
            headers = {"Authorization": f"Bearer {self._bearer(renew=is_last)}"}
            timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
            try:
                answer = shared_http().post(url, json=body, headers=headers, timeout=timeout)
            except httpx.TransportError as error:
                if action == PULL and isinstance(error, httpx.ReadTimeout):
                    return {}  # no notice in that time
                raise OutageError("Pub/Sub cannot be reached.", fix=_RETRY) from error
            if answer.status_code != httpx.codes.UNAUTHORIZED or is_last:
                break
        if answer.is_success:
            return _object(answer)
        raise _refused(answer.status_code, self._setup)

    def _bearer(self, *, renew: bool) -> str:
        import jwt

        if not renew and self._ends_at - self._clock() > MIN_TOKEN_SECONDS:
            return self._token
        at = int(self._clock())
        claims = {"iss": self._setup.email, "scope": SCOPE, "aud": self._setup.token_uri}
        try:
            signed = jwt.encode({**claims, "iat": at, "exp": at + TOKEN_SECONDS}, self._setup.private_key, "RS256")
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            fix = "Download the key of the service account again; see deploy/google."
            raise SettingsError("The private key of the service account cannot be used.", fix=fix) from error
        try:
            answer = shared_http().post(self._setup.token_uri, data={"grant_type": _GRANT, "assertion": signed})
        except httpx.TransportError as error:
            raise OutageError("The sign-in at Google cannot be reached.", fix=_RETRY) from error
        found = _object(answer) if answer.is_success else {}
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or (answer.is_success and not found):
            raise OutageError("The sign-in at Google is down.", fix=_RETRY)
        if not found.get("access_token"):
            fix = "Check that it exists, is enabled, and that its key was not deleted; check this machine's clock."
            raise CredentialError(f"Google refuses the service account {self._setup.email}.", fix=fix)
        self._token, self._ends_at = str(found["access_token"]), at + float(found.get("expires_in", TOKEN_SECONDS))
        return self._token


def _object(answer: httpx.Response) -> JsonObject:
    try:
        found = answer.json() if answer.content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refused(status: int, setup: PushSetup) -> InlaidError:
    if status == 404:
        return NotFoundError(f"There is no {setup.subscription}.", fix="See deploy/google, Pub/Sub.")
    if status in {401, 403}:
        words = f"The service account {setup.email} may not pull {setup.subscription}."
        return ForbiddenError(words, fix="Give it the role Pub/Sub Subscriber; see deploy/google.")
    if status == 429 or status >= 500:
        return OutageError("Pub/Sub is down or asks to wait.", fix=_RETRY)
    return SettingsError(f"Pub/Sub refuses the request ({status}).", fix=f"Check {_SETTINGS}.")


def _address(message: Mapping[str, Any]) -> str:
    """Return whose mailbox a message is about; "" for one that Gmail cannot have sent."""
    with suppress(ValueError, TypeError, KeyError):
        found = json.loads(base64.b64decode(str(message["data"]).replace("-", "+").replace("_", "/")))
        return str(found["emailAddress"]).casefold()
    return ""


class PushStatus:
    """Whether notices are pulled, for all workers.

    Args:
        records: where that is kept.
        subscription: which.
    """

    def __init__(self, records: RecordStore, subscription: str) -> None:
        self._records, self._subscription = records, subscription

    def note(self, error: dict[str, str] | None = None) -> None:
        """Keep that notices were pulled now, or why not."""
        value = {"at": time.time(), "error": error}
        self._records.put(PUSH_KIND, SERVERS, self._subscription, value, expires_in_seconds=ALIVE_SECONDS * 10)

    @property
    def error(self) -> dict[str, str] | None:
        """Why notices are not pulled, as `InlaidError.to_json`; None while they are, and where nobody has tried."""
        record = self._records.get(PUSH_KIND, SERVERS, self._subscription)
        found: dict[str, str] | None = record.data["error"] if record else None
        return found

    @property
    def is_alive(self) -> bool:
        """Whether some worker pulls."""
        record = self._records.get(PUSH_KIND, SERVERS, self._subscription)
        return record is not None and not record.data["error"] and record.data["at"] > time.time() - ALIVE_SECONDS


class Puller:
    """Pulls notices and brings mailboxes forward, until this process stops.

    Args:
        accounts: the mailboxes.
        line: where notices come from.
        status: where is kept whether they do.
        wake: called when a mailbox was brought forward.
        stopping: set when this process shuts down.
    """

    def __init__(
        self,
        accounts: GmailAccounts,
        line: PullLine,
        status: PushStatus,
        wake: Callable[[], object],
        stopping: threading.Event,
    ) -> None:
        self._accounts, self._line, self._standing, self._wake, self._stopping = (
            accounts,
            line,
            status,
            wake,
            stopping,
        )
        self._names: dict[str, list[tuple[str, str]]] = {}
        self._named_at = float("-inf")

    def run(self) -> None:
        """Pull. What Google refuses is tried again, the longer it lasts the more rarely."""
        wait_seconds = FIRST_WAIT_SECONDS
        while not self._stopping.is_set():
            try:
                self.pull()
                wait_seconds = FIRST_WAIT_SECONDS
            except InlaidError as error:
                log.warning("notices of gmail not pulled", code=error.code)
                self._standing.note(error.to_json())
                self._stopping.wait(wait_seconds)
                wait_seconds = min(wait_seconds * 2, MAX_WAIT_SECONDS)

    def pull(self) -> None:
        """Take the notices that wait, and acknowledge them once their mailboxes are due. Raises as `PullLine.pull`."""
        addresses, ids = self._line.pull()
        self._standing.note()
        for address in dict.fromkeys(addresses):
            for workspace, name in self._named(address):
                self._take_named(workspace, name)
        self._line.acknowledge(ids)

    def _take_named(self, workspace: str, name: str) -> None:
        """Take a notice; a mailbox that cannot be read must not keep the notices of all others from being taken."""
        try:
            if account := self._accounts.find(workspace, name):
                self._take(account)
        except OutageError:
            raise
        except InlaidError as error:
            log.warning("notice of gmail not taken", code=error.code, workspace=workspace)

    def _take(self, account: GmailAccount) -> None:
        """Have a mailbox read, also when it was meanwhile: of what came just after Gmail tells nothing more."""
        is_waiting = bool(PendingDrafts(self._accounts.records, account).list())
        # By the clock of the database: whoever reads the mailbox may have another one than this machine.
        changes: StatusChanges = {"noticed_at": self._accounts.records.database.now_seconds()}
        if is_waiting:
            changes["outcome_at"] = time.time()
        self._accounts.update_status(account, **changes)
        self._accounts.bring(account)
        self._wake()

    def _named(self, address: str) -> list[tuple[str, str]]:
        """Return the mailboxes of an address, in all workspaces."""
        if time.monotonic() - self._named_at > NAMES_SECONDS or address not in self._names:
            self._names, self._named_at = {}, time.monotonic()
            for state in DueIndex(self._accounts.records.database).standing(ACCOUNT_KIND):
                self._names.setdefault(state.key.casefold(), []).append((state.workspace, state.key))
        return self._names.get(address, [])


def watch(client: Gmail, topic: str, labels: Sequence[str]) -> float:
    """Have Gmail tell of changes of mail with these labels, and return when that is to be renewed, in Unix seconds.

    Raises:
        InlaidError: Gmail refuses: it may not publish to the topic, or the topic is of another project.
    """
    body = {"topicName": topic, "labelIds": list(labels), "labelFilterBehavior": "include"}
    found = client.call(client.users.watch(userId="me", body=body))
    left_seconds = int(found.get("expiration") or 0) / 1000 - time.time()
    return time.time() + min(WATCH_SECONDS, max(0.0, left_seconds / 2))


def check_push(settings: Settings) -> str:
    """Return in a sentence how new mail at Gmail is noticed.

    Raises:
        InlaidError: Pub/Sub is set up, and does not work.
    """
    if not is_push_wanted(settings):
        return N_("New mail is asked for by the clock; Pub/Sub is not set up.")
    PullLine(push_setup(settings)).check()
    return N_("Pub/Sub tells of new mail.")
