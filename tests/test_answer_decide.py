"""decide: what the documents do not hold by name, figure or their own word is refused, and the refusal says so."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest

from advisor.answer.decide import (
    COSINE_SHARE,
    ENOUGH,
    THRESHOLD,
    VAGUE_NOTE,
    _enough,
    announced,
    confidence,
    is_vague,
    missing_names,
    missing_terms,
    reasons,
    refusal,
)
from advisor.answer.evidence import Scored
from advisor.answer.listing import Line
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
    assert sure("Do data engineers build pipelines?", passage(text), -0.1) < THRESHOLD
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
    assert confidence("Is it with Spark?", [one], scored(one, 0.9, 0.5)[:1], [], same) == 0.0
    assert confidence("Is it with Spark?", [one], scored(one, 0.9, 0.5), [], same) == blend(0.5, 1.0)


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


def test_a_missing_job_or_side_is_no_confidence() -> None:
    one = passage("Data engineers learn SQL and Python first.")
    assert sure("What do data engineers learn?", one, 0.9) > 0.9
    assert sure("What do software engineers learn?", one, 0.9) == 0.0
    assert sure("Any difference between SQL and Python?", one, 0.9) > THRESHOLD
    assert sure("Any difference between SQL and statistics?", one, 0.9) == 0.0


def test_a_job_must_stand_in_one_of_the_likeliest_source_sentences() -> None:
    one = passage("They build things. A bridge engineer knows steel.")
    assert sure("What does a bridge engineer know?", one, 0.9, 0.9) > THRESHOLD
    assert sure("What does a bridge engineer know?", one, 0.9, 0.5) == 0.0


def test_a_list_tells_how_many() -> None:
    one = passage("- Python is a skill that counts.")
    found = scored(one, 0.9)
    lines = [Line(each.span) for each in found]
    assert confidence("How many skills count?", [one], found, [], same) == 0.0
    assert confidence("How many skills count?", [one], found, lines, same) > THRESHOLD


PAY = "What are salaries by city?"
ANNOUNCED = "The table shows salaries by city."


def test_a_step_that_there_is_not_is_no_confidence() -> None:
    assert sure("What is step 3 of the path?", passage("Step 2 of the path: build."), 0.9) == 0.0
    assert sure("What is step 2 of the path?", passage("Step 2 of the path: build."), 0.9) > THRESHOLD


def test_what_is_only_announced_is_no_confidence() -> None:
    assert sure("What are salaries by city?", passage(ANNOUNCED), 0.9) == 0.0
    question, told = "Which salaries are paid by city?", "Salaries are paid by city."
    assert sure(question, passage(f"{ANNOUNCED} {told}"), 0.9, 0.5) == 0.0
    assert sure(question, passage(f"{ANNOUNCED} {told}"), 0.1, 0.5) == pytest.approx(blend(0.5, 1.0))


@pytest.mark.parametrize(
    ("gap", "told", "is_announced"),
    [(0.9, 0.5, True), (0.6, 0.6, True), (0.5, 0.6, True), (0.4, 0.6, False), (0.0, 0.6, False)],
)
def test_a_gap_beside_the_best_sentence_counts_from_a_share_of_its_score(
    gap: float, told: float, is_announced: bool
) -> None:
    assert announced(PAY, scored(passage(f"{ANNOUNCED} Pay varies."), gap, told), []) is is_announced


def test_a_gap_in_another_passage_counts_only_if_it_fits_as_well_as_the_best() -> None:
    told, gap = passage("Pay varies.", 1), passage(ANNOUNCED, 2)
    assert not announced(PAY, [*scored(told, 0.6), *scored(gap, 0.59)], [])
    assert announced(PAY, [*scored(gap, 0.6), *scored(told, 0.6)], [])


def test_a_list_that_another_passage_holds_is_no_announcement() -> None:
    told, gap = passage("- Pay varies.", 1), passage(ANNOUNCED, 2)
    found = [*scored(gap, 0.9), *scored(told, 0.6)]
    assert announced(PAY, found, [])
    assert announced(PAY, found, [Line(span) for span in spans(gap)])
    assert not announced(PAY, found, [Line(span) for span in spans(told)])


@pytest.mark.parametrize(
    ("question", "is_open"),
    [
        ("Why do salaries differ by city?", True),
        ("And why do salaries differ by city?", True),
        ("Ok, so why do salaries differ by city?", True),
        ("How do salaries differ by city?", True),
        ("How can I see salaries by city?", True),
        ("Is there a salary by city?", True),
        ("Do salaries differ by city?", True),
        ("Will salaries by city grow?", True),
        ("DOES pay differ by city?", True),
        ("Should I look at salaries by city?", True),
        ("I move to another city, so will my salary differ?", True),
        ("I live in Pune. Can I earn more in another city?", True),
        ("What are salaries by city?", False),
        ("Which salaries are paid by city?", False),
        ("How many cities have salaries?", False),
        ("How much is paid by city?", False),
        ("How are salaries by city?", False),
        ("How is pay by city?", False),
        ("Salaries by city?", False),
        ("And what are salaries by city?", False),
        ("List salaries, as they are, by city.", False),
        ("List salaries, are they by city.", False),
        ("Whyever salaries by city?", False),
    ],
)
def test_why_how_and_yes_or_no_ask_for_no_table(question: str, is_open: bool) -> None:
    found = scored(passage(f"{ANNOUNCED} Pay varies."), 0.9, 0.5)
    assert announced(question, found, []) is not is_open


def test_what_is_announced_beside_an_answer_to_why_is_no_doubt() -> None:
    one = passage(f"{ANNOUNCED} Salaries by city vary with the rent.")
    assert sure("Which salaries vary by city?", one, 0.9, 0.5) == 0.0
    assert sure("Why do salaries vary by city?", one, 0.9, 0.5) == pytest.approx(blend(0.5, 1.0))


@pytest.mark.parametrize(
    ("question", "vague"),
    [
        ("How long does it take?", True),
        ("What does it cost?", True),
        ("Is it hard?", True),
        ("Do recruiters respect it?", True),
        ("Which of these two?", True),
        ("What about this?", True),
        ("And the salary?", True),
        ("Is that enough to get a job at a large firm?", True),
        ("Can you go over that last bit again?", True),
        ("What did you mean by your second point?", True),
        ("Are those weekend contests for Python worth it?", False),
        ("Is that true that recruiters like Kaggle?", False),
        ("What is the last part of the roadmap?", False),
        ("Do recruiters at large firms like it?", False),  # more than a pronoun
        ("Is Python hard?", False),
        ("What does a data engineer do?", False),
        ("How long does Kaggle take?", False),
        ("Is data science worth it?", False),
        ("What are the steps?", False),
        ("How about a PhD?", False),
        ("", False),
        ("Will it help me to know SQL?", False),
        ("Does it lead to a job?", True),
        ("Is that worth it?", True),
        ("Is a bootcamp worth it?", False),
    ],
)
def test_a_question_is_vague_where_a_pronoun_is_its_heart(question: str, vague: bool) -> None:
    assert is_vague(question) is vague


def test_without_an_announcement_nothing_is_announced() -> None:
    assert not announced(PAY, scored(passage("Pay varies. It grows."), 0.9, 0.8), [])


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


def test_missing_terms_are_the_questions_words_in_its_order_each_once() -> None:
    passages = [passage("Learn Spark.", 1, path=("Kafka",)), passage("They earn more.", 2)]
    question = "What do bridges, Kafka, spark, engineers, Bridges and tunnels earn, and how much?"
    assert missing_terms(question, passages) == ["bridges", "engineers", "tunnels"]
    assert missing_terms("What is it?", passages) == []
    assert missing_terms("What do engineers do?", []) == ["engineers"]
    assert missing_terms("I've heard, and just want to use it: yes, since engineers?", []) == ["engineers"]


def test_a_plural_is_no_missing_term() -> None:
    assert missing_terms("Which bridges?", [passage("A bridge.")]) == []


def test_a_refusal_has_the_question_what_is_missing_and_what_can_be_asked_one_a_line() -> None:
    why = ["Nothing found mentions: submarines.", "What stands nearest to it does not tell a year."]
    offered = ["What do engineers earn?", "How long does it take?"]
    assert refusal("  When did submarines dive?\n", why, offered).split("\n") == [
        "The documents do not hold the answer to: When did submarines dive?",
        "Nothing found mentions: submarines.",
        "What stands nearest to it does not tell a year.",
        "Questions that they do answer:",
        "- What do engineers earn?",
        "- How long does it take?",
    ]


@pytest.mark.parametrize("why", [[], [VAGUE_NOTE]])
def test_a_refusal_without_offers_announces_none(why: list[str]) -> None:
    assert refusal("Why?", why, []).split("\n") == ["The documents do not hold the answer to: Why?", *why]


def test_a_refusal_with_nothing_missing_goes_on_to_the_offers() -> None:
    assert refusal("Why?", [], ["How?"]).split("\n")[1:] == ["Questions that they do answer:", "- How?"]


def why(question: str, one: Passage, *fits: float) -> list[str]:
    return reasons(question, [one], scored(one, *fits))


def test_the_reason_is_the_words_that_nothing_mentions() -> None:
    one = passage("Engineers build things.")
    assert why("Do engineers dive in submarines?", one, 0.9) == ["Nothing found mentions: dive, submarines."]
    assert why("Do engineers build things?", one, 0.9) == []


def test_a_word_that_another_passage_holds_is_not_said_to_be_nowhere() -> None:
    one = passage("Engineers build machine learning things.")
    why = reasons("Do ML engineers dive in submarines?", [one], scored(one, 0.9), {"dive"})
    assert why == ["Nothing found mentions: submarines.", "Mentioned elsewhere, but not with it: dive."]


def test_where_every_word_is_mentioned_the_reasons_are_the_kinds_that_are_missing() -> None:
    one = passage("Engineers are paid by the hour, and the best engineers are paid well.")
    assert why("How much are engineers paid?", one, 0.9) == ["What stands nearest to it does not tell a figure."]
    assert why("Which paid engineers have the best salary?", one, 0.9) == ["Nothing found mentions: salary."]
    assert why("When were engineers paid best?", one, 0.9) == ["What stands nearest to it does not tell a year."]
    assert why("Are engineers paid best?", one, 0.9) == []


def test_each_missing_kind_is_a_reason() -> None:
    one = passage("The exam takes long, as many do, and a certificate is easy to get.", title="Which")
    assert why("How many exam certificates take long, and when was the exam?", one, 0.9) == [
        "What stands nearest to it does not tell a figure.",
        "What stands nearest to it does not tell a year.",
    ]


def test_what_is_only_announced_or_a_heading_tells_no_kind() -> None:
    one = passage("The table shows 9 salaries. Salaries vary, and the table of salaries does too.", path=("Salary 9",))
    question = "How much do salaries vary in the table?"
    assert why(question, one, 0.9, 0.9, 0.9) == ["What stands nearest to it does not tell a figure."]
    only = passage("The table shows 9 salaries.")
    assert reasons("How much salaries does the table show?", [only], scored(only, 0.9)) == []


def test_nothing_found_leaves_every_word_unmentioned() -> None:
    assert reasons("What do engineers earn?", [], []) == ["Nothing found mentions: engineers, earn."]
    assert reasons("What is it?", [], []) == []


def test_what_is_missing_is_named_as_it_was_asked() -> None:
    assert reasons("What do they earn in Germany, in C++?", [], []) == ["Nothing found mentions: earn, Germany, C++."]


def test_the_order_of_passages_does_not_change_what_is_missing() -> None:
    passages = [passage("Learn Spark.", 1), passage("Learn SQL.", 2), passage("Learn R.", 3)]
    question = "Are Kafka, Spark, SQL and Airflow learnt?"
    names = {tuple(sorted(missing_names(question, order))) for order in itertools.permutations(passages)}
    terms = {tuple(missing_terms(question, order)) for order in itertools.permutations(passages)}
    assert names == {("airflow", "kafka")}
    assert terms == {("kafka", "airflow", "learnt")}


def read(one: Passage, odds: Sequence[float], fit: float = 0.4) -> list[Scored]:
    """Return a passage's source sentences, all of the same fit, each with the log-odds that it answers."""
    alike = scored(one, *[fit] * len(odds))
    return [replace(held, odds=(own,)) for held, own in zip(alike, odds, strict=True)]


def test_the_likeliest_source_sentence_counts_wherever_it_stands() -> None:
    one = passage("Fact one of three. Fact two of three. Fact three of three.")
    sure = {
        tuple(odds): confidence("Which fact?", [one], read(one, odds), [], same)
        for odds in ([3.0, -4.0, -4.0], [-4.0, -4.0, 3.0], [-4.0, -4.0, -4.0])
    }
    first, last, none = sure.values()
    assert first == last > THRESHOLD > none


def test_the_likeliest_of_each_reading_counts_and_of_these_the_mean() -> None:
    one = passage("Fact one of two. Fact two of two.")
    found = scored(one, 0.4, 0.4)

    def sure(*odds: tuple[float, ...]) -> float:
        held = [replace(each, odds=own) for each, own in zip(found, odds, strict=True)]
        return confidence("Which fact?", [one], held, [], same)

    assert sure((2.0, -4.0), (-4.0, 1.0)) == pytest.approx(sure((1.5,), (-4.0,)))


def test_what_is_read_outweighs_how_near_it_is() -> None:
    one = passage("Data engineers build pipelines.")
    asked = "Do data engineers build pipelines?"
    sure = [confidence(asked, [one], read(one, [odds]), [], same) for odds in (-4, 0, 4)]
    assert sure == sorted(sure)
    assert sure[0] < THRESHOLD < sure[2]
    assert all(0 < each < 1 for each in sure)


def test_with_a_reader_what_is_missing_speaks_against_an_answer_and_does_not_settle_it() -> None:
    one = passage("Data engineers build pipelines.")
    lacking, plain = "Do data engineers build pipelines in Peru?", "Do data engineers build pipelines here?"
    sure = [confidence(asked, [one], read(one, [2.0], 0.9), [], same) for asked in (lacking, plain)]
    assert 0 < sure[0] < sure[1]
    assert confidence(lacking, [one], scored(one, 0.9), [], same) == 0.0


def test_what_is_only_announced_is_no_answer_however_it_is_read() -> None:
    one = passage("This table shows the gender of engineers. They are many.")
    found = [replace(scored(one, 0.9, 0.1)[0]), *read(one, [9.0, 9.0], 0.1)[1:]]
    assert confidence("What is the gender of engineers?", [one], found, [], same) == 0.0
