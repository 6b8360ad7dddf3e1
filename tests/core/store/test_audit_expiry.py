"""What entries of a wrong time keep of the audit trail on PostgreSQL, and what they take along."""

from functools import partial

from core.store import Database
from core.store.audit import AuditTrail
from core.store.audit_expiry import delete_oldest
from core.store.partitions import month_start
from tests.core.store.test_partitions import DONE, at_month, parts_of, rows_in, server, with_old_parts

__all__ = ["server"]


def test_a_stray_entry_of_an_old_time_keeps_no_month_and_takes_no_younger_entry_along(server: Database) -> None:
    with_old_parts(server, -8)
    for months in (-8, -8, 0, -9):
        AuditTrail(server, clock=partial(float, at_month(server, months))).write(DONE)
        AuditTrail(server).chain()
    assert rows_in(server, "audit_entry_rest") == 1
    with server.write() as connection:
        assert delete_oldest(connection, month_start(server.now_seconds(), -5), batch=1) == (2, 2)
    assert f"audit_entry_{month_start(at_month(server, -8)):%Y_%m}" not in parts_of(server, "audit_entry")
    checked = AuditTrail(server).verify()
    assert (checked.problems, checked.count) == ([], 2)


def test_a_stray_entry_in_the_part_of_an_old_month_takes_no_younger_entry_along(server: Database) -> None:
    with_old_parts(server, -8)
    for months in (-8, -8, 0, -8):
        AuditTrail(server, clock=partial(float, at_month(server, months))).write(DONE)
        AuditTrail(server).chain()
    of_stray = f"audit_entry_{month_start(at_month(server, -8)):%Y_%m}"
    assert rows_in(server, of_stray) == 3
    until = month_start(server.now_seconds(), -5)
    with server.write() as connection:
        assert [delete_oldest(connection, until) for _ in range(2)] == [(2, 2), (0, 0)]
    assert rows_in(server, of_stray) == 1
    checked = AuditTrail(server).verify()
    assert (checked.problems, checked.count) == ([], 2)


def test_an_entry_of_the_future_keeps_no_month_of_a_divided_trail(server: Database) -> None:
    with_old_parts(server, -8)
    for months in (-8, 30, -8, -7, 0):
        AuditTrail(server, clock=partial(float, at_month(server, months))).write(DONE)
        AuditTrail(server).chain()
    assert AuditTrail(server).expire(keep_days=120) == 4
    assert AuditTrail(server).verify().problems == []
