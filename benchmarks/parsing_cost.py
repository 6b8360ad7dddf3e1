"""What it costs to read what others wrote in a child process: small files from a warm server, beside this process.

Numbers: the first call (it starts the server), a call from a warm server and the same in this process for a document of
one page and a mail, and the memory of the idle server. Bar: 50 ms more than in this process.

`.venv/bin/python -m benchmarks.parsing_cost [--rounds 50] [--json]`; exit code 1 when the bar is not met.
"""

import argparse
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import docx
import psutil

from core.isolation import stop_isolation
from integrations.documents import isolated as documents
from integrations.documents import read_document
from integrations.mail import isolated as mails
from integrations.mail.message.message import parse_message

BAR_MS = 50.0
PARAGRAPHS = 30
# The middle one by size is read.
MAIL = Path(__file__).parent.parent / "tests/integrations/mail/corpus"


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.rounds)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:<32} {value:>8.1f}")
    return 0 if max(figures["document_more_ms"], figures["mail_more_ms"]) <= BAR_MS else 1


def measure(rounds: int) -> dict[str, float]:
    """Return the figures, in milliseconds (medians) and megabytes."""
    stop_isolation()
    document = _page()
    by_size = sorted(MAIL.glob("*.eml"), key=lambda path: path.stat().st_size)
    mail = by_size[len(by_size) // 2].read_bytes()
    figures = {"first_call_ms": _median_ms(lambda: documents.read_document(document), 1)}
    figures |= _beside("document", lambda: documents.read_document(document), lambda: read_document(document), rounds)
    mails.parse_message(mail)
    figures |= _beside("mail", lambda: mails.parse_message(mail), lambda: parse_message(mail), rounds)
    server = next(child for child in psutil.Process().children() if "core.isolation.forkserver" in child.cmdline())
    figures["idle_server_mb"] = server.memory_full_info().uss / 2**20
    stop_isolation()
    return figures


def _beside(name: str, isolated: Callable[[], object], here: Callable[[], object], rounds: int) -> dict[str, float]:
    inside, outside = _median_ms(here, rounds), _median_ms(isolated, rounds)
    return {f"{name}_here_ms": inside, f"{name}_child_ms": outside, f"{name}_more_ms": outside - inside}


def _median_ms(call: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def _page() -> bytes:
    made = docx.Document()
    for number in range(PARAGRAPHS):
        made.add_paragraph(f"This is paragraph {number}, which the supplier shall receive at the customer's address.")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
