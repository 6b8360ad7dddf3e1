import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from core.cached_property import cached_property

LONG_SECONDS = 10.0


@dataclass(frozen=True)
class Line:
    """Something whose answer takes until it is let go, and is another each time."""

    is_asked: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    @cached_property
    def answer(self) -> object:
        """What the other side says."""
        self.is_asked.set()
        assert self.may_answer.wait(LONG_SECONDS)
        return object()


def test_an_instance_that_waits_holds_up_no_other() -> None:
    hanging, healthy = Line(), Line()
    healthy.may_answer.set()
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(lambda: hanging.answer)
        assert hanging.is_asked.wait(LONG_SECONDS)
        answered = threads.submit(lambda: healthy.answer)
        try:
            assert answered.result(LONG_SECONDS / 2) is healthy.answer
            assert not waiting.done()
        finally:
            hanging.may_answer.set()


def test_a_value_is_computed_once_and_all_threads_have_the_same() -> None:
    line = Line()
    together = threading.Barrier(4)

    def ask() -> object:
        together.wait(LONG_SECONDS)
        return line.answer

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(ask) for _ in range(4)]
        assert line.is_asked.wait(LONG_SECONDS)
        line.may_answer.set()
        assert len({id(one.result(LONG_SECONDS)) for one in asked}) == 1
    assert line.answer is asked[0].result()


def test_the_class_gives_the_descriptor_with_its_documentation() -> None:
    assert vars(Line)["answer"] is Line.answer
    assert Line.answer.__doc__ == "What the other side says."
