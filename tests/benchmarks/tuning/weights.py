"""The weights of the installed package, read once."""

import functools

from benchmarks.tuning.weights import WeightsFile, installed_weights


@functools.cache
def installed() -> WeightsFile:
    return WeightsFile(installed_weights().read_bytes())
