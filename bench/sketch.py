#!/usr/bin/env python3
"""Times `layercert certify` against a NumPy sketch of the same question, on the same instances, one after the other in one run.

The sketch takes the means of f over the cells of every level from a grid of points, the L^p distance from them, and the norms of f(. + h) - f for 48
directions and three lengths of h. It guarantees nothing: it is what a user would write for a first look. One table is printed, with both times, their ratio,
and the widest enclosures of error and modulus, relative, of all levels. Usage: bench/sketch.py [--quick] [--threads n] [NAME ...]
"""
import argparse
import itertools
import json
import pathlib
import re
import subprocess
import tempfile
import time
import tomllib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/release/layercert"
POINTS = {1: 3 * 2**12, 2: 576, 3: 72, 4: 24}  # of the grid along an axis: divisible by the cells of the instances where that is possible
DIRECTIONS = 48
LENGTHS = (1.0, 0.75, 0.5)


def genz(d):
    """The six families of A. Genz (1984), with parameters that leave something to see."""
    names = ["x0", "x1", "x2"][:d]
    u = [0.4, 0.6, 0.5][:d]
    a = {2: [4, 5], 3: [4, 3, 2]}[d]
    centred = [f"({x} - {c})" for x, c in zip(names, u)]
    linear = " + ".join(f"{k}*{x}" for k, x in zip(a, names))
    yield "oscillatory", f"cos(3*pi/5 + {linear})"
    yield "product peak", "1/(" + "*".join(f"(1/25 + {x}^2)" for x in centred) + ")"
    yield "corner peak", f"(1 + {linear})^(-{d + 1})"
    yield "Gaussian", "exp(-(" + " + ".join(f"{k}^2*{x}^2" for k, x in zip(a, centred)) + "))"
    yield "continuous", "exp(-(" + " + ".join(f"{k}*abs{x}" for k, x in zip(a, centred)) + "))"
    inside = f"max({centred[0]}, {centred[1]})"
    yield "discontinuous", f"if({inside} <= 0, exp({linear}), 0)"


def instances():
    """(name, dimension, expression, N, L, p)."""
    for path in sorted((ROOT / "data/instances").glob("*.toml")):
        data = tomllib.loads(path.read_text())
        target, theorem = data["target"], data["theorem"]
        if target.get("dimension") == 2 and "expression" in target:
            p = float(str(theorem["p"])) if "/" not in str(theorem["p"]) else eval(theorem["p"])
            yield path.stem, 2, target["expression"], theorem["N"], theorem["depth"], p
    franke = ("3/4*exp(-((9*x0-2)^2+(9*x1-2)^2)/4) + 3/4*exp(-(9*x0+1)^2/49-(9*x1+1)/10)"
              " + 1/2*exp(-((9*x0-7)^2+(9*x1-3)^2)/4) - 1/5*exp(-(9*x0-4)^2-(9*x1-7)^2)")
    yield "Franke", 2, franke, 2, 4, 2
    for d in (2, 3):
        for name, text in genz(d):
            yield f"Genz {name} {d}", d, text, 2, 4 if d == 2 else 3, 2
    yield "triangle", 2, "if(x0 + x1 <= 0.7, 1, 0)", 2, 4, 2
    yield "sin(1/x)", 1, "sin(1/x0)", 2, 4, 2


def as_numpy(text):
    """The expression as a function of arrays; the operations that the instances above use."""
    text = re.sub(r"\bx\b", "x0", text.replace("^", "**"))
    text = re.sub(r"\by\b", "x1", re.sub(r"\bz\b", "x2", text))
    code = compile(re.sub(r"\bif\(", "where(", text), "expression", "eval")
    names = {name: getattr(np, name) for name in
             ("sqrt", "cbrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "floor", "sign", "where", "pi", "e")}
    names |= {"abs": np.abs, "min": np.minimum, "max": np.maximum, "atan": np.arctan, "step": lambda t: np.where(t >= 0, 1.0, 0.0)}

    def f(*x):
        with np.errstate(all="ignore"):
            return np.nan_to_num(eval(code, {"__builtins__": {}}, names | {f"x{j}": c for j, c in enumerate(x)}) + 0 * x[0])

    return f


def directions(d):
    if d == 1:
        return np.ones((1, 1))
    if d == 2:
        angles = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = np.random.default_rng(1).normal(size=(DIRECTIONS, d))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def sketch(d, text, N, depth, p):
    """Rough errors and moduli of all levels."""
    f = as_numpy(text)
    points = POINTS[d]
    grid = np.meshgrid(*[(np.arange(points) + 0.5) / points] * d, indexing="ij")
    values = f(*grid)
    rough = []
    for level in range(1, depth + 1):
        side = N**level
        index = np.ravel_multi_index([np.minimum((g * side).astype(int), side - 1) for g in grid], (side,) * d).ravel()
        means = np.bincount(index, values.ravel(), side**d) / np.maximum(np.bincount(index, minlength=side**d), 1)
        error = np.mean(np.abs(values.ravel() - means[index]) ** p) ** (1 / p)
        modulus = 0.0
        few = max(24, points // 8) if d > 1 else points
        small = np.meshgrid(*[(np.arange(few) + 0.5) / few] * d, indexing="ij")
        for h, length in itertools.product(directions(d), LENGTHS):
            h = h * length * N**-level
            here = [g * (1 - abs(s)) + max(0.0, -s) for g, s in zip(small, h)]
            rise = np.abs(f(*[x + s for x, s in zip(here, h)]) - f(*here))
            modulus = max(modulus, (np.mean(rise**p) * np.prod(1 - np.abs(h))) ** (1 / p))
        rough.append((error, modulus))
    return rough


def certify(path, threads):
    run = subprocess.run([PROGRAM, "certify", path, "--json", "--quiet", "--threads", str(threads)],
                         stdout=subprocess.PIPE, check=False)
    return json.loads(run.stdout)["levels"]


def widest(levels, what):
    def relative(level):
        lower, upper = (float.fromhex(level[f"{what}_{side}"]) for side in ("lower", "upper"))
        return (upper - lower) / lower if lower > 0 else (0.0 if upper == 0 else float("inf"))
    return max(map(relative, levels))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="only instances whose name holds one of these")
    parser.add_argument("--quick", action="store_true", help="no Genz family in three dimensions, no jumps and poles: half a minute")
    parser.add_argument("--threads", type=int, default=2, help="of layercert; the sketch has one")
    options = parser.parse_args()
    slow = re.compile(r" 3$|discontinuous|continuous|line2|origin2|pole|disk2|corner2|triangle|sin\(1/x\)|ridge")
    print(f"{'instance':<24}{'sketch s':>10}{'layercert s':>13}{'ratio':>8}{'error':>10}{'modulus':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for name, d, text, N, depth, p in instances():
            if options.names and not any(part in name for part in options.names):
                continue
            if options.quick and not options.names and slow.search(name):
                continue
            path = pathlib.Path(folder) / "instance.toml"
            path.write_text(f'[target]\ndimension = {d}\nexpression = "{text}"\n\n[theorem]\nN = {N}\ndepth = {depth}\np = {p:g}\n')
            start = time.perf_counter()
            sketch(d, text, N, depth, p)
            middle = time.perf_counter()
            levels = certify(path, options.threads)
            end = time.perf_counter()
            print(f"{name:<24}{middle - start:>10.2f}{end - middle:>13.2f}{(end - middle) / (middle - start):>8.1f}"
                  f"{widest(levels, 'error'):>10.2%}{widest(levels, 'modulus'):>10.2%}", flush=True)


if __name__ == "__main__":
    main()
