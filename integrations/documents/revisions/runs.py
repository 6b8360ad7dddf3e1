"""Single runs: their formatting (w:rPr), creating and splitting them, deleted text and back."""

import copy
from itertools import groupby, pairwise

from lxml import etree

from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, XML_SPACE, W, word
from integrations.documents.revisions.revision_mark import RevisionMark

_TRACKED_TAGS = INSERTIONS | DELETIONS | {W.r_pr_change}
# What makes a link look like one; text outside of it takes the rest.
_LINK_FORMATTING = (W.r_style, W.color, W.u)
# The order that CT_RPr asks for (ECMA-376 part 1, 17.3.2.28); extensions and w:rPrChange come behind.
_ORDER = {
    word(name): place
    for place, name in enumerate(
        (
            "rStyle",
            "rFonts",
            "b",
            "bCs",
            "i",
            "iCs",
            "caps",
            "smallCaps",
            "strike",
            "dstrike",
            "outline",
            "shadow",
            "emboss",
            "imprint",
            "noProof",
            "snapToGrid",
            "vanish",
            "webHidden",
            "color",
            "spacing",
            "w",
            "kern",
            "position",
            "sz",
            "szCs",
            "highlight",
            "u",
            "effect",
            "bdr",
            "shd",
            "fitText",
            "vertAlign",
            "rtl",
            "cs",
            "em",
            "lang",
            "eastAsianLayout",
            "specVanish",
            "oMath",
        )
    )
}
_SIGN_TAGS = {"\t": W.tab, "\n": W.br, "\u2011": W.no_break_hyphen}
_WHITE = " \t\r\n"
_DELETED_FORMS = {W.t: W.del_text, W.instr_text: W.del_instr_text}


def in_schema_order(formatting: etree._Element) -> etree._Element:
    """Bring the properties into the order of the schema, so that a copy of a faulty run is not a second fault."""
    places = [_ORDER.get(child.tag, len(_ORDER)) for child in formatting]
    if any(place > following for place, following in pairwise(places)):
        formatting[:] = sorted(formatting, key=lambda child: _ORDER.get(child.tag, len(_ORDER)))
    return formatting


def plain_formatting(properties: etree._Element | None) -> etree._Element | None:
    """Return a copy of run properties without what tracks changes of them, or None if nothing is left."""
    if properties is None:
        return None
    formatting = etree.Element(W.r_pr)
    formatting.extend([copy.copy(child) for child in properties if child.tag not in _TRACKED_TAGS])
    return in_schema_order(formatting) if len(formatting) else None


def formatting_of(run: etree._Element, *, outside_link: bool = False) -> etree._Element | None:
    """Return the formatting of a run for new text beside it, or beside the link it is in."""
    formatting = plain_formatting(run.find(W.r_pr))
    if formatting is not None and outside_link:
        for child in [child for child in formatting if child.tag in _LINK_FORMATTING]:
            formatting.remove(child)
    return formatting


def is_hidden(run: etree._Element) -> bool:
    """Tell whether the run is set to hidden text."""
    properties = run.find(W.r_pr)
    vanish = None if properties is None else properties.find(W.vanish)
    return vanish is not None and vanish.get(W.val) not in ("0", "false", "off")


def new_run(text: str, formatting: etree._Element | None) -> etree._Element:
    """Return a run with this text; tabs, breaks and non-breaking hyphens become elements."""
    run = etree.Element(W.r)
    if formatting is not None:
        run.append(copy.copy(formatting))
    for tag, chars in groupby(text, _SIGN_TAGS.get):
        if tag is None:
            set_text(etree.SubElement(run, W.t), "".join(chars))
        else:
            for _ in chars:
                etree.SubElement(run, tag)
    return run


def set_text(node: etree._Element, text: str) -> None:
    """Set the text of a w:t so that no white space is lost."""
    node.text = text
    if text != text.strip() or "  " in text:
        node.set(XML_SPACE, "preserve")


def run_of(node: etree._Element) -> etree._Element:
    """Return the run around a node; an object directly in the paragraph counts as its own run."""
    parent = node.getparent()
    return parent if parent is not None and parent.tag == W.r else node


def top_child(node: etree._Element) -> etree._Element:
    """Return the child of the paragraph that holds a node."""
    parent = node.getparent()
    while parent is not None and parent.tag != W.p:
        node, parent = parent, parent.getparent()
    return node


def part_at(node: etree._Element, offset: int) -> etree._Element | None:
    """Return the node that begins `offset` characters behind the start of `node`, parting text; None at a run's end.

    Word hides white space at the ends of a w:t without xml:space. So a text is parted in a way that shows what was
    shown and hides what was hidden: white space that comes to an end gets a node of its own.
    """
    while offset and offset >= _width(node):
        offset -= _width(node)
        following = node.getnext()
        if following is None:
            return None
        node = following
    return _split_text(node, offset) if offset else node


def _width(node: etree._Element) -> int:
    return len(node.text or "") if node.tag == W.t else 1


def _split_text(node: etree._Element, offset: int) -> etree._Element:
    text = node.text or ""
    left, right = text[:offset], text[offset:]
    if node.get(XML_SPACE) == "preserve":
        stretches = [(left, True), (right, True)]
    else:
        before, after = left.rstrip(_WHITE), right.lstrip(_WHITE)
        stretches = [(before or left, False), (left[len(before) :] if before else "", True)]
        stretches += [(right[: len(right) - len(after)] if after else "", True), (after or right, False)]
    node.text = stretches[0][0]
    first: etree._Element | None = None
    last, reached = node, len(node.text)
    for stretch, shown in stretches[1:]:
        if not stretch:
            continue
        new = etree.Element(node.tag)
        new.text = stretch
        if shown:
            new.set(XML_SPACE, "preserve")
        last.addnext(new)
        last = new
        if first is None and reached == offset:
            first = new
        reached += len(stretch)
    assert first is not None
    return first


def bare_copy(element: etree._Element) -> etree._Element:
    """Return an element of the same name and attributes with nothing in it."""
    bare = etree.Element(element.tag)
    for name, value in element.items():
        bare.set(name, value)
    return bare


def split_before(node: etree._Element, revision_mark: RevisionMark) -> etree._Element:
    """Part the run around `node` in front of it; return the run that begins with it."""
    run = run_of(node)
    previous = node.getprevious()
    if run is node or previous is None or previous.tag == W.r_pr:
        return run
    rest = bare_copy(run)
    formatting = run.find(W.r_pr)
    if formatting is not None:
        own = in_schema_order(copy.copy(formatting))
        for change in own.iterchildren(W.r_pr_change):
            change.set(W.id, revision_mark.ids.take())
        rest.append(own)
    rest.extend([node, *node.itersiblings()])
    rest.tail, run.tail = run.tail, None
    run.addnext(rest)
    return rest


def mark_deleted(run: etree._Element) -> None:
    """Turn the text of a run into deleted text. Word refuses a file with w:t inside w:del."""
    for node in run:
        form = _DELETED_FORMS.get(node.tag)
        if form:
            node.tag = form


def mark_kept(run: etree._Element) -> None:
    """Turn deleted text back into text."""
    for node in run:
        if node.tag == W.del_text:
            node.tag = W.t
        elif node.tag == W.del_instr_text:
            node.tag = W.instr_text
