"""Turns on the recording of changes, so that what a person edits next is tracked as well."""

from lxml import etree

from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W, word

# The elements that come before w:trackRevisions in CT_Settings (ECMA-376 part 1, 17.15.1.78).
_BEFORE = frozenset(
    word(name)
    for name in (
        "writeProtection",
        "view",
        "zoom",
        "removePersonalInformation",
        "removeDateAndTime",
        "doNotDisplayPageBoundaries",
        "displayBackgroundShape",
        "printPostScriptOverText",
        "printFractionalCharacterWidth",
        "printFormsData",
        "embedTrueTypeFonts",
        "embedSystemFonts",
        "saveSubsetFonts",
        "saveFormsData",
        "mirrorMargins",
        "alignBordersAndEdges",
        "bordersDoNotSurroundHeader",
        "bordersDoNotSurroundFooter",
        "gutterAtTop",
        "hideSpellingErrors",
        "hideGrammaticalErrors",
        "activeWritingStyle",
        "proofState",
        "formsDesign",
        "attachedTemplate",
        "linkStyles",
        "stylePaneFormatFilter",
        "stylePaneSortMethod",
        "documentType",
        "mailMerge",
        "revisionView",
    )
)
_TRACK = word("trackRevisions")


def turn_on_track_changes(package: Package) -> None:
    """Set w:trackRevisions in the settings part; a document without settings stays without."""
    names = package.related("settings")
    if not names:
        return
    settings = package.root(names[0])
    known = settings.find(_TRACK)
    if known is not None:
        if known.get(W.val) in ("0", "false", "off"):
            del known.attrib[W.val]
            package.touch(names[0])
        return
    place = sum(1 for child in settings if child.tag in _BEFORE)
    settings.insert(place, etree.Element(_TRACK))
    package.touch(names[0])
