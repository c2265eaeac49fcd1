"""What a Result gives: arrays, tables, pictures, intervals, points; and that it can be kept and compared. Run by CTest."""
import copy
import doctest
import importlib.util
import pickle
import sys
import unittest
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import numpy

import layercert

RESULT = layercert.certify("abs(x - 1/3)*y", N=2, depth=3, p="3/2")
KINK = layercert.certify("abs(x - 1/3)", N=2, depth=3)


def needs(name):
    return unittest.skipUnless(importlib.util.find_spec(name), f"{name} is not installed (scripts/install python-extras)")


def exact(text):
    """A bound of the certificate."""
    return float("inf") if text == "inf" else float.fromhex(text)


class Arrays(unittest.TestCase):
    def test_levels_are_those_of_the_certificate(self):
        levels = RESULT.levels
        self.assertEqual(levels.shape, (3,))
        for row, level in zip(levels, RESULT.certificate["levels"]):
            self.assertEqual(row["status"], level["status"])
            for name in ("level", "cells"):
                self.assertEqual(row[name], level[name])
            for name in ("error_lower", "error_upper", "modulus_lower", "modulus_upper", "bound", "ratio_lower", "ratio_upper",
                         "projection_bound"):
                self.assertEqual(row[name], exact(level[name]), name)
        self.assertEqual(set(RESULT.table), set(levels.dtype.names))

    def test_pairs_are_outward(self):
        # f(x) = x: || f - P_l f ||_2 = t / sqrt(12), omega_2(f, t) = t sqrt(1 - t), with t = 2^-l.
        result = layercert.certify("x", depth=4)
        for l, (error, modulus, bound, ratio) in enumerate(zip(result.errors, result.moduli, result.bounds, result.ratios), 1):
            t = Fraction(1, 2 ** l)
            self.assertLessEqual(t ** 2 / 12, Fraction(error[1]) ** 2)
            self.assertLessEqual(Fraction(modulus[0]) ** 2, t ** 2 * (1 - t))
            self.assertLessEqual(t ** 2 * (1 - t), Fraction(modulus[1]) ** 2)
            self.assertLessEqual(Fraction(bound[0]), 3 * Fraction(modulus[0]))
            self.assertLessEqual(3 * Fraction(modulus[1]), Fraction(bound[1]))
            self.assertLessEqual(Fraction(ratio[0]) * Fraction(modulus[1]), Fraction(error[0]))
            self.assertGreaterEqual(Fraction(ratio[1]) * Fraction(modulus[0]), Fraction(error[1]))
            for pair in (error, modulus, bound, ratio):
                self.assertLessEqual(pair[0], pair[1])

    def test_arrays_are_copies(self):
        RESULT.levels["error_upper"] = 0
        RESULT.table["error_upper"][:] = 0
        RESULT.errors[:] = 0
        self.assertTrue((RESULT.errors[:, 1] > 0).all())

    @needs("pandas")
    def test_the_data_frame(self):
        frame = RESULT.to_dataframe()
        self.assertEqual(list(frame.columns), list(RESULT.levels.dtype.names))
        self.assertTrue((frame["error_upper"].to_numpy() == RESULT.errors[:, 1]).all())
        self.assertEqual(list(frame["status"]), ["certified"] * 3)

    def test_what_is_not_installed_is_named(self):
        for package, call in (("pandas", RESULT.to_dataframe), ("matplotlib", RESULT.plot),
                              ("mpmath", lambda: layercert.intervals([0, 1], "iv")), ("flint", lambda: layercert.intervals([0, 1], "arb"))):
            with mock.patch.dict(sys.modules, {package: None}), self.subTest(package=package):
                with self.assertRaisesRegex(ImportError, f"{package}.*install"):
                    call()


class Points(unittest.TestCase):
    def test_shapes(self):
        points = numpy.linspace(0, 1, 24).reshape(3, 4, 2)
        everything = RESULT.evaluate(points)
        self.assertEqual(everything.shape, (3, 4, 3, 2))
        for level in (1, 2, 3):
            self.assertTrue((RESULT.evaluate(points, level) == everything[..., level - 1, :]).all())
        self.assertTrue((RESULT.evaluate(points[1, 2]) == everything[1, 2]).all())
        self.assertEqual(RESULT.evaluate(numpy.empty((0, 2)), 1).shape, (0, 2))
        for one, shape in ((0.5, ()), ([0.5], (1,)), ([0.5, 0.25], (2,)), ([[0.5], [0.25]], (2,)), (numpy.zeros((2, 3, 1)), (2, 3))):
            self.assertEqual(KINK.evaluate(one, 2).shape, (*shape, 2))

    def test_points_are_exact(self):
        third = KINK.evaluate(["1/3", Fraction(1, 3), 1 / 3, numpy.longdouble(1) / 3], 3)
        self.assertTrue((third[0] == third[1]).all())
        self.assertTrue((third[:, 0] <= third[:, 1]).all())
        # The ramp of level 1 ends at 1/2; one double below is another value.
        beside = KINK.evaluate([0.5, numpy.nextafter(0.5, 0)], 1)
        self.assertGreater(abs(beside[0, 0] - beside[1, 0]), 1e-9)

    def test_values_agree_with_the_cells(self):
        lower, upper = RESULT.readout(2)
        middles = numpy.stack(numpy.meshgrid((numpy.arange(4) + 0.5) / 4, (numpy.arange(4) + 0.5) / 4), axis=-1)  # axes y, x
        values = RESULT.evaluate(middles, 2)
        self.assertTrue((values[..., 0] <= upper).all() and (values[..., 1] >= lower).all())
        self.assertLess((values[..., 1] - values[..., 0]).max(), 1e-15)

    def test_bad_points(self):
        for bad, error in (([0.1, 0.2, 0.3], ValueError), (0.5, ValueError), ([[0.1, 1.5]], layercert.InputError), ([[0.1, -1e-300]], layercert.InputError),
                           ([[0.1, numpy.nan]], ValueError), (numpy.array([[0.1, numpy.nan]]), layercert.InputError), ([[0.1], [0.2, 0.3]], (ValueError, TypeError)),
                           (numpy.zeros((2, 3)), ValueError), ([["a", 0.1]], layercert.InputError)):
            with self.subTest(bad=bad), self.assertRaisesRegex(error, "^points.*expected"):
                RESULT.evaluate(bad)
        with self.assertRaisesRegex(layercert.InputError, r"points\[1, 0\]: found 2.0"):
            RESULT.evaluate(numpy.array([[0.0, 0], [2, 0]]))
        for level in (0, 4, -1):
            with self.assertRaisesRegex(layercert.InputError, "^level"):
                RESULT.evaluate([0, 0], level)


class Intervals(unittest.TestCase):
    def test_pairs(self):
        self.assertTrue((layercert.intervals(RESULT.errors) == RESULT.errors).all())
        for bad in ([1, 0], [1, 2, 3], 1.0, [0, numpy.nan]):
            with self.assertRaisesRegex(ValueError, "pairs"):
                layercert.intervals(bad)
        for call in (lambda: layercert.intervals([0, 1], "ball"), lambda: RESULT.evaluate([0, 0], kind="ball")):
            with self.assertRaisesRegex(ValueError, "kind"):
                call()

    @needs("mpmath")
    def test_mpmath(self):
        import mpmath

        before = mpmath.iv.prec
        try:
            for mpmath.iv.prec in (4, 53, 200):  # ends stay as they are, however few bits mpmath works with
                made = layercert.intervals(RESULT.errors, "iv")
                self.assertEqual(made.shape, (3,))
                for interval, (lower, upper) in zip(made, RESULT.errors):
                    self.assertEqual((mpmath.mpf(interval.a._mpi_[0]), mpmath.mpf(interval.b._mpi_[1])), (lower, upper))
        finally:
            mpmath.iv.prec = before
        self.assertEqual(RESULT.readout(1, "iv").shape, (2, 2))
        self.assertIn(1e300, layercert.intervals([0, numpy.inf], "iv"))

    @needs("flint")
    def test_flint(self):
        import flint

        for flint.ctx.prec in (4, 53):
            for ball, (lower, upper) in zip(layercert.intervals(RESULT.errors, "arb"), RESULT.errors):
                self.assertTrue(ball.contains(flint.arb(lower)) and ball.contains(flint.arb(upper)))
        self.assertTrue(layercert.intervals([0, numpy.inf], "arb").contains(flint.arb(10) ** 300))


class Pictures(unittest.TestCase):
    def test_html(self):
        class Tags(HTMLParser):
            open, seen = [], []

            def handle_starttag(self, tag, attributes):
                self.open.append(tag)
                self.seen.append(tag)

            def handle_endtag(self, tag):
                assert self.open.pop() == tag

        tags = Tags()
        tags.feed(layercert.certify("if(x < 1/2, x, 1 - x)", depth=2)._repr_html_())
        tags.close()
        self.assertEqual(tags.open, [])
        self.assertEqual(tags.seen.count("tr"), 3)
        self.assertIn("x &lt; 1/2", layercert.certify("if(x < 1/2, x, 1 - x)", depth=2)._repr_html_())
        self.assertIn("samples", layercert.certify(numpy.arange(4.0), depth=1)._repr_html_())

    def test_decimals_are_outward(self):
        from layercert._result import _down, _range

        self.assertEqual(_down(0.12349999), "0.1234")
        self.assertEqual(_range(1.00009, 1.00001), "[1.000, 1.001]")
        self.assertEqual(_range(0.0, numpy.inf), "[0, inf]")

    @needs("matplotlib")
    def test_plot(self):
        import matplotlib
        matplotlib.use("Agg")
        from matplotlib import pyplot

        axes = pyplot.subplots()[1]
        self.assertIs(RESULT.plot(ax=axes), axes)
        errors, bounds = (line.get_ydata() for line in axes.get_lines())
        self.assertTrue((errors == RESULT.errors[:, 1]).all())
        self.assertTrue((bounds == RESULT.bounds[:, 0]).all())
        self.assertIsNot(RESULT.plot(), axes)
        layercert.certify("1/3", depth=2).plot(axes)  # errors of 0
        layercert.certify("tan(2*x)", depth=1, boxes=1 << 8).plot(axes)  # infinite
        pyplot.close("all")


class Kept(unittest.TestCase):
    def test_pickled(self):
        for result in (RESULT, layercert.certify(numpy.arange(16.0).reshape(4, 4), depth=2), layercert.certify("x", depth=2, format="binary"),
                       layercert.certify("x", depth=6, accuracy=0.1)):
            again = pickle.loads(pickle.dumps(result))
            self.assertEqual(again, result)
            self.assertEqual(hash(again), hash(result))
            self.assertEqual(again.certificate, result.certificate)
            self.assertTrue((again.levels == result.levels).all())
            self.assertTrue((again.readout(1)[0] == result.readout(1)[0]).all())
            middle = [0.3] * result.dimension
            self.assertTrue((again.evaluate(middle) == result.evaluate(middle)).all())
            self.assertEqual(copy.deepcopy(result), result)

    def test_a_pickle_whose_network_was_changed_is_refused(self):
        _, files = RESULT.__reduce__()
        certificate, instance, name, network = files
        from layercert import _layercert
        for changed in ((certificate, instance, name, network.replace(b"1", b"2", 1)), (certificate, instance + b"\n", name, network),
                        (certificate.replace(b'"level":3', b'"level":2'), instance, name, network)):
            with self.assertRaises(layercert.InputError):
                _layercert.result_of_files(*changed)

    def test_equality(self):
        self.assertEqual(layercert.certify("abs(x - 1/3)", N=2, depth=3), KINK)
        self.assertNotEqual(layercert.certify("abs(x - 1/3)", N=2, depth=2), KINK)
        self.assertNotEqual(layercert.certify("abs(x - 1/3) ", N=2, depth=3), KINK)  # another instance
        self.assertNotEqual(KINK, 1)
        self.assertEqual(len({KINK, RESULT, layercert.certify("abs(x - 1/3)", N=2, depth=3)}), 2)


class Typed(unittest.TestCase):
    def test_the_package_is_marked_as_typed(self):
        self.assertTrue((Path(layercert.__file__).parent / "py.typed").exists())


def load_tests(loader, tests, pattern):
    for name in ("", "._certify", "._folders", "._intervals", "._recording", "._result"):
        tests.addTests(doctest.DocTestSuite(importlib.import_module("layercert" + name), optionflags=doctest.ELLIPSIS,
                                            test_finder=doctest.DocTestFinder(exclude_empty=True)))
    return tests


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
