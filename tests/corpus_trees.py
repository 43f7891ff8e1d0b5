"""Tiny trees of every dataset, laid out as it is published. Media are a few bytes that differ from file to file."""

import json
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cot_engine.corpora.catalogue import CORPORA

EMOTIONS_FERV = ("Happy", "Sad", "Neutral", "Angry", "Surprise", "Disgust", "Fear")


def put(root: Path, relative: str, text: str | None = None) -> Path:
    """A file; without a text it is media, whose bytes are its own path."""
    path = root / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((f"media {relative}" if text is None else text).encode())
    return path


def raf_db(root: Path, rows=(("train_00001", 5), ("train_00002", 7), ("test_0001", 4))) -> Path:
    put(root, "basic/EmoLabel/list_patition_label.txt", "".join(f"{stem}.jpg {label}\n" for stem, label in rows))
    for stem, _ in rows:
        put(root, f"basic/Image/aligned/{stem}_aligned.jpg")
    return root


def affectnet(root: Path, shift: int = 0) -> Path:
    header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n"
    for split, size in (("training", 11), ("validation", 8)):
        lines = [
            f"{i}/{split}.jpg,1,2,{-1 if i == 9 else 30},40,1;2;3,{i + shift},{-2 if i > 7 else 0.5},{-2 if i > 7 else 0.1}\n"
            for i in range(size)
        ]
        put(root, f"Manually_Annotated_file_lists/{split}.csv", header + "".join(lines))
        for i in range(size):
            put(root, f"Manually_Annotated_Images/{i}/{split}.jpg")
    return root


def affectnet_hq(root: Path, shift: int = 0) -> Path:
    for folder in ("train_set", "val_set"):
        for i in range(8):
            put(root, f"{folder}/images/{i}.jpg")
            (root / folder / "annotations").mkdir(exist_ok=True)
            np.save(root / folder / "annotations" / f"{i}_exp.npy", np.array(str(i + shift)))
    return root


def affectnet_kaggle(root: Path, first: int = 1) -> Path:
    for part, folder in (("train", "train_class"), ("valid", "val_class")):
        lines = ["image,emotion\n"]
        for i in range(8):
            place = f"{folder}/class{i + 1:03}/image{i}.jpg"
            put(root, place)
            lines.append(f"../input/affectnetsample/{place},{i + first:.1f}\n")
        put(root, f"{part}-sample-affectnet.csv", "".join(lines))
    return root


def dfew(root: Path) -> Path:
    """Clip 7 * fold + i has label i + 1 and is tested in its fold."""
    clips = {fold: [(7 * fold + i, i + 1) for i in range(7)] for fold in range(1, 6)}
    for fold, rows in clips.items():
        train = [row for other, others in clips.items() if other != fold for row in others]
        for part, listed in (("test", rows), ("train", train)):
            lines = "".join(f"{name},{label}\n" for name, label in listed)
            put(root, f"EmoLabel_DataSplit/{part}(single-labeled)/set_{fold}.csv", f"video_name,label\n{lines}")
        for name, _ in rows:
            put(root, f"Clip/jpg_256/{name:05d}/00001.jpg")
    return root


def ferv39k(root: Path) -> Path:
    for split, scene in (("train", "Action"), ("test", "Conflict")):
        rows = [f"{scene}/{emotion}/0267" for emotion in EMOTIONS_FERV]
        put(root, f"4_setups/All_scenes/{split}_All.csv", "".join(f"{row} {row.split('/')[1]}\n" for row in rows))
        for row in rows:
            put(root, f"2_ClipsforFaceCrop/{row}/0.jpg")
    return root


def mafw(root: Path) -> Path:
    names = CORPORA["mafw"].labels
    clips = {fold: [(f"{11 * fold + i:05d}.mp4", name) for i, name in enumerate(names)] for fold in range(1, 6)}
    for fold, rows in clips.items():
        train = [row for other, others in clips.items() if other != fold for row in others]
        for part, listed in (("test", rows), ("train", train)):
            # As in the public lists, the last line has no newline.
            put(root, f"split/single/no_caption/set_{fold}/{part}.txt", "\n".join(" ".join(row) for row in listed))
        for name, _ in rows:
            put(root, f"data/clips/{name}")
    return root


def caer(root: Path, ending: str = "avi") -> Path:
    for split in ("train", "validation", "test"):
        for label in ("Anger", "Disgust", "Fear", "Happy", "Neutral", "Sad", "Surprise"):
            put(root, f"{split}/{label}/0001.{ending}")
    return root


def caer_s(root: Path) -> Path:
    return caer(root, "png")


def meld(root: Path) -> Path:
    header = "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\n"
    for part, folder in (("train", "train_splits"), ("dev", "dev_splits_complete"), ("test", "output_repeated_splits_test")):
        rows = [
            f'{i},"Well,\u0085 no\u2028",{speaker},{label},positive,0,{i},8,21,"00:16:16,059","00:16:21,731"\n'
            for i, (speaker, label) in enumerate((("Joey", "joy"), ("Monica", "neutral"), ("Ross", "anger")))
        ]
        put(root, f"{part}_sent_emo.csv", header + "".join(rows))
        for i in range(3):
            put(root, f"{folder}/dia0_utt{i}.mp4")
    return root


def ck_plus(root: Path) -> Path:
    for subject, emotion, facs in (("S005", "3", ((9, 5), (17, 0))), ("S010", None, ((1, 2),))):
        for frame in (1, 2):
            put(root, f"cohn-kanade-images/{subject}/001/{subject}_001_{frame:08d}.png")
        stem = f"{subject}/001/{subject}_001_00000002"
        lines = "".join(f"   {au:.7e}   {level:.7e}\n" for au, level in facs)
        put(root, f"FACS/{stem}_facs.txt", lines)
        (root / "Emotion" / subject / "001").mkdir(parents=True)
        if emotion:
            put(root, f"Emotion/{stem}_emotion.txt", f"   {float(emotion):.7e}\n")
    return root


def disfa(root: Path, aus=(1, 2, 4, 5, 6, 9, 12, 15, 17, 20, 25, 26)) -> Path:
    for subject in ("SN002", "SN013"):
        for au in aus:
            level = 3 if au == 12 else 0
            put(root, f"ActionUnit_Labels/{subject}/{subject}_au{au}.txt", f"1,0\n2,{level}\n")
        put(root, f"Video_LeftCamera/LeftVideo{subject}_comp.avi")
        put(root, f"Video_RightCamera/RightVideo{subject}_comp.avi")
    return root


def disfa_plus(root: Path) -> Path:
    for au in (1, 2, 4, 5, 6, 9, 12, 15, 17, 20, 25, 26):
        level = 5 if au == 4 else 0
        put(root, f"Labels/SN001/A1_AU4_TrailNo_1/AU{au}.txt", f"# frame intensity\n000.jpg {level}\n001.jpg 0\n")
    for frame in ("000", "001"):
        put(root, f"Images/SN001/A1_AU4_TrailNo_1/{frame}.jpg")
    return root


def bp4d(root: Path) -> Path:
    numbers = (1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 23, 24, 27, 28)
    header = "0," + ",".join(map(str, numbers)) + "\n"
    for subject in ("F001", "M011"):
        cells = ",".join("1" if number == 12 else "9" if number == 24 else "0" for number in numbers)
        put(root, f"AUCoding/AU_OCC/{subject}_T1.csv", f"{header}2440,{cells}\n")
        put(root, f"{subject}/T1/2440.jpg")
    return root


MICRO_HEADER = ("Subject", "Filename", "", "OnsetFrame", "ApexFrame", "OffsetFrame", "", "Action Units", "Estimated Emotion")
CASME2_ROWS = (
    (1, "EP02_01f", "", 46, 59, 86, "", "4+L10", "happiness"),
    (26, "EP18_50", "", 1, "/", 90, "", 12, "others"),
)
SAMM_HEADER = ("Subject", "Filename", "Inducement Code", "Onset Frame", "Apex Frame", "Offset Frame", "Duration", "Micro")
SAMM_HEADER += ("Action Units", "Estimated Emotion", "Objective Classes", "Notes")
SAMM_ROWS = (
    ("006", "006_1_2", 1, 10, 20, 30, 21, "1/2", "L14 or R14", "Other", "VII", ""),
    ("011", "011_2_1", 2, 10, 20, 30, 21, "1/2", "R14A", "Fear", "VI", ""),
)


def xlsx(path: Path, rows) -> Path:
    """A minimal spreadsheet: texts shared, numbers as numbers, empty cells left out."""
    strings: list[str] = []
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, value in enumerate(row):
            at = f"{chr(ord('A') + column)}{number}"
            if isinstance(value, str) and value:
                strings.append(value)
                cells.append(f'<c r="{at}" t="s"><v>{len(strings) - 1}</v></c>')
            elif value != "":
                cells.append(f'<c r="{at}"><v>{value}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    with zipfile.ZipFile(path, "w") as archive:
        texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
        archive.writestr("xl/sharedStrings.xml", f"{head}<sst {space}>{texts}</sst>")
        sheet = f"{head}<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def casme2(root: Path) -> Path:
    for place in ("sub01/EP02_01f", "sub26/EP18_50"):
        put(root, f"{place}/img46.jpg")
    xlsx(root / "CASME2-coding-20140508.xlsx", [MICRO_HEADER, *CASME2_ROWS])
    return root


def samm(root: Path) -> Path:
    for place in ("006/006_1_2", "011/011_2_1"):
        put(root, f"{place}/{place[:3]}_0010.jpg")
    intro = [("SAMM codes",), *[("", "text")] * 12]
    xlsx(root / "SAMM_Micro_FACS_Codes_v2.xlsx", [*intro, SAMM_HEADER, *SAMM_ROWS])
    return root


def smic(root: Path) -> Path:
    for label, short in (("negative", "ne"), ("positive", "po"), ("surprise", "sur")):
        put(root, f"HS/s1/micro/{label}/s1_{short}_01/image1.bmp")
    return root


def fec_bench(root: Path) -> Path:
    videos = ("DFEW/videos/2961.mp4", "CAER_mp4/train/Surprise/0932.mp4")
    entries = [{"id": str(i), "video": video, "caption": "He blinks."} for i, video in enumerate(videos)]
    put(root, "test.json", json.dumps(entries))
    for video in videos:
        put(root, video)
    return root


def csv_table(root: Path, rows: str = "a.mp4,Happy,train,p1,4+L10,0.5,2\nb.mp4,bored,test,p2,,,\n") -> Path:
    put(root, "samples.csv", f"clip,label,split,subject,aus,start_s,end_s\n{rows}")
    for name in ("a.mp4", "b.mp4"):
        put(root, name)
    return root


def jsonl_table(root: Path) -> Path:
    rows = [{"clip": "a.mp4", "label": "joy", "split": "train", "subject": 1, "aus": "12.0"}, {"clip": "b.mp4", "id": "b"}]
    put(root, "samples.jsonl", "\n".join(map(json.dumps, rows)))
    for name in ("a.mp4", "b.mp4"):
        put(root, name)
    return root


def class_folders(root: Path) -> Path:
    for place in ("train/happy/a.mp4", "train/my label/b.jpg", "val/happy/c.mp4"):
        put(root, place)
    put(root, "train/happy/notes.txt", "not media")
    return root


STUDIO_CLIPS = (
    {"clip": "train-s0-000000", "subject": "actor0", "split": "train", "label": "happiness", "kind": "prototype"},
    {"clip": "train-s0-000001", "subject": "actor0", "split": "train", "label": "none", "kind": "free"},
    {"clip": "test-s0-000000", "subject": "actor1000000", "split": "test", "label": "awed", "kind": "compound"},
)
STUDIO_EVENTS = (
    {"clip": "train-s0-000000", "au": "AU12", "side": "both", "grade": "B"},
    {"clip": "train-s0-000000", "au": "AU12", "side": "both", "grade": "D"},
    {"clip": "train-s0-000000", "au": "AU12", "side": "left", "grade": "A"},
    {"clip": "test-s0-000000", "au": "AU46", "side": "right", "grade": "E"},
)


def studio(root: Path, clips=STUDIO_CLIPS) -> Path:
    rows = [{**row, "file": f"clips/{row['clip']}.mp4"} for row in clips]
    pq.write_table(pa.Table.from_pylist(rows), root / "clips.parquet")
    pq.write_table(pa.Table.from_pylist(list(STUDIO_EVENTS)), root / "events.parquet")
    for row in rows:
        put(root, row["file"])
    return root


TREES = {
    "raf-db": raf_db,
    "affectnet": affectnet,
    "affectnet-hq": affectnet_hq,
    "affectnet-kaggle": affectnet_kaggle,
    "dfew": dfew,
    "ferv39k": ferv39k,
    "mafw": mafw,
    "caer": caer,
    "caer-s": caer_s,
    "meld": meld,
    "ck+": ck_plus,
    "disfa": disfa,
    "disfa+": disfa_plus,
    "bp4d": bp4d,
    "casme2": casme2,
    "samm": samm,
    "smic": smic,
    "fec-bench": fec_bench,
    "studio": studio,
    "csv": csv_table,
    "jsonl": jsonl_table,
    "folder": class_folders,
}
