"""A very large district's releases, made up by PostgreSQL itself: a row for each pupil and year.

They lie as a district's do: what was found in a year stands together, most families are told and half of them look, a
few have no address, are blocked, have left or were handed their report on paper. Chance is seeded, so that two
measurements meet the same rows.
"""

from __future__ import annotations

from sqlalchemy import create_engine, text

from plugin.store.database import Database
from plugin.store.tables import releases

#: The district, and a charter school that reports on its own.
DISTRICT, CHARTER = "19647330000000", "19647330100000"
SCHOOLS = 800
YEARS = ("2023-24", "2024-25", "2025-26")

#: Names of two syllables each, some much more frequent than others.
_NAMES = """
CREATE TEMPORARY TABLE syllables AS SELECT row_number() OVER () - 1 AS number, syllable
FROM unnest(string_to_array(
  'Al An Ba Be Ca Chu Da De El Fa Ga Gu Ha Ju Ka La Le Li Lo Ma Mo Na Ol Pa Pe Ra Ro Sa So Ta To Va Wa Xi Yu Za', ' '
)) AS syllable
"""
_PUPILS = """
CREATE TEMPORARY TABLE pupils AS
SELECT number, number % :schools + 1 AS school, number / :schools % 14 - 1 AS grade, random() < 0.01 AS blocked,
  (SELECT syllable FROM syllables WHERE syllables.number = (power(chance, 2) * 36)::int % 36) || middle AS first,
  (SELECT syllable FROM syllables WHERE syllables.number = (chance * 36)::int % 36) || ending AS last
FROM (
  SELECT number, random() AS chance,
    (ARRAY['ria', 'niel', 'mes', 'lena', 'ko', 'vid', 'sha', 'thew', 'my', 'ngh'])[1 + floor(random() * 10)] AS middle,
    (ARRAY['rez', 'son', 'guyen', 'cia', 'tos', 'kim', 'patel', 'wong', 'ston', 'lez', 'ton', 'mura'])
      [1 + floor(random() * 12)] || (ARRAY['', 'a', ' Cruz', 'o', '-Lee'])[1 + floor(random() * 5)] AS ending
  FROM generate_series(1, :pupils) AS number
) AS drawn
"""
_RELEASES = """
INSERT INTO releases (student_dcid, program, year, lea_cds, record_types, found_at, search_id, checked_at, name,
  last_first, first_last, school_number, grade, language, has_left, blocked, telling, told_at, looked_at, looked_by,
  due_on, due_estimated, handed_over_on, handed_over_by)
SELECT number, program, year, CASE WHEN school > 790 THEN :charter ELSE :district END, '01', found_at, 1, now(),
  last || ', ' || first, lower(last || ' ' || first), lower(first || ' ' || last), school, grade, 'SPA',
  chance_left < left_share, blocked, telling, told_at,
  CASE WHEN told_at IS NOT NULL AND chance_look < 0.55 THEN told_at + chance_look * interval '60 days'
       WHEN chance_look < 0.1 THEN found_at + interval '5 days' END,
  CASE WHEN chance_look < 0.55 THEN 'parent' ELSE '' END,
  (found_at + interval '28 days')::date, true,
  CASE WHEN chance_look > 0.93 AND year < '2025-26' THEN (found_at + interval '20 days')::date END,
  CASE WHEN chance_look > 0.93 AND year < '2025-26' THEN 'dana.overlook' ELSE '' END
FROM (
  SELECT *, CASE WHEN telling = 'told' THEN found_at + random() * interval '2 days' END AS told_at
  FROM (
    SELECT pupils.*, year, left_share, random() AS chance_look, random() AS chance_left,
      CASE WHEN chance < 0.78 THEN 'caaspp' WHEN chance < 0.94 THEN 'summative_elpac' ELSE 'initial_elpac' END
        AS program,
      begun + CASE WHEN chance < 0.94 THEN chance * interval '50 days' ELSE interval '90 days' END
        + random() * interval '10 days' AS found_at,
      CASE WHEN random() < 0.05 THEN 'nobody' WHEN random() < 0.01 THEN 'refused' WHEN random() < 0.02 THEN 'unknown'
           WHEN year = :newest AND random() < 0.02 THEN 'waiting' ELSE 'told' END AS telling
    FROM pupils, (VALUES (:oldest, timestamptz '2024-05-20', 0.2), (:middle, timestamptz '2025-05-20', 0.1),
                         (:newest, timestamptz '2026-05-20', 0.01)) AS years (year, begun, left_share),
      LATERAL (SELECT (number % 1000 * 7919 + length(year || begun)) % 1000 / 1000.0 AS chance) AS drawn
  ) AS drawn
) AS drawn
ORDER BY found_at
"""


def fill(database: Database, pupils: int) -> None:
    """So many pupils with a release for each of three years, in the table as it is after a night's clean-up."""
    oldest, middle, newest = YEARS
    values = {"pupils": pupils, "schools": SCHOOLS, "district": DISTRICT, "charter": CHARTER}
    values |= {"oldest": oldest, "middle": middle, "newest": newest}
    indexes = sorted(releases.indexes, key=lambda index: str(index.name))
    with database.begin() as connection:
        for index in indexes:  # to be made at once, when all rows are there
            index.drop(connection)
        for statement in ("SELECT setseed(0.5)", _NAMES, _PUPILS, _RELEASES):
            wanted = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), wanted)
        for index in indexes:
            index.create(connection)


def clean_up(url: str) -> None:
    """What PostgreSQL does by itself within a minute of so many new rows."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM (ANALYZE) releases"))
    engine.dispose()
