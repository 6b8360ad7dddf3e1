"""The XML manifest: what Office refuses is found here, because its own check is a service."""

import re

import pytest

from integrations.word.manifest import Installation
from integrations.word.manifest_xml import to_xml
from tests.integrations.word.installations import PLAIN, SIGNED
from tests.integrations.word.manifest_checks import manifest_problems


@pytest.mark.parametrize("installation", [PLAIN, SIGNED])
def test_the_xml_manifest_is_in_order(installation: Installation) -> None:
    assert manifest_problems(to_xml(installation)) == []


@pytest.mark.parametrize(
    ("pattern", "replacement", "problem"),
    [
        (r"  <Version>.*\n(  <ProviderName>.*\n)", r"\1  <Version>1.1.0.0</Version>\n", "not in order"),
        (r"<Id>[^<]*</Id>", "<Id>inlaid</Id>", "not a GUID"),
        (r"<Version>[^<]*", "<Version>1.1.0", "four numbers"),
        (r"https://(inlaid[^\"]*icon-32)", r"http://\1", "not https"),
        (r'resid="ProofreadUrl"', 'resid="Nowhere"', "does not exist"),
        (r' id="ProofreadTip"', f' id="{"x" * 33}"', "longer than 32"),
        (r' id="ProofreadTip"', ' id="ShortenTip"', "defined twice"),
        (r'id="RibbonShorten"', 'id="RibbonProofread"', "same id"),
        (r' +<bt:Image size="80" resid="Icon80"/>\n', "", "lacks one of the sizes"),
        (r"api://inlaid.example.com:8443/", "api://elsewhere/", "does not bear the host"),
        (r"  <Permissions>.*\n", "", "lacks Permissions"),
        (r"</Hosts>", "", "well-formed"),
        (r"<Permissions>", "<Rights/><Permissions>", "holds Rights"),
        (r'id="TabReviewWord"', 'id="TabReview"', "Word has no tab TabReview"),
        (r'id="TabReviewWord"', 'id="TabOutlining"', "Word on the web has no tab"),
        (r'id="ContextMenuText"', 'id="ContextMenuCell"', "Word has no menu"),
        (r'( *<Control xsi:type="Button" id=")Ribbon', r'\1Seventh"/>\n\1Ribbon', "more than 6 controls"),
    ],
)
def test_a_fault_in_the_xml_manifest_is_found(pattern: str, replacement: str, problem: str) -> None:
    text, count = re.subn(pattern, replacement, to_xml(SIGNED), count=1)
    assert count == 1
    assert any(problem in found for found in manifest_problems(text)), manifest_problems(text)


def test_an_address_with_signs_of_markup_stays_an_address() -> None:
    installation = Installation('https://inlaid.example.com/a&b"<c>', "", "1.1.0")
    assert manifest_problems(to_xml(installation)) == []
