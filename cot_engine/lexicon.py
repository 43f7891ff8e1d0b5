"""The words of facial movement: which parts, movements, qualifiers and phrases the claim finder knows. Pure tables.

A movement is named by its code, by a noun of its own ("frown"), or by a part and what the part does ("the inner brows" +
"are drawn up"). ``MOVEMENTS`` says which part doing what is which action unit; everything else tags single words. Words are
given as lemmas, with ``_`` for a space inside a phrase; ``forms`` adds the regular inflections.
"""

import re
from collections.abc import Iterator

from cot_engine.facs import ACTION_UNITS

# What a part does. "pull" and "move" are weak: they count only where nothing says more about the same part.
MOVES = {
    "up": "raise rise rose risen lift elevate up upward upwards hike arch raiser elevator elevation heighten hoist upturned "
    "upraised uplifted climb_up uptick raised_up",
    "down": "lower drop fall fell fallen down downward downwards depress depression depressor descend sag droop dip lowerer "
    "downturned sink sank sunk slump",
    "in": "together knit furrow contract converge bunch corrugate corrugator crease gather inward inwards medially",
    "back": "back backward backwards retract",
    "side": "sideways laterally lateral sidewards horizontally",
    "pull": "pull puller draw drew drawn tug",
    "wide": "widen wide enlarge bulge pop_open wider open_wide open_wider wide_open",
    "tight": "narrow tighten tightener tight tense tension tensed squint squeeze compress squinty tautened taut slit compressor",
    "open": "part open apart separate gape parted ajar parting opener unseal agape opening",
    "close": "close shut closure closing closed",
    "press": "press pressor clamp press_together pressed_together clench squeeze_together compression",
    "pucker": "pucker puckerer purse",
    "funnel": "funnel funneler funneller round rounded",
    "stretch": "stretch stretcher spread elongate",
    "suck": "suck roll_in roll_inward roll_inwards tuck_in tuck_under suck_in draw_into_the_mouth draw_in_over_the_teeth fold_in",
    "bite": "bite bit bitten biting chew nibble",
    "wrinkle": "wrinkle wrinkler scrunch crinkle wrinkling wrinkly line",
    "flare": "flare dilate dilator dilation",
    "puff": "puff puffer inflate blow_out billow puff_out puff_up blown_out blow_up",
    "dimple": "dimple dimpler",
    "deepen": "deepen deepener",
    "forward": "forward forwards jut protrude thrust push_out jut_out push_forward stick_out stuck_out poke_out",
    "show": "show visible emerge out",
    "curl": "curl curve turn_up curl_up curve_up tip_up turned_up",
    "curl_down": "curve_down turn_down curl_down turned_down",
    "turn": "turn rotate swivel pivot",
    "tilt": "tilt cock incline lean tip",
    "bow": "bow hang hung",
    "look": "look gaze glance avert shift stare directed cast",
    "slack": "slack hang_open drop_open fall_open fell_open slacken",
    "push": "push boss",
    "left": "left leftward leftwards",
    "right": "right rightward rightwards",
    "move": "move movement motion activity action act change react reaction participate participation involve involvement "
    "stir budge contribute activation activate tick twitch engage happen lowering_or_raising",
}  # fmt: skip

# Movements that never take the part after them as their object ("the lip corners rise, both eyes ...").
INTRANSITIVE = frozenset("rise rises rose risen fall falls fell fallen together apart up back visible out".split())

# Noun phrases for the parts; longer ones first. {side} may stand inside ("inner left brow").
_SIDE = r"(?:(?:left|right|both|the|his|her|their|its|each|of|and|[- ])+)?"
_BROW = r"(?:eye)?[- ]?brows?"
PARTS: tuple[tuple[str, str], ...] = (
    ("upper face", r"upper (?:half of the |part of the )?face|upper[- ]facial"),
    ("lower face", r"lower (?:half of the |part of the )?face|lower[- ]facial"),
    ("glabella", rf"glabella|(?:between|in between) (?:the |her |his |their )?(?:two )?{_BROW}"),
    ("inner and outer brow", rf"(?:inner and outer|outer and inner) (?:(?:end|part|corner|portion|half|halve)s? of {_SIDE})?{_SIDE}{_BROW}"),
    ("inner brow", rf"(?:inner|medial|inside) (?:(?:end|part|corner|portion|half|halve|edge|section|third|tip)s? of {_SIDE})?{_SIDE}{_BROW}(?: (?:end|part|corner|portion|tip|edge)s?)?|{_BROW}['’]s? inner (?:end|part|corner)s?|inner ends"),
    ("outer brow", rf"(?:outer|lateral|outside) (?:(?:end|part|corner|portion|half|halve|edge|section|third|tip|tail)s? of {_SIDE})?{_SIDE}{_BROW}(?: (?:end|part|corner|portion|tip|edge|tail)s?)?|{_BROW}['’]s? outer (?:end|part|corner)s?|(?:{_BROW} )?tails of {_SIDE}{_BROW}|outer ends"),
    ("brow", rf"{_BROW}"),
    ("forehead", r"foreheads?"),
    ("upper and lower lids", r"(?:upper and lower|lower and upper) (?:eye)?[- ]?lids?"),
    ("upper lid", rf"(?:upper|top) {_SIDE}(?:eye)?[- ]?lids?"),
    ("lower lid", rf"(?:lower|bottom) {_SIDE}(?:eye)?[- ]?lids?"),
    ("lid", r"(?:eye)?[- ]?lids?"),
    ("eye corner", rf"(?:corners?|edges?) of {_SIDE}eyes?|(?:outer )?eye corners?|around {_SIDE}eyes|(?:skin )?beside {_SIDE}eyes"),
    ("eye", r"eyes?|eye apertures?|eye openings?"),
    ("gaze", r"gaze|line of sight"),
    ("nostril", r"nostrils?|nostril wings?|nasal wings?"),
    ("nasolabial", r"nasolabial (?:fold|furrow|line)?s?|naso-labial (?:fold|furrow)s?"),
    ("nose", r"nose|bridge of (?:the |her |his |their )nose|root of (?:the |her |his |their )nose|nasal bridge|nose bridge|nasal root"),
    ("lip corner", rf"(?:lip|mouth)['’]?s?[- ]{_SIDE}corners?|(?:outer )?(?:corners?|ends|edges) of {_SIDE}(?:mouth|lips?)|(?:oral|mouth|lip) commissures?|corners|corner"),
    ("upper and lower lip", r"(?:upper and lower|lower and upper) lips?"),
    ("upper lip", rf"(?:upper|top) {_SIDE}lips?"),
    ("lower lip", rf"(?:lower|bottom) {_SIDE}lips?"),
    ("lip", r"lips?"),
    ("mouth", r"mouth"),
    ("cheek", r"cheeks?|cheekbones?|infraorbital triangles?"),
    ("chin", r"chin(?: boss)?|mentalis"),
    ("jaw", r"jaws?|mandible"),
    ("tongue", r"tongue"),
    ("head", r"head"),
    ("neck", r"neck|platysma"),
    ("face", r"(?:whole |entire )?face|(?:facial )?features"),
)  # fmt: skip

# Part -> move -> action units. "1/2" is a group of which one may be meant (raised eyebrows); "7~6" names 7 and is also
# supported by an event of 6. A part borrows what it lacks from the part after "<".
_MOVEMENTS = """
brow: up=1/2 down=4 in=4 tight=4 wrinkle=4 curl=1/2
inner brow<brow: up=1 curl=1
outer brow<brow: up=2 curl=2
inner and outer brow<brow: up=1+2 curl=1+2
forehead: up=1/2 wrinkle=1/2 in=4 tight=4
glabella: wrinkle=4 in=4 tight=4 deepen=4
upper lid: up=5 wide=5 back=5 down=43 close=43 tight=7
lower lid: up=7 tight=7 push=7
upper and lower lids: tight=7 close=43
lid: tight=7 close=43 down=43 up=5 wide=5 press=43
eye corner: wrinkle=6~7 in=6~7 dimple=6~7 tight=6~7
eye: wide=5 tight=7~6 close=43 slack=43 wrinkle=6~7 in=7~6 press=43
gaze:
nose: wrinkle=9 in=9 up=9
nostril: flare=38 wide=38 tight=39 in=39 press=39
nasolabial: deepen=11
cheek: up=6 in=6 push=6 curl=6 puff=34 dimple=14
lip corner: up=12 back=12 curl=12 pull=12 wide=12 down=15 curl_down=15 side=20 stretch=20 tight=14 suck=14 in=14 dimple=14 press=14 deepen=14
upper lip: up=10 curl=10 pull=10 suck=28 bite=32
lower lip: down=16 push=17 up=17 suck=28 bite=32 pull=16
upper and lower lip<lip: up=10 down=16
lip: open=25 press=24 in=24 tight=23 pucker=18 funnel=22 stretch=20 side=20 suck=28 bite=32 up=12 curl=12 curl_down=15 down=15 forward=22
mouth: open=25 slack=26 wide=27 stretch=27 pucker=18 curl=12 up=12 curl_down=15 down=15 tight=23 funnel=22 press=24
chin: up=17 wrinkle=17 push=17 dimple=17 in=17
jaw: down=26 open=26 slack=26 forward=29 side=30
tongue: show=19 forward=19
head: up=53 down=54 bow=54 forward=57 back=58
neck: tight=21 in=21
"""  # fmt: skip

# Turning words need a direction; the last entry is what "look", "turn" and "tilt" mean with left, right, up, down.
DIRECTIONS: dict[tuple[str, str], str] = {
    **{
        ("head", move): au
        for move, au in (("turn left", "51"), ("turn right", "52"), ("tilt left", "55"), ("tilt right", "56"))
    },
    **{
        ("head", move): au
        for move, au in (("move left", "51"), ("move right", "52"), ("look left", "51"), ("look right", "52"))
    },
    **{("head", f"{verb} {way}"): au for verb in ("turn", "tilt", "move") for way, au in (("up", "53"), ("down", "54"))},
    **{("head", f"tilt {way}"): au for way, au in (("forward", "57"), ("back", "58"))},
    **{("gaze", f"look {way}"): au for way, au in (("left", "61"), ("right", "62"), ("up", "63"), ("down", "64"))},
    **{("jaw", f"move {way}"): "30" for way in ("left", "right")},
}

# Nouns and verbs that name an action unit alone.
NAMED = {
    "12": "smile grin smirk lip_corner_puller beaming",
    "13": "sharp_lip_puller",
    "4": "frown scowl brow_lowerer glower",
    "7~6": "squint",
    "6": "crow's_feet crow’s_feet crows_feet crow's-feet cheek_raiser duchenne_marker",
    "5": "wide-eyed",
    "8": "lips_toward_each_other lips_towards_each_other lip_toward_each_other",
    "10~9": "sneer",
    "14": "dimple dimpler dimpling",
    "15": "lip_corner_depressor",
    "25": "open-mouthed",
    "26": "slack-jawed",
    "45": "blink",
    "46": "wink",
    "11": "nasolabial_deepener nasolabial_furrow_deepener",
    "24~23": "tight-lipped",
}

# Everyday and figurative uses that only look like movements.
IDIOMS = (
    "jaw-dropping jaw_dropping eyebrow-raising eyebrow_raising brow-raising eye-opening eye-catching head-turning mouth-watering "
    "lip-smacking tongue-in-cheek cheek-to-cheek head-to-head tight-fitting blink_of_an_eye frown_upon frowned_upon "
    "frowns_upon frown_on frowned_on raise_a_few_eyebrows raise_some_eyebrows raise_many_eyebrows light_up lit_up "
    "make_up made_up set_up end_up up_close line_up close-up close_up up_to_date speak_for_itself speaks_volumes face_to_face "
    "in_the_face_of on_the_face_of_it at_face_value heads_up keep_an_eye eye_contact lip_service word_of_mouth eye_level "
    "eye_color eye_colour head_of head_and_shoulders back_of_the_head catch_the_eye in_the_eye_of nose_for part_of parts_of "
    "in_part for_the_most_part most_part lower_part upper_part in_line in_line_with lines_up stand_out stands_out point_out "
    "turn_out turns_out carry_out shut_down right_now right_away right_after right_before right_from right_at right_as "
    "right_when all_right left_the_frame left_open left_out left_unclear left_the leaves_the up_front over_the_head "
    "cheek_by_jowl in_line_of show_up shows_up come_up back_then back_in back_up at_the_back in_back_of background "
    "change_the_reading in_general_terms no_doubt without_doubt without_question no_question nothing_but "
    "mouth_of_the_river mouth_of_the_cave head_coach head_teacher head_start headline eyebrows_among to_show shows_that "
    "show_that show_how action_film action_movie action_scene as_a_whole round_of round_the not_surprisingly left_to "
    "bottom_line line_of_sight closing_scene opening_scene opening_shot closing_shot head_office"
)

# Things that move in front of or beside a face: a movement word next to one belongs to it.
THINGS = (
    "hand finger arm shoulder camera cup glass bottle hair voice phone book hat object curtain music light shadow door car "
    "sun cloud sleeve body chest fist palm thumb scenery caption shot scene frame image picture clip tone volume pitch "
    "pair person man woman lens screen window scarf microphone tear tears teeth earring strand fringe bangs pen paper eyeglasses "
)

# Qualifiers.
STRENGTHS = {
    "A": "trace barely_visible just_visible minimal minimally barely scarcely minute tiny barest hardly_visible "
    "barely_perceptible barely_noticeable just_noticeable_trace infinitesimal",
    "B": "slight slightly mild mildly faint faintly subtle subtly weak weakly small gentle gently light lightly little "
    "a_little a_bit soft softly low-intensity modest",
    "C": "marked markedly moderate moderately clear clearly noticeable noticeably distinct distinctly medium visibly definite "
    "definitely obvious obviously evident_strength plain plainly",
    "D": "severe severely strong strongly pronounced intense intensely heavy heavily hard vigorous vigorously forceful "
    "forcefully broad broadly powerful powerfully sharply very_marked deeply big",
    "E": "maximum maximal maximally extreme extremely full-strength to_the_maximum utmost as_far_as_possible",
}  # fmt: skip

PHASES = {
    "onset": "begin began begun beginning start onset set_in sets_in setting_in starting commence initiate emerge appear "
    "kick_in come_on comes_on come_in comes_in comes_up set_off first_seen first_visible first_appear come_into_play",
    "apex": "peak apex culminate culmination top_out maximum climax crest strongest_at most_intense",
    "offset": "end offset fade relax let_go stop cease die_away die_down vanish disappear release subside gone return "
    "dissolve ebb settle finish over wane relaxation die_out let_up back_to_rest back_to_neutral is_over "
    "come_back_to_rest goes_back fades_out gives_way drop_away fall_away fell_away falls_off",
    "hold": "hold held last persist stay remain keep kept continue sustain maintain endure lingers linger",
}  # fmt: skip

REST = (
    "relaxed still neutral motionless unmoved unmoving flat level quiet immobile inactive smooth at_rest resting unchanged "
    "inert static idle expressionless blank in_place untouched slackly_at_rest calmly passive uninvolved stationary "
    "without_movement without_motion impassive unengaged out_of_play steady steadily"
)
NO = (
    "no not n't never without neither nor none lack lacks absent_of absence_of free_of fail fails failed failing_to rather_than "
    "instead_of cannot nothing nowhere devoid_of lacking hardly_any nobody no_sign_of no_trace_of rule_out ruled_out excludes "
    "in_place_of not_any zero don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't hasn't haven't hardly_moves "
    "hardly_move don’t doesn’t didn’t isn’t aren’t wasn’t weren’t won’t can’t couldn’t hasn’t haven’t refuse_to refuses_to"
)
ABSENT = "absent missing lacking nil none nowhere_to_be_seen inactive not_present unobserved zero not_seen not_visible"
# After "not": the words with which a movement named before is denied ("AU4 is not seen").
EXIST = (
    "see seen visible present observe observed detect detected find found active activated there shown show occur occurs appear "
    "appears measured evident apparent recorded noted coded scored involved registered happen happens noticeable discernible "
    "part_of_it join joins take_part takes_part come_into_play exist exists follow follows set_in contribute contributes "
    "accompany register registers detectable perceptible"
)
# "not only", "not strong": a "no" that takes nothing away.
NOT_NO = (
    "not_only not_just no_longer not_merely not_simply not_unlike no_more_than not_more_than no_less_than not_less_than no_stronger_than "
    "not_quite_as no_later_than no_earlier_than not_least no_doubt not_entirely not_fully not_completely not_the_only not_alone not_at_once "
    "not_necessarily not_far_from"
)
HEDGES = (
    "may might could possibly perhaps maybe seem seems seemed seemingly seem_to suggest suggests suggesting hint hints_of hint_of "
    "a_hint_of if_anything probably likely presumably arguably questionable uncertain looks_like appears_to appear_to "
    "appeared_to appearing_to look_like as_if as_though potentially conceivably doubtful ambiguous unclear possible probable hinting_at "
    "what_looks_like a_suggestion_of suggestion_of apparently or_so_it_seems not_sure hard_to_tell tentatively plausibly "
    "suspected seemingly presumable"
)
GENERIC = (
    "usually typically generally commonly normally often tend_to tends_to in_general as_a_rule by_definition textbook "
    "prototype prototypes prototypical prototypically would should need needs needed require requires required demand demands "
    "call_for calls_for expected expects expect people many in_the_literature typical characteristic "
    "associated_with are_known is_known traditionally classically classic in_most_people in_many_people hypothetical "
    "is_defined_by are_defined_by defined_as ordinarily in_theory theoretically always_means sometimes expects_to"
)
CONTRAST = "but yet however whereas although though while still_here here"
BREAKS = (
    "but while whereas although though because when once if as so_that unless whilst even_though since so until before after yet however "
    "even_if then_again whenever which who where"
)
CONTINUES = (
    "it they these this both the_movement the_movements the_action the_actions each that_movement this_movement these_movements "
    "the_motion the_two both_movements both_actions all_three all_of_them the_former the_latter them both_of_them which its the_pull "
    "the_raise the_lift the_rise the_raising the_lowering the_contraction the_activity the_tension the_press the_opening the_pucker the_two_movements "
    "the_lowering the_same_movement that the_whole_movement the_unit the_units the_action_unit the_action_units the_pair their"
)
SUBJECTS = "she he they the_person the_woman the_man the_speaker the_subject the_girl the_boy i we"
HIDE = (
    "hidden hide hides hiding cover covers covered covering occlude occluded occludes occluding obscure obscured obscures obscuring "
    "conceal concealed conceals block blocked blocks blocking masked mask out_of_view out_of_frame out_of_sight "
    "out_of_the_frame outside_the_frame behind sunglasses occlusion invisible shaded unseen shielded shields cut_off cropped "
    "out_of_shot off-screen off_screen outside_the_picture turned_away_from_the_camera"
)
SEEN = "visible seen see in_view unobstructed in_full_view in_sight"
JUDGE = "judge judged assess assessed verify verified score scored tell told determine determined say evaluated evaluate rule measured read"
TALK = (
    "talk talks talking talked speak speaks speaking spoke spoken speech say says saying said utter utters utterance converse conversing "
    "conversation chatting chats sings singing murmurs mouthing_words mutters whispers whispering"
)
NOT_TALK = (
    "speak_for speak_against speaks_for speaks_against speaking_for speaking_against speak_in_favour_of speaks_in_favour_of "
    "speaks_in_favor_of speak_in_favor_of say_that says_that said_to that_is_to_say needless_to_say strictly_speaking generally_speaking broadly_speaking "
    "hard_to_say say_nothing says_nothing_about"
)
SILENT = "silent silently mute speechless"
OTHERS = (
    "nothing_else no_other no_further everything_else all_other all_others the_rest_of_the_face rest_of_the_face other_action_units "
    "other_movements other_aus other_au other_movement otherwise_the_face remainder_of_the_face the_others all_else other_parts other_action_unit "
    "no_additional other_facial_movement other_facial_movements anything_else other_muscle other_muscles other_units other_unit"
)
ALL = "nothing everything no_action_unit no_action_units no_movement no_facial_movement no_motion no_expression no_muscle no_activity"
ONLY = "only solely just exclusively alone one-sided one-sidedly unilateral unilaterally one_sided on_one_side one_side"
AGAIN = "again back"

REGIONS: dict[str, str] = {
    "inner brow": "1 4", "outer brow": "2", "glabella": "4", "forehead": "1 2 4",
    "upper lid": "5", "lower lid": "7", "lid": "5 7", "upper and lower lids": "5 7",
    "eye corner": "6", "nostril": "38 39", "nasolabial": "11",
    "lip corner": "12 15", "upper lip": "10", "lower lip": "16",
}  # fmt: skip
_WIDER = {"upper face": ("brow", "eye"), "lower face": ("nose", "mouth", "chin", "jaw"), "lip": ("mouth",)}


def region(part: str) -> tuple[str, ...]:
    """The action units whose movement is denied when this part is said not to move; none for the whole face."""
    if part in REGIONS:
        return tuple(f"AU{n}" for n in REGIONS[part].split())
    names = _WIDER.get(part, (part,))
    return tuple(code for code, unit in ACTION_UNITS.items() if unit.region in names)


def _movements() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for row in _MOVEMENTS.strip().splitlines():
        head, _, cells = row.partition(":")
        part, _, base = head.partition("<")
        table[part] = {**table.get(base, {}), **dict(cell.split("=") for cell in cells.split())}
    return table


MOVEMENTS = _movements()


def forms(lemma: str) -> Iterator[str]:
    """The lemma and its regular inflections; forms that do not exist do no harm."""
    yield lemma
    if len(lemma) < 3 or not lemma.isalpha():
        return
    yield from (f"{lemma}s", f"{lemma}ed", f"{lemma}ing")
    if lemma.endswith("e"):
        yield from (f"{lemma}d", f"{lemma[:-1]}ing")
    if lemma.endswith(("s", "h", "x")):
        yield f"{lemma}es"
    if re.search(r"[aeiou][bdgklmnprt]$", lemma):
        yield from (f"{lemma}{lemma[-1]}ed", f"{lemma}{lemma[-1]}ing")
