"""outline and plain: lines become blocks of one normal form."""

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
        "# Career Guide\n\nThe role in short.\n\n#### Key Skills\n\n- Python: A language.\n- Git: A tool.\n\n"
        "#### Tools\n\n- Docker\n- Kubernetes\n- Spark\n"
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
    assert text(raw).endswith(
        "##### Responsibilities\n\n- Collecting data.\n- Building models.\n- Staying up to date.\n"
    )


def test_repeated_headings_and_captions_of_the_title_go() -> None:
    raw = "Skills for Cooks\n\nSkills for Cooks\n\nKnives\n\nKnife skills for cooks.\n\nUse a sharp one."
    assert text(raw) == "# Skills for Cooks\n\n## Knives\n\nUse a sharp one.\n"
