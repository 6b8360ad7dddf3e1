"""Tables that only grow have a part for each month on PostgreSQL; what was there before stays, whole."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial

import pytest
import sqlalchemy as sa

from core.audit.entries import Actor, AuditEvent
from core.errors import StoreOutage
from core.settings.storage import DAY_SECONDS, parse_retention
from core.store import Database, Store
from core.store.audit import AuditTrail
from core.store.audit_expiry import delete_oldest
from core.store.migrate import HEAD, current_schema, ensure_migrated
from core.store.partitions import AUDIT_ENTRIES, MODEL_CALLS, MONTHLY_TABLES, make_months, make_parts, month_start
from core.store.people.rows import Identity
from core.store.retention import Retention
from core.store.rows import first_id
from core.store.tables import audit_entries, model_calls
from core.store.usage import ModelCall, UsageStore
from tests.core.store.migrating import migrate_to

CALL = ModelCall("job", "local", "ann", "reply", "near", "mini", True, 1, 1, 0.5, 1.0, "ok")
DONE = AuditEvent("job.finished", Actor("local", "ann", "api", "192.0.2.1"))


@pytest.fixture
def server(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def undivided(server: Database) -> Database:
    """A server as the version before left it, in use."""
    migrate_to(server, "0016")
    AuditTrail(server).write(DONE, DONE)
    AuditTrail(server).chain()
    UsageStore(server).add([CALL, CALL])
    return server


def rows_in(database: Database, table: str) -> int:
    with database.read() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608


def parts_of(database: Database, table: str) -> set[str]:
    asked = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(%s)"
    with database.read() as connection:
        return set(connection.exec_driver_sql(asked, (table,)).scalars())


def at_month(database: Database, months: int) -> float:
    """Return a moment in the first day of a month from now; that of this month has been, on its first day too."""
    now = database.now_seconds()
    return month_start(now, months).timestamp() + min(DAY_SECONDS, now - month_start(now).timestamp())


def add_calls(database: Database, moment: float, count: int = 1) -> None:
    rows = [{**asdict(CALL), "is_local": 1, "id": f"{first_id(moment)[:-4]}{one:04x}"} for one in range(count)]
    with database.write() as connection:
        connection.execute(sa.insert(model_calls).values(created_at=moment), rows)


def test_a_table_that_is_in_use_gets_parts_and_keeps_every_row(undivided: Database) -> None:
    before = [entry.entry for entry in AuditTrail(undivided).walk()]
    with undivided.write() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS looks_only")
        connection.exec_driver_sql("CREATE ROLE looks_only")
        connection.exec_driver_sql("GRANT SELECT ON audit_entry TO looks_only")
    assert ensure_migrated(undivided)
    assert [entry.entry for entry in AuditTrail(undivided).walk()] == before
    assert rows_in(undivided, "model_call") == rows_in(undivided, "model_call_before") == 2
    AuditTrail(undivided).write(DONE)
    assert AuditTrail(undivided).verify().problems == []
    assert AuditTrail(undivided).verify().count == 3
    with undivided.write() as connection:
        may = "SELECT has_table_privilege('looks_only', 'audit_entry', 'SELECT')"
        assert connection.exec_driver_sql(may).scalar_one() is True
        connection.exec_driver_sql("DROP OWNED BY looks_only")
        connection.exec_driver_sql("DROP ROLE looks_only")


def test_parts_belong_to_the_owner_of_the_table_whoever_makes_them(undivided: Database) -> None:
    with undivided.write() as connection:
        connection.exec_driver_sql('CREATE ROLE "Keeps calls"')
        connection.exec_driver_sql('ALTER TABLE model_call OWNER TO "Keeps calls"')
    ensure_migrated(undivided)
    with undivided.write() as connection:
        connection.exec_driver_sql(f"DROP TABLE model_call_{month_start(time.time(), 3):%Y_%m}")
    make_months(undivided)
    asked = (
        "SELECT count(*), min(tableowner), max(tableowner) FROM pg_tables WHERE starts_with(tablename, 'model_call')"
    )
    with undivided.write() as connection:
        count, *owners = connection.exec_driver_sql(asked).one()
        connection.exec_driver_sql('REASSIGN OWNED BY "Keeps calls" TO CURRENT_USER')
        connection.exec_driver_sql('DROP ROLE "Keeps calls"')
    assert owners == ["Keeps calls"] * 2
    assert count == 1 + len(parts_of(undivided, "model_call")) > 3


def test_rows_are_written_and_read_while_their_table_is_prepared(undivided: Database) -> None:
    with ThreadPoolExecutor(1) as pool, undivided.transactions.connect() as writer:
        writer.execute(sa.update(model_calls).values(person="bob"))  # an old process in the middle of a transaction
        migrating = pool.submit(ensure_migrated, undivided)
        building = "SELECT 1 FROM pg_stat_progress_create_index WHERE datname = current_database()"
        while not rows_in(undivided, f"({building}) AS building"):
            assert not migrating.done()
        UsageStore(undivided).add([CALL])
        AuditTrail(undivided).write(DONE)
        assert not migrating.done()
        writer.commit()
        assert migrating.result(timeout=60)
    assert rows_in(undivided, "model_call") == 3


def test_what_had_not_all_been_prepared_is_prepared_the_next_time(undivided: Database) -> None:
    """The try before broke off behind the constraint that says how young a row may be."""
    far = MODEL_CALLS.bound(month_start(time.time(), 2))
    with undivided.write() as connection:
        connection.exec_driver_sql(
            f"ALTER TABLE model_call ADD CONSTRAINT {MODEL_CALLS.check} CHECK (created_at < {far}) NOT VALID"
        )
    assert ensure_migrated(undivided)
    add_calls(undivided, at_month(undivided, 2))
    assert rows_in(undivided, f"model_call_{month_start(time.time(), 2):%Y_%m}") == 1


def test_a_migration_that_breaks_off_refuses_no_rows_and_is_run_again(undivided: Database) -> None:
    with undivided.transactions.connect() as backup:
        backup.execute(sa.select(model_calls.c.id)).all()
        with pytest.raises(StoreOutage, match="lock timeout") as out:
            ensure_migrated(undivided)
    assert "inlaid migrate" in out.value.fix
    checks = "SELECT 1 FROM pg_constraint WHERE conname IN ('audit_entry_until', 'model_call_until')"
    assert rows_in(undivided, f"({checks}) AS checks") == 0
    assert ensure_migrated(undivided)


def test_a_fault_in_the_last_step_refuses_no_rows(undivided: Database) -> None:
    with undivided.write() as connection:
        connection.exec_driver_sql("CREATE TABLE model_call_rest (id int)")
    with pytest.raises(sa.exc.DatabaseError, match="already exists"):
        ensure_migrated(undivided)
    add_calls(undivided, at_month(undivided, 5))
    assert rows_in(undivided, "model_call") == 3


def test_statements_of_old_code_that_a_server_has_prepared_go_on(undivided: Database) -> None:
    insert = (
        "INSERT INTO model_call SELECT %s, job_id, workspace, person, recipe, endpoint, model, is_local, input_tokens,"
        " output_tokens, usd, seconds, result, created_at FROM model_call LIMIT 1"
    )
    with undivided.transactions.connect() as old:
        for number in range(8):  # psycopg prepares a statement that comes often
            old.exec_driver_sql(insert, (f"old-{number}",))
        old.commit()
        assert ensure_migrated(undivided)
        old.exec_driver_sql(insert, ("old-late",))
        old.commit()
    assert rows_in(undivided, "model_call") == 11


def test_the_migration_is_undone_without_losing_a_row(undivided: Database) -> None:
    ensure_migrated(undivided)
    add_calls(undivided, at_month(undivided, 5))
    migrate_to(undivided, "0016")
    assert (rows_in(undivided, "model_call"), rows_in(undivided, "audit_entry")) == (3, 2)
    assert parts_of(undivided, "model_call") == set()
    assert ensure_migrated(undivided)
    assert rows_in(undivided, "model_call") == 3
    assert current_schema(undivided).revision == HEAD


def test_each_month_has_its_part_and_what_nobody_foresaw_a_place(server: Database) -> None:
    now = server.now_seconds()
    for months in (0, 1, 30):
        add_calls(server, at_month(server, months))
    for months in (0, 1):
        assert rows_in(server, f"model_call_{month_start(now, months):%Y_%m}") == 1
    assert rows_in(server, "model_call_rest") == 1
    assert UsageStore(server).spent("local", since=now - 62 * DAY_SECONDS).usd == 1.5


def test_months_to_come_get_their_parts(server: Database) -> None:
    last = f"audit_entry_{month_start(server.now_seconds(), 3):%Y_%m}"
    with server.write() as connection:
        connection.exec_driver_sql(f"DROP TABLE {last}")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(make_months, [server, server]))
    assert last in parts_of(server, "audit_entry")
    made = parts_of(server, "audit_entry")
    make_months(server)
    assert parts_of(server, "audit_entry") == made


def test_a_month_whose_rows_stand_in_the_rest_stays_there(server: Database) -> None:
    late = at_month(server, 3)
    with server.write() as connection:
        connection.exec_driver_sql(f"DROP TABLE model_call_{month_start(late):%Y_%m}")
    add_calls(server, late)
    make_months(server)
    assert rows_in(server, "model_call_rest") == rows_in(server, "model_call") == 1


def test_a_row_of_this_month_in_the_rest_keeps_no_later_month_from_its_part(server: Database) -> None:
    parts = [f"audit_entry_{month_start(server.now_seconds(), months):%Y_%m}" for months in range(4)]
    with server.write() as connection:
        for part in parts:
            connection.exec_driver_sql(f"DROP TABLE {part}")
    AuditTrail(server).write(DONE)
    AuditTrail(server).chain()
    make_months(server)
    assert parts_of(server, "audit_entry") & {*parts} == {*parts[1:]}
    assert rows_in(server, "audit_entry_rest") == 1


def with_old_parts(database: Database, *months: int) -> None:
    """Make parts of months that have been, as they are there after a year."""
    with database.write() as connection:
        for table in MONTHLY_TABLES:
            connection.exec_driver_sql(f"DROP TABLE {table.before}")
            make_parts(connection, table, at_month(database, min(months)))


def test_old_months_of_the_trail_are_dropped_and_the_chain_holds(server: Database) -> None:
    with_old_parts(server, -8)
    for months in (-8, -8, -7, -1, 0):
        AuditTrail(server, clock=partial(float, at_month(server, months))).write(DONE)
        AuditTrail(server).chain()
    trail = AuditTrail(server)
    assert rows_in(server, f"audit_entry_{month_start(at_month(server, -8)):%Y_%m}") == 2
    assert trail.expire(keep_days=120) == 3
    assert trail.expire(keep_days=120) == 0
    assert not [
        part for part in parts_of(server, "audit_entry") if part.endswith(f"{month_start(at_month(server, -8)):%Y_%m}")
    ]
    checked = trail.verify()
    assert (checked.problems, checked.count) == ([], 3)
    assert next(iter(trail.walk())).entry.sequence == 4


def test_an_entry_beyond_the_end_of_a_month_by_milliseconds_goes_with_those_before_it(server: Database) -> None:
    with_old_parts(server, -8)
    end = month_start(at_month(server, -7)).timestamp()
    for moment in (end + 0.001, end - 0.001, at_month(server, 0)):
        AuditTrail(server, clock=partial(float, moment)).write(DONE)
        AuditTrail(server).chain()
    until = (server.now_seconds() - end) / DAY_SECONDS - 1
    assert AuditTrail(server).expire(keep_days=int(until)) == 2
    assert AuditTrail(server).verify().problems == []


def test_a_month_in_the_rest_goes_some_entries_at_a_time_after_those_before_it(server: Database) -> None:
    with_old_parts(server, -8)
    with server.write() as connection:
        connection.exec_driver_sql(f"DROP TABLE audit_entry_{month_start(at_month(server, -7)):%Y_%m}")
    for months in (-8, -8, -7, -7, -7, -7, -7, -6, -6, 0):
        AuditTrail(server, clock=partial(float, at_month(server, months))).write(DONE)
        AuditTrail(server).chain()
    assert rows_in(server, "audit_entry_rest") == 5
    counts = []
    for _ in range(5):
        with server.write() as connection:
            counts.append(delete_oldest(connection, month_start(server.now_seconds(), -5), batch=3)[0])
    assert counts == [2, 3, 3, 1, 0]
    assert AuditTrail(server).verify().problems == []
    assert AuditTrail(server).verify().count == 1


def test_the_rest_of_an_earlier_version_is_guarded_in_the_next_round(server: Database) -> None:
    with server.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_emptied ON audit_entry_rest")
    make_months(server)
    with pytest.raises(sa.exc.DatabaseError, match="never changed"), server.write() as connection:
        connection.exec_driver_sql("TRUNCATE audit_entry_rest")


def test_nobody_empties_a_part_of_the_trail(server: Database) -> None:
    AuditTrail(server).write(DONE)
    AuditTrail(server).chain()
    assert "audit_entry_rest" in parts_of(server, "audit_entry")
    for part in parts_of(server, "audit_entry"):
        with pytest.raises(sa.exc.DatabaseError, match="never changed"), server.write() as connection:
            connection.exec_driver_sql(f"TRUNCATE {part}")
    for statement in ("DELETE FROM {}", "UPDATE {} SET actor = 'x'"):
        with pytest.raises(sa.exc.DatabaseError, match="never changed"), server.write() as connection:
            connection.exec_driver_sql(statement.format(f"audit_entry_{month_start(time.time()):%Y_%m}"))


def test_months_of_model_calls_go_with_their_parts(server: Database) -> None:
    with_old_parts(server, -8)
    for months in (-8, -7, -1, 0):
        add_calls(server, at_month(server, months), 2)
    done = Retention(server, parse_retention(["usage=120"])).run()
    assert (done.calls, rows_in(server, "model_call")) == (0, 4)
    assert done.months >= 2
    AuditTrail(server).chain()
    assert [json.loads(row.entry.details) for row in AuditTrail(server).walk()] == [
        {"days": 120, "months": done.months}
    ]
    assert Retention(server, parse_retention(["usage=120"])).run().months == 0


def test_without_parts_they_go_as_rows(store: Store) -> None:
    for months in (-8, -7, -1, 0):
        add_calls(store.database, at_month(store.database, months), 2)
    periods = parse_retention(["usage=120", "all=3650"])
    held = Retention(store.database, periods, held=[Identity("local", "bob")]).run()
    assert (held.calls, held.months) == (0, 0)
    done = Retention(store.database, periods).run()
    assert done.calls == 4
    assert rows_in(store.database, "model_call") == 4


def test_who_reads_for_long_keeps_a_month_until_the_next_round(server: Database) -> None:
    with_old_parts(server, -8)
    AuditTrail(server, clock=partial(float, at_month(server, -8))).write(DONE)
    AuditTrail(server).chain()
    with server.transactions.connect() as reader:
        reader.execute(sa.select(audit_entries)).all()
        with pytest.raises(StoreOutage, match="lock timeout") as kept:
            AuditTrail(server).expire(keep_days=120)
        assert "backup" in kept.value.fix
        reader.rollback()
    assert AuditTrail(server).verify().count == 1
    assert AuditTrail(server).expire(keep_days=120) == 1


def test_what_a_group_spent_cannot_be_kept_apart() -> None:
    with pytest.raises(ValueError, match="KIND=DAYS"):
        parse_retention(["usage@finance=30"])
    assert AUDIT_ENTRIES.bound(month_start(0.0)) == 0


def test_a_trail_that_belongs_to_another_user_stays_one_table(server: Database) -> None:
    """As the runbook advises, so that the product cannot drop what guards it."""
    migrate_to(server, "0016")
    for months in (-8, 0):
        AuditTrail(server, clock=partial(float, at_month(server, months))).write(DONE)
        AuditTrail(server).chain()
    with server.write() as connection:
        connection.exec_driver_sql("CREATE ROLE product LOGIN")
        connection.exec_driver_sql("GRANT ALL ON SCHEMA public TO product")
        asked = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        for name in connection.exec_driver_sql(asked).scalars().all():
            connection.exec_driver_sql(f"GRANT ALL ON {name} TO product")
            if name != "audit_entry":
                connection.exec_driver_sql(f"ALTER TABLE {name} OWNER TO product")
    product = Database(server.url.set(username="product").render_as_string(hide_password=False))
    assert ensure_migrated(product)
    make_months(product)
    assert parts_of(server, "audit_entry") == set()
    assert parts_of(server, "model_call") > {"model_call_before", "model_call_rest"}
    assert AuditTrail(product).expire(keep_days=120) == 1
    assert AuditTrail(product).verify().problems == []
    product.close()
    with server.write() as connection:
        connection.exec_driver_sql("REASSIGN OWNED BY product TO CURRENT_USER")
        connection.exec_driver_sql("DROP OWNED BY product")
        connection.exec_driver_sql("DROP ROLE product")
