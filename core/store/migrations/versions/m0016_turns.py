"""Whose job is next in a class, and how fast a class moves."""

import sqlalchemy as sa
from alembic import op

from core.store.index_ahead import JOB_PACE, JOB_TURN

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    for index in (JOB_TURN, JOB_PACE):  # on a server with jobs they were built ahead
        where = sa.text(index.where)
        op.create_index(
            index.name,
            index.table,
            list(index.columns),
            if_not_exists=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    op.drop_index("job_pace", table_name="job")
    op.drop_index("job_turn", table_name="job")
