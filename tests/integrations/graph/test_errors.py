"""What Graph answers instead of a result, as our errors."""

import pytest

from core.errors import ForbiddenError, InlaidError, InputError, LimitError, NotFoundError
from integrations.graph.errors import ChangedError, GraphOutage, LockedError, ResyncError
from tests.fakes.microsoft import FakeMicrosoft, Garbled, Refused, Reset
from tests.integrations.graph.conftest import WaitedGraph


@pytest.mark.parametrize(
    "fault", [Refused(429, retry_after_seconds=1), Refused(503), Refused(504), Reset(), Garbled()], ids=repr
)
def test_what_lasts_is_an_outage_that_a_later_try_can_help(
    microsoft: FakeMicrosoft, graph: WaitedGraph, fault: Reset
) -> None:
    microsoft.faults.add("GET *", fault, times=99)
    with pytest.raises(GraphOutage) as caught:
        graph.get("/me")
    assert caught.value.retryable
    assert len(microsoft.ledger.find("GET /v1.0/me")) <= 4


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Refused(400, "invalidRequest"), InputError),
        (Refused(403, "ErrorAccessDenied"), ForbiddenError),
        (Refused(404, "ErrorItemNotFound"), NotFoundError),
        (Refused(409, "resourceModified"), ChangedError),
        (Refused(412, "ErrorIrresolvableConflict"), ChangedError),
        (Refused(412, "notAllowed", "entityTagDoesNotMatch"), ChangedError),
        (Refused(410, "syncStateNotFound"), ResyncError),
        (Refused(400, "syncStateNotFound"), ResyncError),
        (Refused(423, "notAllowed", "resourceLocked"), LockedError),
        (Refused(507, "quotaLimitReached"), LimitError),
        (Refused(403, "ErrorQuotaExceeded"), LimitError),
        (Refused(413, "requestTooLarge"), LimitError),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_refusals_are_told_apart_by_their_codes(
    microsoft: FakeMicrosoft, graph: WaitedGraph, fault: Refused, kind: type[InlaidError]
) -> None:
    microsoft.faults.add("GET *", fault)
    with pytest.raises(kind, match="request-id") as caught:
        graph.get("/me")
    assert not caught.value.retryable
