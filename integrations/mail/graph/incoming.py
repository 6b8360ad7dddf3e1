"""What Microsoft posts: parsed, checked for our secret, and stored. Nothing is read or decided here."""

import json
import re
from typing import Any

import structlog

from core.errors import InputError
from core.store.records import RecordStore
from integrations.mail.graph.change_notifications import ChangeNotifications
from integrations.mail.graph.subscribing import EVENTS, Subscription, Subscriptions

log = structlog.get_logger(__name__)

MAX_ITEMS = 1_000
MAX_TOKEN_CHARS = 4_096
_ID = re.compile(r"[\w=+/-]{1,512}")


class Incoming:
    """Takes change notifications.

    Args:
        records: where they are stored.
    """

    def __init__(self, records: RecordStore) -> None:
        self._notices = ChangeNotifications(records)
        self._subscriptions = Subscriptions(records)

    def take_mails(self, body: bytes) -> int:
        """Store which mails have come, and return how many notifications were genuine.

        Raises:
            InputError: it is not a collection of notifications.
            StoreOutage: not all could be stored; Microsoft has to tell them again.
        """
        count = 0
        for item, subscription in self._believed(body):
            data = item.get("resourceData")
            message_id = data.get("id") if isinstance(data, dict) else None
            if item.get("changeType") == "created" and isinstance(message_id, str) and _ID.fullmatch(message_id):
                self._notices.store_mail(subscription.workspace, subscription.account, message_id)
                count += 1
        return count

    def take_events(self, body: bytes) -> int:
        """Store what happened to subscriptions, and return how many events were genuine. Raises as `take_mails`."""
        count = 0
        for item, subscription in self._believed(body):
            if item.get("lifecycleEvent") in EVENTS:
                event = str(item["lifecycleEvent"])
                self._notices.store_lifecycle(subscription.workspace, subscription.account, subscription.key, event)
                count += 1
        return count

    def _believed(self, body: bytes) -> list[tuple[dict[str, Any], Subscription]]:
        """Return the notifications that carry the secret of one of our subscriptions."""
        listed = _items(body)
        believed = []
        for item in listed:
            state, name = item.get("clientState"), item.get("subscriptionId")
            is_whole = isinstance(state, str) and isinstance(name, str)
            found = self._subscriptions.vouch(str(state)[:128], str(name)) if is_whole else None
            if found:
                believed.append((item, found))
        if len(believed) < len(listed):
            log.warning("notices not believed", count=len(listed) - len(believed))
        return believed


def _items(body: bytes) -> list[dict[str, Any]]:
    try:
        listed = json.loads(body)["value"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError("This is not a collection of change notifications.") from error
    if not isinstance(listed, list) or len(listed) > MAX_ITEMS:
        raise InputError(f"A collection of change notifications is a list of at most {MAX_ITEMS}.")
    return [item for item in listed if isinstance(item, dict)]
