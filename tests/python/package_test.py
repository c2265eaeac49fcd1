"""The Python package, against closed forms and against the command line's files. Run by CTest."""
import json
import signal
import sys
import tempfile
import threading
import time
import unittest
from fractions import Fraction
from pathlib import Path

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
            layercert.certify("x")
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
            self.assertEqual(by_layers.shape, (2, 2))
            self.assertLessEqual(by_layers[1, 0], upper[cell])
            self.assertGreaterEqual(by_layers[1, 1], lower[cell])

    def test_bad_arrays(self):
        with self.assertRaises(layercert.InputError):
            layercert.certify(numpy.zeros((4, 3)))
        with self.assertRaises(layercert.InputError):
            layercert.certify(numpy.array([1, numpy.nan]))
        with self.assertRaises(layercert.InputError):
            layercert.certify(numpy.array([]))
        with self.assertRaises(TypeError):
            layercert.certify(numpy.array([{}, {}]))
        with self.assertRaises(ValueError):
            layercert.certify(numpy.zeros(4), dimension=2)


class Runs(unittest.TestCase):
    def test_a_result_folder_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            result = layercert.certify(numpy.array([1, 2]), depth=1, out=out)
            self.assertEqual(json.loads((out / "certificate.json").read_text()), result.certificate)
            again = layercert.certify_instance(out / "instance.toml")
            self.assertEqual(again.certificate["levels"], result.certificate["levels"])

    def test_progress_is_told(self):
        told = []
        layercert.certify("x", dimension=1, depth=2, progress=lambda phase, level: told.append((phase, level)))
        self.assertTrue(told)
        self.assertLessEqual({phase for phase, _ in told}, {"reading", "building", "decoding", "certifying", "writing"})

    def test_an_exception_of_progress_ends_the_run(self):
        def progress(phase, level):
            raise RuntimeError("enough")

        with self.assertRaisesRegex(RuntimeError, "enough"):
            layercert.certify("sin(9*x)*y", dimension=2, depth=7, tolerance=1e-3, progress=progress)

    def test_control_c_ends_the_run_and_writes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            pressed = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
            with self.assertRaises(KeyboardInterrupt):
                pressed.start()
                layercert.certify("sin(9*x)*y", dimension=2, depth=9, tolerance=1e-3, out=out)
                time.sleep(5)  # the signal of a run that was over before
                self.fail("the run was over before the signal")
            self.assertEqual(list(Path(folder).iterdir()), [])


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
