"""The client of Graph: waits, refusals, pages, and what it will not call."""

import httpx
import pytest

from core.errors import CredentialError, ForbiddenError, InlaidError, LimitError, NotFoundError
from integrations.graph.client import POSTED, Graph, segment
from integrations.graph.errors import GraphOutage
from tests.fakes.microsoft import THROTTLED, AnswerLost, FakeMicrosoft, Person, Refused, Reset
from tests.fakes.microsoft.graph import SENDING
from tests.integrations.graph.conftest import WaitedGraph


def test_every_request_wants_immutable_ids_and_names_itself(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    graph.get("/me", select=("mail",))
    (request,) = microsoft.ledger.find("GET /v1.0/me")
    assert 'IdType="ImmutableId"' in request.headers["prefer"]
    assert len(request.headers["client-request-id"]) == 36
    assert "Inlaid" in request.headers["user-agent"]


def test_it_waits_as_long_as_graph_asks(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    microsoft.faults.add("GET *", Refused(429, "TooManyRequests", retry_after_seconds=7), times=2)
    assert graph.get("/me")["mail"] == "bob@example.org"
    assert graph.waits == [7.0, 7.0]


def test_without_retry_after_the_waits_grow(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    microsoft.faults.add("GET *", Refused(503), times=3)
    graph.get("/me")
    assert graph.waits == sorted(graph.waits)
    assert len(graph.waits) == 3


def test_a_wait_that_is_too_long_is_left_to_a_later_try(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    microsoft.faults.add("GET *", Refused(429, retry_after_seconds=600))
    with pytest.raises(GraphOutage):
        graph.get("/me")
    assert graph.waits == []


def test_a_refused_token_is_renewed_once(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    microsoft.faults.add("GET *", Refused(401, "InvalidAuthenticationToken"))
    assert graph.get("/me")["displayName"] == "Bob Ray"
    microsoft.faults.add("GET *", Refused(401, "InvalidAuthenticationToken"), times=2)
    with pytest.raises(CredentialError):
        graph.get("/me")


def test_withdrawn_consent_ends_the_calls(microsoft: FakeMicrosoft, graph: WaitedGraph, bob: Person) -> None:
    bob.withdraws_consent()
    with pytest.raises(CredentialError, match="withdrawn"):
        graph.get("/me")


@pytest.mark.parametrize("fault", [Reset(), AnswerLost(), Refused(504)], ids=repr)
def test_a_post_whose_end_is_not_known_is_not_repeated(
    microsoft: FakeMicrosoft, graph: WaitedGraph, fault: Reset
) -> None:
    microsoft.faults.add("POST *", fault)
    with pytest.raises(GraphOutage) as caught:
        graph.post("/me/messages", {})
    assert caught.value.is_doubtful
    assert len(microsoft.ledger.find("POST /v1.0/me/messages")) == 1


def test_a_throttled_post_was_not_done_and_is_repeated(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    microsoft.faults.add("POST *", THROTTLED)
    assert graph.post("/me/messages", {"subject": "Lunch"})["isDraft"]
    assert len(microsoft.ledger.find("POST /v1.0/me/messages")) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/me/sendMail", "/users/bob@example.org/sendMail", "/me/messages/1/send", "/me/messages/1/reply",
        "/me/messages/1/replyAll", "/me/messages/1/forward", "/me/messages/1/send/", "/me/messages/1/%73end",
        "/me/messages/1/microsoft.graph.send", "/me/messages/1/createForward", "/$batch", "/me/messages/1/SEND",
        "/me/messages/1/send?x=/messages", "/me/events/1/accept",
    ],
)  # fmt: skip
def test_nothing_that_sends_can_be_called(microsoft: FakeMicrosoft, graph: WaitedGraph, path: str) -> None:
    with pytest.raises(ForbiddenError):
        graph.post(path, {})
    assert not microsoft.ledger.find("POST /v1.0/*")
    assert microsoft.ledger.sends == []


def test_the_list_of_actions_holds_none_that_sends() -> None:
    assert not {action.lower() for action in POSTED} & SENDING


@pytest.mark.parametrize(
    "path", ["https://evil.example/v1.0/me", "//evil.example/me", "/me/../../x", "/me/%2e%2e/x", "/me\r\nX: 1", "me"]
)
def test_the_token_goes_nowhere_else(microsoft: FakeMicrosoft, graph: WaitedGraph, path: str) -> None:
    with pytest.raises(ForbiddenError):
        graph.get(path)
    assert not microsoft.ledger.find("GET /v1.0/*")


def test_ids_and_addresses_become_one_part_of_a_path() -> None:
    assert segment("AA/B+c=") == "AA%2FB%2Bc%3D"
    assert segment("ann@example.org") == "ann@example.org"


def test_what_is_too_large_is_not_read_to_its_end() -> None:
    pieces = iter([b"x" * 600_000] * 5)
    answers = httpx.MockTransport(lambda _request: httpx.Response(200, content=pieces))
    with httpx.Client(transport=answers) as http:
        graph = Graph("https://graph.example/v1.0", lambda renew=False: "token", http=http)
        with pytest.raises(LimitError):
            graph.get_bytes("/me/messages/1/$value", max_bytes=2**20)
    assert next(pieces, None) is not None


def test_the_token_is_not_taken_along_to_where_a_file_lies() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "graph.example":
            return httpx.Response(302, headers={"Location": "https://storage.example/signed"})
        return httpx.Response(200, content=b"data")

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        graph = Graph("https://graph.example/v1.0", lambda renew=False: "token", http=http)
        assert graph.get_bytes("/drives/1/items/2/content", max_bytes=99) == b"data"
    assert ["authorization" in request.headers for request in seen] == [True, False]


def test_many_are_read_in_batches_and_each_has_its_own_fate(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    microsoft.faults.add("GET */users/*", THROTTLED, times=3)
    paths = [*["/users/bob@example.org"] * 44, "/users/nobody@example.org"]
    found = graph.get_many(paths)
    assert [isinstance(answer, NotFoundError) for answer in found] == [False] * 44 + [True]
    assert len(microsoft.ledger.find("POST */$batch")) == 4
    assert graph.waits == [1.0]


def test_many_are_changed_in_batches_and_each_has_its_own_fate(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    microsoft.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    drafts = [graph.post("/users/bob@example.org/messages", {"subject": "old"})["id"] for _ in range(24)]
    microsoft.faults.add("PATCH */messages/*", THROTTLED, times=2)
    paths = [f"/users/bob@example.org/messages/{segment(draft)}" for draft in (*drafts, "gone")]
    found = graph.patch_many([(path, {"subject": "new"}) for path in paths])
    assert [isinstance(answer, NotFoundError) for answer in found] == [False] * 24 + [True]
    assert [answer["subject"] for answer in found if not isinstance(answer, InlaidError)] == ["new"] * 24
    assert len(microsoft.ledger.find("POST */$batch")) == 3
    assert graph.waits == [1.0]


def test_what_asks_to_wait_for_long_is_not_waited_for(microsoft: FakeMicrosoft, graph: WaitedGraph) -> None:
    """It is an error of its own, with the time at which another try can help; the others are there."""
    microsoft.faults.add("GET */users/*", Refused(429, "TooManyRequests", retry_after_seconds=600))
    late, found = graph.get_many(["/users/bob@example.org"] * 2)[::-1]
    assert isinstance(late, InlaidError)
    assert not isinstance(found, InlaidError)
    assert graph.waits == []


def test_a_batch_takes_no_address_outside_of_graph(graph: WaitedGraph) -> None:
    with pytest.raises(ForbiddenError):
        graph.get_many(["https://evil.example/v1.0/me"])
