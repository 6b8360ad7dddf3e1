"""What surfaces are called, those of other packages among them."""

from pathlib import Path

import pytest

from core.surfaces import OF_INLAID, known_surfaces, unknown_surface


def test_a_package_that_brings_a_surface_makes_its_name_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert known_surfaces() == [*OF_INLAID]
    assert unknown_surface("slack") == ""
    assert unknown_surface("notez").startswith("there is no surface notez; known are api")
    (tmp_path / "notes-1.dist-info").mkdir()
    (tmp_path / "notes-1.dist-info" / "entry_points.txt").write_text("[inlaid.integrations]\nnotes = notes:Notes\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert known_surfaces() == [*OF_INLAID, "notes"]
    assert unknown_surface("notez") == "there is no surface notez; did you mean notes?"
