"""The policies as everything asks for them: what a person may, refused in one sentence where they may not."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from cachetools import TTLCache

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Name, Thing
from core.errors import SettingsError
from core.job import JobRequest
from core.people import People, address_of_shared, load_people
from core.policies.in_force import PolicyBook, load_policy_book
from core.policies.membership import load_membership
from core.policies.resolution import NO_POLICY, Model, PersonFacts, PersonPolicy, PolicySet, Refusal
from core.settings import Settings
from core.store.audit import AuditTrail
from core.store.records import RecordStore

# How long what was looked up of a person counts.
KEEP_SECONDS = 5.0
MAX_KEPT = 10_000


class Policies:
    """What people may. Threads may share it; without policies it asks nobody anything.

    Every refusal is raised by a `require…` method or by `refuse`, which write it down.

    Args:
        book: what is in force.
        facts: what is known of a person of a surface, by workspace and person.
        trail: where refusals are written down; None: nowhere.
        keep_seconds: how long that counts.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        book: PolicyBook,
        facts: Callable[[str, str], PersonFacts],
        trail: AuditTrail | None = None,
        *,
        keep_seconds: float = KEEP_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.book = book
        self._facts = facts
        self._trail = trail
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

    def roles(self, workspace: str, person: str) -> frozenset[str]:
        """Return what a person's groups open; raises as `of`."""
        return self._facts(workspace, person).roles

    def forget(self) -> None:
        """Forget what is cached of policies and people, so that the next question reads them."""
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
        who, told = (request.workspace, request.person), {"recipe": request.recipe, "surface": request.surface}
        self.refuse(refused, who, door=request.surface, told=told)

    def require_models(self, workspace: str, person: str, recipe: str, models: Sequence[Model]) -> None:
        """Refuse a recipe of whose models the person may ask none. Raises as `require`."""
        self.refuse(self.of(workspace, person).models(models), (workspace, person), told={"recipe": recipe})

    def require_source(self, workspace: str, person: str, source_id: str, *names: str) -> None:
        """Refuse a source, with its title and kind, that its reader may not use. Raises as `require`."""
        thing = Thing("source", source_id)
        self.refuse(self.of(workspace, person).source(*names, source_id), (workspace, person), thing)

    def require_mailbox(self, workspace: str, person: str, kind: str, address: str) -> None:
        """Refuse a mailbox that its person may not connect; `kind` is `imap` or `graph`. Raises as `require`."""
        thing = Thing("mailbox", Name(workspace, person, "mailbox", address))
        self.refuse(self.of(workspace, person).mailbox(kind, address), (workspace, person), thing)

    def require_learning(self, workspace: str, person: str) -> None:
        """Refuse what would be learnt from a person's work. Raises as `require`."""
        self.refuse(self.of(workspace, person).learning(), (workspace, person))

    def refuse(
        self,
        refused: Refusal | None,
        who: tuple[str, str],
        thing: Thing | None = None,
        *,
        door: str = "",
        told: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Write a refusal down and raise it; without one nothing happens.

        Args:
            refused: what a policy said.
            who: workspace and person.
            thing: what is refused to them.
            door: through which they came, where no request says it.
            told: what the entry tells besides the rule.

        Raises:
            PolicyRefused: names the rule, its group, and whom to ask.
        """
        if refused is None:
            return
        self.note(refused, who, thing, door=door, told=told)
        raise refused.error()

    def note(
        self,
        refused: Refusal,
        who: tuple[str, str],
        thing: Thing | None = None,
        *,
        door: str = "",
        told: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Write a refusal down; see `refuse`."""
        if self._trail:
            actor = current_actor(who[0], person=who[1], door=door)
            details = {"rule": refused.key, **told}
            event = AuditEvent("policy.refused", actor, thing, outcome="failure", details=details, workspace=who[0])
            self._trail.write(event)

    def may_learn(self, workspace: str, person: str) -> bool:
        """Whether anything may be learnt from a person's work, and used for them; never of a shared mailbox."""
        return not address_of_shared(person) and self.of(workspace, person).learning() is None


def load_policies(settings: Settings, records: RecordStore, people: People | None = None) -> Policies:
    """Return the policies of an installation, with what it knows of its people."""
    membership = load_membership(settings, records, people or load_people(settings, records))
    return Policies(load_policy_book(settings, records), membership.facts, AuditTrail(records.database))
