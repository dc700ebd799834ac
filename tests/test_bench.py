"""`make bench`: the harness runs from end to end. What it measures is nobody's assertion."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import requests

from bench import detect, manager, record, releases, sections
from bench.asking import Page
from bench.databases import DATABASES
from bench.machine import Moment, described
from bench.measuring import Figure, Kind, Plan, measure
from plugin.store.database import Database
from sandbox.stage import Stage

FEW = Plan(
    pupils=8, rounds=1, round_time=1, latency=0, pace=4, paced_time=1, waiting=3, long_latency=0.1, waiting_time=1
)


@pytest.mark.soak  # five programs start, six times
def test_every_measurement_runs_and_refuses_nobody(tmp_path: Path) -> None:
    figures = list(measure(DATABASES["SQLite"], tmp_path, FEW, rate=once))
    assert [figure.kind for figure in figures] == [*[Kind.PAGE] * 2, *[Kind.GET_REPORT] * 2, *[Kind.WAITING] * 2]
    refused, broken = figures[3].measured, figures[5].measured
    assert "(0 refused)" in refused
    assert broken.startswith("0 of ")
    assert "0 were told of a failure" in broken


def test_a_search_and_the_bare_loop_take_turns_through_a_district(own_stage: Stage) -> None:
    district, state = own_stage.district, own_stage.state
    ssids = {one.dcid: one.ssid for one in district.pupils if one.ssid}
    questions = detect.Questions(Page(f"{state.url}/scorereports/SSID"), ssids)
    ours = detect.search(own_stage.environ, district.cds, questions, lap=0.02)
    text = detect.report({"SQLite": detect.Detection(ours, ours)}, described(Moment.now(), Moment.now()))
    assert ours.students == len({call.pupil for call in state.calls if call.pupil and call.lea})
    assert len([call for call in state.calls if not call.lea]) > len(ours.laps) > 0
    assert f"| Memory grows from {ours.students} to {ours.students} students | SQLite | < 50 MiB | 0 MiB" in text


def test_every_list_of_a_small_district_is_read_to_its_last_page(postgresql: Path) -> None:
    address = f"postgresql://postgres@/%s?host={postgresql}"
    with psycopg.connect(address % "postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench_of_lists")
    with closing(Database(address % "bench_of_lists")) as database:
        database.migrate()
        releases.fill(database, 200)
        taken = list(manager.take_all(database, 1, list(manager.lists())[::12]))
    assert [len(one.pages) for one in taken if one.total == "600"] == [5] * sum(one.total == "600" for one in taken)
    assert "600" in {one.total for one in taken}
    assert manager.table(taken).count("\n") == len(taken) + 1


def test_the_part_of_one_verb_leaves_those_of_others(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("# How fast it is\n")
    for verb, text in [("one", "first"), ("other", "second"), ("one", "third")]:
        sections.put(document, verb, text)
    assert "first" not in document.read_text()
    kept = sections.kept(document)
    assert kept.index("third") < kept.index("second")
    document.write_text("# Anew\n" + kept)
    assert sections.kept(document) == kept


def test_the_document_has_every_figure_and_says_what_a_missed_aim_would_take() -> None:
    met = Figure(Kind.PAGE, "Page ÷ bare page", "≥ 0.60", "0.70", True)
    missed = Figure(Kind.GET_REPORT, "Get Report adds", "≤ 15 ms", "16 ms", False)
    document = record.document({"SQLite": [met], "PostgreSQL": [missed]}, Plan(), described(Moment.now(), Moment.now()))
    assert "| Page ÷ bare page | SQLite | ≥ 0.60 | 0.70 | met |" in document
    assert "| Get Report adds | PostgreSQL | ≤ 15 ms | 16 ms | **missed** |" in document
    _, remedies, _ = document.split("\n## ", 2)
    assert remedies.startswith("What it would take\n\n- **Get Report.** ")
    assert "**Score Reports page.**" not in remedies


def once(page: Page, _seconds: int) -> float:
    """In place of wrk, which only the measurements need."""
    answer = requests.get(page.url, headers=dict(page.headers), timeout=20)
    answer.raise_for_status()
    assert answer.text.count("<tr") > 20
    return 1 / answer.elapsed.total_seconds()
