import json

import pytest

from cot_engine.evaluation.quote import BEGIN, END, main, quote, rewrite

ECE = {"name": "ECE", "value": 0.123, "n": 9, "low": 0.1, "high": 0.15, "note": ""}
REPORT = {
    "date": "2026-11-23",
    "about": {"corpus": "studio", "clips": "200", "protocol": "long"},
    "models": {
        "codebook": {"sections": [{"title": "Confidence", "figures": [ECE], "sentences": []}]},
        "mini": {"sections": []},
    },
}
TEXT = f"before\n{BEGIN}\nold\n{END}\nafter\n"


def test_figures_stand_with_their_interval_and_a_dash_where_a_model_has_none():
    assert "| ECE | 0.123 [0.100, 0.150] | – |" in quote(REPORT)
    assert "corpus studio, clips 200)" in quote(REPORT)


def test_only_what_is_between_the_markers_is_replaced():
    assert rewrite(TEXT, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert rewrite(rewrite(TEXT, "new"), "new") == rewrite(TEXT, "new")


@pytest.mark.parametrize("text", ["nothing", f"{BEGIN}", f"{END}\n{BEGIN}", TEXT + TEXT])
def test_a_text_without_its_markers_is_left_alone(text):
    with pytest.raises(ValueError, match="once each"):
        rewrite(text, "new")


def test_the_command_writes_into_the_files(tmp_path):
    (tmp_path / "report.json").write_text(json.dumps(REPORT))
    (tmp_path / "card.md").write_text(TEXT)
    main([str(tmp_path), str(tmp_path / "card.md")])
    assert "0.123 [0.100, 0.150]" in (tmp_path / "card.md").read_text()
