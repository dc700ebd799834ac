"""One file per revision; alembic finds them here."""
