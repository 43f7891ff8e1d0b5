"""Labelled datasets, one small reader each. ``CORPORA`` holds them by the name that the command line takes."""

from cot_engine.corpora import (
    affectnet,
    affectnet_hq,
    affectnet_kaggle,
    bp4d,
    caer,
    casme2,
    ck_plus,
    class_folders,
    dfew,
    disfa,
    disfa_plus,
    fec_bench,
    ferv39k,
    mafw,
    meld,
    raf_db,
    samm,
    smic,
    studio,
    tables,
)
from cot_engine.corpora.base import AUAnnotation, Corpus, Sample

CORPORA: dict[str, Corpus] = {
    corpus.name: corpus
    for corpus in (
        raf_db.CORPUS,
        affectnet.CORPUS,
        affectnet_hq.CORPUS,
        affectnet_kaggle.CORPUS,
        dfew.CORPUS,
        ferv39k.CORPUS,
        mafw.CORPUS,
        caer.CAER,
        caer.CAER_S,
        meld.CORPUS,
        ck_plus.CORPUS,
        disfa.CORPUS,
        disfa_plus.CORPUS,
        bp4d.CORPUS,
        casme2.CORPUS,
        samm.CORPUS,
        smic.CORPUS,
        fec_bench.CORPUS,
        studio.CORPUS,
        tables.CSV,
        tables.JSONL,
        class_folders.CORPUS,
    )
}

__all__ = ["CORPORA", "AUAnnotation", "Corpus", "Sample"]
