"""The Dataset tab in a real browser, and its endpoint."""

import json
import zipfile

import pytest

expect = pytest.importorskip("playwright.sync_api").expect
gradio_client = pytest.importorskip("gradio_client")

PHONE_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def archive(tmp_path):
    """Zip files by their entries; an entry's content is its name unless another is given."""

    def pack(name, *entries, **named):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
            for entry in entries:
                zipped.writestr(entry, entry)
            for entry, content in named.items():
                zipped.writestr(entry, content)
        return path

    return pack


@pytest.fixture
def dataset(visit):
    """Opens the tab."""

    def open_tab(address, **settings):
        tab = visit(address, **settings)
        button = tab.get_by_role("tab", name="Dataset")
        if not button.is_visible():
            # Where the tabs do not fit side by side.
            tab.locator(".overflow-menu > button").click()
            button = tab.locator(".overflow-dropdown").get_by_text("Dataset")
        button.click()
        expect(tab.locator("#dataset")).to_be_visible()
        return tab

    return open_tab


def give(tab, path):
    if tab.locator("#archive button[aria-label='Clear']").count():
        tab.locator("#archive button[aria-label='Clear']").first.click()
    tab.set_input_files("#archive input[type=file]", path)
    expect(tab.locator("#archive")).to_contain_text(path.stem)
    tab.locator("#dataset").click()


def choose(tab, filter_id, words):
    tab.locator(f"#{filter_id} input").click()
    tab.get_by_role("option", name=words, exact=True).click()


def counts(tab, **expected):
    for name, count in expected.items():
        expect(tab.locator(f"#data-counts [data-count={name}]")).to_have_text(str(count))


@pytest.mark.browser
def test_every_clip_is_counted_shown_and_filtered(page, dataset, archive, tmp_path):
    tab = dataset(page)
    expect(tab.locator("#data-empty")).to_contain_text("Choose an archive")
    tab.locator("#dataset").click()
    expect(tab.locator("#status-dataset")).to_contain_text("Choose an archive first")
    clips = ("happiness/smile.mp4", "anger/two.mp4", "anger/broken.mp4")
    give(tab, archive("clips.zip", *clips, **{"sadness/again.mp4": "happiness/smile.mp4"}))
    counts(tab, done="4 / 4", captioned=2, rejected=1, duplicates=1)
    expect(tab.locator("#data-counts [data-code=not_a_video]")).to_be_visible()
    rows = tab.locator("#data-rows tbody tr")
    expect(rows).to_have_count(2)

    rows.filter(has_text="smile.mp4").locator("button").click()
    expect(tab.locator("#data-detail mark.supported").first).to_be_visible()
    expect(tab.locator("#data-detail")).to_contain_text("AU12")

    tab.locator("#data-differs input").check()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("anger")
    tab.locator("#data-differs input").uncheck()
    expect(rows).to_have_count(2)
    choose(tab, "data-label", "happiness")
    expect(tab.locator("#data-rows [data-rows]")).to_have_attribute("data-rows", "2")
    choose(tab, "data-label", "disgust")
    expect(tab.locator("#data-rows")).to_contain_text("No row matches")
    choose(tab, "data-label", "any")
    choose(tab, "data-verdict", "contradicted")
    expect(rows).to_have_count(0)
    choose(tab, "data-show", "Rejected clips")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("not_a_video")
    choose(tab, "data-show", "Duplicates")
    expect(rows).to_have_count(1)

    with tab.expect_download() as download:
        tab.locator("#data-download").click()
    download.value.save_as(tmp_path / "got.zip")
    with zipfile.ZipFile(tmp_path / "got.zip") as zipped:
        names = set(zipped.namelist())
        manifest = json.loads(zipped.read("captions/manifest.json"))
    assert {"captions/README.md", "captions/data/v1/captions.parquet"} <= names
    assert manifest["counts"] == {"in": 4, "captioned": 2, "rejected": 1, "duplicates": 1}
    assert not tab.faults


@pytest.mark.browser
def test_a_hostile_archive_is_refused_in_words_and_the_next_one_works(page, dataset, archive):
    tab = dataset(page)
    give(tab, archive("bomb.zip", **{"clip.mp4": bytes(30 * 2**20)}))
    expect(tab.locator("#status-dataset [role=alert]")).to_contain_text("larger than")
    expect(tab.locator("#status-dataset code")).to_have_text("refused_archive")
    give(tab, archive("escape.zip", "../../escaped.mp4"))
    expect(tab.locator("#status-dataset [role=alert]")).to_contain_text("leads out of its folder")
    give(tab, archive("good.zip", "smile.mp4"))
    counts(tab, done="1 / 1", captioned=1, rejected=0)
    expect(tab.locator("#status-dataset [role=alert]")).to_have_count(0)


@pytest.mark.browser
def test_a_run_can_be_stopped_and_the_next_one_works(page, dataset, archive):
    tab = dataset(page)
    give(tab, archive("long.zip", "a.mp4", "slow.mp4"))
    counts(tab, captioned=1)
    tab.locator("#stop-dataset").click()
    expect(tab.locator("#status-dataset")).to_contain_text("Stopped", timeout=5_000)
    expect(tab.locator("#dataset")).to_be_visible()
    give(tab, archive("good.zip", "smile.mp4"))
    counts(tab, done="1 / 1", captioned=1)


@pytest.mark.browser
def test_a_visitor_sees_nothing_of_anothers_run(page, dataset, archive):
    first, second = dataset(page), dataset(page)
    give(first, archive("first.zip", "smile.mp4"))
    counts(first, captioned=1)
    give(second, archive("second.zip", "two.mp4", "broken.mp4"))
    counts(second, captioned=1, rejected=1)
    first.locator("#data-rows button").click()
    expect(first.locator("#data-detail h3")).to_have_text("smile.mp4")
    assert "two.mp4" not in first.content()


@pytest.mark.browser
def test_a_folder_is_offered_only_where_the_operator_gave_one(page, serve_page, dataset, tmp_path):
    expect(dataset(page).locator("#folder")).to_have_count(0)
    (tmp_path / "takes").mkdir()
    (tmp_path / "takes" / "smile.mp4").write_text("smile")
    tab = dataset(serve_page(data=tmp_path))
    choose(tab, "folder", "takes")
    tab.locator("#dataset").click()
    counts(tab, done="1 / 1", captioned=1)


@pytest.mark.browser
def test_markup_in_names_is_text(page, dataset, archive):
    tab = dataset(page)
    give(tab, archive("named.zip", "<img src=x onerror='window.planted = 1'>{{7*7}}.mp4"))
    tab.locator("#data-rows button").click()
    expect(tab.locator("#data-detail h3")).to_contain_text("<img src=x")
    assert tab.evaluate("window.planted") is None


@pytest.mark.browser
def test_results_are_accessible_and_fit_a_phone(page, dataset, archive):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab = dataset(page, width=390, reduced_motion="reduce")
    assert tab.evaluate(PHONE_WIDE) == 0
    give(tab, archive("clips.zip", "anger/smile.mp4", f"anger/{'long' * 40}.mp4", "anger/broken.mp4"))
    tab.locator("#data-rows button").first.click()
    expect(tab.locator("#data-detail mark").first).to_be_visible()
    assert tab.evaluate(PHONE_WIDE) == 0
    found = axe.Axe().run(tab).response["violations"]
    assert not [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in found if rule["impact"] in ("serious", "critical")]


def test_the_endpoint_gives_manifest_and_data_set(page, archive):
    client = gradio_client.Client(page, verbose=False)
    given = gradio_client.handle_file(archive("clips.zip", "smile.mp4", "broken.mp4"))
    manifest, file = client.predict(given, "basic-7", "codebook", api_name="/caption")
    assert manifest["counts"] == {"in": 2, "captioned": 1, "rejected": 1, "duplicates": 0}
    assert "captions/data/v1/rejects.parquet" in zipfile.ZipFile(file).namelist()


def test_the_endpoint_refuses_with_the_code(page, archive):
    client = gradio_client.Client(page, verbose=False)
    given = gradio_client.handle_file(archive("escape.zip", "../escaped.mp4"))
    with pytest.raises(gradio_client.exceptions.AppError, match="refused_archive"):
        client.predict(given, "basic-7", "codebook", api_name="/caption")
