"""outline and plain: lines become blocks of one normal form."""

import itertools

import pytest

from advisor.corpus.outline import is_markdown, markdown, render
from advisor.corpus.plain import plain


def text(raw: str) -> str:
    lines = raw.split("\n")
    return render(markdown(lines) if is_markdown(lines) else plain(lines))


def test_bullets_split_inside_a_bracket_become_one_item_under_their_term() -> None:
    raw = (
        "## Subskills:\n- **Model Training**\n  - Tuning\n  - metrics (accuracy\n  - precision\n"
        "- **Version Control**\n- Git"
    )
    assert text(raw) == (
        "## Subskills\n\n- Model Training: Tuning, metrics (accuracy, precision …)\n- Version Control: Git\n"
    )


def test_a_whole_nested_list_is_left_as_it_is() -> None:
    raw = "# Fruit\n\n- **Red**\n  - apple\n  - cherry\n"
    assert text(raw) == "# Fruit\n\n- Red\n  - apple\n  - cherry\n"


def test_a_page_break_inside_a_paragraph_is_mended() -> None:
    assert "proficient in this area" in text("# T\n\nPeople proficient in this\n\narea are sought.")


def test_headings_of_one_kind_get_one_level() -> None:
    raw = "# Skill 1: A\n\nx\n\n## Skill 2: B\n\ny\n\n## Skill 3: C\n\nz"
    assert text(raw).count("## Skill") == 3


def test_plain_headings_terms_and_lists() -> None:
    raw = (
        "Career Guide\nCareer Guide\nThe role in short.\nKey Skills:\nPython: A language.\nGit: A tool.\n"
        "Tools:\nDocker\nKubernetes\nSpark"
    )
    assert text(raw) == (
        "# Career Guide\n\nThe role in short.\n\n## Key Skills\n\n- Python: A language.\n- Git: A tool.\n\n"
        "## Tools\n\n- Docker\n- Kubernetes\n- Spark\n"
    )


def test_a_term_on_its_own_line_joins_its_definition_among_terms() -> None:
    raw = (
        "Guide\nGuide\nDuties:\nModelling: They build models.\nDesign and Scope:\n"
        "They work with others.\nCare: They monitor."
    )
    assert "- Design and Scope: They work with others.\n" in text(raw)


def test_a_flattened_table_becomes_a_table() -> None:
    raw = (
        "Guide\n\nText here.\n\nTable of Libraries\n\nLibrary Description\n"
        "NumPy An open library for numbers.\nKeras A high-level library."
    )
    assert "| Library | Description |\n| --- | --- |\n| NumPy | An open library for numbers. |" in text(raw)


def test_a_list_run_together_with_dashes_is_parted() -> None:
    raw = "Guide\nGuide\nOne role.\nb. Responsibilities: - Collecting data. - Building models. - Staying up to date."
    assert text(raw).endswith("## Responsibilities\n\n- Collecting data.\n- Building models.\n- Staying up to date.\n")


def test_repeated_headings_and_captions_of_the_title_go() -> None:
    raw = "Skills for Cooks\n\nSkills for Cooks\n\nKnives\n\nKnife skills for cooks.\n\nUse a sharp one."
    assert text(raw) == "# Skills for Cooks\n\n## Knives\n\nUse a sharp one.\n"


@pytest.mark.parametrize(
    ("line", "heading"),
    [("# C#", "# C#"), ("## F# #", "## F#"), ("## Skills ##", "## Skills"), ("### A #1 tool", "### A #1 tool")],
)
def test_signs_at_the_end_close_a_heading_only_after_a_space(line: str, heading: str) -> None:
    assert text(f"{line}\n\nx") == f"{heading}\n\nx\n"


@pytest.mark.parametrize("fence", ["```", "~~~~", "```python"])
def test_a_code_block_is_kept_as_it_is(fence: str) -> None:
    code = f"{fence}\n# install | it\n--- | ---\n\n  **pip** install x\n{fence.rstrip('python')}"
    assert text(f"Guide\n\n{code}\n---\nDone.") == f"Guide\n\n{code}\n\nDone.\n"


def test_a_fence_that_never_closes_hides_no_heading() -> None:
    assert "\n## Pay\n" in text("# Guide\n\n```\nx\n\n## Pay\n\ny")


@pytest.mark.parametrize(("underline", "mark"), [("=====", "#"), ("---", "##"), ("  ----  ", "##")])
def test_an_underlined_line_is_a_heading(underline: str, mark: str) -> None:
    assert text(f"Data Guide\n{underline}\nOne text.") == f"{mark} Data Guide\n\nOne text.\n"


@pytest.mark.parametrize("above", ["One sentence.", "Two\nlines", "- an item", ""])
def test_a_rule_under_what_is_no_title_makes_no_heading(above: str) -> None:
    made = text(f"# Guide\n\n{above}\n---\n\nEnd.")
    assert made == render(markdown(["# Guide", "", *above.split("\n"), "", "End."]))


@pytest.mark.parametrize("rule", ["--- | ---", "---|:--:", "| --- | --- |", "|:---|---|"])
def test_a_table_has_its_outer_pipes_and_an_even_rule(rule: str) -> None:
    raw = f"# Pay\n\nLevel | Pay\n{rule}\nJunior | 5 \\| 6\nSenior | 9\nNone of it is fixed."
    rows = "| Level | Pay |\n| --- | --- |\n| Junior | 5 \\| 6 |\n| Senior | 9 |"
    assert text(raw) == f"# Pay\n\n{rows}\n\nNone of it is fixed.\n"


def test_a_pipe_in_a_text_makes_no_table() -> None:
    assert text("# A\n\nRead | write.\nMore | less.") == "# A\n\nRead | write. More | less.\n"


def test_normal_text_read_again_stays_the_same() -> None:
    raw = "Guide to C#\n===\n\nA | B\n---|---\n1 | 2\n\n```\n# x\n```\n\n- a\n  - b"
    assert text(text(raw)) == text(raw)


def test_a_bullet_that_labels_the_others_leads_them_and_a_closing_exclamation_is_no_step() -> None:
    raw = "Guide\nGuide\nA text.\n- Next Steps:\n- Learn Python.\n- Build projects.\n- Start your journey today!"
    assert text(raw) == (
        "# Guide\n\nA text.\n\nNext Steps:\n\n- Learn Python.\n- Build projects.\n\nStart your journey today!\n"
    )


def test_entries_that_end_in_a_colon_or_all_exclaim_stay_entries() -> None:
    raw = "Guide\nGuide\nA text.\n- Name:\n- Age:\n- City:\nMore text here.\n- Come!\n- Look!\n- Stay!"
    assert text(raw).endswith("\n- Come!\n- Look!\n- Stay!\n")
    assert "\n- Name:\n- Age:\n- City:\n" in text(raw)


def test_a_label_over_one_line_and_a_paragraph_opens_no_list() -> None:
    about = "Engineers of data build what others stand on. " * 5
    assert f"\n\nData Engineer\n\n{about.strip()}\n" in text(f"Guide\nGuide\nA text.\nRole:\nData Engineer\n{about}")


CERTIFICATES = (
    "Certifications:\nCloud Certificate: Offered by one firm.\nCertified Analyst: Offered by another.\n"
    "Projects: They show what you can do.\nInternships: They show how firms work.\nPay in India\nIt varies."
)


def test_entries_after_a_nested_list_are_of_the_outer_one() -> None:
    raw = f"Guide\nGuide\nHow to begin.\nWays into the Work\nDegree: It is the base.\n{CERTIFICATES}"
    assert text(raw).endswith(
        "## Ways into the Work\n\n- Degree: It is the base.\n- Certifications:\n"
        "  - Cloud Certificate: Offered by one firm.\n  - Certified Analyst: Offered by another.\n"
        "- Projects: They show what you can do.\n- Internships: They show how firms work.\n\n"
        "## Pay in India\n\nIt varies.\n"
    )


@pytest.mark.parametrize("before", ["", "Certified Degree: It is the base.\n"])
def test_a_term_that_interrupts_no_list_or_is_echoed_outside_keeps_its_entries(before: str) -> None:
    made = text(f"Guide\nGuide\nHow to begin.\nWays into the Work\n{before}{CERTIFICATES}")
    assert "### Certifications\n\n- Cloud" in made
    assert "\n- Internships: They show how firms work.\n\n## Pay in India\n" in made


def test_levels_step_by_one() -> None:
    raw = (
        "Guide\nGuide\nA text.\nThe Way In\nTools:\nGit\nDocker\n1. Basics:\nMaths:\nAlgebra\nCalculus\n"
        "a. Role: They build.\nPay in India\nIt varies."
    )
    levels = [len(line.split()[0]) for line in text(raw).split("\n") if line.startswith("#")]
    assert levels[:2] == [1, 2]
    assert max(levels) == 5
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


MYTHS = (
    "Guide\n\nA text.\n\nMyths and Misconceptions\n\nCode is All\n\nOne misconception is this.\n\n- No.\n\n"
    "Models Win Always\n\nAnother misconception is that.\n\n- Nor this.\n\n"
)


def test_sections_that_echo_an_empty_heading_are_its_children_and_so_are_those_built_alike() -> None:
    raw = f"{MYTHS}Data is All\n\nMany think so.\n\n- They err.\n\nThe Demand\n\nIt grows.\n\nPay\n\nIt varies."
    found = [line for line in text(raw).split("\n") if line.startswith("#")]
    assert found == [
        "# Guide",
        "## Myths and Misconceptions",
        "### Code is All",
        "### Models Win Always",
        "### Data is All",
        "## The Demand",
        "## Pay",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Myths and Misconceptions\n\n", "Myths and Misconceptions\n\nThere are some.\n\n"),  # it has a body
        ("Another misconception", "It"),  # one echo is chance
        ("Models Win", "Misconceptions Win"),  # a section that says its own heading again echoes nothing
    ],
)
def test_sections_stay_beside_a_heading_that_they_do_not_echo(old: str, new: str) -> None:
    assert old in MYTHS
    assert "###" not in text(f"{MYTHS}The Demand\n\nIt grows.".replace(old, new, 1))


def test_code_right_after_a_table_is_no_row() -> None:
    assert text("# A\n\nB | C\n---|---\n1 | 2\n```\nx | y\n```").endswith("| 1 | 2 |\n\n```\nx | y\n```\n")


def test_a_bullet_over_deeper_ones_stays_a_bullet() -> None:
    assert "- Python\n- Tools:\n" in text("Guide\nGuide\nA text.\n- Python\n- Tools:\n  - Git\n- SQL")
