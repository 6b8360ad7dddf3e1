"""What models cost: noted for each call, held against the budgets of persons and workspaces before the next."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from core.audit.entries import Actor, AuditEvent, Thing
from core.drafts import Usage
from core.errors import LimitError, StoreOutage
from core.job import CallCount, Job
from core.llm.models_file import Budgets, EndpointEntry
from core.store.usage import ModelCall, Spent, UsageStore

log = structlog.get_logger(__name__)

DAY_SECONDS = 86_400
# Other processes spend too; their calls count within this time.
KEEP_SECONDS = 5.0
# A commit per call would cost more than the rest of the pipeline: a process that is killed loses this much at most.
FLUSH_SECONDS = 1.0


@dataclass
class _Sum:
    """What a person or workspace has spent today, as far as this process knows."""

    day: int
    read_at: float
    tokens: int
    usd: float


class Spending:
    """The budgets and the book of one process. Safe for several threads.

    Args:
        usage: where calls are written down.
        budgets: the limits.
        clock: Unix seconds.
        flush_seconds: how long a call may stay unwritten.
    """

    def __init__(
        self,
        usage: UsageStore,
        budgets: Budgets,
        clock: Callable[[], float] = time.time,
        *,
        flush_seconds: float = FLUSH_SECONDS,
    ) -> None:
        self._usage = usage
        self._budgets = budgets
        self._clock = clock
        self._flush_seconds = flush_seconds
        self._timer: threading.Timer | None = None
        self._lock = threading.RLock()
        self._sums: dict[tuple[str, str | None], _Sum] = {}
        self._unwritten: list[ModelCall] = []
        self._written_at = 0.0

    def require(self, workspace: str, person: str, *, is_priced: bool) -> None:
        """Refuse a call that no budget is left for. A call that costs nothing is never held against a sum of money.

        Raises:
            LimitError: says what is spent and when it renews.
        """
        limits = self._budgets.of(workspace)
        for who, asked, tokens, usd in (
            ("Your", person, limits.person_tokens_per_day, limits.person_usd_per_day),
            ("Your workspace's", None, limits.workspace_tokens_per_day, limits.workspace_usd_per_day),
        ):
            if not tokens and not (usd and is_priced):
                continue
            spent = self._spent(workspace, asked)
            if tokens and spent.tokens >= tokens:
                raise _used_up(f"{who} budget of {tokens:,} tokens a day")
            if usd and is_priced and spent.usd >= usd:
                raise _used_up(f"{who} budget of {usd:,.2f} USD a day")

    def note(self, call: ModelCall) -> None:
        """Write a call down within `flush_seconds`, with what else comes until then."""
        with self._lock:
            self._unwritten.append(call)
            for asked in (call.person, None):
                if known := self._sums.get((call.workspace, asked)):
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

    def _spent(self, workspace: str, person: str | None) -> Spent:
        now = self._clock()
        day = int(now // DAY_SECONDS)
        with self._lock:
            known = self._sums.get((workspace, person))
            if known is None or known.day != day or now - known.read_at > KEEP_SECONDS:
                if known and known.day != day:
                    self._sums.clear()
                read = self._usage.spent(workspace, since=float(day * DAY_SECONDS), person=person)
                mine = [one for one in self._unwritten if one.workspace == workspace and person in {None, one.person}]
                tokens = read.tokens + sum(one.input_tokens + one.output_tokens for one in mine)
                known = _Sum(day, now, tokens, read.usd + sum(one.usd for one in mine))
                self._sums[(workspace, person)] = known
            return Spent(known.tokens, known.usd)


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


def _used_up(what: str) -> LimitError:
    return LimitError(f"{what} is used up.", fix="It renews at 00:00 UTC. An administrator can raise it.")
