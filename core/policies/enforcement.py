"""The policies as everything asks for them: what a person may, refused in one sentence where they may not."""

import threading
import time
from collections.abc import Callable, Sequence

from cachetools import TTLCache

from core.errors import SettingsError
from core.job import JobRequest
from core.people import People, load_people
from core.policies.in_force import PolicyBook, load_policy_book
from core.policies.membership import load_membership
from core.policies.resolution import NO_POLICY, Model, PersonFacts, PersonPolicy, PolicySet
from core.settings import Settings
from core.store.records import RecordStore

# How long what was looked up of a person counts.
KEEP_SECONDS = 5.0
MAX_KEPT = 10_000


class Policies:
    """What people may. Threads may share it; without policies it asks nobody anything.

    Args:
        book: what is in force.
        facts: what is known of a person of a surface, by workspace and person.
        keep_seconds: how long that counts.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        book: PolicyBook,
        facts: Callable[[str, str], PersonFacts],
        *,
        keep_seconds: float = KEEP_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.book = book
        self._facts = facts
        self._lock = threading.Lock()
        self._recent: TTLCache[tuple[str, str], tuple[PolicySet, PersonPolicy]] = TTLCache(
            MAX_KEPT, keep_seconds, timer=clock
        )

    def of(self, workspace: str, person: str) -> PersonPolicy:
        """Return what holds for a person of a surface.

        Raises:
            SettingsError: none of the policies can be used, so nothing is allowed.
            StoreOutage: the person cannot be looked up.
        """
        now = self.book.current()
        if now.is_closed:
            raise SettingsError(
                "The policies of this installation cannot be used.",
                fix="Ask your administrator: `inlaid doctor` says why.",
            )
        if now.policies is None:
            return NO_POLICY
        key = (workspace, person)
        with self._lock:
            known = self._recent.get(key)
        if known and known[0] is now.policies:
            return known[1]
        policy = now.policies.of(self._facts(workspace, person))
        with self._lock:
            self._recent[key] = (now.policies, policy)
        return policy

    def forget(self) -> None:
        """Have policies and people looked up anew at the next question."""
        self.book.look_again()
        with self._lock:
            self._recent.clear()

    def require(self, request: JobRequest, models: Sequence[Model] = ()) -> None:
        """Refuse a job that its person may not ask for.

        Args:
            request: what is asked for.
            models: the endpoints that may be asked for it; one of them at least has to be allowed.

        Raises:
            PolicyRefused: names the rule, its group, and whom to ask.
            SettingsError, StoreOutage: see `of`.
        """
        policy = self.of(request.workspace, request.person)
        if policy is NO_POLICY:
            return
        refused = policy.surface(request.surface) or policy.recipe(request.recipe) or policy.models(models)
        if refused:
            raise refused.error()

    def require_mailbox(self, workspace: str, person: str, kind: str, address: str) -> None:
        """Refuse a mailbox that its person may not connect; `kind` is `imap` or `graph`. Raises as `require`."""
        if refused := self.of(workspace, person).mailbox(kind, address):
            raise refused.error()

    def require_learning(self, workspace: str, person: str) -> None:
        """Refuse what would be learnt from a person's work. Raises as `require`."""
        if refused := self.of(workspace, person).learning():
            raise refused.error()

    def may_learn(self, workspace: str, person: str) -> bool:
        """Whether anything may be learnt from a person's work, and used for them."""
        return self.of(workspace, person).learning() is None

    def may_connect(self, workspace: str, person: str, kind: str, address: str) -> bool:
        """Whether a mailbox may be connected, and looked after."""
        return self.of(workspace, person).mailbox(kind, address) is None


def load_policies(settings: Settings, records: RecordStore, people: People | None = None) -> Policies:
    """Return the policies of an installation, with what it knows of its people."""
    membership = load_membership(settings, records, people or load_people(settings, records))
    return Policies(load_policy_book(settings, records), membership.facts)
