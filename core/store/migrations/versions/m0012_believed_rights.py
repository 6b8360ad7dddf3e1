"""How long what a place said of who may read is believed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    op.add_column("access_list", sa.Column("believed_until", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("access_list") as batch:
        batch.drop_column("believed_until")
