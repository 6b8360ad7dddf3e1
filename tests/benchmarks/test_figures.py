"""The page of figures names every script that prints one."""

from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
# They run inside others.
PARTS = {"counting_imap", "instant_model", "redline_peer_runs", "redline_tasks", "surfaces_console"}


def test_every_script_stands_on_the_page_of_figures() -> None:
    page = (BENCHMARKS / "README.md").read_text()
    scripts = {file.stem for file in BENCHMARKS.glob("*.py") if "__main__" in file.read_text()} - PARTS
    assert len(scripts) > 20
    assert {name for name in scripts if f"`{name}`" not in page and f"`{name} " not in page} == set()
