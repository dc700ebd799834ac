"""Who may open what, what grades are called, and what the office owes families."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "grants",
        sa.Column("page", sa.Text, primary_key=True),
        sa.Column("grantee", sa.Text, primary_key=True),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
    )
    op.create_table(
        "grade_names",
        sa.Column("lea_cds", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("from_year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
    )
    op.create_table(
        "follow_ups",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("lea_cds", sa.Text, nullable=False),
        sa.Column("student_dcid", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_follow_ups_open",
        "follow_ups",
        ["student_dcid", "cause"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.add_column("audit", sa.Column("change", sa.JSON))
