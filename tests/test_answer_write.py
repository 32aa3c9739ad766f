"""write: a stream becomes sentences, and the numbers in it are taken out."""

import pytest

from advisor.answer.write import written


def texts(*pieces: str) -> list[str]:
    return [one.text for one in written(pieces)]


def test_sentences_come_as_they_are_finished() -> None:
    stream = written(iter(["First one. Sec", "ond one. Third"]))
    assert next(stream).text == "First one."
    assert next(stream).text == "Second one."


def test_a_sentence_that_was_cut_off_is_dropped() -> None:
    assert texts("It is good. It is not") == ["It is good."]


def test_numbers_are_taken_out_and_kept_aside() -> None:
    (one,) = written(["Learn Python ", "[1", "][3, 7]."])
    assert one.text == "Learn Python."
    assert one.cited == (1, 3, 7)


def test_abbreviations_and_figures_do_not_end_a_sentence() -> None:
    assert texts("Use tools, e.g. Docker, for 35.80 billion users. Done.") == [
        "Use tools, e.g. Docker, for 35.80 billion users.",
        "Done.",
    ]


def test_list_lines_are_sentences_without_their_marks() -> None:
    assert texts("- Learn Python\n2. Learn Git\n") == ["Learn Python", "Learn Git"]


def test_nothing_is_read_on_from_a_sentence_without_hope() -> None:
    pieces = iter(["One is fine. ", "Two ", "is ", "not. ", "Three."])
    found = [one.text for one in written(pieces, hopeless=lambda begun: begun.startswith("Two is"))]
    assert found == ["One is fine."]
    assert list(pieces) == ["not. ", "Three."]


def test_numbers_behind_the_full_stop_are_of_the_sentence_before() -> None:
    found = list(written(iter(["One is fine. [", "1] [2, 3] Two is", " fine! [4]"])))
    assert [(one.text, one.cited) for one in found] == [("One is fine.", (1, 2, 3)), ("Two is fine!", (4,))]


@pytest.mark.parametrize("mark", ["A: ", "Answer: ", "A:  ", "- A: ", "1. Answer: ", "Answer: - ", "A: A: "])
def test_that_it_is_an_answer_is_no_part_of_what_is_written(mark: str) -> None:
    assert texts(f"{mark}Git is a tool. It is free.") == ["Git is a tool.", "It is free."]


@pytest.mark.parametrize(
    "text",
    ["A tool is free.", "Answer it.", "A:b is free.", "Question: Is it free?", "Note: A: It is.", "Vitamin A: 3."],
)
def test_what_only_looks_like_that_stays(text: str) -> None:
    assert texts(text) == [text]


def test_hope_is_judged_without_what_says_that_it_is_an_answer() -> None:
    begun: list[str] = []
    list(written(["Answer", ": ", "Git", " is."], hopeless=lambda text: bool(begun.append(text))))
    assert begun == ["Answer", "Git", "Git is."]
