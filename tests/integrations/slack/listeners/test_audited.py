"""Every listener of Slack says which entry of the audit trail it leaves; a new one without a row here fails.

What is stored writes the entry (`tests/core/store`): a job, an outcome, a record of a kind that is written down.
"""

from core.audit.actions import ACTIONS
from integrations.slack.listeners.table import ACTIONS as BUTTONS
from integrations.slack.listeners.table import COMMANDS, EVENTS, SHORTCUTS, SUBMISSIONS

LEAVES = {
    "/inlaid": "job.requested", "/draft": "job.requested", "/rewrite": "job.requested", "/summarize": "job.requested",
    "/email": "job.requested", "/ask": "job.requested",
    "summarize_thread": "job.requested", "draft_reply": "job.requested", "find_actions": "job.requested",
    "turn_into_email": "job.requested", "minutes_as_document": "job.requested",
    "view recipe": "job.requested", "view edit": "result.decided", "view post_to": "result.posted",
    "view feedback": "result.decided", "view settings": "preference.changed",
    "post_here": "result.posted", "try_again": "job.requested", "discard": "result.decided",
    "fill_gap": "result.decided", "feedback": "result.decided", "to_mailbox": "result.decided",
    "app_mention": "job.requested", "message.im": "job.requested", "wish": "job.requested",
    "app_uninstalled": "installation.removed", "tokens_revoked": "installation.removed",
    "team_access_revoked": "installation.removed",
}  # fmt: skip
# What opens a form or a page, or shows what is there.
SHOWS = {
    "write_something", "post_to", "edit", "why", "email_file", "show_answer", "choose_recipe", "open_draft",
    "open_settings", "show_report", "app_home_opened", "app_context_changed", "assistant_thread_started",
    "assistant_thread_context_changed", "agent_session_stopped", "agent_session_title_changed",
    "message_stream_stopped",
}  # fmt: skip


def test_every_listener_says_whether_it_leaves_an_entry() -> None:
    listeners = {
        *(command.name for command in COMMANDS),
        *(shortcut.callback_id for shortcut in SHORTCUTS),
        *(f"view {submission.callback_id}" for submission in SUBMISSIONS),
        *(button.action_id for button in BUTTONS),
        *(event.name for event in EVENTS),
    }
    assert listeners - (LEAVES.keys() | SHOWS) == set()
    assert not LEAVES.keys() & SHOWS
    assert set(LEAVES.values()) <= ACTIONS.keys()
