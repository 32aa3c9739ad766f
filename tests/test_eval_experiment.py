"""experiment: systems over items become one report, the same however often the run was stopped and begun again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeEmbedder, Models
from test_answer_pipeline import ABSENT, EARNS, GIT, GUIDE, KEEPS, MAY, PAY, PLATFORMS, SHIPS

from advisor import paths
from advisor.errors import ItemError
from advisor.eval import controls, experiment, report
from advisor.eval.items import Behaviour, Figure, Item, Nugget, Quote
from advisor.eval.items import load as load_items
from advisor.eval.judging import METRICS
from advisor.eval.report import Report
from advisor.eval.systems import System
from advisor.models import embedders, generators

FIGURE = Nugget(figures=(Figure(value=900_000, unit="INR"),))
SYSTEMS = [System(name="first"), System(name="second", prompt="answer/v1")]


def says(*words: str, vital: bool = True) -> Nugget:
    return Nugget(vital=vital, says=tuple((word,) for word in words))


def item(
    name: str,
    question: str,
    *nuggets: Nugget,
    quotes: tuple[str, ...] = (),
    history: tuple[str, ...] = (),
    standalone: str = "",
    talk: str = "",
) -> Item:
    behaviour: Behaviour = "answer" if nuggets else "abstain"
    return Item(
        id=name,
        question=question,
        conversation=talk,
        history=history,
        standalone=standalone,
        behaviour=behaviour,
        nuggets=nuggets,
        must_not_say=("Canada",),
        evidence=(tuple(Quote(doc="guide", quote=quote) for quote in quotes),) if quotes else (),
        tags=("made up",),
        split="dev",
    )


ITEMS = [
    item("pay", PAY, FIGURE, says("Git", vital=False), quotes=(EARNS, MAY)),
    item("git", GIT, says("every version"), quotes=(KEEPS,), talk="talk"),
    item(
        "docker",
        "And Docker?",
        says("images"),
        quotes=(SHIPS,),
        history=(GIT,),
        standalone="What does Docker ship?",
        talk="talk",
    ),
    item("list", PLATFORMS, says("AWS"), says("GCP"), quotes=("- AWS",)),
    item("count", "How many versions does Git keep?", says("every version"), quotes=(KEEPS,)),
    item("untold", PAY, says("bananas"), quotes=(EARNS,)),
    item("absent", ABSENT),
    item("trap", "What does Git keep in a file?"),
]


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Models:
    found = Models(f"{EARNS} {KEEPS}", {"an/other": "Bananas are blue."})
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads: FakeEmbedder())
    monkeypatch.setattr(embedders, "identity", lambda spec: "fake")
    monkeypatch.setattr(generators, "load_generator", found)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "guide.md").write_text(GUIDE)
    return found


def ran(tmp_path: Path, systems: list[System] = SYSTEMS, items: list[Item] = ITEMS, **more: bool) -> Report:
    return experiment.run(
        systems, items, "made-up", [str(tmp_path / "notes")], tmp_path / "ix", lambda *step: None, **more
    )


def timeless(found: Report) -> Report:
    """Return a report without what a clock, a memory or a cache says."""
    cost = report.Cost(0.0, 0.0, 0.0, None, None, 0.0, {})
    items = tuple(
        replace(one, cells={name: replace(cell, seconds=0.0) for name, cell in one.cells.items()})
        for one in found.items
    )
    systems = tuple(replace(one, cost=cost) for one in found.systems)
    return replace(found, made="", seconds=0.0, answered=0, systems=systems, items=items)


def lost(found: Report, name: str = "first") -> dict[str, str | None]:
    return {one.id: one.cells[name].lost for one in found.items}


# What a report holds


def test_a_report_holds_every_item_and_system_and_the_controls_behind_them(models: Models, tmp_path: Path) -> None:
    found = ran(tmp_path)
    assert [one.name for one in found.systems] == ["first", "second", *controls.NAMES]
    assert [one.control for one in found.systems] == [False, False, True, True, True, True]
    assert [one.id for one in found.items] == [one.id for one in ITEMS]
    assert all(set(one.cells) == {system.name for system in found.systems} for one in found.items)
    assert (found.item_set, found.metrics) == ("made-up", METRICS)
    assert found.documents == "guide.md"
    assert found.seconds > 0
    shown = {name for one in found.items for cell in one.cells.values() for name in cell.passages}
    assert shown == set(found.chunks)
    assert found.systems[1].settings["prompt"] == "answer/v1"


def test_an_item_is_told_with_its_nuggets_and_where_its_evidence_is(models: Models, tmp_path: Path) -> None:
    pay, git, docker, *_ = ran(tmp_path, with_controls=False).items
    assert pay.nuggets == ("900,000 INR", "(okay) Git")
    assert [one.text for one in pay.gold] == [EARNS, MAY]
    assert [GUIDE[one.start : one.end] for one in pay.gold] == [EARNS, MAY]
    assert {one.doc_id for one in pay.gold} == {"guide"}
    assert (git.group, docker.group, pay.group) == ("talk", "talk", "pay")
    assert (docker.history, docker.standalone, docker.behaviour) == ((GIT,), "What does Docker ship?", "answer")
    assert (pay.tags, pay.difficulty, pay.split) == (("made up",), "medium", "dev")


def test_keys_are_told_as_evidence_without_a_place(models: Models, tmp_path: Path) -> None:
    one = ITEMS[1].model_copy(update={"evidence": (), "keys": (("Git", "version"), ("bananas",))})
    (told,) = ran(tmp_path, items=[one]).items
    assert told.gold == (report.Gold("", 0, 0, "Git … version"), report.Gold("", 0, 0, "bananas"))


def test_a_cell_is_the_answer_with_its_scores(models: Models, tmp_path: Path) -> None:
    found = ran(tmp_path)
    cell = found.items[0].cells["first"]
    assert (cell.kind, cell.rewritten, cell.lost) == ("answer", PAY, None)
    assert cell.text == f"{EARNS} [1] {MAY} [1]"
    assert [(one.text, one.cites, one.support) for one in cell.sentences] == [(EARNS, (1,), 1.0), (MAY, (1,), 1.0)]
    assert EARNS in found.chunks[cell.passages[0]].text
    assert (cell.scores["complete"], cell.scores["credit"], cell.scores["nuggets"]) == (1.0, 1.0, 0.5)
    refused = found.items[6].cells["first"]
    assert (refused.kind, refused.sentences, refused.scores["credit"]) == ("abstain", (), 1.0)


def test_what_was_lost_is_told_with_its_stage_unless_it_is_not_asked_for(models: Models, tmp_path: Path) -> None:
    found = ran(tmp_path, with_controls=False)
    assert lost(found) == {
        "pay": None,
        "git": None,
        "docker": "rewrite",
        "list": None,
        "count": "decision",
        "untold": "generation",
        "absent": None,
        "trap": "decision",
    }
    assert found.systems[0].lost == {"rewrite": 1, "decision": 2, "generation": 1}
    without = ran(tmp_path, with_controls=False, with_reasons=False)
    assert set(lost(without).values()) == {None}
    assert without.systems[0].lost == {}
    assert without.systems[0].means == found.systems[0].means


def test_means_are_of_the_cells(models: Models, tmp_path: Path) -> None:
    found = ran(tmp_path)
    for system in found.systems:
        for metric, mean in system.means.items():
            scores = [one.cells[system.name].scores[metric] for one in found.items if system.name in one.cells]
            told = [score for score in scores if score is not None]
            assert (mean.items, mean.mean) == (len(told), pytest.approx(sum(told) / len(told)))
    right = found.systems[0].means["right"]
    assert right.mean == pytest.approx(6 / 8)  # `count` is refused and `trap` is not


def test_the_report_is_read_back_as_it_was(models: Models, tmp_path: Path) -> None:
    found = ran(tmp_path)
    (tmp_path / "report.json").write_bytes(report.dumps(found))
    assert report.load(tmp_path / "report.json") == found


# Better, worse, and what cannot be told apart


TOWN = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "lambda", "kappa", "sigma")


def town(folder: Path, talks: int = 12) -> list[Item]:
    """Write a document in which what bakers earn is found second, below songs of it, and return items that ask for it.

    :param talks: the conversations that the items are parted into.
    """
    parts, asked = [], []
    for n, name in enumerate(TOWN):
        pay, song = (
            f"A {name} baker earns {n + 3}00 coins a month.",
            f"A {name} baker sings of what a {name} baker may earn.",
        )
        parts.append(f"\n## {name.title()} pay\n\n{pay}\n\n## {name.title()} songs\n\n{song}\n")
        coins = Nugget(figures=(Figure(value=(n + 3) * 100, unit="coin"),))
        asked.append(item(name, f"What does a {name} baker earn?", coins, quotes=(pay,), talk=f"talk{n % talks}"))
    (folder / "notes" / "guide.md").write_text("# Town\n" + "".join(parts))
    return asked


def test_a_system_that_is_worse_is_told_worse_and_one_that_is_the_same_is_not_told_better(
    models: Models, tmp_path: Path
) -> None:
    """With one passage there is only the song, which holds no figure: every item is refused."""
    systems = [System(name="first"), System(name="poor", passages=1), System(name="same")]
    found = ran(tmp_path, systems, town(tmp_path), with_controls=False)
    poor = {one.metric: one for one in found.compared if one.system == "poor"}
    assert {metric: one.kind for metric, one in poor.items() if metric in ("vital", "right", "credit", "shown")} == (
        dict.fromkeys(("vital", "right", "credit", "shown"), "worse")
    )
    assert (poor["right"].difference, poor["right"].items, poor["right"].beside) == (-1.0, 12, "first")
    assert poor["right"].p == pytest.approx(2 / 2**12 * len(found.compared))  # Holm's, of the least
    assert poor["mrr@10"].difference == 0.0  # which is not of what it was shown
    same = [one for one in found.compared if one.system == "same"]
    assert {(one.kind, one.difference) for one in same} == {("too few", 0.0)}  # 12 ties are no proof of sameness
    assert found.systems[1].lost == {"retrieval": 12}
    better = ran(tmp_path, [systems[1], systems[0]], town(tmp_path), with_controls=False)
    assert {one.metric for one in better.compared if one.kind == "better"} >= {"vital", "right", "credit", "shown"}


def test_items_of_a_few_conversations_are_too_few_however_many_they_are(models: Models, tmp_path: Path) -> None:
    systems = [System(name="first"), System(name="poor", passages=1)]
    found = ran(tmp_path, systems, town(tmp_path, talks=3), with_controls=False)
    right = next(one for one in found.compared if one.metric == "right")
    assert (right.kind, right.difference, right.items) == ("too few", -1.0, 12)


def test_a_control_s_name_is_no_system_s(models: Models, tmp_path: Path) -> None:
    for name in controls.NAMES:
        with pytest.raises(ItemError, match=f"the name of a control, {name}; rename it"):
            ran(tmp_path, [*SYSTEMS, System(name=name)])
    assert not (tmp_path / "ix").exists()


def test_no_flag_where_every_control_is_worse_than_the_system(models: Models, tmp_path: Path) -> None:
    absent = [item(f"absent{n}", f"Which {fruit} are yellow?") for n, fruit in enumerate(("bananas", "lemons"))]
    found = ran(tmp_path, [System(name="first", model="an/other")], [*town(tmp_path), *absent])
    credit = {one.name: one.means["credit"].mean for one in found.systems}
    assert credit == {
        "first": 1.0,
        controls.SHUFFLED: pytest.approx(-12 / 14),  # two of them get a refusal, which costs nothing
        controls.TOP: -1.0,
        controls.REFUSING: pytest.approx(2 / 14),
        controls.BARE: -1.0,
    }
    assert found.flags == ()
    assert found.systems[-1].means["grounded"].mean == 0.0


def test_the_controls_are_flagged_where_a_metric_cannot_tell_them_from_the_system(
    models: Models, tmp_path: Path
) -> None:
    same = [ITEMS[5], ITEMS[5].model_copy(update={"id": "again"})]  # never told: no answer is worse
    flags = ran(tmp_path, SYSTEMS[:1], same).flags
    assert f"vital: first has 0.000, no more than {controls.SHUFFLED!r} with 0.000" in flags
    assert any(flag.startswith("mrr@10: ") for flag in flags)
    assert not any(flag.startswith("right: ") for flag in flags)
    assert ran(tmp_path, SYSTEMS[:1], same, with_controls=False).flags == ()


# What is made, and what is not made again


def test_a_rerun_makes_nothing_and_says_the_same(models: Models, tmp_path: Path) -> None:
    first = ran(tmp_path)
    assert first.answered > len(SYSTEMS) * len(ITEMS)  # the lost ones were asked again, and the bare model
    asked, loaded = models.asked, len(models.given)
    again = ran(tmp_path)
    assert again.answered == 0
    assert (models.asked, len(models.given)) == (asked, loaded)
    assert replace(again, seconds=first.seconds, answered=first.answered) == first


@pytest.mark.parametrize("limit", [0, 1, 4, 7, 12])
def test_a_run_that_was_stopped_ends_with_the_same_report(limit: int, models: Models, tmp_path: Path) -> None:
    models.limit = limit
    with pytest.raises(KeyboardInterrupt):
        ran(tmp_path)
    models.limit = 10**6
    resumed = ran(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE", str(tmp_path / "fresh"))
        whole = ran(tmp_path)
    assert timeless(resumed) == timeless(whole)
    assert (resumed.answered < whole.answered) == (limit > 0)


def test_one_system_s_model_is_let_go_before_the_next_one_s_is_loaded(models: Models, tmp_path: Path) -> None:
    ran(tmp_path)
    assert models.held == [0, 0]


def test_a_new_item_costs_its_own_answers_alone(models: Models, tmp_path: Path) -> None:
    ran(tmp_path, with_controls=False)
    new = item("new", "Which container images does Docker ship?", says("images"), quotes=(SHIPS,))
    found = ran(tmp_path, items=[*ITEMS, new], with_controls=False)
    assert found.answered == len(SYSTEMS)


def test_progress_is_told_of_answering_and_of_judging(models: Models, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    experiment.run(
        SYSTEMS, ITEMS, "", [str(tmp_path / "notes")], tmp_path / "ix", lambda *step: steps.append(step), False
    )
    assert [step for step in steps if step[0] == "answering"] == [("answering", n, 16) for n in range(1, 17)]
    for system in SYSTEMS:
        told = [step[1:] for step in steps if step[0] == f"judging {system.name}"]
        assert told == [(n, 8) for n in range(1, 9)]


# With the packaged models


@pytest.mark.real
def test_the_packaged_models_over_shipped_items_twice(
    model_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the bundled documents, since to embed all of them takes up to a minute."""
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))  # without answers, but with the converted model
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "models").symlink_to(model_cache / "models")
    shipped = load_items(paths.data("eval") / "sets" / "core.jsonl")
    held = [
        one for one in shipped if {quote.doc for quotes in one.evidence for quote in quotes} == {"must-have-skills"}
    ]
    items = [*held[:4], *[one for one in shipped if one.behaviour == "abstain"][:2]]
    systems = [
        System(name=prompt, prompt=prompt, passages=3, max_new_tokens=24) for prompt in ("answer/v2", "answer/v1")
    ]
    corpus = [str(paths.data("corpus") / "must-have-skills.md")]
    first, second = (
        experiment.run(systems, items, "six", corpus, tmp_path / "ix", lambda *step: None) for _ in range(2)
    )
    assert len(items) == 6
    assert first.answered >= 12
    assert second.answered == 0
    assert [one.means for one in second.systems] == [one.means for one in first.systems]
    assert replace(second, seconds=first.seconds, answered=first.answered) == first
    assert all(one.means["grounded"].mean > 0.5 for one in first.systems[:2])
    assert any(one.cells["answer/v2"].sentences for one in first.items)
    assert {one.kind for one in first.compared} <= {"too few", "same"}  # six items prove nothing
