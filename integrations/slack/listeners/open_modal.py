"""Open and change views after the acknowledgement. A trigger lives three seconds and opens one view."""

from collections.abc import Callable

from core.errors import InlaidError
from core.logs import logger
from integrations.slack.client.api import SlackRefusal, call
from integrations.slack.context import Desk
from integrations.slack.request import Incoming, opened_by
from integrations.slack.submit import for_person
from integrations.slack.views.blocks import Block
from integrations.slack.views.modals import loading_modal, notice_modal
from integrations.slack.views.mrkdwn import escape

# The same click, delivered twice: the first delivery has opened the view.
_SEEN_BEFORE = frozenset({"exchanged_trigger_id", "trigger_exchanged", "duplicate_external_id"})
_log = logger(__name__)


def open_view(desk: Desk, incoming: Incoming, view: Block) -> None:
    """Open a view whose content is at hand."""

    def work() -> None:
        client = desk.connections.client(incoming.team, incoming.enterprise)
        try:
            call(client.views_open, trigger_id=incoming.trigger_id, view=opened_by(incoming, view))
        except SlackRefusal as refusal:
            if refusal.reason not in _SEEN_BEFORE:
                raise

    desk.later(work)


def open_slowly(desk: Desk, incoming: Incoming, title: str, make: Callable[[], Block]) -> None:
    """Open a view whose content has to be fetched: first one that says so, while the trigger is good."""

    def work() -> None:
        client = desk.connections.client(incoming.team, incoming.enterprise)
        try:
            loading = opened_by(incoming, loading_modal(title))
            opened = call(client.views_open, trigger_id=incoming.trigger_id, view=loading)["view"]
        except SlackRefusal as refusal:
            if refusal.reason not in _SEEN_BEFORE:
                raise
            return
        try:
            view = make()
        except InlaidError as error:
            _log.warning("view not made", code=error.code)
            view = notice_modal(title, escape(for_person(error)))
        call(client.views_update, view_id=opened["id"], hash=opened["hash"], view=opened_by(incoming, view))

    desk.later(work)


def change_view(desk: Desk, incoming: Incoming, view_id: str, view: Block) -> None:
    """Put another content into a view that is open."""

    def work() -> None:
        client = desk.connections.client(incoming.team, incoming.enterprise)
        call(client.views_update, view_id=view_id, view=opened_by(incoming, view))

    desk.later(work)
