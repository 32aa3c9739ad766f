"""The whole server: the page, the API beside it, one line for both, and a model that loads while one still types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from advisor.library import Stacks, Start
from advisor.models import catalogue
from advisor.open import Switch
from advisor.prompts import library as prompts
from advisor.serve import completions, server
from advisor.serve.line import Line
from advisor.serve.people import Door, caller, people
from advisor.ui import app, choices
from advisor.ui.bench import Bench
from advisor.ui.talk import Desk


def open_house(
    switch: Switch,
    stacks: Stacks,
    begun: Start,
    host: str,
    port: int,
    share: bool,
    auth: Path | None,
    note: Callable[[str], None],
) -> None:
    """Serve the chat and the API until they are interrupted.

    :param auth: a file of names and passwords; without it everybody who reaches the server may ask.
    :raises AdvisorError: the file cannot be read, or the port is taken.
    """
    door = Door(people(auth)) if auth else None
    config, line = switch.config, Line()
    rows = catalogue.rows("generator")
    models = list(dict.fromkeys([config.model, *(row.name for row in rows if row.ready == "yes")]))
    names = [template.name for template in prompts.all_templates() if template.task == "answer"]
    pairs = [(model, prompt) for model in models for prompt in sorted(names, key=lambda one: one != config.prompt)]
    offered = choices.Offered(models, names, config.model, config.prompt, choices.costs(rows))
    bench = Bench(begun.corpus, begun.index, config.embedder)
    page = app.build(Desk(switch, line), offered, bench, stacks, switch.shelf, is_shared=door is not None)
    router = completions.router(switch, lambda: pairs, line, caller(door))
    switch.shelf.start(config.model)
    note(f"the chat is at http://{host}:{port}")
    server.serve(page, router, host, port, share, door, line.close, **app.looks())
