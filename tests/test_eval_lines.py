"""lines: a file of JSON lines gives its objects in order, and whatever is wrong is named with its line."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, model_validator

from advisor.errors import ItemError
from advisor.eval import lines


class Part(BaseModel):
    """What an object below holds."""

    size: int


class Thing(BaseModel):
    """An object that any other model of the program may stand for."""

    model_config = ConfigDict(extra="forbid")

    name: str
    parts: tuple[Part, ...] = ()

    @model_validator(mode="after")
    def _not_bad(self) -> "Thing":
        if self.name == "bad":
            raise ValueError("it is bad")
        return self


def write(folder: Path, *rows: object) -> Path:
    path = folder / "things.jsonl"
    texts = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def load(path: Path) -> list[Thing]:
    return lines.load(path, Thing, lambda thing: thing.name)


def test_objects_come_in_their_order(tmp_path: Path) -> None:
    path = write(tmp_path, {"name": "b"}, "", {"name": "a", "parts": [{"size": 3}]}, "   ", {"name": "c"})
    assert load(path) == [Thing(name="b"), Thing(name="a", parts=(Part(size=3),)), Thing(name="c")]


def test_a_file_of_blank_lines_holds_nothing(tmp_path: Path) -> None:
    assert load(write(tmp_path)) == load(write(tmp_path, "", " \t")) == []


def test_lines_are_numbered_as_in_an_editor(tmp_path: Path) -> None:
    assert list(lines.numbered(write(tmp_path, "a", "", "\t", "b", ""))) == [(1, "a"), (4, "b")]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, sign: str) -> None:
    """JSON allows the first three inside a string; the rest are refused, as one line."""
    assert len(f"a{sign}b".splitlines()) == 2
    assert list(lines.numbered(write(tmp_path, f"a{sign}b", "c"))) == [(1, f"a{sign}b"), (2, "c")]
    if ord(sign) > 0x1F:
        assert load(write(tmp_path, {"name": f"a{sign}b"}))[0].name == f"a{sign}b"


def test_a_byte_order_mark_and_line_ends_of_windows_are_no_part_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "things.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"name": "a"}\r\n\r\n{"name": "b"}\r\n')
    assert [thing.name for thing in load(path)] == ["a", "b"]


WRONG = {
    "no JSON": ("{", "object: Invalid JSON: "),
    "two objects": ('{"name": "a"} {"name": "b"}', "object: Invalid JSON: trailing characters"),
    "a list": ("[]", "object: Input should be an object"),
    "null": ("null", "object: Input should be an object"),
    "nothing in it": ({}, "name: Field required"),
    "another type": ({"name": 7}, "name: Input should be a valid string"),
    "too much": ({"name": "a", "colour": "red"}, "colour: Extra inputs are not permitted"),
    "deep down": ({"name": "a", "parts": [{"size": 1}, {"size": "wide"}]}, "parts.1.size: Input should be a valid int"),
    "as a whole": ({"name": "bad"}, "object: Value error, it is bad"),
}


@pytest.mark.parametrize(("wrong", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_named_with_its_field(tmp_path: Path, wrong: object, reason: str) -> None:
    path = write(tmp_path, {"name": "one"}, "", wrong, {"name": "last"})
    with pytest.raises(ItemError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}, line 3: {reason}")
    assert "\n" not in str(caught.value)


def test_every_fault_of_a_line_is_named_and_of_the_first_such_line_alone(tmp_path: Path) -> None:
    path = write(tmp_path, {"parts": [{}], "size": 1}, "{")
    with pytest.raises(ItemError, match=r"line 1: name: .*; parts\.0\.size: .*; size: [^;]*$"):
        load(path)


def test_a_name_that_stands_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "", {"name": "a"}, {"name": "b"}, {"name": "a"}, "{")
    with pytest.raises(ItemError) as caught:
        load(path)
    assert str(caught.value) == f"{path}, line 4: the id 'a' stands in line 2; rename one"


def test_the_caller_says_what_may_not_stand_twice(tmp_path: Path) -> None:
    path = write(tmp_path, {"name": "a"}, {"name": "a", "parts": [{"size": 1}]})
    assert len(lines.load(path, Thing, lambda thing: str(len(thing.parts)))) == 2


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"none\.jsonl cannot be read: .*No such file"):
        load(tmp_path / "none.jsonl")
    with pytest.raises(ItemError, match=r"cannot be read: .*Is a directory"):
        load(tmp_path)
    (tmp_path / "latin.jsonl").write_bytes(b'{"name": "caf\xe9"}')
    with pytest.raises(ItemError, match=r"latin\.jsonl cannot be read: .*utf-8"):
        load(tmp_path / "latin.jsonl")
