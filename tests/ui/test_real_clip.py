"""Nothing made up: a real clip through the real page."""

import pytest

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


def test_a_real_smile_is_read_from_upload_to_checked_claim(visit, upload, real_clip, monkeypatch):
    from cot_engine.analysis import analyze
    from cot_engine.ui import build_demo, open_page

    demo = build_demo(analyze)
    try:
        tab = visit(open_page(demo, prevent_thread_lock=True, quiet=True))
        upload(tab, real_clip("single_face.mp4"))
        expect(tab.locator("#headline h2")).to_have_text("happiness", timeout=200_000)
        expect(tab.locator("#timeline svg").first).to_be_visible()
        expect(tab.locator("#trace")).to_contain_text("Key observations")
        tab.locator("#claims button[data-au=AU12][data-verdict=supported]").first.click()
        expect(tab.locator("#frame figcaption")).to_contain_text("AU12")
        assert 0.5 <= float(tab.locator("#frame figcaption").get_attribute("data-time")) <= 2.4
        expect(tab.locator("#download-html")).to_be_visible()
    finally:
        demo.close()
