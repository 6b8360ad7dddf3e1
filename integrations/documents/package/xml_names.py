"""Qualified XML names of the parts of WordprocessingML that the engine touches (ECMA-376 part 1, transitional)."""

from typing import Final

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
WORD_2012 = "http://schemas.microsoft.com/office/word/2012/wordml"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def word(local: str) -> str:
    """Return the qualified form of a name in the main WordprocessingML namespace."""
    return f"{{{WORD}}}{local}"


class W:
    """Elements and attributes in the main namespace, as lxml writes them."""

    alt_chunk = word("altChunk")
    annotation_ref = word("annotationRef")
    author = word("author")
    bdo = word("bdo")
    body = word("body")
    bookmark_end = word("bookmarkEnd")
    br = word("br")
    comment = word("comment")
    comment_range_end = word("commentRangeEnd")
    comment_range_start = word("commentRangeStart")
    comment_reference = word("commentReference")
    cr = word("cr")
    custom_xml = word("customXml")
    date = word("date")
    del_ = word("del")
    del_instr_text = word("delInstrText")
    del_text = word("delText")
    dir = word("dir")
    drawing = word("drawing")
    endnote_reference = word("endnoteReference")
    fld_char = word("fldChar")
    fld_char_type = word("fldCharType")
    fld_simple = word("fldSimple")
    footnote_reference = word("footnoteReference")
    hyperlink = word("hyperlink")
    id = word("id")
    initials = word("initials")
    ins = word("ins")
    instr = word("instr")
    instr_text = word("instrText")
    move_from = word("moveFrom")
    move_to = word("moveTo")
    no_break_hyphen = word("noBreakHyphen")
    num_pr = word("numPr")
    p = word("p")
    p_pr = word("pPr")
    p_style = word("pStyle")
    proof_err = word("proofErr")
    r = word("r")
    r_pr = word("rPr")
    r_pr_change = word("rPrChange")
    r_style = word("rStyle")
    color = word("color")
    sdt = word("sdt")
    sdt_content = word("sdtContent")
    sdt_pr = word("sdtPr")
    showing_plc_hdr = word("showingPlcHdr")
    sect_pr = word("sectPr")
    smart_tag = word("smartTag")
    soft_hyphen = word("softHyphen")
    t = word("t")
    tab = word("tab")
    tbl = word("tbl")
    tc = word("tc")
    tr = word("tr")
    tr_pr = word("trPr")
    type = word("type")
    u = word("u")
    txbx_content = word("txbxContent")
    val = word("val")
    vanish = word("vanish")


class MC:
    """Markup compatibility: the same content in two forms."""

    alternate_content = f"{{{COMPATIBILITY}}}AlternateContent"
    choice = f"{{{COMPATIBILITY}}}Choice"
    fallback = f"{{{COMPATIBILITY}}}Fallback"
    ignorable = f"{{{COMPATIBILITY}}}Ignorable"


INSERTIONS = frozenset({W.ins, W.move_to})
DELETIONS = frozenset({W.del_, W.move_from})
