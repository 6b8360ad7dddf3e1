"""Faults in any order. Conditions after them: no job lost, none doubled, none stuck, nothing held for ever.

`make test` repeats one short order, so that it fails for what was changed alone. `make faults` takes new ones, and more
of them; a seed that failed comes again with FAULT_SEED.
"""

import os
import secrets

# Runs of the state machine.
EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "12"))
IS_REPEATED = "FAULT_EXAMPLES" not in os.environ
# Rounds of faults on real processes.
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "0"))
USUAL_SEED = 674594


def seeds() -> list[int]:
    """Return the seeds of the rounds: the one that was asked for, else new ones; without rounds the usual one."""
    if asked := os.environ.get("FAULT_SEED"):
        return [int(asked)]
    return [secrets.randbelow(10**6) for _ in range(ROUNDS)] or [USUAL_SEED]
