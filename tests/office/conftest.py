"""One Writer and one validator for all tests of this folder; they run in one test process."""

from collections.abc import Iterator

import pytest

from tests.office.judges import SchemaJudge, WriterJudge, start_validator, start_writer


@pytest.fixture(scope="session")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WriterJudge]:
    judge = start_writer(tmp_path_factory.mktemp("writer"))
    yield judge
    judge.close()


@pytest.fixture(scope="session")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchemaJudge]:
    judge = start_validator(tmp_path_factory.mktemp("validator"))
    yield judge
    judge.close()
