"""A rehearsal tells pass, fail and not tried apart, and leaves nothing behind."""

import pytest

from core.errors import ForbiddenError, InputError, NotFoundError, OutageError
from core.rehearsal import Assumption, Differs, Rehearsed, Traces, Untried, rehearse


def holds() -> str:
    return "seen"


def raises(error: Exception) -> str:
    raise error


def assumed(name: str, *errors: Exception, writes: bool = False) -> Assumption:
    return Assumption(name, "It holds.", lambda: raises(errors[0]) if errors else holds(), "Change it.", writes)


def test_each_end_has_its_word_and_only_a_fail_says_what_to_change() -> None:
    tried = list(
        rehearse(
            [
                assumed("a"), assumed("b", Differs("other")), assumed("c", Untried("no channel")),
                assumed("d", ForbiddenError("not you")), assumed("e", OutageError("down")), assumed("f", writes=True),
            ],
            Traces(),
            writing=False,
        )
    )  # fmt: skip
    assert [(one.name, one.result, bool(one.change)) for one in tried] == [
        ("a", "pass", False), ("b", "fail", True), ("c", "not tried", False),
        ("d", "fail", True), ("e", "not tried", False), ("f", "not tried", False),
    ]  # fmt: skip
    assert "--write" in tried[-1].seen
    assert not Rehearsed(tried, Traces()).holds
    assert Rehearsed(tried[:1], Traces()).holds


def test_what_was_made_is_removed_newest_first_also_when_it_is_broken_off() -> None:
    traces, gone = Traces(), list[str]()

    def make(name: str) -> str:
        traces.note(name, lambda: gone.append(name))
        return "made"

    steps = [
        Assumption("one", "", lambda: make("first"), ""),
        Assumption("two", "", lambda: make("second"), ""),
        Assumption("three", "", lambda: raises(KeyboardInterrupt()), ""),  # type: ignore[arg-type]
    ]
    with pytest.raises(KeyboardInterrupt):
        list(rehearse(steps, traces, writing=True))
    assert gone == traces.removed == ["second", "first"]


def test_what_cannot_be_removed_is_named_and_holds_up_nothing() -> None:
    traces, gone = Traces(), list[str]()
    traces.note("first", lambda: gone.append("first"))
    traces.note("stuck", lambda: raises(InputError("It is held.")))
    traces.note("gone", lambda: raises(NotFoundError("It is not there.")))
    traces.clear()
    assert (gone, traces.removed, traces.left) == (["first"], ["gone", "first"], ["stuck: It is held."])
    assert not Rehearsed([], traces).holds
