"""leads: what does not say what it is about stands under what leads it."""

from pathlib import Path

import pytest
from fakes import FakeEmbedder

from advisor.answer import leads
from advisor.answer.retrieve import Search
from advisor.answer.spans import spans
from advisor.config import Config
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.index import store

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

## Roles

Resources: two books.

Both roles matter. Knowing how to work with them helps. Engineers build.

The guide ends.

## Common misconceptions

### Models work by themselves

This is not so.
"""


@pytest.fixture
def search(tmp_path: Path) -> Search:
    (tmp_path / "d.md").write_text(LOOSE)
    documents, embedder = read([tmp_path]).documents, FakeEmbedder()
    chunks = [piece for each in documents for piece in chunk(each, embedder.count_tokens, 60)]
    origin = store.Origin((str(tmp_path),), "fingerprint")
    return Search(store.build(documents, chunks, embedder, tmp_path / "index", origin), embedder, Config())


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
