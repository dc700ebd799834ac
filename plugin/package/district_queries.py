"""What a district keeps in fields of its own: one named query for each, so that a refusal touches only one thing."""

from __future__ import annotations

from collections.abc import Iterable

from plugin.district import DistrictField

PATH = "queries_root/org.cascorereports.district.named_queries.xml"

_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<queries>
{queries}</queries>
"""

_QUERY = """  <query name="org.cascorereports.district.{role}.value" coreTable="students" flattened="true">
    <summary>District field: {role}</summary>
    <args>
      <arg name="student_dcid" column="{argument}" required="true" description="Students.DCID"/>
    </args>
    <columns>
{columns}    </columns>
    <sql><![CDATA[
{sql}
    ]]></sql>
  </query>
"""

#: A field kept on the student: the key holds Students.DCID.
_OF_STUDENT = """      select t.{key}, t.{column}
      from {table} t
      where t.{key} = :student_dcid
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
    return _FILE.format(queries="".join(_query(field) for field in fields))


def _query(field: DistrictField) -> str:
    key, value = f"{field.table}.{field.key}".upper(), f"{field.table}.{field.column}".upper()
    columns, argument, sql = {key: "dcid", value: "value"}, key, _OF_STUDENT
    if field.of_contact:
        argument, sql = "STUDENTCONTACTASSOC.STUDENTDCID", _OF_CONTACT
        contact = "STUDENTCONTACTDETAIL.STUDENTCONTACTDETAILID"
        columns = {"STUDENTCONTACTASSOC.PERSONID": "personid", contact: "contact_detail_id", value: "value"}
    return _QUERY.format(
        role=field.role,
        argument=argument,
        columns="".join(f'      <column column="{column}">{alias}</column>\n' for column, alias in columns.items()),
        sql=sql.format(table=field.table.lower(), key=field.key.lower(), column=field.column.lower()),
    )
