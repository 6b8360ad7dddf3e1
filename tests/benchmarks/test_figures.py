"""The page of figures names every script that prints one, and it and its history only what is there."""

import re
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
# They run inside others.
PARTS = {"counting_imap", "instant_model", "redline_peer_runs", "redline_tasks", "surfaces_console"}


def test_every_script_stands_on_the_page_of_figures() -> None:
    page = (BENCHMARKS / "README.md").read_text()
    scripts = {file.stem for file in BENCHMARKS.glob("*.py") if "__main__" in file.read_text()} - PARTS
    assert len(scripts) > 20
    assert {name for name in scripts if f"`{name}`" not in page and f"`{name} " not in page} == set()


@pytest.mark.parametrize("name", ["README.md", "HISTORY.md"])
def test_what_a_page_of_figures_reads_or_links_is_there(name: str) -> None:
    page = (BENCHMARKS / name).read_text()
    read = {BENCHMARKS.parent / path for path in re.findall(r"\b(benchmarks/data/[\w./-]+)", page)}
    linked = {BENCHMARKS / path for path in re.findall(r"\]\(([\w.]+)\)", page)}
    assert read
    assert linked
    assert [path for path in read | linked if not path.exists()] == []
