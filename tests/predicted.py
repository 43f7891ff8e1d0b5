"""Predictions for tests of the evaluation."""

from cot_engine.evaluation.prediction import Prediction


def predictions(pairs, **more):
    """One prediction a (truth, answer) pair; keyword values that are lists are given one by one."""
    lists = {name: value for name, value in more.items() if isinstance(value, list)}
    rest = {name: value for name, value in more.items() if name not in lists}
    return [
        Prediction(id=f"c{i}", truth=truth, answer=answer, **rest, **{name: value[i] for name, value in lists.items()})
        for i, (truth, answer) in enumerate(pairs)
    ]


def all_answered(counts, answer):
    """Clips with these true labels (label -> count), all answered alike."""
    return predictions([(label, answer) for label, count in counts.items() for _ in range(count)])


def certain(names, truth, answer, p):
    """A prediction whose answer has probability ``p``; the rest is shared equally."""
    rest = (1 - p) / (len(names) - 1)
    return {"truth": truth, "answer": answer, "probabilities": {name: p if name == answer else rest for name in names}}
