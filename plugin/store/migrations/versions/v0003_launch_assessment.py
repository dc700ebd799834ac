"""A launch may name an assessment, for links on a language page."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("launches", sa.Column("assessment", sa.Text))
