"""Template files to templates, and templates with their variables to a Prompt.

A template's body is parted into roles (`[system]`, `[user]`) before it is rendered, and what is filled in is never
itself rendered, so text from a document or a person can be neither an instruction to Jinja nor a role of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from advisor import paths
from advisor.errors import PromptError
from advisor.types import Prompt, Role, Turn

_FILE = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_ROLE = re.compile(r"^\[(system|user|assistant)\]$", re.MULTILINE)
_KEYS = {"task", "version", "date", "changed", "models"}
LOCK = "lock.json"


@dataclass(frozen=True, slots=True)
class Template:
    """One released version of a task's prompt. `parts` are (role, Jinja2 source) in order."""

    task: str
    version: int
    date: str
    changed: str
    models: str
    parts: tuple[tuple[Role, str], ...]
    sha256: str

    @property
    def name(self) -> str:
        """As it is asked for: `answer/v2`."""
        return f"{self.task}/v{self.version}"

    @property
    def variables(self) -> frozenset[str]:
        """The names of what the template is filled in with."""
        return frozenset().union(*(_variables(source) for _, source in self.parts))

    def render(self, **variables: object) -> Prompt:
        """Fill in the template.

        :raises PromptError: a variable that the template uses is missing; all missing ones are named.
        """
        messages = tuple(Turn(role, self._fill(source, variables)) for role, source in self.parts)
        return Prompt(messages, self.task, self.version)

    def _fill(self, source: str, variables: dict[str, object]) -> str:
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        missing = sorted(_variables(source) - set(variables))
        if missing:
            raise PromptError(f"{self.name} needs {', '.join(missing)}; given were {', '.join(sorted(variables))}")
        try:
            return environment.from_string(source).render(variables).strip()
        except TemplateError as error:
            raise PromptError(f"{self.name} cannot be rendered: {error}") from error


def _variables(source: str) -> set[str]:
    from jinja2 import meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return meta.find_undeclared_variables(ImmutableSandboxedEnvironment().parse(source))


def load(name: str, folder: Path | None = None) -> Template:
    """Return the template called `task/vN`, or the newest version of `task`.

    :raises PromptError: there is none of that name, or its file is malformed.
    """
    known = {template.name: template for template in all_templates(folder)}
    if name in known:
        return known[name]
    versions = [template for template in known.values() if template.task == name]
    if not versions:
        raise PromptError(
            f"there is no prompt {name!r}; there are {', '.join(sorted(known))}; see: advisor prompts list"
        )
    return max(versions, key=lambda template: template.version)


def all_templates(folder: Path | None = None) -> list[Template]:
    """Return every template under `folder` (the shipped prompts if none), by task and version."""
    root = folder or paths.data("prompts")
    templates = [_parse(path) for path in root.glob("*/v*.md")]
    return sorted(templates, key=lambda template: (template.task, template.version))


def source(name: str, folder: Path | None = None) -> str:
    """Return the file of the template called `name`, word for word."""
    template = load(name, folder)
    path = (folder or paths.data("prompts")) / f"{template.name}.md"
    return path.read_text(encoding="utf-8")


def locked(folder: Path | None = None) -> dict[str, str]:
    """Return the SHA-256 of each released template by name, as the lock file has it."""
    lock = (folder or paths.data("prompts")) / LOCK
    held: dict[str, str] = json.loads(lock.read_text(encoding="utf-8"))
    return held


def _parse(path: Path) -> Template:
    raw = path.read_text(encoding="utf-8")
    found = _FILE.match(raw)
    if not found:
        raise PromptError(f"{path} has no front matter between two lines of `---`")
    try:
        front = yaml.safe_load(found["front"])
    except yaml.YAMLError as error:
        raise PromptError(f"{path} has front matter that is not YAML: {error}") from error
    if set(front) != _KEYS:
        raise PromptError(f"{path} must have exactly the keys {', '.join(sorted(_KEYS))}")
    if (path.parent.name, path.stem) != (front["task"], f"v{front['version']}"):
        raise PromptError(f"{path} says it is {front['task']}/v{front['version']}; its place and that must agree")
    return Template(
        task=front["task"],
        version=front["version"],
        date=str(front["date"]),
        changed=front["changed"],
        models=front["models"],
        parts=_parts(path, found["body"]),
        sha256=hashlib.sha256(raw.encode()).hexdigest(),
    )


def _parts(path: Path, body: str) -> tuple[tuple[Role, str], ...]:
    pieces = _ROLE.split(body)
    if len(pieces) < 3 or pieces[0].strip():
        raise PromptError(f"{path} must begin with a line [system] or [user]")
    roles: dict[str, Role] = {"system": "system", "user": "user", "assistant": "assistant"}
    return tuple((roles[role], text) for role, text in zip(pieces[1::2], pieces[2::2], strict=True))
