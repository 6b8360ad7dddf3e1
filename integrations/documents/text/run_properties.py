"""Run properties (w:rPr): the formatting of a run, copied for new text beside it."""

import copy
from itertools import pairwise

from lxml import etree

from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, W, word

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


def in_schema_order(formatting: etree._Element) -> etree._Element:
    """Bring the properties into the order of the schema, so that a copy of a faulty run is not a second fault."""
    places = [_ORDER.get(child.tag, len(_ORDER)) for child in formatting]
    if any(place > following for place, following in pairwise(places)):
        formatting[:] = sorted(formatting, key=lambda child: _ORDER.get(child.tag, len(_ORDER)))
    return formatting


def plain_formatting(properties: etree._Element | None) -> etree._Element | None:
    """Return a copy of run properties without what tracks changes of them; None when nothing is left."""
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
