"""Releases, who was told of them and who looked; what an LEA chose; mails to families."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
URGENCY = (
    "CASE WHEN looked_at IS NOT NULL OR handed_over_on IS NOT NULL THEN 2"
    " WHEN telling IN ('nobody', 'refused') THEN 0 ELSE 1 END"
)
SETTLED = "looked_at IS NOT NULL OR handed_over_on IS NOT NULL"
ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
#: Those of releases by columns, and those of a few rows of it.
INDEXES = {
    "urgency": ["urgency", "found_at", "id", "due_on", "program"],
    "told": ["told_at", "id"],
    "looked": ["looked_at", "id"],
    "due": ["settled", "due_on", "id"],
}
SOME = {
    "blocked": ("blocked", "blocked = 1"),
    "left": ("has_left", "has_left = 1"),
    "no_mail": ("telling IN ('nobody', 'refused')", "telling IN ('nobody', 'refused')"),
}
#: The law's program of each record type, as it was known then; the first of PROGRAMS has the shortest clock.
ELPAC = {"21": "summative_elpac", "23": "summative_elpac", "22": "initial_elpac", "24": "initial_elpac"}
PROGRAMS = ("caaspp", "summative_elpac", "initial_elpac")


def upgrade() -> None:
    op.add_column("searches", sa.Column("due_at", MOMENT))
    op.add_column("searches", sa.Column("summed_up_at", MOMENT))
    op.add_column("searches", sa.Column("numbers", sa.JSON))
    op.create_index("ix_searches_due_at", "searches", ["lea_cds", "due_at"], unique=True)
    op.add_column("searched", sa.Column("asked_at", MOMENT))
    with op.batch_alter_table("mails") as mails:
        mails.alter_column("version", existing_type=sa.Integer, nullable=True)
        mails.add_column(sa.Column("search_id", sa.BigInteger))
        mails.add_column(sa.Column("release_id", sa.BigInteger))
        mails.add_column(sa.Column("language", sa.Text, nullable=False, server_default=""))
        mails.create_index("ix_mails_release_id", ["release_id"])
        mails.drop_index("ix_mails_due_at")
    with op.batch_alter_table("mails") as mails:
        mails.alter_column("language", existing_type=sa.Text, nullable=False, server_default=None)
    _index_some("ix_mails_staff", ["due_at"], "release_id IS NULL")
    _index_some("ix_mails_families", ["lea_cds", "due_at"], "release_id IS NOT NULL")
    _index_some("ix_mails_attempted", ["lea_cds", "attempted_at"], "release_id IS NOT NULL")
    op.create_table(
        "refusals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("refused_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    op.create_table(
        "choices",
        sa.Column("lea_cds", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("choice", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
    )
    op.create_table(
        "state_paces",
        sa.Column("lea_cds", sa.Text, primary_key=True),
        sa.Column("rate", sa.Float, nullable=False),
        sa.Column("latency", sa.Float, nullable=False),
        sa.Column("check_took", sa.Float),
        sa.Column("stopped", sa.Boolean, nullable=False),
        sa.Column("measured_at", MOMENT, nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    _releases()
    _release_what_was_found()


def _index_some(name: str, columns: list[str], which: str) -> None:
    op.create_index(name, "mails", columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("student_dcid", sa.BigInteger, nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("year", sa.Text, nullable=False),
        sa.Column("lea_cds", sa.Text, nullable=False),
        sa.Column("record_types", sa.Text, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("search_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("checked_at", MOMENT),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("last_first", ORDERED, nullable=False),
        sa.Column("first_last", ORDERED, nullable=False),
        sa.Column("school_number", sa.BigInteger, nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("has_left", sa.Boolean, nullable=False),
        sa.Column("blocked", sa.Boolean, nullable=False),
        sa.Column("telling", sa.Text, nullable=False),
        sa.Column("addressed_at", MOMENT),
        sa.Column("told_at", MOMENT),
        sa.Column("looked_at", MOMENT),
        sa.Column("looked_by", sa.Text, nullable=False),
        sa.Column("student_looked_at", MOMENT),
        sa.Column("enrolled_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("due_estimated", sa.Boolean, nullable=False),
        sa.Column("handed_over_on", sa.Date),
        sa.Column("handed_over_by", sa.Text, nullable=False),
        sa.Column("urgency", sa.SmallInteger, sa.Computed(URGENCY, persisted=True)),
        sa.Column("settled", sa.Boolean, sa.Computed(SETTLED, persisted=True)),
        sa.UniqueConstraint("student_dcid", "program", "year", name="uq_releases_student_dcid_program_year"),
        sqlite_autoincrement=True,
    )
    _indexes_of_releases()
    op.create_index("ix_releases_telling", "releases", ["telling", "lea_cds", "id"])
    counted = ["program", "school_number", "language", "due_on", "found_at", "told_at", "looked_at", "handed_over_on"]
    op.create_index("ix_releases_counts", "releases", ["lea_cds", "year", *counted])
    op.create_table(
        "handlings",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("release_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("on_day", sa.Date),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name="fk_handlings_releases", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "looks",
        sa.Column("student_dcid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("program", sa.Text, primary_key=True),
        sa.Column("year", sa.Text, primary_key=True),
        sa.Column("persona", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("informs", sa.Boolean, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("audit_id", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def _indexes_of_releases() -> None:
    for name, columns in INDEXES.items():
        op.create_index(f"ix_releases_{name}", "releases", ["lea_cds", "year", *columns])
    op.create_index("ix_releases_name", "releases", ["lea_cds", "last_first", "id"])
    op.create_index("ix_releases_first_name", "releases", ["lea_cds", "first_last"])
    op.create_index("ix_releases_school", "releases", ["lea_cds", "school_number", "last_first", "id"])
    op.create_index("ix_releases_grade", "releases", ["lea_cds", "grade", "last_first", "id"])
    for name, (postgresql, sqlite) in SOME.items():
        columns = ["lea_cds", "year", "urgency", "found_at", "id"]
        here, there = sa.text(postgresql), sa.text(sqlite)
        op.create_index(f"ix_releases_{name}", "releases", columns, postgresql_where=here, sqlite_where=there)
    new = sa.text("checked_at IS NULL")
    op.create_index("ix_releases_new", "releases", ["id"], postgresql_where=new, sqlite_where=new)


def _release_what_was_found() -> None:
    """What searches have found so far is new to families too, and no search finds it anew."""
    plain = ("student_dcid", "record_types", "year", "lea_cds")
    found = sa.table("found", *map(sa.column, plain), sa.column("found_at", MOMENT))
    searches = sa.table("searches", sa.column("id"), sa.column("lea_cds"), sa.column("begun_at", MOMENT))
    before = sa.and_(searches.c.lea_cds == found.c.lea_cds, searches.c.begun_at <= found.c.found_at)
    by = sa.select(sa.func.max(searches.c.id)).where(before).scalar_subquery()
    begun: dict[tuple[int, str, str], dict[str, object]] = {}
    types: dict[tuple[int, str, str], set[str]] = {}
    for dcid, some, year, lea_cds, found_at, search in op.get_bind().execute(sa.select(found, by).order_by("found_at")):
        programs = {ELPAC.get(one, "caaspp") for one in some.split(",")}
        key = dcid, min(programs, key=PROGRAMS.index), year
        types.setdefault(key, set()).update(some.split(","))
        begun.setdefault(key, {"lea_cds": lea_cds, "found_at": found_at, "search_id": search or 0})
    empty = ("name", "last_first", "first_last", "language", "looked_by", "handed_over_by")
    new = {**dict.fromkeys(empty, ""), **dict.fromkeys(("has_left", "blocked"), False), "school_number": 0, "grade": 0}
    new |= {"telling": "waiting", "due_estimated": True}
    rows = [
        {**new, **facts, "student_dcid": dcid, "program": program, "year": year, "record_types": ",".join(sorted(some))}
        for (dcid, program, year), facts, some in zip(begun, begun.values(), types.values(), strict=True)
    ]
    if rows:
        columns = (sa.column(name, MOMENT if name == "found_at" else None) for name in rows[0])
        op.bulk_insert(sa.table("releases", *columns), rows)
