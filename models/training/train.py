"""Trains the embedded model on generated text: label choice and sentence relevance, with three losses beside the answer loss.

Never reads a file from outside this directory but its own checkpoint. One call trains for `--minutes` and resumes from the checkpoint
if there is one. Why Muon: for matrices this small it needs about half the samples of AdamW, and samples are what two cores are short of.
"""
import argparse
import json
import random
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

import grammar
import model
import tokenizer

ANSWERS, MARKS = 4, 8  # answer tokens and category marks per sample, padded
SHAPES = {"label": [(128, 36), (164, 28)], "relevance": [(72, 60)]}  # (tokens, samples): short and long ones apart, padding is lost time
TAP = model.CONFIG["layers"] - 1


class Samples:
    """Endless batches of one task."""

    def __init__(self, tok, seed):
        self.tok, self.rng, self.waiting = tok, random.Random(seed), {}
        self.number, self.end = tok.token_to_id("Ġ#"), tok.token_to_id("<|im_end|>")
        assert self.number is not None

    def _encode(self, text):
        return self.tok.encode(text, add_special_tokens=False).ids

    def label(self):
        rng = self.rng
        language = "de" if rng.random() < 0.62 else "en"
        if rng.random() < 0.3:
            mail, options, truth = grammar.plain_label_sample(rng, language)
        else:
            mail, options, truth = grammar.label_sample(rng, "train", language, "de" if language == "en" and rng.random() < 0.3 else language)
        ids = self._encode(grammar.render("label", grammar.label_user(mail, options)))
        hashes = [i for i, token in enumerate(ids) if token == self.number]
        marks = [i + 1 for i in hashes[-len(options):]]
        return ids, self._encode(str(truth + 1)), marks, [float(i == truth) for i in range(len(options))], marks[truth]

    def relevance(self):
        language = "de" if self.rng.random() < 0.62 else "en"
        if self.rng.random() < 0.35:
            question, sentence, answers = grammar.plain_relevance_sample(self.rng, language)
        else:
            question, sentence, answers = grammar.relevance_sample(self.rng, "train", language)
        ids = self._encode(grammar.render("relevance", grammar.relevance_user(question, sentence)))
        end = len(ids) - 1 - ids[::-1].index(self.end)
        return ids, self._encode("ja" if answers else "nein"), [end], [float(answers)], end

    def batch(self, task):
        """Draws samples until one of the task's shapes is full; the others wait for the next call."""
        while True:
            sample = getattr(self, task)()
            size = len(sample[0]) + len(sample[1])
            shape = next((s for s in SHAPES[task] if size <= s[0]), None)
            if shape is None or len(sample[1]) > ANSWERS:
                continue
            waiting = self.waiting.setdefault((task, shape), [])
            waiting.append(sample)
            if len(waiting) == shape[1]:
                del self.waiting[task, shape]
                return self._arrays(waiting, shape)

    @staticmethod
    def _arrays(samples, shape):
        width, rows = shape
        ids = np.zeros((rows, width), np.int32)
        at, weight, target = np.zeros((rows, ANSWERS), np.int32), np.zeros((rows, ANSWERS), np.float32), np.zeros((rows, ANSWERS), np.int32)
        mark, mark_weight, mark_target = np.zeros((rows, MARKS), np.int32), np.zeros((rows, MARKS), np.float32), np.zeros((rows, MARKS), np.float32)
        used, point = np.zeros((rows, width), np.float32), np.zeros(rows, np.int32)
        for row, (prompt, answer, marks, verdicts, target_mark) in enumerate(samples):
            both = prompt + answer
            ids[row, : len(both)] = both
            used[row, : len(prompt) - 1] = 1
            for j, token in enumerate(answer):
                at[row, j], weight[row, j], target[row, j] = len(prompt) - 1 + j, 1.0, token
            weight[row] /= weight[row].sum()
            for j, place in enumerate(marks[:MARKS]):
                mark[row, j], mark_weight[row, j], mark_target[row, j] = place, 1.0, verdicts[j]
            point[row] = target_mark
        return dict(ids=ids, at=at, weight=weight, target=target, mark=mark, mark_weight=mark_weight, mark_target=mark_target, used=used, point=point)


def losses(params, batch, offset):
    """Four losses: the answer; the verdict at each category's number, read by a probe on the layer before the last that is thrown away after
    training; the last layer's gaze, which belongs on the right number; and a light language loss. Without the middle two the model learns
    names by heart for half an hour before it finds out that it can compare."""
    states, tapped, looked = model.hidden(params, batch["ids"], tap=TAP)
    take = lambda x, at: jnp.take_along_axis(x, at[..., None], 1)
    logp = jax.nn.log_softmax(model.logits(params, take(states, batch["at"])))
    each = -jnp.take_along_axis(logp, batch["target"][..., None], -1)[..., 0]
    answer = jnp.sum(each * batch["weight"]) / each.shape[0]
    probe = take(tapped, batch["mark"]) @ params["probe"] / 4.0 - 1.5
    bce = jnp.logaddexp(0, probe) - probe * batch["mark_target"]
    marks = jnp.sum(bce * batch["mark_weight"]) / jnp.maximum(1.0, batch["mark_weight"].sum())
    rows = jnp.arange(states.shape[0])
    gaze = -jnp.mean(jnp.log(looked[rows, :, batch["at"][:, 0], batch["point"]].mean(1) + 1e-6))
    inputs = jnp.arange(states.shape[1] // 8 - 1) * 8 + offset
    lm = jax.nn.log_softmax(model.logits(params, states[:, inputs]))
    lm = -jnp.take_along_axis(lm, batch["ids"][:, inputs + 1][..., None], -1)[..., 0] * batch["used"][:, inputs]
    language = lm.sum() / jnp.maximum(1.0, batch["used"][:, inputs].sum())
    return answer + 0.7 * marks + 0.2 * gaze + 0.1 * language, (answer, marks, gaze, language)


def orthogonal(g):
    """Newton-Schulz steps of Muon: the nearest matrix with all singular values near 1."""
    flip = g.shape[0] > g.shape[1]
    x = g.T if flip else g
    x = x / (jnp.linalg.norm(x) + 1e-7)
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if flip else x


@jax.jit
def step(params, state, batch, offset, rate):
    (_, parts), grads = jax.value_and_grad(losses, has_aux=True)(params, batch, offset)
    norm = jnp.sqrt(sum(jnp.sum(g * g) for g in grads.values()))
    grads = {k: g * jnp.minimum(1.0, 1.0 / (norm + 1e-6)) for k, g in grads.items()}
    t = state["t"] + 1
    new, first, second = {}, {}, {}
    for k, g in grads.items():
        if model.is_matrix(k):
            first[k] = 0.95 * state["m"][k] + g
            second[k] = state["v"][k]
            update = orthogonal(g + 0.95 * first[k]) * jnp.sqrt(jnp.maximum(1.0, g.shape[0] / g.shape[1]))
            new[k] = params[k] * (1 - 0.02 * rate * 0.1) - 0.02 * rate * update
        else:
            first[k] = 0.9 * state["m"][k] + 0.1 * g
            second[k] = 0.98 * state["v"][k] + 0.02 * g * g
            update = first[k] / (1 - 0.9**t) / (jnp.sqrt(second[k] / (1 - 0.98**t)) + 1e-9)
            new[k] = params[k] - 0.002 * rate * update
    return new, {"m": first, "v": second, "t": t}, parts


def word_meanings(tok, seed, steps=400):
    """Start values of the embedding: sentences as the sum of their tokens, pulled together when they are about the same matter.

    Seconds of work that save the network minutes: "umtauschen" and "Retoure" are neighbours before it starts.
    """
    rng, texts = random.Random(seed), []
    for _ in range(12000):
        language = "de" if rng.random() < 0.6 else "en"
        key = rng.choice(grammar.SEEN)
        group = grammar.GROUPS[key]
        name = rng.choice(list(group["matters"]))
        company = grammar.Company(rng, "train", language)
        left = grammar.noisy(rng, grammar.ask_sentence(rng, company, group["matters"][name]), 0.7)
        if rng.random() < 0.5:
            listed = rng.choice(grammar.LANGUAGES)
            title, words = grammar.category(rng, key, "train", listed, codes=False)
            right, what = f"{words} = {title}", key
        else:
            right, what = company.fill(rng.choice(group["matters"][name][f"know.{language}"][0])), f"{key}.{name}"
        texts.append((left, right, what))
    kinds = sorted({w for _, _, w in texts})

    def padded(strings):
        ids = np.zeros((len(strings), 40), np.int32)
        for row, encoded in enumerate(tok.encode_batch(strings)):
            ids[row, : min(40, len(encoded.ids))] = encoded.ids[:40]
        return ids

    left, right, what = padded([t[0] for t in texts]), padded([t[1] for t in texts]), np.array([kinds.index(t[2]) for t in texts])

    def loss(table, a, b, w):
        def vector(ids):
            x = (table[ids] * (ids > 0)[..., None]).sum(1)
            return x / (jnp.linalg.norm(x, axis=-1, keepdims=True) + 1e-6)

        same = w[:, None] == w[None]
        score = vector(a) @ vector(b).T * 12.0
        return -jnp.mean((jax.nn.log_softmax(score) * same).sum(1) / same.sum(1))

    @jax.jit
    def one(table, m, v, t, a, b, w):
        value, g = jax.value_and_grad(loss)(table, a, b, w)
        m, v = 0.9 * m + 0.1 * g, 0.98 * v + 0.02 * g * g
        return table - 0.005 * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.98**t)) + 1e-8), m, v, value

    start = model.init(seed)["token_embd.weight"]
    table, m, v = jnp.asarray(start), jnp.zeros_like(start), jnp.zeros_like(start)
    order = np.random.default_rng(seed)
    for t in range(1, steps + 1):
        pick = order.integers(0, len(what), 256)
        table, m, v, value = one(table, m, v, float(t), left[pick], right[pick], what[pick])
    print(f"word meanings: loss {float(value):.3f}", flush=True)
    return table * (0.05 / jnp.std(table))


def save(path, params, state, progress):
    arrays = {f"p/{k}": v for k, v in params.items()} | {f"m/{k}": v for k, v in state["m"].items()} | {f"v/{k}": v for k, v in state["v"].items()}
    arrays |= {"t": state["t"], "progress": np.array(json.dumps(progress))}
    temporary = path.with_suffix(".part.npz")
    np.savez(temporary, **{k: np.asarray(v) for k, v in arrays.items()})
    temporary.replace(path)


def load(path):
    with np.load(path) as f:
        part = lambda mark: {k[2:]: jnp.asarray(f[k]) for k in f.files if k.startswith(mark)}
        return part("p/"), {"m": part("m/"), "v": part("v/"), "t": jnp.asarray(f["t"])}, json.loads(str(f["progress"]))


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--out", type=Path, required=True, help="folder for tokenizer.json and checkpoint.npz")
    args.add_argument("--minutes", type=float, default=22.0, help="training time in all, over every resumed call")
    args.add_argument("--seed", type=int, default=7)
    args = args.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    words = args.out / "tokenizer.json"
    tok = tokenizer.load(words) if words.exists() else tokenizer.train(words)
    checkpoint = args.out / "checkpoint.npz"
    if checkpoint.exists():
        params, state, progress = load(checkpoint)
    else:
        params = {k: jnp.asarray(v) for k, v in model.init(args.seed).items()} | {"probe": jnp.zeros(model.CONFIG["width"])}
        began = time.time()
        params["token_embd.weight"] = word_meanings(tok, args.seed)
        zero = {k: jnp.zeros_like(v) for k, v in params.items()}
        state, progress = {"m": zero, "v": zero, "t": jnp.asarray(0)}, {"seconds": time.time() - began, "tokens": 0, "steps": 0}
    samples = Samples(tok, args.seed + progress["steps"])
    budget, kept = args.minutes * 60, time.time()
    means = {}
    while progress["seconds"] < budget:
        began = time.time()
        task = "relevance" if progress["steps"] % 5 in (1, 3) else "label"
        batch = samples.batch(task)
        done = progress["seconds"] / budget
        rate = min(1.0, (progress["steps"] + 1) / 30) * min(1.0, (1 - done) / 0.5 + 0.02)
        params, state, parts = step(params, state, batch, samples.rng.randrange(8), rate)
        parts = [float(x) for x in parts]
        progress["steps"] += 1
        progress["tokens"] += int(batch["used"].sum())
        progress["seconds"] += time.time() - began
        means[task] = [0.95 * a + 0.05 * b for a, b in zip(means.get(task, parts), parts)]
        if progress["steps"] % 25 == 0:
            print(f"{progress['seconds']:6.0f} s  step {progress['steps']:5}  tokens {progress['tokens'] / 1e6:.2f} M  rate {rate:.2f}  " + "  ".join(f"{k} " + "/".join(f"{x:.3f}" for x in v) for k, v in means.items()), flush=True)
        if time.time() - kept > 60:
            save(checkpoint, params, state, progress)
            kept = time.time()
    save(checkpoint, params, state, progress)


if __name__ == "__main__":
    main()
