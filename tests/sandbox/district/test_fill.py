import sqlite3
from collections.abc import Iterator

import pytest

from sandbox.district import District, fill, make


def test_every_reference_leads_somewhere(database: sqlite3.Connection) -> None:
    assert database.execute("pragma foreign_key_check").fetchall() == []
    lost = "select count(*) from cc where abs(sectionid) not in (select id from sections)"
    assert database.execute(lost).fetchone() == (0,)


def test_nothing_is_an_empty_text(database: sqlite3.Connection) -> None:
    assert not any("''" in line for line in database.iterdump())


def test_a_pupil_is_in_the_tables_as_made(database: sqlite3.Connection, district: District) -> None:
    pupil = district.pupils[0]
    row = database.execute("select id, state_studentnumber, dob from students where dcid = ?", (pupil.dcid,)).fetchone()
    assert row == (pupil.id, pupil.ssid, pupil.born.isoformat())
    earlier = database.execute("select grade_level from reenrollments where studentid = ?", (pupil.id,)).fetchall()
    assert [grade for (grade,) in earlier] == [year.grade for year in pupil.history[1:]]


def test_data_access_is_a_row_of_guardianstudent(database: sqlite3.Connection, district: District) -> None:
    rows = set(database.execute("select guardianid, studentsdcid from guardianstudent"))
    told = {
        (guardian.id, contact.pupil_dcid)
        for guardian in district.guardians
        for contact in guardian.contacts
        if contact.data_access
    }
    assert rows == told


def test_a_dropped_seat_has_a_negative_section(database: sqlite3.Connection, district: District) -> None:
    dropped = {(seat.pupil_id, -seat.section_id) for seat in district.seats if seat.dropped}
    assert set(database.execute("select studentid, sectionid from cc where sectionid < 0")) == dropped


def test_only_the_charter_is_a_sub_district(database: sqlite3.Connection, district: District) -> None:
    _, charter = district.leas
    rows = database.execute("select subdistrict_name, schoolcdscode from s_ca_subdistricts").fetchall()
    assert rows == [(charter.name, charter.cds)]


def test_the_district_office_is_no_school(database: sqlite3.Connection) -> None:
    assert database.execute("select count(*) from schools where school_number = 0").fetchone() == (0,)


@pytest.mark.parametrize("size", [0, 1, 2000])
def test_a_district_of_any_size_fits(size: int) -> None:
    connection = sqlite3.connect(":memory:")
    fill(make(size), connection)
    assert connection.execute("select count(*) from students").fetchone() == (size,)
    connection.close()


@pytest.fixture(scope="module")
def district() -> District:
    return make()


@pytest.fixture(scope="module")
def database(district: District) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    fill(district, connection)
    yield connection
    connection.close()
