"""Documents in OneDrive and SharePoint: read through Graph when work begins, written back as tracked changes.

The person's own token is used (on behalf of): the app reaches no file that the person does not.
"""

import base64
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal
from urllib.parse import urlsplit

from core.drafts import JsonObject
from core.errors import DocumentError, ForbiddenError, InputError, LimitError, NotFoundError, SourceChanged
from core.job import SPOKEN, DocumentTarget, DriveTarget, Job
from core.ports import Effects, SurfaceContext
from core.text.catalogues import ENGLISH, speaking
from integrations.documents.isolated import editable_paragraphs, read_document
from integrations.documents.surface import AUTHOR, changed_document
from integrations.graph.client import Graph, segment
from integrations.graph.errors import ChangedError, GraphOutage, LockedError
from integrations.graph.sign_in import make_sign_in

MAX_FILE_BYTES = 30 * 2**20
EXTENSIONS = (".docx", ".dotx", ".docm", ".dotm")
MAX_LINK_CHARS = 4000
FIELDS = ("id", "name", "eTag", "cTag", "size", "webUrl", "parentReference", "file", "folder", "malware")
# Above this a simple upload may be refused (https://learn.microsoft.com/graph/api/driveitem-put-content).
MAX_SIMPLE_UPLOAD_BYTES = 4 * 2**20
# Chunks of an upload session are a multiple of 320 KiB.
CHUNK_BYTES = 32 * 327_680
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Least for files that others share with the person (https://learn.microsoft.com/graph/permissions-reference).
SCOPES = ("Files.ReadWrite.All",)


@dataclass(frozen=True)
class DriveItem:
    """A file at one moment.

    Args:
        drive, id: where it is.
        parent: id of its folder.
        name: with extension.
        etag: changes with every change, also of its name.
        ctag: changes with its content; the service itself may change it.
        digest: hash of its content as the service computes it, or "" if it did not say.
        link: where a person opens it.
    """

    drive: str
    id: str
    parent: str
    name: str
    etag: str
    ctag: str
    digest: str
    link: str

    def has_content_of(self, ctag: str, digest: str) -> bool:
        """Whether its content still has this tag or hash."""
        return self.ctag == ctag or bool(digest and self.digest == digest)


def drive_item(found: JsonObject) -> DriveItem:
    """Return the item that Graph described.

    Raises:
        DocumentError: it is not a Word document.
        ForbiddenError: Microsoft found malware in it.
        LimitError: it is too large.
    """
    name = str(found.get("name", ""))
    if "malware" in found:
        raise ForbiddenError(
            f"Microsoft holds {name} in quarantine: malware was found in it.", fix="Ask your administrator."
        )
    if "file" not in found or not name.lower().endswith(EXTENSIONS):
        raise DocumentError(f"{name or 'The link'} is not a Word document.", fix="Give the link of a .docx file.")
    if int(found.get("size", 0)) > MAX_FILE_BYTES:
        raise LimitError(
            f"{name} is larger than {MAX_FILE_BYTES // 2**20} MB.", fix="Split it, or remove large pictures."
        )
    parent = found.get("parentReference", {})
    return DriveItem(
        drive=str(parent.get("driveId", "")),
        id=str(found["id"]),
        parent=str(parent.get("id", "")),
        name=name,
        etag=str(found.get("eTag", "")),
        ctag=str(found.get("cTag", "")),
        digest=str(found["file"].get("hashes", {}).get("quickXorHash", "")),
        link=str(found.get("webUrl", "")),
    )


def share_id(link: str) -> str:
    """Return how Graph's `/shares` names a link (base64url, https://learn.microsoft.com/graph/api/shares-get).

    Raises:
        InputError: it is no web address.
    """
    parts = urlsplit(link.strip()[: MAX_LINK_CHARS + 1])
    if len(link) > MAX_LINK_CHARS or parts.scheme != "https" or not parts.hostname:
        raise InputError(
            "This is not the link of a document.",
            fix="Copy the link from OneDrive or SharePoint; it begins with https://.",
        )
    return "u!" + base64.urlsafe_b64encode(link.strip().encode()).decode().rstrip("=")


def copy_name(name: str, job_id: str) -> str:
    """Return the name of the copy that a job makes; the same job always gives the same one."""
    stem, _, extension = name.rpartition(".")
    return f"{stem} (Inlaid {job_id[:8]}).{extension}"


class DriveFiles:
    """DriveFiles that one person reaches.

    Args:
        graph: with the person's token.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def by_link(self, link: str) -> DriveItem:
        """Return the file that a link of OneDrive or SharePoint means.

        Raises:
            InlaidError: see `items` and `integrations.graph.errors`; so for every method here.
        """
        found = self._graph.get(f"/shares/{segment(share_id(link))}/driveItem", prefer=["redeemSharingLink"])
        return drive_item(found)

    def again(self, item: DriveItem) -> DriveItem:
        """Return the file as it is now."""
        return drive_item(self._graph.get(_path(item), select=FIELDS))

    def find(self, beside: DriveItem, name: str) -> DriveItem:
        """Return the file of that name in the same folder."""
        return drive_item(self._graph.get(f"{_in_folder(beside, name)}:"))

    def download(self, item: DriveItem) -> bytes:
        """Return the content."""
        return self._graph.get_bytes(f"{_path(item)}/content", max_bytes=MAX_FILE_BYTES)

    def replace(self, item: DriveItem, data: bytes) -> DriveItem:
        """Write a new version of the file, if it is still as `item` says."""
        if len(data) <= MAX_SIMPLE_UPLOAD_BYTES:
            path = f"{_path(item)}/content"
            return drive_item(self._graph.put(path, data, content_type=MEDIA_TYPE, if_match=item.etag))
        return self._upload_in_chunks(_path(item), item.name, data, behavior="replace", if_match=item.etag)

    def create(self, beside: DriveItem, name: str, data: bytes) -> DriveItem:
        """Write a new file into the same folder, if there is none of that name."""
        return self._upload_in_chunks(f"{_in_folder(beside, name)}:", name, data, behavior="fail")

    def _upload_in_chunks(self, path: str, name: str, data: bytes, *, behavior: str, if_match: str = "") -> DriveItem:
        about = {"@microsoft.graph.conflictBehavior": behavior, "name": name, "fileSize": len(data)}
        session = self._graph.post(f"{path}/createUploadSession", {"item": about}, if_match=if_match)
        found = {}
        for start in range(0, len(data), CHUNK_BYTES):
            chunk = data[start : start + CHUNK_BYTES]
            span = f"bytes {start}-{start + len(chunk) - 1}/{len(data)}"
            try:
                found = self._graph.put_chunk(str(session["uploadUrl"]), chunk, content_range=span)
            except InputError as error:
                # 404 and 416 too: after a lost answer the chunk, or the whole file, may be there all the same.
                raise GraphOutage("The upload to Microsoft was interrupted.", is_doubtful=True) from error
        return drive_item(found)


def _path(item: DriveItem) -> str:
    return f"/drives/{segment(item.drive)}/items/{segment(item.id)}"


def _in_folder(beside: DriveItem, name: str) -> str:
    return f"/drives/{segment(beside.drive)}/items/{segment(beside.parent)}:/{segment(name)}"


# `same`: a new version of the file; `copy`: a new file beside it; `either`: a copy where the file cannot be written.
Save = Literal["same", "copy", "either"]


@dataclass(frozen=True)
class Saved:
    """Where the result is. `reason` says why it is a copy though the file itself was wanted."""

    name: str
    link: str
    is_copy: bool = False
    reason: str = ""

    def to_json(self) -> dict[str, str | bool]:
        """Return the public form."""
        return asdict(self)


@dataclass(frozen=True)
class Saving:
    """One result on its way back.

    Args:
        files: what the person reaches.
        source: the file as it was read.
        original: what was read.
        result: what is to be written.
        job_id: names the copy.
    """

    files: DriveFiles
    source: DriveItem
    original: bytes
    result: bytes
    job_id: str

    def run(self, save: Save) -> Saved:
        """Write it; a second run finds what the first one wrote.

        Raises:
            SourceChanged: somebody has changed the file since; nothing was written.
            LockedError: it is open or checked out (423), with `save` `same`.
            ForbiddenError: it may only be read, with `save` `same`.
            InlaidError: see `integrations.graph.errors`.
        """
        if save == "copy":
            return self._copy("")
        try:
            return self._replace()
        except LockedError as error:
            if save == "same":
                raise LockedError(
                    f"{self.source.name} is open or checked out elsewhere.",
                    fix="Close it and try again, have a copy saved, or use Inlaid inside Word.",
                ) from error
            return self._copy(f"{self.source.name} is open or checked out elsewhere.")
        except ForbiddenError:
            if save == "same":
                raise
            return self._copy(f"You may read {self.source.name}, but not change it.")

    def _replace(self) -> Saved:
        now = self.files.again(self.source)
        if now.has_content_of(self.source.ctag, self.source.digest):
            try:
                now = self.files.replace(now, self.result)
            except ChangedError as error:
                raise self._changed() from error
        elif not self._is_ours(now):
            raise self._changed()
        return Saved(now.name, now.link)

    def _copy(self, reason: str) -> Saved:
        name = copy_name(self.source.name, self.job_id)
        try:
            made = self.files.create(self.source, name, self.result)
        except ChangedError:  # there is one: of an earlier try, since nobody else gives a file this name
            made = self.files.find(self.source, name)
        return Saved(made.name, made.link, is_copy=True, reason=reason)

    def _is_ours(self, now: DriveItem) -> bool:
        """Whether an earlier try wrote the file. SharePoint rewrites properties, so the bytes say nothing."""
        if self.result == self.original:
            return False
        try:
            there = read_document(self.files.download(now))
        except NotFoundError:
            return False
        ours = read_document(self.result)
        return (there.paragraphs, there.revisions) == (ours.paragraphs, ours.revisions)

    def _changed(self) -> SourceChanged:
        return SourceChanged(
            f"{self.source.name} was changed while Inlaid worked on it.", fix="Run it again on the new version."
        )


class DriveSurface:
    """See `core.ports.Surface`. The target is a `DriveTarget`.

    Args:
        files: gives what the person of a job reaches; by default through Graph.
    """

    def __init__(self, files: Callable[[Job, SurfaceContext], DriveFiles] | None = None) -> None:
        self._files = files or _on_behalf

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Download the document.

        Raises:
            InlaidError: it cannot be read: see `items` and `integrations.graph.errors`.
        """
        files, effects = self._files(job, context), context.effects
        item = files.by_link(DriveTarget.from_json(job.delivery).link)
        data = files.download(item)
        paragraphs = editable_paragraphs(data, AUTHOR)
        effects.intend(job, _source(job), asdict(item))
        effects.confirm(job, _source(job), asdict(item))
        effects.put_file(job, DocumentTarget.DOCUMENT_FILE, data)
        return {"paragraphs": paragraphs}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Write the tracked changes back; where that fails the result is still a file of the job.

        Raises:
            SourceChanged: the file is a new one; the work is done again on it.
            InlaidError: see `Saving.run`.
        """
        if job.state == "failed" or job.draft is None or job.finished_at is None:
            return
        effects = context.effects
        state, _ = effects.intend(job, _saved(job), {})
        if state == "confirmed":
            return
        original = effects.get_file(job, DocumentTarget.DOCUMENT_FILE)
        with speaking(str(job.delivery.get(SPOKEN, ENGLISH))):
            result = changed_document(original, job.draft.edits or (), job.finished_at)
        data = result.data or original
        effects.put_file(job, DocumentTarget.RESULT_FILE, data)
        source = DriveItem(**effects.get_detail(job, _source(job)))
        if result.data is None:
            effects.confirm(job, _saved(job), {"name": source.name, "link": source.link, "is_copy": False})
            return
        files = self._files(job, context)
        saved = Saving(files, source, original, data, job.id).run(DriveTarget.from_json(job.delivery).save)
        effects.confirm(job, _saved(job), saved.to_json())


def saved_of(job: Job, effects: Effects) -> JsonObject:
    """Return where the result of a delivered job was saved; empty when it was not."""
    return effects.get_detail(job, _saved(job))


def _source(job: Job) -> str:
    # By attempt: when the work is done again, on a new version, the old version counts no longer.
    return f"drive_source:{job.attempts}"


def _saved(job: Job) -> str:
    return f"drive_saved:{job.attempts}"


def _on_behalf(job: Job, context: SurfaceContext) -> DriveFiles:
    sign_in = make_sign_in(context.settings, context.records)
    token = sign_in.on_behalf_of(DriveTarget.from_json(job.delivery).assertion, SCOPES)
    return DriveFiles(Graph(context.settings.microsoft_graph_url, token))
