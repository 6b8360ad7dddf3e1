"""An Office package in memory: parts by name, relationships, content types; parsed only where it is looked at.

Strict (ISO 29500) documents differ in their namespaces alone. Their parts are read as transitional ones and
written back as strict, so that the engine knows one form.
"""

import copy
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from lxml import etree

from core.errors import DocumentError
from integrations.documents.package.archive import Archive, check_signature, check_text
from integrations.documents.package.xml_names import (
    COMPATIBILITY,
    CONTENT_TYPES,
    MC,
    PACKAGE_RELATIONSHIPS,
    RELATIONSHIPS,
)

_STRICT: Final = b"http://purl.oclc.org/ooxml/"
_STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TRANSITIONAL_OF = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    _STRICT_RELATIONSHIPS.encode(): RELATIONSHIPS.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
}
_STRICT_OF = {transitional: strict for strict, transitional in _TRANSITIONAL_OF.items()}
_NAMESPACE = re.compile(rb"(xmlns(?::[\w.-]+)?\s*=\s*[\"'])([^\"']+)(?=[\"'])")
_MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
}


@dataclass(frozen=True, slots=True)
class Relationship:
    """One row of a .rels part. `target` is a part name, or an address when `external`."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """A document that has passed the checks of the container. Raises DocumentError when it is not one of Word's."""

    def __init__(self, data: bytes) -> None:
        check_signature(data)
        self.archive = Archive(data)
        for name in self.archive.xml_names():
            check_text(name, self.archive.read(name))
        self._names = {name.lower(): name for name in self.archive.entries}
        self._roots: dict[str, etree._Element] = {}
        self._strict: set[str] = set()
        self._touched: set[str] = set()
        self._relationships: dict[str, list[Relationship]] = {}
        if "[content_types].xml" not in self._names:
            raise DocumentError("The file is a zip archive but not an Office document.")
        self.main_name = self._find_main()

    def has(self, name: str) -> bool:
        """Tell whether the part exists (part names are compared without case, ECMA-376 part 2, 6.2.2)."""
        return name.lower() in self._names

    def root(self, name: str) -> etree._Element:
        """Return the root element of a part, parsed at the first call."""
        name = self._names[name.lower()]
        if name not in self._roots:
            self._roots[name] = self._read(self.archive.read(name), name)
            self.archive.forget(name)
        return self._roots[name]

    def touch(self, name: str) -> None:
        """Mark a part as changed, so that `save` writes it."""
        self._touched.add(self._names[name.lower()])

    @property
    def touched(self) -> frozenset[str]:
        """The names of the parts that were changed or added."""
        return frozenset(self._touched)

    def add(self, name: str, root: etree._Element, content_type: str, kind: str) -> None:
        """Add a part and relate the main part to it."""
        self._names[name.lower()] = name
        self._roots[name] = root
        if self.main_name in self._strict:
            self._strict.add(name)
            kind = kind.replace(RELATIONSHIPS, _STRICT_RELATIONSHIPS)
        types = self.root("[Content_Types].xml")
        etree.SubElement(types, f"{{{CONTENT_TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)
        self.touch(name)
        self.touch("[Content_Types].xml")
        self._relate(name, kind)

    def free_name(self, stem: str) -> str:
        """Return a part name that is not in use, from one without its extension."""
        name, number = f"{stem}.xml", 1
        while self.has(name):
            number += 1
            name = f"{stem}{number}.xml"
        return name

    def declare(self, name: str, prefix: str, namespace: str) -> None:
        """Declare a namespace on the root of a part, as one that older programs may ignore."""
        old = self.root(name)
        if namespace in old.nsmap.values():
            return
        declared = {known: uri for known, uri in old.nsmap.items() if known}
        root = etree.Element(old.tag, nsmap={**declared, "mc": COMPATIBILITY, prefix: namespace})
        for attribute, value in old.items():
            root.set(attribute, value)
        root.set(MC.ignorable, f"{old.get(MC.ignorable) or ''} {prefix}".strip())
        root.text = old.text
        root.extend(list(old))
        self._roots[self._names[name.lower()]] = root

    def _relate(self, name: str, kind: str) -> None:
        rels_name = _rels_of(self.main_name)
        if not self.has(rels_name):
            self._names[rels_name.lower()] = rels_name
            self._roots[rels_name] = etree.fromstring(f'<Relationships xmlns="{PACKAGE_RELATIONSHIPS}"/>')
        rels = self.root(rels_name)
        used = {row.get("Id") for row in rels}
        number = next(n for n in range(1, len(used) + 2) if f"rId{n}" not in used)
        target = posixpath.relpath(name, posixpath.dirname(self.main_name) or ".")
        row = etree.SubElement(rels, f"{{{PACKAGE_RELATIONSHIPS}}}Relationship")
        row.set("Id", f"rId{number}")
        row.set("Type", kind)
        row.set("Target", target)
        self.touch(rels_name)
        self._relationships.pop(self.main_name, None)

    def relationships(self, source: str = "") -> list[Relationship]:
        """Return the relationships of a part, or of the package itself for ""."""
        if source not in self._relationships:
            name = _rels_of(source)
            rows = self.root(name) if self.has(name) else ()
            self._relationships[source] = [_relationship(row, source) for row in rows if isinstance(row.tag, str)]
        return self._relationships[source]

    def related(self, kind: str) -> list[str]:
        """Return the existing parts that the main part refers to by a relationship of this kind ("header")."""
        return [
            self._names[row.target.lower()]
            for row in self.relationships(self.main_name)
            if row.kind == kind and not row.external and self.has(row.target)
        ]

    def content_type(self, name: str) -> str:
        """Return the declared content type of a part, or "" if there is none."""
        wanted = f"/{name}".lower()
        extension = name.rpartition(".")[2].lower()
        fallback = ""
        for row in self.root("[Content_Types].xml"):
            if (row.get("PartName") or "").lower() == wanted:
                return row.get("ContentType") or ""
            if (row.get("Extension") or "").lower() == extension:
                fallback = row.get("ContentType") or ""
        return fallback

    def serialised(self) -> dict[str, bytes]:
        """Return the touched parts as they will be written."""
        return {name: self._serialise(name) for name in sorted(self._touched)}

    def replaced(self, parts: Mapping[str, bytes]) -> "Package":
        """Return a view of this package with some parts parsed again, to check what was written."""
        view = copy.copy(self)
        view._roots = {name: root for name, root in self._roots.items() if name not in parts}
        for name, raw in parts.items():
            view._roots[name] = view._read(raw, name)
        return view

    def packed(self, parts: Mapping[str, bytes]) -> bytes:
        """Return the file with these parts replaced and all others byte for byte as they were."""
        return self.archive.rewrite(parts)

    def _read(self, raw: bytes, name: str) -> etree._Element:
        if _STRICT in raw:
            raw = _swap_namespaces(raw, _TRANSITIONAL_OF)
            self._strict.add(name)
        return _parse(raw, name)

    def _serialise(self, name: str) -> bytes:
        raw = etree.tostring(self._roots[name].getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
        return _swap_namespaces(raw, _STRICT_OF) if name in self._strict else raw

    def _find_main(self) -> str:
        candidates = [row.target for row in self.relationships() if row.kind == "officeDocument"]
        declared = [row for row in self.root("[Content_Types].xml") if row.get("ContentType") in _MAIN_TYPES]
        candidates += [(row.get("PartName") or "").lstrip("/") for row in declared]
        for target in candidates:
            if self.has(target):
                name = self._names[target.lower()]
                _check_main(self.content_type(name), self.root(name))
                return name
        raise DocumentError("The file has no main document part; it is not a Word document, or it is damaged.")


def _check_main(content_type: str, root: etree._Element) -> None:
    for word, program in (("spreadsheet", "an Excel workbook"), ("presentation", "a PowerPoint presentation")):
        if word in content_type:
            raise DocumentError(f"The file is {program}, not a Word document.")
    if etree.QName(root).localname != "document":
        raise DocumentError("The file is not a Word document: its main part is of another kind.")


def _parse(raw: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"The part {name} is damaged: it is not well-formed XML (line {error.lineno}).") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(f"The part {name} declares a DOCTYPE, which Word never does; the file was not opened.")
    return root


def _swap_namespaces(raw: bytes, table: dict[bytes, bytes]) -> bytes:
    def swap(match: re.Match[bytes]) -> bytes:
        return match[1] + table.get(match[2], match[2])

    def swapped(opened: bytes) -> bytes:
        tag, close, text = opened.partition(b">")
        is_start = close and tag[:1].isalpha() and b"xmlns" in tag
        return _NAMESPACE.sub(swap, tag) + close + text if is_start else opened

    before, *opened = raw.split(b"<")
    return b"<".join([before, *map(swapped, opened)])


def _rels_of(source: str) -> str:
    folder, _, name = source.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _relationship(row: etree._Element, source: str) -> Relationship:
    target = row.get("Target") or ""
    external = row.get("TargetMode") == "External"
    if not external:
        target = unquote(target.partition("#")[0])
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")
    return Relationship(row.get("Id") or "", (row.get("Type") or "").rpartition("/")[2], target, external)
