"""Every listener of Slack is set off for real, over the web process, and leaves its entry in the audit trail.

A new listener without a case fails. What somebody wrote holds the word SECRET, which must be nowhere in the trail.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.audit.actions import ACTIONS
from core.drafts import Draft, Gap
from core.job import JobRequest
from core.signals.model import Scan
from core.signals.scans import ScanStore
from core.sources.facts import StandingFact
from core.sources.model import Source
from core.sources.store import SourceStore
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.slack.listeners.table import ACTIONS as BUTTONS
from integrations.slack.listeners.table import COMMANDS, EVENTS, SHORTCUTS, SUBMISSIONS
from integrations.slack.person import facts_of
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.sources.connector import channel_source_id
from tests.core.audit.written import SECRET, everything_of
from tests.isolation.belongings import enter_everybody
from tests.isolation.installations import Installation, installed, slack_that_keeps
from tests.isolation.slack_acts import act
from tests.isolation.targets import Target, things_of_nobody
from tests.isolation.worlds import OWN_TEAM, Door, Somebody, World
from tests.servers.dovecot import PASSWORD, Dovecot

ADDRESS = "ada-audited@example.org"
ADA = Door("slack", OWN_TEAM, "U1ADA", ADDRESS)
OPEN = "[[when?]]"


@dataclass(frozen=True)
class Case:
    """A listener: whose entry it leaves, and what Slack sends besides. `by` is "" where nobody acts."""

    action: str
    given: dict[str, Any] = field(default_factory=dict)
    workspace: str = OWN_TEAM
    by: str = ADA.name


def fields(**values: str) -> dict[str, Any]:
    """Return a form as Slack sends it back."""
    state = {name: {"value": {"type": "plain_text_input", "value": value}} for name, value in values.items()}
    return {"view": {"state": {"values": state}}}


def metadata(**known: object) -> dict[str, Any]:
    """Return what a form was opened with."""
    return {"view": {"private_metadata": json.dumps({"team": OWN_TEAM, **known})}}


TEXT = {"text": f"Write to Tom that {SECRET} is late."}
MENTION = {"event": {"text": f"<@U1> rewrite {SECRET} is late.", "channel": "C1"}}
NOBODY = {"event": {"user": "", "assistant_thread": None}}
CASES: dict[str, Case] = {
    "command /inlaid": Case("job.requested", {"text": f"rewrite {SECRET} is late."}),
    **{f"command {name}": Case("job.requested", TEXT) for name in ("/draft", "/rewrite", "/summarize", "/email")},
    "command /ask": Case("job.requested", {"text": f"Where is {SECRET}?"}),
    **{
        f"shortcut {name}": Case("job.requested", {"message": {"text": SECRET}})
        for name in ("summarize_thread", "draft_reply", "find_actions", "turn_into_email", "minutes_as_document")
    },
    "shortcut use_channel": Case("source.changed", {"channel": {"id": "C2"}}),
    "shortcut use_file": Case("source.changed", {"channel": {"id": "C1"}, "message": {"files": [{"id": "F1"}]}}),
    "action stop_channel": Case("source.removed", {"channel": {"id": "C1"}}),
    "action stop_scan": Case("scan.changed"),
    "view recipe": Case("job.requested", fields(text=SECRET)),
    "view edit": Case("result.decided", fields(part0=f"Dear {SECRET}")),
    "view change": Case("job.requested", fields(wish=f"drop {SECRET}")),
    "view post_to": Case("result.posted"),
    "view feedback": Case("result.decided", fields(words=SECRET)),
    "view settings": Case("preference.changed", fields(closing=SECRET), workspace="local"),
    "view fact": Case("fact.changed", fields(name="room", text=SECRET), workspace="local"),
    "action remove_fact": Case("fact.removed", workspace="local"),
    "action post_here": Case("result.posted"),
    "action try_again": Case("job.requested"),
    "action discard": Case("result.decided"),
    "action discard_waiting": Case("result.decided"),
    "action fill_gap": Case("result.decided"),
    "action more": Case("result.decided"),
    "action feedback": Case("result.decided"),
    "action to_mailbox": Case("result.decided"),
    "action wish": Case("preference.changed", workspace="local"),
    "event app_mention": Case("job.requested", MENTION),
    "event message.im": Case("job.requested", {"event": {"text": f"rewrite {SECRET} is late."}}),
    "event app_uninstalled": Case("installation.removed", NOBODY, by=""),
    "event tokens_revoked": Case(
        "installation.removed", {"event": {**NOBODY["event"], "tokens": {"bot": ["U1"]}}}, by=""
    ),
    "event team_access_revoked": Case(
        "installation.removed", {"event": {**NOBODY["event"], "team_ids": [OWN_TEAM]}}, by=""
    ),
}
# What opens a form or a page, shows what is there, or tells of a channel that is no source.
SHOWS = {
    "shortcut write_something", "event message.channels", "event message.groups", "event user_change",
    *(f"event {kind}_{what}" for kind in ("channel", "group") for what in ("archive", "deleted", "left", "rename")),
    *(f"event {kind}_history_changed" for kind in ("channel", "group")),
    "event channel_shared", "event channel_unshared", "event member_joined_channel", "event member_left_channel",
    "action open_waiting", "action post_to", "action edit", "action change", "action why", "action email_file",
    "action show_answer", "action choose_recipe", "action open_draft", "action continue_draft", "action open_settings",
    "action show_report", "action add_fact", "action undo",
    "event app_home_opened", "event app_context_changed", "event assistant_thread_started",
    "event assistant_thread_context_changed", "event agent_session_stopped", "event agent_session_title_changed",
}  # fmt: skip


def test_every_listener_is_set_off_or_leaves_nothing() -> None:
    listeners = {
        *(f"command {command.name}" for command in COMMANDS),
        *(f"shortcut {shortcut.callback_id}" for shortcut in SHORTCUTS),
        *(f"view {submission.callback_id}" for submission in SUBMISSIONS),
        *(f"action {button.action_id}" for button in BUTTONS),
        *(f"event {event.name}" for event in EVENTS),
    }
    assert listeners - (CASES.keys() | SHOWS) == set()
    assert not CASES.keys() & SHOWS
    assert {case.action for case in CASES.values()} <= ACTIONS.keys()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Run the web process of an installation that has Slack's OAuth."""
    home: Path = tmp_path_factory.mktemp("audited")
    with slack_that_keeps() as slack, installed("several", home / "home", slack) as running:
        yield running


def prepared(installation: Installation) -> Target:
    """Let Ada be known, and have a draft, a wish and a mailbox; return these as what she acts on."""
    installation.clean()
    ada = Somebody(1, [ADA])
    world = World(1, "several", Random(1), before=[ada], people=[ada])
    home = enter_everybody(world, installation).identity(*ADA.key)
    store = installation.store
    target = SlackTarget(ReplyTarget(OWN_TEAM, "", "C1"), mail=True)
    request = JobRequest("rewrite", {"text": SECRET}, "slack", ADA.name, OWN_TEAM, target=target)
    claimed = store.leases.claim(store.jobs.add(request)[0].id, lease_seconds=60)
    assert claimed
    gap = Gap(place=OPEN, question="When?", choices=("on Monday", "on Friday"))
    draft = Draft(recipe="rewrite", text=f"We meet about {SECRET} {OPEN}", subject=SECRET, gaps=(gap,))
    job = store.leases.delivered(store.leases.finish(claimed, draft))
    evidence = {"tried": 12, "better": 12, "worse": 0, "before": 0.2, "after": 0.1}
    data = {"key": "k1", "wish": {"kind": "replace", "old": SECRET, "new": "good"}, "state": "offered"}
    rule: dict[str, object] = {**data, "evidence": evidence, "surfaces": ["slack"], "learnt_at": 1.0}
    sources = SourceStore(store.database, store.records.cipher)
    sources.add(Source(channel_source_id(OWN_TEAM, "C1"), OWN_TEAM, ADA.name, "slack", "#support", {"channel": "C1"}))
    store.records.put("preference", home.workspace, f"{home.person}/k1", rule, person=home.person)
    facts, who = facts_of(installation.settings, store, *ADA.key)
    facts.put(who, StandingFact("room", SECRET))
    scan = Scan("", OWN_TEAM, ADA.name, SECRET, (channel_source_id(OWN_TEAM, "C1"),), schedule="monday")
    scan = ScanStore(store.database, store.records.cipher).add(scan)
    return replace(things_of_nobody(world), job=job.id, rule="k1", scan=scan.id)


def given_to(listener: str, case: Case, target: Target) -> dict[str, Any]:
    """Return what Slack sends, with what is known only now."""
    if listener == "view edit":
        return {"view": {**case.given["view"], **metadata(job=target.job, gaps=[""])["view"]}}
    if listener == "view change":
        return {"view": {**case.given["view"], **metadata(job=target.job)["view"]}}
    if listener == "action fill_gap":
        value = json.dumps({"job": target.job, "place": OPEN, "choice": 1})
        return {"actions": [{"action_id": "fill_gap", "value": value, "action_ts": "1.1", "type": "button"}]}
    if listener == "action more":
        option = {"value": f"discard:{target.job}"}
        return {"actions": [{"action_id": "more", "selected_option": option, "action_ts": "1.1", "type": "overflow"}]}
    if listener == "action stop_scan":
        return {"actions": [{"action_id": "stop_scan", "value": target.scan, "action_ts": "1.1", "type": "button"}]}
    if listener == "action remove_fact":
        return {
            "actions": [{"action_id": "remove_fact", "value": '["room", ""]', "action_ts": "1.1", "type": "button"}]
        }
    return case.given


@pytest.mark.parametrize("listener", CASES)
def test_what_somebody_does_in_slack_is_written_down(
    listener: str, installation: Installation, request: pytest.FixtureRequest
) -> None:
    case, target, store = CASES[listener], prepared(installation), installation.store
    if listener == "action to_mailbox":
        server: Dovecot = request.getfixturevalue("dovecot")
        account = ImapAccount(
            "127.0.0.1", server.port, ADDRESS, PASSWORD, "none", ADA.name, ADDRESS, workspace=OWN_TEAM
        )
        Accounts(store.records).save(account)
    before = store.audit.head().sequence
    answer = act(installation, ADA, listener, target, given_to(listener, case, target))
    assert answer.status == 200, answer.said
    added = [shown for shown in store.audit.walk(after=before) if shown.entry.action == case.action]
    assert added, answer.said
    last = added[-1]
    assert (last.entry.door, last.entry.workspace) == ("slack", case.workspace)
    assert last.actor == case.by
    assert last.entry.thing
    assert SECRET not in everything_of(store)
    assert SECRET not in installation.logs.getvalue()
    assert store.audit.verify().problems == []
