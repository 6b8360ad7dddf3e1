"""Forms of English verbs, as far as rules of agreement need them."""

_REGULAR_LIST = (
    "accept add admit affect agree aim allow answer appear apply argue arrive ask attend avoid believe belong"
    " benefit bring build buy call care carry cause change check choose claim come compare complain complete"
    " concern consider consist contain continue control cook cost cover create cry decide define demand depend"
    " describe deserve design destroy develop die disagree discover discuss do drink drive earn eat encourage"
    " enjoy enter exist expect explain express face fail fall feel fight find finish fit follow forget gain get"
    " give go grow happen hate have hear help hold hope imagine improve include increase influence inform interest"
    " join keep know lack last lead learn leave let like listen live look lose love make matter mean meet mention"
    " miss move need notice obey offer open own pay play prefer prepare present prevent produce promise protect"
    " prove provide push put reach read realize receive reduce refer reflect remain remember replace represent"
    " require respect return run save say see seem sell send serve show sing sleep smoke solve speak spend stand"
    " start stay stop study succeed suffer suggest support suppose take talk teach tell tend think travel treat"
    " try turn understand use visit wait want waste watch wear win wish work worry write"
)
BASES = frozenset(_REGULAR_LIST.split())
# Base, past, participle.
_IRREGULAR_LIST = (
    "be was been,begin began begun,break broke broken,bring brought brought,build built built,buy bought bought,"
    "catch caught caught,choose chose chosen,come came come,do did done,drink drank drunk,drive drove driven,"
    "eat ate eaten,fall fell fallen,feel felt felt,find found found,forget forgot forgotten,get got got,"
    "give gave given,go went gone,grow grew grown,have had had,hear heard heard,keep kept kept,know knew known,"
    "leave left left,lose lost lost,make made made,meet met met,pay paid paid,run ran run,say said said,see saw seen,"
    "sell sold sold,send sent sent,show showed shown,sing sang sung,sleep slept slept,speak spoke spoken,"
    "spend spent spent,stand stood stood,steal stole stolen,swim swam swum,take took taken,teach taught taught,"
    "tell told told,think thought thought,throw threw thrown,understand understood understood,wear wore worn,"
    "win won won,write wrote written,become became become,ride rode ridden"
)
_IRREGULAR = tuple(tuple(forms.split()) for forms in _IRREGULAR_LIST.split(","))
PARTICIPLE_OF_PAST = {past: participle for _, past, participle in _IRREGULAR if past != participle}
_BASE_OF_PAST = {past: base for base, past, _ in _IRREGULAR if base != past}
_VOWELS = "aeiou"


def third_person(base: str) -> str:
    """Return "goes" for "go"."""
    if base in {"have", "be"}:
        return {"have": "has", "be": "is"}[base]
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{base}es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ies"
    return f"{base}s"


BASE_OF_THIRD = {third_person(base): base for base in BASES}


def base_of_past(word: str) -> str:
    """Return "develop" for "developed" (or "developped"), "understand" for "understood", "" when it is no past form."""
    if word in _BASE_OF_PAST:
        return _BASE_OF_PAST[word]
    if not word.endswith("ed") or len(word) < 5:
        return ""
    stem = word[:-2]
    forms = (
        stem,
        f"{stem}e",
        stem[:-1] if stem[-1:] == stem[-2:-1] else "",
        f"{stem[:-1]}y" if stem[-1] == "i" else "",
    )
    return next((form for form in forms if form in BASES), "")


def base_of_gerund(word: str) -> str:
    """Return "take" for "taking", "" when it is no gerund of a known verb."""
    if not word.endswith("ing") or len(word) < 5:
        return ""
    stem = word[:-3]
    forms = (stem, f"{stem}e", stem[:-1] if stem[-1:] == stem[-2:-1] else "")
    return next((form for form in forms if form in BASES), "")
