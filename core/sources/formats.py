"""Which format a file has: by its first bytes, and by the suffix of its name where those do not say.

Only looks: the readers are in the table of `integrations.registry`, and run in a child process.
"""

from pathlib import PurePosixPath

from core.errors import DocumentError
from core.text.catalogues import N_

# Read whole into memory, and once more by its reader.
MAX_FILE_BYTES = 100 * 2**20
SUFFIXES: dict[str, str] = {
    ".csv": "csv",
    ".docm": "docx",
    ".docx": "docx",
    ".dotm": "docx",
    ".dotx": "docx",
    ".eml": "eml",
    ".htm": "html",
    ".html": "html",
    ".markdown": "markdown",
    ".mbox": "mbox",
    ".md": "markdown",
    ".msg": "msg",
    ".pdf": "pdf",
    ".potx": "pptx",
    ".ppsx": "pptx",
    ".pptm": "pptx",
    ".pptx": "pptx",
    ".rst": "text",
    ".text": "text",
    ".tsv": "csv",
    ".txt": "text",
    ".xhtml": "html",
    ".xlsm": "xlsx",
    ".xlsx": "xlsx",
    ".xltx": "xlsx",
}
# What people keep their documents in and no reader here reads: they hear of each such file, with what to do.
REFUSED: dict[str, str] = {
    ".doc": "Save it as .docx.",
    ".key": "Save it as .pptx or .pdf.",
    ".numbers": "Save it as .xlsx.",
    ".odp": "Save it as .pptx or .pdf.",
    ".ods": "Save it as .xlsx.",
    ".odt": "Save it as .docx.",
    ".pages": "Save it as .docx or .pdf.",
    ".ppt": "Save it as .pptx.",
    ".rtf": "Save it as .docx.",
    ".xls": "Save it as .xlsx.",
}
# Pictures, of which some show text: it is not read, see DECISIONS 343.
PICTURES = frozenset({".bmp", ".gif", ".heic", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
PICTURE = N_("This is a picture; text in pictures is not read.")
RECOGNISE = N_("Run text recognition (OCR) on it, which scanners and PDF programs can do, and connect the PDF.")
_ZIP, _OLE, _PDF, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"{\\rtf"
_PDF_HEAD_BYTES = 1024
_TEXTS = {"csv", "eml", "html", "markdown", "mbox", "text"}
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
# The names within an archive stand there as they are; those within Microsoft's older container as UTF-16.
_PARTS = {b"word/document": "docx", b"ppt/presentation": "pptx", b"xl/workbook": "xlsx"}
_STREAMS = {"__substg1.0_": "msg", "WordDocument": ".doc", "PowerPoint Document": ".ppt", "Workbook": ".xls"}
_FIX = "Connect Word, PDF, PowerPoint, Excel, web, text or mail files."


def suffix_of(file_name: str) -> str:
    """Return the suffix of a name, in small letters with its dot."""
    return PurePosixPath(file_name.replace("\\", "/")).suffix.lower()


def is_document(file_name: str) -> bool:
    """Whether a file is one that people keep documents in, by its name; some are refused with what to do."""
    suffix = suffix_of(file_name)
    return suffix in SUFFIXES or suffix in REFUSED


def is_packed(data: bytes) -> bool:
    """Whether the bytes are those of a document that is no plain text: of Office, a PDF or RTF."""
    return data.startswith((_ZIP, _OLE, _RTF)) or _PDF in data[:_PDF_HEAD_BYTES]


def is_picture(file_name: str) -> bool:
    """Whether a file is a picture, by its name."""
    return suffix_of(file_name) in PICTURES


def format_of(data: bytes, file_name: str) -> str:
    """Return the format of a file, a value of `SUFFIXES`.

    Raises:
        DocumentError: it is empty, too large, encrypted, an archive, or of a kind that is not read.
    """
    if not data.strip():
        raise DocumentError("This file is empty.", fix="Nothing to do, unless it should contain something.")
    check_size(len(data))
    if _PDF in data[:_PDF_HEAD_BYTES]:
        return "pdf"
    suffix = suffix_of(file_name)
    if data.startswith(_ZIP):
        return _archived(data, suffix)
    if data.startswith(_OLE):
        return _contained(data, suffix)
    return _text_format(data, suffix)


def belied(read_as: str, file_name: str) -> str:
    """Return a sentence on a file that is no such file as its name says, and was read as a text; "" for all others."""
    suffix = suffix_of(file_name)
    if read_as not in {"text", "html"} or SUFFIXES.get(suffix, read_as) in _TEXTS:
        return ""
    return N_(f"This is a text, and no {suffix} file; it is read as it stands.")


def check_size(size_bytes: int) -> None:
    """Refuse a file that is too large to be read.

    Raises:
        DocumentError: it is.
    """
    if size_bytes > MAX_FILE_BYTES:
        raise DocumentError(
            f"This file has {size_bytes / 2**20:,.0f} MB; {MAX_FILE_BYTES // 2**20} MB can be read.",
            fix="Split it, or save it without its pictures.",
        )


def _archived(data: bytes, suffix: str) -> str:
    for part, name in _PARTS.items():
        if part in data:
            return name
    if b"mimetypeapplication/vnd.oasis.opendocument" in data[:200]:
        raise DocumentError("This is a file of OpenDocument.", fix="Save it as .docx, .xlsx, .pptx or .pdf.")
    _refuse_kind(suffix)
    raise DocumentError("This is an archive; archives are not opened.", fix="Unpack it, and connect what is in it.")


def _contained(data: bytes, suffix: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise DocumentError("This file is protected with a password.", fix="Save it without the password.")
    for stream, name in _STREAMS.items():
        if stream.encode("utf-16-le") in data:
            if name in REFUSED:
                raise DocumentError("This is a file of an Office before 2007.", fix=REFUSED[name])
            return name
    _refuse_kind(suffix)
    raise DocumentError("This file is of a kind that is not read.", fix=_FIX)


def _refuse_kind(suffix: str) -> None:
    if suffix in PICTURES:
        raise DocumentError(PICTURE, fix=RECOGNISE)
    if suffix in REFUSED:
        raise DocumentError(f"Files of the kind {suffix} are not read.", fix=REFUSED[suffix])


def _text_format(data: bytes, suffix: str) -> str:
    name = SUFFIXES.get(suffix, "")
    if data.startswith(_RTF):
        raise DocumentError("This is a file of Rich Text.", fix=REFUSED[".rtf"])
    _refuse_kind(suffix)
    if b"\0" in data[:100_000] and not data.startswith(_BYTE_ORDER_MARKS):
        reason = f"This is no {suffix} file, or it is damaged." if name else "This file is of a kind that is not read."
        raise DocumentError(reason, fix=_FIX)
    if name in _TEXTS:
        return name
    head = data[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if head.startswith((b"<!doctype html", b"<html")) else "text"
