"""Rules of axe-core, and a phone's width, on every tab of the real page."""

import pytest

expect = pytest.importorskip("playwright.sync_api").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = pytest.mark.browser


def faults(tab) -> list[str]:
    found = axe.Axe().run(tab).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def tabs_of(tab) -> list[str]:
    return [one.inner_text() for one in tab.get_by_role("tab").all() if one.is_visible()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_on_any_tab(page, visit, upload, scheme):
    tab = visit(page, color_scheme=scheme, reduced_motion="reduce")
    upload(tab, "two.mp4")
    expect(tab.locator("#download-csv")).to_be_visible()
    found = faults(tab)
    for name in tabs_of(tab)[1:]:
        tab.get_by_role("tab", name=name).click()
        expect(tab.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        found += [f"{name}: {fault}" for fault in faults(tab)]
    assert not found


def test_a_phone_never_scrolls_sideways(page, visit, upload):
    tab = visit(page, width=390)
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.evaluate(wide) == 0
    upload(tab, "two.mp4")
    expect(tab.locator("#download-csv")).to_be_visible()
    expect(tab.locator("#timeline .narrow svg")).to_be_visible()
    assert tab.evaluate(wide) == 0
    for name in ("Compare", "Dataset", "About"):
        button = tab.get_by_role("tab", name=name)
        if not button.is_visible():
            tab.locator(".overflow-menu > button").click()
            button = tab.locator(".overflow-dropdown").get_by_text(name)
        button.click()
        assert tab.evaluate(wide) == 0, name
