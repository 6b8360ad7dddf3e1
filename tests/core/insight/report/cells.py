"""Cells of a report, and the report that they make."""

from datetime import date

from core.insight.report import cube
from core.insight.report.cube import Query
from core.insight.report.figures import Cells, Privacy, Report, report_of

QUERY = Query(20_000, 20_001)


def people(*numbers: int) -> bytes:
    """Return the hashes of some people."""
    return cube.join_people([number.to_bytes(8, "big") for number in numbers])


def cell(jobs: int, *numbers: int, **counts: float) -> cube.Cell:
    """Return a cell of jobs of people."""
    return cube.Cell({"jobs": jobs, "drafts": jobs, "done": jobs, **counts}, people(*numbers))


def report(total: cube.Cell, groups: dict[str, cube.Cell] | None = None, **privacy: object) -> Report:
    """Return a report on one day."""
    spans = [(date(2024, 10, 4), date(2024, 10, 4), total)]
    return report_of(QUERY, Cells(spans, {"recipe": groups or {}}), Privacy(**privacy))  # type: ignore[arg-type]
