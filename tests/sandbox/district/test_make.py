import datetime
import unicodedata
from collections import Counter
from itertools import chain, pairwise
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.district import TK, Contact, District, Guardian, Outcome, Pupil, make

TODAY = datetime.date(2026, 11, 20)


def test_the_same_seed_and_day_make_the_same_district() -> None:
    assert make(seed=7, today=TODAY) == make(seed=7, today=TODAY)
    assert make(seed=7, today=TODAY) != make(seed=8, today=TODAY)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 25, 80, 1500])
def test_a_district_of_any_size_in_one_line(size: int) -> None:
    district = make(size)
    assert len(district.pupils) == size
    assert len({pupil.id for pupil in district.pupils}) == size
    assert len({pupil.dcid for pupil in district.pupils}) == size
    assert len({pupil.student_number for pupil in district.pupils}) == size


def test_a_large_district_has_more_schools_and_no_crowded_class() -> None:
    district = make(5000, today=TODAY)
    assert len(district.schools) > 3
    assert max(Counter(seat.section_id for seat in district.seats).values()) <= 30


def test_an_id_and_a_dcid_never_agree_and_always_belong_to_somebody(district: District) -> None:
    ids = {pupil.id for pupil in district.pupils}
    assert all(pupil.id != pupil.dcid for pupil in district.pupils)
    assert {pupil.dcid for pupil in district.pupils} == ids


def test_the_numbers_of_every_kind_of_record_overlap_and_never_agree(district: District) -> None:
    pairs = [
        [(guardian.id, guardian.person_id) for guardian in district.guardians],
        [(section.id, section.dcid) for section in district.sections],
        [(person.dcid, staff_id) for person in district.staff for _, staff_id in person.staff_ids],
    ]
    for kind in pairs:
        assert all(one != other for one, other in kind)
        assert len({other for _, other in kind}) == len(kind)
    everybody = {pupil.dcid for pupil in district.pupils}
    assert everybody & {guardian.id for guardian in district.guardians}
    assert everybody & {person.dcid for person in district.staff}


def test_every_outcome_has_a_pupil_and_most_have_reports(district: District) -> None:
    outcomes = Counter(pupil.outcome for pupil in district.pupils)
    assert set(outcomes) == set(get_args(Outcome))
    assert outcomes["reports"] > 0.8 * len(district.pupils)


def test_ssids_are_ten_digits_each_its_own_and_absent_only_where_the_outcome_says_so(district: District) -> None:
    known = [pupil.ssid for pupil in district.pupils if pupil.ssid]
    assert all(len(ssid) == 10 and ssid.isascii() and ssid.isdigit() for ssid in known)
    assert len(set(known)) == len(known)
    assert all((pupil.ssid is None) == (pupil.outcome == "no_ssid") for pupil in district.pupils)


def test_all_report_languages_are_spoken_at_home(district: District) -> None:
    spoken = {pupil.home_language for pupil in district.pupils}
    assert spoken == {"ENG", "SPA", "VIE", "CMN", "YUE", "FIL", "KOR", "ARA"}


def test_pupils_are_in_every_grade_from_tk_to_12_at_a_school_that_has_it(district: District) -> None:
    assert {pupil.grade for pupil in district.pupils} == {TK, *range(13)}
    schools = {school.number: school for school in district.schools}
    for pupil in district.pupils:
        school = schools[pupil.school_number]
        assert school.low_grade <= pupil.grade <= school.high_grade
        assert pupil.lea_cds == school.lea_cds


def test_the_charter_is_an_agency_of_its_own(district: District) -> None:
    assert district.cds.startswith("19")
    assert district.cds.endswith("0000000")
    assert all(len(lea.cds) == 14 for lea in district.leas)
    own = [school for school in district.schools if school.lea_cds != district.cds]
    assert [school.cds for school in own] == [lea.cds for lea in district.leas if lea.cds != district.cds]
    assert all(len(school.cds) == 14 and school.cds.startswith(district.cds[:7]) for school in district.schools)


def test_names_are_in_latin_letters(district: District) -> None:
    people = chain(district.pupils, district.guardians, district.staff)
    for letter in {letter for person in people for letter in person.first + person.last if letter.isalpha()}:
        assert unicodedata.name(letter).startswith(("LATIN", "MODIFIER LETTER"))


def test_user_names_are_plain_and_nobody_elses(district: District) -> None:
    families = [guardian.account.username for guardian in district.guardians if guardian.account]
    names = families + [pupil.username for pupil in district.pupils]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name == name.lower() and " " not in name for name in names)


def test_passwords_and_account_tokens_are_not_shown(district: District) -> None:
    assert district.pupils[0].password not in repr(district)
    assert district.pupils[0].account_token not in repr(district)


def test_divorced_parents_have_an_account_each(district: District) -> None:
    mother, father = adults(district, "Inés", "Ejemplo")
    assert mother.last != father.last
    assert mother.account
    assert father.account
    assert mother.account != father.account
    assert [contact.data_access for contact in (*mother.contacts, *father.contacts)] == [True] * 4


def test_one_parent_sees_one_of_two_siblings_and_another_adult_none(district: District) -> None:
    mother, stepfather, uncle = adults(district, "Lan", "Ví Dụ")
    assert [contact.data_access for contact in mother.contacts] == [True, True]
    assert [contact.data_access for contact in stepfather.contacts] == [True, False]
    assert [contact.data_access for contact in uncle.contacts] == [False, False]
    assert uncle.account


@pytest.mark.parametrize(
    ("child", "family", "odd"),
    [
        ("Xuě", "Lìzi", lambda contact: contact.start and contact.start > TODAY),
        ("Ka-yan", "Laizi", lambda contact: contact.end and contact.end < TODAY),
        ("Ligaya", "Halimbawa", lambda contact: not contact.legal_guardian),
        ("Haneul", "Yesi", lambda contact: not contact.active),
        ("Willow", "Pretendle", lambda contact: not contact.custodial),
    ],
)
def test_contact_records_are_bounded_in_every_way(district: District, child: str, family: str, odd: object) -> None:
    contacts = [contact for guardian in adults(district, child, family) for contact in guardian.contacts]
    assert callable(odd)
    assert any(odd(contact) and contact.data_access for contact in contacts)


def test_some_contacts_lack_a_mail_address_or_an_account(district: District) -> None:
    mother, father = adults(district, "Raúl", "Nubarrón")
    assert mother.email is None
    assert mother.account
    assert father.account is None


def test_the_districts_own_fields_are_set_for_somebody(district: District) -> None:
    for fact in ("release_block", "hidden_contact", "exempt", "status"):
        assert 0 < sum(bool(getattr(pupil, fact)) for pupil in district.pupils) < 5


def test_one_pupil_is_of_age_and_one_is_sixteen(district: District) -> None:
    assert (TODAY - pupil_named(district, "Willow", "Pretendle").born).days / 365.25 >= 18
    assert 16 <= (TODAY - pupil_named(district, "Yǔ", "Lìzi").born).days / 365.25 < 17


@pytest.mark.parametrize(("first", "status"), [("Robin", 2), ("Sage", -1)])
def test_one_pupil_has_left_and_one_joins_tomorrow(district: District, first: str, status: int) -> None:
    pupil = pupil_named(district, first, "Testwell")
    assert pupil.enroll_status == status
    current = pupil.history[0]
    assert not current.entry <= TODAY < current.exit
    assert current.entry == TODAY + datetime.timedelta(days=1) or current.exit < TODAY


def test_a_dropped_pupil_is_out_of_one_class_today_and_still_in_another(district: District) -> None:
    seats = [seat for seat in district.seats if seat.pupil_id == pupil_named(district, "Raúl", "Nubarrón").id]
    assert [(seat.dropped, seat.left == TODAY) for seat in seats] == [(True, True), (False, False)]


def test_a_pupil_enters_a_class_tomorrow(district: District) -> None:
    first, *others = (seat for seat in district.seats if seat.pupil_id == pupil_named(district, "Belén", "Nubarrón").id)
    assert first.entered > TODAY >= others[0].entered


def test_co_teachers_of_yesterday_today_and_next_week_share_one_section(district: District) -> None:
    helping = [teaching for teaching in district.teachings if not teaching.lead]
    assert len({teaching.section_id for teaching in helping}) == 1
    assert sorted((teaching.start <= TODAY, TODAY <= teaching.end) for teaching in helping) == [
        (False, True),
        (True, False),
        (True, True),
    ]


def test_staff_reach_one_school_or_the_whole_district(district: District) -> None:
    reach = {person.account.username: person.schools for person in district.staff if person.admin}
    assert reach["dana.overlook"] == reach["sam.helpdesk"] == (0,)
    assert len({reach[name] for name in ("pat.principle", "robin.headley", "charlie.charterhouse")}) == 3
    assert any(person.admin and person.teacher for person in district.staff)
    assert any(len(person.staff_ids) == 2 for person in district.staff)


def test_a_grade_was_repeated_and_a_pupil_came_from_elsewhere(district: District) -> None:
    repeated = pupil_named(district, "Ash", "Pretendle")
    assert repeated.history[0].grade == repeated.history[1].grade
    assert len(pupil_named(district, "Reed", "Mockridge").history) == 1


@settings(max_examples=40, deadline=None)
@given(today=st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31)))
@example(today=datetime.date(2027, 6, 30))  # a student enters a class tomorrow, when the school year has turned
def test_on_any_day_of_the_year_classes_are_on_and_histories_hang_together(today: datetime.date) -> None:
    district = make(60, today=today)
    seated = {seat.pupil_id for seat in district.seats if not seat.dropped and seat.entered <= today < seat.left}
    for pupil in district.pupils:
        assert (pupil.id in seated) == (pupil.enroll_status == 0)
        assert all(earlier.exit <= later.entry for later, earlier in pairwise(pupil.history))
        assert all(year.entry < year.exit for year in pupil.history)
        assert pupil.history[0].grade == pupil.grade
        assert pupil.born < today
    assert all(seat.entered < seat.left for seat in district.seats)
    taught = {teaching.section_id for teaching in district.teachings if teaching.start <= today <= teaching.end}
    assert taught == {section.id for section in district.sections}


@pytest.fixture(scope="module")
def district() -> District:
    return make(today=TODAY)


def pupil_named(district: District, first: str, last: str) -> Pupil:
    return next(pupil for pupil in district.pupils if (pupil.first, pupil.last) == (first, last))


def adults(district: District, first: str, last: str) -> list[Guardian]:
    """The adults on a pupil's record, with the contact records of all their children."""
    dcid = pupil_named(district, first, last).dcid

    def knows(contacts: tuple[Contact, ...]) -> bool:
        return any(contact.pupil_dcid == dcid for contact in contacts)

    return [guardian for guardian in district.guardians if knows(guardian.contacts)]
