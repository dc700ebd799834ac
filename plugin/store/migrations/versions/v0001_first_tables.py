"""The first tables, and the triggers that keep the audit append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)

SQLITE_TRIGGERS = (
    """CREATE TRIGGER audit_keeps_its_rows BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_loses_no_row BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above
    """CREATE TRIGGER audit_replaces_no_row BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
    """CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""",
)


def upgrade() -> None:
    op.create_table(
        "launches",
        sa.Column("state", sa.Text, primary_key=True),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("persona", sa.Text, nullable=False),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("wish_number", sa.BigInteger),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("verifier", sa.LargeBinary, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False, index=True),
        sa.Column("persona", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("username", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("auth_time", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_table(
        "credentials",
        sa.Column("lea_cds", sa.Text, primary_key=True),
        sa.Column("user_name", sa.LargeBinary, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "results",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("student_dcid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("assessment", sa.Text, nullable=False),
        sa.Column("year", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False, index=True),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("student_dcid", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("url", sa.LargeBinary),
        sa.Column("record_types", sa.JSON, nullable=False),
        sa.Column("test_name", sa.Text, nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("year_text", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.ForeignKeyConstraint(
            ["subject", "student_dcid"], ["results.subject", "results.student_dcid"], ondelete="CASCADE"
        ),
        sa.Index(None, "subject", "student_dcid"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("persona", sa.Text),
        sa.Column("account", sa.Text),
        sa.Column("lea_cds", sa.Text),
        sa.Column("student_dcid", sa.BigInteger, index=True),
        sa.Column("report", sa.JSON),
        sa.Column("address", sa.Text),
        sa.Column("request_id", sa.Text),
        sqlite_autoincrement=True,
    )
    on_sqlite = op.get_context().dialect.name == "sqlite"
    for trigger in SQLITE_TRIGGERS if on_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    """There is nothing before the first tables, and no way back that would spare the audit."""
    raise NotImplementedError
