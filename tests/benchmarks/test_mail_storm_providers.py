"""The providers of the storm of mail: what breaks there."""

import random

from benchmarks.mail_storm_providers import break_one
from tests.fakes.microsoft.faults import Faults

PATTERN = "* /v1.0/users/*"


def test_connections_that_nobody_uses_do_not_pile_up_as_an_outage() -> None:
    faults = Faults()
    for _ in range(20):
        break_one(faults, PATTERN, random.Random(1))
    requests = [("GET", "/v1.0/users/bob/messages/1")] * 3
    assert [faults.next(*request) is not None for request in requests] == [True, False, False]
    break_one(faults, PATTERN, random.Random(1))
    assert faults.next(*requests[0]) is not None
