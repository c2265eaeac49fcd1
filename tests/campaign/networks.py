"""Random networks and targets on which producer, checker and estimates have to agree: see README.md beside this file."""
import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
from fractions import Fraction

import numpy

from estimate import norm
from layers import Layers
from target import Target

_SECONDS = 120  # more than this is a hang
_ROUNDING = 1e-12  # of f - Phi in doubles, relative to the sizes of both
_TARGETS = {
    1: ["x^2", "sin(5*x)", "abs(x-1/3)", "exp(-x)*cos(9*x)", "max(x, 1-2*x)", "step(x-0.3)*x", "sqrt(x)", "1/(1+25*(x-1/2)^2)"],
    2: ["x0*x1", "sin(3*x0+x1)", "abs(x0-x1)", "max(x0, x1^2)", "exp(-x0-2*x1)", "step(x0+x1-1)", "hypot(x0-1/2, x1-1/2)"],
    3: ["x0*x1*x2", "sin(x0+x1-x2)", "abs(x0-x2)+x1", "exp(-x0*x1)+x2^2"],
}
_EXPONENTS = ["1", "2", "2", "3", "3/2", "4", "5/4"]


class Case:
    def __init__(self, programs, seed):
        self._programs, self._seed = pathlib.Path(programs), seed
        rng = random.Random(f"networks {seed}")
        self.dimension = rng.choice([1, 1, 1, 2, 2, 3])
        self.target = rng.choice(_TARGETS[self.dimension])
        self.p = rng.choice(_EXPONENTS)
        self.N = rng.choice([2, 3])
        self.at_most = rng.choice([None, None, "0.1", "1"])
        self.layers = Layers(seed, self.dimension)
        self.options = ["--boxes", rng.choice(["2000", "20000"]), "--tolerance", rng.choice(["0.01", "0.1"])]
        self.disagreements = []

    def compare(self):
        """The verdict and what the checker says."""
        with tempfile.TemporaryDirectory(prefix="campaign-") as scratch:
            folder = pathlib.Path(scratch)
            (folder / "i.toml").write_text(f'[target]\ndimension = {self.dimension}\nexpression = "{self.target}"\n'
                                           f'[theorem]\nN = {self.N}\ndepth = 3\np = "{self.p}"\n', encoding="ascii")
            (folder / "n.json").write_text(self.layers.text(), encoding="ascii")
            out = folder / "result"
            words = ["certify", folder / "i.toml", "--network", folder / "n.json", "--out", out, "--sup", "--quiet", "--threads", "1",
                     *self.options, *(["--at-most", self.at_most] if self.at_most else [])]
            if self._call("layercert", *words) is None:
                return "crashed", "not checked"
            certificate = json.loads((out / "certificate.json").read_text(encoding="ascii"))
            for readout, (name, _) in enumerate(self.layers.readouts):
                self._compare(certificate["readouts"][readout], name, readout)
            return certificate["verdict"], self._check(out, certificate)

    def _call(self, program, *words):
        try:
            done = subprocess.run([str(self._programs / program), *map(str, words)], capture_output=True, text=True, timeout=_SECONDS,
                                  check=False)
        except subprocess.TimeoutExpired:
            self.disagreements.append(f"{program} took more than {_SECONDS} s")
            return None
        if done.returncode not in (0, 1):
            self.disagreements.append(f"{program} ended with {done.returncode}: {done.stderr.strip()[-200:]}")
            return None
        return done

    def _compare(self, entry, name, readout):
        if entry["readout"] != name:
            self.disagreements.append(f"readout {readout} is {entry['readout']}; expected {name}")
        target = Target(self.target)

        def difference(points):
            f, phi = target(points), self.layers.values(points)[readout]
            return f - phi, _ROUNDING * (float(numpy.nanmax(numpy.abs(f))) + float(numpy.max(numpy.abs(phi))) + 1)
        estimate = norm(difference, [(0, 1)] * self.dimension, float(Fraction(self.p)), numpy.random.default_rng(self._seed))
        lower, upper = float(entry["error_lower_decimal"]), float(entry["error_upper_decimal"])
        if estimate.exceeds(upper) or estimate.falls_below(lower):
            self.disagreements.append(f"{name}: the error is about {estimate.value}; certified was [{lower}, {upper}]")
        points = numpy.random.default_rng(self._seed).random((20000, self.dimension))
        largest = float(numpy.nanmax(numpy.abs(difference(points)[0])))
        if largest > float(entry["sup_upper_decimal"]) * (1 + 1e-9) + 1e-9:
            self.disagreements.append(f"{name}: |f - Phi| is {largest} somewhere; certified was at most {entry['sup_upper_decimal']}")
        bound = Fraction(self.at_most) if self.at_most else Fraction(float.fromhex(entry["bound"]))
        proved = Fraction(upper) <= bound if numpy.isfinite(upper) else False
        if (entry["status"] == "certified") != proved:
            self.disagreements.append(f"{name}: is {entry['status']}, with an error of at most {upper} and a bound of {float(bound)}")

    def _check(self, out, certificate):
        done = self._call("layercert-check", out)
        if done is None:
            return "crashed"
        if done.returncode == 0:
            if certificate["verdict"] != "certified":
                self.disagreements.append(f"the checker accepts what is {certificate['verdict']}")
            return "accepted"
        said = (done.stdout + done.stderr).strip()
        if "cannot verify" in said or "do not suffice" in said:
            return "cannot verify"
        if certificate["verdict"] == "certified":
            self.disagreements.append("the checker rejects: " + said[-200:])
        return "rejected"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", default="build/release", help="folder of layercert and layercert-check")
    parser.add_argument("--seeds", type=int, default=25, help="how many random networks")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--verbose", action="store_true", help="a line for every network")
    options = parser.parse_args()
    counts, failures = collections.Counter(), 0
    for seed in range(options.first, options.first + options.seeds):
        start, case = time.monotonic(), Case(options.programs, seed)
        verdict, check = case.compare()
        counts["networks"] += 1
        counts[f"{verdict}, {check}"] += 1
        if options.verbose:
            print(f"seed {seed}: d = {case.dimension}, {case.target}, p = {case.p}: {verdict}, {check}, {time.monotonic() - start:.1f} s",
                  flush=True)
        if case.disagreements:
            failures += 1
            print(f"seed {seed}: DISAGREEMENT\n    " + "\n    ".join(case.disagreements), flush=True)
    for what, count in sorted(counts.items()):
        print(f"{count:6}  {what}")
    print(f"{failures} disagreements")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
