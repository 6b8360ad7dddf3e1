"""Files are read in a child process: the same text, and a hostile file stops nobody else."""

from collections.abc import Callable

import pytest

from core.sources.model import FileText
from integrations.sources import isolated, plain_text


@pytest.mark.parametrize(
    ("there", "here", "data"),
    [
        (isolated.read_text, plain_text.read_text, b"26 days."),
        (isolated.read_markdown, plain_text.read_markdown, b"# Leave\n\n26 days."),
        (isolated.read_csv, plain_text.read_csv, b"Name;Days\nAnn;28\n"),
    ],
)
def test_every_reader_gives_what_it_gives_in_this_process(
    there: Callable[[bytes], FileText], here: Callable[[bytes], FileText], data: bytes
) -> None:
    assert there(data) == here(data)
