import zipfile

import corpus_trees as trees
import pytest

from cot_engine.corpora.xlsx import read_xlsx
from cot_engine.errors import Refusal

SHEET = "xl/worksheets/sheet1.xml"


def book(path, **parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr({"sheet": SHEET, "strings": "xl/sharedStrings.xml"}[name], text)
    return path


def test_texts_numbers_and_gaps(tmp_path):
    path = trees.xlsx(tmp_path / "a.xlsx", [("a & b", "", 12), ("", "x"), ()])
    assert read_xlsx("samm", path) == [["a & b", "", "12"], ["", "x"], []]


def test_rich_texts_are_joined_without_phonetic_hints(tmp_path):
    strings = "<sst><si><r><t>L</t></r><r><t>14</t></r><rPh><t>no</t></rPh></si></sst>"
    sheet = '<worksheet><row><c r="AB1" t="s"><v>0</v></c><c r="AC1" t="inlineStr"><is><t>in</t></is></c></row></worksheet>'
    (row,) = read_xlsx("samm", book(tmp_path / "a.xlsx", sheet=sheet, strings=strings))
    assert row == [""] * 27 + ["L14", "in"]


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><row><c><v>&a;</v></c></row></worksheet>',
        "<worksheet><row>",
        '<worksheet><row><c r="ZZZZ1"><v>1</v></c></row></worksheet>',
        '<worksheet><row><c t="s"><v>7</v></c></row></worksheet>',
    ],
)
def test_entities_and_broken_sheets_are_refused(sheet, tmp_path):
    with pytest.raises(Refusal, match=r"cannot be read as \.xlsx") as caught:
        read_xlsx("samm", book(tmp_path / "a.xlsx", sheet=sheet))
    assert "CSV" in caught.value.hint


def test_what_is_no_zip_or_has_no_sheet_is_refused(tmp_path):
    with pytest.raises(Refusal):
        read_xlsx("samm", trees.put(tmp_path, "a.xlsx", "no zip"))
    with pytest.raises(Refusal):
        read_xlsx("samm", book(tmp_path / "b.xlsx", strings="<sst/>"))
