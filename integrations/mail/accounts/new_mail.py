"""New mails as drafts in people's mailboxes: from the command line and the API, and for the port of the Slack app.

The first provider that has a mailbox of the person gets the draft. Nothing here sends anything.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.drafts import JsonObject
from core.errors import InputError, NotFoundError
from core.job import Job
from core.people import People, load_people
from core.ports import SurfaceContext
from core.recipes.model import Recipe
from core.settings import Settings, load_settings
from core.store.effects import MAILBOX_DRAFT
from core.store.records import RecordStore
from integrations.mail.accounts.mailboxes import mail_providers
from integrations.mail.mailbox.account import MailboxAccount, MailOwner, NewDraft
from integrations.mail.mailbox.deliveries import PATIENCE_SECONDS
from integrations.mail.mailbox.style_learning import load_style
from integrations.mail.mailbox.surface import NewDrafts
from integrations.mail.message.addresses import Address, parse_addresses
from integrations.mail.message.message import MailMessage
from integrations.mail.reply.goes_to import goes_to
from integrations.mail.reply.greeting import mail_language
from integrations.mail.reply.writing_style import WritingStyle, frame_inputs


class MailboxDrafts:
    """All mailboxes of people, whatever their kind.

    Args:
        providers: the kinds, in the order in which they are asked.
        people: who is who across surfaces.
    """

    def __init__(self, providers: Sequence[NewDrafts[Any]], people: People) -> None:
        self._providers = providers
        self._people = people

    def is_connected(self, workspace: str, person: str, address: str) -> bool:
        """Whether the person has connected a mailbox."""
        return self.find(MailOwner(workspace, person, address)) is not None

    def find(self, owner: MailOwner) -> MailboxAccount | None:
        """Return the mailbox that the person's drafts go to, None when they have connected none."""
        owner = self._known(owner)
        return next((found for provider in self._providers if (found := provider.find(owner))), None)

    def _known(self, owner: MailOwner) -> MailOwner:
        """Return the person with every name, and with the address that is vouched for on any surface."""
        known = self._people.addresses(owner.workspace, owner.person)
        address = owner.address or next(iter(known), "")
        return replace(owner, address=address, names=tuple(self._people.names(owner.workspace, owner.person)))

    def put_draft(  # noqa: PLR0913 - whose, and each part of the mail
        self,
        workspace: str,
        person: str,
        address: str,
        *,
        subject: str,
        text: str,
        key: str,
        to: tuple[str, str] | None = None,
    ) -> str:
        """Put a draft into the person's Drafts folder, to somebody by name and address, and return a link to it, or "".

        Raises:
            NotFoundError: the person has connected no mailbox.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        recipients = (Address(name=to[0], address=to[1]),) if to else ()
        return self.put(MailOwner(workspace, person, address), NewDraft(key, subject, text, recipients))

    def put(self, owner: MailOwner, mail: NewDraft) -> str:
        """Put a draft into the person's Drafts folder; see `put_draft`."""
        owner = self._known(owner)
        provider = next((provider for provider in self._providers if provider.find(owner)), None)
        if provider is None:
            raise NotFoundError("No mailbox is connected.", fix="Connect one with: inlaid mailbox add")
        return provider.put(owner, mail)


def mailbox_drafts(
    records: RecordStore, settings: Settings | None = None, *, patience_seconds: float = PATIENCE_SECONDS
) -> MailboxDrafts:
    """Return the mailboxes that are connected here.

    Args:
        records: where they are.
        settings: those of the process by default.
        patience_seconds: how long the caller waits for a mail server; see `integrations.mail.mailbox.deliveries`.
    """
    settings = settings or load_settings()
    # Microsoft's mailboxes first: their addresses are known to be the person's.
    providers = reversed(mail_providers(records, settings))
    drafts = [NewDrafts(records, provider, patience_seconds=patience_seconds) for provider in providers]
    return MailboxDrafts(drafts, load_people(settings, records))


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

    def to_json(self) -> JsonObject:
        """Return it as it is stored with a job."""
        owner = {name: getattr(self.owner, name) for name in ("workspace", "person", "address", "mailbox")}
        return {"kind": self.KIND, "mail": True, "owner": owner, "to": [address.model_dump() for address in self.to]}

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

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return who will get the mail: the job holds all that is to be said."""
        target = NewMailTarget.from_json(job.delivery)
        account = mailbox_drafts(context.records, context.settings).find(target.owner)
        return goes_to(target.to, Address(address=account.address if account else target.owner.address))

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Put the draft into the mailbox; a second time finds the first.

        Raises:
            NotFoundError: the mailbox is no longer connected.
            InlaidError: it cannot be put there; an `OutageError` may pass.
        """
        if job.draft is None:
            return
        effects = context.effects
        state, _ = effects.intend(job, MAILBOX_DRAFT, {})
        if state == "confirmed":
            return
        target = NewMailTarget.from_json(job.delivery)
        draft, is_signed = job.draft, bool(job.draft.signature)
        mail = NewDraft(job.id, draft.subject or "", draft.text, target.to, job=job.id, is_signed=is_signed)
        drafts = mailbox_drafts(context.records, context.settings, patience_seconds=self._patience_seconds)
        link = drafts.put(target.owner, mail)
        effects.confirm(job, MAILBOX_DRAFT, {"placed": "placed", "link": link})


def address_new_mail(
    records: RecordStore, owner: MailOwner, recipe: Recipe, inputs: Mapping[str, Any], to: Sequence[str]
) -> tuple[NewMailTarget, JsonObject]:
    """Return the target of a job that ends in a new mail, and its inputs, with the owner's habits where known.

    Args:
        records: where mailboxes and writing styles are.
        owner: whose mailbox.
        recipe: what is asked for.
        inputs: what the person gave; it goes before every habit.
        to: whom the mail goes to, each as `Ann Lee <ann@example.com>` or the bare address.

    Raises:
        NotFoundError: the person has connected no such mailbox.
        InputError: a recipient is not an email address, or the recipe writes no text.
    """
    if recipe.output.format != "text" or recipe.output.apply_to == "paragraphs":
        raise InputError(f"The result of {recipe.name} is not a mail.", fix="Use a recipe that writes a text: compose.")
    people = [parse_addresses(text) for text in to]
    if not all(people):
        raise InputError("A recipient is not an email address.", fix="Write each as: Ann Lee <ann@example.com>")
    listed = tuple(address for found in people for address in found)
    account = _find(mailbox_drafts(records), owner)
    names = {field.name for field in recipe.inputs}
    habits = _habits(records, account, str(inputs.get(recipe.main_input) or ""), listed, names)
    # Exactly this mailbox: another that is connected later takes no draft from it.
    return NewMailTarget(replace(owner, mailbox=account.name, names=()), listed), {**habits, **inputs}


def _find(drafts: MailboxDrafts, owner: MailOwner) -> MailboxAccount:
    account = drafts.find(owner)
    if account is None:
        what = f"No mailbox called {owner.mailbox}" if owner.mailbox else "No mailbox"
        raise NotFoundError(f"{what} of yours is connected.", fix="Connect it with: inlaid mailbox add")
    return account


def _habits(
    records: RecordStore, account: MailboxAccount, text: str, to: tuple[Address, ...], names: Collection[str]
) -> dict[str, str]:
    """Return the inputs that say how the owner greets and closes, of those that the recipe has."""
    style = load_style(records, account.workspace, account.name)
    name = account.owner_name or (style.owner_name if style else "")
    owner = Address(name=name, address=account.address)
    found = {"owner_name": owner.name, "recipient_name": to[0].name if len(to) == 1 else ""}
    if style and len(to) == 1:
        found |= _frame(to[0], owner, style, mail_language(MailMessage(text=text)))
    return {name: value for name, value in found.items() if value and name in names}


def _frame(reader: Address, owner: Address, style: WritingStyle, language: str) -> dict[str, str]:
    """Return greeting and closing where a habit or the last greeting of this reader is known; a note tells no form."""
    found = frame_inputs(MailMessage(sender=reader, to=(owner,)), owner, style, language)
    is_greeted = style.greeted.get(language, {}).get(reader.key) == found["usual_greeting"]
    return found if is_greeted or found["greeting"] or found["closing"] else {}
