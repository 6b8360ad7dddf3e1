"""The documents for a person to open in Word are made, and the judges find nothing in them."""

from pathlib import Path

import pytest

from integrations.documents import read_document
from tests.integrations.documents.build import files_of
from tests.office.golden import GOLDEN, Golden, main
from tests.office.judges import SchemaJudge

pytestmark = pytest.mark.xdist_group("office")


def test_the_list_names_every_document(tmp_path: Path) -> None:
    main([str(tmp_path / "golden")])
    files = {path.name for path in (tmp_path / "golden").iterdir()}
    listed = (tmp_path / "golden" / "LOOK.md").read_text(encoding="utf-8")
    assert len(files) == len(GOLDEN) + 1
    assert all(name in listed for name in files if name.endswith(".docx"))


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)
def test_a_document_for_word_breaks_no_rule(golden: Golden, validator: SchemaJudge) -> None:
    before, after = golden.original(), golden.make()
    assert files_of(golden.make()) == files_of(after)
    assert read_document(after).revisions or read_document(after).comments
    assert not set(validator.faults(after)) - set(validator.faults(before))
