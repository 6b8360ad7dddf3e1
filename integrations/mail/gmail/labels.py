"""Labels of ours at Gmail, as Gmail's own: https://developers.google.com/workspace/gmail/api/guides/labels."""

from collections.abc import Mapping, Sequence

from core.errors import NotFoundError
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.reading import label_ids, present
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace


class GmailLabels:
    """The labels of an open mailbox.

    Args:
        client: the open mailbox.
    """

    def __init__(self, client: Gmail) -> None:
        self._client = client
        self._ids = label_ids(client)

    def bear(self, labels: Mapping[MailPlace, str]) -> frozenset[MailPlace]:
        """See `Mailbox`."""
        messages = self._client.users.messages()
        asked = [messages.get(userId="me", id=str(place.uid), format="minimal") for place in labels]
        found = present(self._client.call_many(asked))
        borne = {str(mail["id"]): set(mail.get("labelIds", ())) for mail in found}
        return frozenset(
            place
            for place, label in labels.items()
            if self._ids.get(label.casefold()) in borne.get(str(place.uid), set[str]())
        )

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        """See `Mailbox`; each change is one step, so that what its owner changes at the same time stays."""
        messages = self._client.users.messages()
        for change in changes:
            body = {
                "addLabelIds": [self._id(change.add)] if change.add else [],
                "removeLabelIds": [found for label in change.remove if (found := self._ids.get(label.casefold()))],
            }
            if not any(body.values()):
                continue
            try:
                self._client.call(messages.modify(userId="me", id=str(change.place.uid), body=body))
            except NotFoundError:
                continue

    def _id(self, label: str) -> str:
        """Return the id of a label; it is made when the mailbox has none of that name."""
        if label.casefold() not in self._ids:
            body = {"name": label, "labelListVisibility": "labelShow", "messageListVisibility": "show"}
            made = self._client.call(self._client.users.labels().create(userId="me", body=body))
            self._ids[label.casefold()] = str(made["id"])
        return self._ids[label.casefold()]
