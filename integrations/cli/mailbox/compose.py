"""`inlaid run … --mailbox NAME`: the draft also waits in a mailbox, as a new mail."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.recipes.model import Recipe
    from core.store.records import RecordStore
    from integrations.mail.accounts.new_mail import NewMailTarget


def to_mailbox(
    records: "RecordStore", recipe: "Recipe", inputs: dict[str, Any], name: str, to: Sequence[str]
) -> "tuple[NewMailTarget, dict[str, Any]]":
    """Return target and inputs of the job, before a model is asked.

    Raises:
        NotFoundError: there is no mailbox of that name.
        InputError: a recipient is no mail address, or the recipe gives no text.
    """
    from core.job import LOCAL_WORKSPACE
    from integrations.mail.accounts.mailboxes import find_mailbox
    from integrations.mail.accounts.new_mail import address_new_mail
    from integrations.mail.mailbox.owner import MailOwner

    view = find_mailbox(records, LOCAL_WORKSPACE, name)
    owner = MailOwner(view.workspace, view.person, view.address, view.name)
    return address_new_mail(records, owner, recipe, inputs, to)
