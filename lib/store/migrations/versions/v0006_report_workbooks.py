"""The workbook of a report that was made."""

from alembic import op
from sqlalchemy import Column, LargeBinary

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; reports made before have none."""
    op.add_column("report_runs", Column("excel", LargeBinary))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("report_runs") as table:
        table.drop_column("excel")
