"""The words around a movement: doubt, negation, generality, rest, visibility, talking, and the small words of grammar.

Tables only, as in ``lexicon``: entries are separated by spaces, ``_`` joins the words of a phrase. ``STRENGTHS``, ``PHASES``
and ``INFLECTED`` hold lemmas, whose first word also stands in its regular inflections; ``FIXED`` holds words as they are.
"""

# FACS grades by the words of FACS 2002 and their everyday neighbours; other adjectives state no strength.
STRENGTHS = {
    "A": "trace hint barely barest minimal minimally",
    "B": "slight slightly mild mildly faint faintly subtle subtly light lightly a_little a_bit a_tad",
    "C": "marked markedly moderate moderately clear clearly noticeable noticeably distinct distinctly medium",
    "D": "severe severely strong strongly pronounced pronouncedly intense intensely",
    "E": "maximum maximal maximally extreme extremely",
}

# What of a movement a time is said of; "gone" denies it from then on.
PHASES = {
    "onset": """
        begin began begun start onset set_in commence initiate emerge kick_in come_on come_in set_off first_seen
        first_visible come_into_play arise sets_in develop spring_up
    """,
    "apex": """
        peak apex culminate culmination top_out maximum climax crest strongest high_point height greatest fullest
        most_intense
    """,
    "offset": """
        end offset fade relax let_go stop cease die_away die_down vanish disappear release subside return dissolve ebb
        settle finish wane relaxation die_out let_up back_to_rest back_to_neutral come_back_to_rest goes_back go_back
        fall_away fell_away last_seen wear_off melt_away come_to_an_end smooth_out ease soften resolve come_back came_back
        back_down come_back_down came_back_down go_back_down goes_back_down down_again drop_back dropped_back fall_back
        fell_back sink_back sank_back lower_again come_down_again came_down_again drop_again settle_back return_to_rest
    """,
    "hold": "hold held last persist stay remain keep kept continue sustain maintain endure linger duration",
    "gone": "gone over back_at_rest back_in_place done at_rest_again finished out_of_the_picture back_to_normal",
}

INFLECTED = {
    # Doubt.
    "hedge": """
        may might could possibly perhaps maybe seem seemingly probably likely presumably supposedly arguably questionable
        uncertain look_like appear_to appears_to what_looks_like would_guess would_say would_think guess i_think i_believe
        i_suspect suspect suspected as_if as_though potentially conceivably doubtful unclear possible probable suggest
        hint_at suggestive apparently tentatively plausibly if_anything not_sure unsure hard_to_say something_like sort_of
        kind_of assume assumed i_assume seemed looked_like suspicion_of can_be_read_as a_possible assumedly doubtfully
        ambiguous borderline purportedly allegedly impression_of may_or_may_not it_appears suggestion_of one_might_say
    """,
    # General, counterfactual and defining statements say nothing about this face.
    "generic": """
        usually typically generally commonly tend_to in_general as_a_rule by_definition prototype prototypes prototypical
        would should need require demand call_for expected expect people in_the_literature associated_with traditionally
        hypothetical ordinarily in_theory theoretically stand_for stands_for refers_to refer_to denote denotes consist_of
        defined defines whether if had_the had_she had_he textbooks everyone anyone someone_who whoever produced_by
        driven_by according_to_facs_theory were_the always_means prototypically characterised_by characterized_by is_known
        are_known faces_that in_facs facs_calls is_called are_called is_the_code code_for in_most_people definition
        anybody wish hallmark hallmarks recipe marker_of a_sign_of confused a_detector detectors coders facs_lists humans
        babies infants
    """,
    # A definition behind a code or a movement.
    "means": "mean means meant signify signifies",
    # With an emotion as the subject these tell how it is shown in general ("anger lowers the brows").
    "shows": """
        involve include combine comprise lower raise pull wrinkle press widen tighten narrow show lift open stretch draw
    """,
    # Visibility.
    "hide": """
        hidden hide cover occlude obscure conceal block mask masked out_of_view out_of_frame out_of_sight out_of_the_frame
        outside_the_frame behind sunglasses occlusion invisible unseen shielded shield cut_off cropped out_of_shot
        out_of_reach turned_away_from_the_camera
    """,
    # "cannot be judged": nothing is claimed.
    "judge": """
        judge judged assess assessed verify verified score scored tell told determine determined evaluated evaluate
        read_off confirmed confirm judgeable assessable said known
    """,
    "talk": """
        talk speak spoke spoken speech converse conversation chat sing murmur mutter whisper mouthing_words utter
        utterance talking speaking
    """,
    # Behind "not" these deny what was named before ("AU4 is not seen").
    "exist": """
        yes see seen visible present observe observed detect detected find found active activated there shown show occur
        appear measured evident apparent recorded noted coded involved registered happen noticeable discernible join
        take_part come_into_play exist follow contribute register detectable perceptible make_out made_out take_place
        be_seen recognisable recognizable identified noticed used recruited engaged accompany arise materialize
        materialise occurs triggered displayed exhibited produced develop
    """,
    # Things that move beside a face: a movement word next to one belongs to it.
    "thing": """
        hand finger arm shoulder camera cup glass bottle hair voice phone book hat object curtain music shadow door car
        sun sleeve body chest fist palm thumb scenery caption window scarf microphone tear earring strand fringe pen paper
        lens screen volume pitch tone laptop wall necklace tie collar price cost jacket beard moustache dog cat child
        poster photo painting statue audience crowd temperature
    """,
}

FIXED = {
    "no": """
        no not never without neither nor none lack free_of fail rather_than instead_of cannot nothing devoid_of nobody
        no_sign_of not_a_trace_of no_trace_of not_a_hint_of no_hint_of not_a_sign_of not_even_a_hint_of
        not_even_a_trace_of no_evidence_of at_no_time at_no_point in_no_way by_no_means at_no_moment absence_of lack_of
        rule_out exclude refuse_to don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't hasn't haven't
        not_any zero not_the_slightest w/o sans refrain_from nowhere far_from no_one void_of bereft_of in_place_of
        in_the_absence_of not_so_much_as hardly_any hardly scarcely little_or_no minus can_not ain't dont doesnt isnt
        arent fails failed
        failing lacks lacked excludes refuses refused
    """,
    # A "no" that takes no movement away.
    "not_no": """
        not_only not_just no_longer_than not_merely not_simply not_unlike no_more_than not_more_than no_less_than no_doubt
        no_question cannot_help can't_help could_not_help couldn't_help can_not_help not_solely no_later_than
        no_earlier_than without_doubt without_question without_a_doubt nothing_but not_least none_other_than no_wonder
        nothing_short_of not_surprisingly no_sooner without_a_break without_pause without_interruption
    """,
    "absent": """
        absent missing lacking nil none negative silent not_present nowhere_to_be_seen nowhere_to_be_found zero unobserved
        inactive not_there out_of_the_question ruled_out excluded not_detected undetected off  uncoded
        nonexistent
    """,
    "symmetry": "symmetrical symmetric symmetrically even evenly bilateral bilaterally two-sided both_sides",
    "rest": """
        out_of_play out_of_it take_no_part takes_no_part at_rest_again back_at_rest back_in_place relaxed still neutral
        motionless unmoved unmoving flat level quiet
        immobile inactive smooth at_rest resting
        unchanged inert static idle expressionless in_place untouched calm uninvolved stationary without_movement
        without_motion impassive unengaged rest rests rested where_they_are where_it_is as_it_is as_they_are as_it_was
        as_they_were put frozen unaffected slack_at_rest loose passive quiescent stable unaltered
    """,
    # General only together with what something signals.
    "often": "often normally sometimes many frequently",
    "emotion": "happiness joy sadness surprise fear anger disgust contempt boredom confusion delight frustration grief",
    # Faces that are not this one.
    "elsewhere": """
        another_person someone_else somebody_else the_other_person other_people the_man_behind the_woman_behind bystander
        bystanders passer-by emoji in_the_background emoticon mannequin poster a_child a_dog a_baby statue painting photo
        photograph cartoon
    """,
    # These begin a new clause.
    "break": """
        but while whereas although though because when once as so_that unless whilst even_though since until before after
        yet even_if then_again whenever which who where albeit till by_the_time as_soon_as meanwhile
    """,
    "pronoun": """
        it they these this both the_movement the_movements the_action the_actions each this_movement these_movements
        the_motion the_two both_movements both_of_them both_actions all_three all_of_them the_former the_latter them which
        the_pull the_raise the_lift the_rise the_contraction the_tension the_press the_pucker the_opening the_unit
        the_units the_action_unit the_action_units the_pair these_actions this_action they_both all_of_these
    """,
    "subject": "she he i we you person woman man girl boy speaker subject face lady guy participant actor actress",
    "visible": "visible be_seen seen see in_view unobstructed in_full_view in_sight unhidden uncovered",
    "not_talk": """
        speak_for speaks_for speak_against speaks_against speaking_for speaking_against speak_in_favour_of
        speaks_in_favour_of speak_in_favor_of speaks_in_favor_of strictly_speaking generally_speaking broadly_speaking
        speaks_volumes speak_to speaks_to
    """,
    "others": """
        nothing_else no_other no_further everything_else all_other all_others the_rest_of_the_face rest_of_the_face
        other_action_units other_movements other_aus other_au other_movement remainder_of_the_face all_else
        other_action_unit no_additional other_facial_movement other_facial_movements anything_else other_muscles
        other_unit other_units other_muscle
    """,
    "all": "no_action_unit no_action_units no_facial_action_unit no_facial_action_units no_muscle nothing everything",
    # One side only; the plain ones count only beside a side.
    "only": """
        only solely just exclusively alone one-sided one-sidedly unilateral unilaterally one_sided confined_to limited_to
        restricted_to one_side single asymmetrical asymmetric asymmetrically lopsided crooked uneven unevenly
    """,
    # "stronger on the left".
    "lead": """
        more stronger strongest mostly mainly higher larger greater stronger_on bigger more_strongly more_so chiefly
        dominant predominantly
    """,
    "too": "too as_well likewise also so",
    "det": "other same the a an his her their its my your this that these those some any one's another",
    "and": "and or nor & plus as_well_as",
    "aux": """
        is are was were be been being do does did has have had get gets got become becomes can will goes go going went
        comes come came keeps keep kept remains remain stays stay stayed remained shows show showed seems looks lies
    """,
    "prep": """
        of in at on around near by to from with until till into toward towards before after for during between over under
        behind across beside through throughout within per than about via along
    """,
}
