"""What people wrote never reaches a log, whichever way it is logged; what an administrator needs does."""

import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from core.errors import ModelOutage
from core.logs import configure_logging, logger

CANARY = "canary-7f3a please wire the money"
LIBRARIES = ("uvicorn.error", "celery.worker.job", "celery.redirected", "sqlalchemy.engine", "openai", "core.x", "")


@pytest.fixture(autouse=True)
def _clean_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    # A command that ran in this process may have left warnings half captured.
    logging.captureWarnings(capture=False)
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _fail() -> None:
    raise ValueError(CANARY)


class Unprintable:
    def __str__(self) -> str:
        raise ValueError(CANARY)


@pytest.mark.parametrize("json_lines", [True, False], ids=["json", "text"])
def test_no_way_of_logging_lets_a_text_through(json_lines: bool, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG", json=json_lines)
    log = logger("core.test")
    log.info("job finished", text=CANARY, prompt=CANARY, token=CANARY, draft={"text": CANARY})
    log.info("job finished", state=CANARY, model=CANARY, recipe=[CANARY], error=CANARY, frames=CANARY)
    log.info(CANARY)
    log.info(f"job {CANARY} finished")  # noqa: G004 - the gate must hold where the linter was switched off
    log.info("job %s finished", CANARY)
    structlog.contextvars.bind_contextvars(route=CANARY, subject=CANARY)
    log.warning("job failed")
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.error("sent %s", CANARY)
        library.error("sent %(text)s", {"text": CANARY})
        library.error("sent", extra={"text": CANARY, "data": {"text": CANARY}})
        try:
            _fail()
        except ValueError:
            library.exception("failed")
            log.exception("failed")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
    logging.getLogger("uvicorn.error").error(Unprintable(), CANARY)
    written = capsys.readouterr().err
    assert written.count("\n") == 6 + len(LIBRARIES) * 5 + 1
    assert "canary" not in written
    assert "money" not in written


@pytest.mark.parametrize("name", ["celery.redirected", "httpx", "asyncio", "openai._base_client", "core.x"])
def test_a_ready_made_message_of_an_unknown_library_is_withheld(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    logging.getLogger(name).error(f"Task failed: {CANARY}")  # noqa: G004 - what a library may do
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "library_message"
    assert line["logger"] == name
    assert line["source"].startswith("test_logs:")


def _lines(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


def test_the_fields_of_a_job_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    logger("core.runner.runner").info(
        "job finished", job_id="0192-ab", recipe="reply", model="org/Small-135M:q8", seconds=1.25, attempt=2
    )
    (line,) = _lines(capsys.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "job finished",
        "level": "info",
        "logger": "core.runner.runner",
        "job_id": "0192-ab",
        "recipe": "reply",
        "model": "org/Small-135M:q8",
        "seconds": 1.25,
        "attempt": 2,
    }


def test_an_exception_is_told_by_class_code_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    try:
        raise ModelOutage(CANARY)
    except ModelOutage:
        logger("core.runner.runner").exception("job failed")
    (line,) = _lines(capsys.readouterr().err)
    assert (line["error"], line["code"]) == ("ModelOutage", "model_outage")
    assert line["frames"][-1].startswith("test_logs.py:")


class Odd(Exception):
    pass


@pytest.mark.parametrize(
    ("name", "template", "arguments", "told"),
    [
        ("uvicorn.error", "Uvicorn running on %s", (CANARY,), "Uvicorn running on [withheld]"),
        ("celery.apps.worker", "%s ready.", ("inlaid-12@host",), "inlaid-12@host ready."),
        (
            "celery.worker.x",
            "Sending due task %s (%s)",
            ("x y", "inlaid.count"),
            "Sending due task [withheld] (inlaid.count)",
        ),
        (
            "celery.worker.consumer.consumer",
            "consumer: Cannot connect to %s: %s.\n%s",
            ("redis://:canary@127.0.0.1:5998/0?x=canary", Odd(CANARY), f"Trying again, {CANARY}"),
            "consumer: Cannot connect to redis://127.0.0.1:5998: Odd. [withheld]",
        ),
        (
            "celery.app.trace",
            "Task %(name)s[%(id)s] succeeded in %(runtime)ss: %(return_value)s",
            ({"name": "inlaid.run", "id": "0192-ab", "runtime": 0.25, "return_value": "canary"},),
            "Task inlaid.run[0192-ab] succeeded in 0.25s: [withheld]",
        ),
        ("kombu", "%d left of %s", ("canary", ["canary"]), "%d left of %s"),
        ("kombu", "left %s", (["canary"],), "left [withheld]"),
        ("kombu", "at %s", ("redis://h:canary/0",), "at [withheld]"),
        ("kombu", "at %s", ("worker.transport://",), "at worker.transport"),
        ("kombu", "100 % done", (), "100 % done"),
    ],
)
def test_a_known_library_keeps_of_its_values_what_cannot_be_a_text(
    name: str, template: str, arguments: tuple[Any, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("INFO", json=True)
    logging.getLogger(name).info(template, *arguments)
    written = capsys.readouterr().err
    assert [line["event"] for line in _lines(written)] == [told]
    assert "canary" not in written


def test_a_warning_is_told_by_class_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, DeprecationWarning, stacklevel=1)
    (line,) = _lines(capsys.readouterr().err)
    assert (line["kind"], line["source"].partition(":")[0]) == ("DeprecationWarning", "test_logs.py")


def test_each_task_that_is_due_is_logged_for_whoever_looks_for_a_fault_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for level, told in (("INFO", ["late"]), ("DEBUG", ["Sending due task sync-mailboxes", "late"])):
        configure_logging(level, json=True)
        logging.getLogger("celery.beat").info("Sending due task %s", "sync-mailboxes")
        logging.getLogger("celery.beat").warning("late")
        assert [line["event"] for line in _lines(capsys.readouterr().err)] == told


def test_less_than_the_level_is_not_logged_and_a_second_call_counts(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG", json=True)
    configure_logging("WARNING", json=True)
    logger("core.x").info("quiet")
    logging.getLogger("celery.worker").info("quiet")
    logger("core.x").warning("loud")
    assert [line["event"] for line in _lines(capsys.readouterr().err)] == ["loud"]


def test_logs_cost_no_process_the_memory_of_what_draws_and_leave_it_to_those_that_do() -> None:
    code = "import sys, core.logs; print('rich' in sys.modules); import rich.console; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
