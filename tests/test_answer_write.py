"""write: a stream becomes sentences, and the numbers in it are taken out."""

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
