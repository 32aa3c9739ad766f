"""clean: leftovers and furniture go, words stay."""

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
