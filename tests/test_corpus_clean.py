"""clean: leftovers and furniture go, words stay."""

import pytest

from advisor.corpus.clean import clean


def test_page_furniture_goes_and_text_stays() -> None:
    raw = "Roadmap\n\nYou are currently viewing Roadmap\n\nImage of Roadmap\n4 1 vote\nPost a Comment\nLearn Python."
    assert [line for line in clean(raw) if line] == ["Roadmap", "Learn Python."]


def test_broken_emphasis_is_mended() -> None:
    raw = "- **\\*\\*Fine-tuning**\n  - **\\*\\* Adapting models**\n- \\*\\* Installation"
    assert [line.strip() for line in clean(raw)] == [
        "- **Fine-tuning**",
        "- Adapting models",
        "- Installation",
    ]


def test_emoji_bullets_run_together_are_parted() -> None:
    assert clean("🔹 One thing. 🔹 Another.") == ["- One thing.", "- Another."]
    assert clean("Be part of it! 💡") == ["Be part of it!"]


def test_an_author_card_ends_an_article() -> None:
    raw = "Skills\n\n" + "Long text here.\n" * 8 + "Authors\n\n  • Jane Doe\n\nJane likes music.\n\n0 Comments"
    assert "Jane" not in "\n".join(clean(raw))


def test_a_flattened_table_of_contents_goes() -> None:
    raw = "Table of Summary " + "Career path " * 12 + "|\nWhat is\nMachine Learning"
    assert clean(raw) == ["What is", "Machine Learning"]


def test_breaks_entities_and_invisible_characters() -> None:
    assert clean("A<br/>B &amp; C\u200b\u00a0D") == ["A B & C D"]


@pytest.mark.parametrize("fence", ["```", "~~~~", "  ```"])
def test_a_code_block_is_left_as_it_is(fence: str) -> None:
    code = [
        fence,
        "Subscribe",
        "a &lt;br&gt; b<br>c\u00a0",
        "x = **\\*\\* y**  ",
        "• 🔹 one 🔹 two",
        "Authors",
        "\\_ ✅",
        fence.strip(),
    ]
    assert clean("\n".join(["A &amp; B", *code, "C &amp; D", "Subscribe"])) == ["A & B", *code, "C & D"]


def test_a_fence_that_never_closes_shields_nothing() -> None:
    assert clean("```\nA &amp; B\nSubscribe\n~~~") == ["```", "A & B", "~~~"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f", "\v", "\x85", "\u2028", "\u2029", "&#10;"])
def test_every_line_end_ends_a_line_and_control_characters_go(end: str) -> None:
    assert clean(f"One\x07{end}Two\x00") == ["One", "Two"]


def test_a_tab_and_words_in_other_scripts_stay() -> None:
    assert clean("\t- 学习 Uni\u0308 \u0627") == ["\t- 学习 Un\u00ef \u0627"]
