"""leads: what does not say what it is about stands under what leads it."""

from pathlib import Path

import pytest
from fakes import FakeEmbedder

from advisor.answer import leads
from advisor.answer.listing import Line
from advisor.answer.retrieve import Search
from advisor.answer.spans import Span, spans
from advisor.config import Config
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.corpus.sentences import PartKind
from advisor.index import store
from advisor.types import Chunk, Passage

LOOSE = """# Guide

## Duties of a data scientist

They are these.

- Working with experts
- **Reports:** Reports are written.

Tools that help:

- Git
- Databases:
  - Postgres
- Notebooks are for trials
  - Jupyter
  - Colab

## Path

1. The third step is to rest.

### Skills

- SQL
- Python

## Roles

Resources: two books.

Both roles matter. Knowing how to work with them helps. Engineers build.

The guide ends.

## Common misconceptions

### Models work by themselves

This is not so.

## Theory

Books that help:

- “Chess: A Guide” – Ann Ott
- “Maps” – Bo Bell
"""


def over(folder: Path, text: str, window: int) -> Search:
    (folder / "d.md").write_text(text)
    documents, embedder = read([folder]).documents, FakeEmbedder()
    chunks = [piece for each in documents for piece in chunk(each, embedder.count_tokens, window)]
    origin = store.Origin((str(folder),), "fingerprint")
    return Search(store.build(documents, chunks, embedder, folder / "index", origin), embedder, Config())


@pytest.fixture
def search(tmp_path: Path) -> Search:
    return over(tmp_path, LOOSE, 60)


@pytest.mark.parametrize(
    ("chosen", "lines"),
    [
        (["Working with experts"], [(0, "Duties of a data scientist:"), (1, "Working with experts")]),
        (["Reports: Reports are written."], [(0, "Reports: Reports are written.")]),
        (["Git"], [(0, "Tools that help (in part):"), (1, "Git")]),
        (["Jupyter"], [(0, "Notebooks are for trials"), (1, "Jupyter")]),
        (
            ["Git", "Databases:", "Notebooks are for trials"],
            [(0, "Tools that help:"), (1, "Git"), (1, "Databases:"), (1, "Notebooks are for trials")],
        ),
        (["Postgres"], [(0, "Databases:"), (1, "Postgres")]),
        (["The third step is to rest."], [(0, "Path:"), (1, "The third step is to rest.")]),
        (["Engineers build."], [(0, "Engineers build.")]),
        (["“Chess: A Guide” – Ann Ott"], [(0, "Books that help (in part):"), (1, "“Chess: A Guide” – Ann Ott")]),
        (["SQL"], [(0, "Path:"), (1, "Skills:"), (2, "SQL")]),
        (["Resources: two books."], [(0, "Roles:"), (1, "Resources: two books.")]),
        (
            ["This is not so."],
            [(0, "Common misconceptions:"), (1, "Models work by themselves:"), (2, "This is not so.")],
        ),
        (["The guide ends."], [(0, "Roles:"), (1, "The guide ends.")]),
        (["Both roles matter."], [(0, "Roles:"), (1, "Both roles matter.")]),
        (
            ["Both roles matter.", "Knowing how to work with them helps."],
            [(0, "Roles:"), (1, "Both roles matter."), (1, "Knowing how to work with them helps.")],
        ),
        (  # of the section that was led
            ["Both roles matter.", "Engineers build.", "The guide ends."],
            [(0, "Roles:"), (1, "Both roles matter."), (1, "Engineers build."), (1, "The guide ends.")],
        ),
        (["Engineers build.", "Git"], [(0, "Engineers build."), (0, "Tools that help (in part):"), (1, "Git")]),
        (  # a heading that was chosen itself is not told twice
            ["Roles", "Engineers build.", "The guide ends."],
            [(0, "Roles:"), (0, "Engineers build."), (0, "The guide ends.")],
        ),
        (
            ["Working with experts", "Git", "Engineers build."],
            [
                (0, "Duties of a data scientist:"),
                (1, "Working with experts"),
                (0, "Tools that help (in part):"),
                (1, "Git"),
                (0, "Engineers build."),
            ],
        ),
        ([], []),
    ],
)
def test_what_does_not_say_what_it_is_about_stands_under_what_leads_it(
    search: Search, chosen: list[str], lines: list[tuple[int, str]]
) -> None:
    passages = search.search("What are the duties, tools, path and roles?", 12)
    held = {span.text.replace("**", ""): span for passage in passages for span in spans(passage)}
    found = leads.under(search, passages, [held[text] for text in chosen])
    assert [(line.depth, line.text.replace("**", "")) for line in found] == lines
    assert [line.leads for line in found] == [line.span not in [held[text] for text in chosen] for line in found]


def test_a_whole_list_that_is_headed_with_no_more_than_what_it_lists_stands_under_the_heading_above(
    search: Search,
) -> None:
    passages = search.search("What are the duties, tools, path and roles?", 12)
    held = {span.text.replace("**", ""): span for passage in passages for span in spans(passage)}
    bare = [Line(held["Skills"]), Line(held["SQL"], 1), Line(held["Python"], 1)]
    found = leads.whole(search, passages, bare)
    assert [(line.depth, line.text, line.leads) for line in found] == [
        (0, "Path:", True),
        (1, "Skills", False),
        (2, "SQL", False),
        (2, "Python", False),
    ]
    named = [Line(held["Duties of a data scientist"]), Line(held["Working with experts"], 1)]
    assert leads.whole(search, passages, named) == named
    assert leads.whole(search, passages, []) == []


FIRST = "Basics: The first step is to count things, large and small, in rows and in columns, as long as it takes."
PLAY = "Play chess with people who play it better than you do, and write down what they did on every single move."
BOOKS = "Resources for this step: two books on counting, a third on chess, and whatever the library has beside these."
LAST = "Counting and chess together take a beginner some weeks, and a person who can already count takes a few days."


@pytest.mark.parametrize(
    ("chosen", "lines"),
    [
        ([PLAY], [(0, "Path:"), (1, FIRST), (2, PLAY)]),
        ([PLAY, BOOKS, LAST], [(0, "Path:"), (1, FIRST), (2, PLAY), (2, BOOKS), (2, LAST)]),
        ([PLAY, "Rest."], [(0, "Path:"), (1, FIRST), (2, PLAY), (1, "Rest.")]),
        ([FIRST, PLAY], [(0, "Path:"), (1, FIRST), (1, PLAY)]),
        ([FIRST, "Rest."], [(0, "Path:"), (1, FIRST), (1, "Rest.")]),
    ],
)
def test_a_later_sentence_of_an_item_stands_under_the_first(
    tmp_path: Path, chosen: list[str], lines: list[tuple[int, str]]
) -> None:
    item = " ".join((FIRST.replace("Basics:", "**Basics:**"), PLAY, BOOKS, LAST))
    search = over(tmp_path, f"# Guide\n\n## Path\n\n1. {item}\n2. Rest.\n", 200)
    passages = search.search("What is the path?", 9)
    held = {span.text.replace("**", ""): span for passage in passages for span in spans(passage)}
    found = leads.under(search, passages, [held[text] for text in chosen])
    assert [(line.depth, line.text.replace("**", "")) for line in found] == lines


def line(text: str, kind: PartKind = "item", depth: int = 0, leads: bool = False) -> Line:
    passage = Passage(1, Chunk("c", "d", (), 0, len(text) + 2, f"- {text}"), "T", "d.md", 1.0)
    return Line(Span(passage, 2, 2 + len(text), text, kind), depth, leads=leads)


@pytest.mark.parametrize(
    ("lines", "depths"),
    [
        ([line("Git: it keeps."), line("SQL: it asks.")], [1, 1]),
        ([line("So it is.", "sentence"), line("Git: it keeps."), line("SQL: it asks.")], [0, 1, 1]),
        ([line("Git: it keeps."), line("SQL: it asks."), line("So it is.", "sentence")], [1, 1, 0]),
        ([line("Git: it keeps."), line("So it is.", "sentence"), line("SQL: it asks.")], [0, 0, 0]),  # one is no list
        ([line("Git keeps."), line("SQL asks.")], [0, 0]),
        ([line("Tools: many.", "sentence"), line("Tips: few.", "sentence")], [0, 0]),
        # they would seem to be what another line leads
        ([line("Tools", "heading"), line("Git: it keeps."), line("SQL: it asks.")], [0, 0, 0]),
        ([line("Some are:", "sentence"), line("Git: it keeps."), line("SQL: it asks.")], [0, 0, 0]),
        (
            [
                line("Roles", "heading", leads=True),
                line("Testing", depth=1),
                line("Git: it keeps."),
                line("R: it plots."),
            ],
            [0, 1, 0, 0],
        ),
        ([], []),
    ],
)
def test_items_with_labels_stand_as_a_list_where_nothing_would_seem_to_lead_it(
    lines: list[Line], depths: list[int]
) -> None:
    found = leads.bulleted(lines)
    assert [one.depth for one in found] == depths
    assert [one.span for one in found] == [one.span for one in lines]
