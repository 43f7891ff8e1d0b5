from cot_engine.engine import measure


def test_what_another_estimator_measured_is_not_used_again(tmp_path, monkeypatch):
    first = measure.Shelf(tmp_path, pixels=False)
    again = measure.Shelf(tmp_path, pixels=False)
    retrained = tmp_path / "estimator"
    retrained.mkdir()
    (retrained / "encoder.onnx").write_bytes(b"other weights")
    monkeypatch.setattr(measure, "ESTIMATOR", retrained)
    assert first._evidence == again._evidence != measure.Shelf(tmp_path, pixels=False)._evidence
