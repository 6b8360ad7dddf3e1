"""Tracked changes of custom XML markup and content controls: the wrapper was inserted, deleted or moved, not its text.

A range stands around the start tag, the end tag or all of a w:customXml, w:sdt or w:smartTag (ECMA-376 part 1,
17.13.5.4 to 17.13.5.11). Undoing an insertion takes the wrapper away and leaves what is in it.
"""

from collections.abc import Sequence

from lxml import etree

from integrations.documents.package.xml_names import W, word

_KINDS = {"Ins": True, "Del": False, "MoveTo": True, "MoveFrom": False}
# Start tag -> end tag, and whether accepting keeps the wrapper.
RANGES = {word(f"customXml{k}RangeStart"): (word(f"customXml{k}RangeEnd"), keeps) for k, keeps in _KINDS.items()}
_WRAPPERS = (W.custom_xml, W.sdt, W.smart_tag)
_PROPERTIES = frozenset(word(name) for name in ("customXmlPr", "smartTagPr", "sdtPr", "sdtEndPr"))


def resolve_ranges(root: etree._Element, starts: Sequence[etree._Element], *, accept: bool) -> None:
    """Make tracked changes of markup final or undo them, and take out their marks."""
    chosen = {(RANGES[start.tag][0], start.get(W.id)): start for start in starts}
    gone = {wrapper: None for wrapper, start in _wrappers(root, set(starts)) if accept != RANGES[start.tag][1]}
    for wrapper in gone:
        _unwrap(wrapper)
    ends = [end for end in root.iter(*(tag for tag, _ in RANGES.values())) if (end.tag, end.get(W.id)) in chosen]
    for mark in (*starts, *ends):
        parent = mark.getparent()
        if parent is not None:
            parent.remove(mark)


def _wrappers(root: etree._Element, starts: set[etree._Element]) -> list[tuple[etree._Element, etree._Element]]:
    """Return each wrapper with a range that has its start or end tag inside."""
    found = []
    opened: dict[tuple[str, str | None], etree._Element] = {}
    ends = {tag for tag, _ in RANGES.values()}
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=(*RANGES, *ends, *_WRAPPERS)):
        if element.tag in _WRAPPERS:
            found += [(element, start) for start in opened.values()]
        elif event == "end":
            continue
        elif element in starts:
            opened[RANGES[element.tag][0], element.get(W.id)] = element
        else:
            opened.pop((element.tag, element.get(W.id)), None)
    return found


def _unwrap(wrapper: etree._Element) -> None:
    parent = wrapper.getparent()
    assert parent is not None
    for child in list(wrapper):
        if child.tag == W.sdt_content:
            for inner in list(child):
                wrapper.addprevious(inner)
        elif child.tag not in _PROPERTIES:
            wrapper.addprevious(child)
    parent.remove(wrapper)
