"""Held-out figures of the exported file, beside chance and character 5-gram overlap.

Never touches training text: every split draws from the test side of the grammar with a fixed seed. Runs on the Q8_0 weights.
"""
import argparse
import json
import math
import random
from collections import Counter
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

import export
import grammar
import model
import tokenizer


def grams(text):
    text = " " + " ".join(text.lower().split()) + " "
    return Counter(text[i : i + 5] for i in range(max(1, len(text) - 4)))


class Overlap:
    """Cosine of character 5-grams weighted by rarity; the rarity comes from training text."""

    def __init__(self, seed=3, count=4000):
        seen = Counter()
        for text in grammar.corpus(seed, count):
            seen.update(set(grams(text)))
        self.weight = lambda g: math.log((count + 1) / (seen[g] + 0.5))

    def __call__(self, a, b):
        a, b = grams(a), grams(b)
        size = lambda x: math.sqrt(sum((n * self.weight(g)) ** 2 for g, n in x.items())) or 1.0
        return sum(n * b[g] * self.weight(g) ** 2 for g, n in a.items() if g in b) / (size(a) * size(b))


@jax.jit
def _next(params, ids, last):
    states, _, _ = model.hidden(params, ids)
    return jax.nn.log_softmax(model.logits(params, states[jnp.arange(ids.shape[0]), last]))


@jax.jit
def _logp(params, ids, at, target):
    states, _, _ = model.hidden(params, ids)
    states = jnp.take_along_axis(states, at[..., None], 1)
    return jnp.take_along_axis(jax.nn.log_softmax(model.logits(params, states)), target[..., None], -1)[..., 0]


class Scorer:
    """Log-probability of a text after a prompt, end token not counted: what the engine's `score` does."""

    def __init__(self, path, words):
        self.params, self.tok = export.read_back(path), tokenizer.load(words)

    def numbers(self, prompts, rows=32):
        """Log-probabilities of the answers "1" to "9" after each prompt; they are one token each, so one pass per prompt does."""
        digits = [self.tok.token_to_id(str(n)) for n in range(1, 10)]
        encoded = [self.tok.encode(p, add_special_tokens=False).ids for p in prompts]
        order, out = sorted(range(len(encoded)), key=lambda i: len(encoded[i])), np.zeros((len(encoded), 9))
        for start in range(0, len(order), rows):
            part = order[start : start + rows]
            ids, last = np.zeros((rows, -(-max(len(encoded[i]) for i in part) // 32) * 32), np.int32), np.zeros(rows, np.int32)
            for row, i in enumerate(part):
                ids[row, : len(encoded[i])], last[row] = encoded[i], len(encoded[i]) - 1
            out[part] = np.asarray(_next(self.params, ids, last))[: len(part), digits]
        return out

    def many(self, pairs, rows=64):
        encoded = [(self.tok.encode(p, add_special_tokens=False).ids, self.tok.encode(a, add_special_tokens=False).ids) for p, a in pairs]
        order = sorted(range(len(encoded)), key=lambda i: sum(map(len, encoded[i])))
        out = np.zeros(len(encoded))
        for start in range(0, len(order), rows):
            part = order[start : start + rows]
            width = -(-max(sum(map(len, encoded[i])) for i in part) // 32) * 32
            ids, at, target, weight = np.zeros((rows, width), np.int32), np.zeros((rows, 16), np.int32), np.zeros((rows, 16), np.int32), np.zeros((rows, 16))
            for row, i in enumerate(part):
                p, a = encoded[i]
                ids[row, : len(p + a)] = p + a
                for j, token in enumerate(a[:16]):
                    at[row, j], target[row, j], weight[row, j] = len(p) - 1 + j, token, 1
            got = (np.asarray(_logp(self.params, ids, at, target)) * weight).sum(1)
            for row, i in enumerate(part):
                out[i] = got[row]
        return out


def label_split(scorer, overlap, seed, count, **kind):
    rng = random.Random(seed)
    samples = [grammar.label_sample(rng, "test", **kind) for _ in range(count)]
    scores = scorer.numbers([grammar.render("label", grammar.label_user(mail, options)) for mail, options, _ in samples])
    right, base, ranks, chance = 0, 0, 0, 0.0
    for (mail, options, truth), row in zip(samples, scores):
        mine = row[: len(options)]
        right += int(mine.argmax() == truth)
        ranks += int((mine > mine[truth]).sum() < 2)
        other = [overlap(mail, f"{description} {name}") for name, description in options]
        base += int(int(np.argmax(other)) == truth)
        chance += 1 / len(options)
    return {"samples": count, "model": round(right / count, 3), "model_best_two": round(ranks / count, 3), "overlap": round(base / count, 3), "chance": round(chance / count, 3)}


def area(scores, answers):
    """Probability that an answering sentence scores above one that does not."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in set(scores.tolist()):
        same = scores == value
        ranks[same] = ranks[same].mean()
    positive = answers.sum()
    return float((ranks[answers].sum() - positive * (positive + 1) / 2) / (positive * (len(answers) - positive)))


def relevance_scores(scorer, overlap, samples):
    prompts = [grammar.render("relevance", grammar.relevance_user(q, s)) for q, s, _ in samples]
    both = scorer.many([(p, a) for p in prompts for a in ("ja", "nein")]).reshape(-1, 2)
    return both[:, 0] - both[:, 1], np.array([overlap(q, s) for q, s, _ in samples]), np.array([a for _, _, a in samples])


def relevance_split(scorer, overlap, seed, count, limit, **kind):
    rng = random.Random(seed)
    mine, other, answers = relevance_scores(scorer, overlap, [grammar.relevance_sample(rng, "test", **kind) for _ in range(count)])
    accuracy = lambda s, cut: round(float(((s > cut) == answers).mean()), 3)
    return {"samples": count, "model_auc": round(area(mine, answers), 3), "overlap_auc": round(area(other, answers), 3), "model_accuracy": accuracy(mine, 0.0), "overlap_accuracy": accuracy(other, limit), "share_of_answers": round(float(answers.mean()), 3)}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--run", type=Path, required=True, help="folder with tokenizer.json")
    args.add_argument("--model", type=Path, default=Path(__file__).parent.parent / "hauspost-embedded.gguf")
    args.add_argument("--count", type=int, default=400)
    args = args.parse_args()
    scorer, overlap, n = Scorer(args.model, args.run / "tokenizer.json"), Overlap(), args.count
    rng = random.Random(99)
    training = [grammar.relevance_sample(rng, "train", rng.choice(grammar.LANGUAGES)) for _ in range(1000)]
    values = np.array([overlap(q, s) for q, s, _ in training])
    truth = np.array([a for _, _, a in training])
    limit = max(sorted(values)[::10], key=lambda cut: ((values > cut) == truth).mean())
    figures = {
        "label de": label_split(scorer, overlap, 11, n, language="de"),
        "label en": label_split(scorer, overlap, 12, n, language="en"),
        "label en mail, de categories": label_split(scorer, overlap, 13, n, language="en", listed="de"),
        "label de, categories never trained": label_split(scorer, overlap, 14, n, language="de", pool=grammar.UNSEEN),
        "label en, categories never trained": label_split(scorer, overlap, 15, n, language="en", pool=grammar.UNSEEN),
        "relevance de": relevance_split(scorer, overlap, 21, 2 * n, limit, language="de"),
        "relevance en": relevance_split(scorer, overlap, 22, 2 * n, limit, language="en"),
        "relevance de, matters never trained": relevance_split(scorer, overlap, 23, 2 * n, limit, language="de", pool=grammar.UNSEEN),
        "relevance en, matters never trained": relevance_split(scorer, overlap, 24, 2 * n, limit, language="en", pool=grammar.UNSEEN),
    }
    for name, values in figures.items():
        print(f"{name:40} " + "  ".join(f"{k} {v}" for k, v in values.items()))
    (Path(__file__).parent / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
