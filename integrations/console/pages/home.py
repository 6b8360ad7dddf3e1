"""Home: what waits for the visitor, their latest drafts, and how their connections, rules and drafts stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.insight.learning.rule_store import LearnedRule, RuleStore
from core.insight.report.cube import day_of
from core.insight.report.rollup_store import RollupStore
from core.llm.ladder.choosing import standing
from core.store.job_pages import JobFilter
from core.text.catalogues import N_, told
from integrations.console.context import ConsoleContext, MailboxSummary, Visitor
from integrations.console.pages.connections import mailbox_address, with_console_fix
from integrations.console.pages.job_rows import Badge, JobRow, row_of, with_outcomes
from integrations.console.rendering import MAILBOX_STATES, PATH, error_for, page

MAX_JOBS = 6
# How many of the newest drafts are looked at for what waits, and for how long a failure is told.
MAX_LOOKED_AT = 400
# So much that waits is shown at once; the others are folded.
MAX_WAITING = 8
FAILURE_SECONDS = 7 * 86_400
FIGURE_DAYS = 30
_LATER = N_("Its draft is tried again by itself until it is there.")


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the visitor: what, where it is dealt with, and how it stands.

    `can_dismiss` says whether it is a failure that they can take off the list.
    """

    title: str
    words: str
    address: str
    badge: Badge
    can_dismiss: bool = False


@dataclass(frozen=True)
class HomeFigures:
    """How many drafts the visitor had lately, and how many of them they used or discarded."""

    made: int
    used: int
    discarded: int


def add_home(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""
    rule_store = RuleStore(context.store, context.people, context.policies)

    @router.get("")
    def show(request: Request) -> Response:
        """Show it."""
        visitor = context.visitor(request)
        found = context.store.job_pages.page(JobFilter(context.names(visitor)), limit=MAX_LOOKED_AT)
        rows = with_outcomes(context.store, (row_of(context, job, is_own=True) for job in found.jobs))
        mailboxes = [card for card in context.connections.mailboxes(visitor) if card.is_own]
        rules = rule_store.all(context.people.identity(visitor.workspace, visitor.person))
        now = context.store.database.now_seconds()
        dangers = [*_dangers(rows, visitor)]
        waiting = [*_mailboxes(mailboxes), *_drafts(rows, now, visitor), *_offers(rules)]
        shown = max(0, MAX_WAITING - len(dangers))
        return page(
            "home.html.jinja",
            visitor,
            waiting=[*dangers, *waiting[:shown]],
            folded=waiting[shown:],
            has_older=bool(found.following),
            rows=rows[:MAX_JOBS],
            mailboxes=mailboxes,
            rules=rules,
            figures=_figures(context, visitor, now),
            health=context.health() if visitor.is_admin else {},
            stands=standing(context.settings) if visitor.is_admin else None,
        )


def _mailboxes(cards: Sequence[MailboxSummary]) -> Iterator[Waiting]:
    for card in cards:
        if not card.works:
            error = (
                with_console_fix(card.error, login=card.login) if card.error else {"message": card.trouble, "fix": ""}
            )
            words = f"{told(error['message'])} {told(error['fix'])}".strip()
            yield Waiting(card.name, words, mailbox_address(card.name), MAILBOX_STATES[card.state])


def _dangers(rows: Sequence[JobRow], visitor: Visitor) -> Iterator[Waiting]:
    """Yield what tells of what may hurt somebody: it stands before all else, and is never folded."""
    for row in rows:
        if danger := told(row.danger):
            further = _failure(row, visitor) or (told(_LATER) if row.waits else "")
            words, address = f"{danger} {further}".strip(), f"{PATH}/jobs/{row.job.id}"
            yield Waiting(row.topic or told(row.kind), words, address, row.badge, can_dismiss=row.can_dismiss)


def _drafts(rows: Sequence[JobRow], now: float, visitor: Visitor) -> Iterator[Waiting]:
    """Yield the other drafts with questions, then the mails whose drafts wait, then what failed."""
    others = [row for row in rows if not row.danger]
    ranked = sorted(others, key=lambda row: 0 if row.open_gaps else 1 if row.waits else 2)
    for row in ranked:
        if row.open_gaps and row.job.draft:
            words = " ".join(gap.question for gap in row.job.draft.questions[:2])
            yield Waiting(row.topic or told(row.kind), words, f"{PATH}/jobs/{row.job.id}", row.badge)
        elif row.waits:
            yield Waiting(row.topic or told(row.kind), told(_LATER), f"{PATH}/jobs/{row.job.id}", row.badge)
        elif row.needs_its_person and now - row.job.created_at < FAILURE_SECONDS:
            words, address = _failure(row, visitor), f"{PATH}/jobs/{row.job.id}"
            yield Waiting(row.topic or told(row.kind), words, address, row.badge, can_dismiss=True)


def _failure(row: JobRow, visitor: Visitor) -> str:
    """Return why a draft failed, "" where it did not."""
    error = error_for(visitor, row.job)
    return f"{told(error['message'])} {told(error['fix'])}".strip() if error else ""


def _offers(rules: Sequence[LearnedRule]) -> Iterator[Waiting]:
    offered = [learned.rule.words() for learned in rules if learned.state == "offered"]
    if offered:
        title = N_("Suggested style rule") if len(offered) == 1 else N_(f"{len(offered)} suggested style rules")
        yield Waiting(told(title), offered[0], f"{PATH}/learned", (N_("your decision"), "warn"))


def _figures(context: ConsoleContext, visitor: Visitor, now: float) -> HomeFigures:
    today = day_of(now)
    sums = RollupStore(context.store.database)
    first = today - FIGURE_DAYS + 1
    counts = sums.own_outcomes(context.names(visitor), first_day=first, last_day=today)
    return HomeFigures(counts.total(), counts["accepted"] + counts["edited"], counts["rejected"])
