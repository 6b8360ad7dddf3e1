"""The names of elements are those of the standard, each under its own name here, so that none is written wrong."""

import re

import pytest
from lxml import etree

from integrations.documents.package.xml_names import COMPATIBILITY, DELETIONS, INSERTIONS, MC, WORD, W, word


@pytest.mark.parametrize(("names", "namespace"), [(W, WORD), (MC, COMPATIBILITY)], ids=["main", "compatibility"])
def test_each_name_is_the_local_name_in_its_namespace(names: type, namespace: str) -> None:
    for name, value in vars(names).items():
        if not name.startswith("__"):
            qualified = etree.QName(value)
            assert qualified.namespace == namespace
            assert re.sub(r"(?<!^)(?=[A-Z])", "_", qualified.localname).lower() == name.removesuffix("_")


def test_a_name_is_what_lxml_calls_the_element() -> None:
    paragraph = etree.fromstring(f'<w:p xmlns:w="{WORD}"><w:ins/><w:moveFrom/></w:p>')
    assert [paragraph.tag, *(child.tag for child in paragraph)] == [W.p, W.ins, W.move_from]
    assert word("p") == W.p


def test_what_is_inserted_is_not_deleted() -> None:
    assert not INSERTIONS & DELETIONS
