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
def test_a_document_for_word_is_the_same_every_time_and_changed(golden: Golden) -> None:
    after = golden.make()
    assert files_of(golden.make()) == files_of(after)
    assert read_document(after).revisions or read_document(after).comments


@pytest.mark.parametrize("golden", [one for one in GOLDEN if one.source], ids=lambda golden: golden.name)
def test_a_document_for_word_breaks_no_new_rule(golden: Golden, validator: SchemaJudge) -> None:
    assert not set(validator.faults(golden.make())) - set(validator.faults(golden.original()))


# The validator needs a second for each of these, for python-docx's many styles; two of the five will do.
@pytest.mark.parametrize("golden", GOLDEN[3:5], ids=lambda golden: golden.name)
def test_a_letter_for_word_breaks_no_rule(golden: Golden, validator: SchemaJudge) -> None:
    assert validator.faults(golden.make()) == []
