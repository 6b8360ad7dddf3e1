"""From what a person wants to a stored job: the one way that commands, shortcuts, modals and messages share."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import ConflictError, InlaidError, InputError, SettingsError, StoreOutage
from core.job import Job, JobRequest
from core.recipes.inputs import input_errors
from core.recipes.model import Recipe
from core.writing.lanes import offered
from integrations.slack.access import refusal, too_many
from integrations.slack.client.api import call
from integrations.slack.client.response_url import respond
from integrations.slack.context import Desk
from integrations.slack.history import SURFACE
from integrations.slack.larger_model import not_offered, said_to
from integrations.slack.reply_target import Place, SlackTarget
from integrations.slack.request import Incoming
from integrations.slack.views.blocks import Block, Message, note_message
from integrations.slack.views.modals import chooser_modal
from integrations.slack.views.mrkdwn import escape

UNAVAILABLE = "Something went wrong on our side. Please try again in a moment."


class Refused(InputError):
    """The person may not ask this now; the message says so politely."""

    code = "slack_refused"


@dataclass(frozen=True)
class Question:
    """What a person wants.

    Attributes:
        recipe: its name.
        inputs: what was filled in.
        target: where the answer goes.
        key: the same key gives the same job, however often Slack delivers it.
    """

    recipe: str
    inputs: Mapping[str, str]
    target: SlackTarget
    key: str


def for_person(error: InlaidError) -> str:
    """Return what a person may read of an error; how the server is set up concerns only administrators."""
    return UNAVAILABLE if isinstance(error, StoreOutage | SettingsError) else str(error)


def require_access(desk: Desk, incoming: Incoming) -> None:
    """Let those pass who may use Inlaid here.

    Raises:
        Refused: with the sentence for the person.
    """
    if why := refusal(desk, incoming):
        raise Refused(why)


def ask(desk: Desk, incoming: Incoming, question: Question) -> Job | None:
    """Store the job. Returns None when the same key came before with other content: a forged or damaged repeat.

    Raises:
        Refused: the person may not ask here, or asks too fast; or no model here can do it.
        InputError: the inputs cannot be used.
        StoreOutage: nothing was stored.
    """
    require_access(desk, incoming)
    recipe = find_recipe(desk, incoming, question.recipe)
    _require_inputs(recipe, question)
    if why := too_many(desk, incoming):
        raise Refused(why)
    request = JobRequest(
        recipe=recipe.name,
        inputs=dict(question.inputs),
        surface=SURFACE,
        person=incoming.user,
        workspace=incoming.team,
        dedupe_key=question.key,
        queue=recipe.queue,
        target=question.target,
    )
    try:
        return desk.submit(request)
    except ConflictError:
        return None


def find_recipe(desk: Desk, incoming: Incoming, name: str) -> Recipe:
    """Return a recipe that can be asked for in Slack. Asks only the database.

    Raises:
        Refused: there is none of that name, or it needs a larger model than the one that is set up.
    """
    if name not in desk.recipes:
        raise Refused(f"There is no recipe for this here ({name}). Type /inlaid to see what there is.")
    recipe = desk.recipes[name]
    if not offered(recipe, desk.models).is_offered:
        raise Refused(said_to(desk, incoming, [recipe]))
    return recipe


def _require_inputs(recipe: Recipe, question: Question) -> None:
    errors = input_errors(recipe, question.inputs)
    if question.target.read:
        errors.pop(recipe.main_input, None)
    for name, message in errors.items():
        wanted = recipe.input_named(name)
        raise InputError(f"{wanted.title if wanted else name}: {message}")


def chooser(desk: Desk, incoming: Incoming, place: Place) -> Block:
    """Return the list of recipes, and what those need that cannot be asked for."""
    lacking = not_offered(desk)
    listed = {name: recipe for name, recipe in desk.recipes.items() if recipe not in lacking}
    return chooser_modal(listed, place.to_json(), said_to(desk, incoming, lacking))


def place_of(incoming: Incoming, *, thread_ts: str = "") -> Place:
    """Return the place where the person is: the conversation, with the response URL when there is one."""
    place = Place(incoming.team, incoming.enterprise, incoming.channel, thread_ts)
    return place.answering_to(incoming.response_url) if incoming.response_url else place


def tell(desk: Desk, incoming: Incoming, message: Message | str, *, replace: bool = False) -> None:
    """Say something to the person alone, after the acknowledgement: by response URL, else in the app's messages."""
    shown = note_message(escape(message)) if isinstance(message, str) else message

    def work() -> None:
        if incoming.response_url:
            respond(incoming.response_url, shown, desk.connections.api_url, replace=replace)
            return
        client = desk.connections.client(incoming.team, incoming.enterprise)
        call(client.chat_postMessage, channel=incoming.user, text=shown.text, blocks=shown.blocks)

    desk.later(work)
