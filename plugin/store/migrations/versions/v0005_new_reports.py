"""Searches for new reports, and what they found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("lea_cds", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("begun_by", sa.Text, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_searches_open", "searches", ["lea_cds"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "searched",
        sa.Column("search_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("student_dcid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["searches.id"], name="fk_searched_searches", ondelete="CASCADE"),
    )
    op.create_index("ix_searched_search_id_outcome_place", "searched", ["search_id", "outcome", "place"])
    op.create_table(
        "found",
        sa.Column("student_dcid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("record_types", sa.Text, primary_key=True),
        sa.Column("year", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("lea_cds", sa.Text, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
    )
