"""Channels and files become sources from within Slack: by command, in a message's menu, and a button that ends it.

Any member of a channel may have it used, and may stop that; the channel is told both. Slack is asked after the
acknowledgement.
"""

from collections.abc import Callable
from contextlib import suppress

from core.errors import ConflictError, ForbiddenError, InlaidError, InputError, NotFoundError, OutageError
from core.sources.formats import is_document
from core.sources.management import RIGHTS, SourceUser
from core.sources.model import Content, Source
from core.sources.uploads import Upload
from core.text.catalogues import N_, counted, gettext, told
from integrations.slack.access import RequestRefused, members_only, require_asker
from integrations.slack.client.api import call
from integrations.slack.client.conversations import require_in_conversation
from integrations.slack.context import EMPTY_ACK, Ack, AppContext
from integrations.slack.person import SURFACE
from integrations.slack.request import SlackRequest
from integrations.slack.sources.connector import CONNECTOR, channel_source_id
from integrations.slack.sources.readers import members_of
from integrations.slack.sources.reading import read_slack_file
from integrations.slack.submit import reply_privately, user_message
from integrations.slack.views.blocks import BlockMessage
from integrations.slack.views.channel_source import announcement, stopped

EVERY_SECONDS = 3600
MAX_FILES, MAX_NAME_CHARS = 10, 80
KEPT = "{files}: kept among your uploads, which only you find. Ask about it in a minute with /ask."
LOOKING = "I am looking at this channel. Only you see this."
NO_FILE = "There is no file in this message. Use it on a message that holds a document."


def use_this_channel(context: AppContext, request: SlackRequest) -> Ack:
    """`/inlaid use this channel`."""
    use_channel(context, request)
    return Ack({"text": gettext(LOOKING)})


def stop_using_this_channel(context: AppContext, request: SlackRequest) -> Ack:
    """`/inlaid stop using this channel`."""
    stop_channel(context, request)
    return Ack({"text": gettext(LOOKING)})


@members_only
def use_channel(context: AppContext, request: SlackRequest) -> Ack:
    """Have the channel that somebody is in be used."""
    return answer_later(context, request, _use)


@members_only
def stop_channel(context: AppContext, request: SlackRequest) -> Ack:
    """Stop using the channel that somebody is in, by command or by the button of the message that announced it."""
    return answer_later(context, request, _stop)


@members_only
def use_file(context: AppContext, request: SlackRequest) -> Ack:
    """Keep the files of a message among somebody's own uploads.

    Raises:
        RequestRefused: there are none.
    """
    if not _file_ids(request):
        raise RequestRefused(NO_FILE)
    return answer_later(context, request, _take_files)


def answer_later(
    context: AppContext, request: SlackRequest, act: Callable[[AppContext, SlackRequest], str | BlockMessage]
) -> Ack:
    """Answer what takes no job once Slack has said who asks: that full members alone may."""

    def work() -> None:
        try:
            if refusal := context.policy_of(request).surface(SURFACE):
                raise RequestRefused(refusal.sentence)
            require_asker(context, request)
            said: str | BlockMessage = act(context, request)
        except InlaidError as error:
            said = user_message(error)
        reply_privately(context, request, said)

    context.in_background(work)
    return EMPTY_ACK


def _use(context: AppContext, request: SlackRequest) -> str:
    """Add the channel, and tell it so; where that cannot be told it is not used."""
    _require_in_channel(context, request)
    manager = context.sources()
    source_id = channel_source_id(request.team, request.channel)
    with suppress(NotFoundError):
        if (known := manager.sources.store.get(source_id)).source.state != "removing":
            readers = known.source.options[RIGHTS]
            held = counted("%(shown)s item", "%(shown)s items", known.items)
            return N_(f"{known.source.title} is used already, for {readers}; it holds {held}.")
    options = {"channel": request.channel, "team": request.team, "enterprise": request.enterprise}
    wanted = Source("", request.team, request.user, CONNECTOR, "", {**options}, every_seconds=EVERY_SECONDS)
    status, _ = manager.add(wanted)
    rights = str(status.source.options[RIGHTS])
    try:
        _tell(context, request, announcement(request.user, rights, request.channel))
    except InlaidError:
        manager.remove(status)
        raise
    return N_(f"{status.source.title} is being read, from its newest message back. Ask about it with /ask.")


def _stop(context: AppContext, request: SlackRequest) -> str:
    _require_in_channel(context, request)
    manager = context.sources()
    try:
        status = manager.sources.store.get(channel_source_id(request.team, request.channel))
        manager.remove(status)
    except NotFoundError:
        raise ConflictError("This channel is not used.") from None
    if status.source.state != "removing":
        _tell(context, request, stopped(request.user))
    return N_(f"{status.source.title} is forgotten: answers will no longer find anything from it.")


def _take_files(context: AppContext, request: SlackRequest) -> str:
    client = context.connections.client(request.team, request.enterprise)
    require_in_conversation(client, request.channel, request.user)
    user = SourceUser(request.team, request.user, frozenset({(request.team, request.user)}))
    taken, said = list[str](), list[str]()
    for file_id in _file_ids(request):
        try:
            content, link = read_slack_file(client, file_id, request.channel, context.connections.api_url)
            remark = _require_text(context, content)
            context.sources().upload(user, Upload(content.file_name, content.data, link=link), is_shared=False)
            taken.append(content.file_name)
            said += [f"{content.file_name[:MAX_NAME_CHARS]}: {told(remark)}"] if remark else []
        except InputError as error:
            said.append(user_message(error))
    kept = gettext(KEPT).format(files=", ".join(taken))
    return "\n".join([*([kept] if taken else []), *said])


def _require_text(context: AppContext, content: Content) -> str:
    """Refuse a document that nothing can be read of: nobody would ever find it.

    Returns:
        What is to be said of it, as that it is no such file as its name says; "" for nothing.

    Raises:
        InputError: with why, and what to do.
    """
    if context.read_file is None or not is_document(content.file_name):
        return ""
    name = content.file_name[:MAX_NAME_CHARS]
    try:
        return context.read_file(content.data, name).remark
    except OutageError:
        return ""  # a worker reads it later
    except InputError as error:
        raise InputError(f"{name} cannot be read, so it was not kept: {error.message}", fix=error.fix) from error


def _require_in_channel(context: AppContext, request: SlackRequest) -> None:
    """Require that somebody is in the channel where they ask.

    Raises:
        InputError: it is no channel.
        ForbiddenError: they are not in it.
        SlackRefusal: the app cannot see it, with what to do.
    """
    client = context.connections.client(request.team, request.enterprise)
    if not request.channel or request.channel.startswith("D"):
        raise InputError("Only channels can be used.", fix="Type this in the channel itself.")
    if request.user not in set(members_of(client, request.channel)):
        raise ForbiddenError("Only members of a channel can decide this.", fix="Join it first.")


def _tell(context: AppContext, request: SlackRequest, message: BlockMessage) -> None:
    client = context.connections.client(request.team, request.enterprise)
    call(client.chat_postMessage, channel=request.channel, text=message.text, blocks=message.blocks)


def _file_ids(request: SlackRequest) -> list[str]:
    message = request.body.get("message")
    files = message.get("files") if isinstance(message, dict) else None
    found = [file.get("id") for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return [file_id for file_id in found if isinstance(file_id, str) and file_id][:MAX_FILES]
