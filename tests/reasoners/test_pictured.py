import base64
import json

from faked import event, evidence

from cot_engine.frame_choice import ChosenFrame, Picture
from cot_engine.reasoners.pictured import chat_content, without_pictures

SMILE = evidence(event("AU12", 3.5))
SENT = [Picture(ChosenFrame(3, 1.5, "apex", 0), b"face"), Picture(ChosenFrame(9, 2.0, "context"), b"whole")]


def test_without_pictures_the_content_is_the_prompt_alone():
    assert chat_content(SMILE, (), "Say.") == "Say."


def test_every_picture_follows_its_caption_and_the_prompt_comes_last():
    content = chat_content(SMILE, SENT, "Say.")
    assert [part["type"] for part in content] == ["text", "image_url", "text", "image_url", "text"]
    assert [part["text"] for part in content if part["type"] == "text"] == [
        "At 1.50 s, the face:",
        "At 2.00 s, the whole picture:",
        "Say.",
    ]
    urls = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    assert [base64.b64decode(url.removeprefix("data:image/jpeg;base64,")) for url in urls] == [b"face", b"whole"]


def test_a_caption_names_no_movement():
    assert "AU12" not in json.dumps(chat_content(SMILE, SENT, "Say."))


def test_kept_requests_name_pictures_by_their_hash_and_keep_the_rest():
    payload = {"messages": [{"role": "user", "content": chat_content(SMILE, SENT, 'Say "data:image/jpeg;base64,".')}]}
    kept = without_pictures(payload)
    assert "base64,Zm" not in json.dumps(kept)
    assert kept["messages"][0]["content"][1]["image_url"]["url"].startswith("sha256:")
    assert kept["messages"][0]["content"][-1] == payload["messages"][0]["content"][-1]
