"""The Analyse tab in a real browser."""

import re
import time

import pytest

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


def shown_time(tab) -> float:
    return float(tab.locator("#frame figcaption").get_attribute("data-time"))


def test_a_smile_is_read_explained_and_a_click_on_its_claim_moves_the_frame_into_its_event(page, visit, upload, clip):
    tab = visit(page)
    expect(tab.locator("#empty")).to_contain_text("Choose a clip of a face")
    upload(tab, "smile.mp4")
    expect(tab.locator("#headline h2")).to_have_text("happiness")
    expect(tab.locator("#timeline svg").first).to_be_visible()
    expect(tab.locator("#trace")).to_contain_text("Overall interpretation")
    expect(tab.locator("#labels")).to_contain_text("not sure")
    expect(tab.locator("#warnings")).to_contain_text("The face is blurred.")
    expect(tab.locator("#empty")).to_be_hidden()

    claim = tab.locator("#claims button[data-au=AU4][data-verdict=supported]").first
    claim.click()
    expect(tab.locator("#frame figcaption")).to_contain_text("Marked")
    expect(tab.locator("#frame figcaption")).not_to_contain_text("AU12")
    assert 0.4 <= shown_time(tab) <= 0.9
    tab.locator("#claims button[data-au=AU12][data-verdict=supported]").first.click()
    expect(tab.locator("#frame figcaption b")).to_contain_text("1.5")
    assert 1.0 <= shown_time(tab) <= 2.5
    tab.locator("#timeline .wide .ce-event[aria-label^=AU4]").click()
    expect(tab.locator("#frame figcaption b")).to_contain_text("0.6")
    # Nothing came from anywhere but the page itself.
    assert {re.match(r"\w+://[^/]*", url)[0] for url in tab.fetched if url.startswith("http")} == {page.rstrip("/")}
    assert not tab.faults


def test_the_text_arrives_line_by_line_after_the_timeline(page, visit, upload):
    tab = visit(page)
    tab.evaluate(
        """() => { window.lengths = []; new MutationObserver(() => {
            const text = document.querySelector("#trace .writing");
            if (text) window.lengths.push([text.innerText.length, !!document.querySelector("#timeline svg")]);
        }).observe(document.body, { childList: true, subtree: true, characterData: true }); }"""
    )
    upload(tab, "smile.mp4")
    expect(tab.locator("#claims button").first).to_be_visible()
    lengths = tab.evaluate("window.lengths")
    assert len({length for length, _ in lengths}) >= 3
    assert lengths == sorted(lengths)
    assert all(timeline for _, timeline in lengths)


def test_an_example_is_a_click_away(page, visit):
    tab = visit(page)
    tab.locator("#examples button", has_text="Talking").click()
    tab.locator("#clip video").wait_for()
    tab.locator("#analyse").click()
    expect(tab.locator("#claims button").first).to_be_visible()


def test_everyone_in_view_can_be_looked_at(page, visit, upload):
    tab = visit(page)
    upload(tab, "two.mp4")
    expect(tab.locator("#claims button").first).to_be_visible()
    expect(tab.locator("#people button")).to_have_count(2)
    expect(tab.locator("#people img")).to_have_count(2)
    tab.locator("#people button").nth(1).click()
    expect(tab.locator("#headline h2")).to_have_text("surprise")
    expect(tab.locator("#timeline .wide")).to_contain_text("AU26")


def test_movements_only_names_no_expression(page, visit, upload):
    tab = visit(page)
    tab.get_by_role("button", name="Settings").first.click()
    tab.get_by_label("Movements only").check()
    upload(tab, "smile.mp4")
    expect(tab.locator("#headline")).to_contain_text("no expression is named")
    expect(tab.locator("#trace")).not_to_contain_text("happiness")
    expect(tab.locator("#labels")).to_be_hidden()


def test_stop_is_heard_within_a_second_and_the_next_upload_works(page, visit, upload):
    tab = visit(page)
    upload(tab, "slow.mp4")
    expect(tab.locator("#status-analyse")).to_contain_text("Finding faces")
    # Timed in the page: from the click to the words on the screen.
    took_ms = tab.evaluate(
        """() => new Promise((done) => {
            const begun = performance.now();
            new MutationObserver(() => {
                if (document.querySelector("#status-analyse").innerText.includes("Stopped")) done(performance.now() - begun);
            }).observe(document.body, { childList: true, subtree: true, characterData: true });
            document.querySelector("#stop-analyse").click();
        })"""
    )
    assert took_ms < 1000
    upload(tab, "smile.mp4")
    expect(tab.locator("#claims button").first).to_be_visible()


def test_what_was_seen_so_far_is_there_to_look_at_while_the_clip_is_still_read(page, visit, upload):
    tab = visit(page)
    upload(tab, "slow.mp4")
    expect(tab.locator("#headline")).to_contain_text("The first 4.0 s so far")
    expect(tab.locator("#status-analyse")).to_contain_text("Finding faces")
    expect(tab.locator("#people img")).to_be_visible()
    tab.locator("#timeline .wide .ce-event[aria-label^=AU4]").click()
    expect(tab.locator("#frame figcaption b")).to_contain_text("0.6")
    tab.locator("#stop-analyse").click()
    expect(tab.locator("#headline")).to_be_empty()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody.mp4", ["No face was found", "at least 32 pixels", "no_face"]),
        ("broken.mp4", ["cannot be analysed", "not_a_video"]),
        ("fault.mp4", ["Something went wrong on our side"]),
    ],
)
def test_a_clip_that_cannot_be_read_is_explained_and_the_next_upload_works(page, visit, upload, name, words):
    tab = visit(page)
    upload(tab, name)
    for word in words:
        expect(tab.locator("#status-analyse [role=alert]")).to_contain_text(word)
    assert "secret detail" not in tab.content()
    upload(tab, "smile.mp4")
    expect(tab.locator("#claims button").first).to_be_visible()


def test_a_file_that_is_too_large_is_turned_away_and_the_next_upload_works(serve_page, visit, upload, tmp_path):
    tab = visit(serve_page(max_file_size="200kb"))
    large = tmp_path / "large.mp4"
    large.write_bytes(bytes(300_000))
    tab.set_input_files("#clip input[type=file]", large)
    expect(tab.get_by_text(re.compile("exceeds|too large|maximum", re.IGNORECASE)).first).to_be_visible()
    upload(tab, "smile.mp4")
    expect(tab.locator("#claims button").first).to_be_visible()


def test_a_full_queue_says_so_and_takes_the_next_request(serve_page, visit, upload):
    address = serve_page(max_waiting=1)
    busy, waiting, late = visit(address), visit(address), visit(address)
    upload(busy, "slow.mp4")
    expect(busy.locator("#status-analyse")).to_contain_text("Finding faces")
    upload(waiting, "smile.mp4")
    expect(waiting.locator("#status-analyse")).to_contain_text("Waiting")
    time.sleep(1)  # the request of the second has to be in the queue before the third
    upload(late, "smile.mp4")
    expect(late.locator("#status-analyse [role=alert]")).to_contain_text("The queue is full")
    busy.locator("#stop-analyse").click()
    expect(waiting.locator("#claims button").first).to_be_visible()
    late.locator("#analyse").click()
    expect(late.locator("#claims button").first).to_be_visible()


def test_two_visitors_see_their_own_files_only(page, visit, upload):
    one, other = visit(page), visit(page)
    upload(one, "smile.mp4")
    upload(other, "two.mp4")
    for tab in (one, other):
        expect(tab.locator("#claims button").first).to_be_visible()
    expect(one.locator("#people button")).to_have_count(1)
    expect(other.locator("#people button")).to_have_count(2)
    # A frame of the one is not shown to the other, whatever the other clicks.
    other.locator("#people button").nth(1).click()
    expect(other.locator("#headline h2")).to_have_text("surprise")
    expect(one.locator("#headline h2")).to_have_text("happiness")
    assert "two.mp4" not in one.content()


def test_what_a_model_writes_is_text_whatever_it_holds(page, visit, upload):
    tab = visit(page)
    upload(tab, "planted.mp4")
    for part in ("#trace", "#claims"):
        expect(tab.locator(part)).to_contain_text("lip corners rise")
    for piece in (
        "<script>window.planted = 1</script>",
        "![i](http://planted.invalid/i.png)",
        "$$x^2$$",
        "{{value}}",
        "${1 + 1}",
    ):
        expect(tab.locator("#trace")).to_contain_text(piece)
    assert tab.evaluate("window.planted") is None
    assert tab.locator("#trace img, #trace script, #trace .katex").count() == 0
    assert not [url for url in tab.fetched if "planted.invalid" in url]


def test_chinese_browsers_get_a_chinese_page(page, visit, upload):
    tab = visit(page, locale="zh-CN")
    expect(tab.locator("#analyse")).to_have_text("开始分析")
    expect(tab.locator("#empty")).to_contain_text("请上传")
    upload(tab, "smile.mp4")
    expect(tab.locator("#claims")).to_contain_text("逐句核对")
