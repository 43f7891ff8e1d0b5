import re
from pathlib import Path

import pytest

pytest.importorskip("gradio")

import cot_engine.ui
from cot_engine.ui.texts import LANGUAGES, Words, text, translations, words_of

FOLDER = Path(cot_engine.ui.__file__).parent
TEXTS = translations().translations


class Request:
    def __init__(self, language):
        self.headers = {"accept-language": language}


def test_every_text_is_there_in_both_languages_with_the_same_blanks():
    for key, english in TEXTS["en"].items():
        chinese = TEXTS["zh"][key]
        assert english.strip(), key
        assert re.search(r"[一-鿿]", chinese) or len(english) < 5, key
        assert set(re.findall(r"{(\w+)}", chinese)) <= set(re.findall(r"{(\w+)}", english)), key


def test_every_text_is_used_somewhere():
    code = "".join(file.read_text("utf-8") for file in FOLDER.glob("*") if file.suffix in (".py", ".j2"))
    # Keys that are put together: stage_faces, verdict_supported, empty_analyse_1, col_au, ...
    joined = r"(stage|verdict|example|empty_\w+|col|clip_\w|lost|added|data)_\w+"
    unused = [key for key in TEXTS["en"] if f'"{key}"' not in code and not re.fullmatch(joined, key)]
    assert not unused


def test_a_text_that_is_not_there_is_a_fault_at_once():
    with pytest.raises(KeyError):
        text("no_such_text")


@pytest.mark.parametrize(
    ("asked", "language"), [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,zh;q=0.5", "en"), ("", "en"), ("fr", "en")]
)
def test_the_language_is_the_one_the_browser_asks_for_first(asked, language):
    assert words_of(Request(asked)) == Words(language)
    assert language in LANGUAGES


def test_blanks_are_filled():
    assert Words("en")("person_number", number=2) == "Person 2"
