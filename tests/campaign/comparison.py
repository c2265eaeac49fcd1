"""Runs producer and checker on one instance and compares what they claim with estimates of the same quantities."""
import dataclasses
import json
import pathlib
import resource
import subprocess
import tempfile
import tomllib
from fractions import Fraction

import numpy

from estimate import norm
from network import Network
from target import Target, Table

_SECONDS = 120  # more than this is a hang
_SECONDS_OF_VERIFIED = 60  # the checker that Coq has proved may take longer than anybody waits
_MEMORY = 3 << 30
_POINTS_COMPARED = 6  # of the network away from the middles of cells, and with `layercert evaluate`
_SHIFTS = 4
_FINEST_ZOOM = 45  # boxes about the largest values have this side as a power of 1/2

_LIMITS = [  # what the checker need not accept, and what then stands in the instance
    ("cannot verify", "# may be unbounded\n"),
    ("cannot verify: that |f(x) - f(y)|", ""),
    ("the certificate says itself that its subdivisions do not suffice", ""),
]
_ROUNDING = 1e-13  # of a value of the target in doubles, relative to the largest intermediate value one expects


def options_in(text):
    """The options of certify stand in a comment of the instance."""
    marked = "# options: "
    return next((line[len(marked):].split() for line in text.split("\n") if line.startswith(marked)), [])


def samples_in(text):
    """The rows of the table, as a comment of the instance has them; none for an expression."""
    marked = "# samples: "
    return next((line[len(marked):].split(" | ") for line in text.split("\n") if line.startswith(marked)), [])


@dataclasses.dataclass
class Outcome:
    verdict: str = ""  # of the producer: certified, not certified, refused
    check: str = ""  # of the checker: accepted, rejected, cannot verify
    verified: str = ""  # of the checker that Coq has proved: accepted, not proved, not covered, no answer
    levels: int = 0
    disagreements: list = dataclasses.field(default_factory=list)


class Run:
    def __init__(self, programs, text, seed, verified=False):
        self._programs = pathlib.Path(programs)
        self._asks_verified = verified
        self._text = text
        self._rng = numpy.random.default_rng(seed)
        self.outcome = Outcome()

    def compare(self):
        with tempfile.TemporaryDirectory(prefix="campaign-") as scratch:
            instance = pathlib.Path(scratch) / "instance.toml"
            instance.write_text(self._text, encoding="ascii")
            if samples_in(self._text):
                (pathlib.Path(scratch) / "samples.csv").write_text("\n".join(samples_in(self._text)) + "\n", encoding="ascii")
            result = pathlib.Path(scratch) / "result"
            produced = self._call("layercert", "certify", instance, "--out", result, "--subdivisions", "--quiet",
                                  "--threads", "1", *options_in(self._text))
            if produced is None:
                return self.outcome
            if produced.returncode == 2:
                self.outcome.verdict = "refused"
                if "expected a finite value" not in produced.stderr or not self._lacks_values():
                    self._disagree("refused: " + produced.stderr.strip().split("\n")[0])
                return self.outcome
            self.outcome.verdict = "certified" if produced.returncode == 0 else "not certified"
            if (result / "certificate.json").exists():
                self._compare_result(result, tomllib.loads(self._text))
                self._check(result)
                if self._asks_verified:
                    self._check_verified(result)
            elif "f is not in L^p" in produced.stderr:
                self.outcome.verdict = "not in L^p"
                if not self._looks_outside():
                    self._disagree("samples look as if f were in L^p: " + produced.stderr.strip()[:200])
            else:
                self._disagree("certify wrote no result: " + produced.stderr.strip()[:200])
        return self.outcome

    def _target_of(self, instance):
        target = instance["target"]
        if "expression" in target:
            return Target(target["expression"])
        return Table(samples_in(self._text), target["dimension"], target["interpolation"] == "multilinear")

    def _looks_outside(self):
        """Of the integral of |f|^p, what a box of side 2^-k about a large value has need not vanish as k grows, if the box had measure 2^-k. Its
        measure is less in a square, and so this is too generous to points there."""
        instance = tomllib.loads(self._text)
        target, dimension = self._target_of(instance), instance["target"]["dimension"]
        p = float(Fraction(instance["theorem"]["p"]))
        return any(self._grows(target, p, numpy.full(dimension, start)) for start in (0.0, 0.5, 1.0))

    def _grows(self, target, p, centre):
        parts = []
        for k in range(_FINEST_ZOOM + 1):
            side = 2.0**-k
            points = numpy.clip(centre - side / 2, 0, 1 - side) + side * self._rng.random((20000, len(centre)))
            values = numpy.abs(target(points))
            if not numpy.isfinite(values).all():
                return True
            if 0 < centre[0] < 1:  # a corner stays where it is
                centre = points[numpy.argmax(values)]
            with numpy.errstate(all="ignore"):
                parts.append(numpy.mean(values**p) * side)
        return not parts[-1] < 0.5 * parts[-16]

    def _lacks_values(self):
        instance = tomllib.loads(self._text)
        values = self._target_of(instance)(self._rng.random((20000, instance["target"]["dimension"])))
        return not numpy.isfinite(values).all()

    # ---- the programs ----

    def _call(self, program, *arguments):
        """None, and a disagreement, if it hangs or crashes."""
        def limits():
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        command = [str(self._programs / program), *map(str, arguments)]
        name = f"{program} {arguments[0]}" if program == "layercert" else program
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, preexec_fn=limits,
                                  check=False)
        except subprocess.TimeoutExpired:
            self._disagree(f"{name} took more than {_SECONDS} s")
            return None
        if done.returncode not in (0, 1, 2):
            self._disagree(f"{name} ended with {done.returncode}: {done.stderr.strip()[-200:]}")
            return None
        return done

    def _check(self, result):
        done = self._call("layercert-check", result)
        if done is None:
            self.outcome.check = "crashed"
            return
        said = (done.stdout + done.stderr).strip().split("\n")[-1]
        certified = self.outcome.verdict == "certified"
        if done.returncode == 0:
            self.outcome.check = "accepted"
            if not certified:
                self._disagree("the checker accepts what is not certified")
        elif done.returncode == 1 and any(limit in said and mark in self._text for limit, mark in _LIMITS):
            self.outcome.check = "cannot verify"
        else:
            self.outcome.check = "rejected"
            if certified or done.returncode == 2:
                self._disagree("the checker does not accept: " + said)

    def _check_verified(self, result):
        """It knows fewer operations, and so proves less; but what it accepts is certified, and accepted by the other checker."""
        try:
            done = subprocess.run([str(self._programs / "layercert-verified"), str(result)], capture_output=True, text=True,
                                  timeout=_SECONDS_OF_VERIFIED, check=False)
        except subprocess.TimeoutExpired:
            self.outcome.verified = "no answer"
            return
        said = (done.stdout + done.stderr).strip().split("\n")[0]
        if done.returncode == 0:
            self.outcome.verified = "accepted"
            if self.outcome.verdict != "certified" or self.outcome.check == "rejected":
                self._disagree(f"the proved checker accepts what is {self.outcome.verdict} and {self.outcome.check}")
        else:
            self.outcome.verified = ("not covered" if said.startswith("not covered") else
                                     "not proved" if said.startswith("rejected") else "no answer")

    def _disagree(self, what):
        self.outcome.disagreements.append(what)

    # ---- one result ----

    def _compare_result(self, result, instance):
        certificate = json.loads((result / "certificate.json").read_text(encoding="ascii"))
        self._target = self._target_of(instance)
        self._dimension = instance["target"]["dimension"]
        self._base = instance["theorem"]["N"]
        self._p = float(Fraction(instance["theorem"]["p"]))
        self._shift_norm = instance["theorem"].get("norm", "euclidean")
        self._read_network(result / "network.json")
        self.outcome.levels = len(certificate["levels"])
        for level in certificate["levels"]:
            self._compare_claims(level)
            self._compare_error(level)
            self._compare_modulus(level)
        if "hoelder" in certificate:
            self._compare_hoelder(certificate)

    def _read_network(self, file):
        """Phi_l on every cell of the finest grid, and how far other points of a cell are from that."""
        network = Network(file)
        side = self._base**network.depth
        middles = numpy.stack(numpy.unravel_index(numpy.arange(side**self._dimension), (side,) * self._dimension), 1)
        points = (middles + self._rng.uniform(0.3, 0.7, middles.shape)) / side
        self._side = side
        self._values = numpy.array([[float(phi) for phi in network.readouts(point)] for point in points]).T
        for point in self._rng.random((_POINTS_COMPARED, self._dimension)):
            readouts = network.readouts(point)
            for level, phi in enumerate(readouts, 1):
                if abs(float(phi) - self._phi(level, point[None, :])[0]) > 1e-13 * (1 + abs(float(phi))):
                    self._disagree(f"Phi_{level} is not constant on the cell of {list(point)}")
        self._compare_evaluation(file, point, readouts)

    def _phi(self, level, points):
        places = numpy.minimum((points * self._side).astype(int), self._side - 1)
        cells = numpy.ravel_multi_index(tuple(places.T), (self._side,) * self._dimension)
        return self._values[level - 1][cells]

    def _compare_evaluation(self, file, point, readouts):
        at = ",".join(str(Fraction(x)) for x in point)
        done = self._call("layercert", "evaluate", file, "--at", at, "--json")
        if done is None:
            return
        for entry, phi in zip(json.loads(done.stdout), readouts):
            lower, upper = (_exact(entry[key]) for key in ("lower", "upper"))
            value, slack = _fraction(phi), Fraction(1, 2**90)
            if not lower - slack <= value <= upper + slack:
                self._disagree(f"evaluate encloses Phi_{entry['level']}({at}) in [{float(lower)}, {float(upper)}], "
                               f"without {float(value)}")

    def _compare_claims(self, level):
        """What follows from the numbers of the certificate alone, exactly."""
        factor = 2 * self._dimension + 1
        error_lower, error_upper, modulus_lower, modulus_upper, bound = (
            _exact(level[key]) for key in ("error_lower", "error_upper", "modulus_lower", "modulus_upper", "bound"))
        size = [abs(_exact(part)) for part in level["shift"]]
        radius = Fraction(1, self._base ** level["level"])
        squared = self._shift_norm == "euclidean"
        length = {"max": max(size), "one": sum(size), "euclidean": sum(part**2 for part in size)}[self._shift_norm]
        holds = {
            "the bounds are ordered": error_lower <= error_upper and modulus_lower <= modulus_upper,
            "the bound is at most (2d+1) modulus_lower": bound <= factor * modulus_lower,
            "certified means error_upper <= bound": level["status"] != "certified" or error_upper <= bound,
            "refuted means error_lower > (2d+1) modulus_upper":
                level["status"] != "refuted" or error_lower > factor * modulus_upper,
            "the shift is at most N^-l long": length <= (radius**2 if squared else radius),
        }
        for claim, true in holds.items():
            if not true:
                self._disagree(f"level {level['level']}: not so: {claim}")

    def _compare_error(self, level):
        def difference(points):
            f, phi = self._target(points), self._phi(level["level"], points)
            return f - phi, _rounding_of(f, phi)
        estimate = norm(difference, [(0, 1)] * self._dimension, self._p, self._rng)
        self._within(level, "error", estimate, level["error_lower"], level["error_upper"])
        if estimate.undefined > 1e-3 and level["status"] == "certified":
            self._disagree(f"level {level['level']}: f has no value at {estimate.undefined:.2%} of the points")

    def _compare_modulus(self, level):
        h = numpy.array([float(_exact(part)) for part in level["shift"]])
        self._within(level, f"norm of f(. + h) - f, h = {list(h)},", self._modulus(h), level["modulus_lower"],
                     level["modulus_upper"])
        for _ in range(_SHIFTS):
            h = self._random_shift(self._base ** -level["level"])
            self._within(level, f"norm of f(. + h) - f, h = {list(h)},", self._modulus(h), "0x0p+0",
                         level["modulus_upper"])

    def _modulus(self, h):
        def difference(points):
            moved, f = self._target(points + h), self._target(points)
            return moved - f, _rounding_of(moved, f)
        return norm(difference, [(max(0, -step), min(1, 1 - step)) for step in h], self._p, self._rng)

    def _random_shift(self, radius):
        h = self._rng.standard_normal(self._dimension)
        h *= self._rng.random(self._dimension) < 0.7  # along axes, too
        length = {"max": numpy.abs(h).max(), "one": numpy.abs(h).sum(), "euclidean": (h**2).sum() ** 0.5}
        size = length[self._shift_norm]
        return h * (radius * self._rng.choice([1, 1, self._rng.random()]) * (1 - 1e-12) / size if size > 0 else 0)

    def _within(self, level, what, estimate, lower, upper):
        lower, upper = _exact(lower), _exact(upper)
        if estimate.exceeds(upper) or estimate.falls_below(lower):
            self._disagree(f"level {level['level']} ({level['status']}): {what} is about {estimate.value:.8g}, "
                           f"plainly in [{estimate.low:.8g}, {estimate.high:.8g}], but [{float(lower):.8g}, "
                           f"{float(upper):.8g}] is claimed")

    def _compare_hoelder(self, certificate):
        claim = certificate["hoelder"]
        scale, alpha = float(Fraction(claim["lambda"])), float(Fraction(claim["alpha"]))
        for level in certificate["levels"]:
            bound = (2 * self._dimension + 1) * scale * self._base ** (-alpha * level["level"])
            if float(_exact(level["hoelder_bound"])) > bound * (1 + 1e-12):
                self._disagree(f"level {level['level']}: hoelder_bound exceeds {bound}")
            if level["hoelder_status"] == "certified" and _exact(level["error_upper"]) > _exact(level["hoelder_bound"]):
                self._disagree(f"level {level['level']}: the corollary is not certified")
        if claim["hypothesis"] == "verified":
            x, y = self._rng.random((2, 20000, self._dimension))
            # Near and far, but not so near that rounding, enlarged by what f does to it, shows in the quotient.
            y = x + (y - x) * numpy.maximum(self._rng.random((len(x), 1)) ** 4, 1e-4)
            size = numpy.abs(y - x)
            length = {"max": size.max(1), "one": size.sum(1), "euclidean": (size**2).sum(1) ** 0.5}[self._shift_norm]
            f, moved = self._target(x), self._target(y)
            slack = _rounding_of(f, moved)
            if (numpy.abs(moved - f) > scale * length**alpha * (1 + 1e-6) + slack).any():
                self._disagree("Hoelder's condition is called verified and fails")


def _rounding_of(*values):
    finite = [value[numpy.isfinite(value)] for value in values]
    return _ROUNDING * max((float(numpy.abs(value).max()) for value in finite if value.size), default=0.0)


def _exact(text):
    if text == "inf":
        return float("inf")
    whole, exponent = text.split("p")
    digits = whole.replace("0x", "")
    places = len(digits.partition(".")[2])
    return int(digits.replace(".", ""), 16) * Fraction(2) ** (int(exponent) - 4 * places)


def _fraction(number):
    """Of an mpmath float, exactly."""
    sign, mantissa, exponent, _ = number._mpf_
    return (-1 if sign else 1) * int(mantissa) * Fraction(2) ** exponent
