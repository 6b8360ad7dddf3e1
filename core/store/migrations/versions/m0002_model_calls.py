"""What each call of a model cost."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_call",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("is_local", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("usd", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("model_call_job", "model_call", ["job_id"], unique=False)
    op.create_index("model_call_person", "model_call", ["workspace", "person", "created_at"], unique=False)
    op.create_index("model_call_time", "model_call", ["workspace", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("model_call_time", table_name="model_call")
    op.drop_index("model_call_person", table_name="model_call")
    op.drop_index("model_call_job", table_name="model_call")
    op.drop_table("model_call")
