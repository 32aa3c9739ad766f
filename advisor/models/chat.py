"""A `Prompt` becomes token ids, through the model's own chat template.

Text of a person or of a document never becomes a control token: the spellings of such tokens are taken out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from advisor.errors import ModelError
from advisor.types import Prompt, Turn

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def encode(tokenizer: PreTrainedTokenizerBase, prompt: Prompt, name: str) -> list[int]:
    """Return the ids of a prompt, up to where the assistant's words begin.

    :raises ModelError: if the model has no chat template, or it refuses these messages.
    """
    from jinja2.exceptions import TemplateError

    if not tokenizer.chat_template:
        raise ModelError(f"{name} has no chat template, so it cannot be asked; choose another: advisor models")
    turns = [Turn(turn.role, _plain(tokenizer, turn.text)) for turn in prompt.messages]
    try:
        return _apply(tokenizer, turns)
    except TemplateError as fault:
        if not any(turn.role == "system" for turn in turns):
            raise ModelError(f"the chat template of {name} refuses prompt {prompt.name}: {fault}") from fault
    try:
        return _apply(tokenizer, fold_system(turns))
    except TemplateError as fault:
        raise ModelError(f"the chat template of {name} refuses prompt {prompt.name}: {fault}") from fault


def fold_system(turns: list[Turn]) -> list[Turn]:
    """Move the text of the system turns to the head of the first turn of the user."""
    system = [turn.text for turn in turns if turn.role == "system"]
    rest = [turn for turn in turns if turn.role != "system"]
    first = next((place for place, turn in enumerate(rest) if turn.role == "user"), None)
    if first is None:
        return [Turn("user", "\n\n".join(system)), *rest]
    rest[first] = Turn("user", "\n\n".join([*system, rest[first].text]))
    return rest


def _apply(tokenizer: PreTrainedTokenizerBase, turns: list[Turn]) -> list[int]:
    ids = tokenizer.apply_chat_template(
        [{"role": turn.role, "content": turn.text} for turn in turns],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=False,
        enable_thinking=False,  # Qwen3 and SmolLM3 would write for minutes; other templates ignore it
    )
    return cast("list[int]", ids)


def _plain(tokenizer: PreTrainedTokenizerBase, text: str) -> str:
    for token in tokenizer.all_special_tokens:
        text = text.replace(token, " ")  # a space, so that no new token forms of what is left
    return text
