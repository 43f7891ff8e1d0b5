"""Pictures of the page's four tabs for the README, taken from the page itself with the rendered example clips.

    python benchmarks/screenshots.py [--out data_cards/pictures] [--url URL]

Serves the page with the real analysis (or takes the one at URL), drives it with the system's Chromium and writes
``page_analyse.png``, ``page_compare.png``, ``page_dataset.png``, ``page_about.png``, and ``page_phone.png`` (all, 390 px wide).
"""

import argparse
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

EXAMPLES = Path(str(resources.files("cot_engine.ui"))) / "examples"
WIDE, PHONE = 1280, 390
# A picture of a whole page would be too long to look at.
MAX_HEIGHT = {WIDE: 2300, PHONE: 1700}
PATIENCE_MS = 300_000


@contextmanager
def served() -> Iterator[str]:
    """The page with the real analysis on a free port."""
    from cot_engine.analysis import analyze
    from cot_engine.ui import build_demo, open_page

    demo = build_demo(analyze)
    yield open_page(demo, prevent_thread_lock=True, quiet=True)
    demo.close()


def clips_zip(folder: Path) -> Path:
    """Clips in folders named like labels: one differs from its label, one is broken, one comes twice."""
    path = folder / "clips.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.write(EXAMPLES / "brows.mp4", "fear/p01_brows.mp4")
        zipped.write(EXAMPLES / "mask.mp4", "surprise/p03_mask.mp4")
        zipped.write(EXAMPLES / "talking.mp4", "neutral/p02_talking.mp4")
        zipped.write(EXAMPLES / "brows.mp4", "surprise/p01_again.mp4")
        zipped.writestr("neutral/p04_cut_off.mp4", (EXAMPLES / "brows.mp4").read_bytes()[:900])
    return path


def analyse(page: Page, folder: Path) -> None:
    """Brows and jaw of a rendered face, a statement about the brows chosen."""
    page.set_input_files("#clip input[type=file]", EXAMPLES / "brows.mp4")
    page.locator("#clip video").wait_for()
    page.locator("#analyse").click()
    expect(page.locator("#download-json")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#claims button[data-au=AU2]").first.click()


def compare(page: Page, folder: Path) -> None:
    """Two faces that do different things."""
    for which, name in (("a", "brows.mp4"), ("b", "talking.mp4")):
        page.set_input_files(f"#clip-{which} input[type=file]", EXAMPLES / name)
        page.locator(f"#clip-{which} video").wait_for()
    page.locator("#compare").click()
    expect(page.locator("#score .ce-score")).to_be_visible(timeout=PATIENCE_MS)


def dataset(page: Page, folder: Path) -> None:
    """Five clips, the first of them chosen."""
    page.set_input_files("#archive input[type=file]", clips_zip(folder))
    expect(page.locator("#archive")).to_contain_text("clips.zip")
    page.locator("#dataset").click()
    expect(page.locator("#data-rows table")).to_be_visible(timeout=PATIENCE_MS)
    page.locator("#data-rows button").first.click()
    expect(page.locator("#data-detail mark").first).to_be_visible()


def about(page: Page, folder: Path) -> None:
    """As it is."""


TABS: dict[str, Callable[[Page, Path], None]] = {"Analyse": analyse, "Compare": compare, "Dataset": dataset, "About": about}


def photographed(browser: Any, url: str, width: int, tabs: list[str], folder: Path) -> dict[str, Image.Image]:
    """Each tab after it was used, as a picture of at most ``MAX_HEIGHT``."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="light", locale="en-GB")
    page.goto(url)
    page.locator("#analyse").wait_for()
    pictures = {}
    for name in tabs:
        button = page.get_by_role("tab", name=name)
        if not button.is_visible():
            page.locator(".overflow-menu > button").click()
            button = page.locator(".overflow-dropdown").get_by_text(name)
        button.click()
        TABS[name](page, folder)
        # Nothing has the focus or is being animated.
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
        page.wait_for_timeout(1200)
        height = min(page.evaluate("document.documentElement.scrollHeight"), MAX_HEIGHT[width])
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)
        pictures[name] = Image.open(BytesIO(page.screenshot())).convert("RGB")
        page.set_viewport_size({"width": width, "height": 900})
    page.close()
    return pictures


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """On one sheet, their tops in line."""
    gap = 24
    sheet = Image.new("RGB", (sum(p.width + gap for p in pictures) + gap, max(p.height for p in pictures) + 2 * gap), "#8b8f94")
    left = gap
    for picture in pictures:
        sheet.paste(picture, (left, gap))
        left += picture.width + gap
    return sheet


def save(picture: Image.Image, path: Path) -> None:
    """As PNG with a palette: a page has few colours."""
    picture.quantize(192, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Takes what was asked for."""
    parser = argparse.ArgumentParser(description="Pictures of the page's four tabs.")
    parser.add_argument("--out", type=Path, default=Path("data_cards/pictures"))
    parser.add_argument("--url")
    parser.add_argument("--tabs", nargs="*", default=list(TABS), choices=list(TABS))
    parser.add_argument("--widths", nargs="*", type=int, default=[WIDE, PHONE], choices=[WIDE, PHONE])
    asked = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])

        def take(url: str) -> None:
            if WIDE in asked.widths:
                for name, picture in photographed(browser, url, WIDE, asked.tabs, Path(folder)).items():
                    save(picture, asked.out / f"page_{name.lower()}.png")
            if PHONE in asked.widths:
                phone = photographed(browser, url, PHONE, asked.tabs, Path(folder))
                save(side_by_side(list(phone.values())), asked.out / "page_phone.png")

        if asked.url:
            take(asked.url)
        else:
            with served() as url:
                take(url)
        browser.close()


if __name__ == "__main__":
    main()
