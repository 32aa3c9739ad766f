"""A refused question and the passages nearest to it to near questions: headings asked about by their form, no model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest

from advisor.answer.spans import spans
from advisor.index.tokens import tokenize
from advisor.types import Passage

TRIED = 8  # candidates that are tried at most: each costs a search
RARE = 2  # list items that may hold a term which brings up their labels; four times as many if the label holds it
_JOB = r"(?:engineer|scientist|analyst|developer|specialist|consultant|\w+ologist|researcher|architect|manager)s?\b"
_NO_ROLE = r"(?:an?|the|for|of|in|to|by|and|vs|skills|becom\w+|proficient|prominent)\b"
_ROLE = rf"(?<![\w-])(?:(?!{_NO_ROLE})[\w/-]+ (?:\([^)]+\) )?)*{_JOB}"
_NEED = r"\b(?:skills?|languages|frameworks|tools|platforms|algorithms|techniques|background|education|experience)"
_OPEN = r"\b(?:courses|certifi\w+s|degrees|program\w*s|opportunities|jobs|careers|types|roles|resources)"
_MANY = rf"(?:{_NEED}|{_OPEN}|\b(?:steps|benefits|considerations|implications|influences|applications|subskills))"
_RULES = (  # a pattern with " > " is for the heading above and this one, any other for this one alone
    (r"(?P<x>.+(?=\?)|(?:what|which|who|why|how) (?:is|are|do|does|did|can|should|will) .+)\??", "{x}"),
    (r"what (?P<a>.+) (?P<x>is|are)", "what {x} {a}"),
    (r"(?:how to |(?=(?:stay|get|learn|build|gain|develop|choose|find|create|join) ))(?P<x>.+)", "how do I {x}"),
    (r"(?P<x>(?:step|stage|phase) \d+)\W+(?P<y>.+)", "what does {x}, {y}, involve"),
    (r".*(?:misconception|myth)s?(?: \d+\W+| > )(?P<x>[^>]+)", "is it true that {x}"),
    (r"(?:.* > )?(?P<a>[^:>]+?) vs\.? (?P<b>[^:>]+?)(?:: [^>]+| > .*differences)*", "how do {a} and {b} differ"),
    (rf".*\b(?P<x>salary|pay)\b.* > (?P<a>{_ROLE})(?: \(.+\))?", "what is the {x} of {a}"),
    (rf"(?P<a>{_ROLE}(?: in .+)?)(?: \(.+\))?", "what does {a} do"),
    (r"(?P<x>(?!(?:learning|programming|engineering|training|testing) )\w+ing \w.+)", "how do I go about {x}"),
    (r"(?P<x>.*\b(?:salary|pay|costs?)) by (?P<y>.+)", "how does the {x} vary by {y}"),
    (rf"(?:other )?(?P<x>[^:]*(?:{_MANY}|responsibilities) (?:of|for|in|on|required) .+)", "what are the {x}"),
    (r"(?P<x>(?:\w+ )?(?:role|importance|demand|purpose|future|salary|pathway) (?:of|for|to) .+)", "what is the {x}"),
    (r"(?P<x>(?:\w+ )?(?:salary|pay|path|role))(?P<y>(?: in .+)?)", "what is the {x} of {who}{y}"),
    (rf"(?:what is |(?=.* > subskills))(?P<y>.+) > (?P<x>(?!common|popular).*{_MANY})", "what are the {x} of {y}"),
    (r"(?P<x>(?:.* )?(?:responsibilities|duties|tasks))", "what are the {x} of {who}"),
    (rf"(?P<x>(?!.*\bother ).*{_NEED}|.*knowledge(?: of .+)?)", "what {x} does {who} need"),
    (rf"(?P<x>.*{_OPEN})", "which {x} are there for {who}"),
    (r"(?P<x>\w+ (?:of|by) .+)", "what is said about the {x}"),
    (r"(?P<x>(?!(?:wh\w+|how|\d+) |.* (?:is|are|does|do|to) |.*\babout )[^:]+).*", "what is said about {x}"),
)
_LEAD = (
    r"(?i)^(?:(?:skill )?\d+[.:)] )?(?:(?:defining|table of|.*\b(?:understanding|proficiency) (?:of|in)) )?(?:the )?"
)
_EMPTY = (
    r"(?i)(?:[^:]* )?(?:introduction|conclusions?|overview|summary|takeaways|statements|faqs?|questions|this|sources|"
    r"information|next steps|report|guide|article|references|tables|comparison|figures|fundamentals|roadmap)\b[^?]*"
)
_LABEL = re.compile(r"(?:[Ss]tep \d+: )?[A-Z][^.:?!]{2,60}(?=: )")
_WEAK = frozenset(tokenize("key main job essential must-have proficient popular know involve vary true play person"))


def offers(
    question: str,
    passages: Sequence[Passage],
    answerable: Callable[[str], bool],
    most: int = 3,
    small: Collection[str] = (),
) -> list[str]:
    """Return up to `most` questions near a refused one that `answerable`, called TRIED times at most, holds true.

    What shares rare terms with it is first, then the nearest and most specific; the most general where nothing does.

    :param small: the words that stand somewhere without a capital, and are no names.
    """
    items = [span.text for passage in passages for span in spans(passage) if span.kind != "heading"]
    often = Counter(term for text in items for term in _terms(text))
    told = "\n".join(["machine learning", question, *(_LABEL.sub("", text) for text in items)])
    names = set(re.findall(r"(?<=[\w,] )[A-Z]\w+|[A-Z]\w+(?= [A-Z])", told))
    names -= {word.title() for word in (*re.findall(r"\b[a-z]+\b", told), *small)}
    labels = (match[0] for text in items if (match := _LABEL.match(text)))
    names |= {label for label in labels if re.search(rf"[a-z] {re.escape(label)}\b", told)}  # whole names
    found = {_terms(question): ""}
    for one in filter(None, chain(*zip_longest(*(_questions(question, p, names, often) for p in passages)))):
        found.setdefault(_terms(one), one)
    shared = {one: sorted(_terms(question) & terms) for terms, one in found.items() if one}
    held = Counter(chain.from_iterable(shared.values()))
    near = sorted(shared, key=lambda one: -sum(1 / held[term] for term in shared[one]))
    tried = (near if held or often.keys() & _terms(question) else near[::-1])[:TRIED]
    return list(islice(filter(answerable, tried), most))


def _terms(question: str) -> frozenset[str]:
    return frozenset(tokenize(re.sub(r"\bML\b", "machine learning", question))) - _WEAK


def _questions(question: str, passage: Passage, names: Container[str], often: Mapping[str, int]) -> Iterator[str]:
    """Yield what asks for the item with the rarest term of a question, and for each heading, the lowest first."""
    path = (passage.title, *passage.chunk.heading_path)
    wanted = _terms(question) - _terms(" ".join(path))
    found: list[tuple[float, int, str]] = []
    for span in spans(passage):
        if span.kind == "item" and (match := _LABEL.match(span.text)):
            label = f"Step {span.number}: {match[0]}" if span.number else match[0]
            own = _terms(label)
            held = {term: often[term] / (4 if term in own else 1) for term in wanted & (own | _terms(span.text))}
            if min(held.values(), default=RARE + 1) <= RARE and (" " in label or own & wanted):
                found.append((min(held.values()), -len(held), label))
    yield from (_asked(label, path, names) for *_, label in sorted(found)[:1])
    yield from (_asked(path[depth], path[:depth], names) for depth in range(len(path) - 1, -1, -1))


def _asked(heading: str, above: Sequence[str], names: Container[str]) -> str:
    """Return a heading as a question, empty for one that says nothing by itself; `names` keep their capital."""
    plain, *parents = (_plain(one, names) for one in (heading, *reversed(above)))
    roles = [found[0] for one in parents if (found := re.search(_ROLE, one))]
    if led := re.fullmatch(rf"({_ROLE})(?<!s) (?!vs|in\b)(\w.*(?<![Cc]ertificate))", plain):
        roles, plain = [led[1]], led[2]
    who = _with_article(re.sub("s$", "", roles[0])) if roles else "I"
    for pattern, question in () if re.fullmatch(_EMPTY, plain) else _RULES:
        subject = " > ".join((*parents[:1], plain)) if " > " in pattern else plain
        if found := re.fullmatch(pattern, subject, re.IGNORECASE):
            parts = {name: _with_article(part) if name in "ab" else part for name, part in found.groupdict().items()}
            text = re.sub(r" (?:of|for) I\b", "", question.format(**parts, who=who)).replace("does I ", "do I ")
            return text[0].upper() + text[1:] + "?"
    return ""


def _plain(heading: str, names: Container[str]) -> str:
    if heading in names:
        return heading
    heading = re.sub(r" \((?:optional|in part|continued)\)", "", heading, flags=re.IGNORECASE)
    text = re.sub(_LEAD, "", (heading.title() if heading.isupper() and " " in heading else heading).strip(" .:"))
    text = re.sub(r"\b(?:A|[A-Z][a-z]+)\b", lambda word: word[0] if word[0] in names else word[0].lower(), text)
    text = re.sub(rf"(?i:{_ROLE})", lambda role: re.sub(r"\b[A-Z][a-z]+\b", lambda w: w[0].lower(), role[0]), text)
    return re.sub(rf"\b(becom(?:e|ing)) (?=(?!an? )(?:[\w-]+ )*{_JOB}(?<!s)$)", r"\1 a ", text).replace(" & ", " and ")


def _with_article(text: str) -> str:
    article = "an" if re.match(r"[aeio]|u(?!s)|[AEFHILMNORSX][A-Z]", text) else "a"
    return f"{article} {text}" if re.fullmatch(rf"{_ROLE}(?<!s)(?: in .+| \(.+\))?", text) else text
