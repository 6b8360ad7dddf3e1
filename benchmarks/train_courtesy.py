"""Learn which mails only thank, praise, congratulate or tell that all is well: a friendly word answers them.

    .venv/bin/python -m benchmarks.train_courtesy [--write]

Reads benchmarks/data/alerts/courtesies.jsonl (mails that are "closed" so, and "open" ones that only begin so) and, as
other mails, those of benchmarks/data/writing/unread/lot_{aa,bb,cc,dd,v,x}.jsonl. Fits the head of
`core.writing.roles.mails` over the mean of a mail's vectors, prints what five folds find of mails they did not learn
from, and with `--write` puts it where the product reads it. Needs numpy.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.train_roles import Matrix, content_of, fit
from core.embeddings.e5 import load_e5
from core.text.statements import read_statements
from core.writing.roles.mails import COURTESY, mail_row

DATA = Path(__file__).parent / "data"
WRITTEN = Path(__file__).parent.parent / "core" / "writing" / "roles" / f"{COURTESY}.json"
OTHERS = ("lot_aa", "lot_bb", "lot_cc", "lot_dd", "lot_v", "lot_x")
FOLDS, STEPS, PENALTY = 5, 400, 3.0


def read_mails() -> list[tuple[str, str, str]]:
    """Return mails, each with its language and whether it is "closed", "open" or any "other" one."""
    lines = (DATA / "alerts" / "courtesies.jsonl").read_text(encoding="utf-8").splitlines()
    mails = [(line["language"], line["kind"], line["text"]) for line in map(json.loads, lines)]
    for name in OTHERS:
        lines = (DATA / "writing" / "unread" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        others = [line for line in map(json.loads, lines) if line["kind"] == "mail"]
        mails += [(line["language"], "other", line["message"]) for line in others]
    return mails


def rows_of(mails: list[tuple[str, str, str]]) -> Matrix:
    """Return the inputs of the head, a row a mail."""
    said = [[one.raw for one in read_statements(text, language)] for language, _, text in mails]
    sentences = list(dict.fromkeys(one for lines in said for one in lines))
    known = dict(zip(sentences, load_e5().embed(sentences, is_query=True), strict=True))
    return np.array([mail_row([known[one] for one in lines])[0] for lines in said], np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the head where the product reads it")
    given = parser.parse_args()
    mails = read_mails()
    inputs, kinds = rows_of(mails), np.array([kind for _, kind, _ in mails])
    meant = (kinds == "closed").astype(np.float32)[:, None]
    folds, scores = np.arange(len(mails)) % FOLDS, np.zeros(len(mails))
    for fold in range(FOLDS):
        weights, bias = fit(inputs[folds != fold], meant[folds != fold], PENALTY, STEPS)
        scores[folds == fold] = 1 / (1 + np.exp(-(inputs[folds == fold] @ weights + bias)[:, 0]))
    for least in (0.4, 0.5, 0.6, 0.7, 0.8):
        shares = (f"{(scores[kinds == kind] >= least).mean():.3f} of {kind}" for kind in ("closed", "open", "other"))
        print(f"from {least}: {', '.join(shares)}")
    if given.write:
        content = content_of("meaning", *fit(inputs, meant, PENALTY, STEPS), {}, np.zeros(0, np.float32))
        text = json.dumps(content | {"outputs": [COURTESY]}, separators=(",", ":"))
        WRITTEN.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
