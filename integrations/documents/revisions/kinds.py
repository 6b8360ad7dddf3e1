"""What tracked changes there are, and what each is called."""

from lxml import etree

from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, W, word

# ECMA-376 part 1, 17.13.5: every element that carries w:author and can be accepted or rejected.
_PROPERTY_CHANGES = {
    word("rPrChange"): "format",
    word("pPrChange"): "paragraph_format",
    word("sectPrChange"): "section_format",
    word("tblPrChange"): "table_format",
    word("tblPrExChange"): "table_format",
    word("trPrChange"): "row_format",
    word("tcPrChange"): "cell_format",
    word("tblGridChange"): "table_grid",
    word("numberingChange"): "numbering",
}
_CELL_CHANGES = {
    word("cellIns"): "cell_insertion",
    word("cellDel"): "cell_deletion",
    word("cellMerge"): "cell_merge",
}
_TEXT_CHANGES = {W.ins: "insertion", W.del_: "deletion", W.move_from: "move_from", W.move_to: "move_to"}
# Of a range only its start says who did it.
_MARKUP_CHANGES = {
    word("customXmlInsRangeStart"): "markup_insertion",
    word("customXmlDelRangeStart"): "markup_deletion",
    word("customXmlMoveFromRangeStart"): "markup_move_from",
    word("customXmlMoveToRangeStart"): "markup_move_to",
}
REVISION_KINDS = {**_TEXT_CHANGES, **_PROPERTY_CHANGES, **_CELL_CHANGES, **_MARKUP_CHANGES}


def mark_kind(element: etree._Element) -> str:
    """Return what a tracked change does, telling paragraph marks and table rows from text."""
    kind = REVISION_KINDS[element.tag]
    parent = element.getparent()
    if element.tag in INSERTIONS | DELETIONS and parent is not None:
        if parent.tag == W.r_pr:
            return f"paragraph_mark_{kind}"
        if parent.tag == W.tr_pr:
            return f"row_{kind}"
    return kind


def revision_text(element: etree._Element) -> str:
    """Return the text inside a tracked insertion or deletion, "" for changes of properties."""
    if element.tag not in _TEXT_CHANGES:
        return ""
    return "".join([node.text or "" for node in element.iter(W.t, W.del_text)])
