from cot_engine.evaluation.outcomes import asked, label_names, outcome
from cot_engine.evaluation.prediction import Prediction

SURE = {"anger": 0.4, "joy": 0.6}


def test_what_became_of_a_question():
    assert outcome(Prediction(id="a", answer="joy")) == "answered"
    assert outcome(Prediction(id="a", probabilities=SURE)) == "not sure"
    assert outcome(Prediction(id="a", text="Conclusion\nNot sure")) == "not sure"
    assert outcome(Prediction(id="a", text="joy, perhaps anger")) == "unparsed"
    assert outcome(Prediction(id="a", probabilities=SURE, problems=("the conclusion names no label",))) == "unparsed"
    assert outcome(Prediction(id="a", answer="joy", failed="no_face")) == "refused"


def test_only_clips_with_a_truth_are_asked():
    assert [p.id for p in asked([Prediction(id="a"), Prediction(id="b", truth="joy")])] == ["b"]


def test_labels_stand_in_the_order_of_the_probabilities_and_others_follow():
    said = [Prediction(id="a", truth="zeal", answer="awe"), Prediction(id="b", probabilities={"joy": 0.5, "anger": 0.5})]
    assert label_names(said) == ("joy", "anger", "awe", "zeal")
