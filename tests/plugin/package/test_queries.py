"""The named queries: each rule, broken once in the real file."""

from __future__ import annotations

import pytest

QUERIES = "queries_root/org.cascorereports.roster.named_queries.xml"
FIELD = '<field table="STUDENTS" field="DCID" access="ViewOnly"/>'


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            'name="org.cascorereports.roster.student.identity"',
            'name="org.student.identity"',
            "it must be five dotted parts",
        ),
        (
            'name="org.cascorereports.roster.student.identity"',
            'name="com.powerschool.roster.student.identity"',
            "it must be five dotted parts of our own",
        ),
        ('name="org.cascorereports.roster.student.identity"', f'name="a.b.c.d.{"x" * 193}"', "200 are allowed"),
        (
            'name="org.cascorereports.roster.student.identity"',
            'name="org.cascorereports.roster.student.self"',
            None,
        ),
        ("<summary>One student</summary>", f"<summary>{'x' * 51}</summary>", "51 characters; 50 are allowed"),
        ("<summary>One student</summary>", "<summary/>", "the text of <summary> is empty"),
        ('flattened="true"', 'flattened="false"', "flattened of <query> is 'false'"),
        ('required="true"', 'required="false"', "required of <arg> is 'false'"),
        ('required="true"', 'required="true" default="1"', "default of <arg> has no place there"),
        ('<column column="STUDENTS.DOB">', '<column column="DOB">', "it must be TABLE.FIELD"),
        (
            '<column column="STUDENTS.DOB">',
            '<column column="STUDENTS.GENDER">',
            "STUDENTS.GENDER is not named in the acc",
        ),
        (
            '<column column="STUDENTS.DOB">',
            '<column column="STUDENTS.ID">',
            "declared as STUDENTS.ID, but the SQL selects",
        ),
        (">dob</column>", ">date of birth</column>", "it must be one word in small letters"),
        (">dob</column>", ">id</column>", "column id stands at"),
    ],
)
def test_a_named_query_keeps_the_rules_of_its_file(tree, old: str, new: str, what: str | None) -> None:
    if what is None:
        tree.replace(QUERIES, old, new)
        assert any("name org.cascorereports.roster.student.self stands at" in said for said in tree.refusals())
    else:
        tree.refuses(QUERIES, old, new, what)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("where s.enroll_status = 0", "where s.exitdate > sysdate", "'sysdate' reckons with dates"),
        ("where s.enroll_status = 0", "where s.exitdate > date('now')", "'date' reckons with dates"),
        ("where s.enroll_status = 0", "where trunc(s.exitdate) = 1", "'trunc' reckons with dates"),
        ("where s.enroll_status = 0", "where nvl(s.exitdate, 0) = 0", "'nvl' is not said alike"),
        ("where s.enroll_status = 0", "where rownum < 5", "'rownum' is not said alike"),
        ("where s.enroll_status = 0", 'where "s".id = 1', "quotes a name"),
        ("where s.enroll_status = 0", "where s.id = ~(curstudid)", "is a PSHTML tag"),
        ("where s.enroll_status = 0", "where s.id = 1 -- mine", "begins a comment"),
        ("where s.enroll_status = 0", "join cc as c on c.studentid = s.id", "names a table with AS"),
        ("where s.enroll_status = 0", "where s.id = :who", "argument who is declared or used, but not both"),
        ("where s.enroll_status = 0", "where 0 = 0; delete from students", "changes the database"),
        (
            "select s.dcid, s.id, s.state_studentnumber, s.grade_level",
            "select s.*, s.grade_level",
            "any number of columns",
        ),
    ],
)
def test_the_sql_of_a_query_runs_unchanged_on_both_databases(tree, old: str, new: str, what: str) -> None:
    line = tree.replace(QUERIES, old, new)
    said = [said for said in tree.refusals() if what in said]
    assert said
    assert int(said[0].split("line ")[1].split(":")[0]) in range(line - 5, line + 1)
    assert said[0].startswith(f"{QUERIES}: ")


def test_a_word_of_the_other_dialect_inside_a_text_is_no_fault(tree) -> None:
    tree.replace(QUERIES, "where s.enroll_status = 0", "where s.first_name <> 'limit; (sysdate'")
    assert tree.build()


def test_a_query_without_order_is_refused(tree) -> None:
    tree.refuses(QUERIES, "      order by s.dcid\n", "", "no order by at its end", below=-7)


def test_a_word_that_ends_like_order_is_no_order(tree) -> None:
    tree.replace(QUERIES, "      order by s.dcid\n", "      and s.border by\n")
    assert any("no order by at its end" in said for said in tree.refusals())


def test_an_order_inside_a_subquery_is_not_enough(tree) -> None:
    tree.replace(QUERIES, "      order by e.entrydate desc, e.earlier\n", "")
    tree.replace(
        QUERIES, "        where s.dcid = :student_dcid\n      ) e", "where s.dcid = :student_dcid order by 1) e"
    )
    assert any("no order by at its end" in said for said in tree.refusals())


def test_an_argument_that_the_sql_does_not_use_is_refused(tree) -> None:
    tree.replace(QUERIES, "where s.dcid = :student_dcid\n      order", "where s.dcid = 1\n      order")
    assert any("argument student_dcid is declared or used, but not both" in said for said in tree.refusals())


def test_as_many_columns_are_declared_as_selected(tree) -> None:
    tree.replace(
        QUERIES, "s.enroll_status, ca.parentcorresplang\n      from students", "s.enroll_status\n      from students"
    )
    assert any("the SQL selects 10 columns, but 11 are declared" in said for said in tree.refusals())


def test_a_file_of_queries_is_one(tree) -> None:
    text = (tree.root / QUERIES).read_text()
    tree.write(QUERIES, text.replace("queries>", "querys>"))
    assert f"{QUERIES}: line 4: the document is a <querys>, not a <queries>" in tree.refusals()


def test_two_files_can_t_hold_queries_of_one_name(tree) -> None:
    text = (tree.root / QUERIES).read_text()
    text = text.replace("roster.leas.all", "roster.leas.ALL")
    tree.write("queries_root/org.cascorereports.second.named_queries.xml", text)
    assert any("name org.cascorereports.roster.leas.ALL stands at" in said for said in tree.refusals())
