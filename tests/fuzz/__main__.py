"""Run the fuzzer on a target for some seconds: `python -m tests.fuzz mail|document|payload|recipe [--seconds N]`.

It begins with samples and with what earlier runs kept (`corpus/TARGET.zip`: what reached lines that nothing else did);
`--keep` writes the latter anew. An input that fails is printed with the path to it, and the exit code is not 0.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
CORPORA = Path(__file__).parent / "corpus"
# One input may take so long, where nothing else runs, and reading all of them so much memory.
MAX_SECONDS, MAX_MEGABYTES, MAX_BYTES = 10, 4_000, 60_000
MAX_KEPT_BYTES = 4_000
EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> int:
    """Fuzz, and return the exit code of the fuzzer."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="inlaid-fuzz-") as folder:
        found, words = Path(folder, "found"), Path(folder, "words")
        found.mkdir()
        for data in _beginning(options.target):
            (found / sha256(data).hexdigest()).write_bytes(data)
        quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in TARGETS[options.target].words)
        words.write_text("".join(f'"{word}"\n' for word in quoted), encoding="utf-8")
        limits = [f"-timeout={options.most_seconds}", f"-rss_limit_mb={MAX_MEGABYTES}", f"-max_len={MAX_BYTES}"]
        prefix = f"-artifact_prefix={options.faults.absolute()}/{options.target}-"
        code = _reader(
            options.target, *limits, prefix, f"-max_total_time={options.seconds}", f"-dict={words}", str(found)
        )
        if code == 0 and options.keep:
            _keep(options.target, [path.read_bytes() for path in sorted(found.iterdir())])
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--most-seconds", type=int, default=MAX_SECONDS, help="what one input may take")
    parser.add_argument("--keep", action="store_true", help="write what reached new lines to the kept corpus")
    parser.add_argument("--faults", type=Path, default=tempfile.gettempdir(), help="the folder for inputs that fail")
    return parser.parse_args()


def _reader(target: str, *options: str) -> int:
    # Not with `-P`: a package of another wheel has the name `tests`, too.
    command = [sys.executable, "-m", "tests.fuzz.reader", target, *options]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _beginning(target: str) -> list[bytes]:
    path = CORPORA / f"{target}.zip"
    if not path.exists():
        return list(TARGETS[target].samples())
    with zipfile.ZipFile(path) as kept:
        return [*TARGETS[target].samples(), *(kept.read(name) for name in kept.namelist())]


def _keep(target: str, found: list[bytes]) -> None:
    """Pack the smaller inputs, the samples left out; the same ones give the same bytes."""
    samples = set(TARGETS[target].samples())
    CORPORA.mkdir(exist_ok=True)
    with zipfile.ZipFile(CORPORA / f"{target}.zip", "w", zipfile.ZIP_DEFLATED) as kept:
        for data in found:
            if data not in samples and len(data) <= MAX_KEPT_BYTES:
                kept.writestr(zipfile.ZipInfo(sha256(data).hexdigest()[:16], EPOCH), data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    sys.exit(main())
