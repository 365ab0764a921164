"""What something cost before it was changed, beside the saving that later bills confirmed."""

from alembic import op
from sqlalchemy import Column

from lib.store.types import Amount

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; savings confirmed before have none until they are confirmed anew."""
    op.add_column("recommendation_decisions", Column("cost_before", Amount))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("recommendation_decisions") as table:
        table.drop_column("cost_before")
