"""What the app says of itself: help, a greeting, what it did not understand. It names what works with the model."""

from core.text.catalogues import N_, gettext
from core.text.wishes import asks_about_own_data, turns_to_app
from integrations.slack.access import members_only
from integrations.slack.context import AppContext
from integrations.slack.intent import HELP_WORDS
from integrations.slack.request import SlackRequest
from integrations.slack.submit import listed_recipes, unavailable_note_for
from integrations.slack.views.blocks import shorten
from integrations.slack.views.mrkdwn import escape, plain_text

# What can be tried, by recipe, the usual first; `{call}` is the command, where one is needed.
TRIES = N_(
    {
        "ask": "`{call}how many days of leave do I have?` asks the sources that you may read, and quotes the place.",
        "compose": "`{call}draft tell the team that the printer works again` drafts that message.",
        "summarize": "`{call}summarize` with a text, or *Summarize thread* in a message's menu, gives its main points.",
        "reply": "`{call}reply` with a message that you got, or *Draft a reply* in its menu, drafts your answer.",
        "recap": "`{call}what did I miss in #general since Monday?` quotes what was written there.",
        "proofread": "`{call}proofread` with a text corrects its mistakes.",
    }
)
GREETING = (
    "Hello, I am *Inlaid*. I help with what you read and write here; only you see my answers until you post them."
)
NOT_UNDERSTOOD = "I did not understand “{text}”."
TRY = "Try, for example:"
MORE = N_("`{call}help` tells more.")
MAX_TRIES, FEW_TRIES, MAX_QUOTED_CHARS = 3, 2, 60
ABOUT = "*Inlaid* helps with what you read and write here; only you see its answers until you post them."
ASKING = N_("`/ask` with your question answers from the sources that you may read.")
COMMANDS = "{commands} with your text, or alone for a form; `/inlaid` shows everything."
ALWAYS = N_(
    "`/inlaid what did I miss?` tells what was written in this channel, `/inlaid report` what became of your drafts, "
    "`/inlaid scan every monday` what is new in your sources, until `/inlaid stop scan`."
)
MENU = "In a message's menu: {shortcuts}. *Use this channel* (or `/inlaid use this channel`) lets answers quote it."
_BY_COMMAND = {
    "/draft": "compose",
    "/rewrite": "rewrite",
    "/summarize": "summarize",
    "/email": "compose",
    "/inlaid reply": "reply",
    "/inlaid proofread": "proofread",
    "/inlaid scan": "scan",
    "/inlaid title": "title",
}
_BY_SHORTCUT = {
    "Summarize thread": "summarize",
    "Draft a reply": "reply",
    "Find action items": "actions",
    "Turn into an email": "compose",
}
WITH_FILE = N_(
    "What should I do with this file? Send it once more with a word for it, for example `summarize` or `find risks`. "
    "To have answers to you quote it, choose *Use this file* in the menu of your message."
)
WHICH_THREAD = (
    "I cannot see from here which thread you mean. Choose *Summarize thread* or another of my entries in the menu of "
    "one of its messages, or mention me in the thread."
)
OWN_DATA = (
    "Facts, and what was learnt from your edits, you remove yourself on my Home tab. Everything that is kept of you is "
    "deleted by your administrator, in the console under “People”. You can export it yourself, in the console under "
    "“Learnt”."
)


def about_app(context: AppContext, request: SlackRequest, text: str, call: str = "") -> str:
    """Return what is said to a greeting, to a question about the app or about what it keeps; "" for other words.

    Args:
        context: the context.
        request: of the person.
        text: their words.
        call: the command that stands before words which ask for something, "" for none.
    """
    if text.strip().casefold() in HELP_WORDS:
        return help_text(context, request)
    if asks_about_own_data(text):
        return gettext(OWN_DATA)
    return introduction(context, request, call) if turns_to_app(text) else ""


@members_only
def help_text(context: AppContext, request: SlackRequest) -> str:
    """Return what can be asked for here, and in one line what takes a larger model."""
    able, unable = listed_recipes(context, request)
    commands = ", ".join(f"`{command}`" for command, recipe in _BY_COMMAND.items() if recipe in able)
    shortcuts = ", ".join(title for title, recipe in _BY_SHORTCUT.items() if recipe in able)
    lines = [
        gettext(ABOUT),
        gettext(ASKING) if "ask" in able else "",
        gettext(COMMANDS).format(commands=commands) if commands else "",
        gettext(ALWAYS),
        gettext(MENU).format(shortcuts=shortcuts) if shortcuts else "",
        escape(unavailable_note_for(context, request, unable)),
    ]
    return "\n".join(filter(None, lines))


@members_only
def introduction(context: AppContext, request: SlackRequest, call: str) -> str:
    """Return who the app is, and three things to try; `call` as in `about_app`."""
    tries = _tries(context, request, MAX_TRIES, call)
    return "\n".join([gettext(GREETING), *tries, gettext(MORE).format(call=call)])


@members_only
def not_understood(context: AppContext, request: SlackRequest, text: str, call: str = "") -> str:
    """Return that words ask for nothing that is known, with two things to try; `call` as in `about_app`."""
    quoted = escape(shorten(" ".join(plain_text(text, {}).split()), MAX_QUOTED_CHARS))
    said = gettext(NOT_UNDERSTOOD).format(text=quoted)
    return "\n".join([said, *_tries(context, request, FEW_TRIES, call), gettext(MORE).format(call=call)])


def _tries(context: AppContext, request: SlackRequest, most: int, call: str = "") -> list[str]:
    able, unable = listed_recipes(context, request)
    # A recap quotes by rule, whatever the model; it counts as a summary.
    known = {*able}
    if "summarize" in able or any(recipe.name == "summarize" for recipe in unable):
        known.add("recap")
    tries = [gettext(words).format(call=call) for name, words in TRIES.items() if name in known]
    return [gettext(TRY), *(f"• {words}" for words in tries[:most])] if tries else []
