"""How the page is served, and its API. No browser."""

import json
from pathlib import Path

import pytest

pytest.importorskip("gradio_client")

import gradio_client
import httpx

from cot_engine.ui.job import MODEL_QUEUE


@pytest.fixture(scope="module")
def client(page):
    return gradio_client.Client(page, verbose=False)


def test_every_endpoint_has_a_name_types_and_words(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert {"/analyze", "/compare"} <= set(endpoints)
    for name, endpoint in endpoints.items():
        assert endpoint["parameters"], name
        assert all(parameter["python_type"]["type"] for parameter in endpoint["parameters"]), name
        assert endpoint["description"], name
    assert not client.view_api(return_format="dict")["unnamed_endpoints"]


def test_analyze_gives_the_public_report(client, clip):
    video = gradio_client.handle_file(clip("smile.mp4"))
    report = json.loads(client.predict(video, "basic-7", "codebook", "all", False, api_name="/analyze"))
    assert report["schema"] == "cot-engine/report/1"
    assert report["people"][0]["label"]["name"] == "happiness"
    # Where the upload lies is not told.
    assert report["clip"]["path"] == "smile.mp4"


def test_compare_gives_the_public_comparison(client, clip):
    files = [gradio_client.handle_file(clip(name)) for name in ("smile.mp4", "again.mp4")]
    comparison = json.loads(client.predict(*files, api_name="/compare"))
    assert comparison["schema"] == "cot-engine/comparison/1"
    assert comparison["fidelity"]["score"] > 0.9
    assert comparison["b"]["path"] == "again.mp4"


def test_a_refusal_comes_with_its_code(client, clip):
    with pytest.raises(gradio_client.exceptions.AppError, match="no_face"):
        client.predict(gradio_client.handle_file(clip("nobody.mp4")), "basic-7", "codebook", "all", False, api_name="/analyze")


@pytest.mark.parametrize("choice", [{"model": "openai:http://127.0.0.1:9/v1#x"}, {"labels": "/etc/passwd"}])
def test_only_what_is_offered_can_be_chosen(client, clip, choice):
    asked = {"labels": "basic-7", "model": "codebook", "people": "all", "observe": False} | choice
    with pytest.raises(gradio_client.exceptions.AppError):
        client.predict(gradio_client.handle_file(clip("smile.mp4")), *asked.values(), api_name="/analyze")


def test_a_path_of_the_server_is_no_upload(page, clip):
    inside = {"path": str(clip("smile.mp4")), "meta": {"_type": "gradio.FileData"}}
    endpoint = f"{page}gradio_api/call/analyze"
    asked = httpx.post(endpoint, json={"data": [inside, "basic-7", "codebook", "all", False]}).json()
    answer = httpx.get(f"{endpoint}/{asked['event_id']}", timeout=60).text
    assert "event: error" in answer
    assert "happiness" not in answer


def test_the_page_is_served_for_this_machine_alone_and_bounded(page, served):
    (demo,) = [one for one in served if one.local_url == page]
    assert page.startswith("http://127.0.0.1:")
    assert demo.share is False
    assert demo.allowed_paths == []
    assert demo.max_file_size == 50 * 1000 * 1000 or demo.max_file_size == 50 * 1024 * 1024
    assert demo.delete_cache == (3600, 3600)
    assert demo._queue.max_size == 8
    assert demo.analytics_enabled is False
    assert demo.mcp_server is None or not demo.mcp_server
    answer = httpx.get(page, headers={"Origin": "https://elsewhere.invalid"})
    assert "access-control-allow-origin" not in answer.headers
    with_model = [block for block in demo.fns.values() if block.concurrency_id == MODEL_QUEUE]
    assert {block.api_name for block in with_model} >= {"analyze", "compare"}
    assert all(block.queue and block.concurrency_limit == 1 for block in with_model)


def test_cards_are_shown_without_pictures_and_local_links():
    from cot_engine.ui.about import cards

    found = cards()
    assert "au_estimator" in found
    assert all(card.startswith("### ") and "](" not in card.replace("](http", "") for card in found.values())


def test_app_py_holds_no_logic():
    script = (Path(__file__).parents[2] / "app.py").read_text()
    assert len(script.splitlines()) < 15
    assert json.dumps("app") in script
