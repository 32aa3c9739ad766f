"""The one configuration. A new field needs an eval row that shows that it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the one path from question to answer."""

    embedder: str = "minilm"  # catalogue name, hub id or local folder
    model: str = "smollm2-135m"  # catalogue name, hub id, folder, GGUF file or openai:URL#name
    prompt: str = "answer/v2"  # template and version
    dense_weight: float = 0.6  # share of the embedding score in the fused score, 0 to 1
    candidates: int = 1000  # hits taken from each retriever; what one leg leaves out counts as nothing in it
    passages: int = 6  # most passages in a prompt
    passage_tokens: int = 900  # most tokens of passages in a prompt, as the embedder counts: it needs no model loaded
    unbacked: Literal["drop", "mark"] = "drop"  # what becomes of a model's sentences that no source backs
    max_new_tokens: int = 256  # most tokens a generator may write
    temperature: float = 0.0  # 0 is greedy
    seed: int = 0  # of the sampler, used when temperature > 0
    time_limit: float = 60.0  # seconds a generation may take
    threads: int = 0  # CPU threads of the models; 0 leaves the library's choice
