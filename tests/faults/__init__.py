"""Faults in any order. `make faults` runs more of them; a seed that failed comes again with FAULT_SEED.

Conditions after each: no job lost, none doubled, none stuck, nothing held for ever.
"""

import os
import secrets

# Runs of the state machine, and rounds of faults on real processes.
EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "12"))
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))


def seeds() -> list[int]:
    """Return the seeds of the rounds: the one that was asked for, else new ones."""
    asked = os.environ.get("FAULT_SEED")
    return [int(asked)] if asked else [secrets.randbelow(10**6) for _ in range(ROUNDS)]
