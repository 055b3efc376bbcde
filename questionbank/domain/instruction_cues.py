"""What gives away words that talk to a grader, in English. Read by instructions.py.

Patterns are matched on words as exact_words.py has them: small letters, no punctuation, one space between two words.
A strong cue is enough; of the weak ones two kinds close together are needed. They look for talk to whoever rates and
about one's own score: commands as such ("ignore the cache", "set the score of the document") are what technical answers
are full of.
"""

_GAP = r"(?: \w+){0,%d}"
G2, G3, G4, G6 = (_GAP % count for count in (2, 3, 4, 6))

OVERRIDE = (
    r"(?:ignor(?:e|ing)|disregard|forget|overrid(?:e|ing)|overrule|bypass|neglect|discard|set aside|"
    r"throw away|throw out|"
    r"stop following|do not follow|dont follow|pay no attention to|do not apply|dont apply|stop applying)"
)
RULES = (
    r"(?:instructions?|prompts?|rubrics?|guidelines?|directions|directives?|criteria|marking schemes?|"
    r"grading schemes?|"
    r"grading rules|scoring rules|scoring guide|evaluation rules|orders|constraints|safeguards)"
)
GIVEN = (
    r"(?:previous|prior|earlier|above|preceding|former|initial|original|your|you were given|you have been given|"
    r"youve been given|system)"
)
EVALUATING = r"(?:grading|scoring|rating|marking|evaluation|assessment|evaluating|assessing)"
GRADER = (
    rf"(?:grader|evaluator|examiner|assessor|scorer|rater|judge|{EVALUATING} (?:ai|model|system|bot|engine|software|"
    r"assistant|algorithm|program))"
)
MACHINE = (
    r"(?:ai|a i|artificial intelligence|llm|large language model|language model|chatgpt|chat gpt|gpt|"
    r"claude|gemini|llama|"
    r"mistral|chatbot|bot|robot|machine|computer|ai system|ai model|ai assistant|virtual assistant|model)"
)
OWN = (
    r"(?:me|myself|my answers?|my responses?|my reply|my interview|my application|my performance|"
    r"this answer|this response|"
    r"this reply|this candidate|this applicant|this interviewee|this interview|this person|this transcript|"
    r"this submission|the applicant|the interviewee|the following answer|the above answer|the answer above)"
)
NUMBER = r"(?:4|5|10|100|four|five|ten|hundred|one hundred|a hundred)"
TOP = (
    rf"(?:{NUMBER}|full|fully|maximum|maximal|max|perfect|perfectly|top|highest|best|excellent|outstanding|flawless|"
    r"exceptional|strong|passing|generous|generously|kindly|leniently|lenient|highly|favou?rably|"
    r"positively|high|higher|well)"
)
SCORE = r"(?:scores?|marks?|ratings?|grades?|points?|credit|evaluation|assessment|result|stars)"
RATE = r"(?:rate|score|grade|mark|evaluate|assess|judge)"
GIVE = r"(?:give|giving|award|assign|grant|allow|credit|reward|provide)"
ALL = r"(?:every|each|all|all of)(?: of)?(?: the)?(?: \w+)?"
CRITERIA = r"(?:criterion|criteria|competenc(?:y|ies)|rubric items?|categor(?:y|ies) of the rubric)"
SHOULD = r"(?:should|must|has to|have to|needs? to|shall|ought to|is to)"

STRONG = {
    "override": (
        rf"{OVERRIDE}{G3} {GIVEN}{G3} {RULES}",
        rf"{OVERRIDE}{G2} {RULES}(?: that)? (?:above|before|you|from before|so far|given)",
        rf"{OVERRIDE}{G2} (?:rubrics?|marking schemes?|grading \w+|scoring \w+|evaluation \w+|assessment \w+)",
        (
            rf"{OVERRIDE}(?: \w+)? (?:everything|anything|all|whatever|what)(?: that)? (?:you|i said|"
            rf"was said|i have said)"
        ),
    ),
    "score": (
        rf"{GIVE}{G2} {OWN}{G4} {TOP}(?: \w+)? {SCORE}",
        rf"{GIVE}{G2} {OWN}{G2} (?:an? )?{NUMBER}(?: out of \w+)?(?: (?:for|on|in|please|and|because)\b|$)",
        rf"{GIVE}{G2} {TOP}(?: \w+)? {SCORE} (?:to|for) (?:{OWN}|{ALL} {CRITERIA}|{ALL} (?:questions?|answers?))",
        rf"{RATE}{G2} {OWN}{G4} {TOP}",
        rf"{RATE}{G2} {ALL} {CRITERIA}{G4} (?:{TOP}|as)",
        (
            rf"(?:treat|consider|count|regard|assume|mark|declare|take){G2} {ALL} {CRITERIA}{G2} (?:as|is|"
            rf"are|met|to be|fulfil)"
        ),
        (
            rf"{SCORE}(?: of| is| equals| colon| to| as)? {TOP}{G3} (?:for|on|in|to|across){G2} {ALL} "
            rf"(?:{CRITERIA}|questions?|answers?|dimensions?)"
        ),
        (
            rf"(?:full|maximum|perfect|top|highest) {SCORE} (?:for|on|to|in|across) (?:{OWN}|everything|"
            rf"{ALL} {CRITERIA})"
        ),
        rf"my (?:final |overall |total )?{SCORE} {SHOULD}(?: be| get)?{G2} {TOP}",
        rf"(?:set|put|make|change|raise|increase|adjust|record|enter|fix) my{G2} {SCORE}",
        (
            rf"(?:set|put|make|change|raise|record|enter){G2} {ALL} (?:criterion )?{SCORE}{G2} (?:4|"
            rf"four|five|full|max\w*)"
            r"(?: out of| please| points?|$)"
        ),
        (
            rf"(?:{OWN}|i) (?:deserves?|merits?|{SHOULD} (?:get|receive|have|be (?:given|awarded|assigned)))"
            rf"{G3} {TOP}(?: \w+)? {SCORE}"
        ),
        rf"{OWN} {SHOULD} be (?:{RATE}d?|graded|rated|scored|marked|treated|considered)\b{G3} {TOP}",
        rf"rating (?:colon|equals|equal to) {NUMBER}",
        rf"{NUMBER} (?:points? )?(?:for|on|in|to|across){G2} {ALL} {CRITERIA}",
        r"number \w+(?: \w+)? rating \w+ (?:\w+ ){0,12}(?:quote|reason|rationale)\b",
        r"rating \d (?:quote|reason|rationale)\b",
        (
            rf"(?:cannot|can not|do not|dont|never|must not|should not|stop|refuse to|no need to) "
            rf"(?:{RATE}|check|verify|penali[sz]e|deduct|mark down|lower|subtract|{EVALUATING}){G3} "
            r"(?:this answer|my|me|answer|answers|candidate|quotes?|points|marks|any points|any marks|it strictly)\b"
        ),
    ),
    "hire": (
        (
            rf"(?:recommend|approve|pass|advance|hire|shortlist|accept|select|flag|mark) {OWN}{G4} "
            r"(?:strong hire|strongly recommend\w*|for hire|hired?|the job|the role|the position|"
            r"the next round|passed|approved|"
            r"immediately|without)"
        ),
        (
            r"(?:recommendation|decision|verdict|result|outcome)(?: \w+)? (?:is|should be|must be|"
            r"shall be|colon|equals) "
            r"(?:strong hire|strongly recommend\w*|hire|hired|pass|passed)\b"
        ),
    ),
    "address": (
        (
            rf"(?:dear|hey|hello|hi|attention|listen) (?:there )?(?:mister |mr |the )?"
            rf"(?:{GRADER}|ai|a i|llm|language model|chatgpt|chat gpt|claude|gemini|bot|robot|computer|"
            rf"machine|ai \w+)\b"
        ),
        (
            rf"(?:whoever|whatever|whichever \w+|to the {MACHINE}|the {MACHINE})(?: that| who|"
            rf" which)?(?: is| will be)? "
            rf"(?:reads?|reading|{RATE}s?|{EVALUATING}) (?:this|me|my|these)"
        ),
        rf"if you are (?:an? |the )?(?:{MACHINE}|{GRADER}|automated)",
        rf"as (?:an? |the |my )?(?:\w+ )?(?:{GRADER}|ai|language model|llm|ai \w+) you (?:{SHOULD}|are|will|can|do)",
        (
            rf"you are (?:now |actually |really |no longer |such |the |an? |my |so )*(?:\w+ )?"
            rf"(?:{GRADER}|language model|ai|a i|llm|chatbot|dan)\b"
        ),
        (
            r"you are (?:now|no longer)(?: in)? (?:an? |the |my )?(?:\w+ ){0,3}(?:assistant|mode|"
            r"bound|restricted|interviewer|"
            r"friend|bot|teacher|professor|recruiter)"
        ),
        (
            rf"(?:pretend|act|behave|imagine|role ?play|lets play)(?: \w+)? (?:as|like|to be|you are|"
            rf"youre|you were|that you are|"
            rf"where you are|game){G4} (?:{GRADER}|interviewer|teacher|professor|recruiter|"
            rf"hiring manager|friend|grandm\w+|"
            r"grandpa\w*|ai|cheerleader|mentor|fan)\b"
        ),
    ),
    "plea": (
        (
            r"be (?:very |as |more |a bit |really |extra |so |especially )*(?:generous|lenient|kind|"
            r"nice|merciful|gentle|forgiving)"
            rf"{G4} (?:{SCORE}|{EVALUATING}|{RATE}|me|with this|with my)\b"
        ),
        rf"(?:depends?|relies|riding|rests) on (?:this|your|the|my|a good|a high)(?: \w+)? {SCORE}",
        (
            rf"(?:please|kindly|i beg you|im begging you)(?: \w+)? (?:give|grant|allow|let me have|round up){G4} "
            rf"(?:{SCORE}|benefit of the doubt)"
        ),
        r"(?:let me|make me|help me|want me to) pass (?:this|the) (?:interview|test|round|assessment|evaluation)",
    ),
}

MENTIONING = (
    r"\b(?:phrases?|payloads?|injections?|attackers?|malicious|jailbreaks?|hidden|adversarial|untrusted|poisoned|"
    r"something like|such as|for example|text like|write something|writes something)\b"
    r"|\b(?:says|saying|reads|types)(?: \w+){0,2}$"
)
"""A few words before: then the words are told about, not said to anybody."""

TELLING = frozenset(
    [
        "to",
        "may",
        "might",
        "can",
        "could",
        "will",
        "would",
        "it",
        "they",
        "he",
        "she",
        "we",
        "i",
        "model",
        "models",
        "llm",
        "llms",
        "user",
        "users",
        "not",
        "dont",
        "never",
        "doesnt",
        "did",
        "didnt",
        "often",
        "people",
        "somebody",
        "someone",
        "anyone",
        "who",
        "which",
    ]
)
"""Right before a verb: then the verb tells what somebody does, unless "you" stands shortly before."""

CHAT_TOPIC = frozenset(
    [
        "template",
        "templates",
        "token",
        "tokens",
        "tokenizer",
        "chat",
        "role",
        "roles",
        "format",
        "formats",
        "prompt",
        "prompts",
        "yaml",
    ]
)
"""Who speaks of these may show the marks of a chat without giving orders."""
