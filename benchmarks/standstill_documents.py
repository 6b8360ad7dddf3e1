"""Uploads that once stopped everybody, and what the child process costs a small one."""

import io
import time
import zipfile

import psutil
import sqlalchemy as sa

from benchmarks.parsing_cost import BAR_MS, measure
from benchmarks.standstill_site import Site
from core.store.tables import model_calls

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOMB_PARAGRAPHS = 500_000
SMALL_CALLS = 20


def docx(body: str, *, before: str = "") -> bytes:
    """Return a document with this body; `before` stands before its first element."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", before + document)
    return buffer.getvalue()


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def upload(site: Site, data: bytes) -> dict[str, object]:
    """Return the request of an uploaded document, as the API makes it."""
    return {"delivery": {"kind": "document"}, "blobs": {"document.docx": data}, "inputs": {}, "person": "mallory"}


def doctype(site: Site) -> tuple[str, bool]:
    """Upload a document with 60 processing instructions before its first element, and have others work."""
    data = docx(paragraph("Hello there."), before="<?a?>" * 60)
    worker = site.worker()
    started = time.monotonic()
    hostile = [site.submit("proofread", **upload(site, data)) for _ in range(4)]
    others = site.ended(*[site.submit(inputs={"text": f"Job {number} is a text."}) for number in range(14)])
    others_seconds = time.monotonic() - started
    site.ended(*hostile)
    states = {job.state for job in site.ended(*hostile)}
    done = sum(job.state == "delivered" for job in others)
    said = f"4 such uploads ended {sorted(states)} in {time.monotonic() - started:.1f} s; others {done} of 14"
    is_good = done == len(others) and states <= {"delivered", "failed"} and worker.exit_code is None
    return f"{said} in {others_seconds:.1f} s, worker alive", is_good


def bomb(site: Site) -> tuple[str, bool]:
    """Upload half a million short paragraphs in some kilobytes."""
    data = docx(paragraph("ab cd") * BOMB_PARAGRAPHS)
    worker = site.worker()
    [warm] = site.ended(site.submit())
    process = psutil.Process(worker.pid)
    before = process.memory_info().rss
    started = time.monotonic()
    [job] = site.ended(site.submit("plain", **upload(site, data)))
    seconds = time.monotonic() - started
    statement = sa.select(sa.func.count()).select_from(model_calls).where(model_calls.c.job_id == job.id)
    with site.store.database.read() as connection:
        calls = connection.execute(statement).scalar_one()
    grown = (process.memory_info().rss - before) / 2**20
    error = (job.error or {}).get("message", "")
    said = f"{len(data) // 1024} KiB: {job.state} after {seconds:.1f} s, {calls} calls, worker {grown:+.0f} MB: {error}"
    return said, job.state == "failed" and calls == 0 and grown < 100 and warm.state == "delivered"


def small_file(_site: Site) -> tuple[str, bool]:
    """Read a page and a mail in this process and in a child."""
    found = measure(SMALL_CALLS)
    more = max(found["document_more_ms"], found["mail_more_ms"])
    said = f"document {found['document_more_ms']:.1f} ms more, mail {found['mail_more_ms']:.1f} ms more"
    return f"{said} (median of {SMALL_CALLS}); first call {found['first_call_ms']:.0f} ms", more <= BAR_MS
