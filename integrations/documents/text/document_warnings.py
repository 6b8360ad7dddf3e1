"""Warnings about a file before anyone edits it. Nothing is ever fetched, run or removed."""

import re

from lxml import etree

from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W, word
from integrations.documents.text.document import Document, protection_lock

_RISKY_FIELDS = re.compile(r"^\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|LINK)\b", re.IGNORECASE)
_SOURCES = {
    "attachedTemplate": "a template",
    "image": "pictures",
    "frame": "frames",
    "oleObject": "linked objects",
    "subDocument": "subdocuments",
    "aFChunk": "imported text",
}


def document_warnings(document: Document) -> list[str]:
    """Return one sentence for each thing in the file that limits or endangers its use."""
    package = document.package
    return [
        *_active_content(package),
        *_protection(package, document.settings),
        *_outside(package),
        *_dangling(package),
        *_risky_fields(document),
        *_unreadable(package),
    ]


def _active_content(package: Package) -> list[str]:
    names = [name.lower() for name in package.archive.entries]
    found = []
    if "macroenabled" in package.content_type(package.main_name).lower() or any("vbaproject" in n for n in names):
        found.append("The document carries macros. They are kept as they are and never run.")
    if any("/activex/" in name for name in names):
        found.append("The document carries ActiveX controls. They are kept as they are.")
    if any("/embeddings/" in name for name in names):
        found.append("The document carries embedded objects. They are kept as they are.")
    if any(name.startswith("_xmlsignatures/") for name in names):
        found.append("The document is digitally signed. Any edit makes the signature invalid.")
    if any("labelinfo" in name for name in names) or _has_label(package):
        found.append("The document carries a sensitivity label. It is kept as it is.")
    return found


def _has_label(package: Package) -> bool:
    name = "docProps/custom.xml"
    return package.has(name) and any("MSIP_Label" in (row.get("name") or "") for row in package.root(name))


def _protection(package: Package, settings: etree._Element | None) -> list[str]:
    if settings is None:
        return []
    found = []
    lock = protection_lock(settings)
    protection = settings.find(word("documentProtection"))
    if lock:
        found.append(f"The text {lock}.")
    elif protection is not None and protection.get(word("edit")) == "trackedChanges":
        found.append("The document is protected so that every change is tracked.")
    if settings.find(word("writeProtection")) is not None:
        found.append("The author recommends opening the document as read-only.")
    return found


def _outside(package: Package) -> list[str]:
    kinds: set[str] = set()
    for name in package.archive.entries:
        folder, _, rels = name.rpartition("/")
        if folder.endswith("_rels") and rels.endswith(".rels"):
            source = f"{folder.removesuffix('_rels')}{rels.removesuffix('.rels')}"
            kinds |= {row.kind for row in package.relationships(source) if row.external}
    named = [sentence for kind, sentence in _SOURCES.items() if kind in kinds]
    return [f"The document refers to {', '.join(named)} outside of the file. Nothing is fetched."] if named else []


def _dangling(package: Package) -> list[str]:
    missing = [r for r in package.relationships(package.main_name) if not r.external and not package.has(r.target)]
    return [f"The document refers to {len(missing)} parts that are missing in the file."] if missing else []


def _risky_fields(document: Document) -> list[str]:
    found: set[str] = set()
    for part in {story.part for story in document.stories}:
        root = document.package.root(part)
        codes = [node.text or "" for node in root.iter(W.instr_text, W.del_instr_text)]
        codes += [node.get(W.instr) or "" for node in root.iter(W.fld_simple)]
        found |= {match[1].upper() for match in map(_RISKY_FIELDS.match, codes) if match}
    return [f"The document has {name} fields, which load content from elsewhere." for name in sorted(found)]


def _unreadable(package: Package) -> list[str]:
    root = package.root(package.main_name)
    found = []
    if next(root.iter(W.alt_chunk), None) is not None:
        found.append("The document imports text from another file (altChunk). That text cannot be read or edited.")
    if next(root.iter(word("subDoc")), None) is not None:
        found.append("The document is a master document. The text of its subdocuments cannot be read or edited.")
    return found
