"""A text to the quantities in it: what amounts to how much, in which unit.

It knows English number words, Western and Indian magnitudes and four currencies. It knows no grammar: what a number
counts is the next plural within three words, so that "eight essential skills" are skills, and it converts nothing: five
years are not sixty months. Names that hold digits, list and citation marks, ordinals and clock times are no quantities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from advisor.eval.items import Figure
from advisor.eval.match import fold

_EXACT = 1e-9  # relative
_DASH = "-‐‑‒–−"
_GAP = r"(?>[^\S\n]*(?:\n[^\S\n]*(?=(?-i:[a-z\d₹$€£])))?)"  # a line may break before what goes on, not before a heading
_CURRENCIES = {
    "INR": ("₹", "rs", "inr", "rupee", "rupees"),
    "USD": ("$", "us$", "usd", "dollar", "dollars"),
    "EUR": ("€", "eur", "euro", "euros"),
    "GBP": ("£", "gbp", "pound", "pounds"),
}
_CODES = {name: code for code, names in _CURRENCIES.items() for name in names}
_MAGNITUDES = {
    "dozen": 12,
    "hundred": 100,
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("l", "lakh", "lac", "lpa"), 10**5),
    **dict.fromkeys(("m", "mn", "million"), 10**6),
    **dict.fromkeys(("cr", "crore"), 10**7),
    **dict.fromkeys(("b", "bn", "billion"), 10**9),
    **dict.fromkeys(("t", "tn", "trillion"), 10**12),
}
_ONES = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBERS = {word: n for n, word in enumerate(_ONES)} | {word: n * 10 for n, word in enumerate(_TENS, start=2)}
_SHORT = {"yr": "year", "yrs": "year", "hr": "hour", "hrs": "hour", "min": "minute", "mins": "minute", "sec": "second"}
_MEASURES = frozenset("second minute hour day week month quarter year decade step gb mb tb kb ms kg km".split())
_ONE_OF = frozenset("second minute hour day week month year decade step".split())  # what a "one" before it counts
_IRREGULAR = {
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "criteria": "criterion",
    "matrices": "matrix",
    "indices": "index",
    "analyses": "analysis",
    "hypotheses": "hypothesis",
    "series": "series",
    "species": "species",
    "movies": "movie",
    "niches": "niche",
    "caches": "cache",
}
_NO_PLURAL = frozenset(
    """
    always perhaps besides towards afterwards sometimes as has was does its his hers ours theirs yours says means
    statistics mathematics maths physics economics analytics ethics robotics kubernetes pandas keras sales gas
""".split()
)
_STOP = frozenset(
    """
    a an the this that these those it they we you he she i who whom which what whose there here and or but nor so if
    then than as at by for from in into of off on onto out over per since through till to under until up upon via with
    within without about above across after against along among around before behind below beneath beside between
    beyond down during except inside like near outside past toward unlike versus is are was were be been being am do
    does did has have had can could may might must shall should will would not no also only just when while where
    because although though however each every all any some both either neither more most less least
    apart away back ago later earlier old
""".split()
)
_LABEL = re.compile(
    r"\b(?:step|skill|chapter|section|figure|table|phase|level|tier|stage|part|question|item|topic|misconception|page|"
    rf"option|module|lesson|number|no\.){_GAP}$",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\b[A-Z][A-Z\d]+ $")
_GLUED = re.compile(r"(?<!\w)[^\W\d_]\w*[-‐‑]\Z")  # GPT-4
_FORMAT = re.compile(  # what is blanked: marks of form, and digits that no one counts with
    r"^[-+*>#_ \t]*\d{1,2}[.)](?=[\s*])|[*`]+|\[\^?\d+(?:\s*[,–-]\s*\d+)*\]|https?://\S+|"
    r"(?<=\b\d{4})-\d\d-\d\d(?:T[\d:.]*\d|(?!\d))|(?<!\w)\d?\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?!\d)|(?<!\w)24/7(?!\w)",
    re.MULTILINE,
)
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:(?:[{_DASH}]|{_GAP})(?:{'|'.join(_ONES[1:10])})\b)?|{'|'.join(_ONES[::-1])})\b"
_SCALES = rf"(?:(?:{_GAP}|[{_DASH}])(?:hundred|thousand|mn|bn|tn|cr|lpa|dozen|(?:m|b|tr)illion|(?:lakh|lac|crore)s?)\b)"
_AMOUNT = re.compile(
    rf"""
    (?<!\w) (?<!\d\.)
    (?P<minus> (?<!\d\s) (?<![^\s(]) [-−] (?=[₹$€£]?\d) )?
    (?: (?P<before> (?:us)?\$ | [₹€£] | rs\.? | inr | usd | eur | gbp ) {_GAP} )?
    (?:
        (?P<digits> (?> \d{{1,3}}(?:,\d{{2,3}})*,\d{{3}}(?:\.\d+)?(?!\d) | \d+(?:\.\d+)? ) (?!\.\d) )
        | \b (?P<words> (?:(?:{_SMALL}|an?) {_GAP})? hundred\b (?:(?:{_GAP}and)?{_GAP}{_SMALL})? | {_SMALL} )
        | \b (?P<lone> (?:half{_GAP})? an? (?={_SCALES}) | (?=dozen\b) )
    )
    (?P<scale> {_SCALES}{{1,2}} | (?: (?-i: [kK] | [ ]?[MBL] ) | (?(before) [mbtl] | (?!) ) ) (?![^\W_]) )?
    (?P<more> \+ | [{_DASH}]?{_GAP}plus\b | {_GAP}or{_GAP}(?:more|fewer|less|so)\b )?
    (?: (?:{_GAP}|-) (?P<percent> % | per{_GAP}cent\b | percentage{_GAP}points?\b )
      | (?:{_GAP}|-) (?:(?:US|U\.S\.|Indian){_GAP})?
        (?P<after> [₹€] | (?:rs|inr|rupees?|usd|dollars?|eur|euros?|gbp|pounds?)\b ) (?!{_GAP}\d) )?
    (?! (?! (?:{"|".join((*_SHORT, *_MEASURES))})s?\b ) [^\W_] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(rf"(?:{_GAP}|(?<=\w)[{_DASH}])([^\W\d_][\w+#]*)")
_BETWEEN = re.compile(rf"\bbetween{_GAP}(?:\w+{_GAP})?$", re.IGNORECASE)
_TO = re.compile(rf"{_GAP}(?:[-‐‑‒–−]|to|or|up{_GAP}to){_GAP}|—|[-‐‑]to[-‐‑]", re.IGNORECASE)
_AND = re.compile(rf"{_GAP}and{_GAP}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much the characters [start, end) of a text say.

    `unit` is a currency's code (INR), `%`, a folded singular noun (year), or empty for a bare number.
    """

    value: float
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number as it stands, before its neighbour lends it what only one of the two says."""

    number: Decimal
    scale: Decimal
    unit: str
    start: int
    end: int
    is_year: bool
    is_word_one: bool
    is_name: bool


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text, in order.

    Both ends of a range ("₹4 to 9 lakh", "2-5 years") have the currency, magnitude or noun that one of them carries.
    """
    text = _FORMAT.sub(_blank, text)
    found = [_amount(text, one) for one in _AMOUNT.finditer(text)]
    paired: set[int] = set()
    for n, (low, high) in enumerate(pairwise(found)):
        if _is_range(text, low, high):
            found[n : n + 2] = _shared(low, high)
            paired |= {n, n + 1}
    return [
        Quantity(float(one.number * one.scale), one.unit, one.start, one.end)
        for n, one in enumerate(found)
        if not one.is_name and (n in paired or not one.is_word_one or one.unit)
    ]


def _blank(found: re.Match[str]) -> str:
    """Return as many characters, past which a sentence goes on only where emphasis or a citation stood."""
    return (" " if found.group()[0] in "*`[" and found.group()[-1] not in ".)" else "|") * len(found.group())


def matches(found: Quantity, figure: Figure) -> bool:
    """Whether a quantity is the one expected: in the same unit, and off by no more than the figure's tolerance."""
    off = max(figure.tolerance, _EXACT) * abs(figure.value)
    return found.unit == _unit(figure.unit) and abs(found.value - figure.value) <= off


def _unit(name: str) -> str:
    """Return the form that units are compared in."""
    return name if name in _CURRENCIES else singular(name)


def singular(word: str) -> str:
    """Return a noun, folded, in its singular by the rules of English spelling; any other word may lose an s."""
    word = fold(word)
    word = _SHORT.get(word, word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _NO_PLURAL or not _is_plural(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return re.sub(r"(?:(?<=ss|ch|sh)|(?<=x)|(?<=[nptr]us))es$|s$", "", word)


def _is_plural(word: str) -> bool:
    return word in _IRREGULAR or (len(word) > 2 and re.search(r"(?<!s)(?<!u)(?<!i)s$", word) is not None)


def _amount(text: str, found: re.Match[str]) -> _Amount:
    number, scale = _number(found), _scale(found["scale"])
    start, end = found.start(), found.end()
    unit = _stated_unit(found)
    plain = not (unit or found["scale"] or found["more"])
    like_year = plain and re.fullmatch(r"19\d\d|20\d\d|2100", found["digits"] or "") is not None
    is_one = not unit and not found["scale"] and (found["words"] or "").casefold() == "one"
    named = plain and not like_year and _is_named(text, found)
    if not unit:
        singly = number == scale == 1 and not found["more"]
        unit, end = _counted(text, end, singly, measures_only=like_year or is_one or named)
        if is_one and unit not in _ONE_OF:
            unit, end = "", found.end()
    glued = _GLUED.search(text, max(start - 40, 0), start) is not None  # the far end of a range is freed in _shared
    is_name = glued or (named and not unit)
    return _Amount(number, scale, unit, start, end, like_year and not unit, is_one, is_name)


def _number(found: re.Match[str]) -> Decimal:
    if found["digits"]:
        number = Decimal(found["digits"].replace(",", ""))
        return -number if found["minus"] else number
    if (found["lone"] or "").casefold().startswith("half"):
        return Decimal("0.5")
    value = 0
    for word in re.findall(r"[^\W_]+", (found["words"] or "one").casefold()):
        value = max(value, 1) * 100 if word == "hundred" else value + _NUMBERS.get(word, 0)
    return Decimal(value)


def _scale(words: str | None) -> Decimal:
    scale = Decimal(1)
    for word in re.findall(r"[^\W_]+", (words or "").casefold()):
        scale *= _MAGNITUDES[word.removesuffix("s")]
    return scale


def _stated_unit(found: re.Match[str]) -> str:
    """Return the percent sign or the currency that a number stands with."""
    if found["percent"]:
        return "%"
    named = (found["before"] or found["after"] or "").casefold().rstrip(".")
    return _CODES[named] if named else "INR" if "lpa" in (found["scale"] or "").casefold() else ""


def _is_named(text: str, found: re.Match[str]) -> bool:
    """Whether a number only tells one thing from its like: Step 3, ISO 27001."""
    before = text[max(found.start() - 40, 0) : found.start()]
    return bool(_LABEL.search(before) or ((found["digits"] or "").isdecimal() and _ACRONYM.search(before)))


def _counted(text: str, end: int, singly: bool, measures_only: bool) -> tuple[str, int]:
    """Return what the number that ends at `end` counts, and where that ends; an empty unit where nothing is found."""
    at = end
    for n in range(3):
        found = _WORD.match(text, at)
        if found is None or (word := found[1].casefold()) in _STOP or word in _NUMBERS:
            break
        joined = n == 0 and text[at] in _DASH
        if (n == 0 or _is_plural(word)) and singular(word) in _MEASURES:
            return singular(word), found.end()
        if measures_only:
            break
        if joined or singly or (_is_plural(word) and word not in _NO_PLURAL and not found[1].isupper()):
            return singular(word), found.end()
        at = found.end()
    return "", end


def _is_range(text: str, low: _Amount, high: _Amount) -> bool:
    """Whether two numbers that follow each other are the ends of one range, or one or the other."""
    if low.is_year != high.is_year or (low.is_name and high.unit):
        return False
    between = text[low.end : high.start]
    if _AND.fullmatch(between):
        return _BETWEEN.search(text, max(low.start - 40, 0), low.start) is not None
    return _TO.fullmatch(between) is not None


def _shared(low: _Amount, high: _Amount) -> tuple[_Amount, _Amount]:
    """Return the ends of a range, each with what only the other says; a magnitude only where the range then rises."""
    if low.unit and high.unit and low.unit != high.unit:
        return low, high
    unit, low_scale, high_scale = low.unit or high.unit, low.scale, high.scale
    if low_scale == 1 and low.number <= high.number:
        low_scale = high_scale
    elif high_scale == 1 and high.number < low.number * low_scale:
        high_scale = low_scale
    return (
        replace(low, unit=unit, scale=low_scale),
        replace(high, unit=unit, scale=high_scale, is_name=low.is_name),
    )
