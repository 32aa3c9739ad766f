"""The reader's network, and its weights on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

WIDTH = 128
HEADS = 4
LAYERS = 2
DROPPED = 0.3  # of the activations, while it is fitted


class Network(nn.Module):
    """Token vectors of a question and of source sentences to the log-odds that these answer it.

    Every token of the question is given what it most resembles among the sentences' tokens (attention by the cosine of
    projections that begin as the identity), as difference and product, with the best cosine. Two transformer decoder
    layers (Vaswani et al. 2017) let the question's tokens look at each other and at the sentences'; one value of each
    is summed by weights that the tokens have.

    :param dim: the length of a token's vector.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim
        self.asked, self.held = nn.Linear(dim, dim, bias=False), nn.Linear(dim, dim, bias=False)
        for one in (self.asked, self.held):
            nn.init.eye_(one.weight)
        self.sharpness = nn.Parameter(torch.tensor(12.0))
        self.likeness = nn.Parameter(torch.tensor(4.0))
        self.bias = nn.Parameter(torch.tensor(0.0))
        self.matched, self.read = nn.Linear(3 * dim + 2, WIDTH), nn.Linear(dim, WIDTH)
        layer = nn.TransformerDecoderLayer(WIDTH, HEADS, 2 * WIDTH, DROPPED, batch_first=True, norm_first=True)
        self.layers = nn.TransformerDecoder(layer, LAYERS)
        self.value, self.weight = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)
        self.drop = nn.Dropout(DROPPED)

    def forward(
        self, question: Tensor, texts: Tensor, asked: Tensor | None = None, held: Tensor | None = None
    ) -> Tensor:
        """Return `(b,)` log-odds.

        :param question: `(b, n, dim)`, `texts`: `(b, m, dim)`.
        :param asked: `(b, n)` bool, which rows of `question` are tokens; all of them if None. `held`: the same of
            `texts`.
        """
        asked = torch.ones(question.shape[:2], dtype=torch.bool) if asked is None else asked
        held = torch.ones(texts.shape[:2], dtype=torch.bool) if held is None else held
        cosines = nn.functional.normalize(self.asked(question), dim=-1) @ nn.functional.normalize(
            self.held(texts), dim=-1
        ).transpose(1, 2)
        cosines = cosines.masked_fill(~held[:, None], -9.0)
        best = cosines.max(-1, keepdim=True).values
        like = torch.softmax(self.sharpness * cosines, -1) @ texts
        parts = [self.drop(question), self.drop(question * like), self.drop(question - like), best, best**2]
        dropped = self.drop(torch.ones_like(texts[:, :1]))  # the same of all rows, which is far less work
        found = self.layers(
            self.matched(torch.cat(parts, -1)),
            self.read(texts * dropped),
            tgt_key_padding_mask=~asked,
            memory_key_padding_mask=~held,
        )
        weights = torch.softmax(self.weight(found).squeeze(-1).masked_fill(~asked, -9e9), -1)
        values = self.value(found).squeeze(-1) + self.likeness * best.squeeze(-1)
        return cast(Tensor, (weights * values).sum(-1) + self.bias)


def save(networks: Sequence[Network], embedder: str, path: Path) -> None:
    """Write the weights of networks, in float16, with the name of the embedder that they were fitted to."""
    told = {"embedder": embedder, "dim": json.dumps(networks[0].dim), "networks": json.dumps(len(networks))}
    weights = nn.ModuleList(networks).state_dict()
    save_file({name: one.detach().to(torch.float16).contiguous() for name, one in weights.items()}, path, told)


def load(path: Path) -> tuple[list[Network], str]:
    """Return the networks of a file, ready to be asked, and the name of the embedder that they were fitted to."""
    with safe_open(path, framework="pt") as file:
        told = file.metadata()
        weights = {name: file.get_tensor(name).to(torch.float32) for name in file.keys()}  # noqa: SIM118
    networks = nn.ModuleList(Network(int(told["dim"])) for _ in range(int(told["networks"])))
    networks.load_state_dict(weights)
    return [cast(Network, one) for one in networks.eval()], told["embedder"]
