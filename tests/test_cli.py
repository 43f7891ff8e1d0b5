import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from real_clip import real_clip
from typer.testing import CliRunner

from cot_engine.cli import app


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_analyze_prints_one_report_as_json_and_writes_one_page(tmp_path):
    page = tmp_path / "report.html"
    result = run("analyze", real_clip("single_face.mp4"), "--json", "--html", page)
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report["schema"] == "cot-engine/report/1"
    (person,) = report["people"]
    assert person["label"]["name"] == "happiness"
    assert person["label"]["probability"] >= 0.6
    assert {claim["verdict"] for claim in person["claims"]} == {"supported"}
    assert person["omissions"] == []
    smile = next(event for event in person["events"] if event["au"] == "AU12")
    assert smile["grade"] in "CDE"
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/") >= 4
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)


def test_the_terminal_shows_the_trace_and_how_it_was_checked():
    result = run("analyze", real_clip("single_face.mp4"))
    assert result.exit_code == 0
    assert "Key observations" in result.stdout
    assert "0 contradicted" in result.stdout
    assert "apparent expression: happiness" in result.stdout


def test_observe_names_no_expression():
    result = run("analyze", real_clip("single_face.jpg"), "--observe", "--json")
    (person,) = json.loads(result.stdout)["people"]
    assert person["label"] is None
    assert person["trace"]["interpretation"] == person["trace"]["conclusion"] == ""
    assert "happiness" not in json.dumps(person)
    assert any("AU12" in line for line in person["trace"]["observations"])


@pytest.mark.parametrize(("people", "count"), [("main", 1), ("all", 5)])
def test_the_main_person_or_everyone(people, count):
    report = json.loads(run("analyze", real_clip("multi_face.jpg"), "--people", people, "--json").stdout)
    assert [person["main"] for person in report["people"]] == [True] + [False] * (count - 1)
    assert ("other_people" in {note["code"] for note in report["warnings"]}) is (people == "main")
    assert "no_dynamics" in {note["code"] for note in report["warnings"]}


@pytest.mark.parametrize("labels", ["basic-8", "compound-23", "mafw-11", "micro-3", "academic-5"])
def test_every_label_set_answers(labels):
    report = json.loads(run("analyze", real_clip("single_face.jpg"), "--labels", labels, "--json").stdout)
    assert report["model"]["labels"] == labels
    assert sum(report["people"][0]["label"]["probabilities"].values()) == pytest.approx(1, abs=0.01)


def test_own_labels_from_yaml(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text("name: own\nlabels:\n- name: grin\n  prototypes: [{core: [12]}]\n- name: blank\n")
    report = json.loads(run("analyze", real_clip("single_face.jpg"), "--labels", own, "--json").stdout)
    assert report["people"][0]["label"]["name"] == "grin"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["{no_face}"], "no_face"),
        (["/absent/clip.mp4"], "unreadable_input"),
        (["{text}"], "not_a_video"),
        (["https://example.org/clip.mp4"], "refused_reference"),
        (["{no_face}", "--labels", "feelings-99"], "bad_labels"),
        (["{table}"], "bad_table"),
    ],
)
def test_refused_input_exits_3_with_a_code_and_a_hint(tmp_path, arguments, code):
    (tmp_path / "notes.mp4").write_text("these are words")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    places = {"no_face": real_clip("no_face.mp4"), "text": tmp_path / "notes.mp4", "table": tmp_path / "table.csv"}
    result = run("analyze", *(argument.format(**places) for argument in arguments), "--json")
    assert result.exit_code == 3
    error = json.loads(result.stderr)["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["hint"]
    assert result.stdout == ""


def test_wrong_usage_exits_2():
    assert run("analyze").exit_code == 2
    assert run("analyze", "clip.mp4", "--people", "nobody").exit_code == 2
    assert run("analyze", "clip.mp4", "--html", "/absent/folder/report.html").exit_code == 2


def test_tables_of_other_toolkits_are_analysed_too():
    report = json.loads(run("analyze", real_clip("OpenFace_Test.csv"), "--fps", "25", "--json").stdout)
    assert report["clip"]["kind"] == "table"
    assert report["model"]["action_units"] == "OpenFace 2"
    (person,) = report["people"]
    assert {claim["verdict"] for claim in person["claims"]} <= {"supported"}


def test_nothing_but_results_reaches_stdout_and_no_chatter_stderr():
    command = [str(Path(sys.executable).with_name("cot-engine")), "analyze", str(real_clip("single_face.jpg")), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    json.loads(done.stdout)
    assert done.stderr == ""


def test_doctor_lists_the_weights():
    result = run("doctor", "--json")
    assert result.exit_code == 0
    names = {finding["name"]: finding for finding in json.loads(result.stdout)}
    assert names["face_landmarker"]["state"] == "ok"


def test_help_names_every_command():
    text = run("--help").stdout
    assert {"analyze", "doctor"} <= set(re.findall(r"\w+", text))
