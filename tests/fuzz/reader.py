"""The process that the fuzzer runs in: `python -m tests.fuzz.reader TARGET [options of libFuzzer]`.

What is read is instrumented as it is imported, so nothing of ours may be imported before.
"""

import sys

import atheris


def main() -> None:
    """Read what the fuzzer makes up, until it has had enough or found a fault."""
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["core", "integrations"]):
        from tests.fuzz.targets import TARGETS
    atheris.Setup(sys.argv, TARGETS[name].read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
