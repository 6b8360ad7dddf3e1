"""A console with everything in it: drafts of every kind and state, mailboxes, sources, signals and people.

The same for the tests that look at each page and for whoever wants to look at it.
"""

from dataclasses import dataclass
from pathlib import Path

import httpx
import sqlalchemy as sa

from core.drafts import Draft, DraftSource, Edit, Finding, Gap, Item, Usage, gap
from core.errors import OutageError
from core.insight.learning.rule_store import LearnedRule, RuleStore
from core.insight.learning.style_rules import RuleEvidence, StyleRule
from core.insight.report.counting_rules import load_counting_rules
from core.insight.report.rollup import roll_up_all
from core.job import REFINES, WISH, Job, JobRequest, Outcome
from core.people import Identity
from core.store import Store
from core.store.tables import jobs
from integrations.mail.imap.accounts import Accounts, ImapAccount, ImapCursor
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from tests.core.signals.scanned import known_signal
from tests.integrations.api.running import RunningWeb
from tests.integrations.api.test_sources import read_all

HOUR, DAY = 3600, 86_400
MAIL = "Hello Bob,\n\ncan you deliver by 14 March, and is the discount of 5 % still on?\n\nAnn Lee"
REPLY = "Hi Ann,\n\n[[Can you deliver by 14 March?]]\n\nThe discount of 5 % holds in March.\n\nBest regards\nBob"
ENDING = "\n\nBest regards\nBob"
HINTS = (
    "It also says: \u201cThe pumps of the last delivery stand in the yard, and the forklift is back on Monday.\u201d",
    "Look at this first: \u201cThere is a strong smell of gas in the cellar.\u201d",
    "You wrote before: \u201cThe discount holds until the end of March.\u201d",
)
POLICIES = """\
ask = "it@example.com"
[group.everybody]
title = "Everybody in the company"
members = ["*"]
recipes = { deny = ["plain"] }
[group.everybody.style]
guide = "Short sentences, active voice."
[group.everybody.style.de]
register = "formal"
use = { Kunde = ["Klient"] }
"""


@dataclass(frozen=True)
class Filled:
    """What pages there are to look at: `addresses` by a name for each."""

    addresses: dict[str, str]


def fill(web: RunningWeb, client: httpx.Client, folder: Path) -> Filled:
    """Fill an installation of one person and return its pages.

    Args:
        web: that runs.
        client: of the person, signed in.
        folder: where files of a source may be put.
    """
    me = web.settings.local_person
    kept = _drafts(web, me)
    _learnt(web, me)
    _mailboxes(web.services.store, me, kept["reply"])
    source = _sources(web, client, folder)
    scan, signal = known_signal(
        web.services.api.signals,
        web.services.store,
        ("local", me),
        "Support, weekly",
        "The boiler may fail before winter.",
    )
    client.post("/console/policies/save", data={"text": POLICIES, "after": "0"})
    made = client.post("/console/tokens", data={"name": "Nightly export", "scopes": ["jobs"], "days": "90"})
    assert made.status_code == 200, made.text
    fact = {"name": "booking link", "text": "https://example.com/book/bob", "phrases": "calendar link, book a call"}
    client.post("/console/learned/facts", data=fact)
    return Filled(_addresses(kept, source, scan, signal))


def _addresses(kept: dict[str, Job], source: str, scan: str, signal: str) -> dict[str, str]:
    mailbox = "/console/connections/mailbox?name="
    return {
        "home": "/console",
        "health": "/console/health",
        "ask": "/console/ask",
        "drafts": "/console/jobs",
        "drafts-none": "/console/jobs?text=nothing-is-called-so",
        **{f"draft-{name}": f"/console/jobs/{job.id}" for name, job in kept.items()},
        "connections": "/console/connections",
        "mailbox": f"{mailbox}bob@example.com",
        "mailbox-broken": f"{mailbox}sales@example.com",
        "sources": "/console/sources",
        "source": f"/console/sources/source?source={source}",
        "signals": "/console/signals",
        "signal": f"/console/signals/signal?signal={signal}",
        "digest": f"/console/signals/digest?scan={scan}",
        "learnt": "/console/learned",
        "recipes": "/console/recipes",
        "recipe": "/console/recipes/rewrite",
        "recipe-versions": "/console/recipes/rewrite/versions",
        "recipe-new": "/console/new-recipe",
        "sessions": "/console/sessions",
        "tokens": "/console/tokens",
        "policies": "/console/policies",
        "models": "/console/models",
        "people": "/console/people",
        "audit": "/console/audit",
        "error": "/console/jobs/nothing",
        "lost": "/console/no-such-page",
        "report": "/report",
        "report-drafts": "/report/jobs",
        "report-draft": f"/report/jobs/{kept['used'].id}",
        "front": "/",
    }


def _drafts(web: RunningWeb, me: str) -> dict[str, Job]:
    """Store drafts of every kind and state, some of them of others, spread over a month; the oldest first."""
    store = web.services.store
    for number in reversed(range(40)):
        _one_of_many(store, me, number)
    document, actions = _document(store, me), _actions(store, me)
    used = _done(store, me, "rewrite", "slack", {"text": "the report is late because of data"}, text=_BODY, age=5)
    store.outcomes.add(used, "edited", person=me, distance=None, detail={"text": _BODY + "\nThank you."})
    brief = {"brief": "Tell the team that we meet on Thursday"}
    first = _done(store, me, "compose", "outlook", brief, text=_BODY, age=4)
    wish = {**brief, REFINES: first.id, WISH: "warmer, and name the room"}
    second = _done(store, me, "compose", "outlook", wish, text="Dear all,\n\n" + _BODY, age=3)
    store.outcomes.add(first, "regenerated", person=me, distance=None, detail={})
    refused = _done(store, me, "rewrite", "slack", {"text": "Say that the lift is repaired"}, text=_BODY, age=2)
    store.outcomes.add(refused, "rejected", person=me, distance=None, detail={})
    reply = _reply(store, me)
    lost, _ = store.jobs.add(JobRequest("translate", {"text": "Guten Tag"}, "word", me))
    claimed = store.leases.claim(lost.id, lease_seconds=60)
    assert claimed
    failed = store.leases.fail(claimed, OutageError("The model did not answer.", fix="Try again in a few minutes."))
    waiting, _ = store.jobs.add(JobRequest("summarize", {"text": "Minutes of Monday. " * 40}, "api", me))
    roll_up_all(store, load_counting_rules(web.settings, store, web.services.recipes))
    named = {"reply": reply, "used": used, "version": second, "actions": actions, "document": document}
    return {**named, "discarded": refused, "failed": failed, "waiting": waiting}


def _one_of_many(store: Store, me: str, number: int) -> None:
    people = (*(f"{name}@example.com" for name in ("ann", "ben", "cleo", "dan", "eve")), me)
    who = people[number % 6]
    recipe, surface = (("reply", "mail"), ("rewrite", "slack"), ("shorten", "word"), ("summarize", "api"))[number % 4]
    inputs = {"text": _SUBJECTS[number % len(_SUBJECTS)]}
    job = _done(store, who, recipe, surface, inputs, text=_BODY, age=60 + number * 16)
    if number % 5:
        outcome: Outcome = "rejected" if number % 7 == 0 else "edited" if number % 2 else "accepted"
        distance = 0.05 * (number % 9) if outcome == "edited" else None
        store.outcomes.add(job, outcome, person=who, distance=distance, detail={})


_SUBJECTS = (
    "The quarterly figures, in three sentences for the board",
    "Please shorten: the minutes of the steering committee of 12 November, with all decisions and their owners",
    "why is the delivery late?",
    "Offer for twelve pumps",
    "Invitation to the summer party",
)
_BODY = "The report comes on Friday. Two figures of the branch in Bremen were missing.\n\nBest regards\nBob"


def _done(
    store: Store, who: str, recipe: str, surface: str, inputs: dict[str, str], *, age: float = 0.0, **draft: object
) -> Job:
    """Store a delivered job, asked for `age` hours ago."""
    made, _ = store.jobs.add(JobRequest(recipe, dict(inputs), surface, who))
    claimed = store.leases.claim(made.id, lease_seconds=60)
    assert claimed
    usage = Usage(input_tokens=812, output_tokens=140, usd=0.0021, seconds=2.4, calls=1)
    done = {"recipe": recipe, "model": "gpt-5-mini", "usage": usage, **draft}
    ready = store.leases.finish(claimed, Draft.model_validate(done))
    delivered = store.leases.delivered(ready)
    with store.database.write() as connection:
        earlier = {
            name: jobs.c[name] - age * HOUR for name in ("created_at", "started_at", "finished_at", "delivered_at")
        }
        connection.execute(sa.update(jobs).where(jobs.c.id == made.id).values(**earlier))
    return delivered


def _reply(store: Store, me: str) -> Job:
    choices = ("Yes, we can deliver by 14 March.", "No, the earliest day is 21 March.")
    asked = Gap(place="[[Can you deliver by 14 March?]]", question="Can you deliver by 14 March?", choices=choices)
    hints = tuple(Gap(place=gap(shown), question=shown, is_hint=True) for shown in HINTS)
    text = "\n\n".join([REPLY.removesuffix(ENDING), *(hint.place for hint in hints)]) + ENDING
    source = DraftSource(
        number=1, title="Price list 2027", quote="5 % until 31 March", link="https://example.com/prices"
    )
    finding = Finding(
        check="facts", severity="warn", place="5 %", sentence="The mail calls the discount 5 %; the price list agrees."
    )
    inputs = {"message": MAIL, "owner": "Bob"}
    subject = "Re: Offer for twelve pumps"
    return _done(
        store, me, "reply", "mail", inputs, age=1, text=text, subject=subject, gaps=(asked, *hints), sources=(source,),
        findings=(finding,), alternatives=(text.replace("Hi Ann", "Dear Ms Lee"),),
    )  # fmt: skip


def _actions(store: Store, me: str) -> Job:
    items = (
        Item(text="Send the floor plan", who="Ann", due="Friday", quote="Ann sends the floor plan by Friday"),
        Item(text="Book the room", who="Bob", quote="Bob will book the room"),
    )
    return _done(
        store,
        me,
        "actions",
        "slack",
        {"text": "Ann sends the floor plan by Friday. Bob will book the room."},
        age=30,
        items=items,
    )


def _document(store: Store, me: str) -> Job:
    edits = (
        Edit(
            id="p1",
            hash="1",
            before="We waits untill Monday.",
            text="We wait until Monday.",
            reason="Spelling",
            share=0.1,
        ),
        Edit(id="p7", hash="2", before="All prices are net.", comment="Clause 4 says gross.", quote="net"),
    )
    return _done(store, me, "proofread", "word", {"instruction": "Proofread"}, age=52, edits=edits)


def _learnt(web: RunningWeb, me: str) -> None:
    store, people = web.services.store, web.services.api.people
    rule = StyleRule("replace", "Best regards", "Kind regards")
    learned = LearnedRule(
        rule.key,
        rule,
        "offered",
        RuleEvidence(tried=14, before=0.18, after=0.06, better=11, worse=1),
        ("mail", "slack"),
        1_790_000_000.0,
    )
    used = StyleRule("delete_sentence", "Please do not hesitate to contact me.")
    other = LearnedRule(
        used.key,
        used,
        "enabled",
        RuleEvidence(tried=22, before=0.21, after=0.09, better=20, worse=0),
        ("mail",),
        1_790_000_000.0,
    )
    rules = RuleStore(store, people)
    who = Identity("local", me)
    for one in (learned, other):
        rules._save(who, one)


def _mailboxes(store: Store, me: str, reply: Job) -> None:
    accounts = Accounts(store.records)
    works = ImapAccount("imap.example.com", 993, "bob@example.com", "secret", "tls", me, "bob@example.com")
    broken = ImapAccount("imap.example.com", 993, "sales@example.com", "old", "tls", me, "sales@example.com")
    for account in (works, broken):
        accounts.save(account)
    now = store.database.now_seconds()
    accounts.save_cursor(works, ImapCursor(checked_at=now - 40))
    error = {
        "code": "credential", "message": "imap.example.com refused user sales@example.com or the password.",
        "fix": "Then run `inlaid mailbox add imap` again.",
    }  # fmt: skip
    accounts.save_cursor(broken, ImapCursor(checked_at=now - 3 * DAY, error=error))
    accounts.update_status(works, mode="idle", renews_at=now + 1500)
    for uid, (needs, reason) in enumerate(
        ((True, "It asks: can you deliver by 14 March?"), (False, "A newsletter: it has a List-Id.")), 1
    ):
        record = TriageRecord(
            works.name, uid, {"needs_reply": needs, "reason": reason, "rule": ""},
            "Offer for twelve pumps" if needs else "News",
            "Ann Lee <ann.lee@a-rather-long-name.example.com>", job=reply.id if needs else "", uidvalidity=1,
        )  # fmt: skip
        TriageRecords(accounts.records, works).put(ImapTarget(works.name, uid, 1).key, record)


def _sources(web: RunningWeb, client: httpx.Client, folder: Path) -> str:
    papers = folder / "Handbook of a firm with a rather long name"
    papers.mkdir(parents=True)
    (papers / "travel-and-costs-that-are-refunded.md").write_text(
        "# Travel\n\nHotel costs are refunded up to 120 euros.\n"
    )
    (papers / "empty.txt").write_text("")
    made = client.post("/console/sources/add", data={"place": str(papers), "title": "Handbook", "shared": "true"})
    assert made.status_code == 303, made.text
    read_all(web)
    return web.services.api.sources.sources.store.list()[0].source.id
