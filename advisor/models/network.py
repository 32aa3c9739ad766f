"""The reader's networks, and their weights on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

WIDTH = 128
HEADS = 4
LAYERS = 2
DROPPED = 0.3  # of the activations, while it is fitted
UPPER = 3  # layers of the embedder, above its middle one
FORGOTTEN = 0.1  # of each token's vector, while a cross-encoder is fitted


class Network(nn.Module):
    """The vectors that an embedder has of the tokens of a question and of a text, in its middle layer and in its last,
    to the log-odds that the text answers the question.

    `forward(question, text, asked, held)` returns `(b,)` log-odds of `(b, n, dim)` and `(b, m, dim)`. `asked`, `(b, n)`
    bool, and `held`, `(b, m)` bool, say which rows of these are tokens; all of them if None.

    :param shape: what its class is called with to make it again.
    """

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape


class LateInteraction(Network):
    """A question and a text that meet token by token.

    Every token of the question is given what it most resembles among the text's (attention by the cosine of
    projections that begin as the identity), as difference and product, with the best cosine. Two transformer decoder
    layers (Vaswani et al. 2017) let the question's tokens look at each other and at the text's; one value of each is
    summed by weights that the tokens have.

    :param dim: the length of a token's vector.
    """

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
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
        self, question: Tensor, text: Tensor, asked: Tensor | None = None, held: Tensor | None = None
    ) -> Tensor:
        asked, held = _all(question, asked), _all(text, held)
        cosines = nn.functional.normalize(self.asked(question), dim=-1) @ nn.functional.normalize(
            self.held(text), dim=-1
        ).transpose(1, 2)
        cosines = cosines.masked_fill(~held[:, None], -9.0)
        best = cosines.max(-1, keepdim=True).values
        like = torch.softmax(self.sharpness * cosines, -1) @ text
        parts = [self.drop(question), self.drop(question * like), self.drop(question - like), best, best**2]
        dropped = self.drop(torch.ones_like(text[:, :1]))  # the same of all rows, which is far less work
        found = self.layers(
            self.matched(torch.cat(parts, -1)),
            self.read(text * dropped),
            tgt_key_padding_mask=~asked,
            memory_key_padding_mask=~held,
        )
        weights = torch.softmax(self.weight(found).squeeze(-1).masked_fill(~asked, -9e9), -1)
        values = self.value(found).squeeze(-1) + self.likeness * best.squeeze(-1)
        return cast(Tensor, (weights * values).sum(-1) + self.bias)


class CrossEncoder(Network):
    """A question and a text read on together, from the embedder's middle layer, by copies of the next ones, which were
    fitted to it.

    Up to there each is read by itself and can be kept (DeFormer, Cao et al. 2020, https://arxiv.org/abs/2005.00697).
    One value of each of the question's tokens is summed by weights that the tokens have.

    :param dim: the length of a token's vector, twice that of a layer's.
    :param heads: of each layer. `inner`: the width of its inner part.
    """

    def __init__(self, dim: int, heads: int, inner: int) -> None:
        super().__init__(dim, heads, inner)
        self.width = dim // 2
        self.last = nn.Linear(self.width, self.width, bias=False)
        nn.init.zeros_(self.last.weight)
        self.kind = nn.Parameter(torch.randn(2, self.width) / 50)  # of a token: question, source sentence
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(self.width, heads, inner, 0.0, "gelu", 1e-12, batch_first=True)
            for _ in range(UPPER)
        )
        self.value, self.weight = nn.Linear(self.width, 1), nn.Linear(self.width, 1)
        self.bias = nn.Parameter(torch.tensor(0.0))
        self.forget = nn.Dropout(FORGOTTEN)

    def forward(
        self, question: Tensor, text: Tensor, asked: Tensor | None = None, held: Tensor | None = None
    ) -> Tensor:
        asked, held = _all(question, asked), _all(text, held)
        rows = torch.cat([question, text], 1)
        found = rows[..., : self.width] + self.last(rows[..., self.width :])
        found = found * self.forget(torch.ones_like(found[:, :1]))  # the same of all rows, which is far less work
        length = question.shape[1]
        found = found + torch.repeat_interleave(self.kind, torch.tensor([length, text.shape[1]]), 0)
        padding = ~torch.cat([asked, held], 1)
        for layer in self.layers:
            found = layer(found, src_key_padding_mask=padding)
        found = found[:, :length]
        weights = torch.softmax(self.weight(found).squeeze(-1).masked_fill(~asked, -9e9), -1)
        return cast(Tensor, (weights * self.value(found).squeeze(-1)).sum(-1) + self.bias)


def cross_encoder(dim: int, layers: Sequence[Any]) -> CrossEncoder:
    """Return a cross-encoder to be fitted, which begins as copies of BERT layers; at chance, if there are none."""
    if not layers:
        return CrossEncoder(dim, 1, 2 * dim)
    heads, inner = layers[0].attention.self.num_attention_heads, layers[0].intermediate.dense.out_features
    network = CrossEncoder(dim, heads, inner)
    for layer, model in zip(network.layers, layers, strict=False):
        attention, output = model.attention, model.output
        inside = (attention.self.query, attention.self.key, attention.self.value)
        copies = {
            "self_attn.in_proj_weight": torch.cat([one.weight for one in inside]),
            "self_attn.in_proj_bias": torch.cat([one.bias for one in inside]),
        }
        parts = {
            "self_attn.out_proj": attention.output.dense,
            "norm1": attention.output.LayerNorm,
            "linear1": model.intermediate.dense,
            "linear2": output.dense,
            "norm2": output.LayerNorm,
        }
        copies |= {f"{name}.{key}": value for name, one in parts.items() for key, value in one.state_dict().items()}
        layer.load_state_dict(copies)
    return network


_KINDS = {kind.__name__: kind for kind in (LateInteraction, CrossEncoder)}


def _all(rows: Tensor, are_tokens: Tensor | None) -> Tensor:
    return torch.ones(rows.shape[:2], dtype=torch.bool) if are_tokens is None else are_tokens


def save(networks: Sequence[Network], embedder: str, path: Path) -> None:
    """Write the weights of networks, in float16, with the name of the embedder that they were fitted to."""
    kinds = json.dumps([[type(one).__name__, *one.shape] for one in networks])
    weights = nn.ModuleList(networks).state_dict()
    told = {"embedder": embedder, "networks": kinds}
    save_file({name: one.detach().to(torch.float16).contiguous() for name, one in weights.items()}, path, told)


def load(path: Path) -> tuple[list[Network], str]:
    """Return the networks of a file, ready to be asked, and the name of the embedder that they were fitted to."""
    with safe_open(path, framework="pt") as file:
        told = file.metadata()
        weights = {name: file.get_tensor(name).to(torch.float32) for name in file.keys()}  # noqa: SIM118
    networks = nn.ModuleList(_KINDS[kind](*shape) for kind, *shape in json.loads(told["networks"]))
    networks.load_state_dict(weights)
    return [cast(Network, one) for one in networks.eval()], told["embedder"]
