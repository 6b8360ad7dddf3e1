"""What models cost: noted for each call, held against the budgets of persons and workspaces before the next.

A person has one budget, whatever the doors that they come through.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from cachetools import TTLCache

from core.audit.entries import Actor, AuditEvent, Thing
from core.drafts import Usage
from core.errors import LimitError, StoreOutage
from core.job import CallCount, Job
from core.llm.models_file import Budgets, EndpointEntry, Limits
from core.logs import logger
from core.policies.resolution import NO_POLICY, Limit, PersonPolicy
from core.store.usage import ModelCall, Spent, UsageStore

log = logger(__name__)

DAY_SECONDS = 86_400
# Other processes spend too; their calls count within this time.
KEEP_SECONDS = 5.0
# A commit per call would cost more than the rest of the pipeline: a process that is killed loses this much at most.
FLUSH_SECONDS = 1.0
MAX_KEPT = 10_000


# Every name of a person of a surface, by workspace and person.
Names = Callable[[str, str], Sequence[tuple[str, str]]]
# Whose a sum is: ("workspace", its name), or ("person", the first of their names).
_Key = tuple[str, ...]


@dataclass
class _Sum:
    """What a person or workspace has spent today, as far as this process knows."""

    day: int
    read_at: float
    tokens: int
    usd: float


@dataclass(frozen=True)
class _DayLimit:
    """What may be used in a day; `rule` is the policy's that says so, or None if it is the models file's."""

    whose: str
    unit: Literal["tokens", "USD"]
    most: float
    rule: Limit | None = None

    def require(self, spent: Spent) -> None:
        """Refuse when nothing is left; raises LimitError."""
        if (spent.tokens if self.unit == "tokens" else spent.usd) < self.most:
            return
        number = f"{self.most:,.0f}" if self.unit == "tokens" else f"{self.most:,.2f}"
        words = f"{self.whose} budget of {number} {self.unit} a day is used up"
        if self.rule:
            raise LimitError(
                f"{words} by the rule {self.rule.rule}; ask {self.rule.ask}.", fix="It renews at 00:00 UTC."
            )
        raise LimitError(f"{words}.", fix="It renews at 00:00 UTC. An administrator can raise it.")


class Spending:
    """The budgets and the book of one process. Safe for several threads.

    Args:
        usage: where calls are written down.
        budgets: the limits.
        clock: Unix seconds.
        flush_seconds: how long a call may stay unwritten.
        names: every name of a person of a surface.
        policy: what holds for them.
    """

    def __init__(
        self,
        usage: UsageStore,
        budgets: Budgets,
        clock: Callable[[], float] = time.time,
        *,
        flush_seconds: float = FLUSH_SECONDS,
        names: Names = lambda workspace, person: [(workspace, person)],
        policy: Callable[[str, str], PersonPolicy] = lambda _workspace, _person: NO_POLICY,
    ) -> None:
        self._usage = usage
        self._names = names
        self._policy = policy
        self._recent: TTLCache[tuple[str, str], tuple[tuple[str, str], ...]] = TTLCache(
            MAX_KEPT, KEEP_SECONDS, timer=clock
        )
        self._budgets = budgets
        self._clock = clock
        self._flush_seconds = flush_seconds
        self._timer: threading.Timer | None = None
        self._lock = threading.RLock()
        self._sums: dict[_Key, _Sum] = {}
        self._unwritten: list[ModelCall] = []
        self._written_at = 0.0

    def require(self, workspace: str, person: str, *, is_priced: bool) -> None:
        """Refuse a call that no budget is left for. A call that costs nothing is never held against a sum of money.

        Raises:
            LimitError: says what is spent and when it renews.
        """
        limits = self._budgets.of(workspace)
        own = [
            _own_limit("tokens", limits, self._policy(workspace, person)),
            _own_limit("USD", limits, self._policy(workspace, person)) if is_priced else None,
        ]
        if any(own):
            names = self._all_names(workspace, person)
            spent = self._spent(
                _key(names),
                lambda since: self._usage.spent_by(names, since=since),
                lambda call: (call.workspace, call.person) in names,
            )
            for limit in filter(None, own):
                limit.require(spent)
        whose = "Your workspace's"
        tokens, usd = limits.workspace_tokens_per_day, limits.workspace_usd_per_day if is_priced else 0.0
        if tokens or usd:
            spent = self._spent(
                ("workspace", workspace),
                lambda since: self._usage.spent(workspace, since=since),
                lambda call: call.workspace == workspace,
            )
            for limit in (_DayLimit(whose, "tokens", tokens), _DayLimit(whose, "USD", usd)):
                if limit.most:
                    limit.require(spent)

    def note(self, call: ModelCall) -> None:
        """Write a call down within `flush_seconds`, with what else comes until then."""
        with self._lock:
            self._unwritten.append(call)
            names = self._recent.get((call.workspace, call.person), ((call.workspace, call.person),))
            for key in (_key(names), ("workspace", call.workspace)):
                if known := self._sums.get(key):
                    known.tokens += call.input_tokens + call.output_tokens
                    known.usd += call.usd
            if self._clock() - self._written_at >= self._flush_seconds:
                self.flush()
            elif self._timer is None:
                self._timer = threading.Timer(self._flush_seconds, self.flush)
                self._timer.start()  # not a daemon: a process that ends waits for it

    def note_leaving(self, event: AuditEvent) -> None:
        """Write down at once that something is about to leave; see `UsageStore.note_leaving`."""
        self._usage.note_leaving(event)

    def flush(self) -> None:
        """Write down what is not written yet; what a database that is down refuses is kept for later."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
                self._timer = None
            self._written_at = self._clock()
            try:
                self._usage.add(self._unwritten)
                self._unwritten = []
            except StoreOutage:
                log.warning("usage not written", calls=len(self._unwritten))

    def _all_names(self, workspace: str, person: str) -> tuple[tuple[str, str], ...]:
        """Return every name of a person, as it was at most some seconds ago."""
        with self._lock:
            known = self._recent.get((workspace, person))
        if known is None:
            known = tuple((name[0], name[1]) for name in self._names(workspace, person))
            with self._lock:
                self._recent[workspace, person] = known
        return known

    def _spent(self, key: _Key, read: Callable[[float], Spent], is_theirs: Callable[[ModelCall], bool]) -> Spent:
        now = self._clock()
        day = int(now // DAY_SECONDS)
        with self._lock:
            known = self._sums.get(key)
            if known is None or known.day != day or now - known.read_at > KEEP_SECONDS:
                if known and known.day != day:
                    self._sums.clear()
                written = read(float(day * DAY_SECONDS))
                mine = [call for call in self._unwritten if is_theirs(call)]
                tokens = written.tokens + sum(call.input_tokens + call.output_tokens for call in mine)
                known = _Sum(day, now, tokens, written.usd + sum(call.usd for call in mine))
                self._sums[key] = known
            return Spent(known.tokens, known.usd)


def _key(names: Sequence[tuple[str, str]]) -> _Key:
    return ("person", *min(names))


def _own_limit(unit: Literal["tokens", "USD"], limits: Limits, policy: PersonPolicy) -> _DayLimit | None:
    """Return the smaller of what models file and policies let a person use.

    Where the file says nothing, its usual number does not stand against a policy.
    """
    key = "person_tokens_per_day" if unit == "tokens" else "person_usd_per_day"
    most, rule = getattr(limits, key), policy.tokens_per_day() if unit == "tokens" else policy.usd_per_day()
    is_said = key in limits.model_fields_set
    if rule and not (is_said and 0 < most < rule.most):
        return _DayLimit("Your", unit, rule.most, rule)
    return _DayLimit("Your", unit, most) if most else None


@dataclass(frozen=True)
class Meter:
    """Spending, as one endpoint does it for one job. `calls` counts those of all endpoints."""

    spending: Spending
    job: Job
    entry: EndpointEntry
    calls: CallCount | None = None

    def require(self) -> None:
        """Refuse a call that no budget is left for, or that is one too many for a job; see `Spending.require`."""
        if self.calls:
            self.calls.add()
        self.spending.require(self.job.workspace, self.job.person, is_priced=self.entry.is_priced)

    def note_leaving(self, masked: Mapping[str, int]) -> None:
        """Write down that the job's texts go to this endpoint, with what personal data was found and masked in them.

        Raises:
            StoreOutage: it was not written, so nothing may be sent.
        """
        job, entry = self.job, self.entry
        told = {
            "recipe": job.recipe,
            "endpoint": entry.name,
            "model": entry.model,
            "host": urlsplit(entry.url).hostname or "",
            "region": entry.region,
            "masked": [f"{kind}={count}" for kind, count in masked.items() if count],
        }
        actor = Actor(job.workspace, job.person, "worker")
        self.spending.note_leaving(AuditEvent("data.left", actor, Thing("job", job.id), details=told))

    def note(self, model: str, usage: Usage, result: str) -> None:
        """Write down a call; `result` is "ok" or the code of its error."""
        job, entry = self.job, self.entry
        usd = usage.usd or entry.usd(usage.input_tokens, usage.output_tokens)
        self.spending.note(
            ModelCall(
                job_id=job.id,
                workspace=job.workspace,
                person=job.person,
                recipe=job.recipe,
                endpoint=entry.name,
                model=model,
                is_local=entry.is_local,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                usd=usd,
                seconds=round(usage.seconds, 4),
                result=result,
            )
        )
