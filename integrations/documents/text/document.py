"""A document opened for reading or editing: its stories, the addresses of their paragraphs, and warnings about it."""

import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from lxml import etree

from core.text.catalogues import N_
from integrations.documents.model import EditRejected
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W, word
from integrations.documents.text.stories import Story, StoryParagraph, scan_blocks, scan_notes, scan_text_boxes

_HASH_CHARS = 12
_COMMENT_LOCK = "stands in a comment; comments are answered, not edited"
# What Word itself does not let a person change ([ECMA-376] 17.15.1.29).
_PROTECTION_LOCKS = {
    "readOnly": N_("cannot be changed: the document is protected as read-only"),
    "comments": N_("cannot be changed: the document is protected so that only comments are allowed"),
    "forms": N_("cannot be changed: the document is protected so that only form fields are allowed"),
}
_CHANGED = "The paragraph has changed since it was read, or is gone. Read the document again."
_RISKY_FIELDS = frozenset(["DDEAUTO", "DDE", "INCLUDETEXT", "INCLUDEPICTURE", "LINK"])
_SOURCES = {
    "attachedTemplate": "a template",
    "image": "pictures",
    "frame": "frames",
    "oleObject": "linked objects",
    "subDocument": "subdocuments",
    "aFChunk": "imported text",
}


@dataclass(slots=True, eq=False)
class LocatedParagraph:
    """A paragraph of the current view with its address. `id` is the hash within a story while that is unique."""

    story: Story
    members: list[StoryParagraph]
    ordinal: int
    text: str
    hash: str
    id: str = ""


class Document:
    """All stories of a package, scanned once. Paragraph objects refer into the parsed trees."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.settings = self._settings()
        self.protection = protection_lock(self.settings)
        self.stories = list(scan_stories(package, self.protection))
        self.paragraphs = [located for story in self.stories for located in _locate(story)]

    @property
    def forbids_comments(self) -> str:
        """Why no comment may be added, or "" if one may."""
        return "" if self.protection == _PROTECTION_LOCKS["comments"] else self.protection

    def _settings(self) -> etree._Element | None:
        names = self.package.related("settings")
        return self.package.root(names[0]) if names else None


def scan_stories(package: Package, lock: str, only: frozenset[str] | None = None) -> Iterator[Story]:
    """Yield every story of the package, or those of the parts in `only`: body first, text boxes behind their part."""
    main = package.main_name
    rows: list[tuple[str, str]] = [(main, "body")]
    for kind in ("header", "footer"):
        stems = {part: posixpath.basename(part).rpartition(".")[0] for part in sorted(set(package.related(kind)))}
        unique = len(set(stems.values())) == len(stems)
        rows += [(part, stem if unique else part) for part, stem in stems.items()]
    for kind in ("footnotes", "endnotes", "comments"):
        rows += [(part, kind) for part in package.related(kind)[:1]]
    for part, name in rows:
        if only is None or part in only:
            yield from _scan_part(package.root(part), part, name, lock)


def _scan_part(root: etree._Element, part: str, name: str, lock: str) -> Iterator[Story]:
    if name == "body":
        body = root.find(W.body)
        if body is not None:
            yield scan_blocks(name, part, body, lock)
    elif name in ("footnotes", "endnotes", "comments"):
        yield scan_notes(name, part, root, _COMMENT_LOCK if name == "comments" else lock)
    else:
        yield scan_blocks(name, part, root, lock)
    boxes = scan_text_boxes("textboxes" if name == "body" else f"{name}-textboxes", part, root, lock)
    if boxes.members:
        yield boxes


def _locate(story: Story) -> Iterator[LocatedParagraph]:
    found = []
    for ordinal, members in enumerate(story.paragraphs("current")):
        text = "".join([member.current for member in members])
        found.append(LocatedParagraph(story, members, ordinal, text, text_hash(text)))
    counts = Counter(located.hash for located in found)
    for located in found:
        suffix = f":{located.ordinal}" if counts[located.hash] > 1 else ""
        located.id = f"{story.name}:{located.hash}{suffix}"
        yield located


def text_hash(text: str) -> str:
    """Return the hash of a paragraph's current text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_CHARS]


def protection_lock(settings: etree._Element | None) -> str:
    """Return why a protected document may not be edited, or "" if it may."""
    protection = None if settings is None else settings.find(word("documentProtection"))
    if protection is None or protection.get(word("enforcement")) not in ("1", "true", "on"):
        return ""
    return _PROTECTION_LOCKS.get(protection.get(word("edit")) or "", "")


class ParagraphLookup:
    """All paragraphs of the current view by id, and by story and hash."""

    def __init__(self, paragraphs: Sequence[LocatedParagraph]) -> None:
        self._by_id = {located.id: located for located in paragraphs}
        self._by_hash: dict[tuple[str, str], list[LocatedParagraph]] = {}
        for located in paragraphs:
            self._by_hash.setdefault((located.story.name, located.hash), []).append(located)

    def find(self, paragraph_id: str, known_hash: str = "") -> LocatedParagraph:
        """Return the paragraph with this id and text.

        Raises:
            EditRejected: there is none, it has changed, or several could be meant.
        """
        story, _, rest = paragraph_id.partition(":")
        wanted = rest.partition(":")[0]
        if not wanted:
            raise EditRejected(f'There is no paragraph with the id "{paragraph_id[:60]}".')
        if known_hash and known_hash != wanted:
            raise EditRejected(_CHANGED)
        if paragraph_id in self._by_id:
            return self._by_id[paragraph_id]
        candidates = self._by_hash.get((story, wanted), [])
        if not candidates:
            raise EditRejected(_CHANGED)
        if len(candidates) > 1:
            raise EditRejected("Several paragraphs have the text that this id stands for. Read the document again.")
        return candidates[0]


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
        found.append(N_("The document carries macros. They are kept as they are and never run."))
    if any("/activex/" in name for name in names):
        found.append(N_("The document carries ActiveX controls. They are kept as they are."))
    if any("/embeddings/" in name for name in names):
        found.append(N_("The document carries embedded objects. They are kept as they are."))
    if any(name.startswith("_xmlsignatures/") for name in names):
        found.append(N_("The document is digitally signed. Any edit makes the signature invalid."))
    if any("labelinfo" in name for name in names) or _has_label(package):
        found.append(N_("The document carries a sensitivity label. It is kept as it is."))
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
        found.append(N_(f"The text {lock}."))
    elif protection is not None and protection.get(word("edit")) == "trackedChanges":
        found.append(N_("The document is protected so that every change is tracked."))
    if settings.find(word("writeProtection")) is not None:
        found.append(N_("The author recommends opening the document as read-only."))
    return found


def _outside(package: Package) -> list[str]:
    kinds: set[str] = set()
    for name in package.archive.entries:
        folder, _, rels = name.rpartition("/")
        if folder.endswith("_rels") and rels.endswith(".rels"):
            source = f"{folder.removesuffix('_rels')}{rels.removesuffix('.rels')}"
            kinds |= {row.kind for row in package.relationships(source) if row.external}
    named = [sentence for kind, sentence in _SOURCES.items() if kind in kinds]
    return [N_(f"The document refers to {', '.join(named)} outside of the file. Nothing is fetched.")] if named else []


def _dangling(package: Package) -> list[str]:
    missing = [r for r in package.relationships(package.main_name) if not r.external and not package.has(r.target)]
    if len(missing) == 1:
        return [N_("The document refers to 1 part that is missing in the file.")]
    return [N_(f"The document refers to {len(missing)} parts that are missing in the file.")] if missing else []


def _risky_fields(document: Document) -> list[str]:
    found: set[str] = set()
    for part in {story.part for story in document.stories}:
        root = document.package.root(part)
        codes = [node.text or "" for node in root.iter(W.instr_text, W.del_instr_text)]
        codes += [node.get(W.instr) or "" for node in root.iter(W.fld_simple)]
        found |= {"".join(takewhile(str.isalpha, code.lstrip())).upper() for code in codes} & _RISKY_FIELDS
    return [N_(f"The document has {name} fields, which load content from elsewhere.") for name in sorted(found)]


def _unreadable(package: Package) -> list[str]:
    root = package.root(package.main_name)
    found = []
    if next(root.iter(W.alt_chunk), None) is not None:
        found.append(N_("The document imports text from another file (altChunk). That text cannot be read or edited."))
    if next(root.iter(word("subDoc")), None) is not None:
        found.append(N_("The document is a master document. The text of its subdocuments cannot be read or edited."))
    return found
