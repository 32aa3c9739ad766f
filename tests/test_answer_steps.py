"""steps: a question for a step gets that one, of what it names; one for the steps gets all, in order."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from searches import search_over, told, whole

from advisor.answer.retrieve import Search

Over = Callable[..., Search]
STEPS = """# Guide

## Step 1: Learn

Read these:

- Books on maths
- Papers on vision

## Step 2: Build

- Small tools
- Big tools
  - With tests
    - And with care

## Then

1. Sleep well
2. Get up
"""


@pytest.fixture
def over(tmp_path: Path) -> Over:
    """Return a function that indexes a Markdown text, and beside it sections about other things."""
    return partial(search_over, tmp_path)


def test_a_step_is_the_whole_section_that_it_heads(over: Over) -> None:
    search = over(STEPS)
    assert told(search, "What is step 2?") == [
        (0, "Step 2: Build:"),
        (1, "Small tools"),
        (1, "Big tools"),
        (2, "With tests"),
        (2, "And with care"),  # no list is shown deeper than this
    ]
    assert told(search, "What is step 1 about?")[:2] == [(0, "Step 1: Learn:"), (1, "Read these:")]


def test_a_step_that_is_split_over_chunks_is_whole(over: Over) -> None:
    items = "\n".join(f"- Build thing {n} with the right tools" for n in range(12))
    search = over(f"# Guide\n\n## Step 1: Learn\n\nRead.\n\n## Step 2: Build\n\n{items}\n", window=30)
    found = whole(search, "What is step 2?", k=2)
    assert [line.text for line in found] == [
        "Step 2: Build:",
        *(f"Build thing {n} with the right tools" for n in range(12)),
    ]
    assert len({line.span.passage.n for line in found}) > 2


@pytest.mark.parametrize("question", ["What is step 3?", "What is step 22?", "What is part 2?"])
def test_a_step_that_heads_no_section_is_no_list(over: Over, question: str) -> None:
    assert told(over(STEPS), question) == []


def test_a_step_that_is_a_numbered_item_is_it_with_what_is_nested_under_it(over: Over) -> None:
    search = over("# Guide\n\n## Then\n\n1. Sleep well\n2. Get up\n   - Early\n3. Go\n")
    assert told(search, "What is step 2?") == [(0, "Then:"), (1, "Get up"), (2, "Early")]
    assert told(search, "Why sleep in step 2?") == []  # something of it is asked for


def test_a_numbered_heading_is_a_step_too_whatever_it_is_called(over: Over) -> None:
    search = over("# Guide\n\n## 1. Learn\n\nRead.\n\n## 2. Build\n\n- Apps\n- Models\n")
    assert told(search, "What do I build in the second stage?") == [(0, "2. Build:"), (1, "Apps"), (1, "Models")]


PROCESS = "# Guide\n\n## Steps of the process\n\n- Plan: Plan it.\n- Do: Do it.\n  - Well\n- Check: Check it.\n"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the second step of the process?", [(0, "Steps of the process:"), (1, "Do: Do it.")]),
        ("What is phase 3 of the process?", [(0, "Steps of the process:"), (1, "Check: Check it.")]),
        ("What is the fourth step of the process?", []),
        ("What is the second of the next steps?", []),
        ("What is step 2 and step 3 of the process?", []),
    ],
)
def test_an_item_of_a_list_headed_as_steps_is_a_step(
    over: Over, question: str, expected: list[tuple[int, str]]
) -> None:
    assert told(over(PROCESS), question) == expected


def test_of_two_lists_of_steps_the_one_that_is_named_counts(over: Over) -> None:
    path = "\n## Learning path\n\n1. Learn: The first step is to learn.\n2. Build: The second step is to build.\n"
    search = over(PROCESS + path)
    assert told(search, "What is the second step of the process?") == [(0, "Steps of the process:"), (1, "Do: Do it.")]
    assert told(search, "What is the second step of the learning path?") == [
        (0, "Learning path:"),
        (1, "Build: The second step is to build."),
    ]
    assert told(search, "What is the third step of the learning path?") == []  # and not that of the other list


def test_a_step_of_the_section_that_was_not_found_itself_is_its_item(over: Over) -> None:
    items = "\n".join(f"{n}. Thing{n} and more of that kind" for n in range(1, 9))
    search = over(f"# Guide\n\n## Path\n\nThe path has eight steps.\n\n{items}\n", window=25)
    found = whole(search, "How many steps has the path, and what is step 8?", k=1)
    assert [line.text for line in found] == ["Path:", "Thing8 and more of that kind"]


PATHWAY = """# Guide

## Pathway

### Step 1: Learn

Read.

### Step 2: Build

- Apps
- Models

### Step 3: Rest

Sleep.
"""


@pytest.mark.parametrize("question", ["What are the 2 steps to build apps?", "Which steps build models?"])
def test_where_a_step_is_best_and_the_steps_are_asked_for_all_of_them_answer(over: Over, question: str) -> None:
    search = over(PATHWAY)
    assert told(search, question) == [
        (0, "Pathway:"),
        (1, "Step 1: Learn"),
        (1, "Step 2: Build"),
        (1, "Step 3: Rest"),
    ]
    assert told(search, "Which tools build models?")[0] != (0, "Pathway:")


def test_the_steps_are_all_numbered_items_of_the_list_that_is_named(over: Over) -> None:
    items = "".join(f"{n}. Thing{n} and more of that kind\n" for n in range(1, 6))
    search = over(f"{PROCESS}\n## Path of growth\n\n{items}", window=25)
    found = [text for _, text in told(search, "What are the 5 steps of the path of growth?")]
    assert found == ["Path of growth:", *(f"Thing{n} and more of that kind" for n in range(1, 6))]
    assert told(search, "What are the steps of the process?")[0] == (0, "Steps of the process:")
