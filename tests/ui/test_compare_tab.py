"""The Compare tab in a real browser."""

import pytest

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


def test_two_clips_are_laid_over_each_other(page, visit, clip):
    tab = visit(page)
    tab.get_by_role("tab", name="Compare").click()
    tab.locator("#compare").click()
    expect(tab.locator("#status-compare")).to_contain_text("Choose both clips first")
    for which, name in (("a", "smile.mp4"), ("b", "half.mp4")):
        tab.set_input_files(f"#clip-{which} input[type=file]", clip(name))
        tab.locator(f"#clip-{which} video").wait_for()
    tab.locator("#compare").click()
    expect(tab.locator("#score")).to_contain_text("of 1")
    expect(tab.locator("#details svg").first).to_be_visible()
    expect(tab.locator("#details")).to_contain_text("Lost: in A, not in B")
    expect(tab.locator("#details .ce-lone.lost")).to_contain_text("AU12")
    expect(tab.locator("#details table")).to_contain_text("AU12")
    assert not tab.faults


def test_clips_that_cannot_be_compared_are_explained(page, visit, clip):
    tab = visit(page)
    tab.get_by_role("tab", name="Compare").click()
    for which, name in (("a", "smile.mp4"), ("b", "nobody.mp4")):
        tab.set_input_files(f"#clip-{which} input[type=file]", clip(name))
        tab.locator(f"#clip-{which} video").wait_for()
    tab.locator("#compare").click()
    expect(tab.locator("#status-compare [role=alert]")).to_contain_text("no_face")
