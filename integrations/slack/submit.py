"""Submit a draft request as a stored job: commands, shortcuts, modals and messages all do it here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.errors import ConflictError, InlaidError, InputError, SettingsError, StoreOutage
from core.job import Job, JobRequest, recipe_inputs
from core.policies.resolution import PersonPolicy
from core.recipes.inputs import input_errors
from core.recipes.model import Recipe
from core.text.catalogues import N_, gettext, told
from core.writing.lanes import (
    LARGER_MODEL_COMMAND,
    Offer,
    allowed_recipes,
    as_listed,
    offered,
    why_not_allowed,
    why_not_offered,
)
from integrations.slack.access import RequestRefused, require_rate
from integrations.slack.client.api import SlackRefusal, call, respond
from integrations.slack.client.members import is_known_admin
from integrations.slack.context import AppContext
from integrations.slack.person import SURFACE
from integrations.slack.reply_target import ReplyTarget, SlackTarget
from integrations.slack.request import SlackRequest
from integrations.slack.views.blocks import Block, BlockMessage, note_message
from integrations.slack.views.modals import chooser_modal
from integrations.slack.views.mrkdwn import escape

UNAVAILABLE = "Something went wrong on our side. Please try again in a moment."
INSTALL_COMMAND = "inlaid model install \u2026 --use"
LARGER_MODEL_ADVICE = N_(
    f"On the server, `{LARGER_MODEL_COMMAND}` shows which run there, and `{INSTALL_COMMAND}` sets one up."
)
WHOM_TO_ASK = N_(f"Ask your administrator for one (`{INSTALL_COMMAND}` on the server).")
ASK_INSTEAD = N_("A question to the thread needs none: mention me there with it, and what was said is quoted.")


@dataclass(frozen=True)
class DraftRequest:
    """A draft that a person wants.

    Attributes:
        recipe: what makes it, from `find_recipe`.
        inputs: what was filled in.
        target: where the answer goes.
        dedupe_key: the same key gives the same job, however often Slack delivers it.
    """

    recipe: Recipe
    inputs: Mapping[str, str]
    target: SlackTarget
    dedupe_key: str


def submit_draft(context: AppContext, request: SlackRequest, wanted: DraftRequest) -> Job | None:
    """Store the job. Returns None when the same key came before with other content: a forged or damaged repeat.

    Whether the person may ask was checked by the listener, see `access.members_only`.

    Raises:
        RequestRefused: the person asks too fast.
        InputError: the inputs cannot be used.
        StoreOutage: nothing was stored.
    """
    _require_inputs(wanted)
    require_rate(context, request)
    try:
        return context.submit(
            JobRequest(
                recipe=wanted.recipe.name,
                inputs=dict(wanted.inputs),
                surface=SURFACE,
                person=request.user,
                workspace=request.team,
                dedupe_key=wanted.dedupe_key,
                queue=wanted.recipe.queue,
                target=wanted.target,
                is_read=bool(wanted.target.read),
            )
        )
    except ConflictError:
        return None


def _require_inputs(wanted: DraftRequest) -> None:
    recipe, errors = wanted.recipe, input_errors(wanted.recipe, recipe_inputs(wanted.inputs))
    if wanted.target.read:
        errors.pop(recipe.main_input, None)
    for name, message in errors.items():
        recipe_input = recipe.input_named(name)
        raise InputError(f"{told(recipe_input.title) if recipe_input else name}: {told(message)}")


def find_recipe(context: AppContext, request: SlackRequest, name: str, *, by_rules: bool = False) -> Recipe:
    """Return a recipe that is available in Slack. Reads only the database.

    Args:
        context: the context.
        request: of whoever asks.
        name: of the recipe.
        by_rules: whether it names what is done by rules, or a draft that is there already.

    Raises:
        RequestRefused: no recipe has that name, the person may not use it, or it needs a larger model than the one
            that is set up.
    """
    if name not in context.recipes:
        raise RequestRefused(f"There is no recipe for this here ({name}). Type /inlaid to see what there is.")
    recipe = context.recipes[name]
    policy = context.policy_of(request)
    if refusal := policy.surface(SURFACE) or why_not_allowed(recipe, context.models, policy):
        told = {"recipe": recipe.name, "surface": SURFACE}
        context.policies.note(refusal, (request.team, request.user), door=SURFACE, told=told)
        raise RequestRefused(refusal.sentence)
    can = offered(recipe, context.models, policy) if by_rules else _offer(context, recipe, policy)
    if not can.is_offered:
        raise RequestRefused(unavailable_note_for(context, request, [recipe]))
    return recipe


def listed_recipes(context: AppContext, request: SlackRequest) -> tuple[dict[str, Recipe], list[Recipe]]:
    """Return the recipes that the person may use in Slack, and those of them that need a larger model.

    The first are by name, without the second. Asks no server.
    """
    policy = context.policy_of(request)
    allowed = allowed_recipes(context.recipes, context.models, policy, SURFACE)
    can = {name: recipe for name, recipe in allowed.items() if _offer(context, recipe, policy).is_offered}
    return can, [recipe for name, recipe in allowed.items() if name not in can]


def needs_larger_model(context: AppContext, request: SlackRequest, name: str) -> bool:
    """Whether the person may use a recipe, and no model that is set up can do it."""
    return any(recipe.name == name for recipe in listed_recipes(context, request)[1])


def _offer(context: AppContext, recipe: Recipe, policy: PersonPolicy) -> Offer:
    """Return whether a recipe can be asked for; of a summary rules make nothing but that it takes a larger model."""
    return offered(as_listed(recipe), context.models, policy)


def unavailable_note(recipes: Iterable[Recipe], *, is_admin: bool = False) -> str:
    """Return the note about them, with what to do (the list of models only for administrators); "" for none."""
    listed = tuple(recipes)
    if not listed:
        return ""
    advice = told(LARGER_MODEL_ADVICE if is_admin else WHOM_TO_ASK)
    if len(listed) == 1:
        instead = f" {gettext(ASK_INSTEAD)}" if listed[0].plan == "summarize" else ""
        return f"{told(why_not_offered(listed[0]))} {advice}{instead}"
    *others, last = (gettext("“%(title)s”") % {"title": told(recipe.title)} for recipe in listed)
    which = {"first": ", ".join(others), "last": last}
    why = gettext("%(first)s and %(last)s need a larger model than the one that is set up.") % which
    return f"{why} {advice}"


def unavailable_note_for(context: AppContext, request: SlackRequest, recipes: Iterable[Recipe]) -> str:
    """Return the note for the person who asks. Reads only the database, which remembers administrators."""
    listed = tuple(recipes)
    is_admin = bool(listed) and is_known_admin(context.store.records, request.team, request.user)
    return unavailable_note(listed, is_admin=is_admin)


def recipe_chooser(context: AppContext, request: SlackRequest, target: ReplyTarget) -> Block:
    """Return the list of recipes, with a note about those that need a larger model."""
    listed, unavailable = listed_recipes(context, request)
    return chooser_modal(listed, target.to_json(), unavailable_note_for(context, request, unavailable))


def target_of(request: SlackRequest, *, thread_ts: str = "") -> ReplyTarget:
    """Return where the person is: the conversation, with the response URL when there is one."""
    target = ReplyTarget(request.team, request.enterprise, request.channel, thread_ts)
    return target.with_response_url(request.response_url) if request.response_url else target


def user_message(error: InlaidError) -> str:
    """Return an error in words for a person; how the server is set up concerns only administrators."""
    if isinstance(error, StoreOutage | SettingsError):
        return told(UNAVAILABLE)
    return f"{told(error.message)} {told(error.fix)}".strip()


def reply_privately(context: AppContext, request: SlackRequest, message: BlockMessage | str) -> None:
    """Tell the person something privately, in the background: by response URL, else in the app's messages."""
    shown = note_message(escape(message)) if isinstance(message, str) else message

    context.in_background(lambda: _tell(context, request, shown))


def after_acknowledgement(context: AppContext, request: SlackRequest, work: Callable[[], None]) -> None:
    """Do work in the background; when it fails the person is told so privately."""

    def told() -> None:
        try:
            work()
        except InlaidError as error:
            _tell(context, request, note_message(f":warning: {escape(user_message(error))}"))
            raise

    context.in_background(told)


def _tell(context: AppContext, request: SlackRequest, shown: BlockMessage) -> None:
    """Tell the person something by response URL; where there is none, or it is used up, in the app's messages."""
    if request.response_url:
        try:
            respond(request.response_url, shown, context.connections.api_url)
        except SlackRefusal:
            pass  # used up or expired
        else:
            return
    client = context.connections.client(request.team, request.enterprise)
    call(client.chat_postMessage, channel=request.user, text=shown.text, blocks=shown.blocks)
