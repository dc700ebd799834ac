"""How the state takes each set, what was typed and not saved yet, whom to remind, and the mails."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "trials",
        sa.Column("lea_cds", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=False),
        sa.Column("worked_at", MOMENT),
        sa.Column("refused_at", MOMENT),
        sa.Column("refusals", sa.Integer, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("user_name", sa.LargeBinary, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("expires_on", sa.Text, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "contacts",
        sa.Column("lea_cds", sa.Text, primary_key=True),
        sa.Column("addresses", sa.JSON, nullable=False),
        sa.Column("other_systems", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("lea_cds", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("due_at", MOMENT, primary_key=True),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "mails",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("lea_cds", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("recipient", sa.LargeBinary, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, index=True),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("doubts", sa.Integer, nullable=False),
        sa.Column("attempted_at", MOMENT),
        sa.Column("outcome", sa.Text, nullable=False),
    )
