"""A paragraph that has lost its mark runs on into the next one, as in Word."""

from lxml import etree

from integrations.documents.package.xml_names import W
from integrations.documents.text.stories import next_paragraph


def run_on(p: etree._Element) -> None:
    """Let a paragraph that has lost its mark run on into the next one, if there is one."""
    following = next_paragraph(p)
    properties = p.find(W.p_pr)
    if following is None or (properties is not None and properties.find(W.sect_pr) is not None):
        return
    place = 0 if following.find(W.p_pr) is None else 1
    for child in reversed([child for child in p if child.tag != W.p_pr]):
        following.insert(place, child)
    parent = p.getparent()
    if parent is not None:
        parent.remove(p)
