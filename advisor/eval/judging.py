"""One answer to its scores: what was found, what was told, what backs it, and whether to answer was right.

Every score is from 0 to 1, higher is better, and None where it says nothing about the item; `credit` alone goes from
-1 to 1. `METRICS` is the one list of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from advisor.answer.ground import followed
from advisor.answer.retrieve import Search
from advisor.answer.spans import spans
from advisor.eval import nuggets as told
from advisor.eval import retrieval
from advisor.eval.gold import Gold
from advisor.eval.grounding import grounding
from advisor.eval.items import Item
from advisor.eval.metrics import mean, token_f1
from advisor.eval.report import Measure, Scores
from advisor.types import Answer, Sentence

METRICS = (
    Measure("mrr@10", "1 / rank of the first passage with evidence", headline=True),
    Measure("ndcg@10", "gain of the first ten passages over that of the best order"),
    Measure("recall@1", "share of the evidence in the first passage"),
    Measure("recall@5", "share of the evidence in the first five passages"),
    Measure("recall@10", "share of the evidence in the first ten passages"),
    Measure("shown", "share of the evidence in the passages that the answer was made from", headline=True),
    Measure("all shown", "all of the evidence is in those passages"),
    Measure("vital", "vital nuggets told, half told ones by half", headline=True),
    Measure("vital strict", "vital nuggets told whole"),
    Measure("nuggets", "all nuggets told, half told ones by half"),
    Measure("nuggets strict", "all nuggets told whole"),
    Measure("complete", "every vital nugget told whole"),
    Measure("figures right", "figures of the answer that the evidence holds"),
    Measure("figures told", "figures of the nuggets that the answer gives"),
    Measure("clean", "nothing said that must not be said"),
    Measure("grounded", "mean support of the answer's sentences by what they cite", headline=True),
    Measure("worst sentence", "support of the least supported sentence"),
    Measure("citation precision", "citations that support, or that support needs"),
    Measure("citation recall", "sentences that their citations support"),
    Measure("followed", "share of a source that the model's sentences follow", headline=True),
    Measure("right", "answered where the documents hold it, refused where they do not", headline=True),
    Measure("credit", "1 told whole or rightly refused, 0 told in part or refused, -1 wrong", headline=True),
    Measure("rewrite f1", "words shared with the gold form of a follow-up"),
)
HEADLINES = tuple(measure.name for measure in METRICS if measure.headline)


def scores(item: Item, answer: Answer, needed: Gold, search: Search) -> Scores:
    """Return every score of one answer to an item, by name.

    :param needed: the item's evidence in the documents that `search` goes over.
    """
    found: dict[str, float | None] = {measure.name: None for measure in METRICS}
    found |= _decided(item, answer)
    if item.standalone:
        found["rewrite f1"] = token_f1(answer.trace.rewritten, item.standalone)
    if item.behaviour == "answer":
        found |= _ranked(item, answer, needed, search)
        found |= _told(item, answer, needed)
    if answer.kind == "answer":
        found |= _backed(answer)
        said = told.forbidden(prose(answer), item.must_not_say)
        found["clean"] = float(not said)
    return found


def prose(answer: Answer) -> str:
    """Return an answer without its `[n]`, whose numbers are no facts, a sentence a line, so that the number of a list
    item stays one; of a refusal what it quotes alone."""
    return "\n".join(sentence.text for sentence in answer.sentences)


def _decided(item: Item, answer: Answer) -> dict[str, float | None]:
    """Whether to answer was right, and the credit: the score of CRAG (Yang et al. 2024, arXiv 2406.04744), for which
    no answer is better than a wrong one; a refusal of what the documents lack is as good as a right answer."""
    answered, answerable = answer.kind == "answer", item.behaviour == "answer"
    return {"right": float(answered == answerable), "credit": _credit(item, prose(answer), answered)}


def _credit(item: Item, text: str, answered: bool) -> float:
    if item.behaviour != "answer":
        return -1.0 if answered else 1.0
    recall = told.recall(text, item.nuggets)
    if answered and (told.forbidden(text, item.must_not_say) or recall.vital == 0.0):
        return -1.0
    return float(answered and recall.vital_strict == 1.0)


def _ranked(item: Item, answer: Answer, needed: Gold, search: Search) -> dict[str, float | None]:
    texts = tuple(chunk.text for chunk in search.index.chunks)
    query = replace(search.query(item.question, item.turns), text=answer.trace.rewritten)
    found = [passage.chunk.text for passage in search.best(query, retrieval.K)]
    ranked = retrieval.scores(needed, found, texts, len)
    shown = [passage.chunk.text for passage in answer.passages]
    return {
        "mrr@10": ranked["mrr_at_10"],
        "ndcg@10": ranked["ndcg_at_10"],
        **{f"recall@{k}": ranked[f"recall_at_{k}"] for k in (1, 5, 10)},
        "shown": needed.recall(shown),
        "all shown": float(needed.is_whole(shown)),
    }


def _told(item: Item, answer: Answer, needed: Gold) -> dict[str, float | None]:
    text = prose(answer)
    recall = told.recall(text, item.nuggets)
    evidence = [quote.quote for quotes in item.evidence for quote in quotes]
    right, figures = told.key_figures(text, [*evidence, *cited_texts(answer.sentences, answer)], item.nuggets)
    return {
        "vital": recall.vital,
        "vital strict": recall.vital_strict,
        "nuggets": recall.all,
        "nuggets strict": recall.all_strict,
        "complete": float(recall.vital_strict == 1.0),
        "figures right": right,
        "figures told": figures,
    }


def _backed(answer: Answer) -> dict[str, float | None]:
    shown = [passage.chunk.text for passage in answer.passages]
    found = grounding([(sentence.text, cited_texts([sentence], answer)) for sentence in answer.sentences], shown)
    return {
        "grounded": found.groundedness,
        "worst sentence": found.worst,
        "citation precision": found.citation_precision,
        "citation recall": found.citation_recall,
        "followed": _followed(answer),
    }


def _followed(answer: Answer) -> float | None:
    """Return how far what the model wrote goes along with a source, whatever became of it: 1 for a sentence that is
    backed, and for the others, which it was stopped in, the share of the nearest source; None if it wrote nothing.

    Our own: what is shown is quoted where the model fails, so that only this tells prompts and models apart.
    """
    sources = [span.text for passage in answer.passages for span in spans(passage) if span.kind != "heading"]
    texts = [one.text for one in answer.sentences if not one.quoted and not one.backed] + list(answer.trace.dropped)
    shares = [max((followed(source, text) for source in sources), default=0.0) for text in texts]
    shares += [1.0 for one in answer.sentences if not one.quoted and one.backed]
    return mean(shares) if shares else None


def cited_texts(sentences: Sequence[Sentence], answer: Answer) -> list[str]:
    """Return the words that each citation of the sentences points at, in order."""
    chunks = {passage.chunk.id: passage.chunk for passage in answer.passages}
    return [
        chunks[citation.chunk_id].text[
            citation.start - chunks[citation.chunk_id].start : citation.end - chunks[citation.chunk_id].start
        ]
        for sentence in sentences
        for citation in sentence.citations
    ]
