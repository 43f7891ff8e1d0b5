"""The words of facial movement: parts, movements, qualifiers and idioms that the claim finder knows. Tables only.

A movement is named by its code, by a word or muscle of its own ("frown", "corrugator"), or by a part and what it does ("the
inner brows" + "are drawn up"): ``PARTS`` x ``MOVES`` -> ``MOVEMENTS``. Other tables tag the words around it. Entries are lemmas;
``_`` joins the words of a phrase, and ``forms`` adds the regular inflections of its first word.

In the tables an action unit is a number. ``1/2`` is a pair of which the measured ones are meant (raised eyebrows), ``7>6`` means 7
unless only 6 was measured (narrowed eyes), ``6+12`` means both.
"""

from cot_engine.facs import ACTION_UNITS

# What a part does. "pull" says nothing where a direction is given with it; "move" matters only when denied.
MOVES = {
    "up": "raise rise rose risen lift elevate up upward upwards hike arch raiser elevator elevation hoist upturned upraised uplifted "
    "climb ascend heave rising lifting jump",
    "down": "lower drop fall fell fallen down downward downwards depress depression depressor descend sag droop dip lowerer downturned "
    "down-turned sink sank sunk slump lowering",
    "in": "furrow knit contract converge bunch corrugate crease pinch squeeze_together push_together pull_together draw_together "
    "drew_together drawn_together come_together came_together move_together bring_together brought_together squeezed_together gather knot "
    "pulled_in drawn_in nearer_together closer_together toward_each_other towards_each_other pulled_tightly_together bunching scrunch_together",
    "inward": "inward inwards medially",
    "back": "back backward backwards retract",
    "side": "sideways laterally lateral sidewards horizontally horizontal outward outwards to_the_ears toward_the_ears towards_the_ears "
    "to_the_sides to_the_side",
    "pull": "pull puller draw drew drawn tug",
    "push": "push shove",
    "wide": "widen wide enlarge bulge open_wide open_wider wide_open wider pop_open popped_open opened_wide",
    "open": "part open apart separate gape parted ajar agape unseal parting gaping",
    "close": "close shut closure closed sealed seal together stay_together",
    "press": "press pressor clamp clench press_together pressed_together pressed_tight compress compression jam_together squash",
    "tight": "narrow tighten tightener tight tense tension squint squeeze taut slit compressor contract narrowing clenched stiffen",
    "thin": "thin",
    "pucker": "pucker puckerer purse",
    "funnel": "funnel funneler funneller round form_an_o",
    "stretch": "stretch stretcher spread elongate",
    "suck": "suck roll_in roll_inward roll_inwards tuck_in tuck_under draw_inward draw_inwards drawn_inward drawn_inwards drawn_into "
    "fold_in fold_inward curl_inward suck_in sucked_in turn_inward pulled_inward pull_inward drawn_over_the_teeth vanish_into",
    "bite": "bite bit bitten chew nibble catch_between_the_teeth caught_between_the_teeth",
    "wrinkle": "wrinkle wrinkler scrunch crinkle line crease furrow wrinkly screw_up fan",
    "flare": "flare dilate dilator dilation widen",
    "puff": "puff puffer inflate blow_out blown_out blow_up blown_up balloon billow swell swollen",
    "dimple": "dimple dimpler",
    "deepen": "deepen deepener deep furrow",
    "forward": "forward forwards jut protrude thrust stick_out stuck_out poke_out push_out",
    "show": "show shown visible bare expose flash out appear peek see seen reveal peep stand_out stood_out",
    "curl": "curl curve turn_up tip_up turned_up bend_up",
    "curl down": "curve_down curve_downward curve_downwards turn_down curl_down turned_down turn_downward turn_downwards curl_downward "
    "bend_down bent_down point_down downturned",
    "turn": "turn rotate swivel pivot twist swing swung veer",
    "tilt": "tilt cock incline lean tip bend bent",
    "look": "look glance stare directed direct cast dart drift wander roll point aim flick swivel slide slid shift move go goes went turn return",
    "bow": "bow hang hung nod sink",
    "slack": "slack slacken hang_open drop_open fall_open fell_open dropped_open fallen_open",
    "flash": "flash",
    "flutter": "flutter",
    "left": "leftward leftwards",
    "right": "rightward rightwards",
    "fixed": "fixed steady straight locked fix unwavering",
    "smooth": "smooth flat unwrinkled unlined",
    "move": "move movement motion activity action act change react reaction participate participation involve involvement "
    "stir budge contribute activation activate active engage engaged happen occur shift take_part work play_a_part play_a_role",
}  # fmt: skip

# Movements that take no object: the part behind them starts something new ("as the brows rise both eyes ...").
INTRANSITIVE = frozenset(
    "rise rises rose risen fall falls fell fallen apart up back visible out together go goes sink sinks".split()
)

_SIDE = r"(?:(?:left|right|both|the|his|her|their|its|each|of|either|and)[ -]+)*"
_BROW = r"(?:eye)?[ -]?brows?"
_ENDS = r"(?:end|part|corner|portion|half|halve|edge|section|third|tip|tail)s?"
PARTS: tuple[tuple[str, str], ...] = (
    ("upper face", r"upper (?:half of the |part of the )?face"),
    ("lower face", r"lower (?:half of the |part of the )?face"),
    ("glabella", rf"glabella|(?:in[ -])?between (?:the |her |his |their )?(?:two )?{_BROW}"),
    ("inner and outer brow", rf"(?:inner and outer|outer and inner) (?:{_ENDS} of )?{_SIDE}(?:{_BROW}|{_ENDS})"),
    ("inner brow", rf"(?:inner|medial|inside) (?:{_ENDS} of )?{_SIDE}{_BROW}(?: {_ENDS}\b)?|{_BROW} inner {_ENDS}|inner ends"),
    ("outer brow", rf"(?:outer|lateral|outside) (?:{_ENDS} of )?{_SIDE}{_BROW}(?: {_ENDS}\b)?|{_BROW} outer {_ENDS}|{_BROW} tails?|outer ends|tails? of {_SIDE}{_BROW}"),
    ("brow", _BROW),
    ("forehead", r"foreheads?"),
    ("upper and lower lids", r"(?:upper and lower|lower and upper) (?:eye)?[ -]?lids?"),
    ("upper lid", rf"(?:upper|top) {_SIDE}(?:eye)?[ -]?lids?"),
    ("lower lid", rf"(?:lower|bottom) {_SIDE}(?:eye)?[ -]?lids?"),
    ("lid", r"(?:eye)?[ -]?lids?"),
    ("eye corner", rf"(?:outer )?(?:corners?|edges?) of {_SIDE}eyes?|(?:outer )?eye corners?|(?:skin )?(?:around|beside|next to) {_SIDE}eyes"),
    ("sclera", r"whites?(?: of (?:the|her|his|their) eyes?)?(?= (?:\w+ ){0,4}above)|sclera"),
    ("eye", r"eyes?(?: apertures?| openings?)?|palpebral fissures?"),
    ("gaze", r"gaze|line of sight|pupils?|iris(?:es)?"),
    ("nostril", r"nostrils?(?: wings?)?|nasal wings?"),
    ("nasolabial", r"naso-?labial (?:fold|furrow|line)s?|nasolabial"),
    ("nose", r"nose bridge|nose|(?:bridge|root) of (?:the|her|his|their) nose|nasal (?:bridge|root)"),
    ("lip corner", rf"(?:lip|mouth)s?[ -]{_SIDE}corners?(?: of {_SIDE}mouth)?|(?:outer )?(?:corners?|ends|edges) of {_SIDE}(?:mouth|lips?)|sides? of {_SIDE}(?:mouth|lips?)|(?:oral|mouth|lip) commissures?|corners?"),
    ("upper and lower lip", r"(?:upper and lower|lower and upper) lips?"),
    ("upper lip", rf"(?:upper|top) {_SIDE}lips?"),
    ("lower lip", rf"(?:lower|bottom) {_SIDE}lips?"),
    ("lip", r"lips?"),
    ("teeth", r"teeth|tooth"),
    ("mouth", r"mouth"),
    ("cheek", r"cheeks?|cheekbones?"),
    ("chin", r"chin(?: boss)?"),
    ("jaw", r"(?:lower )?jaws?|mandible"),
    ("tongue", r"(?:tip of (?:the|her|his|their) )?tongue"),
    ("head", r"head"),
    ("neck cord", r"neck (?:cord|tendon|band|muscle)s?|(?:cord|tendon)s? (?:of|in) (?:the|her|his) neck"),
    ("neck", r"neck"),
    ("face", r"(?:whole |entire )?face|(?:facial )?features"),
    ("upper one", r"upper ones?"),
    ("lower one", r"lower ones?"),
    ("inner one", r"inner ones?"),
    ("outer one", r"outer ones?"),
)  # fmt: skip

# Part: move=action units. A part has what the part after "<" has, unless it says otherwise; "!25" is the opposite of 25.
_MOVEMENTS = """
brow: up=1/2 curl=1/2 flash=1/2 down=4 in=4 inward=4 tight=4 wrinkle=4
inner brow<brow: up=1 curl=1 flash=1
outer brow<brow: up=2 curl=2 flash=2
inner and outer brow<brow: up=1+2 curl=1+2 flash=1+2
forehead: up=1/2 wrinkle=1/2 in=4 tight=4
glabella: wrinkle=4 in=4 tight=4 deepen=4
upper lid: up=5 wide=5 back=5 down=43 close=43 tight=7 flutter=45
lower lid: up=7 tight=7 push=7
upper and lower lids: tight=7 close=43
lid: tight=7 close=43 slack=43 down=43 up=5 wide=5 press=43 flutter=45 open=!43
eye corner: wrinkle=6 in=6 dimple=6 tight=6
sclera: show=5
eye: wide=5 tight=7>6 close=43 slack=43 wrinkle=6 in=7>6 press=43 open=!43 up=63 down=64
gaze: up=63 down=64
nose: wrinkle=9 in=9 smooth=!9
nostril: flare=38 wide=38 open=38 tight=39 in=39 press=39
nasolabial: deepen=11 wrinkle=11
cheek: up=6 in=6 push=6 curl=6 puff=34 dimple=14
lip corner: up=12 back=12 curl=12 pull=12 down=15 curl_down=15 side=20 stretch=20 tight=14 suck=14 in=14 inward=14 dimple=14 deepen=14
upper lip: up=10 curl=10 pull=10 suck=28 bite=32
lower lip: down=16 pull=16 push=17 up=17 suck=28 bite=32 forward=17
upper and lower lip: suck=28 open=25 press=24 close=!25 tight=23
lip: open=25 close=!25 press=24 tight=23 thin=23 pucker=18 in=24 funnel=22 stretch=20 side=20 suck=28 inward=28 bite=32 curl=12 up=12 curl_down=15 down=15 forward=22
mouth: open=25 wide=25 slack=25 close=!25 stretch=27 side=20 pucker=18 curl=12 up=12 curl_down=15 down=15 tight=23 thin=23 funnel=22 press=24
teeth: show=25 flash=25
chin: up=17 wrinkle=17 push=17 dimple=17 in=17
jaw: down=26 open=26 slack=26 close=!26 forward=29 side=30
tongue: show=19 forward=19
head: up=53 down=54 bow=54 forward=57 back=58 turn=51/52 tilt=55/56
neck: tight=21 in=21 slack=!21 smooth=!21
neck cord: tight=21 show=21 in=21 slack=!21 smooth=!21
"""  # fmt: skip

# What turning and looking mean once a direction is given. "look" needs no part ("he glances left").
DIRECTIONS = {
    "head": {
        "look": "left=51 right=52",
        "turn": "left=51 right=52 up=53 down=54",
        "tilt": "left=55 right=56 up=53 down=54 forward=57 back=58",
    },
    "gaze": {"look": "left=61 right=62 up=63 down=64"},
    "jaw": {"look": "left=30 right=30"},
}

# Words and muscles that name an action unit alone, as regular expressions.
NAMED: tuple[tuple[str, str], ...] = (
    ("6+12", r"duchenne smil\w+|duchenne grin"),
    ("12", r"smil(?:e[sd]?|ing)|grin(?:s|ned|ning)?|smirk(?:s|ed|ing)?|zygomatic(?:us)?(?: major)?|beam(?:s|ing)"),
    ("4", r"frown(?:s|ed|ing)?|scowl(?:s|ed|ing)?|corrugator(?: supercilii)?"),
    ("7>6", r"squint(?:s|ed|ing)?"),
    ("6", r"crow['’]?s[ -]feet|(?:(?:the )?orbital part of (?:the )?)?orbicularis oculi(?:,? (?:\()?(?:pars orbitalis|orbital part)\)?)?|duchenne marker|pars orbitalis"),
    ("7", r"(?:palpebral part of (?:the )?|pars palpebralis of (?:the )?)orbicularis oculi|orbicularis oculi,? pars palpebralis|pars palpebralis"),
    ("1", r"(?:medial|inner) (?:part of (?:the )?)?frontalis|frontalis,? (?:\()?(?:pars medialis|medial part)\)?"),
    ("2", r"(?:lateral|outer) (?:part of (?:the )?)?frontalis|frontalis,? (?:\()?(?:pars lateralis|lateral part)\)?"),
    ("1+2", r"(?:medial and lateral|lateral and medial|inner and outer) frontalis"),
    ("1/2", r"frontalis"),
    ("5", r"wide-eyed|levator palpebrae(?: superioris)?|white (?:shows |showing |is visible |visible )?(?:all )?around the iris"),
    ("9", r"levator labii superioris alaeque nasi|procerus"),
    ("10>9", r"sneer(?:s|ed|ing)?"),
    ("10", r"levator labii(?: superioris)?"),
    ("11", r"zygomaticus minor"),
    ("13", r"sharp lip pull(?:er|ing)?|levator anguli oris|caninus"),
    ("8", r"lips? (?:do not |don['’]t |are |is |being |move |moving |moved |come |coming |drawn |brought |pulled )*towards? each other"),
    ("14", r"dimpl(?:e[sd]?|ers?|ing)|buccinator"),
    ("15", r"depressor anguli oris|triangularis"),
    ("16", r"depressor labii(?: inferioris)?"),
    ("17", r"mentalis|pout(?:s|ed|ing)?"),
    ("20", r"risorius"),
    ("21", r"platysma"),
    ("25", r"open-mouth(?:ed)?|toothy"),
    ("!25", r"closed-mouth(?:ed)?"),
    ("26", r"slack-jawed"),
    ("6", r"reach(?:es|ed|ing)? (?:up )?(?:to |into )?(?:the|her|his|their|both) eyes"),
    ("45", r"(?:eye[ -]?)?blink(?:s|ed|ing)?"),
    ("!45", r"unblinking(?:ly)?"),
    ("46", r"wink(?:s|ed|ing)?"),
    ("54", r"nod(?:s|ded|ding)?"),
    ("57", r"lean(?:s|ed|ing)? (?:forwards?|in)\b"),
)  # fmt: skip

# Everyday and figurative uses that only look like movements; whatever they cover is skipped.
IDIOMS = (
    r"(?:jaw|head|eye)[ -](?:dropp|turn|open|catch|popp)ing|eye-?brow[ -]raising (?=\w)|brow-raising|mouth-?watering|lip[ -]smacking|"
    r"tongue[ -]in[ -]cheek|cheek[ -](?:to|by)[ -](?:cheek|jowl)|(?:head|face|eye|mouth)[ -]to[ -](?:head|face|eye|ear|mouth|toe)|"
    r"(?:blink|twinkling) of an eye|frown(?:s|ed|ing)? (?:up)?on|(?:rais\w+) (?:a few|some|many|several|more than a few) (?:eye)?brows|"
    r"(?:eye)?brows (?:among|across the|in the (?:press|industry|media))|stiff upper lip|lip service|word of mouth|by mouth|"
    r"(?:keep\w*|kept|hold\w*) (?:\w+ )?chins? up|chins? up!|head(?:s|ed)? (?:of|for|start|coach|teacher|office)\b|heads up|head over heels|"
    r"(?:keep\w*|kept) (?:an|one) eye (?:on|out)|eye (?:contact|level|colou?r|candy|for|of the)|(?:turn\w*) a blind eye|public eye|"
    r"see\w* eye to eye|all eyes|eyes (?:on the prize|peeled|only)|nose (?:for|around|dive)|(?:turn\w*|look\w*) (?:up|down) (?:his|her|their|its|one['’]s) nose|"
    r"(?:in|on) the face of(?: it)?|at face value|(?:los\w+|sav\w+) face|straight face|poker face|face the|"
    r"(?:light|lit|lights|made|make|makes|set|sets|end|ends|ended|line|lines|show|shows|showed|give|gives|gave|warm|warms|wake|wakes|grow|grew|pick|picks|build|builds|sum|sums|add|adds) up(?= |[.,;]|$)(?! at)|"
    r"close[ -]up|up close|brow of the|mouth of the (?:river|cave|tunnel|valley|bay)|(?:bottom|dead|head|on|storm|time)[ -]?line|in line with|"
    r"(?:smil\w+) (?:up)?on (?:them|him|her|us)|fortune smil\w+|smiley|(?:wink|nod|nods|blink) (?:to|at) (?:tradition|history|the (?:past|genre|audience|fans))|"
    r"tight[ -]lipped about|(?:lips|mouth) shut about|part of|in part|for the most part|most part|parts of|lower part|upper part|"
    r"(?<!the )(?<!her )(?<!his )(?<!own )(?<!their )(?<!to )right(?= (?:now|away|after|before|from|at|as|when|then|around)\b)|all right|(?:is|are|was|be|been) left(?=[ .,;]|$)(?! (?:of|side|brow|eye|cheek|lip|corner|mouth))|left (?:the (?:frame|room|scene|picture)|open|out|over|unclear|to be)\b|"
    r"back then|in back of|at the back|back of the (?:head|room)|down the (?:line|road)|tear(?:s)? (?:fall|fell|drop|roll)\w*|"
    r"jaws of|through (?:the )?teeth|teeth of|(?:cut|sink|sank) (?:his|her|their) teeth|by the skin of|(?:tip|tongue) of (?:the |her |his )?tongue(?= is on)|"
    r"mother tongue|native tongue|holds? (?:her|his|their) tongue|bit(?:e|es|ing)? (?:her|his|their|the) tongue|turn(?:s|ed|ing)? (?:heads|out|into|to \w+ing)\b|"
    r"tip of the iceberg|prices? (?:rise|fall|drop)\w*|rising prices|falling lids|lids? on\b|over (?:the|his|her) head|raise (?:the|a|an) (?:question|issue|voice)|"
    r"neck (?:and neck|of the woods)|chin ?wag|cheeky|nosy|lippy|opening (?:scene|shot)|closing (?:scene|shot)|in the eyes? of\b"
)  # fmt: skip

# Things that move in front of or beside a face: a movement word next to one belongs to it.
THINGS = (
    "hand finger arm shoulder camera cup glass bottle hair voice phone book hat object curtain music shadow door car sun sleeve body "
    "chest fist palm thumb scenery caption window scarf microphone tear earring strand fringe pen paper lens screen volume pitch tone laptop "
    "wall necklace tie collar price cost jacket beard moustache dog cat child poster photo painting statue audience crowd temperature"
)  # fmt: skip

STRENGTHS = {
    "A": "trace hint barely barest minimal minimally",
    "B": "slight slightly mild mildly faint faintly subtle subtly light lightly a_little a_bit a_tad",
    "C": "marked markedly moderate moderately clear clearly noticeable noticeably distinct distinctly medium",
    "D": "severe severely strong strongly pronounced pronouncedly intense intensely",
    "E": "maximum maximal maximally extreme extremely",
}

PHASES = {
    "onset": "begin began begun start onset set_in commence initiate emerge kick_in come_on come_in set_off first_seen first_visible "
    "come_into_play arise sets_in develop spring_up",
    "apex": "peak apex culminate culmination top_out maximum climax crest strongest high_point height greatest fullest most_intense",
    "offset": "end offset fade relax let_go stop cease die_away die_down vanish disappear release subside return dissolve ebb settle finish "
    "wane relaxation die_out let_up back_to_rest back_to_neutral come_back_to_rest goes_back go_back fall_away fell_away last_seen wear_off "
    "melt_away come_to_an_end smooth_out ease soften resolve come_back came_back back_down come_back_down came_back_down go_back_down goes_back_down "
    "down_again drop_back dropped_back fall_back fell_back sink_back sank_back lower_again come_down_again came_down_again drop_again settle_back return_to_rest",
    "hold": "hold held last persist stay remain keep kept continue sustain maintain endure linger duration",
    "gone": "gone over back_at_rest back_in_place done at_rest_again finished out_of_the_picture back_to_normal",
}  # fmt: skip

REST = (
    "relaxed still neutral motionless unmoved unmoving flat level quiet immobile inactive smooth at_rest resting unchanged inert static idle "
    "expressionless in_place untouched calm uninvolved stationary without_movement without_motion impassive unengaged rest rests rested where_they_are "
    "where_it_is put frozen unaffected slack_at_rest loose passive quiescent stable unaltered"
)  # fmt: skip
NO = (
    "no not never without neither nor none lack free_of fail rather_than instead_of cannot nothing devoid_of nobody no_sign_of not_a_trace_of "
    "no_trace_of not_a_hint_of no_hint_of not_a_sign_of not_even_a_hint_of not_even_a_trace_of no_evidence_of at_no_time at_no_point in_no_way by_no_means at_no_moment absence_of lack_of rule_out exclude "
    "refuse_to don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't hasn't haven't not_any zero not_the_slightest w/o sans refrain_from "
    "nowhere far_from no_one void_of bereft_of in_place_of in_the_absence_of not_so_much_as hardly_any little_or_no minus can_not ain't dont doesnt isnt arent"
)  # fmt: skip
ABSENT = (
    "absent missing lacking nil none negative silent not_present nowhere_to_be_seen nowhere_to_be_found zero unobserved inactive not_there out_of_the_question "
    "ruled_out not_detected undetected not_activated off not_active uncoded nonexistent"
)
# With these behind "not", what was named before is denied ("AU4 is not seen").
EXIST = (
    "yes see seen visible present observe observed detect detected find found active activated there shown show occur appear measured evident apparent "
    "recorded noted coded involved registered happen noticeable discernible join take_part come_into_play exist follow contribute register "
    "detectable perceptible make_out made_out take_place be_seen recognisable recognizable identified noticed used recruited engaged accompany arise "
    "materialize materialise occurs triggered displayed exhibited produced develop"
)  # fmt: skip
# "not only", "not strong": a "no" that takes no movement away.
NOT_NO = (
    "not_only not_just no_longer_than not_merely not_simply not_unlike no_more_than not_more_than no_less_than no_doubt no_question cannot_help can't_help "
    "could_not_help couldn't_help can_not_help not_solely no_later_than no_earlier_than without_doubt without_question without_a_doubt nothing_but not_least none_other_than "
    "no_wonder nothing_short_of not_surprisingly no_sooner without_a_break without_pause without_interruption"
)
SYMMETRY = "symmetrical symmetric symmetrically even evenly bilateral bilaterally two-sided both_sides"
HEDGES = (
    "may might could possibly perhaps maybe seem seemingly probably likely presumably supposedly arguably questionable uncertain look_like "
    "appear_to appears_to what_looks_like would_guess would_say would_think guess i_think i_believe i_suspect suspect suspected as_if as_though potentially "
    "conceivably doubtful unclear possible probable suggest hint_at suggestive apparently tentatively plausibly if_anything not_sure unsure hard_to_say "
    "something_like sort_of kind_of assume assumed i_assume seemed looked_like suspicion_of can_be_read_as a_possible assumedly doubtfully ambiguous borderline "
    "purportedly allegedly impression_of may_or_may_not it_appears suggestion_of one_might_say"
)  # fmt: skip
# General, counterfactual and defining statements say nothing about this face.
GENERIC = (
    "usually typically generally commonly tend_to in_general as_a_rule by_definition prototype prototypes prototypical would should need require "
    "demand call_for expected expect people in_the_literature associated_with traditionally hypothetical ordinarily in_theory theoretically stand_for stands_for "
    "refers_to refer_to denote denotes consist_of defined defines whether if had_the had_she had_he textbooks everyone anyone someone_who whoever produced_by "
    "driven_by according_to_facs_theory were_the always_means prototypically characterised_by characterized_by is_known are_known faces_that in_facs facs_calls is_called are_called "
    "is_the_code code_for in_most_people definition anybody wish hallmark hallmarks recipe marker_of a_sign_of humans babies infants"
)  # fmt: skip
EMOTIONS = "happiness joy sadness surprise fear anger disgust contempt boredom confusion delight frustration grief"
# Verbs with an emotion as their subject that tell how it is shown in general ("anger lowers the brows").
SHOWS = "involve include combine comprise lower raise pull wrinkle press widen tighten narrow show lift open stretch draw"
MEANS = "mean means meant signify signifies"
OFTEN = "often normally sometimes many frequently"
OTHER_FACES = "another_person someone_else somebody_else the_other_person other_people the_man_behind the_woman_behind bystander bystanders passer-by emoji in_the_background emoticon mannequin poster a_child a_dog a_baby statue painting photo photograph cartoon"

BREAKS = (
    "but while whereas although though because when once as so_that unless whilst even_though since until before after yet even_if "
    "then_again whenever which who where albeit till by_the_time as_soon_as meanwhile"
)
CONTRAST = frozenset("but yet however whereas although though while whilst because since so".split())
PRONOUNS = (
    "it they these this both the_movement the_movements the_action the_actions each this_movement these_movements the_motion the_two both_movements both_of_them "
    "both_actions all_three all_of_them the_former the_latter them which the_pull the_raise the_lift the_rise the_contraction the_tension the_press the_pucker "
    "the_opening the_unit the_units the_action_unit the_action_units the_pair these_actions this_action the_same they_both all_of_these"
)  # fmt: skip
HIDE = (
    "hidden hide cover occlude obscure conceal block mask masked out_of_view out_of_frame out_of_sight out_of_the_frame outside_the_frame behind sunglasses "
    "occlusion invisible unseen shielded shield cut_off cropped out_of_shot out_of_reach turned_away_from_the_camera"
)
VISIBLE = "visible seen see in_view unobstructed in_full_view in_sight unhidden uncovered"
JUDGE = "judge judged assess assessed verify verified score scored tell told determine determined evaluated evaluate read_off confirmed confirm judgeable assessable said known"
TALK = "talk speak spoke spoken speech converse conversation chat sing murmur mutter whisper mouthing_words utter utterance talking speaking"
NOT_TALK = (
    "speak_for speaks_for speak_against speaks_against speaking_for speaking_against speak_in_favour_of speaks_in_favour_of speak_in_favor_of speaks_in_favor_of "
    "strictly_speaking generally_speaking broadly_speaking speaks_volumes speak_to speaks_to"
)
OTHERS = (
    "nothing_else no_other no_further everything_else all_other all_others the_rest_of_the_face rest_of_the_face other_action_units other_movements other_aus other_au "
    "other_movement remainder_of_the_face all_else other_action_unit no_additional other_facial_movement other_facial_movements anything_else other_muscles "
    "other_unit other_units other_muscle"
)  # fmt: skip
ALL = "no_action_unit no_action_units no_facial_action_unit no_facial_action_units no_muscle nothing everything"
ONLY = "only solely just exclusively alone one-sided one-sidedly unilateral unilaterally one_sided confined_to limited_to restricted_to one_side single asymmetrical asymmetric asymmetrically lopsided crooked uneven unevenly"

# Parts whose stillness denies other action units than those of their region in the codebook.
_STILL = {
    "inner brow": "1 4", "outer brow": "2", "glabella": "4", "forehead": "1 2 4", "upper lid": "5", "lower lid": "7", "lid": "5 7",
    "upper and lower lids": "5 7", "eye corner": "6", "nostril": "38 39", "nasolabial": "11", "lip corner": "12 15", "upper lip": "10",
    "lower lip": "16", "neck cord": "21",
}  # fmt: skip
_WIDER = {"lip": ("mouth",), "inner and outer brow": ("brow",)}


def still(part: str) -> tuple[str, ...]:
    """The action units that are denied when this part is said not to move; none for the whole or half of the face."""
    if part in _STILL:
        return tuple(f"AU{n}" for n in _STILL[part].split())
    regions = _WIDER.get(part, (part,))
    return tuple(code for code, unit in ACTION_UNITS.items() if unit.region in regions)


def _movements() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for row in _MOVEMENTS.strip().splitlines():
        head, _, cells = row.partition(":")
        part, _, base = head.partition("<")
        own = dict(cell.split("=") for cell in cells.split())
        table[part] = {**table.get(base, {}), **{move.replace("_", " "): aus for move, aus in own.items()}}
    return table


MOVEMENTS = _movements()


def forms(lemma: str) -> set[str]:
    """The lemma and its regular inflections; forms that do not exist do no harm."""
    found = {lemma}
    if len(lemma) > 2 and lemma.isalpha():
        found |= {f"{lemma}s", f"{lemma}ed", f"{lemma}ing"}
        if lemma.endswith("e"):
            found |= {f"{lemma}d", f"{lemma[:-1]}ing"}
        elif lemma.endswith(("s", "h", "x")):
            found.add(f"{lemma}es")
        elif lemma.endswith("y"):
            found |= {f"{lemma[:-1]}ies", f"{lemma[:-1]}ied"}
        elif lemma[-1] in "bdgklmnprt" and lemma[-2] in "aeiou":
            found |= {f"{lemma}{lemma[-1]}ed", f"{lemma}{lemma[-1]}ing"}
    return found
