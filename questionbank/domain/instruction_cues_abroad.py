"""What gives away words that talk to a grader, in other languages than English: to leave the rules, or to give the best
score. Read by instructions.py. Each entry is of one language: what is left or given, and how far apart the words stand.

Matched like the English ones. Languages without spaces are matched on the text without any.
"""

_N = r"(?:4|5|6|10|20|100"
_G = r"(?: \w+){0,5}"

SPACED = (
    # German
    (
        rf"(?:ignorier\w*|vergiss|vergessen sie|missachte\w*|beachte\w* nicht){_G} (?:anweisung\w*|"
        rf"anleitung\w*|instruktion\w*|"
        r"vorgaben?|regeln?|prompts?|bewertung\w*|kriterien|rubrik)"
    ),
    (
        rf"(?:gib|gebt|geben sie|vergib|vergeben sie|bewerte\w*|setz\w*|trag\w*|"
        rf"erteile\w*)(?: sie)?{_G} (?:volle\w*|höchst\w*|"
        rf"maximal\w*|best\w*|perfekt\w*|{_N}|vier|hundert)){_G}(?: (?:punkt\w*|note|bewertung|wertung|"
        rf"punktzahl|von)|$)"
    ),
    # French
    (
        rf"(?:ignore[zrs]?|oublie[zrs]?|ne tiens pas compte|ne tenez pas compte){_G} (?:consignes?|"
        rf"règles?|critères?|barème|"
        r"(?:les|des|tes|vos|ces|aux) instructions|instructions (?:précédentes|données|ci dessus))"
    ),
    (
        rf"(?:donne[zr]?|attribue[zr]?|mets|mettez|notez|accorde[zr]?|évalue[zr]?){_G} (?:maximums?|"
        rf"maximale?s?|parfaite?s?|"
        rf"(?:meilleure|la|une) note|points|quatre|{_N}) sur)\b"
    ),
    # Spanish
    (
        rf"(?:ignor[ae]n?|olvid[ae]n?|omit[ae]|descart[ae]|haz caso omiso){_G} (?:instrucciones|"
        rf"indicaciones|reglas|criterios|"
        r"rúbrica|órdenes)"
    ),
    (
        rf"(?:dame|deme|denme|dale|otorg[au]\w*|asign[ae]\w*|calific\w+|ponme|pon|puntúa\w*|"
        rf"evalúa\w*){_G} (?:máxim\w+|perfect\w+|"
        rf"completa|nota|calificación|puntuación|{_N}|cuatro|diez|cien))\b"
    ),
    # Italian
    rf"(?:ignora\w*|dimentica\w*|trascura\w*){_G} (?:istruzioni|regole|criteri|indicazioni|direttive)",
    (
        rf"(?:dammi|datemi|assegna\w*|valuta\w*|mettimi|attribuisci){_G} (?:massim\w+|pieni|perfett\w+|"
        rf"punteggio|voto|{_N}|quattro|"
        r"dieci|cento))\b"
    ),
    # Portuguese
    rf"(?:ignor[ae]m?|esqueç?a\w*|desconsider\w+){_G} (?:instruções|regras|critérios|orientações|rubrica)",
    (
        rf"(?:dê|me dê|dá me|atribu\w+|avali[ae]\w*|conceda|coloque){_G} (?:máxim\w+|nota|pontuação|"
        rf"perfeit\w+|{_N}|quatro|dez|"
        r"cem))\b"
    ),
    # Dutch
    rf"(?:negeer\w*|vergeet){_G} (?:instructies|regels|criteria|aanwijzingen|richtlijnen)",
    (
        rf"(?:geef|beoordeel){_G} (?:maximale|hoogste|volle|perfecte|{_N}|vier|tien|"
        rf"honderd)){_G} (?:score|punten|cijfer|"
        r"beoordeling)"
    ),
    # Polish
    rf"(?:z?ignoruj\w*|pomiń\w*|zapomnij\w*){_G} (?:instrukcj\w+|polece\w+|zasad\w*|kryteri\w+|wytyczn\w+)",
    rf"(?:daj\w*|przyznaj\w*|oceń\w*|wystaw\w*){_G} (?:maksymaln\w+|najwyższ\w+|pełn\w+|{_N}|cztery|sto))\b",
    # Russian
    rf"(?:про)?(?:игнорируй\w*|забудь\w*|отбрось\w*){_G} (?:инструкци\w+|указани\w+|правил\w*|критери\w+)",
    rf"(?:поставь\w*|дай\w*|оцени\w*|присвой\w*){_G} (?:максимальн\w+|высш\w+|отличн\w+|{_N}|четыре|сто)|балл\w*)\b",
    # Turkish
    rf"(?:talimat\w*|kural\w*|yönerge\w*|kriter\w*){_G} (?:yok say\w*|görmezden gel\w*|unut\w*|dikkate alma\w*)",
    rf"(?:tam|en yüksek|maksimum) (?:puan\w*|not\w*){_G} ver\w*",
    # Hindi, in its own letters and in Latin ones
    rf"(?:निर्देश\w*|नियम\w*){_G} (?:अनदेखा|भूल|नज़रअंदाज़|नजरअंदाज)",
    rf"(?:पूरे|सर्वोच्च|अधिकतम|पूरा){_G} (?:अंक|स्कोर|नंबर)",
    (
        rf"(?:pichle|sabhi|saare|sare|purane) (?:nirdesh\w*|niyam\w*|instructions?){_G} (?:bhool|bhul|"
        rf"ignore|chhod|andekha)\w*"
    ),
    r"(?:mujhe|mere)(?: \w+){0,3} (?:poore|pure|full|sabse zyada) (?:ank|number|marks|score)",
    # Arabic
    rf"(?:تجاهل|تجاهلي|انس|أهمل|اهمل){_G} (?:ال)?(?:تعليمات|أوامر|قواعد|معايير)",
    rf"(?:أعط\w*|اعط\w*|امنح\w*|ضع){_G} (?:(?:ال)?(?:درجة|علامة)|كامل\w*|{_N}))",
)

UNSPACED = (
    # Chinese
    r"(?:忽略|无视|無視|忘记|忘記|忽視|不要理会).{0,14}(?:指令|指示|规则|規則|提示|要求|标准|標準)",
    r"(?:给|給|打|评|評).{0,12}(?:满分|滿分|最高分|最高|4分|四分|100分)",
    # Japanese
    r"(?:指示|命令|ルール|基準|プロンプト|説明).{0,12}(?:無視|忘れ|従わな)",
    r"(?:満点|最高点|最高評価|4点|100点).{0,10}(?:付け|つけ|くだ|与え|あたえ|して)",
    # Korean
    r"(?:지시|명령|규칙|기준|프롬프트).{0,14}(?:무시|잊)",
    r"(?:만점|최고점|최고점수|4점|100점).{0,10}(?:주|줘|부여|매겨)",
)
