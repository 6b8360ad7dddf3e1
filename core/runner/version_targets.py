"""Where a new version of a draft goes, and the files that it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.drafts import JsonObject
from core.errors import ConflictError, NotFoundError
from core.job import (
    WISH,
    DocumentTarget,
    Job,
    MailFileTarget,
    OpenMailTarget,
    ParagraphsTarget,
    Target,
    TemplateTarget,
    recipe_inputs,
)
from core.ports import Effects
from core.recipes.inputs import input_errors
from core.recipes.model import Recipe
from core.runner.refinements import RefineReply
from core.store.effects import SOURCE_FILE
from core.surfaces import MAIL
from core.text.wishes import read_act


@dataclass(frozen=True)
class MailboxTarget:
    """The mailbox of the version before, by its target as it is stored."""

    before: JsonObject

    def to_json(self) -> JsonObject:
        """Return it as it is stored."""
        return dict(self.before)


class VersionPlace(NamedTuple):
    """Where a new version goes.

    Attributes:
        target: None where reading the job is its delivery.
        files: of the job.
        surface: of the job; "" for that of the door by which it is asked for.
    """

    target: Target | None = None
    files: Mapping[str, bytes] = {}
    surface: str = ""


# Its job is read where it was asked for.
HERE = VersionPlace()


def new_version(job: Job, recipe: Recipe, reply: RefineReply, effects: Effects) -> VersionPlace:
    """Return where a new version goes that is asked for by another door: of a mailbox's draft into its place.

    Args:
        job: of the version before.
        recipe: of both.
        reply: with the inputs.
        effects: hold the files of jobs.

    Raises:
        ConflictError: what it was made from can be read by its own door only.
    """
    if job.delivery.get("kind") == OpenMailTarget.KIND:
        subject = str(job.delivery.get("subject", ""))
        target = OpenMailTarget(job.delivery["gives"], str(job.delivery["into"]), subject)
        return VersionPlace(target, {OpenMailTarget.MAIL_FILE: effects.get_file(job, OpenMailTarget.MAIL_FILE)})
    if job.delivery.get("kind") == TemplateTarget.KIND:
        template = {TemplateTarget.DOCUMENT_FILE: effects.get_file(job, TemplateTarget.DOCUMENT_FILE)}
        return VersionPlace(TemplateTarget(subject=str(job.delivery.get("subject", ""))), template)
    if job.surface == MAIL and (mail := _mail_of(job, effects)):
        return VersionPlace(MailboxTarget(job.delivery), mail, MAIL)
    if job.delivery.get("kind") == ParagraphsTarget.KIND or (job.draft and job.draft.edits is not None):
        return _same_document(job, effects)
    inputs = reply.inputs or {}
    is_new = read_act(str(inputs.get(WISH, ""))) == "change"
    if is_new and input_errors(recipe, recipe_inputs(inputs)):
        fix = "Say it where you asked for the draft: below it, or with its button Change."
        raise ConflictError("This draft was made from a conversation, which can be read there only.", fix=fix)
    return VersionPlace(MailFileTarget() if job.is_mail else None)


def _mail_of(job: Job, effects: Effects) -> dict[str, bytes]:
    """Return the mail that a mailbox's draft answers, as the file of a job; nothing where none was kept."""
    try:
        return {SOURCE_FILE: effects.get_file(job, SOURCE_FILE)}
    except NotFoundError:
        return {}


def _same_document(job: Job, effects: Effects) -> VersionPlace:
    """Return the document of a job once more, for a version of its changes.

    Raises:
        ConflictError: its changes were saved in a drive.
    """
    kind, subject = job.delivery.get("kind"), str(job.delivery.get("subject", ""))
    if kind == ParagraphsTarget.KIND:
        name = ParagraphsTarget.PARAGRAPHS_FILE
        target = ParagraphsTarget(str(job.delivery.get("into") or ""), subject=subject)
        return VersionPlace(target, {name: effects.get_file(job, name)})
    if kind == DocumentTarget.KIND:
        name = DocumentTarget.DOCUMENT_FILE
        return VersionPlace(DocumentTarget(subject=subject), {name: effects.get_file(job, name)})
    raise ConflictError("These changes are saved in the document already.", fix="Run it again on the document.")
