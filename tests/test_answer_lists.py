"""lists: a question for several things gets the whole list, section or outline that names them, and no other does."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from searches import GREEK, search_over, told, whole

from advisor.answer import evidence, lists, steps
from advisor.answer.listing import MOST_ITEMS
from advisor.answer.retrieve import Search

Over = Callable[..., Search]
CLOUD = """# Tools

## Cloud

The main cloud platforms are:

- AWS
- Azure
- GCP

They all cost money.

- Nobody asked
"""
BECOME = """# Guide

## How to become an engineer

### Learn

Read books. Take notes. Sleep well.

### Build

- Ship tools
- Fix them
- Sell them

### Rest

Sleep.
"""


@pytest.fixture
def over(tmp_path: Path) -> Over:
    """Return a function that indexes a Markdown text, and beside it sections about other things."""
    return partial(search_over, tmp_path)


def best(search: Search, question: str) -> str:
    return evidence.rank(question, search.search(question, 6), search.cosines, search.weight)[0].span.text


# Which questions ask for a list


@pytest.mark.parametrize(
    "question",
    [
        "Which steps lead there?",
        "List the tools.",
        "What are the main cloud platforms?",
        "How many stages are there?",
        "name all books",
        "How do I become an engineer?",
        "How to become a data scientist",
        "Why should I learn Git?",
    ],
)
def test_it_asks_for_a_list(question: str) -> None:
    assert lists.asks_list(question)


@pytest.mark.parametrize(
    "question",
    [
        "What does an engineer earn?",
        "How do I use Git?",
        "Is Python hard?",
        "Tools are good.",
        "I want to know how to become rich",
        "Which toolset is best?",
        "",
    ],
)
def test_it_asks_for_no_list(question: str) -> None:
    assert not lists.asks_list(question)


def test_one_numbered_step_is_asked_for_as_a_step_and_not_as_a_list() -> None:
    for question in ("What is step 3?", "Which skills does stage 2 need?", "What are the tools of Step 12?"):
        assert steps.asks_one(question)
        assert not lists.asks_list(question)
    assert not steps.asks_one("What are the 3 steps?")


@pytest.mark.parametrize("question", ["Is Azure costly?", "What does AWS cost?", "Who owns GCP?"])
def test_a_question_for_one_thing_gets_no_list(over: Over, question: str) -> None:
    assert told(over(CLOUD), question) == []


def test_of_no_passages_there_is_no_list(over: Over) -> None:
    assert lists.whole("Which tools are there?", over(CLOUD), [], []) == []


@pytest.mark.parametrize("question", ["Name all the five myths", "What are the 5 myths?", "List five myths"])
def test_how_many_there_are_is_no_word_that_a_heading_lacks(over: Over, question: str) -> None:
    myths = "".join(f"\n### Myth {n}: It is {word}\n\nIt is not.\n" for n, word in enumerate(GREEK[:5]))
    search = over(f"# Guide\n\n## Common misconceptions\n\nThe guide corrects five misconceptions.\n{myths}")
    found = told(search, question.replace("myths", "misconceptions"))
    assert [text for _, text in found][:2] == ["Common misconceptions:", "Myth 0: It is alpha"]
    assert len(found) == 6


# A lead with a colon, or a heading, right above its items


def test_a_lead_brings_its_items_and_stops_where_they_stop(over: Over) -> None:
    search = over(CLOUD)
    expected = [(0, "The main cloud platforms are:"), (1, "AWS"), (1, "Azure"), (1, "GCP")]
    assert told(search, "What are the main cloud platforms?") == expected
    assert told(search, "the main cloud platforms are") == expected  # asks for no list, but the lead fits best


def test_a_heading_leads_the_items_right_under_it(over: Over) -> None:
    search = over("# Guide\n\n## Books\n\n- Maths\n- Vision\n\n## Courses\n\n- One\n- Two\n")
    assert told(search, "Which books are there?") == [(0, "Books:"), (1, "Maths"), (1, "Vision")]


def test_an_item_leads_those_nested_in_it_and_no_others(over: Over) -> None:
    search = over("# Guide\n\n## Vendors\n\n- Google\n  - Bigtable\n- Azure products\n  - Blob\n  - Cosmos\n- Oracle\n")
    assert told(search, "Which Azure products are tools?") == [(0, "Azure products"), (1, "Blob"), (1, "Cosmos")]


def test_numbers_of_a_list_are_marks_and_no_text(over: Over) -> None:
    search = over("# Guide\n\n## Path\n\nThe main career stages are:\n\n1. Learn\n2. Build\n")
    assert told(search, "What are the main career stages?")[1:] == [(1, "Learn"), (1, "Build")]


def test_a_list_that_is_split_over_chunks_is_whole_and_cut_at_the_most(over: Over) -> None:
    items = "".join(f"- Platform {n} of the cloud\n" for n in range(MOST_ITEMS + 6))
    search = over(f"# Guide\n\n## Cloud\n\nThe main cloud platforms are:\n\n{items}", window=40)
    found = whole(search, "What are the main cloud platforms?", k=1)
    expected = [f"Platform {n} of the cloud" for n in range(MOST_ITEMS)]
    assert [line.text for line in found] == ["The main cloud platforms are (in part):", *expected]
    assert {line.depth for line in found[1:]} == {1}
    numbers = sorted({line.span.passage.n for line in found})
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 2


def test_a_long_item_is_quoted_whole(over: Over) -> None:
    long = " ".join(f"Sentence {n} of the item says a little more." for n in range(12))
    assert len(long) > 400
    search = over(f"# Guide\n\n## Cloud\n\nThe main cloud platforms are:\n\n- {long}\n- Short\n", window=200)
    found = told(search, "What are the main cloud platforms?")
    assert found == [(0, "The main cloud platforms are:"), (1, long), (1, "Short")]


# Under a heading that has the very word by which the question lists things

CERTIFICATES = """# Guide

## Certifications

There are a few.

### Entry level

The first one is simple.

### For experts

The next one is hard.

### For leaders

The last one is harder.
"""


def test_the_headings_under_the_one_that_was_named_answer(over: Over) -> None:
    expected = [(0, "Certifications:"), (1, "Entry level"), (1, "For experts"), (1, "For leaders")]
    assert told(over(CERTIFICATES), "Which certifications are there?") == expected


def test_they_come_whole_from_sections_that_were_not_found(over: Over) -> None:
    found = whole(over(CERTIFICATES), "Which certifications are there?", k=1)
    assert [(line.span.passage.n, line.text) for line in found] == [
        (1, "Certifications:"),
        (2, "Entry level"),
        (3, "For experts"),
        (4, "For leaders"),
    ]


def test_too_few_headings_are_no_list(over: Over) -> None:
    text = CERTIFICATES[: CERTIFICATES.index("### For leaders")]
    assert told(over(text), "Which certifications are there?") == []


def test_a_heading_with_another_word_for_it_does_not_answer(over: Over) -> None:
    text = CERTIFICATES.replace("## Certifications", "## Papers and exams")
    assert told(over(text), "Which certifications are there?") == []


def test_the_items_under_the_heading_that_was_named_answer_where_something_else_fits_better(over: Over) -> None:
    listed = "# Guide\n\n## Projects\n\n- Chess\n- Maps\n- Games\n"
    search = over(listed + "\n## Advice\n\nProjects, projects, which projects are there?\n")
    assert best(search, "Which projects are there?") == "Projects, projects, which projects are there?"
    assert told(search, "Which projects are there?") == [(0, "Projects:"), (1, "Chess"), (1, "Maps"), (1, "Games")]


def test_a_heading_that_lists_what_is_asked_for_answers_though_one_of_what_it_lists_fits_better(over: Over) -> None:
    under = "".join(f"### {what}\n\nIt is not so.\n\n" for what in ("Chess needs data", "Maps are flat", "It is easy"))
    fits = "A common misconception about chess."
    search = over(f"# Guide\n\n## Common misconceptions\n\n{under.replace('It is not so.', fits, 1)}")
    assert best(search, "What are the common misconceptions about chess?") == fits
    assert told(search, "What are the common misconceptions about chess?") == [
        (0, "Common misconceptions:"),
        (1, "Chess needs data"),
        (1, "Maps are flat"),
        (1, "It is easy"),
    ]


READINGS = """# Guide

## Theory

- Study it.
- Recommended readings:
  - “Chess: A Guide” – Ann Ott
  - “Maps” – Bo Bell
- Rest.

## Advice

A book is recommended to all who should play, and which books they are is told.
"""


@pytest.mark.parametrize("question", ["Which books are recommended?", "What are the recommended readings?"])
def test_the_items_of_a_line_that_says_what_is_listed_answer_where_something_else_fits_better(
    over: Over, question: str
) -> None:
    assert told(over(READINGS), question) == [
        (0, "Recommended readings:"),
        (1, "“Chess: A Guide” – Ann Ott"),
        (1, "“Maps” – Bo Bell"),
    ]


def test_a_line_that_says_no_more_than_what_is_listed_comes_after_the_list_that_fits_better(over: Over) -> None:
    item = "Exams in maps are certifications that count"
    listed = f"- {item}\n- Certifications:\n  - Chess Pro\n"
    search = over(f"# Guide\n\n## Certifications and exams that count\n\nThere are two.\n\n{listed}")
    assert told(search, "Which certifications count?") == [
        (0, "Certifications and exams that count:"),
        (1, item),
        (1, "Certifications:"),
        (2, "Chess Pro"),
    ]


def test_a_line_that_says_more_of_what_is_listed_comes_before_an_outline(over: Over) -> None:
    question = "What are the next steps to become an engineer, to become an engineer?"
    search = over(BECOME + "\n## End\n\n- Rest well.\n- Next steps:\n  - Play chess\n  - Draw maps\n")
    assert best(search, question) == "How to become an engineer"
    assert told(search, question) == [(0, "Next steps:"), (1, "Play chess"), (1, "Draw maps")]


def test_a_line_that_says_more_than_what_is_listed_does_not(over: Over) -> None:
    text = READINGS.replace("Recommended readings", "Recommended readings on astronomy")
    assert told(over(text), "Which books are recommended?") == []


# The outline under a heading that fits best


def test_how_is_answered_by_headings_and_the_first_things_that_each_section_says(over: Over) -> None:
    assert told(over(BECOME), "How do I become an engineer?") == [
        (0, "How to become an engineer:"),
        (1, "Learn (in part)"),
        (2, "Read books."),
        (2, "Take notes."),
        (1, "Build (in part)"),
        (2, "Ship tools"),
        (2, "Fix them"),
        (1, "Rest"),
        (2, "Sleep."),
    ]


def test_what_is_answered_by_the_headings_alone(over: Over) -> None:
    text = BECOME.replace("How to become an engineer", "The way of an engineer")
    assert told(over(text), "What is the career path of an engineer, the way of an engineer?") == [
        (0, "The way of an engineer:"),
        (1, "Learn"),
        (1, "Build"),
        (1, "Rest"),
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which skills matter?", ["Skills:", "SQL", "Python"]),
        ("Which tools matter?", ["Engineer of data:", "Role", "Duties", "Skills"]),
    ],
)
def test_of_the_headings_under_one_that_which_is_asked_for_answers_with_its_list(
    over: Over, question: str, expected: list[str]
) -> None:
    text = "# Guide\n\n## Engineer of data\n\n### Role\n\nEngineers build.\n\n### Duties\n\n- Testing\n- Writing\n\n"
    search = over(f"{text}### Skills\n\n- SQL\n- Python\n")
    passages = search.search("Engineer of data", 6)
    scored = evidence.rank("Engineer of data", passages, search.cosines, search.weight)
    fits = [one for one in scored if one.span.text == "Engineer of data"]
    assert [line.text for line in lists.whole(question, search, passages, fits)] == expected


def test_two_headings_are_no_outline(over: Over) -> None:
    assert told(over(BECOME[: BECOME.index("### Rest")]), "How do I become an engineer?") == []


# The list that the best item stands in

ITEM = "Which tools ships images"
TOOLBOX = """# Guide

## Toolbox

Engineers use these tools for cloud work:

- Docker ships images
- Git keeps versions
- Kafka moves events

Bananas are yellow.
"""


def test_a_heading_that_fits_brings_the_list_below_its_first_line(over: Over) -> None:
    search = over(TOOLBOX.replace("## Toolbox", "## Tools, ships, images").replace("Engineers use", "Mind"))
    assert best(search, ITEM) == "Docker ships images"
    assert told(search, ITEM) == [
        (0, "Tools, ships, images:"),
        (1, "Docker ships images"),
        (1, "Git keeps versions"),
        (1, "Kafka moves events"),
    ]


def test_an_item_that_answers_better_than_what_heads_its_list_stands_alone(over: Over) -> None:
    search = over(TOOLBOX.replace("these tools", "these"))
    assert best(search, ITEM) == "Docker ships images"
    assert told(search, ITEM) == []


def test_where_no_line_with_a_colon_leads_a_list_its_heading_does(over: Over) -> None:
    text = TOOLBOX.replace("## Toolbox", "## Tools, ships, images").replace("cloud work:", "cloud work.")
    search = over(text)
    assert best(search, ITEM) == "Docker ships images"
    assert told(search, ITEM) == [
        (0, "Tools, ships, images:"),
        (1, "Docker ships images"),
        (1, "Git keeps versions"),
        (1, "Kafka moves events"),
    ]


def test_a_list_around_an_item_is_cut_at_the_most(over: Over) -> None:
    items = "".join(f"- Tool {n} ships images\n" for n in range(MOST_ITEMS + 6))
    search = over(f"# Guide\n\n## Ships and images of tools\n\nThey follow.\n\n{items}", window=200)
    found = told(search, "Which tool ships images, which of the tools?")
    assert found[0] == (0, "Ships and images of tools (in part):")
    assert found[1:] == [(1, f"Tool {n} ships images") for n in range(MOST_ITEMS)]


def test_headings_that_say_no_more_than_the_one_above_are_no_outline(over: Over) -> None:
    sections = "".join(
        f"### {name} of cloud platforms\n\nText about {name}.\n\n" for name in ("Summary", "Overview", "Key")
    )
    assert told(over(f"# Guide\n\n## Cloud platforms\n\n{sections}"), "Which cloud platforms are there?") == []


def test_headings_of_which_one_says_more_are(over: Over) -> None:
    sections = "".join(f"### {name}\n\nText about it.\n\n" for name in ("Summary", "Overview", "Azure"))
    found = told(over(f"# Guide\n\n## Cloud platforms\n\n{sections}"), "Which cloud platforms are there?")
    assert (1, "Azure") in found


MYTH = """# Guide

## {heading}

{prose}

- Docker ships images
- Git keeps versions
- Kafka moves events

Bananas are yellow.
"""
ITEMS = [(1, "Docker ships images"), (1, "Git keeps versions"), (1, "Kafka moves events")]


@pytest.mark.parametrize(
    ("heading", "prose"),
    [
        ("Misconception 1: Tools, ships, images", ["Many think so.", "It is not so."]),
        ("Myths: Tools, ships, images", ["It is not so."]),
        ("Tools, ships, images", ["That is a common fallacy.", "It is not so."]),
    ],
)
def test_what_says_that_it_is_not_so_leads_the_list_in_place_of_its_heading(
    over: Over, heading: str, prose: list[str]
) -> None:
    search = over(MYTH.format(heading=heading, prose=" ".join(prose)))
    assert best(search, ITEM) == "Docker ships images"
    assert told(search, ITEM) == [*((0, text) for text in prose), *ITEMS]


@pytest.mark.parametrize("heading", ["Tools, ships, images", "Mythical tools, ships, images"])
def test_other_prose_leads_no_list(over: Over, heading: str) -> None:
    search = over(MYTH.format(heading=heading, prose="Many think so. It is so."))
    assert told(search, ITEM) == [(0, f"{heading}:"), *ITEMS]


@pytest.mark.parametrize("heading", ["Myths: Tools, ships, images", "Myths: Tool, ships, images"])
def test_a_misconception_without_prose_is_led_by_its_heading(over: Over, heading: str) -> None:
    assert told(over(MYTH.format(heading=heading, prose="")), ITEM) == [(0, f"{heading}:"), *ITEMS]
