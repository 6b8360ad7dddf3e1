"""Jobs of a person a page at a time, by how far they are and what became of them."""

from alembic import op

from core.store.index_ahead import JOB_PAGE, TALLY_PAGE

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    for index in (JOB_PAGE, TALLY_PAGE):  # on a server with jobs they were built ahead
        op.create_index(index.name, index.table, list(index.columns), if_not_exists=True)


def downgrade() -> None:
    op.drop_index("insight_tally_page", table_name="insight_tally")
    op.drop_index("job_page", table_name="job")
