"""claims: sentences that people held against texts to how well each measure parts the backed ones from the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor.answer import ground
from advisor.errors import ItemError
from advisor.eval import claims
from advisor.eval.items import load
from advisor.eval.statistics import kappa
from advisor.paths import data

WICE = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "wice"
READERS = ("supported", "partial", "unsupported", "empty")


def folder(place: Path, *rows: tuple[str, str, str]) -> Path:
    """Write claims with one text each in WiCE's format, and return their folder."""
    lines = [
        json.dumps({"label": label, "claim": claim, "evidence": [text], "meta": {"id": f"c{n}"}, "more": 1})
        for n, (label, claim, text) in enumerate(rows)
    ]
    (place / claims.FILES.format("test")).write_text("\n".join(lines), encoding="utf-8")
    return place


def test_the_sentences_that_ship_are_of_known_items_and_each_has_two_readers() -> None:
    found = claims.labelled()
    assert len(found) == 250
    assert {one.item for one in found} <= {item.id for item in load(data("eval") / "sets" / "core.jsonl")}
    assert all(len(one.readers) == 2 and set(one.readers) <= set(READERS) for one in found)
    assert len({one.sentence for one in found}) == len(found)


def test_a_label_is_the_stricter_of_its_readers() -> None:
    for one in claims.labelled():
        assert one.label == max(one.readers, key=READERS.index), one.id


def test_the_readers_agree() -> None:
    first, second = zip(*(one.readers for one in claims.labelled()), strict=True)
    assert kappa(first, second) > 0.9


def test_what_the_check_lets_into_an_answer_is_supported() -> None:
    let_in = claims.let_in(claims.labelled())
    assert len(let_in) >= 15
    assert {one.label for one in let_in} == {"supported"}


def test_more_is_let_in_than_copies() -> None:
    copies = [one for one in claims.let_in(claims.labelled()) if one.sentence in one.sources]
    assert 0 < len(copies) < len(claims.let_in(claims.labelled()))


def test_the_likelihood_parts_the_labelled_sentences_better_than_words_do() -> None:
    rows = {row.metric: row for row in claims.score(claims.own(), rounds=200)}
    assert list(rows) == ["words", "support", "likelihood"]
    assert all(row.answers == 250 and row.people == "supported" for row in rows.values())
    assert rows["likelihood"].auroc > rows["words"].auroc
    assert rows["likelihood"].auroc_low > 0.8


def test_a_claim_of_wice_is_supported_only_where_all_of_it_is(tmp_path: Path) -> None:
    rows = [("supported", "A cat sat.", "A cat sat."), ("partially_supported", "A cat ran.", "A cat sat.")]
    found = claims.wice(folder(tmp_path, *rows, ("not_supported", "Dogs bark.", "A cat sat.")))
    assert [one.supported for one in found] == [True, False, False]
    assert found[0] == claims.Claim("c0", "A cat sat.", ("A cat sat.",), supported=True)


def test_one_claim_may_stand_with_several_texts(tmp_path: Path) -> None:
    place = folder(tmp_path, ("supported", "A cat sat.", "A cat sat."))
    file = place / claims.FILES.format("test")
    file.write_text("\n".join([file.read_text(encoding="utf-8")] * 2), encoding="utf-8")
    assert [one.group for one in claims.wice(place)] == ["c0", "c0"]


@pytest.mark.parametrize("row", [("so so", "A cat.", "A cat."), ("supported", "A cat.", None)])
def test_a_line_that_is_no_claim_is_named(tmp_path: Path, row: tuple[str, str, str]) -> None:
    with pytest.raises(ItemError, match=r"line 2"):
        claims.wice(folder(tmp_path, ("supported", "A cat.", "A cat."), row))


def test_a_folder_without_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"cannot be read"):
        claims.wice(tmp_path)


def test_scores_are_of_the_measures_and_the_order_of_groups(tmp_path: Path) -> None:
    rows = [("supported", f"Cats sit on mat {n}.", f"Cats sit on mat {n}.") for n in range(6)]
    rows += [("not_supported", f"Dogs bark at night {n}.", "Cats sit.") for n in range(6)]
    found = list(claims.score(claims.wice(folder(tmp_path, *rows)), rounds=200))
    assert [row.auroc for row in found] == [1.0, 1.0, 1.0]
    with pytest.raises(ItemError):
        list(claims.score(claims.wice(folder(tmp_path, *rows[:6])), rounds=200))


@pytest.mark.skipif(not WICE.is_dir(), reason="WiCE does not lie beside this checkout")
def test_on_wice_the_likelihood_is_far_above_the_share_of_words() -> None:
    rows = {row.metric: row for row in claims.score(claims.wice(WICE), rounds=200)}
    assert rows["likelihood"].answers == 1070
    assert rows["likelihood"].auroc_low > 0.75
    assert rows["likelihood"].auroc > rows["support"].auroc > rows["words"].auroc


def test_let_in_asks_the_check_that_answers_go_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "backs", lambda source, sentence: False)
    assert claims.let_in(claims.labelled()) == []
