"""Outcomes by change and by event, and the sums of the report."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UPSERT = (
    "INSERT INTO insight_mark (job_id, marks) VALUES ({job}, 1) ON CONFLICT (job_id) DO UPDATE SET marks = {old} + 1"
)
ENDED = "state IN ('ready', 'delivered', 'failed', 'cancelled')"
# Jobs that ended before there was a report are counted too.
MARK_ALL = f"INSERT INTO insight_mark (job_id, marks) SELECT id, 1 FROM job WHERE {ENDED}"  # noqa: S608 - literals


def upgrade() -> None:
    op.add_column("outcome", sa.Column("subject", sa.Text(), server_default="", nullable=False))
    op.add_column("outcome", sa.Column("labels", sa.Text(), server_default="", nullable=False))
    op.add_column("outcome", sa.Column("value", sa.Double(), nullable=True))
    op.add_column("outcome", sa.Column("happened_at", sa.Double(), nullable=True))
    op.create_table(
        "insight_mark",
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_table(
        "insight_tally",
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("distance", sa.Double(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("trial", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_index("insight_tally_person", "insight_tally", ["workspace", "person", "day"], unique=False)
    op.create_index("insight_tally_recipe", "insight_tally", ["workspace", "recipe", "outcome", "day"], unique=False)
    op.create_table(
        "insight_sum",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("grain", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    cell = ["grain", "period", "workspace", "recipe", "surface", "model", "variant", "team"]
    op.create_index("insight_sum_cell", "insight_sum", cell, unique=False)
    op.create_table(
        "insight_trial",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("trials", sa.Double(), nullable=False),
        sa.Column("wins", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "recipe", "goal", "variant", "person"),
    )
    op.execute(MARK_ALL)
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgresql_triggers()


def _sqlite_triggers() -> None:
    job, outcome = (UPSERT.format(job=column, old="marks") for column in ("NEW.id", "NEW.job_id"))
    op.execute(
        f"CREATE TRIGGER insight_job AFTER UPDATE OF state, delivered_at ON job WHEN NEW.{ENDED} BEGIN {job}; END"
    )
    op.execute(f"CREATE TRIGGER insight_outcome AFTER INSERT ON outcome BEGIN {outcome}; END")


def _postgresql_triggers() -> None:
    for name, column in (("job", "id"), ("outcome", "job_id")):
        statement = UPSERT.format(job=f"NEW.{column}", old="insight_mark.marks")
        body = f"BEGIN {statement}; RETURN NULL; END"
        op.execute(f"CREATE FUNCTION insight_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(
        "CREATE TRIGGER insight_job AFTER UPDATE OF state, delivered_at ON job"
        f" FOR EACH ROW WHEN (NEW.{ENDED}) EXECUTE FUNCTION insight_job()"
    )
    op.execute("CREATE TRIGGER insight_outcome AFTER INSERT ON outcome FOR EACH ROW EXECUTE FUNCTION insight_outcome()")


def downgrade() -> None:
    for name, table in (("job", "job"), ("outcome", "outcome")):
        on_table = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
        op.execute(f"DROP TRIGGER insight_{name}{on_table}")
        if on_table:
            op.execute(f"DROP FUNCTION insight_{name}()")
    for table in ("insight_trial", "insight_sum", "insight_tally", "insight_mark"):
        op.drop_table(table)
    for column in ("happened_at", "value", "labels", "subject"):
        op.drop_column("outcome", column)
