"""Open and update views after the acknowledgement, and read those that were submitted.

A trigger lives three seconds and opens one view.
"""

from collections.abc import Callable, Mapping
from typing import Any

from core.errors import InlaidError
from core.logs import logger
from core.text.catalogues import told
from integrations.slack.access import RequestRefused
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.context import Ack, AppContext
from integrations.slack.request import SlackRequest, with_installation
from integrations.slack.submit import after_acknowledgement, user_message
from integrations.slack.views.blocks import Block
from integrations.slack.views.modals import loading_modal, notice_modal
from integrations.slack.views.mrkdwn import escape

# The same click, delivered twice: the first delivery has opened the view.
_SEEN_BEFORE = frozenset({"exchanged_trigger_id", "trigger_exchanged", "duplicate_external_id"})
_log = logger(__name__)


def open_view(context: AppContext, request: SlackRequest, view: Block) -> None:
    """Open a view whose content is at hand."""

    def work() -> None:
        client = context.connections.client(request.team, request.enterprise)
        try:
            call(client.views_open, trigger_id=request.trigger_id, view=with_installation(request, view))
        except SlackRefusal as refusal:
            if refusal.reason not in _SEEN_BEFORE:
                raise

    after_acknowledgement(context, request, work)


def open_fetched_view(context: AppContext, request: SlackRequest, title: str, fetch: Callable[[], Block]) -> None:
    """Open a view whose content has to be fetched: first one that says so, while the trigger is good."""

    def work() -> None:
        client = context.connections.client(request.team, request.enterprise)
        try:
            loading = with_installation(request, loading_modal(title))
            opened = call(client.views_open, trigger_id=request.trigger_id, view=loading)["view"]
        except SlackRefusal as refusal:
            if refusal.reason not in _SEEN_BEFORE:
                raise
            return
        try:
            view = fetch()
        except InlaidError as error:
            _log.warning("view not made", code=error.code)
            view = notice_modal(title, escape(user_message(error)))
        call(client.views_update, view_id=opened["id"], hash=opened["hash"], view=with_installation(request, view))

    after_acknowledgement(context, request, work)


def update_view(context: AppContext, request: SlackRequest, view_id: str, view: Block) -> None:
    """Put other content into a view that is open."""

    def work() -> None:
        client = context.connections.client(request.team, request.enterprise)
        call(client.views_update, view_id=view_id, view=with_installation(request, view))

    after_acknowledgement(context, request, work)


def notice(text: str) -> Ack:
    """Return the acknowledgement that puts a sentence in the form's place."""
    return Ack({"response_action": "update", "view": notice_modal("Inlaid", escape(text))})


def field_errors(errors: Mapping[str, str]) -> Ack:
    """Return the acknowledgement that says beside each field of a form what is wrong."""
    return Ack({"response_action": "errors", "errors": {name: told(said) for name, said in errors.items()}})


def submitted_view(request: SlackRequest) -> Mapping[str, Any]:
    """Return the view that was submitted.

    Raises:
        RequestRefused: there is none.
    """
    view = request.body.get("view")
    if not isinstance(view, dict):
        raise RequestRefused("This form cannot be read.")
    return view


def submitted_fields(view: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the state of the fields of a submitted view by block id."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return values if isinstance(values, dict) else {}
