"""Who is searched for by first name is found, and sorted by last name, in the index alone."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.drop_index("ix_releases_first_name", "releases")
    op.create_index("ix_releases_first_name", "releases", ["lea_cds", "first_last", "last_first", "id"])
