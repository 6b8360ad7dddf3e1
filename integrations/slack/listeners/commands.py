"""Slash commands: text runs a recipe at once, no text opens its form. Each is acknowledged with its first sign."""

from collections.abc import Callable

from core.errors import InlaidError
from integrations.slack.context import Answer, Desk
from integrations.slack.intents import HELP_WORDS, read_wish
from integrations.slack.listeners.open_modal import open_view
from integrations.slack.listeners.report import REPORT_WORDS, report
from integrations.slack.reply_target import SlackTarget
from integrations.slack.request import Incoming
from integrations.slack.submit import Question, ask, chooser, find_recipe, for_person, place_of, require_access
from integrations.slack.views.modals import recipe_modal

HELP = (
    "*Inlaid* writes drafts where you work; only you see them until you post them.\n"
    "`/draft`, `/rewrite`, `/summarize`, `/email` with your text, or alone for a form; `/inlaid` shows everything, "
    "`/inlaid report` what became of it.\n"
    "In a message's menu: Summarize thread, Draft a reply, Find action items, Turn into an email."
)
WORKING = ":hourglass_flowing_sand: {title}: I am on it. Only you will see the answer."


def choose(desk: Desk, incoming: Incoming) -> Answer:
    """`/inlaid`: the list of recipes, the report, or whatever the words after it ask for."""
    text = _text(incoming)
    if not text:
        return _guarded(lambda: _open_chooser(desk, incoming))
    if text.casefold() in REPORT_WORDS:
        return _guarded(lambda: report(desk, incoming))
    wish = read_wish(text, desk.recipes)
    if not wish.recipe:
        return Answer({"text": HELP})
    return run(desk, incoming, wish.recipe, wish.text, mail=wish.mail)


def draft(desk: Desk, incoming: Incoming) -> Answer:
    """`/draft`: a new message from a few words."""
    return run(desk, incoming, "compose", _text(incoming))


def rewrite(desk: Desk, incoming: Incoming) -> Answer:
    """`/rewrite`: the same in another tone."""
    return run(desk, incoming, "rewrite", _text(incoming))


def summarize(desk: Desk, incoming: Incoming) -> Answer:
    """`/summarize`: the main points."""
    return run(desk, incoming, "summarize", _text(incoming))


def email(desk: Desk, incoming: Incoming) -> Answer:
    """`/email`: a draft for the person's mailbox."""
    return run(desk, incoming, "compose", _text(incoming), mail=True)


def question(desk: Desk, incoming: Incoming) -> Answer:
    """`/ask`: an answer from the sources that are connected."""
    return run(desk, incoming, "ask", _text(incoming))


def run(desk: Desk, incoming: Incoming, recipe: str, text: str, *, mail: bool = False) -> Answer:
    """Run a recipe on the text, or open its form when there is none."""
    if text.casefold() in HELP_WORDS:
        return Answer({"text": HELP})
    if not text:
        return _guarded(lambda: _open_form(desk, incoming, recipe, mail=mail))
    return _guarded(lambda: _ask(desk, incoming, recipe, text, mail=mail))


def _ask(desk: Desk, incoming: Incoming, name: str, text: str, *, mail: bool) -> Answer:
    require_access(desk, incoming)
    recipe = find_recipe(desk, incoming, name)
    key = f"command:{incoming.trigger_id}"
    ask(desk, incoming, Question(name, {recipe.main_input: text}, SlackTarget(place_of(incoming), mail=mail), key))
    return Answer({"text": WORKING.format(title=recipe.title)})


def _open_form(desk: Desk, incoming: Incoming, name: str, *, mail: bool) -> Answer:
    require_access(desk, incoming)
    recipe = find_recipe(desk, incoming, name)
    data = {**place_of(incoming).to_json(), **({"mail": True} if mail else {})}
    open_view(desk, incoming, recipe_modal(recipe, data))
    return Answer()


def _open_chooser(desk: Desk, incoming: Incoming) -> Answer:
    require_access(desk, incoming)
    open_view(desk, incoming, chooser(desk, incoming, place_of(incoming)))
    return Answer()


def _guarded(work: Callable[[], Answer]) -> Answer:
    """Answer with the sentence of an error: what a command is acknowledged with only its sender sees."""
    try:
        return work()
    except InlaidError as error:
        return Answer({"text": for_person(error)})


def _text(incoming: Incoming) -> str:
    text = incoming.body.get("text")
    return text.strip() if isinstance(text, str) else ""
