"""The five raw career documents, as they were scraped, through reading and chunking with the packaged MiniLM's tokens.

They lie beside the checkout and are no part of it; without them these tests are skipped.
"""

import difflib
import itertools
import re
from pathlib import Path

import pytest

from advisor.corpus.chunk import chunk, indexed_text
from advisor.corpus.read import Reading, read
from advisor.models.embedders import load_embedder
from advisor.types import Chunk, Document, Embedder

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
NUMBERS = ("000", "001", "002", "003", "004")
FURNITURE = (
    "Post a Comment",
    "4 1 vote",
    "You are currently viewing",
    "Image of",
    "**\\*\\*",
    "<br",
    "Generated On",
    "Table of Summary",
    "Notify of",
    "Article Rating",
    "Written by",
    "Aashi Verma",
    "View all comments",
)
EMOJI = re.compile("[\U0001f300-\U0001faff\u2705\ufe0f]")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the raw seed documents do not lie beside this checkout"),
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder("minilm")


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read([SEEDS])


@pytest.fixture(scope="module")
def documents(reading: Reading) -> dict[str, Document]:
    return {document.id[:3]: document for document in reading.documents}


@pytest.fixture(scope="module")
def chunks(documents: dict[str, Document], embedder: Embedder) -> dict[str, list[Chunk]]:
    return {
        number: chunk(document, embedder.count_tokens, embedder.max_tokens) for number, document in documents.items()
    }


def section(document: Document, heading: str) -> list[str]:
    """Return the lines under one heading that hold text, up to the next heading of its level or above."""
    lines = document.text.splitlines()
    [at] = [i for i, line in enumerate(lines) if line.startswith("#") and line.lstrip("# ") == heading]
    level = len(lines[at]) - len(lines[at].lstrip("#"))
    body = itertools.takewhile(lambda line: not re.match(rf"#{{1,{level}}} ", line), lines[at + 1 :])
    return [line for line in body if line]


def headings(document: Document) -> list[str]:
    return [line.lstrip("# ") for line in document.text.splitlines() if line.startswith("#")]


# What holds of every seed


def test_all_five_are_read(reading: Reading) -> None:
    assert [document.id[:3] for document in reading.documents] == list(NUMBERS)
    assert reading.problems == ()


@pytest.mark.parametrize("number", NUMBERS)
def test_every_chunk_is_its_span_of_the_text(
    documents: dict[str, Document], chunks: dict[str, list[Chunk]], number: str
) -> None:
    assert len(chunks[number]) > 10
    for found in chunks[number]:
        assert found.text == documents[number].text[found.start : found.end]
        assert found.text == found.text.strip() != ""
        assert found.doc_id == documents[number].id


@pytest.mark.parametrize("number", NUMBERS)
def test_every_chunk_fits_the_window_of_the_embedder(
    documents: dict[str, Document], chunks: dict[str, list[Chunk]], embedder: Embedder, number: str
) -> None:
    title = documents[number].title
    sizes = [embedder.count_tokens(indexed_text(title, c.heading_path, c.text)) for c in chunks[number]]
    assert max(sizes) <= embedder.max_tokens == 256


@pytest.mark.parametrize("number", NUMBERS)
def test_chunks_come_in_order_and_never_overlap(chunks: dict[str, list[Chunk]], number: str) -> None:
    assert all(a.end <= b.start for a, b in itertools.pairwise(chunks[number]))


@pytest.mark.parametrize("number", NUMBERS)
def test_every_line_that_is_no_heading_is_in_some_chunk(
    documents: dict[str, Document], chunks: dict[str, list[Chunk]], number: str
) -> None:
    """Character by character, so that a line cut in two by chunks still counts, and one that lost a word does not."""
    text = documents[number].text
    covered = {at for found in chunks[number] for at in range(found.start, found.end)}
    at = 0
    for line in text.splitlines(keepends=True):
        missed = [i for i in range(at, at + len(line)) if i not in covered and not text[i].isspace()]
        assert line.startswith("#") or missed == [], line
        at += len(line)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("furniture", FURNITURE)
def test_no_page_furniture_is_left(
    documents: dict[str, Document], chunks: dict[str, list[Chunk]], number: str, furniture: str
) -> None:
    kept = [documents[number].title, documents[number].text, *(" ".join(c.heading_path) for c in chunks[number])]
    assert [text for text in kept if furniture.casefold() in text.casefold()] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_no_emphasis_escape_or_emoji_is_left(documents: dict[str, Document], number: str) -> None:
    text = documents[number].text
    assert [sign for sign in ("**", "\\", "\u200b", "\u00a0", "•") if sign in text] == []
    assert EMOJI.findall(text) == []


CONTENTS = """
    table of summary machine learning engineer career how to become machine learning engineer machine learning engineer
    job role machine learning engineer career type machine learning engineer career path machine learning engineer job
    responsibility machine learning engineer skill machine learning engineer career opportunities road map machine
    learning engineer certification degree course for machine learning engineer machine learning engineer salary in
    india machine learning engineer vs data scientist faq asked question civil engineer
"""
LEFT_OUT = {  # all that each seed loses before its author card: furniture, repeated headings, captions, link twins
    "000": [
        "generated on 2025 09 08t12 44 43 557211",
        "5 _q https www youtube com watch v 8xuher8",
        "https www youtube com watch v fj40w _2h8kk",
    ],
    "001": [
        "machine learning algorithms skills for a machine learning engineer",
        "model deployment and scalability skills for a machine learning engineer",
        "collaboration and communication skills for a machine learning engineer",
    ],
    "002": [" ".join(CONTENTS.split()), "job role", "a", "b", "c", "a", "b", "c"],
    "003": [
        "ml engineer roadmap you are currently viewing ml engineer roadmap",
        "image of ml engineer roadmap common misconceptions",
        "image of ml engineer roadmap",
        "frequently asked questions",
    ],
    "004": ["how to become a proficient machine learning engineer", "post a comment"],
}


@pytest.mark.parametrize("number", NUMBERS)
def test_no_word_is_lost_but_these_none_is_added_and_all_stay_in_order(
    documents: dict[str, Document], number: str
) -> None:
    [path] = SEEDS.glob(f"{number}_*.txt")
    article = path.read_text(encoding="utf-8").split("\nAuthors\n")[0]
    raw, kept = words(article.replace("<br/>", " ")), words(documents[number].text)
    changes = difflib.SequenceMatcher(None, raw, kept, autojunk=False).get_opcodes()
    assert [kept[k:end] for op, _, _, k, end in changes if op in ("insert", "replace")] == []
    assert [" ".join(raw[i:j]) for op, i, j, _, _ in changes if op == "delete"] == LEFT_OUT[number]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


# What was wrong with each, and must come out right


def test_000_lists_cut_at_commas_are_whole(documents: dict[str, Document]) -> None:
    subskills = [
        line
        for line in documents["000"].text.splitlines()
        if line.startswith("- Model Training: ") or line.startswith("- Model Selection: ")
    ]
    assert subskills[:2] == [
        "- Model Selection: Choosing appropriate algorithms "
        "(linear regression, logistic regression, SVM, decision trees, neural networks)",
        "- Model Training: Hyperparameter tuning, cross-validation, "
        "evaluating model performance metrics (accuracy, precision, recall …)",
    ]


@pytest.mark.parametrize("skill", range(1, 6))
def test_000_each_skill_has_eight_subskills_of_one_line_each(documents: dict[str, Document], skill: int) -> None:
    [heading] = [found for found in headings(documents["000"]) if found.startswith(f"Skill {skill}: ")]
    lines = section(documents["000"], heading)
    at = lines.index("### Subskills") + 1
    subskills = list(itertools.takewhile(lambda line: not line.startswith("#"), lines[at:]))
    assert len(subskills) == 8
    assert all(re.match(r"- [A-Z][^:]+: [A-Z]", line) for line in subskills)


def test_000_every_bracket_is_closed(documents: dict[str, Document]) -> None:
    open_lines = [line for line in documents["000"].text.splitlines() if line.count("(") != line.count(")")]
    assert open_lines == []


def test_000_the_learning_path_has_its_eight_steps_in_order(
    documents: dict[str, Document], chunks: dict[str, list[Chunk]]
) -> None:
    steps = section(documents["000"], "Learning Path")
    assert [re.match(r"- Step (\d): [A-Z]", step)[1] for step in steps] == list("12345678")
    assert steps[5].endswith("projects involving large datasets.")  # a page break had cut it in two
    inside = [c.text.splitlines() for c in chunks["000"] if c.heading_path == ("Learning Path",)]
    assert [line for lines in inside for line in lines if line.startswith("- ")] == steps


def test_000_a_paragraph_cut_by_a_page_is_whole(documents: dict[str, Document]) -> None:
    assert "Professionals proficient in this area are highly sought after" in documents["000"].text
    assert "across various applications, including image recognition" in documents["000"].text


def test_000_the_five_skills_are_headings_of_one_level(documents: dict[str, Document]) -> None:
    levels = re.findall(r"^(#+) Skill (\d):", documents["000"].text, re.MULTILINE)
    assert levels == [("##", str(n)) for n in range(1, 6)]


def test_001_title_and_questions(documents: dict[str, Document], chunks: dict[str, list[Chunk]]) -> None:
    assert documents["001"].title == "Skills for a Machine Learning Engineer"
    asked = [c.heading_path for c in chunks["001"] if c.heading_path[0] == "Frequently Asked Questions"]
    assert [path[1].split()[0] for path in asked] == ["What", "How", "What"]


def test_002_headings_broken_over_two_lines_are_whole(documents: dict[str, Document]) -> None:
    found = headings(documents["002"])
    for heading in (
        "What is Machine Learning",
        "Machine Learning Engineer Career Path",
        "Machine Learning Engineer Salary in India",
        "Entry-Level Machine Learning Engineer (0-2 years of experience)",
        "Senior-Level Machine Learning Engineer (5+ years of experience)",
    ):
        assert found.count(heading) == 1, heading
    assert [heading for heading in found if heading in ("Machine", "Learning", "Engineer", "Key")] == []


def test_002_the_salaries_stand_under_their_levels(chunks: dict[str, list[Chunk]]) -> None:
    for level, low, high in (
        ("Entry", "₹400,000", "₹900,000"),
        ("Mid", "₹900,000", "₹1,500,000"),
        ("Senior", "₹1,500,000", "₹3,000,000"),
    ):
        [found] = [c for c in chunks["002"] if c.heading_path and c.heading_path[-1].startswith(f"{level}-Level")]
        assert found.heading_path[0] == "Machine Learning Engineer Salary in India"
        assert f"{low} to {high}" in found.text


def test_002_the_roadmap_has_its_six_parts_in_order(documents: dict[str, Document]) -> None:
    parts = [line for line in section(documents["002"], "Machine Learning Engineer RoadMap") if line.startswith("### ")]
    assert [part.removeprefix("### ")[:2] for part in parts] == ["1.", "2.", "3.", "4.", "5.", "6."]


def test_002_what_breaks_off_is_a_gap_and_draws_nothing_in(documents: dict[str, Document]) -> None:
    line = (
        "- Space Exploration Analyst: Applies machine learning techniques to analyses space exploration data for tasks "
    )
    assert f"\n{line}such as\n" in documents["002"].text
    [gap] = documents["002"].gaps
    assert "breaks off" in gap
    assert "such as" in gap


def test_002_the_career_types_are_fifty_items(documents: dict[str, Document]) -> None:
    items = [line for line in section(documents["002"], "Machine Learning Engineer career Type") if line[0] == "-"]
    assert len(items) == 50
    assert all(re.match(r"- [A-Z][^:]+: (?:[A-Z]\w+s) ", item) for item in items)


def test_002_the_two_roles_that_are_compared_keep_their_own_lists(chunks: dict[str, list[Chunk]]) -> None:
    of = {c.heading_path[-2:]: c.text for c in chunks["002"] if len(c.heading_path) == 3}
    assert "Java, or C++" in of["Machine Learning Engineer", "Skills"]
    assert "R, or SQL" in of["Data Scientist", "Skills"]


def test_003_flattened_tables_are_tables(documents: dict[str, Document]) -> None:
    tables = {
        "Table of Popular ML Libraries and Frameworks": ["Library/Framework", "NumPy", "Scikit-Learn", "Keras"],
        "Table of Popular ML Algorithms and Techniques": [
            "Algorithm/Technique",
            "Linear Regression",
            "Random Forests",
            "Neural Networks",
        ],
    }
    for heading, names in tables.items():
        rows = [line for line in section(documents["003"], heading) if line.startswith("|")]
        cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
        assert [row[0] for row in cells] == [names[0], "---", *names[1:]]
        assert {len(row) for row in cells} == {2}
        assert cells[0][1] == "Description"


def test_003_its_ten_absent_tables_are_gaps(documents: dict[str, Document]) -> None:
    gaps = documents["003"].gaps
    assert len(gaps) == documents["003"].text.count("This table ") == 10
    assert all(gap.split(":")[0] in " ".join(headings(documents["003"])) for gap in gaps)
    assert [gap for gap in gaps if gap.startswith("Table of")] == []


def test_003_its_ten_questions_stand_under_one_heading(chunks: dict[str, list[Chunk]]) -> None:
    asked = [c.heading_path for c in chunks["003"] if c.heading_path and c.heading_path[-1].endswith("?")]
    assert len(asked) == 10
    assert {path[:-1] for path in asked} == {("ML Engineer Roadmap – Frequently Asked Questions",)}


def test_004_the_seven_steps_stand_in_order_under_the_pathway(chunks: dict[str, list[Chunk]]) -> None:
    paths = [c.heading_path for c in chunks["004"] if c.heading_path[0] == "Pathway to Becoming an ML Engineer"]
    assert [path[1][:7] for path in paths] == [f"Step {n}:" for n in range(1, 8)]


def test_004_the_eight_skills_stand_in_order_under_theirs(chunks: dict[str, list[Chunk]]) -> None:
    of = "Essential Skills for Machine Learning Engineers"
    assert [c.heading_path[1][:2] for c in chunks["004"] if c.heading_path[0] == of] == [f"{n}." for n in range(1, 9)]


def test_004_what_a_lead_in_leads_to_is_nested_under_it(documents: dict[str, Document]) -> None:
    projects = section(documents["004"], "Step 4: Develop Hands-On Experience through Projects")
    assert [line[:8] for line in projects] == [
        "- Beginn",
        "  - Cred",
        "  - Text",
        "- Advanc",
        "  - Time",
        "  - Auto",
        "  - Gene",
    ]
