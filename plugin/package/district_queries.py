"""What a district keeps in fields of its own: one named query for each, so that a refusal touches only one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from plugin.district import DistrictField

PATH = "queries_root/org.cascorereports.district.named_queries.xml"

_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<queries>
{queries}</queries>
"""

_QUERY = """  <query name="org.cascorereports.district.{role}.{which}" coreTable="students" flattened="true">
    <summary>District field: {role}</summary>
{args}    <columns>
{columns}    </columns>
    <sql><![CDATA[
{sql}
    ]]></sql>
  </query>
"""

_ARGS = """    <args>
      <arg name="student_dcid" column="{argument}" required="true" description="Students.DCID"/>
    </args>
"""

#: A field kept on the student: the key holds Students.DCID.
_OF_STUDENT = """      select t.{key}, t.{column}
      from {table} t
      where t.{key} = :student_dcid
      order by t.{key}"""

#: The same of everybody, for work that runs over a whole district.
_OF_STUDENTS = """      select t.{key}, t.{column}
      from {table} t
      where t.{column} is not null
      order by t.{key}"""

#: A field kept on what joins a contact to a student: the key holds StudentContactDetail.StudentContactDetailID.
_OF_CONTACT = """      select a.personid, d.studentcontactdetailid, t.{column}
      from studentcontactassoc a
      join studentcontactdetail d on d.studentcontactassocid = a.studentcontactassocid
      join {table} t on t.{key} = d.studentcontactdetailid
      where a.studentdcid = :student_dcid
      order by a.personid, d.studentcontactdetailid"""


def document(fields: Iterable[DistrictField]) -> str:
    """The file of named queries for these fields."""
    return _FILE.format(queries="".join(query for field in fields for query in _queries(field)))


def _queries(field: DistrictField) -> Iterator[str]:
    """`value` for one student and, of a field kept on the student, `all`."""
    key, value = f"{field.table}.{field.key}".upper(), f"{field.table}.{field.column}".upper()
    if field.of_contact:
        student, contact = "STUDENTCONTACTASSOC.STUDENTDCID", "STUDENTCONTACTDETAIL.STUDENTCONTACTDETAILID"
        columns = {"STUDENTCONTACTASSOC.PERSONID": "personid", contact: "contact_detail_id", value: "value"}
        yield _query(field, "value", columns, _OF_CONTACT, argument=student)
    else:
        yield _query(field, "value", {key: "dcid", value: "value"}, _OF_STUDENT, argument=key)
        yield _query(field, "all", {key: "dcid", value: "value"}, _OF_STUDENTS)


def _query(field: DistrictField, which: str, columns: Mapping[str, str], sql: str, argument: str = "") -> str:
    return _QUERY.format(
        role=field.role,
        which=which,
        args=_ARGS.format(argument=argument) if argument else "",
        columns="".join(f'      <column column="{column}">{alias}</column>\n' for column, alias in columns.items()),
        sql=sql.format(table=field.table.lower(), key=field.key.lower(), column=field.column.lower()),
    )
