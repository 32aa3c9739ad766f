"""decide: what the documents do not hold by name, figure or their own word is refused, and the refusal says so."""

import itertools

import pytest

from advisor.answer.decide import (
    COSINE_SHARE,
    ENOUGH,
    FIGURE_NEAR,
    LIKELIEST,
    THRESHOLD,
    _enough,
    announced,
    confidence,
    missing_figure,
    missing_kind,
    missing_names,
    missing_side,
    missing_terms,
    refusal,
)
from advisor.answer.evidence import Scored
from advisor.answer.lists import Line
from advisor.answer.spans import spans
from advisor.types import Chunk, Passage


def passage(text: str, n: int = 1, path: tuple[str, ...] = (), title: str = "Guide") -> Passage:
    text = "".join(f"{'#' * level} {heading}\n\n" for level, heading in enumerate(path, start=2)) + text
    return Passage(n, Chunk(f"chunk{n}", "doc", path, 0, len(text), text), title, "guide.md", 1.0)


def scored(one: Passage, *fits: float) -> list[Scored]:
    """Return a passage's source sentences, headings too, each with its fit as cosine and as coverage."""
    found = spans(one)
    assert len(found) == len(fits)
    return [Scored(span, fit, fit) for span, fit in zip(found, fits, strict=True)]


def same(term: str) -> float:
    return 1.0


def sure(question: str, one: Passage, *fits: float) -> float:
    return confidence(question, [one], scored(one, *fits), [], same)


def blend(cosine: float, coverage: float) -> float:
    return COSINE_SHARE * cosine + (1 - COSINE_SHARE) * coverage


def test_confidence_blends_the_best_meaning_and_the_terms_covered() -> None:
    text = "Data engineers build pipelines. They test them."
    assert sure("Do data engineers build pipelines?", passage(text), 0.8, 0.2) == pytest.approx(blend(0.8, 1.0))
    assert sure("Do engineers paint?", passage(text), 0.4, 0.6) == pytest.approx(blend(0.6, 1 / 1.5))
    assert sure("Do painters sing?", passage(text), 0.4, 0.6) == pytest.approx(blend(0.6, 0.0))


def test_neither_all_the_terms_nor_a_fair_meaning_is_enough_alone() -> None:
    text = "Data engineers build pipelines."
    assert sure("Do data engineers build pipelines?", passage(text), 0.0) < THRESHOLD
    assert sure("Do painters sing?", passage(text), 0.5) < THRESHOLD
    assert sure("Do data engineers build pipelines?", passage(text), 0.5) > THRESHOLD


def test_terms_in_headings_and_title_are_covered() -> None:
    one = passage("They test them.", path=("Engineers",), title="Pipelines")
    assert sure("Which pipelines? Which engineers?", one, 0.1, 0.6) == pytest.approx(blend(0.6, 1.0))


def test_rare_terms_weigh_more() -> None:
    weight = {"data": 1.0, "kafka": 3.0, "": 4.0}.__getitem__
    one = passage("They keep data.")
    assert confidence("data kafka", [one], scored(one, 0.6), [], weight) == pytest.approx(blend(0.6, 1 / 4))


@pytest.mark.parametrize(
    ("wanted", "held", "enough"),
    [
        ("common", "common", 1.0),
        ("common", "", 0.0),
        ("common rare", "common", 1 / 4),  # 4 in all is less than 6
        ("common rare", "rare", 3 / 4),
        ("common rare", "rare common other", 1.0),
        ("absent", "common rare", 0.0),
        ("rare absent", "rare", 3 / 6),  # 7 in all, of which 6 are enough
        ("common rare absent", "common rare", 4 / 6),
        ("common rare third absent", "common rare third", 1.0),  # 10 in all
        ("common rare third fourth absent lost", "third rare fourth", 1.0),  # 9 held of 18
        ("common rare third fourth absent lost", "common", 1 / 6),
        ("", "common", 1.0),
        ("free", "", 1.0),  # weighs nothing
    ],
)
def test_a_short_question_is_met_whole_and_a_long_one_by_as_much_as_is_enough(
    wanted: str, held: str, enough: float
) -> None:
    known = {"common": 1.0, "rare": 3.0, "third": 2.0, "fourth": 4.0, "free": 0.0}
    assert ENOUGH * 4.0 == 6.0
    found = _enough(set(wanted.split()), set(held.split()), lambda term: known.get(term, 4.0))
    assert found == pytest.approx(enough)


def test_one_passage_covers_not_two_and_only_the_first_three_count() -> None:
    question = "spark kafka"
    apart = [passage("Learn spark.", 1), passage("Learn kafka.", 2)]
    assert confidence(question, apart, scored(apart[0], 0.0), [], same) == pytest.approx(blend(0.0, 1 / 1.5))
    late = [*(passage("Learn.", n) for n in (1, 2, 3)), passage("Learn spark, kafka.", 4)]
    assert confidence(question, late, scored(late[0], 0.0), [], same) == 0.0


def test_nothing_found_is_no_confidence() -> None:
    assert confidence("What is Kafka?", [], [], [], same) == 0.0


def test_a_heading_alone_is_no_confidence() -> None:
    one = passage("It is one.", path=("Spark",))
    assert confidence("What is it with Spark?", [one], scored(one, 0.9, 0.5)[:1], [], same) == 0.0
    assert confidence("What is it with Spark?", [one], scored(one, 0.9, 0.5), [], same) == blend(0.5, 1.0)


def test_a_missing_name_is_no_confidence() -> None:
    one = passage("Engineers in India earn $20 a day.")
    assert sure("What do engineers earn in India?", one, 0.9) > 0.9
    assert sure("What do engineers earn in Canada?", one, 0.9) == 0.0
    assert sure("What do engineers at Netflix earn in India?", one, 0.9) == 0.0


def test_a_missing_figure_is_no_confidence() -> None:
    assert sure("How much do engineers earn?", passage("Engineers earn much."), 0.9) == 0.0
    assert sure("How much do engineers earn?", passage("Engineers earn $20."), 0.9) > 0.9
    assert sure("Do engineers earn much?", passage("Engineers earn much."), 0.9) > 0.9


def test_a_missing_kind_or_year_is_no_confidence() -> None:
    assert sure("When was Spark made?", passage("Spark was made."), 0.9) == 0.0
    assert sure("When was Spark made?", passage("Spark was made in 2014."), 0.9) > 0.9
    assert sure("Was Spark made in 2014?", passage("Spark was made in 2015."), 0.9) == 0.0
    assert sure("Was Spark made in 2014?", passage("Spark was made in 2014."), 0.9) > 0.9


ANNOUNCED = "The table shows salaries by city."


def test_what_is_only_announced_is_no_confidence() -> None:
    assert sure("What are salaries by city?", passage(ANNOUNCED), 0.9) == 0.0
    assert sure("What are salaries by city?", passage(f"{ANNOUNCED} Salaries vary by city."), 0.9, 0.5) == 0.0


@pytest.mark.parametrize(
    ("gap", "told", "is_announced"),
    [(0.9, 0.5, True), (0.6, 0.6, True), (0.5, 0.6, True), (0.4, 0.6, False), (0.0, 0.6, False)],
)
def test_a_gap_beside_the_best_sentence_counts_from_a_share_of_its_score(
    gap: float, told: float, is_announced: bool
) -> None:
    assert announced(scored(passage(f"{ANNOUNCED} Pay varies."), gap, told), []) is is_announced


def test_a_gap_in_another_passage_counts_only_if_it_fits_as_well_as_the_best() -> None:
    told, gap = passage("Pay varies.", 1), passage(ANNOUNCED, 2)
    assert not announced([*scored(told, 0.6), *scored(gap, 0.59)], [])
    assert announced([*scored(gap, 0.6), *scored(told, 0.6)], [])


def test_a_list_that_another_passage_holds_is_no_announcement() -> None:
    told, gap = passage("- Pay varies.", 1), passage(ANNOUNCED, 2)
    found = [*scored(gap, 0.9), *scored(told, 0.6)]
    assert announced(found, [])
    assert announced(found, [Line(span) for span in spans(gap)])
    assert not announced(found, [Line(span) for span in spans(told)])


def test_without_an_announcement_nothing_is_announced() -> None:
    assert not announced(scored(passage("Pay varies. It grows."), 0.9, 0.8), [])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is NLP?", "Natural language processing is a field."),
        ("What is NLP?", "They do Natural-Language Processing."),
        ("What is ML?", "They do Machine Learning."),
        ("What is AI?", "The field of Artificial Intelligence."),
        ("What is AWS?", "See Amazon Web Services."),
        ("What is AWS?", "They do MLOps on AWS."),
        ("What of the US?", "Firms in the United States pay."),
        ("What of the U.S.?", "Firms in the US pay."),
        ("What do Indian engineers earn?", "Engineers in India earn more."),
        ("What do American engineers earn?", "Engineers in America earn more."),
        ("What do Canadian or German ones earn?", "Of Canadians and in Germany."),
        ("What do Canadian, Italian or Chinese ones earn?", "In Canada, Italy and China."),
        ("What do people in India earn?", "They earn more in India."),
        ("Which API is used?", "Learn FastAPI and Flask."),
        ("Is SQL used?", "Learn PostgreSQL."),
        ("Is Harvard's course named?", "See the course of Harvard."),
        ("Is C++ or C# used?", "Learn C++ and C#."),
        ("Is Node.js used with CI/CD?", "Learn node.js, CI/CD."),
        ("Do I need a Ph.D. or a B.Sc.?", "A PhD or BSc helps."),
        ("What do I learn?", "Learn it."),
        ("Python?", "Learn R."),
        ("Is R learnt?", "Learn Python, R and SQL."),
        ("Is it Go?", "Learn Go."),
        ("How big was it in 2022?", "It was big in 2022."),
        ("How big was it in 2022?", "In 2022, it was big."),
        ("How big was it in 2022?", "It grew (2022-23)."),
        ("How big was it in 2022 and in 2024?", "It grew from 2022 to 2024."),
        ("How big was it in the 1990s?", "It was big in the 1990s."),
        ("Is ₹2000 or $2000 enough?", "It is not."),
        ("Is 2,000 or 2000.5 enough?", "It is not."),
        ("Is 20220 or 1850 enough?", "It is not."),
    ],
)
def test_a_name_may_be_held_spelt_out_as_a_root_or_in_a_longer_one(question: str, text: str) -> None:
    assert missing_names(question, [passage(text)]) == []


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Which FastAPI is used?", "Use an API.", {"fastapi"}),
        ("What about MIT?", "Learn the maths in it.", {"mit"}),
        ("What about Harvard and MIT?", "See Harvard.", {"mit"}),
        ("How good is Andrew Ng's course on Coursera?", "It is on Coursera.", {"andrew", "ng"}),
        ("How much in Canada, and in Kenya?", "Pay in India.", {"canada", "kenya"}),
        ("What of Java?", "Use Python.", {"java"}),
        ("What of Java?", "Use JavaScript.", {"java"}),
        ("What of JavaScript?", "Use Java.", {"javascript"}),
        ("What of Go?", "Keep going, gone, ago.", {"go"}),
        ("What of Go?", "See Goa.", {"go"}),
        ("What of R?", "Use Python or your RNN.", {"r"}),
        ("Is it R or Python?", "Use Python; are you near?", {"r"}),
        ("What of AWS?", "A wise student learns.", {"aws"}),
        ("What of AWS?", "Laws, and also what some do.", {"aws"}),
        ("What of AWS?", "Arrays, which store them, and wheels. Support.", {"aws"}),
        ("What of the US?", "Let us use some.", {"us"}),
        ("What of AWS?", "Arrays with stacks.", {"aws"}),
        ("What of the US?", "Use SQL, use statistics, or understand statistics.", {"us"}),
        ("What of the US?", "Status: focus, campus.", {"us"}),
        ("What of the UK?", "Ask Ukraine.", {"uk"}),
        ("What is ML?", "HTML is made lately.", {"ml"}),
        ("What of Databricks?", "Data, bricks and a database.", {"databricks"}),
        ("What of Microsoft?", "A micro service is soft.", {"microsoft"}),
        ("What of Indiana?", "Pay in India.", {"indiana"}),
        ("What of Canadian pay?", "Pay in India.", {"canadian"}),
        ("What of Romania?", "Roman or Oman.", {"romania"}),
        ("What of C++?", "Use C and R.", {"c++"}),
        ("Is NLP in it?", "Process natural language.", {"nlp"}),
        ("Is TF-IDF in it?", "TF is in it.", {"tf-idf"}),
        ("What in the UAE?", "Pay in India.", {"uae"}),
        ("How big was it in 2022?", "It was big in 2021 and in 2023.", {"2022"}),
        ("How big was it in 2022?", "It was big.", {"2022"}),
        ("In 2022, how big was it?", "It was big.", {"2022"}),
        ("How big was it in 2022 and in 2024?", "It was big in 2022.", {"2024"}),
        ("How big was it in the 1990s?", "It was big.", {"1990"}),
        ("What was paid in 2000?", "They earn ₹200000 or 12000.", {"2000"}),
        ("Was it big in Kenya in 2022?", "It was big.", {"kenya", "2022"}),
    ],
)
def test_a_name_that_no_passage_holds_is_missing(question: str, text: str, missing: set[str]) -> None:
    found = missing_names(question, [passage(text)])
    assert set(found) == missing
    assert len(found) == len(missing)


def test_a_name_may_stand_in_any_passage_in_a_heading_or_in_the_title() -> None:
    passages = [passage("One.", 1, path=("Kafka",)), passage("With Spark.", 2, title="Airflow")]
    assert missing_names("Are Kafka, Spark and Airflow used?", passages) == []
    assert missing_names("Are Kafka, Spark and Airflow used?", passages[:1]) != []


def lacks_figure(question: str, *told: tuple[str, float], path: tuple[str, ...] = ()) -> bool:
    """Return whether a figure is missing, with each source sentence a passage of its own, its fit beside it."""
    found = []
    for n, (text, fit) in enumerate(told, start=1):
        *_, span = spans(passage(text, n, path))
        found.append(Scored(span, fit, fit))
    return missing_figure(question, found)


@pytest.mark.parametrize(
    ("question", "without", "held"),
    [
        ("How many years does it take?", "It takes years.", "It takes 3 years."),
        ("How many years does it take?", "It takes long, 3 months.", "It takes three years."),
        ("How many questions are there?", "It has questions.", "It has 65 questions."),
        ("By how much did it grow?", "It grew a lot.", "It grew by 20%."),
        ("How much do salaries grow?", "They grow a lot.", "Salaries grow by 20%."),
        ("What share of firms use it?", "Firms use it.", "Of firms, 40% use it."),
        ("Which percentage of firms use it?", "Firms use it.", "40 percent of firms use it."),
        ("What salary do they earn?", "They earn well.", "They earn $9,000."),
        ("What is the median price?", "It is high.", "It is $90."),
        ("What are the salaries in India?", "They are high.", "They are $90."),
        ("What salaries can they expect?", "They are high.", "They are $90."),
        ("What’s the average salary of an engineer?", "It is high.", "It is $90."),
        ("What fraction of firms use it?", "Firms use it.", "A half of firms use it."),
        ("Which proportion of firms use it?", "Firms use it.", "Half of firms use it."),
        ("How often is it taught?", "It is taught often.", "It is taught twice a year."),
        ("How often is it taught?", "It is taught often.", "It is taught weekly."),
        ("At what rate does it grow?", "It grows fast.", "It grows by 36.2%."),
        ("How old is it?", "It is old.", "It is twenty years old."),
        ("How many years does it take?", "It takes years.", "It takes fifteen years."),
        ("How many tools are there?", "There are tools.", "There are a dozen tools."),
        ("How long does it take?", "It takes long.", "It takes two weeks."),
        ("How big is the market?", "It is big.", "It is 35.80 billion."),
        ("how HIGH is it?", "It is high.", "It is TEN metres."),
    ],
)
def test_a_quantity_needs_a_figure(question: str, without: str, held: str) -> None:
    assert lacks_figure(question, (without, 0.9))
    assert not lacks_figure(question, (held, 0.9))


@pytest.mark.parametrize(
    "question",
    [
        "Do engineers earn much?",
        "Why does it matter?",
        "How is it done?",
        "What are the steps?",
        "Who pays much?",
        "What is a learning rate?",
        "What is the learning rate?",
        "Which factors drive salary?",
        "Which columns share values?",
        "What affects salaries?",
        "What is the cost function of it?",
        "What should I know about the median?",
    ],
)
def test_what_asks_for_no_quantity_needs_no_figure(question: str) -> None:
    assert not lacks_figure(question, ("It is so.", 0.9))


def test_a_headings_number_or_a_lists_is_no_figure_but_what_a_heading_counts_is() -> None:
    assert lacks_figure("How many years does it take?", ("It takes years.", 0.9), path=("Step 3: Study",))
    assert not lacks_figure("How many years does it take?", ("It takes years.", 0.9), path=("Step 3: 4 years",))
    assert lacks_figure("How many years does it take?", ("3. It takes years.", 0.9))
    assert not lacks_figure("How many years does it take?", ("3. It takes 5 years.", 0.9))


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("How many exam questions does it have?", "It has 65 questions.", False),
        ("How many exam questions are there?", "The exam takes 180 minutes.", True),
        ("How many different questions are there?", "It has 65 questions.", False),
        ("How many different questions are there?", "It has 65 different tasks.", True),
        ("How many questions appear in it?", "It has 65 questions.", False),
        ("How many questions, roughly?", "It has 65 questions.", False),
        ("How many sales engineers are there?", "It has 65 engineers.", False),
        ("How many sales engineers are there?", "It has 65 sales.", True),
        ("How many people work there?", "There are 200 people.", False),
        ("How many people work there?", "They work 40 hours.", True),
        ("How many engineers work in India?", "In India, engineers earn ₹4,00,000 to ₹9,00,000.", True),
        ("How many are there?", "There are 9.", False),
        ("How many?", "There are 9.", False),
        ("How many?", "There are many.", True),
        ("How many percent of firms use it?", "Of firms, 40% use it.", False),
        ("How many per cent of firms use it?", "Of firms, 40% use it.", False),
        ("How many percent of firms use it?", "Many firms use it.", True),
    ],
)
def test_a_figure_needs_the_unit_that_is_counted(question: str, text: str, lacks: bool) -> None:
    assert lacks_figure(question, (text, 0.9)) is lacks


def test_what_is_counted_may_stand_in_the_heading() -> None:
    assert not lacks_figure("How many years does it take?", ("It takes 4.", 0.9), path=("Years of study",))


def test_only_the_likeliest_five_source_sentences_near_the_best_may_hold_the_figure() -> None:
    question = "How much does it cost?"
    vague, exact = "It costs money.", "It costs $300."
    assert not lacks_figure(question, (vague, 1.0), (exact, 0.85))
    assert lacks_figure(question, (vague, 1.0), (exact, 0.84))
    assert not lacks_figure(question, *[(vague, 1.0)] * 4, (exact, 1.0))
    assert lacks_figure(question, *[(vague, 1.0)] * 5, (exact, 1.0))


def test_a_figure_in_a_name_is_no_quantity() -> None:
    assert lacks_figure("What is the average pay?", ("The pay is higher than in tier-2 cities.", 1.0))
    assert not lacks_figure("What is the average pay?", ("The pay is 2-3 times higher.", 1.0))


def lacks_kind(question: str, *told: tuple[str, float], path: tuple[str, ...] = ()) -> bool:
    """Return whether the kind that was asked for is missing, with each source sentence a passage of its own."""
    found = []
    for n, (text, fit) in enumerate(told, start=1):
        *_, span = spans(passage(text, n, path))
        found.append(Scored(span, fit, fit))
    return missing_kind(question, found)


@pytest.mark.parametrize(
    ("question", "without", "held"),
    [
        ("When was Spark made?", "Spark was made long ago.", "Spark was made in 2014."),
        ("When did Spark begin?", "Spark began with 12 people.", "In 2009, Spark began."),
        ("When were they founded?", "They were founded for $2000.", "They were founded in the 1990s."),
        ("When were they founded?", "They have 2,010 people.", "They were founded in 2010, in India."),
        ("In which year was it written?", "It was written at 20155.", "It was written (2015)."),
        ("What year was it written?", "It was written by Kevin Murphy.", "It was written in 2015–16."),
        ("When was the book of 2012 printed again?", "The book of 2012 was printed.", "It was printed in 2014."),
    ],
)
def test_what_asks_for_a_year_needs_one(question: str, without: str, held: str) -> None:
    assert lacks_kind(question, (without, 0.9))
    assert not lacks_kind(question, (held, 0.9))


@pytest.mark.parametrize(
    ("question", "without", "held"),
    [
        ("Who wrote the book?", "It was written well.", "It was written by Kevin Murphy."),
        ("Who founded Kaggle?", "It is said that Kaggle was founded.", "On Kaggle: it was founded by Goldbloom."),
        ("Who is the author of the report?", "The report has an author.", "The report is by Gupta."),
        ("Who are the founders?", "They are two people.", "They are Gupta and Murphy."),
        ("Who was the CEO then?", "That was another person.", "That was Gupta."),
        ("Which company issues it?", "A company issues it.", "It is issued by Google."),
        ("What companies hire?", "Many companies hire.", "Firms such as Netflix hire."),
        ("In which country do they grow?", "They grow abroad.", "They grow in India."),
        ("In what city is it?", "It is in a city.", "It is in Bengaluru."),
        ("Which organisation or organization is it?", "It is a large one.", "It is Google."),
        ("Which universities teach it?", "Universities teach it.", "It is taught at Stanford."),
        ("Which state pays?", "A state pays.", "It is Kerala."),
    ],
)
def test_what_asks_for_a_name_needs_one_that_the_question_has_not(question: str, without: str, held: str) -> None:
    assert lacks_kind(question, (without, 0.9))
    assert not lacks_kind(question, (held, 0.9))


@pytest.mark.parametrize(
    "question",
    [
        "What do engineers earn?",
        "Are engineers earning well?",
        "What is the salary of an engineer?",
        "Do wages vary?",
        "What is the fee?",
        "Do prices vary?",
        "What is the cost of the course?",
        "Which role pays more?",
        "Which role is better paid?",
        "Which is the highest paying role?",
        "How much do engineers make?",
        "How much are engineers paid?",
        "How much does the course cost?",
    ],
)
@pytest.mark.parametrize(
    "held",
    [
        "It is ₹400,000.",
        "It is $ 90.",
        "They earn 9 a day.",
        "Salaries vary.",
        "The pay is good.",
        "They are paid well.",
        "Its price is high.",
        "It is free.",
        "It is 9 lakh.",
    ],
)
def test_what_asks_for_a_pay_needs_one(question: str, held: str) -> None:
    assert lacks_kind(question, ("It is good for 12 of them in India.", 0.9))
    assert not lacks_kind(question, (held, 0.9))


def test_a_pay_may_stand_in_the_heading_but_a_year_or_a_name_may_not() -> None:
    assert not lacks_kind("What do engineers earn?", ("It varies.", 0.9), path=("Salaries",))
    assert lacks_kind("When was it made?", ("It was made.", 0.9), path=("Since 2014",))
    assert lacks_kind("Who made it?", ("It was made.", 0.9), path=("Made by Gupta",))


@pytest.mark.parametrize(
    "question",
    [
        "When should I use R?",
        "When is it used?",
        "Who is Deepak Pathak?",
        "Who are data engineers?",
        "Who hires them?",
        "Which tools are used?",
        "What state-of-the-art methods are used?",
        "Which state of the art is meant?",
        "What accompanies it?",
        "What do they learn?",
        "What is the cost function?",
        "How do I earn the certificate?",
        "How do I earn a master's degree?",
        "How much maths do I need to make a model?",
        "How much does it grow?",
        "Why pay attention?",
    ],
)
def test_what_asks_for_no_year_name_or_pay_needs_none(question: str) -> None:
    assert not lacks_kind(question, ("It is so.", 0.9))


@pytest.mark.parametrize(
    ("question", "vague", "exact"),
    [
        ("When was it made?", "It was made.", "It was made in 2014."),
        ("Who made it?", "It was made.", "It was made by Gupta."),
        ("Which is better paid?", "One is better.", "One has a salary of $9."),
    ],
)
def test_only_the_likeliest_source_sentences_near_the_best_may_hold_the_kind(
    question: str, vague: str, exact: str
) -> None:
    assert not lacks_kind(question, (vague, 1.0), (exact, FIGURE_NEAR))
    assert lacks_kind(question, (vague, 1.0), (exact, FIGURE_NEAR - 0.01))
    assert not lacks_kind(question, *[(vague, 1.0)] * (LIKELIEST - 1), (exact, 1.0))
    assert lacks_kind(question, *[(vague, 1.0)] * LIKELIEST, (exact, 1.0))


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("What is the difference between AI and ML?", "AI is wider than machine learning.", False),
        ("What is the difference between AI and ML?", "ML engineers and data scientists differ.", True),
        ("What is the difference between a list and the tuple in Python?", "A tuple is a list that stays.", False),
        ("What are the differences between Java and Python?", "Python differs.", True),
        ("What is different?", "Nothing is.", False),
    ],
)
def test_both_sides_of_a_difference_must_be_spoken_of(question: str, text: str, missing: bool) -> None:
    *_, span = spans(passage(text))
    assert missing_side(question, [Scored(span, 1.0, 1.0)]) is missing


def test_missing_terms_are_the_questions_words_in_its_order_each_once() -> None:
    passages = [passage("Learn Spark.", 1, path=("Kafka",)), passage("They earn more.", 2)]
    question = "What do bridges, Kafka, spark, engineers, Bridges and tunnels earn, and how much?"
    assert missing_terms(question, passages) == ["bridges", "engineers", "tunnels"]
    assert missing_terms("What is it?", passages) == []
    assert missing_terms("What do engineers do?", []) == ["engineers"]


def test_a_plural_is_no_missing_term() -> None:
    assert missing_terms("Which bridges?", [passage("A bridge.")]) == []


def test_a_refusal_has_the_question_what_is_missing_and_three_topics_one_a_line() -> None:
    paths = [("Roles", "Pay"), (), ("Roles", "Pay"), ("Steps",), ("Books",)]
    passages = [passage("Learn it.", n, path, "Guide" if path else "Report") for n, path in enumerate(paths, start=1)]
    assert refusal("  How do submarines dive?\n", passages).split("\n") == [
        "The documents do not hold the answer to: How do submarines dive?",
        "Nothing found mentions: submarines, dive.",
        "Nearest topics that they do cover: Pay (Guide); Report; Steps (Guide).",
    ]


def test_a_refusal_leaves_out_what_it_has_nothing_of() -> None:
    assert refusal("What is learnt?", [passage("It is learnt.")]).split("\n") == [
        "The documents do not hold the answer to: What is learnt?",
        "Nearest topics that they do cover: Guide.",
    ]
    assert refusal("Why?", []) == "The documents do not hold the answer to: Why?"


@pytest.mark.parametrize("count", range(6))
def test_a_refusal_has_at_most_three_topics_the_nearest_first(count: int) -> None:
    passages = [passage("It.", n, (f"Topic{n}",)) for n in range(1, count + 1)]
    text = refusal("Why?", passages)
    assert [n for n in range(1, 6) if f"Topic{n} " in text] == list(range(1, min(count, 3) + 1))


def test_the_order_of_passages_does_not_change_what_is_missing() -> None:
    passages = [passage("Learn Spark.", 1), passage("Learn SQL.", 2), passage("Learn R.", 3)]
    question = "Are Kafka, Spark, SQL and Airflow learnt?"
    names = {tuple(sorted(missing_names(question, order))) for order in itertools.permutations(passages)}
    terms = {tuple(missing_terms(question, order)) for order in itertools.permutations(passages)}
    assert names == {("airflow", "kafka")}
    assert terms == {("kafka", "airflow", "learnt")}
