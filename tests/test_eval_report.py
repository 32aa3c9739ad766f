"""report: what a run found, kept as JSON and read again, is what it was; what is no report is told as such."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.errors import ItemError
from advisor.eval import report
from advisor.eval.report import (
    Abstention,
    Asked,
    Cell,
    Chunk,
    Compared,
    Cost,
    Gold,
    Mean,
    Measure,
    Report,
    Said,
    System,
)

ODD = "₹9,00,000 </script> | *b*\u2028\x0c \u0000 🤖 é"


def system(name: str, control: bool = False) -> System:
    cost = Cost(1 / 3, 12.5, 0.1 + 0.2, None, None, 900.0, {"retrieve": (1e-9, 0.06), "ground": (0.0, 0.0)})
    means = {"vital": Mean(2 / 3, 0.1, 1.0, 3), "right": Mean(1.0, 1.0, 1.0, 4)}
    return System(
        name, {"prompt": "answer/v2"}, control, means, cost, Abstention(0.5, 1.0, 2 / 3, None, 0.0), {"decision": 2}
    )


def sample() -> Report:
    """Return a report in which every field holds something, or what it may hold in its place."""
    said = (Said(ODD, (1, 2), 1.0), Said("No source.", (), 0.0))
    full = Cell("answer", "what?", ODD, said, ("c2", "c1"), {"vital": 1 / 3, "right": None}, 1.5, 0.4, "grounding")
    none = Cell("abstain", "", "", (), (), {}, 0.0, 0.0)
    first = Asked(
        id="pay",
        group="talk",
        question=ODD,
        history=("And before?", ""),
        standalone="What pay?",
        behaviour="answer",
        nuggets=("30", "(okay) five years"),
        gold=(Gold("guide", 3, 9, "six of"), Gold("", 0, 0, "thirty … coins")),
        tags=("figure",),
        difficulty="hard",
        split="dev",
        cells={"default": full, "always refusing": none},
    )
    second = replace(first, id="none", history=(), standalone="", gold=(), nuggets=(), tags=(), cells={"default": none})
    verdict = Compared("other", "default", "vital", 3, "too few", -0.1, -0.3, 0.1, 0.75, "too few items to tell")
    return Report(
        made="2026-11-21",
        version="1.2",
        item_set="core.jsonl, dev 2",
        documents="guide.md",
        seconds=61.25,
        answered=7,
        metrics=(Measure("vital", "told", headline=True), Measure("right", "rightly")),
        systems=(system("default"), system("other"), system("always refusing", control=True)),
        compared=(verdict,),
        flags=("vital: no more than",),
        chunks={"c1": Chunk("Guide", ("Pay", "Seniors"), "guide", 3, ODD), "c2": Chunk("Guide", (), "guide", 0, "")},
        items=(first, second),
        notes=("a note",),
    )


def kept(found: Report, folder: Path) -> Report:
    path = folder / "report.json"
    path.write_bytes(report.dumps(found))
    return report.load(path)


def test_a_report_read_back_is_what_was_written(tmp_path: Path) -> None:
    assert kept(sample(), tmp_path) == sample()
    empty = replace(sample(), systems=(), compared=(), flags=(), chunks={}, items=(), notes=(), metrics=())
    assert kept(empty, tmp_path) == empty


def test_read_back_its_lists_are_tuples_and_may_be_written_again(tmp_path: Path) -> None:
    again = kept(kept(sample(), tmp_path), tmp_path)
    assert again == sample()
    assert hash(again.items[0].gold) == hash(sample().items[0].gold)
    assert report.dumps(again) == report.dumps(sample())


def test_it_is_plain_json_with_the_names_of_the_fields() -> None:
    found = json.loads(report.dumps(sample()))
    assert found["items"][0]["cells"]["default"]["scores"] == {"vital": 1 / 3, "right": None}
    assert found["items"][0]["question"] == ODD
    assert found["systems"][0]["cost"]["stages"]["retrieve"] == [1e-9, 0.06]
    assert found["compared"][0]["kind"] == "too few"
    assert found["chunks"]["c1"]["headings"] == ["Pay", "Seniors"]


def test_a_report_of_before_there_were_notes_is_read(tmp_path: Path) -> None:
    found = json.loads(report.dumps(sample()))
    del found["notes"]
    path = tmp_path / "old.json"
    path.write_text(json.dumps(found))
    assert report.load(path) == replace(sample(), notes=())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "EOF"),
        (b"{}", "made: Field required"),
        (b"[1]", "Input should be an object"),
        (b"\xff\xfe", "Invalid JSON"),
        (report.dumps(sample())[:-30], "EOF"),
        (report.dumps(sample()).replace(b'"answered":7', b'"answered":"many"'), "answered: .*valid integer"),
        (report.dumps(sample()).replace(b'"support":1.0', b'"support":null'), r"items\.0\.cells\.default\.sentences"),
    ],
)
def test_what_is_no_report_is_told_with_its_place(text: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text)
    with pytest.raises(ItemError, match=rf"bad\.json holds no report \(.*{told}"):
        report.load(path)


@pytest.mark.parametrize("name", ["none.json", "."])
def test_what_cannot_be_read_is_told_with_the_command_that_makes_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"cannot be read: .*; make it with: advisor eval run"):
        report.load(tmp_path / name)


def test_an_object_for_each_system_tells_its_means_and_all_else_but_the_items() -> None:
    found = sample()
    first, _, last = report.objects(found)
    assert (first["system"], last["system"]) == ("default", "always refusing")
    assert first["items"] == 2
    assert first["metrics"] == {"vital": 2 / 3, "right": 1.0}
    assert (first["control"], last["control"], first["lost"]) == (False, True, {"decision": 2})
    again = json.loads(json.dumps(first))
    assert again["means"]["vital"] == {"mean": 2 / 3, "low": 0.1, "high": 1.0, "items": 3}
    assert again["abstention"]["auroc"] is None
    assert again["cost"]["p95_s"] == 12.5
