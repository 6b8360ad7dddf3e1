"""Write the labelled sentences of `train_roles`, `train_signals` and `train_wants` for tuning layers on all of them.

    .venv/bin/python -m benchmarks.sentence_rows ROWS.json

Each row is a sentence between its neighbours, as `core.writing.roles.reading` shows it to the model, and its answers:
roles, levels of importance, whether it is the speaker's own task, kinds of signals, and whether it wants something of
its reader; null where nobody said. A sixth of the texts of each kind are in the sets `roles_0`, `signals_0`, `wants_0`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.train_roles import OUTPUTS, read_texts
from benchmarks.train_signals import TAUGHT, read_labelled
from benchmarks.train_wants import read_mails
from core.text.lexicon import lexicon
from core.text.statements import Statement
from core.writing.roles.kinds import KINDS
from core.writing.roles.reading import passage

SETS = 6
# Of the sentences of mails each third is learnt by itself too: short mails are met as well.
ALONE = 3
Answers = Sequence[float | None]
# Kinds that are roles too; of a deadline roles say nothing.
_SHARED = tuple(kind for kind in KINDS if kind in OUTPUTS)


@dataclass(frozen=True)
class Known:
    """What is known of a sentence; None: nothing."""

    roles: Answers = (None,) * len(OUTPUTS)
    kinds: Answers = (None,) * len(KINDS)
    wants: float | None = None


def _row(group: str, statements: Sequence[Statement], at: int, known: Known) -> dict[str, Any]:
    return {"group": group, "text": passage(statements, at), "answers": [*known.roles, *known.kinds, known.wants]}


def of_roles() -> Iterator[dict[str, Any]]:
    """Yield the sentences of texts whose roles are known."""
    for number, text in enumerate(read_texts()):
        for at, targets in enumerate(text.targets):
            kinds = [float(kind in text.roles[at]) if kind in _SHARED else None for kind in KINDS]
            yield _row(f"roles_{number % SETS}", text.statements, at, Known(targets, kinds))


def of_signals() -> Iterator[dict[str, Any]]:
    """Yield sentences that stand by themselves and are of one kind or of none."""
    for number, (language, kind, text) in enumerate(read_labelled(TAUGHT)):
        roles = [float(kind == name) if name in _SHARED else None for name in OUTPUTS]
        known = Known(roles, [float(kind == name) for name in KINDS])
        yield _row(f"signals_{number % SETS}", [Statement(0, 0, "", text, text, lexicon(language))], 0, known)


def of_wants() -> Iterator[dict[str, Any]]:
    """Yield the sentences of mails."""
    for number, mail in enumerate(read_mails()):
        for at, want in enumerate(mail.wants):
            yield _row(f"wants_{number % SETS}", mail.statements, at, Known(wants=want))
            if at % ALONE == 0:
                yield _row(f"wants_{number % SETS}", [replace(mail.statements[at], place=0)], 0, Known(wants=want))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    asked = parser.parse_args()
    rows = [*of_roles(), *of_signals(), *of_wants()]
    asked.rows.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    print(f"{len(rows)} sentences")


if __name__ == "__main__":
    main()
