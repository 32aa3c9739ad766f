"""spelling: a slip is mended to the documents' word; names, short words and words that are right stay as they are."""

import itertools
import string
from collections.abc import Collection, Mapping

import pytest

from advisor.answer import spelling
from advisor.answer.spelling import LONG
from advisor.index.tokens import tokenize

WORDS = "senior engineer machine learning india python statistic salary kaggle data science company certificate class"
VOCABULARY = dict.fromkeys(WORDS.split(), 1.0)


def correct(question: str, vocabulary: Mapping[str, float], known: Collection[str] = ()) -> str:
    return spelling.correct(question, vocabulary, lambda word: word in known)


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        ("senoir", "senior"),
        ("esnior", "esnior"),
        ("enigneer", "engineer"),
        ("pyhton", "python"),
        ("sceince", "science"),
        ("learnign", "learning"),
        ("comapny", "company"),
        ("certificaet", "certificate"),
    ],
)
def test_two_letters_that_changed_places_are_one_slip(word: str, mended: str) -> None:
    assert correct(word, VOCABULARY) == mended


@pytest.mark.parametrize("word", "senior engineer learning python statistic kaggle science company certificate".split())
def test_every_single_slip_after_the_first_letter_is_mended(word: str) -> None:
    slips = {word[:at] + word[at + 1 :] for at in range(1, len(word))}
    slips |= {word[:at] + "z" + word[at:] for at in range(1, len(word))}
    slips |= {word[:at] + "z" + word[at + 1 :] for at in range(1, len(word))}
    slips |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)}
    for slip in slips - {word}:
        assert correct(slip, VOCABULARY) == word, slip


def test_a_long_word_may_have_two_slips_and_a_short_one_one() -> None:
    assert len("engineer") == LONG
    assert correct("enjinear", VOCABULARY) == "engineer"
    assert correct("enjinaar", VOCABULARY) == "enjinaar"
    assert correct("pyxxon", VOCABULARY) == "pyxxon"


def test_a_whole_question_is_mended_word_by_word_and_nothing_else_changes() -> None:
    question = "  What (roughly)\tdo senoir machin-lerning engneers, e.g. in 2024, earn?\n"
    expected = "  What (roughly)\tdo senior machine-learning engineer, e.g. in 2024, earn?\n"
    assert correct(question, VOCABULARY) == expected


@pytest.mark.parametrize("word", ["dta", "clas", "idia", "Kagl", "x1234", "C++", "₹9,00,000", "ab-cd", "машин"])
def test_short_words_figures_and_signs_stay(word: str) -> None:
    assert correct(word, VOCABULARY) == word


@pytest.mark.parametrize("word", ["tython", "bengineer", "adata", "zalary", "nachine", "Xaggle", "laggle"])
def test_a_word_with_another_first_letter_stays(word: str) -> None:
    assert correct(word, VOCABULARY) == word


@pytest.mark.parametrize("word", ["Indian", "Indians", "indian", "Indiana", "Classic", "Pythonic", "datasets"])
def test_a_longer_form_of_a_word_is_not_cut_down_to_it(word: str) -> None:
    assert correct(word, VOCABULARY) == word


@pytest.mark.parametrize(
    "word", ["Canada", "Germany", "Bangalore", "Microsoft", "Salesforce", "Indonesia", "Kafka", "Clara", "Pascal"]
)
def test_a_name_that_is_near_nothing_stays(word: str) -> None:
    assert correct(f"What about {word}?", VOCABULARY) == f"What about {word}?"


@pytest.mark.parametrize("word", ["Spain", "Texas", "Stanford", "Indai", "Pyhton", "SENOIR", "Komapny", "Salery"])
def test_a_word_with_a_capital_inside_the_question_stays_though_it_is_near_one(word: str) -> None:
    near = {f"{term}x": 1.0 for term in tokenize(word)}
    assert correct(word.casefold(), near) != word.casefold()
    assert correct(f"and in {word}?", near) == f"and in {word}?"
    assert correct(f"({word}?)", near) == f"({word}?)"


@pytest.mark.parametrize("space", ["", " ", "\n\t"])
def test_the_first_word_may_have_its_capital_and_be_mended(space: str) -> None:
    assert correct(f"{space}Pyhton or Pyhton", VOCABULARY) == f"{space}python or Pyhton"


@pytest.mark.parametrize("word", ["pithon", "seniors", "classy", "salary", "silence", "earning", "Yearning"])
def test_a_word_that_is_one_stays_though_the_documents_lack_it(word: str) -> None:
    near = {f"{term}x": 1.0 for term in tokenize(word)}
    assert correct(f"{word} or {word.casefold()}", near) != f"{word} or {word.casefold()}"
    assert correct(f"{word} or {word.casefold()}", near, {word, word.casefold()}) == f"{word} or {word.casefold()}"


def test_only_words_that_may_be_mended_are_looked_up_each_as_it_was_written() -> None:
    asked: list[str] = []

    def is_word(word: str) -> bool:
        asked.append(word)
        return word == "Whose"

    assert spelling.correct("Whose pyhton in Spain is it?", VOCABULARY, is_word) == "Whose python in Spain is it?"
    assert asked[0] == "Whose"
    assert {word[:6] for word in asked[1:]} == {"pyhton"}


def test_a_word_of_which_a_form_is_one_stays() -> None:
    assert (
        spelling.correct("Who may invent it?", {"invest": 1.0}, {"Who", "invented"}.__contains__)
        == "Who may invent it?"
    )


@pytest.mark.parametrize("word", ["Kaggle", "PYTHON", "India", "Salaries", "companies", "Statistics", "classes"])
def test_a_word_that_the_documents_hold_in_any_form_stays(word: str) -> None:
    assert correct(word, VOCABULARY) == word


def test_a_name_that_the_documents_hold_is_not_turned_into_a_commoner_word() -> None:
    assert correct("Is Kafka kept?", {"kafka": 9.0, "kafkas": 0.1, "kept": 1.0}) == "Is Kafka kept?"


@pytest.mark.parametrize("words", list(itertools.permutations(["plane", "plant", "plate"])))
def test_the_nearest_word_wins_then_the_commonest_then_the_first(words: tuple[str, ...]) -> None:
    assert correct("plans", dict.fromkeys(words, 1.0)) in {"plane", "plant"}
    assert correct("plaze", dict.fromkeys(words, 1.0)) == "plane"
    assert correct("plaze", {word: 1.0 if word == "plate" else 2.0 for word in words}) == "plate"
    assert correct("planey", dict.fromkeys(words, 1.0) | {"plankey": 9.0}) == "plankey"
    long = {"engineer": 9.0, "enginers": 1.0}
    assert correct("enginear", long) == "engineer"


def test_the_same_question_gives_the_same_whatever_the_vocabularys_order() -> None:
    words = [f"pla{one}{two}" for one in string.ascii_lowercase[:8] for two in string.ascii_lowercase[:8]]
    found = {correct("plazz plaaz plazb", dict.fromkeys(order, 1.0)) for order in (words, words[::-1], sorted(words))}
    assert found == {"plazz plaaa plaab"}


def test_no_vocabulary_changes_nothing() -> None:
    assert correct("What do senoir engneers earn?", {}) == "What do senoir engneers earn?"
    assert correct("", VOCABULARY) == ""


@pytest.mark.parametrize("question", ["what do senoir engneers earn", "machin lerning in indai", "statisics for clas"])
def test_a_mended_question_is_not_mended_again(question: str) -> None:
    once = correct(question, VOCABULARY)
    assert correct(once, VOCABULARY) == once


def test_a_clipped_word_is_made_whole_where_the_documents_do_not_use_it() -> None:
    assert spelling.correct("What math do I need?", VOCABULARY, lambda word: True) == "What mathematics do I need?"
    assert spelling.correct("Which stats?", {**VOCABULARY, "stat": 1.0}, lambda word: True) == "Which stats?"


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("coder", "code", "cover"),
        ("coders", "code", "cover"),
        ("coded", "code", "coped"),
        ("coding", "code", "coping"),
        ("deeply", "deep", "dreply"),
        ("tester", "test", "texter"),
        ("advisor", "advise", "advizor"),
        ("parsing", "parse", "passing"),
    ],
)
def test_a_word_that_is_made_of_one_the_documents_hold_stays(word: str, known: str, near: str) -> None:
    assert correct(f"the {word}?", dict.fromkeys([*tokenize(known), near], 1.0)) == f"the {word}?"
    assert correct(f"the {word}?", {near: 1.0}) == f"the {near}?"


@pytest.mark.parametrize(
    ("word", "known", "mended"),
    [("enginer", "engine", "engineer"), ("learnin", "learn", "learning"), ("codinng", "code", "coding")],
)
def test_a_slip_in_such_a_word_is_mended(word: str, known: str, mended: str) -> None:
    assert correct(word, dict.fromkeys([known, mended], 1.0)) == mended


def test_a_plural_of_a_word_is_one() -> None:
    near = dict.fromkeys(["nursey", "surgeon"], 1.0)
    assert correct("nurses and surgoen", near, {"nurse", "surgeon"}) == "nurses and surgeon"
    assert correct("nurses", near) == "nursey"


@pytest.mark.parametrize("word", ["ggplot2", "2ggplot", "ggplot_x"])
def test_letters_within_a_name_of_letters_and_figures_stay(word: str) -> None:
    near = {"gplot": 1.0}
    assert correct(f"use {word} or ggplot", near) == f"use {word} or gplot"


COUNTS = dict.fromkeys("two three four five six seven eight nine ten eleven twelve step kind".split(), 1.0)
IN_WORDS = {n: word for n, word in enumerate(COUNTS, start=2) if n <= 12}


@pytest.mark.parametrize(("figure", "word"), IN_WORDS.items())
def test_a_count_of_things_is_in_words_where_the_documents_know_the_word(figure: int, word: str) -> None:
    question = f"What are the {figure} steps, the {figure} kinds?"
    assert correct(question, COUNTS) == f"What are the {word} steps, the {word} kinds?"
    assert correct(question, {key: 1.0 for key in COUNTS if key != word}) == question


@pytest.mark.parametrize(
    "question",
    [
        "What is step 8?",
        "Is step 8 it?",
        "the 8 step",
        "the 8 Steps",
        "1 steps, 13 steps, 18 steps, 0 steps",
        "1.8 steps, 1,8 steps, v8 steps, 7-8 steps, -8 steps",
        "8-steps",
        "8% steps",
        "in 8 years, 8 months, 8 weeks, 8 days, 8 hours, 8 minutes",
        "for 8 lakhs, 8 crores, 8 dollars, 8 rupees",
    ],
)
def test_a_figure_that_counts_no_things_stays(question: str) -> None:
    assert correct(question, COUNTS) == question


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("im in it since 4 yrs, wil u hire?", "I'm in it since 4 years, will you hire?"),
        ("who dont like ur UR robots, u-net or im.js", "who don't like your UR robots, u-net or im.js"),
    ],
)
def test_what_is_written_as_in_a_chat_is_written_out(said: str, meant: str) -> None:
    assert correct(said, VOCABULARY, said.split()) == meant


def test_what_the_documents_write_themselves_stays() -> None:
    assert correct("whats ur?", {**VOCABULARY, "ur": 1.0}) == "what's ur?"


def test_of_two_words_for_one_thing_the_commoner_is_taken() -> None:
    rare = {"certificate": 3.0, "certification": 2.0}
    assert correct("Which certificates?", rare) == "Which certifications?"
    assert correct("Which certificates?", {**rare, "certificate": 1.0}) == "Which certificates?"
    assert correct("Which certificates?", {"certificate": 1.0}) == "Which certificates?"
    levels = {"junior": 3.0, **dict.fromkeys(("entry-level", "entry", "level"), 2.0)}
    assert correct("A junior engineer", levels, ["engineer"]) == "An entry-level engineer"
    assert correct("A Junior-Net", levels, ["Junior-Net"]) == "A Junior-Net"
    assert correct("Which myths are there?", {"misconception": 2.0}) == "Which misconceptions are there?"
    assert correct("Which myths are there?", {"myth": 1.0, "misconception": 2.0}) == "Which myths are there?"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("how much do engineers make", "how much do engineers earn"),
        ("How much money can a nurse make in Delhi?", "How much can a nurse earn in Delhi?"),
        ("How much does an engineer take home a month?", "How much does an engineer earn a month?"),
        ("what do engineers get paid in Delhi?", "what do engineers earn in Delhi?"),
        ("How well are engineers paid?", "How much do engineers earn?"),
        ("How much is an engineer paid in Delhi?", "How much does an engineer earn in Delhi?"),
        ("What is the average pay of a nurse?", "What is the average salary of a nurse?"),
        ("How much does care make a difference?", "How much does care make a difference?"),
        ("What do compilers make?", "What do compilers make?"),
        ("What do writers get paid for?", "What do writers get paid for?"),
        ("Does it pay to study?", "Does it pay to study?"),
        ("What is the pay gap?", "What is the pay gap?"),
    ],
)
def test_what_is_made_and_paid_is_earned_in_the_documents_words(said: str, meant: str) -> None:
    words = said.replace("?", "").split()
    assert correct(said, {"earn": 2.0, "salary": 1.0}, words) == meant
    assert correct(said, {}, words) == said


def test_a_pay_that_the_documents_speak_of_stays() -> None:
    assert correct("What is the pay?", {"pay": 3.0, "salary": 1.0}) == "What is the pay?"
