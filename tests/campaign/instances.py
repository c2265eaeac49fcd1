"""Random instances, a pure function of the seed."""
import dataclasses
import random

_LARGE_EXPONENTS = ["30", "100", "1000"]
_EXPONENTS = ["1", "1", "2", "2", "2", "3", "4", "1.1", '"3/2"', '"5/4"', '"7/2"', "2.5", '"41/7"', "8"]
_MOST_CELLS = 300


@dataclasses.dataclass
class Expression:
    text: str
    binding: int  # 0 comparison, 1 sum, 2 product, 3 sign, 4 power, 5 whatever needs no parentheses


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.dimension = self.rng.choice([1, 1, 1, 2, 2, 2, 3, 3, 4])
        self.exponents = _EXPONENTS
        self.kind = seed % 4  # of the source: 0 one of the special ones, else an expression of any kind

    def instance(self):
        """The text of the TOML file; comments at its head are for the campaign."""
        rng = self.rng
        base = rng.choice([2, 2, 2, 3, 3, 4, 5])
        deepest = 1
        while deepest < 6 and base ** (self.dimension * (deepest + 1)) <= _MOST_CELLS:
            deepest += 1
        source, bounded = self.source()
        options = ["--tolerance", rng.choice(["0.01", "0.05", "0.3"]), "--boxes", rng.choice(["2000", "10000"])]
        lines = [f"# options: {' '.join(options)}"] + ([] if bounded else ["# may be unbounded"])
        samples = [line for line in source if line.startswith("# ")]
        lines += samples + ["[target]", f"dimension = {self.dimension}"] + source[len(samples):]
        if rng.random() < 0.05:
            lines.append(f'remainder = "1/2^{rng.randint(5, 40)}"')
        lines += ["[theorem]", f"N = {base}", f"depth = {rng.randint(1, deepest)}", f"p = {rng.choice(self.exponents)}",
                  f'norm = "{rng.choice(["euclidean", "max", "one"])}"']
        if rng.random() < 0.2:
            lines += ["[hoelder]", f"lambda = {rng.choice(['0.5', '1', '2', '5', '20', '100'])}",
                      f"alpha = {rng.choice(['1', '1', '1', '0.5', '0.75'])}"]
        return "\n".join(lines) + "\n"

    def source(self):
        """(lines of [target], comments first, whether the target is surely bounded)"""
        if self.kind == 0 and self.rng.random() < 0.4:
            return self.table(), True
        expression, bounded = self.special() if self.kind == 0 else self.target()
        return [f'expression = "{expression}"'], bounded

    def table(self):
        """Samples of any kind, as a comment that the campaign writes to samples.csv: rows with | between them."""
        rng = self.rng
        self.dimension = min(self.dimension, 3)
        interpolation = rng.choice(["constant", "multilinear"])
        sides = [rng.randint(2, {1: 20, 2: 8, 3: 4}[self.dimension]) for _ in range(self.dimension)]
        if self.dimension == 3:
            sides = [sides[0]] * 3
        rows = 1
        for side in sides[1:]:
            rows *= side
        sample = rng.choice([
            lambda: str(rng.randint(-3, 3)),
            lambda: repr(rng.gauss(0, 1)),
            lambda: repr(rng.gauss(0, 1) * 1e200),
            lambda: repr(rng.gauss(0, 1) * 2.0**-900),
            lambda: repr(rng.gauss(0, 1) * 10.0 ** rng.randint(-30, 3)),
            lambda: f"{rng.choice('-+').strip('+')}{rng.randint(0, 9)}.{rng.getrandbits(83):025}",
        ])
        lines = [", ".join(sample() for _ in range(sides[0])) for _ in range(rows)]
        return ["# samples: " + " | ".join(lines), 'table = "samples.csv"', f'interpolation = "{interpolation}"']

    def special(self):
        """Quotients with common zeros, guards, and scales: (an expression, whether it is surely bounded)"""
        rng = self.rng
        place = Expression(f"x0 - {rng.choice(['1/3', '0.5', '7/10'])}", 1)
        u = rng.choice([self.variable(), self.variable(), place, self.affine()])
        v = self.variable()
        bare = self.inside(u, 5)
        kind = rng.random()
        if kind < 0.4:
            quotient = rng.choice([
                f"sin({u.text})/{bare}", f"(exp({u.text}) - 1)/{bare}", f"(1 - cos({u.text}))/{bare}^2",
                f"log(1 + {v.text})/{v.text}", f"tan({v.text})/{v.text}", f"{v.text}*log({v.text})", f"{v.text}^{v.text}",
                f"x0/(x0 + {v.text})", f"x0*{v.text}/(x0 + {v.text})", f"x0^2/(x0^2 + {v.text}^2)",
                f"(exp({bare}^2) - 1)/{bare}", f"atan({u.text})/{bare}", f"sinh({u.text})/{bare}",
            ])
            more = self.expression(rng.choice([0, 1]))
            return rng.choice([quotient, f"{quotient} + {self.inside(more, 2)}", f"({quotient})*{self.inside(more, 3)}"]), False
        if kind < 0.7:
            border = rng.choice(["1/3", "0.5", "7/9"])
            a, b = self.expression(rng.choice([0, 1, 2])).text, self.expression(rng.choice([0, 1])).text
            guarded = rng.choice([
                f"if({v.text} == {border}, 1/0, {a})", f"if({v.text} == {border}, {b}, {a})", f"if({v.text} > {border}, {a}, {b})",
                f"if({v.text} > {border}, sqrt({v.text} - {border}), {b})", f"if({v.text} <= {border}, {a}, log({v.text} - {border}))",
                f"if({v.text} >= {border}, ({v.text} - {border})^(1/3), {a})", f"if(x0 == {v.text}, 7, {a})",
            ])
            return guarded, False
        scale = rng.choice(["1e200", "1e-200", "2^900", "1e-290", "1e30", "1/3e100"])
        if rng.random() < 0.5:
            scale = "1"
            self.exponents = _LARGE_EXPONENTS
        return f"{scale}*{self.inside(self.expression(rng.choice([0, 1, 2])), 3)}", True

    def target(self):
        """(an expression, whether it is surely bounded)"""
        kind = self.rng.random()
        if kind < 0.02:
            return self.constant(), True
        if kind < 0.12:
            return self.sum(self.singular(), self.expression(1)).text, False
        if kind < 0.18:
            return self.wild(self.expression(2)).text, False
        if kind < 0.26:  # digits cancel, or all is tiny
            scale = self.rng.choice(["1e-9", "1/2^40", "3e5", "1e3"])
            return self.sum(self.product(Expression(scale, 2), self.expression(2)),
                            Expression(self.rng.choice(["0", "1", "1e4"]), 5)).text, True
        return self.expression(self.rng.choice([1, 2, 2, 3])).text, True

    # ---- numbers and variables ----

    def constant(self):
        rng = self.rng
        return rng.choice([str(rng.randint(0, 5)), f"{rng.random():.3f}", f"{rng.randint(1, 9)}/{rng.randint(2, 9)}",
                           "pi", "e", "1e-3", f"{rng.randint(0, 3)}.{rng.randint(0, 99):02}"])

    def number(self):
        text = self.constant()
        return Expression(text, 2 if "/" in text else 5)

    def variable(self):
        return Expression(f"x{self.rng.randrange(self.dimension)}", 5)

    def affine(self):
        result = self.product(self.number(), self.variable())
        for _ in range(self.rng.randrange(self.dimension + 1)):
            result = self.sum(result, self.product(self.number(), self.variable()))
        return self.sum(result, self.number())

    # ---- operations; parentheses where they are needed, and now and then where they are not ----

    def inside(self, expression, binding):
        if expression.binding < binding or self.rng.random() < 0.15:
            return f"({expression.text})"
        return expression.text

    def sum(self, a, b):
        sign = self.rng.choice("+-")
        return Expression(f"{self.inside(a, 1)} {sign} {self.inside(b, 2)}", 1)

    def product(self, a, b):
        return Expression(f"{self.inside(a, 2)}*{self.inside(b, 3)}", 2)

    def quotient(self, a, b):
        return Expression(f"{self.inside(a, 2)}/{self.inside(b, 3)}", 2)

    def call(self, name, *arguments):
        return Expression(f"{name}({', '.join(argument.text for argument in arguments)})", 5)

    def power(self, a, exponent):
        if self.rng.random() < 0.3:
            return self.call("pow", a, Expression(exponent.strip("()"), 0))
        return Expression(f"{self.inside(a, 5)}^{exponent}", 4)

    def comparison(self, a, b):
        return Expression(f"{self.inside(a, 1)} {self.rng.choice(['<', '<=', '>', '>='])} {self.inside(b, 1)}", 0)

    def positive(self, a):
        """At least 1/4."""
        return self.sum_of_two(Expression(self.rng.choice(["1/4", "0.5", "1", "2"]), 2),
                               self.rng.choice([self.call("abs", a), self.power(a, "2")]))

    def sum_of_two(self, a, b):
        return Expression(f"{a.text} + {self.inside(b, 2)}", 1)

    def expression(self, depth):
        rng = self.rng
        if depth == 0:
            return rng.choice([self.variable, self.affine, self.affine])()
        a = self.expression(depth - 1)

        def other():
            return self.expression(rng.randrange(depth))

        return rng.choice([
            lambda: self.sum(a, other()),
            lambda: self.sum(a, other()),
            lambda: self.product(a, other()),
            lambda: Expression(f"-{self.inside(a, 3)}", 3),
            lambda: self.quotient(a, self.positive(other())),
            lambda: self.call("sin", self.product(Expression(rng.choice(["1", "2*pi", "7", "30"]), 2), a)),
            lambda: self.call("cos", a),
            lambda: self.call("exp", self.call(rng.choice(["sin", "tanh", "cos"]), a)),
            lambda: self.call("exp", Expression(f"-{self.inside(self.power(a, '2'), 3)}", 3)),
            lambda: self.call(rng.choice(["atan", "tanh", "erf", "cbrt"]), a),
            lambda: self.call(rng.choice(["asin", "acos"]), self.call(rng.choice(["sin", "tanh"]), a)),
            lambda: self.call("log", self.positive(a)),
            lambda: self.call("sqrt", self.positive(a)),
            lambda: self.call("sqrt", self.call("abs", a)),
            lambda: self.power(a, rng.choice(["2", "3"])),
            lambda: self.power(self.positive(a), rng.choice(["0.7", "(1/3)", "(-1)", "1.5", "-2"])),
            lambda: self.power(self.call("abs", a), rng.choice(["(3/2)", "0.5", "(1/3)", "1.25"])),
            lambda: self.call("abs", a),
            lambda: self.call(rng.choice(["min", "max"]), a, other()),
            lambda: self.call("min", self.call("max", a, other()), self.number()),
            lambda: self.call(rng.choice(["step", "sign"]), self.sum(a, self.number())),
            lambda: self.call("floor", self.product(Expression(rng.choice(["2", "3", "5"]), 5), a)),
            lambda: self.call("if", self.comparison(a, other()), other(), self.number()),
            lambda: self.product(Expression(f"({self.comparison(a, self.number()).text})", 5), other()),
        ])()

    def singular(self):
        """Unbounded, with the p-th power integrable for some p only."""
        rng = self.rng
        place = rng.choice([self.variable(), Expression(f"x0 - {rng.choice(['1/3', '0.5', '0.7'])}", 1)])
        return rng.choice([
            lambda: self.call("log", self.call("abs", place)),
            lambda: self.power(self.call("abs", place), rng.choice(["(-1/4)", "(-0.1)", "(-1/2)"])),
            lambda: self.quotient(self.number(), self.call("sqrt", self.call("abs", place))),
            lambda: self.quotient(self.call("sin", self.variable()), self.variable()),
        ])()

    def wild(self, a):
        """Perhaps without a value, or not integrable."""
        name = self.rng.choice(["log", "sqrt", "tan", "asin", "quotient", "power", "exp", "sinh"])
        if name == "quotient":
            return self.quotient(self.number(), a)
        if name == "power":
            return self.power(a, self.rng.choice(["(-1/3)", "0.5", "(1/3)", "(-1)"]))
        return self.call(name, a)
