"""Networks of others from Python, against closed forms and the checker. Run by CTest."""
import sys
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path

import numpy

import layercert

# x/2 + relu(x - 1/2) interpolates x^2 at 0, 1/2 and 1: its error in L^2 is 1 / (4 sqrt(30)).
INTERPOLANT = [([[1.0], [1.0]], [-0.5, 0.0], "relu"), ([[1.0, 0.5]], [0], "identity")]
ERROR = 0.25 / numpy.sqrt(30)


class Networks(unittest.TestCase):
    def test_an_error_with_a_closed_form(self):
        result = layercert.certify_network(INTERPOLANT, "x^2", N=2)
        self.assertTrue(result.certified)
        self.assertEqual((result.names, result.statuses), (("y1",), ("certified",)))
        self.assertEqual((result.errors.shape, result.bounds.shape), ((1, 2), (1,)))
        self.assertLessEqual(result.errors[0, 0], ERROR)
        self.assertGreaterEqual(result.errors[0, 1], ERROR)
        self.assertLess(result.errors[0, 1], 1.02 * ERROR)
        self.assertIn("certified", str(result))

    def test_numbers_and_functions(self):
        for at_most, status in ((0.05, "certified"), (Fraction(1, 25), "refuted")):
            result = layercert.certify_network(INTERPOLANT, lambda x: x * x, at_most=at_most)
            self.assertEqual(result.statuses, (status,))
            self.assertLessEqual(Fraction(result.bounds[0]), Fraction(at_most))

    def test_levels_and_dtypes(self):
        layers = [(numpy.array([[1], [1]], numpy.int8), numpy.array([-0.5, 0], numpy.float16), "relu"),
                  (numpy.array([[1, 0.5], [0, 1]], numpy.float32), numpy.zeros(2), "identity")]
        result = layercert.certify_network(layers, "x^2", readouts={"y2": 1, "y1": 3})
        self.assertEqual(result.names, ("y2", "y1"))
        self.assertEqual([entry["level"] for entry in result.certificate["readouts"]], [1, 3])

    def test_samples(self):
        result = layercert.certify_network([([[1.0]], [0.0], "identity")], numpy.array([0.0, 0.5, 1.0]), at_most=1e-12)
        self.assertTrue(result.certified)

    def test_results_are_files_that_the_checker_proves(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            layercert.certify_network(INTERPOLANT, "x^2", out=out)
            self.assertTrue(layercert.check(out).accepted)
            again = layercert.certify_network(out / "layers.json", "x^2")
            self.assertTrue(again.certified)
            self.assertTrue(layercert.certify_network((out / "layers.json").read_bytes(), "x^2").certified)

    def test_reports_and_tolerances(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            result = layercert.certify_network(INTERPOLANT, "x^2", out=out)
            row = layercert.report(out, "csv").read_text().splitlines()[1].split(",")
            self.assertEqual((row[0], row[-1]), ("y1", "certified"))
            self.assertLessEqual(float(row[1]), result.errors[0, 0])
            self.assertGreaterEqual(float(row[2]), result.errors[0, 1])
            self.assertIn("the readout is certified", layercert.report(out).read_text())
            found = layercert.stability(out, ulps=1)
            self.assertTrue(found)
            self.assertEqual((found.profile["ulps"], len(found.profile["readouts"])), (1, 4))
            bounds = {entry["float"]: entry["bound_upper"] for entry in found.profile["readouts"]}
            self.assertLess(bounds["fp64"], bounds["fp32"])
            self.assertIsNone(found._repr_svg_())
            for bad in (0, float("nan"), "4", True):
                with self.assertRaisesRegex(ValueError, "ulps"):
                    layercert.stability(out, ulps=bad)

    def test_what_is_wrong_is_said(self):
        good = INTERPOLANT
        for network, kind, what in (([], ValueError, "no layer"), ([([[1.0]], [0.0])], TypeError, r"network\[0\]"),
                                    ([([[1.0]], [0.0, 1.0], "relu")], ValueError, "shape"),
                                    ([([[1.0]], [0.0], "swish")], ValueError, "swish"),
                                    ([([[float("nan")]], [0.0], "relu")], ValueError, "finite"),
                                    ([(numpy.array([[2**60]]), [0.0], "relu")], ValueError, "2.53"),
                                    ([([["1"]], [0.0], "relu")], TypeError, "type"), (7, TypeError, "network"),
                                    ("/no/such/file.onnx", ValueError, "cannot be read"), (b"no model", ValueError, "network")):
            with self.assertRaisesRegex(kind, what, msg=str(network)):
                layercert.certify_network(network, "x^2")
        for arguments, kind, what in (({"readouts": "y1"}, TypeError, "readouts"), ({"readouts": ["y3"]}, ValueError, "y3"),
                                      ({"readouts": {"y1": 0}}, ValueError, "readouts"), ({"at_most": 0}, ValueError, "at_most"),
                                      ({"at_most": "nan"}, ValueError, "at_most"), ({"p": 0.5}, ValueError, "p"),
                                      ({"dimension": 2}, ValueError, "inputs")):
            with self.assertRaisesRegex(kind, what, msg=str(arguments)):
                layercert.certify_network(good, "x^2", **arguments)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
