"""The one table of what the app answers. `app` registers it with Bolt, `manifest` writes it down for Slack."""

from dataclasses import dataclass
from typing import Literal

from integrations.slack.context import Ack, AppContext, Handler
from integrations.slack.delivery import answer
from integrations.slack.listeners import (
    app_home,
    channel_events,
    channel_sources,
    commands,
    draft_actions,
    messages,
    refining,
    report,
    scans,
    stopping,
    uninstall,
    waiting_drafts,
)
from integrations.slack.request import SlackRequest
from integrations.slack.views import app_home as app_home_view
from integrations.slack.views import beside_text, channel_source, digest_message, draft_message, modals, waiting_draft


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
            return commands.inlaid(context, request)
        return commands.recipe_command(context, request, self.recipe, mail=self.mail)


@dataclass(frozen=True)
class Shortcut:
    """A shortcut: with a recipe or an act it is about a message, without one about nothing.

    `mail` and `document` say what comes out.
    """

    callback_id: str
    title: str
    description: str
    recipe: str = ""
    mail: bool = False
    document: bool = False
    act: Handler | None = None

    @property
    def kind(self) -> Literal["message", "global"]:
        """Slack's word for where it is found."""
        return "message" if self.recipe or self.act else "global"

    def handle(self, context: AppContext, request: SlackRequest) -> Ack:
        """Answer the shortcut."""
        if self.act:
            return self.act(context, request)
        if not self.recipe:
            return commands.write_something(context, request)
        return commands.message_shortcut(context, request, self.recipe, mail=self.mail, document=self.document)


@dataclass(frozen=True)
class Submission:
    """A modal that was submitted."""

    callback_id: str
    handle: Handler


@dataclass(frozen=True)
class BlockAction:
    """A button or another element; `:` and what follows in an action id is ignored."""

    action_id: str
    handle: Handler


@dataclass(frozen=True)
class SubscribedEvent:
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
    Shortcut("summarize_thread", "Summarize thread", "The main points, only for you", "summarize"),
    Shortcut("draft_reply", "Draft a reply", "A reply for you to check and post", "reply"),
    Shortcut("find_actions", "Find action items", "Who does what by when", "actions"),
    Shortcut("turn_into_email", "Turn into an email", "An e-mail draft from the thread", "compose", mail=True),
    Shortcut(
        "minutes_as_document",
        "Minutes as Word document",
        "Minutes of the thread, as a Word document only for you",
        "minutes",
        document=True,
    ),
    Shortcut(
        "use_channel",
        "Use this channel",
        "Answers may quote it to people who may read it",
        act=channel_sources.use_channel,
    ),
    Shortcut("use_file", "Use this file", "Answers to you may quote it", act=channel_sources.use_file),
    Shortcut("write_something", "Write something", "Choose what Inlaid should write"),
)

SUBMISSIONS = (
    Submission(modals.RECIPE_VIEW, commands.recipe_form),
    Submission(modals.EDIT_VIEW, draft_actions.edited_text),
    Submission(modals.CHANGE_VIEW, refining.changed),
    Submission(modals.POST_TO_VIEW, draft_actions.chosen_conversation),
    Submission(modals.FEEDBACK_VIEW, draft_actions.submitted_feedback),
    Submission(modals.SETTINGS_VIEW, app_home.save_settings),
    Submission(modals.FACT_VIEW, app_home.save_fact),
)

ACTIONS = (
    BlockAction(draft_message.POST_HERE, draft_actions.post_here),
    BlockAction(draft_message.POST_TO, draft_actions.post_to),
    BlockAction(draft_message.EDIT, draft_actions.edit),
    BlockAction(draft_message.CHANGE, refining.change),
    BlockAction(draft_message.TRY_AGAIN, draft_actions.try_again),
    BlockAction(draft_message.DISCARD, draft_actions.discard),
    BlockAction(beside_text.FILL_GAP, draft_actions.fill_gap),
    BlockAction(draft_message.UNDO, refining.undo),
    BlockAction(draft_message.MORE, draft_actions.more),
    BlockAction(draft_actions.WHY, draft_actions.why),
    BlockAction(draft_message.FEEDBACK, draft_actions.thumbs),
    BlockAction(draft_message.EMAIL_FILE, draft_actions.email_file),
    BlockAction(draft_message.TO_MAILBOX, draft_actions.to_mailbox),
    BlockAction(answer.SHOW, draft_actions.show_answer),
    BlockAction(modals.CHOOSE, app_home.choose_recipe),
    BlockAction(app_home_view.OPEN_DRAFT, draft_actions.open_draft),
    BlockAction(draft_actions.CONTINUE_DRAFT, draft_actions.continue_draft),
    BlockAction(app_home_view.OPEN_SETTINGS, app_home.open_settings),
    BlockAction(app_home_view.SHOW_REPORT, report.show_report),
    BlockAction(app_home_view.RULE, app_home.decide_rule),
    BlockAction(app_home_view.ADD_FACT, app_home.open_fact),
    BlockAction(app_home_view.REMOVE_FACT, app_home.remove_fact),
    BlockAction(waiting_draft.OPEN_WAITING, waiting_drafts.open_waiting),
    BlockAction(waiting_draft.DISCARD_WAITING, waiting_drafts.discard_waiting),
    BlockAction(channel_source.STOP_CHANNEL, channel_sources.stop_channel),
    BlockAction(digest_message.STOP_SCAN, scans.stop_scan),
)

EVENTS = (
    SubscribedEvent("app_home_opened", (), app_home.app_home_opened),
    SubscribedEvent("app_mention", ("app_mentions:read",), messages.mention),
    SubscribedEvent("message.im", ("im:history",), messages.message),
    SubscribedEvent("message.channels", ("channels:history",), messages.message),
    SubscribedEvent("message.groups", ("groups:history",), messages.message),
    *(
        SubscribedEvent(f"{kind}_{what}", (f"{kind}s:read",), channel_events.channel_event)
        for kind in ("channel", "group")
        for what in ("archive", "deleted", "left", "rename")
    ),
    SubscribedEvent("channel_history_changed", ("channels:history",), channel_events.channel_event),
    SubscribedEvent("group_history_changed", ("groups:history",), channel_events.channel_event),
    SubscribedEvent("channel_shared", ("channels:read", "groups:read"), channel_events.channel_event),
    SubscribedEvent("channel_unshared", ("channels:read", "groups:read"), channel_events.channel_event),
    SubscribedEvent("member_joined_channel", ("channels:read", "groups:read"), channel_events.channel_event),
    SubscribedEvent("member_left_channel", ("channels:read", "groups:read"), channel_events.channel_event),
    SubscribedEvent("user_change", ("users:read",), channel_events.user_change),
    SubscribedEvent("app_context_changed", ("assistant:write",), messages.ignored),
    SubscribedEvent("assistant_thread_started", ("assistant:write",), messages.assistant_thread_started),
    SubscribedEvent("assistant_thread_context_changed", ("assistant:write",), messages.ignored),
    SubscribedEvent("agent_session_stopped", ("chat:write",), stopping.stopped),
    SubscribedEvent("agent_session_title_changed", ("chat:write",), messages.ignored),
    SubscribedEvent("app_uninstalled", (), uninstall.app_uninstalled),
    SubscribedEvent("tokens_revoked", (), uninstall.tokens_revoked),
    SubscribedEvent("team_access_revoked", (), uninstall.team_access_revoked),
)
