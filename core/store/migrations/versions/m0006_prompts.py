"""The version of the recipe and the hash of the prompt of each draft, as dimensions of the report.

What was counted before has neither. Its cells are the same in the new grains as in those that they refine, so they are
copied. A grain is the sum of its dimensions' bits: recipe 1, surface 2, model 4, variant 8, team 16, version 32,
prompt 64.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
oldest_code = "0004"

TABLES = ("insight_tally", "insight_sum")
COLUMNS = ("recipe_version", "prompt_hash")
REFINED = {1 + 32: 1, 3 + 32: 3, 5 + 32: 5, 17 + 32: 17, 1 + 64: 1, 3 + 64: 3, 5 + 64: 5, 17 + 64: 17, 31 + 96: 31}
COPY = (
    "INSERT INTO insight_sum (key, grain, period, workspace, recipe, surface, model, variant, team, counts, people)"
    " SELECT key || '-' || CAST(:finer AS TEXT), :finer, period, workspace, recipe, surface, model, variant, team,"
    " counts, people FROM insight_sum WHERE grain = :coarser"
)


def upgrade() -> None:
    for table in TABLES:
        for column in COLUMNS:
            op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))
    for finer, coarser in REFINED.items():
        op.get_bind().execute(sa.text(COPY), {"finer": finer, "coarser": coarser})


def downgrade() -> None:
    op.get_bind().execute(sa.text("DELETE FROM insight_sum WHERE grain > 31"))
    for table in TABLES:
        for column in COLUMNS:
            op.drop_column(table, column)
