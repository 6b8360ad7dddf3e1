"""Indexes for what is asked all the time: which jobs are due, and how many there are by queue and state."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    op.drop_index("job_due", table_name="job")
    op.create_index("job_count", "job", ["queue", "state"])
    is_open = sa.text("delivered_at IS NULL")
    op.create_index("job_open", "job", ["queue", "state", "not_before"], sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    op.drop_index("job_open", table_name="job")
    op.drop_index("job_count", table_name="job")
    op.create_index("job_due", "job", ["state", "not_before"])
