"""Builds small .docx files from XML, and looks at what became of them in ways that share no code with the engine."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from integrations.documents import (
    ApplyResult,
    DocumentEdit,
    ViewParagraph,
    apply_edits,
    read_document,
    resolve_revisions,
)

BOT = "Bot"
DATE = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" mc:Ignorable="w14 w15"'
)
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MAIN_TYPE = f"{CONTENT}.document.main+xml"
SETTINGS = f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/></w:settings>'
STYLES = (
    f"<w:styles {NAMESPACES}>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/>'
    '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="character" w:styleId="CommentReference"><w:name w:val="annotation reference"/></w:style>'
    "</w:styles>"
)
CORPUS = Path(__file__).parent / "corpus"
CORPUS_FILES = sorted(CORPUS.glob("*.docx"))


def run(text: str, look: str = "") -> str:
    """Return a run; `look` is the inner XML of its properties."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escaped}</w:t></w:r>'


def p(*content: str, properties: str = "") -> str:
    """Return a paragraph."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(content)}</w:p>"


def ins(*content: str, author: str = "Ann", number: int = 900) -> str:
    """Return a tracked insertion."""
    return f'<w:ins w:id="{number}" w:author="{author}" w:date="2026-01-01T00:00:00Z">{"".join(content)}</w:ins>'


def deleted(text: str, author: str = "Ann", number: int = 901) -> str:
    """Return a tracked deletion."""
    content = run(text).replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ")
    return f'<w:del w:id="{number}" w:author="{author}" w:date="2026-01-01T00:00:00Z">{content}</w:del>'


def field(code: str, result: str) -> str:
    """Return a complex field."""
    char = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return char.format("begin") + instruction + char.format("separate") + result + char.format("end")


def table(*rows: Iterable[str]) -> str:
    """Return a table of cells given as inner XML."""
    body = "".join(f"<w:tr>{''.join(f'<w:tc><w:tcPr/>{cell}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{body}</w:tbl>"


def document(*body: str, parts: Mapping[str, tuple[str, str]] | None = None, **options: str) -> bytes:
    """Return a package with this body.

    Args:
        body: XML inside w:body.
        parts: further parts related to the main one: name -> (relationship type's last word, XML).
        options: `main_name`, `main_type`, `relationships` (rows of the main part), `settings`, `styles` ("" for none).
    """
    name = options.get("main_name", "word/document.xml")
    folder, _, file = name.rpartition("/")
    related: dict[str, tuple[str, str]] = {}
    for kind, default in (("settings", SETTINGS), ("styles", STYLES)):
        if content := options.get(kind, default):
            related[f"{folder}/{kind}.xml"] = (kind, content)
    related |= parts or {}
    types = "".join(
        f'<Override PartName="/{part.lstrip("/")}" ContentType="{CONTENT}.{kind}+xml"/>'
        for part, (kind, _) in related.items()
    )
    rows = "".join(
        f'<Relationship Id="rIdP{number}" Type="{RELATIONSHIPS}/{kind}" Target="/{part.lstrip("/")}"/>'
        for number, (part, (kind, _)) in enumerate(related.items())
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/{name}" ContentType="{options.get("main_type", MAIN_TYPE)}"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONSHIPS}/officeDocument" Target="{name}"/></Relationships>',
        name: f"<w:document {NAMESPACES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        f"{folder}/_rels/{file}.rels": f'<Relationships xmlns="{package}/relationships">{rows}'
        f"{options.get('relationships', '')}</Relationships>",
        **{part: content for part, (_, content) in related.items()},
    }
    return archive({key.lstrip("/"): value.encode() for key, value in files.items()})


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


def files_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def body_of(data: bytes, name: str = "word/document.xml") -> str:
    """Return a part as text, without namespace declarations."""
    return re.sub(r' xmlns:\w+="[^"]*"', "", files_of(data)[name].decode())


def texts(data: bytes) -> list[str]:
    """Return the current text of all paragraphs."""
    return [paragraph.text for paragraph in read_document(data).paragraphs]


def find(data: bytes, beginning: str) -> ViewParagraph:
    """Return the one paragraph that begins with these words."""
    paragraphs = read_document(data).paragraphs
    (found,) = [
        paragraph
        for paragraph in paragraphs
        if paragraph.text.startswith(beginning) and bool(paragraph.text) == bool(beginning)
    ]
    return found


def edit(data: bytes, beginning: str, **wish: str) -> ApplyResult:
    """Apply one edit of the paragraph that begins with these words."""
    return apply(data, DocumentEdit(id=find(data, beginning).id, **wish))  # type: ignore[arg-type]


def apply(data: bytes, *edits: DocumentEdit, author: str = BOT, strict: bool = False) -> ApplyResult:
    """Apply edits as Bot."""
    return apply_edits(data, edits, author=author, date=DATE, strict=strict)


def shape(data: bytes, part: str = "word/document.xml", known: str | None = None) -> list[object]:
    """Return what one sees of a part: every element in order, with neighbours of the same look or insertion joined.

    With `known` (the XML of an earlier state) the anchors of comments that were not in it are left out.
    """
    root = etree.fromstring(files_of(data)[part])
    tags = [f"{{{W}}}{name}" for name in ("commentRangeStart", "commentRangeEnd", "commentReference")]
    for mark in list(root.iter(*tags)) if known is not None else ():
        name, number = etree.QName(mark).localname, mark.get(f"{{{W}}}id")
        if f'<w:{name} w:id="{number}"' not in (known or ""):
            _remove(mark)
    return [_shape(root)]


def _remove(mark: etree._Element) -> None:
    parent = mark.getparent()
    assert parent is not None
    parent.remove(mark)
    above = parent.getparent()
    if parent.tag == f"{{{W}}}r" and above is not None:
        above.remove(parent)


def _shape(element: etree._Element) -> object:
    children: list[object] = []
    for child in element:
        if child.tag == f"{{{W}}}r":
            _append(children, list(_run_shape(child)))
        elif isinstance(child.tag, str) and child.tag != f"{{{W}}}proofErr":
            _append(children, _shape(child))
    skipped = ("rsid", "paraId", "}id") if element.tag == f"{{{W}}}ins" else ("rsid", "paraId")
    attributes = {k: v for k, v in element.items() if not any(name in k for name in skipped)}
    name = etree.QName(element).localname
    if name in ("pPr", "rPr") and not children:
        return None
    return [name, attributes, (element.text or "").strip(), children]


def _append(children: list[object], child: object) -> None:
    """Add a child; join it to the one before when both are runs of one look or parts of one insertion."""
    before = children[-1] if children else None
    if child is None:
        return
    if isinstance(before, list) and isinstance(child, list) and len(before) == len(child) and before[0] == child[0]:
        if len(child) == 2:
            before[1] = _joined(before[1], child[1])
            return
        if child[0] == "ins" and before[1] == child[1]:
            for inner in child[3]:
                _append(before[3], inner)
            return
    children.append(child)


def _run_shape(run_element: etree._Element) -> tuple[str, list[str]]:
    look = run_element.find(f"{{{W}}}rPr")
    content: list[str] = []
    for child in run_element:
        if child.tag == f"{{{W}}}rPr":
            continue
        text = child.text if child.tag == f"{{{W}}}t" else str(_shape(child))
        content = _joined(content, [text or ""]) if child.tag == f"{{{W}}}t" else [*content, f"\0{text}"]
    return ("" if look is None else etree.tostring(look, with_tail=False).decode()), content


def _joined(one: list[str], other: list[str]) -> list[str]:
    if one and other and not one[-1].startswith("\0") and not other[0].startswith("\0"):
        return [*one[:-1], one[-1] + other[0], *other[1:]]
    return [*one, *other]


def changed(data: bytes, result: ApplyResult, part: str = "word/document.xml") -> bytes:
    """Return the edited file after checking it: all applied, undoing restores text and formatting, texts are plain.

    The proof inside the engine is not relied on: the shape of the XML after rejecting is compared with the original.
    """
    assert result.data is not None, result.results
    assert [one.status for one in result.results] == ["applied"] * len(result.results), result.results
    undone = resolve_revisions(result.data, accept=False, author=BOT)
    assert shape(undone, part, known=body_of(data, part)) == shape(data, part)
    content = files_of(result.data)[part].decode()
    root = etree.fromstring(content.encode())
    assert not root.xpath("//w:del//w:t | //w:ins//w:ins[not(ancestor::w:pPr)]", namespaces={"w": W})
    ids = re.findall(r'<w:(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange) [^>]*w:id="(\d+)"', content)
    assert len(ids) == len(set(ids))
    return result.data


def accepted(data: bytes) -> bytes:
    """Return the file after accepting everything."""
    return resolve_revisions(data, accept=True)


def refusal(result: ApplyResult) -> str:
    """Return why the only edit was refused."""
    assert result.data is None
    assert [one.status for one in result.results] == ["refused"]
    return result.results[0].reason
