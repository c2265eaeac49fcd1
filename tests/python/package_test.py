"""The Python package, against closed forms and against the command line's files. Run by CTest."""
import io
import json
import signal
import sys
import tempfile
import threading
import time
import unittest
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from unittest import mock

import numpy

import layercert


class Expressions(unittest.TestCase):
    def test_bounds_hold_the_closed_form(self):
        # f(x) = x: || f - P_l f ||_2 = t / sqrt(12), omega_2(f, t) = t sqrt(1 - t), with t = 2^-l.
        result = layercert.certify("x", dimension=1, N=2, depth=4, p=2)
        self.assertTrue(result.certified)
        t = 2.0 ** -result.table["level"]
        error, modulus = t / numpy.sqrt(12), t * numpy.sqrt(1 - t)
        self.assertTrue((result.table["error_upper"] >= error).all())
        self.assertTrue((result.table["error_lower"] <= 1.02 * error).all())
        self.assertTrue((result.table["modulus_lower"] <= modulus).all())
        self.assertTrue((result.table["modulus_upper"] >= modulus * (1 - 1e-15)).all())
        self.assertTrue((result.table["bound"] <= 3 * result.table["modulus_upper"]).all())

    def test_numbers_are_exact(self):
        with tempfile.TemporaryDirectory() as folder:
            layercert.certify("x", dimension=1, depth=1, p=Fraction(7, 2), remainder="1/2^30", out=Path(folder) / "out")
            text = (Path(folder) / "out" / "instance.toml").read_text()
        self.assertIn('p = "7/2"', text)
        self.assertIn('remainder = "1/2^30"', text)

    def test_an_accuracy_ends_the_network(self):
        result = layercert.certify("x", dimension=1, depth=6, accuracy=0.1)
        self.assertEqual(result.certificate["accuracy"]["level"], 2)
        self.assertEqual(result.depth, 2)
        self.assertLessEqual(result.table["error_upper"][-1], 0.1)

    def test_what_is_wrong_is_said(self):
        with self.assertRaisesRegex(layercert.InputError, "dimension"):
            layercert.certify("x", dimension=11)
        with self.assertRaisesRegex(ValueError, "sinn"):
            layercert.certify("sinn(x)", dimension=1)
        with self.assertRaises(TypeError):
            layercert.certify("x", dimension="one")
        with self.assertRaisesRegex(ValueError, "finite"):
            layercert.certify("x", dimension=1, p=float("nan"))
        with self.assertRaises(ValueError):
            layercert.certify("x", dimension=1, tolerance=0)
        with self.assertRaisesRegex(layercert.InputError, "accuracy"):
            layercert.certify("x", dimension=1, accuracy="a tenth")


class Arrays(unittest.TestCase):
    def test_readouts_have_the_axes_of_the_array(self):
        samples = numpy.arange(16.0).reshape(4, 4) ** 2
        result = layercert.certify(samples, N=2, depth=2)
        self.assertTrue(result.certified)
        lower, upper = result.readout(2)
        self.assertEqual(lower.shape, (4, 4))
        self.assertTrue((lower <= upper).all())
        self.assertLess(numpy.abs((lower + upper) / 2 - samples).max(), 16.0)  # of 225: transposed it would be 100 and more
        coarse = (result.readout(1)[0] + result.readout(1)[1]) / 2
        means = samples.reshape(2, 2, 2, 2).mean(axis=(1, 3))
        self.assertLess(numpy.abs(coarse - means).max(), 16.0)

    def test_readouts_agree_with_the_layers(self):
        result = layercert.certify(numpy.array([0.5, -3, 2, 1]), N=2, depth=2, p=1)
        lower, upper = result.readout(2)
        for cell in range(4):
            by_layers = result.evaluate([Fraction(2 * cell + 1, 8)])
            self.assertEqual(by_layers.shape, (1, 2, 2))
            self.assertLessEqual(by_layers[0, 1, 0], upper[cell])
            self.assertGreaterEqual(by_layers[0, 1, 1], lower[cell])

    def test_bad_arrays(self):
        self.assertTrue(layercert.certify(numpy.zeros((4, 3))).certified)  # sides may differ
        with self.assertRaises(layercert.InputError):
            layercert.certify(numpy.array([1, numpy.nan]))
        with self.assertRaises(layercert.InputError):
            layercert.certify(numpy.array([]))
        with self.assertRaises(TypeError):
            layercert.certify(numpy.array([{}, {}]))
        with self.assertRaises(ValueError):
            layercert.certify(numpy.zeros(4), dimension=2)


class Questions(unittest.TestCase):
    """What is certified is what was asked, to the last digit; what does not fit is refused by the name of the argument."""

    def refused(self, error, name, target="x", **arguments):
        arguments = {"depth": 1, **arguments}
        if isinstance(target, str):
            arguments = {"dimension": 1, **arguments}
        with self.subTest(target=repr(target), **{key: repr(value) for key, value in arguments.items()}):
            with self.assertRaisesRegex(error, f"^{name}.*expected"):
                layercert.certify(target, **arguments)

    def test_whole_numbers(self):
        for name in ("N", "depth", "dimension", "boxes", "threads"):
            for bad in (2.5, 2.0, numpy.float64(2), Fraction(5, 2), Decimal("2.5"), "2", True, numpy.True_, [2], numpy.array([2]), 2j,
                        numpy.ma.masked):
                self.refused(TypeError, name, **{name: bad})
            for bad in (numpy.array(2), float("nan"), float("inf"), b"2"):
                self.refused(TypeError, name, **{name: bad})
        for name in ("N", "depth"):
            self.refused(TypeError, name, **{name: None})
            for bad in (0, -1, 10 ** 9):
                self.refused(layercert.InputError, f".*{name}", **{name: bad})
            self.refused(ValueError, name, **{name: 10 ** 30})
        for bad in (0, -1, 10 ** 30):
            self.refused(ValueError, "boxes", boxes=bad)
        for bad in (-1, 10 ** 30):
            self.refused(ValueError, "threads", threads=bad)

    def test_numpy_integers_are_whole_numbers(self):
        plain = layercert.certify("x", dimension=1, N=3, depth=2).certificate
        for kind in (numpy.int8, numpy.uint16, numpy.int64, numpy.uint64, numpy.dtype(">i4").type):
            certificate = layercert.certify("x", dimension=kind(1), N=kind(3), depth=kind(2), boxes=numpy.int64(1 << 18)).certificate
            self.assertEqual(certificate["levels"], plain["levels"])

    def test_exact_numbers(self):
        for name in ("p", "remainder", "accuracy"):
            for bad in (float("nan"), float("inf"), float("-inf"), numpy.float32("nan"), numpy.longdouble("inf"), Decimal("nan"),
                        Decimal("-inf")):
                self.refused(ValueError, name, **{name: bad})
            for bad in (True, numpy.False_, 2j, [2], numpy.array(2.0), numpy.ma.masked, {}, b"2", object()):
                self.refused(TypeError, name, **{name: bad})
            for bad in ("two", "nan", "inf", "", -1, -0.5, numpy.int8(-1), "-1/2"):
                self.refused(layercert.InputError, f".*{name}", **{name: bad})
        self.refused(layercert.InputError, ".*p", p=0.5)
        self.refused(layercert.InputError, "accuracy", accuracy=0)
        for bad in ("12", (1,), (1, 1, 1), {0: 1, 1: 1}, 1, numpy.array([1, 1])):
            self.refused(TypeError, "hoelder", hoelder=bad)
        self.refused(TypeError, "hoelder.*lambda", hoelder=(True, 1))
        self.refused(ValueError, "hoelder.*alpha", hoelder=(1, float("nan")))

    def test_exact_numbers_of_other_kinds(self):
        for p in (numpy.float32(2.5), numpy.longdouble("2.5"), Decimal("2.5"), Fraction(5, 2), "2.5", "5/2"):
            with tempfile.TemporaryDirectory() as folder:
                layercert.certify("x", dimension=1, depth=1, p=p, out=Path(folder) / "out")
                self.assertRegex((Path(folder) / "out" / "instance.toml").read_text(), 'p = "(5/2|2.5)"')

    def test_options(self):
        for bad in ("no", 0, 1, None):
            self.refused(TypeError, "subdivisions", subdivisions=bad)
        for bad in (True, "0.1", numpy.array([0.1])):
            self.refused(TypeError, "tolerance", tolerance=bad)
        for bad in (0, -1, float("nan"), float("inf"), 2):
            self.refused(ValueError, "tolerance", tolerance=bad)
        for name in ("norm", "format", "interpolation"):
            for bad in (2, None, b"max", ["max"]):
                self.refused(TypeError, name, **{name: bad})
        self.refused(TypeError, "progress", progress=3)
        self.refused(ValueError, "interpolation", interpolation="multilinear")  # of an expression

    def test_masked_arrays(self):
        masked = numpy.ma.array([1.0, 2.0, 3.0, 4.0], mask=[0, 0, 1, 0])
        unmasked = numpy.ma.array([1.0, 2.0])
        for bad in (masked, unmasked, [unmasked, masked[:2]], [[masked[:2]], [unmasked]], [1.0, numpy.ma.masked], numpy.ma.masked,
                    numpy.ma.array([1, 2], mask=True), masked.reshape(2, 2)):
            self.refused(TypeError, "target.*mask", target=bad)

    def test_numbers_that_are_not_finite(self):
        samples = numpy.ones((4, 4))
        for bad in (numpy.nan, numpy.inf, -numpy.inf):
            samples[2, 1] = bad
            for array in (samples, samples.astype(numpy.float32), samples.astype(">f8"), numpy.asfortranarray(samples), samples.tolist()):
                self.refused(layercert.InputError, r"target\[2, 1\]: found -?(nan|inf)", target=array)
        self.refused(layercert.InputError, r"target\[1\]", target=[0, float("nan"), float("inf"), 1])

    def test_arrays_of_other_kinds(self):
        for bad in (numpy.array([1j, 2]), numpy.array(["1", "2"]), ["1", "2"], numpy.array([True, False]), [True, False],
                    numpy.array([1, 2], dtype=object), [Fraction(1, 3), 1], numpy.array([(1, 2.0), (3, 4.0)], dtype="i4,f8"),
                    numpy.array([1, 2], dtype="m8[s]"), numpy.array([1, 2], dtype="M8[s]"), numpy.array([1, 2], dtype=numpy.longdouble),
                    None, {}, {1, 2}, b"x", object(), [None, 1], numpy.array([(1.0, 2.0)], dtype="f8,f8").view(numpy.recarray)):
            self.refused(TypeError, "target", target=bad)
        for bad in (numpy.array(3.0), 3.0, 3, [[1, 2], [3]]):
            self.refused((TypeError, ValueError), "target", target=bad)
        self.refused(ValueError, "target", target=[2 ** 60 + 1, 0.5])  # NumPy would round the first
        self.refused(ValueError, "target", target=[numpy.array([2 ** 60 + 1, 0]), numpy.array([0.5, 1])])
        self.refused(ValueError, "dimension", target=numpy.zeros(4), dimension=2)
        self.refused(TypeError, "dimension", target=numpy.zeros(4), dimension=1.0)

    def test_arrays_in_every_layout(self):
        plain = numpy.array([[0, 1, 5, 2], [7, 3, 1, 1], [2, 8, 6, 4], [1, 0, 2, 9]], dtype=float)
        expected = layercert.certify(plain, N=2, depth=2)
        big = numpy.zeros((8, 12))
        big[::2, 1::3] = plain
        class Sub(numpy.ndarray):
            pass
        read_only = plain.copy()
        read_only.flags.writeable = False
        unaligned = numpy.frombuffer(b"-" + plain.tobytes(), dtype=numpy.uint8)[1:].view("f8").reshape(4, 4)
        cases = [numpy.asfortranarray(plain), big[::2, 1::3], plain[::-1, ::-1].copy()[::-1, ::-1], plain.T.copy().T, plain.tolist(),
                 tuple(map(tuple, plain)), plain.view(Sub), read_only, unaligned,
                 numpy.broadcast_to(plain, (1, 4, 4))[0]]
        cases += [plain.astype(kind) for kind in (">f8", "<f8", ">f4", "<f2", ">f2", ">i8", "<i4", ">i2", "i1", "u1", ">u4", "<u8")]
        for array in cases:
            with self.subTest(kind=type(array), dtype=getattr(array, "dtype", None)):
                result = layercert.certify(array, N=2, depth=2)
                self.assertEqual(result.certificate["levels"], expected.certificate["levels"])
                self.assertTrue((result.readout(2)[0] == expected.readout(2)[0]).all())

    def test_questions_to_a_result(self):
        result = layercert.certify("x", dimension=1, depth=2)
        for bad in (1.0, 1.5, True, "1", numpy.array([1])):
            with self.subTest(level=bad):
                with self.assertRaisesRegex(TypeError, "level"):
                    result.readout(bad)
                with self.assertRaisesRegex(TypeError, "level"):
                    result.evaluate(0.5, level=bad)
                with self.assertRaisesRegex(TypeError, "bits"):
                    result.evaluate(0.5, bits=bad)
        self.assertTrue((result.readout(numpy.int64(1))[0] == result.readout(1)[0]).all())
        for bad in (True, 1j, None, [{}], numpy.ma.array([0.5], mask=[True]), [numpy.ma.masked]):
            with self.subTest(point=bad), self.assertRaisesRegex(TypeError, "point"):
                result.evaluate(bad)
        for bad in (float("nan"), [float("inf")], "nan", -0.5, 1.5, [[0.5, 0.5]], [[]]):
            with self.subTest(point=bad), self.assertRaisesRegex(ValueError, "point"):
                result.evaluate(bad)
        with self.assertRaisesRegex(ValueError, "bits"):
            result.evaluate(0.5, bits=0)


class Runs(unittest.TestCase):
    def test_a_result_folder_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            result = layercert.certify(numpy.array([1, 2]), depth=1, out=out)
            self.assertEqual(json.loads((out / "certificate.json").read_text()), result.certificate)
            again = layercert.certify_instance(out / "instance.toml")
            self.assertEqual(again.certificate["levels"], result.certificate["levels"])

    def test_errors_name_the_argument(self):
        """And never a file that the caller has not named."""
        cases = {"target": [dict(target="sinn(x)"), dict(target="1/0"), dict(target="log(x - 2)"), dict(target="x + "),
                            dict(target=numpy.zeros((3, 0)), dimension=2), dict(target=numpy.ones((1, 4)), interpolation="multilinear", dimension=2),
                            dict(target='x"\n'), dict(target="")],
                 "N": [dict(N=1), dict(N=10 ** 6)], "depth": [dict(depth=0), dict(depth=40)], "p": [dict(p=0.5), dict(p="two")],
                 "norm": [dict(norm="two")], "remainder": [dict(remainder=-1)], "dimension": [dict(dimension=11), dict(dimension=0)],
                 r"hoelder\[0\]": [dict(hoelder=(0, 1))], r"hoelder\[1\]": [dict(hoelder=(1, 2))], "accuracy": [dict(accuracy=0)],
                 "format": [dict(format="xml")], "effort": [dict(effort="quik"), dict(effort="")]}
        for name, wrong in cases.items():
            for arguments in wrong:
                with self.subTest(**arguments), self.assertRaises(layercert.InputError) as caught:
                    layercert.certify(**{"target": "x", "dimension": 1, "depth": 1, **arguments})
                self.assertRegex(str(caught.exception), f"^{name}")
                self.assertNotIn(tempfile.gettempdir(), str(caught.exception))
                self.assertNotIn("instance", str(caught.exception))

    def test_efforts(self):
        quick, usual, thorough = (layercert.certify("abs(x - 1/3)", depth=2, effort=effort).certificate for effort in ("quick", "default", "thorough"))
        self.assertEqual(usual["levels"], layercert.certify("abs(x - 1/3)", depth=2, effort="quick", tolerance=0.01).certificate["levels"])
        self.assertEqual((quick["effort"], thorough["effort"], "effort" in usual), ("quick", "thorough", False))
        self.assertLess(thorough["tolerance"], usual["tolerance"])
        for level in range(2):
            self.assertEqual(quick["levels"][level]["status"], usual["levels"][level]["status"])
            self.assertLess(thorough["levels"][level]["error_width_decimal"], quick["levels"][level]["error_width_decimal"])
        with self.assertRaises(TypeError):
            layercert.certify("x", effort=2)

    def test_progress_is_told(self):
        told = []
        layercert.certify("x", dimension=1, depth=2, progress=lambda phase, level: told.append((phase, level)))
        self.assertEqual([news for news in told if news[0] == "certifying"], [("certifying", 1), ("certifying", 2)])
        self.assertEqual(list(dict.fromkeys(phase for phase, _ in told)), ["reading", "building", "decoding", "certifying", "sharpening", "listing", "writing"])

    def test_an_exception_of_progress_ends_the_run(self):
        def progress(phase, level):
            raise RuntimeError("enough")

        with self.assertRaisesRegex(RuntimeError, "enough"):
            layercert.certify("sin(9*x)*y", dimension=2, depth=7, tolerance=1e-3, progress=progress)

    def test_progress_is_shown(self):
        for plain in (True, False):
            with mock.patch.dict(sys.modules, {"tqdm": None} if plain else {}), mock.patch.object(sys, "stderr", io.StringIO()) as shown:
                layercert.certify("x", depth=3, progress=True)
            with self.subTest(plain=plain):
                self.assertIn("certifying level 3 of 3", shown.getvalue())
                self.assertIn("done", shown.getvalue())
                self.assertTrue(shown.getvalue().endswith("\n"))
            with mock.patch.object(sys, "stderr", io.StringIO()) as shown:
                for silent in (False, None):
                    layercert.certify("x", depth=1, progress=silent)
            self.assertEqual(shown.getvalue(), "")

    #: Each keeps the library busy in loops of its own for far longer than the signal waits: half a minute and more, the samples 7 s.
    LONG = {
        "slopes": lambda **options: layercert.certify("exp(sin(9*x*y)) + sqrt(1 + x)", depth=9, p="3/2", tolerance=1e-6, boxes=10**9, **options),
        "jumps": lambda **options: layercert.certify("step(x*x + y*y - 1/2)", depth=8, p="3/2", tolerance=1e-6, boxes=10**9, **options),
        "a pole": lambda **options: layercert.certify("1/sqrt(abs(x - 1/3))", depth=12, p=1, tolerance=1e-6, boxes=10**9, **options),
        "samples": lambda **options: layercert.certify(numpy.random.default_rng(1).standard_normal((1500, 1500)), depth=10, p="3/2", **options),
    }

    def interrupted(self, work, after):
        """Seconds from the signal to the exception; None if the work was over before."""
        pressed = []

        def press():
            pressed.append(time.monotonic())
            signal.raise_signal(signal.SIGINT)

        timer = threading.Timer(after, press)
        try:
            timer.start()
            work()
            timer.cancel()
            timer.join()
            time.sleep(0.1)  # a signal that comes just now
        except KeyboardInterrupt:
            return time.monotonic() - pressed[0]
        return None

    def test_control_c_ends_the_run_at_once_and_writes_nothing(self):
        for name, work in self.LONG.items():
            for after in (0.2, 1.5):
                with self.subTest(work=name, after=after), tempfile.TemporaryDirectory() as folder:
                    # At once is 0.1 s on a quiet machine; the runs would go on for many seconds.
                    waits = [self.interrupted(lambda: work(out=Path(folder) / "out"), after)]
                    if waits[0] is not None and waits[0] > 2:
                        waits.append(self.interrupted(lambda: work(out=Path(folder) / "out"), after))
                    self.assertNotIn(None, waits, "the run was over before the signal")
                    self.assertLessEqual(min(waits), 2)
                    self.assertEqual(list(Path(folder).iterdir()), [])

    def test_control_c_ends_a_check(self):
        with tempfile.TemporaryDirectory() as folder:
            layercert.certify("sin(9*x)*y + abs(x - 1/3)", depth=9, out=folder)  # checked in 2.5 s, anew in more
            for anew in (False, True):
                waits = [self.interrupted(lambda: layercert.check(folder, anew=anew), 0.2) for _ in range(2)]
                with self.subTest(anew=anew):
                    self.assertNotIn(None, waits, "the check was over before the signal")
                    self.assertLessEqual(min(waits), 2)

    def test_a_stopped_run_leaves_the_others_alone(self):
        """A run on another thread of Python, of which TBB's threads are the same."""
        found = []
        other = threading.Thread(target=lambda: found.append(layercert.certify("sin(9*x)*y", depth=5)))
        other.start()
        while other.is_alive():
            with self.assertRaisesRegex(RuntimeError, "enough"):
                layercert.certify("sin(9*x)*y", depth=7, progress=mock.Mock(side_effect=RuntimeError("enough")))
        other.join()
        self.assertEqual(found, [layercert.certify("sin(9*x)*y", depth=5)])


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
