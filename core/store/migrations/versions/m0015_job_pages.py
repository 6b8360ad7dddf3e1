"""Jobs of a person a page at a time, by how far they are and what became of them."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    op.create_index("job_page", "job", ["workspace", "person", "id", "state", "surface", "recipe"])
    op.create_index("insight_tally_page", "insight_tally", ["workspace", "person", "outcome", "job_id"])


def downgrade() -> None:
    op.drop_index("insight_tally_page", table_name="insight_tally")
    op.drop_index("job_page", table_name="job")
