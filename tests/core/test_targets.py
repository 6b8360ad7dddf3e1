"""Targets are stored as earlier versions stored them, and what those stored is read."""

from core.job import JobRequest
from core.store import Store
from core.targets import DocumentTarget, DriveTarget, ParagraphsTarget, TemplateTarget
from tests.in_memory import StoredTarget


def test_what_is_stored_is_what_earlier_versions_stored() -> None:
    assert DocumentTarget().to_json() == {"kind": "document"}
    assert TemplateTarget().to_json() == {"kind": "template"}
    assert ParagraphsTarget().to_json() == {"kind": "word"}
    link = "https://example.sharepoint.com/x"
    stored = {"kind": "drive", "link": link, "save": "copy", "assertion": "token"}
    assert DriveTarget(link, "token", "copy").to_json() == stored
    assert DriveTarget.from_json(stored) == DriveTarget(link, "token", "copy")
    assert DriveTarget.from_json({"kind": "drive", "link": link, "assertion": "token"}).save == "either"


def test_the_target_names_the_surface_that_delivers_and_else_where_the_job_came_from(sqlite_store: Store) -> None:
    def name(**target: object) -> str:
        request = JobRequest("rewrite", {}, "api", "ann", target=StoredTarget(target) if target else None)
        return sqlite_store.jobs.get(sqlite_store.jobs.add(request)[0].id).surface_name

    assert name(kind="drive") == "drive"
    assert name(team="T1") == "api"
    assert name() == "api"


def test_a_further_draft_of_the_same_inputs_is_known_by_its_number(sqlite_store: Store) -> None:
    request = JobRequest("rewrite", {}, "slack", "U1", target=StoredTarget({"team": "T1", "again": 2}))
    assert sqlite_store.jobs.add(request)[0].again == 2
