#!/usr/bin/env python3
"""Tests layercert-verified: verified_test.py FOLDER, where FOLDER has layercert and layercert-verified.

It accepts the instances it covers, and refuses every result of them that was altered, with digests that fit the altered files.
"""
import hashlib
import json
import math
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
failures = []


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def expect(name, found, wanted):
    if found[0] != wanted:
        failures.append(f"{name}: exit status {found[0]}, expected {wanted}: {found[1].strip()[:300]}")


def save_npy(path, kind, code, shape, values):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    header += " " * (-(len(header) + 11) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
                     + struct.pack("<%d%s" % (len(values), code), *values))


def instance(folder, name, dimension, base, depth, p, values, kind="<f8", code="d", norm="euclidean"):
    side = round(len(values) ** (1 / dimension))
    shape = f"({side},)" if dimension == 1 else str((side,) * dimension)
    save_npy(folder / f"{name}.npy", kind, code, shape, values)
    (folder / f"{name}.toml").write_text(f'[target]\ndimension = {dimension}\ntable = "{name}.npy"\n\n[theorem]\n'
                                         f'N = {base}\ndepth = {depth}\np = {p}\nnorm = "{norm}"\n')
    return folder / f"{name}.toml"


def formula(folder, name, dimension, base, depth, p, expression, norm="euclidean", remainder=None):
    line = f'remainder = "{remainder}"\n' if remainder else ""
    (folder / f"{name}.toml").write_text(f'[target]\ndimension = {dimension}\nexpression = "{expression}"\n{line}\n[theorem]\n'
                                         f'N = {base}\ndepth = {depth}\np = {p}\nnorm = "{norm}"\n')
    return folder / f"{name}.toml"


def reads_right(path, output):
    """Whether the formula that was printed has the values of the expression in the instance, both as Python reads them."""
    expression = re.search(r'expression = "(.*)"', path.read_text())
    if expression is None or "sum(" in expression[1]:
        return
    printed = re.search(r"  f: (.*), which has a value", output)
    if printed is None:
        failures.append(f"{path.stem}: no formula was printed")
        return
    names = {**vars(math), "__builtins__": {}, "abs": abs, "min": min, "max": max, "pow": pow, "step": lambda v: 1 if v >= 0 else 0,
             "sign": lambda v: (v > 0) - (v < 0), "mod": lambda v, w: v - w * math.floor(v / w), "choose": lambda c, v, w: v if c != 0 else w}
    generator = random.Random(4)
    for _ in range(10):
        point = [generator.random() for _ in range(9)]
        here = {**names, **dict(zip("xyz", point)), **{f"x{j}": value for j, value in enumerate(point)}}
        values = [eval(text.replace("^", "**").replace("if(", "choose("), here) for text in (expression[1], printed[1])]  # pylint: disable=eval-used
        if abs(values[0] - values[1]) > 1e-12 * (1 + abs(values[0])):
            failures.append(f"{path.stem}: {expression[1]} was read as {printed[1]}")


def altered(source, target, change):
    """A copy of a result with one change, and digests that fit it. change(folder, certificate) alters both in place."""
    shutil.copytree(source, target)
    certificate = json.loads((target / "certificate.json").read_text())
    change(target, certificate)
    for key, file in (("instance_sha256", "instance.toml"), ("network_sha256", "network.json")):
        certificate[key] = hashlib.sha256((target / file).read_bytes()).hexdigest()
    for samples in target.glob("samples.*"):
        certificate["samples_sha256"] = hashlib.sha256(samples.read_bytes()).hexdigest()
    (target / "certificate.json").write_text(json.dumps(certificate, indent=1))
    return target


def replace_in(file, pattern, replacement, count=1):
    def change(folder, _certificate):
        text = (folder / file).read_text()
        changed, times = re.subn(pattern, replacement, text, count=count, flags=re.DOTALL)
        assert times >= 1 and changed != text, f"{pattern} is not in {file}"
        (folder / file).write_text(changed)
    return change


def set_level(index, key, value):
    def change(_folder, certificate):
        certificate["levels"][index][key] = value
    return change


def drop_level(_folder, certificate):
    del certificate["levels"][-1]


def drop_readout(folder, certificate):
    network = json.loads((folder / "network.json").read_text())
    del network["readouts"][-1]
    (folder / "network.json").write_text(json.dumps(network))
    del certificate["levels"][-1]


def swap_levels(_folder, certificate):
    certificate["levels"][0], certificate["levels"][1] = certificate["levels"][1], certificate["levels"][0]


def random_weight(seed):
    """Another number in place of one weight of the network. No multiplier: with another one claim R may hold as well."""
    def change(folder, _certificate):
        text = (folder / "network.json").read_text()
        places = list(re.finditer(r'(?<!"multiplier": )"(-?)0x([0-9a-f]+)(p[+-][0-9]+)"', text))
        place = random.Random(seed).choice(places)
        digits = f"{int(place[2], 16) * 2 + 1:x}"
        (folder / "network.json").write_text(text[:place.start()] + f'"{place[1]}0x{digits}{place[3]}"' + text[place.end():])
    return change


def other_samples(folder, _certificate):
    file = next(folder.glob("samples.*"))
    data = bytearray(file.read_bytes())
    if file.suffix == ".pgm":
        text = data.decode().split()
        text[4:] = text[:3:-1]
        data = " ".join(text).encode()
    else:
        data[128:] = bytes(reversed(data[128:]))
    file.write_bytes(data)


def main():
    programs = pathlib.Path(sys.argv[1])
    certify, verified = programs / "layercert", programs / "layercert-verified"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        generator = random.Random(21)
        smooth = [i / 64 + (i % 7) / 8 for i in range(64)]
        instances = [
            ROOT / "data/instances/jacksboro64.toml",
            ROOT / "data/instances/digits2.toml",
            instance(folder, "line", 1, 2, 6, 2, smooth),
            instance(folder, "fine", 1, 2, 4, 1, smooth),
            instance(folder, "deep", 1, 2, 8, 3, smooth[:16]),
            instance(folder, "signed", 1, 3, 3, 2, [generator.randrange(-100, 100) for _ in range(27)], "<i2", "h"),
            instance(folder, "single", 2, 3, 2, 1, [generator.random() for _ in range(81)], "<f4", "f", "max"),
            instance(folder, "cube", 3, 2, 2, 2, [generator.random() for _ in range(64)], "<f8", "d", "one"),
            instance(folder, "constant", 2, 2, 2, 2, [0.375] * 16),
            instance(folder, "roots", 1, 2, 4, 2.5, smooth[:16]),
        ]
        # Every operation that the checker has, d = 1, 2, 3, rational p, the three norms, a remainder.
        instances += [ROOT / f"data/instances/{name}.toml"
                      for name in ("kink1", "root1", "series1", "wave2", "max2", "cone2", "poly3", "bump2", "jump1", "disk2", "sum6")]
        instances += [
            formula(folder, "analytic", 1, 2, 5, 2, "exp(-x)*sin(3*x) + cos(2*pi*x)/(1+x) - log(1 + x^2)"),
            formula(folder, "hyperbolic", 1, 3, 3, 1, "tanh(4*(x-1/2)) + sinh(x)/3 - 1e-1*cosh(x) + atan(x/2) + tan(x/2)"),
            formula(folder, "powers", 1, 2, 4, 3, "x^3 - 2^-1*x^0.5 + pow(1+x, -2) + x^(3/2)"),
            formula(folder, "extremes", 1, 2, 4, 2, "min(x, 1/2, 1-x) + max(x, .3)"),
            formula(folder, "signs", 1, 2, 2, 2, "-x^2 + (-x)^2 + (x^2)^3 + x^2^-1 - 3 - 2 - -x + 8/4/2*x + 2^3^2*x/512"),
            formula(folder, "nested", 1, 2, 3, 2, "sum(i, 1, 2, sum(j, 0, i, x^(i+j+1)/i)) + sum(k, 3, 1, 1/k)"),
            formula(folder, "nearby", 1, 2, 3, 2, "3*x", remainder="1e-3"),
            formula(folder, "radius", 2, 2, 2, '"4/3"', "hypot(x - 0.3, y)", "one"),
            formula(folder, "third", 3, 2, 1, 1, "x0*x1 + x2", "max"),
            formula(folder, "stairs", 1, 2, 3, 1, "floor(4*x)/4 + step(x - 1/3) + sign(x - 2/3)/2"),
            formula(folder, "choices", 1, 3, 2, 2, "if(x >= 1/2, 1 + (x > 3/4), if(x == 0, 5, x))"),
            formula(folder, "teeth", 1, 2, 3, 1, "mod(3*x, 1) + (x != 1/2)"),
            formula(folder, "squares", 2, 2, 2, 1, "(x < 1/2)*(y <= 1/2)", "max"),
            formula(folder, "band", 1, 2, 2, 1, "step(x - 1/2)", remainder="1/1000"),
            formula(folder, "constant-third", 1, 2, 2, 2, "1/3"),
            formula(folder, "constant-sum", 2, 2, 2, 1, "pi/7 + exp(1)"),
            formula(folder, "constant-root", 1, 3, 2, 3, "-sqrt(2)/3"),
        ]
        for path in instances:
            result = folder / ("result-" + path.stem)
            expect(f"certify {path.stem}", run(certify, "certify", path, "--format", "json", "--out", result, "--quiet"), 0)
            accepted = run(verified, result)
            expect(f"accept {path.stem}", accepted, 0)
            reads_right(path, accepted[1])
        changes = {
            "shift too far": set_level(0, "shift", ["0x3p-1", "0x3p-1"]),
            "shift of nothing": set_level(3, "shift", ["0x0p+0", "0x0p+0"]),
            "shift beyond the cube": set_level(1, "shift", ["0x5p+1", "0x0p+0"]),
            "status": set_level(2, "status", "undecided"),
            "level number": set_level(2, "level", 4),
            "last level left out": drop_level,
            "last readout left out": drop_readout,
            "levels swapped": swap_levels,
            "depth of the instance": replace_in("instance.toml", "depth = 6", "depth = 7"),
            "N of the instance": replace_in("instance.toml", "N = 2", "N = 3"),
            "amplitude": replace_in("network.json", r'("level": 3, "layer": 5, .*?\[9, ")0x[0-9a-f]+p', r"\g<1>0x7fffp"),
            "multiplier": replace_in("network.json", r'("multiplier": "0x)[0-9a-f]{4}', r"\g<1>1234"),
            "shifts of a multiplier": replace_in("network.json", r'"shifts": \[12, 24\]', '"shifts": [12, 23]'),
            "angle": replace_in("network.json", r'\{"angle": \[\[12, 1\]\]\}', '{"angle": [[12, 2]]}'),
            "first phase": replace_in("network.json", r'\{"pi": "0x1p-2"\}', '{"pi": "0x1p-3"}'),
            "activation": replace_in("network.json", '"activation": "sine"', '"activation": "relu"'),
            "samples in another order": other_samples,
        }
        source = folder / "result-jacksboro64"
        for label, change in changes.items():
            expect(f"refuse {label}", run(verified, altered(source, folder / ("altered " + label), change)), 1)
        # The same layers and a formula that is another function, has no value somewhere, or may jump.
        kink = folder / "result-kink1"
        expressions = ["abs(x-1/2)", "abs(x-1/3) + 1", "abs(x-1/3) + 1/40", "abs(x-1/3) - 1/40", "2*abs(x-1/3)", "x", "1/3", "abs(x-1/3)^2", "min(abs(x-1/3), 0.1)",
                       "abs(x-1/3) + 0*sqrt(x-1/3)", "abs(x-1/3) + 0*log(x)", "abs(x-1/3) + 0/x", "abs(x-1/3) + 0/(x-1/3)",
                       "if(x < 1/3, x-1/3, 1/3-x)", "if(x < 1/3, 1/3-x, 0*log(x-1/3))", "abs(x-1/3) + floor(x + 1)/20", "abs(x-1/3) + (0 < x)", "abs(x-1/3) + step(x - 1/2)/20", "abs(y-1/3)", "abs(x-1/3", "abs(x-1/3))",
                       "abs(x-w)", "abs(x-1/3) + 0*(x-1/3)^-1", "abs(x-1/3) + sum(x, 1, 2, 0)"]
        for number, expression in enumerate(expressions):
            change = replace_in("instance.toml", r"abs\(x-1/3\)", expression.replace("\\", ""))
            found = run(verified, altered(kink, folder / f"expression {number}", change))
            if found[0] not in (1, 2):
                failures.append(f"refuse the expression {expression}: exit status {found[0]}: {found[1].strip()[:300]}")
        # The same function with a jump that it does not have on the cube, or has nowhere.
        for number, expression in enumerate(["if(x < 1/3, 1/3-x, x-1/3)", "abs(x-1/3) + 0*floor(x)", "abs(x-1/3) + step(-1-x)"]):
            found = run(verified, altered(kink, folder / f"same {number}", replace_in("instance.toml", r"abs\(x-1/3\)", expression)))
            expect(f"accept {expression}", found, 0)
            if "for every integral that" not in found[1]:
                failures.append(f"{expression}: the claim does not say for which integrals it is proved")
        # A constant near the one of the network, and the network's constant beside another target.
        third = folder / "result-constant-third"
        for number, expression in enumerate(["1/3 + 2^-80", "0.3333333333333333", "x/3", "pi/9", "1/3 + 0*x"]):
            found = run(verified, altered(third, folder / f"constant {number}", replace_in("instance.toml", "1/3", expression)))
            expect(f"refuse the constant {expression}", found, 1)
        expect("refuse a network with another constant", run(verified, altered(third, folder / "other constant", replace_in(
            "network.json", '"constant": "1/3"', '"constant": "1/5"', count=0))), 1)
        for label, change in {
            "expression: shift of nothing": set_level(3, "shift", ["0x0p+0"]),
            "expression: shift too far": set_level(3, "shift", ["0x1p-3"]),
            "expression: shift beyond the cube": set_level(0, "shift", ["0x5p+1"]),
            "expression: last readout left out": drop_readout,
            "expression: levels swapped": swap_levels,
            "expression: p below 1": replace_in("instance.toml", "p = 2", "p = 1/2"),
            "expression: p with a long numerator": replace_in("instance.toml", "p = 2", "p = 2.0001"),
            "expression: no p": replace_in("instance.toml", "p = 2", "p = 0"),
            "expression: N of the instance": replace_in("instance.toml", "N = 2", "N = 3"),
            "expression: dimension": replace_in("instance.toml", "dimension = 1", "dimension = 2"),
            "expression: a remainder too large": replace_in("instance.toml", "dimension = 1", 'dimension = 1\nremainder = "1/40"'),
            "expression: a remainder half as large as the modulus": replace_in("instance.toml", "dimension = 1", 'dimension = 1\nremainder = "1/250"'),
            "expression: a remainder below 0": replace_in("instance.toml", "dimension = 1", 'dimension = 1\nremainder = "-1/4000"'),
        }.items():
            found = run(verified, altered(kink, folder / label.replace(":", ""), change))
            if found[0] not in (1, 2):
                failures.append(f"refuse {label}: exit status {found[0]}: {found[1].strip()[:300]}")
        for seed in range(20):
            expect(f"refuse weight {seed} of a formula's network",
                   run(verified, altered(kink, folder / f"formula weight {seed}", random_weight(seed))), 1)
        for seed in range(40):
            expect(f"refuse weight {seed}", run(verified, altered(source, folder / f"weight {seed}", random_weight(seed))), 1)
        for file in ("instance.toml", "network.json", "samples.pgm"):
            target = folder / ("digest " + file)
            shutil.copytree(source, target)
            (target / file).write_bytes((target / file).read_bytes() + b"\n")
            expect(f"refuse {file} with another digest", run(verified, target), 1)
        for name in ("log1", "takagi1"):
            expect(f"certify {name}", run(certify, "certify", ROOT / f"data/instances/{name}.toml", "--format", "json", "--out", folder / name, "--quiet"), 0)
            expect(f"not covered: {name}", run(verified, folder / name), 1)
        expect("not covered: interpolation", run(certify, "certify", ROOT / "data/instances/hills2.toml", "--out", folder / "hills", "--quiet"), 0)
        expect("not covered: interpolation", run(verified, folder / "hills"), 1)
        expect("layercert check --verified", run(certify, "check", "--verified", source), 0)
        expect("layercert check --verified, a formula", run(certify, "check", "--verified", kink), 0)
        expect("no folder", run(verified, folder / "none"), 2)
    for failure in failures:
        print(failure)
    print(f"{len(failures)} failures" if failures else "layercert-verified: all tests passed")
    return 1 if failures else 0


sys.exit(main())
