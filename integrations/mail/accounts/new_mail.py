"""New mails from the command line and the API: the inputs of their jobs, and the surface that stores the draft."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.errors import InputError, NotFoundError
from core.job import Job
from core.ports import SurfaceContext
from core.recipes.model import Recipe
from core.store.records import RecordStore
from integrations.mail.accounts.drafts import MailboxDrafts, mailbox_drafts
from integrations.mail.mailbox.account import Account
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS
from integrations.mail.mailbox.owner import MailOwner, NewMail
from integrations.mail.mailbox.style_store import load_style
from integrations.mail.message.addresses import Address, parse_addresses
from integrations.mail.message.message import Message
from integrations.mail.reply.greeting import reply_frame
from integrations.mail.reply.quote import mail_language
from integrations.mail.reply.writing_style import frame_inputs

EFFECT = "draft"


@dataclass(frozen=True)
class NewMailTarget:
    """A new mail in a mailbox.

    Attributes:
        owner: whose mailbox, and which.
        to: whom the mail goes to.
    """

    KIND: ClassVar[str] = "new_mail"

    owner: MailOwner
    to: tuple[Address, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored with a job."""
        owner = {name: getattr(self.owner, name) for name in ("workspace", "person", "address", "mailbox")}
        return {"kind": self.KIND, "owner": owner, "to": [address.model_dump() for address in self.to]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "NewMailTarget":
        """Return what `to_json` wrote."""
        return cls(MailOwner(**data["owner"]), tuple(Address(**address) for address in data["to"]))


class NewMailSurface:
    """See `core.ports.Surface`.

    Args:
        patience_seconds: how long a job waits for the mail server; see `integrations.mail.mailbox.deliveries`.
    """

    def __init__(self, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds

    def prepare(self, job: Job, context: SurfaceContext) -> dict[str, Any]:
        """Return nothing: the job holds all that is to be said."""
        del job, context
        return {}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Put the draft into the mailbox; a second time finds the first.

        Raises:
            NotFoundError: the mailbox is no longer connected.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        if job.draft is None:
            return
        effects = context.effects
        state, _ = effects.intend(job, EFFECT, {})
        if state == "confirmed":
            return
        target = NewMailTarget.from_json(job.delivery)
        mail = NewMail(job.id, job.draft.subject or "", job.draft.text, target.to, job=job.id)
        drafts = mailbox_drafts(context.records, context.settings, patience_seconds=self._patience_seconds)
        link = drafts.put(target.owner, mail)
        effects.confirm(job, EFFECT, {"link": link})


def address_new_mail(
    records: RecordStore, owner: MailOwner, recipe: Recipe, inputs: Mapping[str, Any], to: Sequence[str]
) -> tuple[NewMailTarget, dict[str, Any]]:
    """Return the target of a job that ends in a new mail, and its inputs, with the owner's habits where known.

    Args:
        records: where mailboxes and writing styles are.
        owner: whose mailbox.
        recipe: what is asked for.
        inputs: what the person gave; it goes before every habit.
        to: whom the mail goes to, each as `Ann Lee <ann@example.com>` or the bare address.

    Raises:
        NotFoundError: the person has connected no such mailbox.
        InputError: a recipient is not a mail address, or the recipe writes no text.
    """
    if recipe.output.format != "text" or recipe.output.apply_to == "paragraphs":
        raise InputError(f"The result of {recipe.name} is not a mail.", fix="Use a recipe that writes a text: compose.")
    people = [parse_addresses(text) for text in to]
    if not all(people):
        raise InputError("A recipient is not a mail address.", fix="Write each as: Ann Lee <ann@example.com>")
    listed = tuple(address for found in people for address in found)
    account = _find(mailbox_drafts(records), owner)
    names = {field.name for field in recipe.inputs}
    habits = _habits(records, account, str(inputs.get(recipe.main_input) or ""), listed, names)
    # Exactly this mailbox: another that is connected later takes no draft from it.
    return NewMailTarget(replace(owner, mailbox=account.name, names=()), listed), {**habits, **inputs}


def _find(drafts: MailboxDrafts, owner: MailOwner) -> Account:
    account = drafts.find(owner)
    if account is None:
        what = f"No mailbox called {owner.mailbox}" if owner.mailbox else "No mailbox"
        raise NotFoundError(f"{what} of yours is connected.", fix="Connect it with: inlaid mailbox add")
    return account


def _habits(
    records: RecordStore, account: Account, text: str, to: tuple[Address, ...], names: Collection[str]
) -> dict[str, str]:
    """Return the inputs that say how the owner greets and closes, of those that the recipe has."""
    style = load_style(records, account.workspace, account.name)
    owner = Address(name=account.owner_name, address=account.address)
    as_received = Message(sender=to[0] if to else Address(), to=(owner,), text=text)
    language = mail_language(as_received)
    found = {"owner_name": owner.name, "recipient_name": to[0].name if len(to) == 1 else ""}
    if style and (style.greetings.get(language) or style.closings.get(language)):
        found |= frame_inputs(reply_frame(as_received, owner, language), style, language, as_received)
    return {name: value for name, value in found.items() if value and name in names}
