"""tokens: what BM25 counts, and that a query and a passage that mean one term give one term."""

import pytest

from advisor.index.tokens import form, tokenize


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        (" \n\t", []),
        ("?!… — «»", []),
        ("Python", ["python"]),
        ("PYTHON python Python", ["python"] * 3),
        ("Straße", ["strasse"]),
        ("ﬁle", ["file"]),
        ("ＳＱＬ", ["sql"]),
        ("Python, SQL; (Kafka): 'Spark'!", ["python", "sql", "kafka", "spark"]),
        ("snake_case", ["snake", "case"]),
        ("café naïve", ["café", "naïve"]),
    ],
)
def test_case_and_punctuation_go(text: str, terms: list[str]) -> None:
    assert tokenize(text) == terms


def test_order_and_repeats_stay() -> None:
    assert tokenize("cloud data cloud sql data") == ["cloud", "data", "cloud", "sql", "data"]


@pytest.mark.parametrize(
    "text",
    [
        "what is the",
        "What Are THE",
        "Explain, describe and list",
        "what's",
        "it’s",
        "can't",
        "don't",
        "doesn’t isn't aren't",
        "won't shouldn’t haven't",
        "I'm, you’re, they've, we'll; who'd",
        "let's",
    ],
)
def test_stop_words_go_whole(text: str) -> None:
    assert tokenize(text) == []


def test_stop_words_go_from_a_question_and_content_stays() -> None:
    assert tokenize("What is the salary of a data engineer?") == ["salary", "data", "engineer"]


def test_a_contraction_leaves_its_stem() -> None:
    assert tokenize("Python's and the engineer’ll") == ["python", "engineer"]
    assert tokenize("Don’t learn Kafka, you're told") == ["learn", "kafka", "told"]


@pytest.mark.parametrize("word", ["d", "m", "s", "t"])
def test_a_quoted_letter_is_no_contraction(word: str) -> None:
    assert tokenize(f"'{word}' and ‘{word}’") == [word, word]


def test_a_compound_of_stop_words_stays_whole() -> None:
    assert tokenize("a to-do, on-the-job") == ["to-do", "on-the-job", "job"]


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("skills", "skill"),
        ("salaries", "salary"),
        ("companies", "company"),
        ("employees", "employee"),
        ("courses", "course"),
        ("Engineers'", "engineer"),
        ("engineer’s", "engineer"),
        ("full-stacks", "full-stack"),
        ("classes", "class"),
        ("processes", "process"),
        ("boxes", "box"),
        ("approaches", "approach"),
        ("caches", "cache"),
        ("pushes", "push"),
        ("bonuses", "bonus"),
        ("viruses", "virus"),
        ("causes", "cause"),
        ("uses", "use"),
        ("databases", "database"),
        ("movies", "movie"),
    ],
)
def test_plurals_and_possessives_meet_the_singular(many: str, one: str) -> None:
    assert tokenize(many) == tokenize(one)


@pytest.mark.parametrize("word", ["status", "class", "analysis", "aws", "k8s", "bus", "ies"])
def test_words_that_only_look_plural_stay(word: str) -> None:
    assert tokenize(word) == [word]


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("organise", "organize"),
        ("specialised", "specialized"),
        ("organisations", "organization"),
        ("behaviour", "behavior"),
        ("colours", "color"),
    ],
)
def test_british_spellings_meet_the_american(british: str, american: str) -> None:
    assert tokenize(british) == tokenize(american)


@pytest.mark.parametrize("word", ["four", "hour", "wise", "rise"])
def test_short_words_keep_their_spelling(word: str) -> None:
    assert tokenize(word) == [word]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("C", ["c"]),
        ("C++", ["c++"]),
        ("c++.", ["c++"]),
        ("(C++, Java)", ["c++", "java"]),
        ("C++11", ["c++", "11"]),
        ("C#", ["c#"]),
        ("F#/C#", ["f#", "c#"]),
        ("C++/C#", ["c++", "c#"]),
        ("C/C++", ["c", "c++"]),
        ("Java/C++/C#", ["java", "c++", "c#"]),
        ("Notepad++", ["notepad"]),
        (".NET", ["net"]),
        ("C#/.NET", ["c#", "net"]),
        ("k8s", ["k8s"]),
    ],
)
def test_names_of_languages(text: str, terms: list[str]) -> None:
    assert tokenize(text) == terms


@pytest.mark.parametrize(("text", "term"), [("C/C++", "c++"), ("C/C#", "c#"), ("Java/C++", "c++")])
def test_a_language_is_found_behind_a_slash(text: str, term: str) -> None:
    assert term in tokenize(text)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("CI/CD", ["ci-cd", "ci", "cd"]),
        ("k-means", ["k-mean", "k", "mean"]),
        ("mid-level", ["mid-level", "mid", "level"]),
        ("R&D", ["r-d", "r", "d"]),
        ("Node.js", ["node-js", "node", "js"]),
        ("ASP.NET", ["asp-net", "asp", "net"]),
        ("A/B", ["a-b", "b"]),
        ("e-commerce companies", ["e-commerce", "e", "commerce", "company"]),
    ],
)
def test_a_compound_gives_itself_and_its_parts(text: str, terms: list[str]) -> None:
    assert tokenize(text) == terms


def test_a_compound_is_found_however_it_is_joined() -> None:
    assert tokenize("CI-CD") == tokenize("ci/cd")
    assert set(tokenize("mid level")) < set(tokenize("Mid-level"))


@pytest.mark.parametrize("hyphen", ["\u2010", "\u2011"])  # a hyphen, and one that does not break
def test_other_hyphens_are_hyphens(hyphen: str) -> None:
    assert tokenize(f"k{hyphen}means") == tokenize("k-means")


@pytest.mark.parametrize("dash", ["–", "—"])
def test_a_dash_parts_words_and_figures(dash: str) -> None:
    assert tokenize(f"2024{dash}2025 sql{dash}python") == ["2024", "2025", "sql", "python"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("₹900,000", ["900000"]),
        ("₹9,00,000", ["900000"]),
        ("900000", ["900000"]),
        ("₹900,000–₹1,500,000", ["900000", "1500000"]),
        ("$90,000-$120,000.", ["90000", "120000"]),
        ("in 2024, and", ["2024"]),
        ("3.5", ["3.5"]),
        ("3.5%", ["3.5", "3.5%"]),
        ("3.5 %", ["3.5"]),
        ("100%", ["100", "100%"]),
        ("1,250.75", ["1250.75"]),
        ("Step 5.", ["step", "5"]),
        ("5-10 years", ["5", "10", "year"]),
        ("10k", ["10", "k"]),
        ("24/7", ["24", "7"]),
        ("2024,2025", ["2024", "2025"]),
        ("24,2025", ["24", "2025"]),
        ("900,0000", ["900", "0000"]),
        ("1,2,3", ["1", "2", "3"]),
        ("₹1,00,00,000", ["10000000"]),
    ],
)
def test_figures_survive(text: str, terms: list[str]) -> None:
    assert tokenize(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Ph.D.", ["phd"]),
        ("Ph.D", ["phd"]),
        ("PhD", ["phd"]),
        ("a Ph.D., then", ["phd"]),
        ("U.S.A.", ["usa"]),
        ("M.Sc.", ["msc"]),
        ("B.Sc", ["bsc"]),
        ("BSc", ["bsc"]),
        ("a B.Sc or B.Tech, M.Ed", ["bsc", "btech", "med"]),
        ("SQL.No", ["sql-no", "sql"]),
        ("M.S. in AI.", ["ms", "ai"]),
        ("vue.js.", ["vue-js", "vue", "js"]),
    ],
)
def test_dotted_abbreviations_lose_their_dots(text: str, terms: list[str]) -> None:
    assert tokenize(text) == terms


@pytest.mark.parametrize(
    ("curly", "straight"),
    [
        ("“mid-level”", '"mid-level"'),
        ("‘skills’", "'skills'"),
        ("engineer’s", "engineer's"),
        ("don’t", "don't"),
        ("O’Reilly", "O'Reilly"),
    ],
)
def test_curly_quotes_are_quotes(curly: str, straight: str) -> None:
    assert tokenize(curly) == tokenize(straight)


def test_a_possessive_is_cut_once() -> None:
    assert tokenize("O’Reilly’s books") == ["o-reilly", "o", "reilly", "book"]


@pytest.mark.parametrize(
    "words",
    [
        "deploy deployment deployed deploying deployable",
        "stabilize stability stabilizing",
        "experiment experimental experimentally",
        "engineer engineering engineered",
        "compression compressible compressibility",
        "program programming programmer",
        "organize organization organizer",
        "communicate communication communicative",
    ],
)
def test_forms_of_a_word_have_one_form(words: str) -> None:
    assert len({form(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("internship", "interview"),
        ("engineer", "english"),
        ("learner", "leader"),
        ("data", "date"),
        ("model", "mode"),
        ("able", "al"),
        ("2022", "2023"),
        ("c", "c++"),
    ],
)
def test_other_words_have_other_forms(one: str, other: str) -> None:
    assert form(one) != form(other)


@pytest.mark.parametrize("term", ["", "python", "sql", "c++", "44.8%", "900000", "ring", "able", "café"])
def test_a_term_without_an_ending_is_its_form(term: str) -> None:
    assert form(term) == term


def test_a_compound_has_the_form_of_its_last_part() -> None:
    assert form("deep-learning") == form("deep-learned") == "deep-learn"


def test_a_run_of_endings_takes_no_time_that_grows_with_its_square() -> None:
    term = "word" + "e" * 1_000_000
    assert form(term) == term
