"""tests/facts: every fact of a source is still in the document that restates it.

A list holds one fact a line: keys joined by ` + `, each key's alternatives joined by ` | `. A fact holds when one
alternative of every key stands within one window of the folded text. Keys match whole words; a trailing `*` matches
any word that begins so. A figure never matches a part of a longer figure.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

FACTS = Path(__file__).parent / "facts"
CORPUS = Path(__file__).parent.parent / "corpus"
STEMS = sorted(path.stem for path in FACTS.glob("*.txt"))
KINDS = {"## figures", "## names", "## steps", "## terms"}
WINDOW = 600
FEWEST = 40


def fold(text: str) -> str:
    """Return `text` in lower case with single spaces, keeping letters, digits, `+ # % ₹ $` and points in figures."""
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'").replace("\u2018", "'").casefold()
    text = re.sub(r"[*`]", "", text).replace("&", " and ")
    text = re.sub(r"(?<=\w)[.,](?=\w)", lambda mark: mark[0] if _inside(mark) else " ", text)
    text = re.sub(r"[^\w.,'+#%₹$]|_", " ", text)
    text = re.sub(r"(?<!\w)[.,']|[.,'](?!\w)", " ", text)
    return " ".join(text.split())


def _inside(mark: re.Match[str]) -> bool:
    """A point holds any word together (`fast.ai`), a comma only a figure (`1,000`)."""
    before, after = mark.string[mark.start() - 1], mark.string[mark.end()]
    return mark[0] == "." or (before.isdigit() and after.isdigit())


def pattern(key: str) -> str:
    """Return the expression that finds `key` in folded text as whole words, never as a part of a longer figure."""
    stem = key.endswith("*")
    words = re.escape(fold(key))
    return rf"(?<![\w$₹])(?<!\d[.,]){words}" + (r"\w*" if stem else r"(?![\w+#%]|[.,]\d)")


def facts(text: str) -> list[str]:
    """Return the fact lines of a list, without headings and blank lines."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def holds(fact: str, text: str) -> bool:
    """Whether one alternative of every key of `fact` stands within one window of the folded `text`."""
    keys = [[pattern(alternative) for alternative in key.split(" | ")] for key in fact.split(" + ")]
    spans = sorted(
        (found.start(), found.end(), number)
        for number, alternatives in enumerate(keys)
        for alternative in alternatives
        for found in re.finditer(alternative, text)
    )
    return any(
        len({number for _, end, number in _started_within(spans[i:], first) if end <= first + WINDOW}) == len(keys)
        for i, (first, _, _) in enumerate(spans)
    )


def _started_within(spans: list[tuple[int, int, int]], first: int) -> Iterator[tuple[int, int, int]]:
    return takewhile(lambda span: span[0] < first + WINDOW, spans)


def lost(listed: str, document: str) -> list[str]:
    """Return the facts of the list `listed` that `document` no longer states outside its front matter."""
    body = fold(re.sub(r"\A---\n.*?\n---\n", "", document, count=1, flags=re.DOTALL))
    return [fact for fact in facts(listed) if not holds(fact, body)]


def list_of(stem: str) -> str:
    return (FACTS / f"{stem}.txt").read_text("utf-8")


def document_of(stem: str) -> str:
    path = CORPUS / f"{stem}.md"
    assert path.is_file(), f"corpus/{stem}.md is missing"
    return path.read_text("utf-8")


def is_figure(key: str) -> bool:
    return all(re.search(r"\d", alternative) for alternative in key.split(" | "))


def test_every_document_has_a_list() -> None:
    assert STEMS == ["career-guide", "must-have-skills", "proficient-engineer", "roadmap", "skills-report"]


@pytest.mark.parametrize("stem", STEMS)
def test_no_fact_is_lost(stem: str) -> None:
    missing = lost(list_of(stem), document_of(stem))
    assert not missing, f"corpus/{stem}.md lost {len(missing)} facts:\n" + "\n".join(missing)


@pytest.mark.parametrize("stem", STEMS)
def test_a_list_is_long_enough_and_its_keys_are_short(stem: str) -> None:
    lines = facts(list_of(stem))
    keys = [key for line in lines for part in line.split(" + ") for key in part.split(" | ")]
    assert len(lines) >= FEWEST
    assert len(lines) == len(set(lines))
    assert [key for key in keys if not 1 <= len(fold(key).split()) <= 5] == []
    assert {line for line in list_of(stem).splitlines() if line.startswith("#")} <= KINDS


@pytest.mark.parametrize("stem", ["career-guide", "must-have-skills", "roadmap", "skills-report"])  # those with figures
def test_changed_figures_are_lost(stem: str) -> None:
    changed = re.sub(r"\d+", lambda digits: f"7{digits[0]}7", document_of(stem))
    figures = {line for line in facts(list_of(stem)) if any(map(is_figure, line.split(" + ")))}
    assert figures
    assert figures <= set(lost(list_of(stem), changed))


@pytest.mark.parametrize(
    ("changed", "fact"),
    [
        ("34.21%", "34.20% | 34.2% + CAGR"),
        ("134.20%", "34.20% | 34.2% + CAGR"),
        ("34.205%", "34.20% | 34.2% + CAGR"),
        ("34.20", "34.20% | 34.2% + CAGR"),
        ("35.80 million", "USD 35.80 billion + 2022"),
        ("35.80", "USD 35.80 billion + 2022"),
    ],
)
def test_one_changed_figure_is_lost(changed: str, fact: str) -> None:
    text = "The market was worth **USD 35.80 billion** in 2022 and grows at a CAGR of 34.20%."
    figure = "34.20%" if "%" in fact else "35.80 billion"
    assert lost(fact, text) == []
    assert lost(fact, text.replace(figure, changed)) == [fact]


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("C", "C++ and C#"),
        ("Java", "JavaScript"),
        ("Scala", "scalability"),
        ("Git", "GitHub"),
        ("Pandas + Kaggle", "Pandas alone"),
        ("5", "1,5"),
        ("15,000", "15000"),
        ("\u20b915,000", "15,000"),
    ],
)
def test_a_key_is_not_found_in_another_word(fact: str, text: str) -> None:
    assert not holds(fact, fold(text))


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("C++", "(C++, R)"),
        ("optimis* | optimiz*", "Optimization"),
        ("Géron", "Ge\u0301ron\u2019s"),
        ("k-means + CI/CD", "**K\u2011Means**; `CI/CD`"),
        ("\u20b915,000 + R", "R pays \u20b915,000."),
        ("Fast.ai + 3-5", "| 3\u20135 | Fast.ai, |"),
    ],
)
def test_a_key_is_found_in_any_dress(fact: str, text: str) -> None:
    assert holds(fact, fold(text))


@pytest.mark.parametrize(
    ("gap", "found"), [(WINDOW - len("alpha  omega"), True), (WINDOW - len("alpha  omega") + 1, False)]
)
def test_the_keys_of_a_fact_stand_in_one_window(gap: int, found: bool) -> None:
    assert holds("alpha + omega", f"alpha {'x' * gap} omega") is found


def test_a_missing_document_is_a_failure() -> None:
    with pytest.raises(AssertionError, match=r"no-such-document\.md is missing"):
        document_of("no-such-document")


def test_front_matter_states_no_fact() -> None:
    assert lost("Kaggle", "---\nsource: Kaggle\n---\n\nNothing else.\n") == ["Kaggle"]
