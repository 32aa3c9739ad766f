"""rivals: which level, role, degree or step a text means, when two texts mean others, and how one replaces another."""

import itertools

import pytest

from advisor.answer.rivals import conflict, meant, mentions, replace_rivals


@pytest.mark.parametrize(
    ("text", "name", "terms"),
    [
        ("entry-level pay", "level", {"entry"}),
        ("Entry level or Junior, for freshers and a beginner", "level", {"entry"}),
        ("mid-level", "level", {"mid"}),
        ("a middle level or intermediate one", "level", {"mid"}),
        ("SENIOR-level", "level", {"senior"}),
        ("from entry-level to senior", "level", {"entry", "senior"}),
        ("supervised learning", "learning", {"supervised"}),
        ("Unsupervised learning", "learning", {"unsupervised"}),
        ("semi-supervised or semisupervised", "learning", {"semi-supervised"}),
        ("supervised and reinforcement learning", "learning", {"supervised", "reinforcement"}),
        ("a bachelor's degree", "degree", {"bachelor"}),
        ("Bachelor of Science", "degree", {"bachelor"}),
        ("a master’s or a Ph.D.", "degree", {"master", "phd"}),
        ("a PhD or doctorate", "degree", {"phd"}),
        ("Machine Learning Engineers", "role", {"ml engineer"}),
        ("ML engineering", "role", {"ml engineer"}),
        ("a data scientist and software engineers", "role", {"data scientist", "software engineer"}),
        ("Step 3, stage 12 and PART 4", "numbered", {"step 3", "step 12", "part 4"}),
        ("The Third step, the first of the six stages", "numbered", {"step 3", "step 1"}),
        ("the 2nd phase, the 11th step", "numbered", {"step 2", "step 11"}),
        ("the second next step, the first of the four next steps", "numbered", {"next step 2", "next step 1"}),
    ],
)
def test_a_term_is_found_in_its_forms(text: str, name: str, terms: set[str]) -> None:
    assert mentions(text) == {name: frozenset(terms)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "an engineer of data",
        "the seniority of it",
        "master the basics, as a master of it",
        "learning machine engineering",
        "software engineered for scientists",
        "steps 3, stepping 4, 5 parts, partial 6",
        "the first language, the second of all, a third of the people step up, first-step",
        "high-level, low level and level",
        "unsupervisedly",
    ],
)
def test_what_is_no_such_term_is_not_found(text: str) -> None:
    assert mentions(text) == {}


def test_classes_are_found_beside_each_other() -> None:
    found = mentions("In step 2, does a senior data scientist with a PhD use reinforcement learning?")
    assert {name: set(terms) for name, terms in found.items()} == {
        "level": {"senior"},
        "learning": {"reinforcement"},
        "degree": {"phd"},
        "role": {"data scientist"},
        "numbered": {"step 2"},
    }


GROUPS = [
    ("entry-level", "mid-level", "senior"),
    ("supervised", "unsupervised", "semi-supervised", "reinforcement"),
    ("bachelor's", "master's", "PhD"),
    ("machine learning engineer", "data scientist", "software engineer"),
    ("step 1", "step 2", "part 1", "step 11"),
]
PAIRS = [pair for group in GROUPS for pair in itertools.permutations(group, 2)]


def test_what_a_thing_is_asked_or_supposed_to_be_is_not_meant() -> None:
    for question in ("Is K-means supervised?", "Since K-means is supervised, which labels has it?"):
        assert meant(question) == {}
    assert meant("What is supervised learning?") == {"learning": frozenset({"supervised"})}
    assert meant("Is a senior engineer well paid?") == {"level": frozenset({"senior"})}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_another_term_of_the_class_is_a_conflict(one: str, other: str) -> None:
    asked, told = mentions(f"What of the {one}?"), mentions(f"The {other} is so.")
    assert conflict(asked, told)
    assert not conflict(asked, asked)
    assert not conflict(asked, mentions(f"The {other} and the {one} are so."))
    assert not conflict(mentions(f"Is it {one} or {other}?"), told)


@pytest.mark.parametrize(
    ("asked", "told", "conflicts"),
    [
        ("What is step 3?", "The third step is to read.", False),
        ("What is the third step?", "Step 3: Read", False),
        ("What is the third step?", "The fourth step is to write.", True),
        ("What is the third step?", "The third next step is to write.", True),
        ("What is the third of the next steps?", "The third next step is to write.", False),
    ],
)
def test_a_step_is_the_same_by_its_figure_and_by_its_ordinal(asked: str, told: str, conflicts: bool) -> None:
    assert conflict(mentions(asked), mentions(told)) == conflicts


@pytest.mark.parametrize("one", [term for group in GROUPS for term in group])
def test_what_mentions_none_of_a_class_is_no_conflict(one: str) -> None:
    assert not conflict(mentions(f"What of the {one}?"), mentions("It is so."))
    assert not conflict(mentions("What of it?"), mentions(f"The {one} is so."))


def test_terms_of_other_classes_are_no_conflict_and_one_class_is_enough() -> None:
    assert not conflict(mentions("a senior one"), mentions("a data scientist"))
    assert conflict(mentions("a senior data scientist"), mentions("a mid-level data scientist"))


@pytest.mark.parametrize(("one", "other"), [pair for pair in PAIRS if "-" not in pair[0] and "uns" not in pair[0]])
def test_a_rival_takes_the_place_of_the_one_before(one: str, other: str) -> None:
    assert replace_rivals(f"What of the {one} in it?", f"and the {other}?") == (f"What of the {other} in it?", True)


@pytest.mark.parametrize(
    ("before", "core", "after"),
    [
        ("What does a Senior engineer earn?", "for freshers", "What does a freshers engineer earn?"),
        ("Is step 3 harder than step 4?", "stage 9?", "Is stage 9 harder than stage 9?"),
        (
            "What does a mid-level data scientist earn?",
            "a senior ML engineer?",
            "What does a senior ML engineer earn?",
        ),
        ("Is semi-supervised learning used?", "unsupervised", "Is unsupervised learning used?"),
    ],
)
def test_every_rival_is_replaced_in_every_class(before: str, core: str, after: str) -> None:
    assert replace_rivals(before, core) == (after, True)


@pytest.mark.parametrize(
    ("before", "core"),
    [
        ("What does an engineer earn?", "for senior ones?"),
        ("What does a senior engineer earn?", "and in India?"),
        ("What does a senior engineer earn?", "with a PhD?"),
        ("", "step 4"),
        ("step 4", ""),
    ],
)
def test_without_a_rival_in_both_nothing_is_replaced(before: str, core: str) -> None:
    assert replace_rivals(before, core) == (before, False)
