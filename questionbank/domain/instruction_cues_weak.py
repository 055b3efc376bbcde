"""What gives away words that talk to a grader only where two kinds of it stand close together. Read by instructions.py;
written as in instruction_cues.py."""

from questionbank.domain.instruction_cues import (
    ALL,
    CRITERIA,
    EVALUATING,
    G2,
    GRADER,
    MACHINE,
    OVERRIDE,
    OWN,
    RATE,
    RULES,
    SCORE,
    SHOULD,
)

WEAK = {
    "top": (
        rf"(?:full|maximum|maximal|perfect|top|highest|excellent) {SCORE}",
        r"(?:4|four|5|five|10|ten|100) out of (?:4|four|5|five|10|ten|100)",
        r"strong hire|strongly recommend\b",
        rf"{SCORE} (?:of |is |as |to |equals )?(?:4|four|100|one hundred)\b",
        r"(?:candidate|applicant|interviewee) (?:has |have )?(?:already )?passed",
    ),
    "marks": (r"(?:full|maximum|top|highest|perfect) marks?\b",),
    "own": (
        r"my (?:\w+ )?(?:scores?|marks?|ratings?|grades?|grading|scoring|rating|marking)\b",
        (
            r"(?:for|of|to|on|about|in) (?:my|this|the above|the following) (?:answer|response|candidate|"
            r"applicant|interview)\b"
        ),
        (
            rf"{OWN} (?:{SHOULD} be|has been|have been|was|is)(?: already)? (?:rated|scored|graded|marked|"
            rf"approved|verified)"
        ),
        rf"{RATE} (?:me|my answer|my response|this answer|this response|this candidate)\b",
    ),
    "grader": (
        rf"\b{GRADER}\b",
        (
            rf"(?:note|message|instructions?|notice|memo|reminder) (?:to|for) (?:the |"
            rf"all )?(?:{GRADER}|{MACHINE}|system|"
            r"reviewers?|assistant)\b"
        ),
        r"\b(?:rubrics?|marking scheme|grading scheme|scoring guide)\b",
    ),
    "criteria": (
        rf"{ALL} {CRITERIA}",
        (
            rf"(?:new|updated|revised|corrected|correct|real|actual|following|true) (?:rubrics?|"
            rf"{EVALUATING} \w+|instructions?)"
        ),
    ),
    "authority": (
        (
            r"(?:i am|im|this is|here is|speaking as|on behalf of|by order of|authori[sz]ed by|"
            r"approved by|message from|orders from|"
            r"instructed by|told by|agreed with|confirmed by|according to) (?:the |your |an? |our )?(?:\w+ )?"
            r"(?:administrator|admin|developers?|creator|owner|operator|hiring manager|recruiter|"
            r"recruiting team|ceo|cto|"
            r"interviewer|examiner|supervisor|vendor|openai|anthropic|quality team|hr|hr department|"
            r"human resources|head of \w+)\b"
        ),
        (
            r"(?:system|developer|administrator|admin) (?:message|override|notice|update|alert|command|"
            r"instructions?|mode)\b"
        ),
        r"(?:calibration|debug|maintenance|override|unrestricted|jailbreak|god|test) mode\b",
        r"end of (?:the |this )?(?:answer|transcript|interview|quoted data|data|user input)\b",
    ),
    "others": (
        (
            r"(?:previous|last|other|earlier|first) (?:answers?|candidates?|responses?|applicants?|"
            r"ones?)(?: \w+){0,2} "
            r"(?:scored|rated|graded|marked|got|received|given|awarded)\b"
        ),
    ),
    "plea": (r"\b(?:i want you to|i need you to|please|kindly|i beg you)\b",),
    "override": (rf"{OVERRIDE}{G2} {RULES}",),
    "reply": (
        r"\b(?:criteria|criterion)(?: \w+){0,12} rating(?: \w+){0,12} (?:quote|reason|rationale)\b",
        r"\brating \d\b",
    ),
}

PAIRS = frozenset(
    frozenset(pair.split())
    for pair in (
        *(
            "own top",
            "own authority",
            "own others",
            "own grader",
            "own criteria",
            "own reply",
            "own role",
            "own override",
        ),
        *("authority top", "authority criteria", "authority grader", "authority others", "authority role"),
        *("role top", "role criteria", "role grader", "role others", "role override", "role reply"),
        *("plea top", "plea criteria", "plea grader", "plea override", "others top", "reply top", "override grader"),
        *("override criteria", "marks grader", "marks criteria", "marks own", "marks authority", "marks role"),
        *("marks others", "marks plea"),
    )
)
"""Which two kinds of weak cues make a strong one. "Every criterion" with "the highest score" does not: so does whoever
explains a decision matrix."""
