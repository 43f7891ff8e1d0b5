"""The words of facial movement: parts, what they do, words and muscles that name an action unit, and idioms. Tables only.

A movement is named by its code, by a word of its own ("frown", "corrugator"), or by a part and what it does ("the inner
brows" + "are drawn up"): ``PARTS`` x ``MOVES`` -> ``MOVEMENTS``. Words are lemmas; ``_`` joins the words of a phrase, and
``forms`` adds the regular inflections of its first word.

An action unit is a number here. ``1/2``: those of the two that were measured are meant (raised eyebrows); ``7>6``: 7, unless
only 6 was measured (narrowed eyes); ``6+12``: both; ``!25``: the opposite of 25.
"""

from cot_engine.facs import ACTION_UNITS


def words(table: str) -> frozenset[str]:
    """The entries of a table, with spaces inside phrases."""
    return frozenset(entry.replace("_", " ") for entry in table.split())


# What a part does. "pull" says nothing where a direction is given with it; "move" matters only when denied.
MOVES = {
    "up": """
        raise rise rose risen lift elevate up upward upwards hike arch raiser elevator elevation hoist upturned upraised
        uplifted climb ascend heave rising lifting jump
    """,
    "down": """
        lower drop fall fell fallen down downward downwards depress depression depressor descend sag droop dip lowerer
        downturned down-turned sink sank sunk slump lowering
    """,
    "in": """
        furrow knit contract converge bunch corrugate crease pinch squeeze_together push_together pull_together
        draw_together drew_together drawn_together come_together came_together move_together bring_together
        brought_together squeezed_together gather knot pulled_in drawn_in nearer_together closer_together
        toward_each_other towards_each_other pulled_tightly_together bunching scrunch_together
    """,
    "inward": "inward inwards medially",
    "back": "back backward backwards retract",
    "side": """
        sideways laterally lateral sidewards horizontally horizontal outward outwards to_the_ears toward_the_ears
        towards_the_ears to_the_sides to_the_side
    """,
    "pull": "pull puller draw drew drawn tug",
    "push": "push shove",
    "wide": "widen wide enlarge bulge open_wide open_wider wide_open wider pop_open popped_open opened_wide",
    "open": "part open apart separate gape parted ajar agape unseal parting gaping",
    "close": "close shut closure closed sealed seal together stay_together",
    "press": """
        press pressor clamp clench press_together pressed_together pressed_tight compress compression jam_together squash
    """,
    "tight": """
        narrow narrower smaller tighter tighten tightener tight tense tension squint squeeze taut slit compressor contract
        narrowing clenched stiffen
    """,
    "thin": "thin thinner",
    "pucker": "pucker puckerer purse",
    "funnel": "funnel funneler funneller round form_an_o",
    "stretch": "stretch stretcher spread elongate",
    "suck": """
        suck roll_in roll_inward roll_inwards tuck_in tuck_under draw_inward draw_inwards drawn_inward drawn_inwards
        drawn_into fold_in fold_inward curl_inward suck_in sucked_in turn_inward pulled_inward pull_inward
        drawn_over_the_teeth vanish_into
    """,
    "bite": "bite bit bitten chew nibble catch_between_the_teeth caught_between_the_teeth",
    "wrinkle": "wrinkle wrinkler scrunch crinkle line crease furrow wrinkly screw_up fan",
    "flare": "flare dilate dilator dilation widen",
    "puff": "puff puffer inflate blow_out blown_out blow_up blown_up balloon billow swell swollen",
    "dimple": "dimple dimpler",
    "deepen": "deepen deepener deep deeper furrow",
    "forward": "forward forwards jut protrude thrust stick_out stuck_out poke_out push_out",
    "show": "show shown visible bare expose flash out appear peek see seen reveal peep stand_out stood_out",
    "curl": "curl curve turn_up tip_up turned_up bend_up",
    "curl down": """
        curve_down curve_downward curve_downwards turn_down curl_down turned_down turn_downward turn_downwards
        curl_downward bend_down bent_down point_down downturned
    """,
    "turn": "turn rotate swivel pivot twist swing swung veer",
    "tilt": "tilt cock incline lean tip bend bent",
    "look": """
        look glance stare directed direct cast dart drift wander roll point aim flick swivel slide slid shift move go goes
        went turn return come_back came_back
    """,
    "bow": "bow hang hung nod sink",
    "conceal": "hidden covered concealed hide cover",
    "slack": "slack slacken hang_open drop_open fall_open fell_open dropped_open fallen_open",
    "flash": "flash",
    "flutter": "flutter",
    "left": "leftward leftwards",
    "right": "rightward rightwards",
    "fixed": "stay_on remain_on fixed steady straight locked fix unwavering",
    "smooth": "smooth flat unwrinkled unlined",
    "move": """
        move movement motion activity action act change react reaction participate participation involve involvement stir
        budge contribute activation activate active join join_in engage engaged happen occur shift take_part work play_a_part
        play_a_role
    """,
}

# Movements that take no object: the part behind them starts something new ("as the brows rise both eyes ...").
INTRANSITIVE = words("rise rises rose risen fall falls fell fallen apart up back visible out together go goes sink sinks")

# Noun phrases for the parts: a name and its regular expressions, longer ones first. A side may stand inside.
_SIDE = r"(?:(?:left|right|both|the|his|her|their|its|each|of|either|and)[ -]+)*"
_BROW = r"(?:eye)?[ -]?brows?"
_ENDS = r"(?:end|part|corner|portion|half|halve|edge|section|third|tip|tail)s?"
_THE = r"(?:the|her|his|their)"
PARTS: tuple[tuple[str, ...], ...] = (
    ("upper face", r"upper (?:half of the |part of the )?face"),
    ("lower face", r"lower (?:half of the |part of the )?face"),
    ("glabella", "glabella", rf"(?:in[ -])?between (?:{_THE} )?(?:two )?{_BROW}"),
    ("inner and outer brow", rf"(?:inner and outer|outer and inner) (?:{_ENDS} of )?{_SIDE}(?:{_BROW}|{_ENDS})"),
    (
        "inner brow",
        rf"(?:inner|medial|inside) (?:{_ENDS} of )?{_SIDE}{_BROW}(?: {_ENDS}\b)?",
        rf"{_BROW} inner {_ENDS}",
        "inner ends",
    ),
    (
        "outer brow",
        rf"(?:outer|lateral|outside) (?:{_ENDS} of )?{_SIDE}{_BROW}(?: {_ENDS}\b)?",
        rf"{_BROW} outer {_ENDS}",
        rf"{_BROW} tails?",
        rf"tails? of {_SIDE}{_BROW}",
        "outer ends",
    ),
    ("brow", _BROW),
    ("forehead", r"foreheads?"),
    ("upper and lower lids", r"(?:upper and lower|lower and upper) (?:eye)?[ -]?lids?"),
    ("upper lid", rf"(?:upper|top) {_SIDE}(?:eye)?[ -]?lids?"),
    ("lower lid", rf"(?:lower|bottom) {_SIDE}(?:eye)?[ -]?lids?"),
    ("lid", r"(?:eye)?[ -]?lids?"),
    (
        "eye corner",
        rf"(?:outer )?(?:corners?|edges?) of {_SIDE}eyes?",
        r"(?:outer )?eye corners?",
        rf"(?:skin )?(?:around|beside|next to) {_SIDE}eyes",
    ),
    ("sclera", rf"whites?(?: of {_THE} eyes?)?(?= (?:\w+ ){{0,4}}above)", "sclera"),
    ("eye", r"eyes?(?: apertures?| openings?)?", r"palpebral fissures?"),
    ("gaze", "gaze", "line of sight", r"pupils?", r"iris(?:es)?"),
    ("nostril", r"nostrils?(?: wings?)?", r"nasal wings?"),
    ("nasolabial", r"naso-?labial (?:fold|furrow|line)s?", "nasolabial"),
    ("nose", "nose bridge", "nose", rf"(?:bridge|root) of {_THE} nose", r"nasal (?:bridge|root)"),
    (
        "lip corner",
        rf"(?:lip|mouth)s?[ -]{_SIDE}corners?(?: of {_SIDE}mouth)?",
        rf"(?:outer )?(?:corners?|ends|edges) of {_SIDE}(?:mouth|lips?)",
        rf"sides? of {_SIDE}(?:mouth|lips?)",
        r"(?:oral|mouth|lip) commissures?",
        r"corners?",
    ),
    ("upper and lower lip", r"(?:upper and lower|lower and upper) lips?"),
    ("upper lip", rf"(?:upper|top) {_SIDE}lips?"),
    ("lower lip", rf"(?:lower|bottom) {_SIDE}lips?"),
    ("lip", r"lips?"),
    ("teeth", "teeth", "tooth"),
    ("mouth", "mouth"),
    ("cheek", r"cheeks?", r"cheekbones?"),
    ("chin", r"chin(?: boss)?"),
    ("jaw", r"(?:lower )?jaws?", "mandible"),
    ("tongue", rf"(?:tip of {_THE} )?tongue"),
    ("head", "head"),
    ("neck cord", r"neck (?:cord|tendon|band|muscle)s?", r"(?<!vocal )cords", rf"(?:cord|tendon)s? (?:of|in) {_THE} neck"),
    ("neck", "neck"),
    ("face", r"(?:whole |entire )?face", r"(?:facial )?features"),
    # "the upper lids rise, the lower ones do not"
    ("upper one", r"upper ones?"),
    ("lower one", r"lower ones?"),
    ("inner one", r"inner ones?"),
    ("outer one", r"outer ones?"),
)

# Part: move=action units. A part has what the part after "<" has, unless it says otherwise.
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
eye: wide=5 tight=7>6 close=43 slack=43 wrinkle=6 in=7>6 press=43 open=!43 up=63 curl=63 down=64
gaze: up=63 down=64
nose: wrinkle=9 in=9 smooth=!9
nostril: flare=38 wide=38 open=38 tight=39 in=39 press=39
nasolabial: deepen=11 wrinkle=11
cheek: up=6 in=6 push=6 curl=6 puff=34 dimple=14
lip corner: up=12 back=12 curl=12 pull=12 down=15 curl_down=15 side=20 stretch=20 tight=14 suck=14 in=14
lip corner: inward=14 dimple=14 deepen=14
upper lip: up=10 curl=10 pull=10 suck=28 bite=32
lower lip: down=16 pull=16 push=17 up=17 suck=28 bite=32 forward=17
upper and lower lip: suck=28 open=25 press=24 close=!25 tight=23
lip: open=25 close=!25 press=24 tight=23 thin=23 pucker=18 in=24 funnel=22 stretch=20 side=20 suck=28 inward=28 bite=32 curl=12
lip: up=12 curl_down=15 down=15 forward=22
mouth: open=25 wide=25 slack=25 close=!25 stretch=27 side=20 pucker=18 curl=12 up=12 curl_down=15
mouth: down=15 tight=23 thin=23 funnel=22 press=24
teeth: show=25 flash=25 conceal=!25
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

# Words and muscles that name an action unit alone: the unit and its regular expressions, longer ones first.
_EYE_RING = "orbicularis oculi"
NAMED: tuple[tuple[str, ...], ...] = (
    ("6+12", r"duchenne (?:smil\w+|grin)"),
    ("11", "zygomaticus minor"),
    (
        "12",
        r"smil(?:e[sd]?|ing)",
        r"grin(?:s|ned|ning)?",
        r"smirk(?:s|ed|ing)?",
        r"beam(?:s|ing)",
        r"zygomatic(?:us)?(?: major)?",
    ),
    ("4", r"frown(?:s|ed|ing)?", r"scowl(?:s|ed|ing)?", r"corrugator(?: supercilii)?"),
    (
        "7>6",
        r"squint(?:s|ed|ing)?",
        rf"(?:mak(?:es?|ing)|made) {_SIDE}eyes? (?:very |so |a bit )?small(?:er)?",
        r"eyes? (?:becom\w+|became|get(?:s|ting)?|got|gr[eo]w\w*|go(?:es)?) (?:very |so |quite )?small(?:er)?",
    ),
    ("7", rf"(?:palpebral part|pars palpebralis) of (?:the )?{_EYE_RING}", rf"(?:{_EYE_RING},? )?pars palpebralis"),
    (
        "6",
        r"crow'?s[ -]feet",
        rf"(?:the )?orbital part of (?:the )?{_EYE_RING}",
        rf"{_EYE_RING}(?:,? \(?(?:pars orbitalis|orbital part)\)?)?",
        "pars orbitalis",
        "duchenne marker",
        r"reach(?:es|ed|ing)? (?:up )?(?:to |into )?(?:the|her|his|their|both) eyes",
    ),
    ("1+2", r"(?:medial and lateral|lateral and medial|inner and outer) frontalis"),
    ("1", r"(?:medial|inner) (?:part of (?:the )?)?frontalis", r"frontalis,? \(?(?:pars medialis|medial part)\)?"),
    ("2", r"(?:lateral|outer) (?:part of (?:the )?)?frontalis", r"frontalis,? \(?(?:pars lateralis|lateral part)\)?"),
    ("1/2", "frontalis"),
    (
        "5",
        "wide-eyed",
        rf"(?:mak(?:es?|ing)|made) {_SIDE}eyes? (?:very |so |a bit )?(?:big|large|round)(?:er)?",
        r"levator palpebrae(?: superioris)?",
        r"white (?:shows |showing |is visible |visible )?(?:all )?around the iris",
    ),
    ("9", "levator labii superioris alaeque nasi", "procerus"),
    ("10>9", r"sneer(?:s|ed|ing)?"),
    ("10", r"levator labii(?: superioris)?"),
    ("13", r"sharp lip pull(?:er|ing)?", "levator anguli oris", "caninus"),
    (
        "8",
        r"lips? (?:do not |don't |are |is |being |mov(?:e|ing|ed) |com(?:e|ing) |drawn |brought |pulled )*"
        r"towards? each other",
    ),
    ("14", r"dimpl(?:e[sd]?|ers?|ing)", "buccinator"),
    ("15", "depressor anguli oris", "triangularis"),
    ("16", r"depressor labii(?: inferioris)?"),
    ("17", "mentalis", r"pout(?:s|ed|ing)?"),
    ("20", "risorius"),
    ("21", "platysma"),
    ("25", r"open-mouth(?:ed)?", "toothy"),
    ("!25", r"closed-mouth(?:ed)?"),
    ("26", "slack-jawed"),
    ("45", r"(?:eye[ -]?)?blink(?:s|ed|ing)?"),
    ("!45", r"unblinking(?:ly)?"),
    ("46", r"wink(?:s|ed|ing)?"),
    ("54", r"nod(?:s|ded|ding)?"),
    ("57", r"lean(?:s|ed|ing)? (?:forwards?|in|towards? the (?:camera|lens|viewer))\b"),
)

# Everyday and figurative uses that only look like movements; whatever they cover is skipped. One line of alternatives each.
IDIOMS = "|".join(
    r"""
(?:jaw|head|eye)[ -](?:dropp|turn|open|catch|popp)ing|eye-?brow[ -]raising(?= \w)|brow-raising|mouth-?watering
lip[ -]smacking|tongue[ -]in[ -]cheek|cheek[ -](?:to|by)[ -](?:cheek|jowl)
(?:head|face|eye|mouth)[ -]to[ -](?:head|face|eye|ear|mouth|toe)|(?:blink|twinkling) of an eye
frown(?:s|ed|ing)? (?:up)?on|(?:rais\w+) (?:a few|some|many|several|more than a few) (?:eye)?brows
(?:eye)?brows (?:among|across the|in the (?:press|industry|media))|stiff upper lip|lip service|word of mouth|by mouth
(?:keep\w*|kept|hold\w*) (?:\w+ )?chins? up|chins? up!|head(?:s|ed)? (?:of|for|start|coach|teacher|office)\b|heads up
head over heels|(?:keep\w*|kept) (?:an|one) eye (?:on|out)|eye (?:contact|level|colou?r|candy|for|of the)
(?:turn\w*) a blind eye|public eye|see\w* eye to eye|all eyes|eyes (?:on the prize|peeled|only)
nose (?:for|around|dive)|(?:turn\w*|look\w*) (?:up|down) (?:his|her|their|its|one's) nose
(?:in|on) the face of(?: it)?|at face value|(?:los\w+|sav\w+) face|straight face|poker face|face the
(?:lights?|lit|made?|makes?|sets?|ends?|ended|lines?|shows?|showed|gives?|gave|warms?|wakes?) up(?= |[.,;]|$)(?! at)
(?:grow|grew|picks?|builds?|sums?|adds?) up(?= |[.,;]|$)(?! at)
close[ -]up|up close|brow of the|mouth of the (?:river|cave|tunnel|valley|bay)
(?:bottom|dead|head|on|storm|time)[ -]?line|in line with|(?:smil\w+) (?:up)?on (?:them|him|her|us)|fortune smil\w+
smiley|(?:wink|nod|nods|blink) (?:to|at) (?:tradition|history|the (?:past|genre|audience|fans))|tight[ -]lipped about
(?:lips|mouth) shut about|part of|in part|for the most part|most part|parts of|lower part|upper part
(?<!the )(?<!her )(?<!his )(?<!own )(?<!their )(?<!to )right(?= (?:now|away|after|before|from|at|as|when|then|around)\b)
all right|(?:is|are|was|be|been) left(?=[ .,;]|$)(?! (?:of|side|brow|eye|cheek|lip|corner|mouth))
left (?:the (?:frame|room|scene|picture)|open|out|over|unclear|to be)\b|back then|in back of|at the back
back of the (?:head|room)|down the (?:line|road)|tear(?:s)? (?:fall|fell|drop|roll)\w*|jaws of|through (?:the )?teeth
teeth of|(?:cut|sink|sank) (?:his|her|their) teeth|by the skin of
(?:tip|tongue) of (?:the |her |his )?tongue(?= is on)|mother tongue|native tongue|holds? (?:her|his|their) tongue
bit(?:e|es|ing)? (?:her|his|their|the) tongue|turn(?:s|ed|ing)? (?:heads|out|into|to \w+ing)\b|tip of the iceberg
prices? (?:rise|fall|drop)\w*|rising prices|falling lids|lids? on (?:costs?|prices|spending|it)\b
over (?:the|his|her) head|raise (?:the|a|an) (?:question|issue|voice)|(?:makes?|made) one smile|to smile about
t-shirt says \w+|a smile costs|neck (?:and neck|of the woods)|chin ?wag|cheeky|nosy|lippy|opening (?:scene|shot)
closing (?:scene|shot)|in the eyes? of\b
(?:as|so|in) (?:far|much|well|best) as (?:\w+ )?can (?:be )?(?:tell|told|see|seen|judged?|make out|made out|determined?)
(?:for all|from what) (?:\w+ )?can (?:be )?(?:tell|told|see|seen|judged?|make out|made out|determined?)
""".strip().splitlines()
)

# Parts whose stillness denies other action units than those of their region in the codebook.
_STILL = {
    "inner brow": "1 4",
    "outer brow": "2",
    "glabella": "4",
    "forehead": "1 2 4",
    "upper lid": "5",
    "lower lid": "7",
    "lid": "5 7",
    "upper and lower lids": "5 7",
    "eye corner": "6",
    "nostril": "38 39",
    "nasolabial": "11",
    "lip corner": "12 15",
    "upper lip": "10",
    "lower lip": "16",
    "neck cord": "21",
}
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
        table[part] = {
            **table.get(base, {}),
            **table.get(part, {}),
            **{move.replace("_", " "): aus for move, aus in own.items()},
        }
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
