"""The one table of what the app answers. `app` registers it with Bolt, `setup/manifest` writes it down for Slack."""

from dataclasses import dataclass
from typing import Literal

from integrations.slack.context import Ack, AppContext, Handler
from integrations.slack.delivery import answer
from integrations.slack.listeners import shortcuts, submissions
from integrations.slack.listeners.actions import draft, feedback, home, mail
from integrations.slack.listeners.commands import recipes, report
from integrations.slack.listeners.events import ai_pane, messages, uninstall
from integrations.slack.listeners.events import app_home as app_home_events
from integrations.slack.request import SlackRequest
from integrations.slack.views import app_home, draft_message, modals


@dataclass(frozen=True)
class Command:
    """A slash command.

    Attributes:
        name: with its slash.
        description: what Slack shows of it; `hint` what may be written after it.
        recipe: what it runs, "" for the one that offers all.
        mail: the result is an e-mail.
        is_optional: the manifest names it only where its recipe is installed.
    """

    name: str
    description: str
    hint: str
    recipe: str = ""
    mail: bool = False
    is_optional: bool = False

    def handle(self, context: AppContext, request: SlackRequest) -> Ack:
        """Answer the command."""
        if not self.recipe:
            return recipes.inlaid(context, request)
        return recipes.recipe_command(context, request, self.recipe, mail=self.mail)


@dataclass(frozen=True)
class Shortcut:
    """A shortcut: with a recipe it acts on a message, without one on nothing. `mail`, `document`: what comes out."""

    callback_id: str
    title: str
    description: str
    recipe: str = ""
    mail: bool = False
    document: bool = False

    @property
    def kind(self) -> Literal["message", "global"]:
        """Slack's word for where it is found."""
        return "message" if self.recipe else "global"

    def handle(self, context: AppContext, request: SlackRequest) -> Ack:
        """Answer the shortcut."""
        if not self.recipe:
            return shortcuts.write_something(context, request)
        return shortcuts.message_shortcut(context, request, self.recipe, mail=self.mail, document=self.document)


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
    Command("/inlaid", "Choose what Inlaid should write", "[what you want, report, or help]"),
    Command("/draft", "Draft a message from a few words", "[what it should say]", "compose"),
    Command("/rewrite", "Say the same in another tone", "[your text]", "rewrite"),
    Command("/summarize", "The main points of a text", "[the text]", "summarize"),
    Command("/email", "Draft an e-mail", "[what it should say]", "compose", mail=True),
    Command("/ask", "Ask your connected sources", "[your question]", "ask", is_optional=True),
)

SHORTCUTS = (
    Shortcut("summarize_thread", "Summarize thread", "The main points, for you alone", "summarize"),
    Shortcut("draft_reply", "Draft a reply", "A reply for you to check and post", "reply"),
    Shortcut("find_actions", "Find action items", "Who does what by when", "actions"),
    Shortcut("turn_into_email", "Turn into an email", "An e-mail draft from the thread", "compose", mail=True),
    Shortcut(
        "minutes_as_document",
        "Minutes as Word document",
        "Minutes of the thread, as a Word document for you alone",
        "minutes",
        document=True,
    ),
    Shortcut("write_something", "Write something", "Choose what Inlaid should write"),
)

SUBMISSIONS = (
    Submission(modals.RECIPE_VIEW, submissions.recipe_form),
    Submission(modals.EDIT_VIEW, submissions.edited_text),
    Submission(modals.POST_TO_VIEW, submissions.chosen_conversation),
    Submission(modals.FEEDBACK_VIEW, submissions.feedback),
    Submission(modals.SETTINGS_VIEW, submissions.settings),
)

ACTIONS = (
    Action(draft_message.POST_HERE, draft.post_here),
    Action(draft_message.POST_TO, draft.post_to),
    Action(draft_message.EDIT, draft.edit),
    Action(draft_message.TRY_AGAIN, draft.try_again),
    Action(draft_message.DISCARD, feedback.discard),
    Action(draft_message.FILL_GAP, draft.fill_gap),
    Action(feedback.WHY, feedback.why),
    Action(draft_message.FEEDBACK, feedback.thumbs),
    Action(draft_message.EMAIL_FILE, mail.email_file),
    Action(draft_message.TO_MAILBOX, mail.to_mailbox),
    Action(answer.SHOW, draft.show_answer),
    Action(modals.CHOOSE, home.choose_recipe),
    Action(app_home.OPEN_DRAFT, draft.open_draft),
    Action(app_home.OPEN_SETTINGS, home.open_settings),
    Action(app_home.SHOW_REPORT, report.show_report),
    Action(app_home.RULE, home.decide_rule),
)

EVENTS = (
    Event("app_home_opened", (), app_home_events.app_home_opened),
    Event("app_mention", ("app_mentions:read",), messages.mention),
    Event("message.im", ("im:history",), messages.message),
    Event("app_context_changed", ("assistant:write",), ai_pane.ignored),
    Event("assistant_thread_started", ("assistant:write",), ai_pane.assistant_thread_started),
    Event("assistant_thread_context_changed", ("assistant:write",), ai_pane.ignored),
    Event("agent_session_stopped", ("chat:write",), ai_pane.stopped),
    Event("agent_session_title_changed", ("chat:write",), ai_pane.ignored),
    Event("message_stream_stopped", ("chat:write",), ai_pane.stopped),
    Event("app_uninstalled", (), uninstall.app_uninstalled),
    Event("tokens_revoked", (), uninstall.tokens_revoked),
    Event("team_access_revoked", (), uninstall.team_access_revoked),
)
