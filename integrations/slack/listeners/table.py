"""The one table of what the app answers. `app` registers it with Bolt, `manifest` writes it down for Slack."""

from dataclasses import dataclass
from typing import Literal

from integrations.slack.context import Handler
from integrations.slack.delivery import answer
from integrations.slack.listeners import actions, commands, events, learned, report, shortcuts, submissions
from integrations.slack.views import app_home, blocks, modals


@dataclass(frozen=True)
class Command:
    """A slash command; the manifest names it where its `recipe` is installed, "" for everywhere."""

    name: str
    description: str
    hint: str
    handle: Handler
    recipe: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut: `message` ones act on a message, `global` ones on nothing."""

    callback_id: str
    title: str
    description: str
    kind: Literal["message", "global"]
    handle: Handler


@dataclass(frozen=True)
class Submission:
    """A modal that was submitted."""

    callback_id: str
    handle: Handler


@dataclass(frozen=True)
class Action:
    """A button or another element; `:` and what follows in an action id is ignored."""

    action_id: str
    handle: Handler


@dataclass(frozen=True)
class Event:
    """An event that the app subscribes to, and the bot scopes that it asks for."""

    name: str
    scopes: tuple[str, ...]
    handle: Handler


COMMANDS = (
    Command("/inlaid", "Choose what Inlaid shall write", "[what you want, report, or help]", commands.choose),
    Command("/draft", "Draft a message from a few words", "[what it should say]", commands.draft),
    Command("/rewrite", "Say the same in another tone", "[your text]", commands.rewrite),
    Command("/summarize", "The main points of a text", "[the text]", commands.summarize),
    Command("/email", "Draft an e-mail", "[what it should say]", commands.email),
    Command("/ask", "Ask your connected sources", "[your question]", commands.question, recipe="ask"),
)

SHORTCUTS = (
    Shortcut(
        "summarize_thread", "Summarize thread", "The main points, for you alone", "message", shortcuts.summarize_thread
    ),
    Shortcut("draft_reply", "Draft a reply", "A reply for you to check and post", "message", shortcuts.draft_reply),
    Shortcut("find_actions", "Find action items", "Who does what by when", "message", shortcuts.find_actions),
    Shortcut(
        "turn_into_email", "Turn into an email", "An e-mail draft from the thread", "message", shortcuts.turn_into_email
    ),
    Shortcut(
        "minutes_as_document",
        "Minutes as Word document",
        "Minutes of the thread, as a Word document for you alone",
        "message",
        shortcuts.minutes_as_document,
    ),
    Shortcut(
        "write_something", "Write something", "Choose what Inlaid shall write", "global", shortcuts.write_something
    ),
)

SUBMISSIONS = (
    Submission(modals.RECIPE_VIEW, submissions.recipe_form),
    Submission(modals.EDIT_VIEW, submissions.edited_text),
    Submission(modals.POST_TO_VIEW, submissions.chosen_conversation),
    Submission(modals.FEEDBACK_VIEW, submissions.feedback),
    Submission(modals.SETTINGS_VIEW, submissions.settings),
)

ACTIONS = (
    Action(blocks.POST_HERE, actions.post_here),
    Action(blocks.POST_TO, actions.post_to),
    Action(blocks.EDIT, actions.edit),
    Action(blocks.TRY_AGAIN, actions.try_again),
    Action(blocks.DISCARD, actions.discard),
    Action(blocks.FILL_GAP, actions.fill_gap),
    Action(actions.WHY, actions.why),
    Action(blocks.FEEDBACK, actions.thumbs),
    Action(blocks.EMAIL_FILE, actions.email_file),
    Action(blocks.TO_MAILBOX, actions.to_mailbox),
    Action(answer.SHOW, actions.show_answer),
    Action(modals.CHOOSE, actions.choose_recipe),
    Action(app_home.OPEN_DRAFT, actions.open_draft),
    Action(app_home.OPEN_SETTINGS, actions.open_settings),
    Action(app_home.SHOW_REPORT, report.show_report),
    Action(learned.WISH, actions.decide_wish),
)

EVENTS = (
    Event("app_home_opened", (), events.app_home_opened),
    Event("app_mention", ("app_mentions:read",), events.mention),
    Event("message.im", ("im:history",), events.message),
    Event("app_context_changed", ("assistant:write",), events.ignored),
    Event("assistant_thread_started", ("assistant:write",), events.thread_started),
    Event("assistant_thread_context_changed", ("assistant:write",), events.ignored),
    Event("agent_session_stopped", ("chat:write",), events.stopped),
    Event("agent_session_title_changed", ("chat:write",), events.ignored),
    Event("message_stream_stopped", ("chat:write",), events.stopped),
    Event("app_uninstalled", (), events.uninstalled),
    Event("tokens_revoked", (), events.tokens_revoked),
    Event("team_access_revoked", (), events.access_revoked),
)
