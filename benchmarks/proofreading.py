"""Proofreading by rule: every correction of texts that are taken to be sound, to be judged by a reader.

A text by others holds true faults too, so the corrections are printed and not counted as wrong: a reader marks them.

    .venv/bin/python -m benchmarks.proofreading LANGUAGE FILE... [--json]
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

from core.text.dictionaries import find_dictionary
from core.writing.grounded.proofread import propose

_PARAGRAPHS_A_DOCUMENT, _AROUND_CHARS = 40, 30


def documents(paths: Sequence[Path]) -> Iterator[str]:
    """Give the files in documents of a usual length; their paragraphs are parted by blank lines."""
    for path in paths:
        paragraphs = path.read_text(encoding="utf-8").split("\n\n")
        for start in range(0, len(paragraphs), _PARAGRAPHS_A_DOCUMENT):
            yield "\n\n".join(paragraphs[start : start + _PARAGRAPHS_A_DOCUMENT])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each correction in its surroundings, then how many there are in how many words."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("language")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    words, found, begun = 0, [], perf_counter()
    for text in documents(given.files):
        words += len(text.split())
        for one in propose(text, given.language):
            before, after = text[max(0, one.start - _AROUND_CHARS) : one.start], text[one.end : one.end + _AROUND_CHARS]
            found.append(f"{before}[{text[one.start : one.end]} -> {one.text}]{after}".replace("\n", " "))
    result = {
        "language": given.language, "dictionary": find_dictionary(given.language) is not None, "words": words,
        "corrections": len(found), "seconds": round(perf_counter() - begun, 1),
    }  # fmt: skip
    lines = [json.dumps({**result, "found": found}, ensure_ascii=False)] if given.json else [*found, str(result)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
