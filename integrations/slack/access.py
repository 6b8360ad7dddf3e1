"""Who may use Inlaid, where, and how often, and whose a draft is: the one place where listeners are guarded.

What Slack alone can say (guests, strangers) a worker asks. Within a Grid organisation a person has one id, and a button
may name another workspace of it than the one where the draft was asked for
(https://github.com/slackapi/bolt-js/issues/1875): the draft's own is the one that counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from core.errors import ForbiddenError, InputError, NotFoundError
from core.job import Job
from core.people import load_people
from core.settings import Settings
from integrations.slack.client.connections import InstallationScope
from integrations.slack.client.conversations import require_in_conversation
from integrations.slack.client.members import KIND, SlackMember, belongs
from integrations.slack.context import Ack, AppContext
from integrations.slack.person import SURFACE, count_recent
from integrations.slack.reply_target import SlackTarget
from integrations.slack.request import SlackRequest

if TYPE_CHECKING:
    from slack_sdk import WebClient

WINDOW_SECONDS = 60.0
NOT_INSTALLED = "Inlaid is not installed in this workspace. Ask an administrator to install it."
NOT_HERE = "Inlaid is not switched on in this channel. Ask your administrator, or write to me directly."
NOT_THERE = "You are not in this conversation any more."
NOT_YOU = "Inlaid is not switched on for you. Ask your administrator."
STRANGER = "I only work for members of the workspace that installed me. Thank you for understanding."
GUEST = "I only work for full members of this workspace. Thank you for understanding."
ENDED = "Your access to Inlaid has been ended. Ask your administrator."
SLOW_DOWN = "That was a lot in one minute! Give me a moment to catch up, then ask again."
# The same for a draft that is gone and for one of somebody else: that it is there is nobody else's business.
GONE = "That draft is gone. Ask for another with /inlaid."

P = ParamSpec("P")
R = TypeVar("R")


class RequestRefused(InputError):
    """The person may not ask this now; the message says so politely."""

    code = "slack_refused"


def members_only(
    handle: Callable[Concatenate[AppContext, SlackRequest, P], R],
) -> Callable[Concatenate[AppContext, SlackRequest, P], R]:
    """Guard a handler: only people who may use Inlaid where the request comes from reach it.

    The guarded handler raises RequestRefused, with the sentence for the person.
    """

    @wraps(handle)
    def guarded(context: AppContext, request: SlackRequest, /, *args: P.args, **options: P.kwargs) -> R:
        is_installed = context.connections.is_installed(request.team, request.enterprise)
        if why := why_refused(context.settings, request, is_installed=is_installed):
            raise RequestRefused(why)
        if load_people(context.settings, context.store.records).is_disabled(request.team, request.user):
            raise RequestRefused(ENDED)
        _require_known_member(context, request)
        return handle(context, request, *args, **options)

    return guarded


def _require_known_member(context: AppContext, request: SlackRequest) -> None:
    """Refuse a guest, and whoever else may not ask, as far as Slack has said it; of others a worker asks it.

    Raises:
        RequestRefused: with the sentence for the person.
    """
    known = context.store.records.get(KIND, request.team, request.user)
    if known is None:
        return
    scope = context.connections.scope(request.team, request.enterprise)
    try:
        require_member(known.data, scope, listed=request.user in context.settings.slack_people)
    except ForbiddenError as error:
        raise RequestRefused(error.message) from error


def own_draft_only(handle: Callable[[AppContext, SlackRequest, Job], Ack]) -> "DraftHandler":
    """Guard a handler: only the person who asked for the draft reaches it, and only while they may use Inlaid.

    The guarded handler finds the draft's job, by default that of the pressed button. It raises RequestRefused, with the
    sentence for the person, and StoreOutage.
    """
    handle_for_member = members_only(handle)

    @wraps(handle)
    def guarded(context: AppContext, request: SlackRequest, job_id: str = "") -> Ack:
        wanted = job_id or request.action_value
        try:
            require_person(context.store.jobs.peek(wanted), request)  # before anything tells that it cannot be read
            job = context.store.jobs.get(wanted)
        except NotFoundError:
            raise RequestRefused(GONE) from None
        require_own(job, request)
        return handle_for_member(context, in_workspace_of(job, request), job)

    return guarded


class DraftHandler(Protocol):
    """A handler that acts on a draft of the person."""

    def __call__(self, context: AppContext, request: SlackRequest, job_id: str = "") -> Ack:
        """Act on the draft of a job, by default that of the pressed button."""


def why_refused(settings: Settings, request: SlackRequest, *, is_installed: bool) -> str:
    """Return the polite sentence for somebody who may not ask here; "" for everybody else."""
    if not is_installed:
        return NOT_INSTALLED
    if is_stranger(request):
        return STRANGER
    if settings.slack_people and request.user not in settings.slack_people:
        return NOT_YOU
    return "" if _is_switched_on(settings, request.channel) else NOT_HERE


def _is_switched_on(settings: Settings, channel: str) -> bool:
    is_direct = channel.startswith("D") or not channel
    return is_direct or not settings.slack_channels or channel in settings.slack_channels


def require_may_post(settings: Settings, client: "WebClient", channel: str, person: str) -> None:
    """Require that Inlaid is switched on in a conversation, and that the person who posts there may read it now.

    Raises:
        ForbiddenError: with the sentence for the person.
        SlackRefusal, SlackOutage: the app cannot see the conversation, or Slack cannot be asked.
    """
    if not _is_switched_on(settings, channel):
        raise ForbiddenError(NOT_HERE)
    try:
        require_in_conversation(client, channel, person)
    except ForbiddenError:
        raise ForbiddenError(NOT_THERE) from None


def require_rate(context: AppContext, request: SlackRequest) -> None:
    """Refuse a person who asks faster than INLAID_SLACK_REQUESTS_PER_MINUTE, with all accounts of theirs in Slack.

    Raises:
        RequestRefused: with the sentence for the person.
    """
    names = load_people(context.settings, context.store.records).names(request.team, request.user)
    recent = count_recent(context.store, names, within_seconds=WINDOW_SECONDS)
    if recent >= context.settings.slack_requests_per_minute:
        raise RequestRefused(SLOW_DOWN)


def is_stranger(request: SlackRequest) -> bool:
    """Whether a request itself says that the person is of another company, as somebody in a shared channel may be.

    Within a Grid organisation it can name another workspace, of which Slack alone knows whether it belongs there.
    """
    named = request.user_team
    if not named or named in {request.team, request.enterprise}:
        return False
    return named.startswith("E") or not request.enterprise


def require_asker(context: AppContext, request: SlackRequest) -> SlackMember:
    """Return what Slack says of the person who asks; for what is answered without a job.

    Raises:
        ForbiddenError: their access was ended, or see `require_member`.
        SlackOutage, CredentialError: Slack cannot be asked.
    """
    load_people(context.settings, context.store.records).require_enabled(request.team, request.user)
    member = context.members(request.team, request.enterprise).get(request.user)
    scope = context.connections.scope(request.team, request.enterprise)
    require_member(member, scope, listed=request.user in context.settings.slack_people)
    return member


def require_member(user: Mapping[str, Any], scope: InstallationScope, *, listed: bool) -> None:
    """Let full members of the company pass; guests only when INLAID_SLACK_PEOPLE lists them.

    Args:
        user: the `user` of `users.info`; empty when Slack does not show this person.
        scope: what the installation covers.
        listed: whether the person is on the list.

    Raises:
        ForbiddenError: with the polite sentence.
    """
    if not belongs(user, scope):
        raise ForbiddenError(STRANGER)
    if user.get("deleted"):
        raise ForbiddenError("This account is deactivated.")
    if (user.get("is_restricted") or user.get("is_ultra_restricted")) and not listed:
        raise ForbiddenError(GUEST)


def require_own(job: Job, request: SlackRequest) -> None:
    """Require that a job is the person's own, requested in this workspace or another of the same organisation.

    Raises:
        RequestRefused: it is not.
    """
    require_person(job, request)
    if not (job.workspace == request.team or request.enterprise == _enterprise(job) != ""):
        raise RequestRefused(GONE)


def require_person(job: Job, request: SlackRequest) -> None:
    """Require what a job says of itself without being opened: that it is of Slack, and of an account of that id.

    Raises:
        RequestRefused: it is not.
    """
    if job.surface != SURFACE or job.person != request.user:
        raise RequestRefused(GONE)


def in_workspace_of(job: Job, request: SlackRequest) -> SlackRequest:
    """Return a request about a draft as one to the installation where the draft was requested."""
    if job.workspace == request.team:
        return request
    # The workspace in the payload only proves that it is one of the organisation.
    return replace(request, team=job.workspace, enterprise=_enterprise(job), user_team=_enterprise(job))


def _enterprise(job: Job) -> str:
    return SlackTarget.from_json(job.delivery).reply_to.enterprise
