"""The web process's wiring of the job API: what it needs of documents and of mailboxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.drafts import Edit
from core.job import Target
from core.recipes.model import Recipe
from core.store.records import RecordStore
from integrations.api.access import Identity
from integrations.mail.accounts.new_mail import address_new_mail
from integrations.mail.mailbox.account import MailOwner


def check_document(data: bytes) -> None:
    """Refuse what is not a Word document, with a `DocumentError`."""
    from integrations.documents.package.archive import check_signature

    check_signature(data)


class OpenedDocuments:
    """See `integrations.api.services.Documents`."""

    def paragraphs(self, data: bytes) -> list[dict[str, str]]:
        """See the Protocol."""
        from integrations.documents.isolated import editable_paragraphs

        return [{name: one[name] for name in ("id", "hash", "text")} for one in editable_paragraphs(data)]

    def with_edits(self, data: bytes, edits: Sequence[Edit], at: float) -> bytes:
        """See the Protocol."""
        from integrations.documents.surface import changed_document

        return changed_document(data, edits, at).data or data


@dataclass(frozen=True)
class NewMailsOf:
    """See `integrations.api.services.NewMails`.

    Args:
        records: where mailboxes are.
    """

    records: RecordStore

    def __call__(
        self, who: Identity, recipe: Recipe, inputs: Mapping[str, Any], *, to: Sequence[str], mailbox: str
    ) -> tuple[Target, dict[str, Any]]:
        """See the Protocol."""
        owner = MailOwner(who.workspace, who.person, who.person if "@" in who.person else "", mailbox)
        return address_new_mail(self.records, owner, recipe, inputs, to)
