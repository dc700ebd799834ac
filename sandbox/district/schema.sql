-- PowerSchool's own names; only what the product or the stand-in's own pages read.
-- Dates are text, YYYY-MM-DD. Yes and no are 1 and 0.

create table students (
    dcid integer primary key, id integer not null unique, student_number integer, state_studentnumber text,
    first_name text, last_name text, dob text, grade_level integer,
    schoolid integer references schools (school_number), enroll_status integer, entrydate text,
    exitdate text
);
create table s_ca_stu_x (
    studentsdcid integer primary key references students, parentcorresplang text, elastatus text
);
create table reenrollments (
    dcid integer primary key, studentid integer references students (id), schoolid integer,
    grade_level integer, entrydate text, exitdate text
);
create table schools (dcid integer primary key, school_number integer not null unique, name text);
create table s_ca_subdistricts (
    school_number integer primary key references schools (school_number), subdistrict_name text,
    schoolcdscode text
);

create table accessstudent (studentsdcid integer primary key references students, accountidentifier text);
create table guardian (guardianid integer primary key, firstname text, lastname text, accountidentifier text);
create table guardianstudent (
    guardianstudentid integer primary key, guardianid integer references guardian,
    studentsdcid integer references students
);
create table guardianpersonassoc (
    guardianpersonassocid integer primary key, guardianid integer references guardian,
    personid integer references person
);
create table person (id integer primary key, firstname text, lastname text);
create table emailaddress (emailaddressid integer primary key, emailaddress text);
create table personemailaddressassoc (
    personemailaddressassocid integer primary key, personid integer references person,
    emailaddressid integer references emailaddress, isprimaryemailaddress integer
);
create table studentcontactassoc (
    studentcontactassocid integer primary key, studentdcid integer references students,
    personid integer references person, contactpriorityorder integer
);
create table studentcontactdetail (
    studentcontactdetailid integer primary key,
    studentcontactassocid integer references studentcontactassoc, startdate text, enddate text,
    isactive integer, iscustodial integer, confidentialcommflag integer
);
create table studentcontactdetailcorefields (
    studentcontactdetailid integer primary key references studentcontactdetail, legalguardian integer
);

create table users (
    dcid integer primary key, first_name text, last_name text, groupvalue integer, canchangeschool text
);
create table schoolstaff (id integer primary key, users_dcid integer references users, schoolid integer);
create table courses (course_number text primary key, course_name text);
create table sections (
    id integer primary key, dcid integer, course_number text references courses, section_number text,
    schoolid integer, period integer
);
create table sectionteacher (
    id integer primary key, teacherid integer references schoolstaff, sectionid integer references sections,
    start_date text, end_date text
);
create table cc (
    dcid integer primary key, studentid integer references students (id), sectionid integer,
    dateenrolled text, dateleft text
);

-- What this district keeps in fields of its own; district.toml names them.
create table u_score_reports (
    studentsdcid integer primary key references students, do_not_release text, hide_contact text,
    test_exemption text, test_status text
);
create table u_contact_rights (
    studentcontactdetailid integer primary key references studentcontactdetail, educational_rights text
);

create index students_school on students (schoolid);
create index reenrollments_student on reenrollments (studentid);
create index accessstudent_account on accessstudent (accountidentifier);
create index guardian_account on guardian (accountidentifier);
create index guardianstudent_guardian on guardianstudent (guardianid);
create index guardianstudent_student on guardianstudent (studentsdcid);
create index guardianpersonassoc_guardian on guardianpersonassoc (guardianid);
create index guardianpersonassoc_person on guardianpersonassoc (personid);
create index personemailaddressassoc_person on personemailaddressassoc (personid);
create index studentcontactassoc_student on studentcontactassoc (studentdcid);
create index studentcontactassoc_person on studentcontactassoc (personid);
create index studentcontactdetail_assoc on studentcontactdetail (studentcontactassocid);
create index schoolstaff_user on schoolstaff (users_dcid);
create index sectionteacher_teacher on sectionteacher (teacherid);
create index sectionteacher_section on sectionteacher (sectionid);
create index cc_student on cc (studentid);
create index cc_section on cc (sectionid);
