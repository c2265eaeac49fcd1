"""Result folders: what load, check, report, regress and stability do is what the program's commands do. Run by CTest."""
import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import numpy

import layercert


class Folders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls._temporary.name)
        cls.kink = cls.folder / "kink"
        cls.result = layercert.certify("abs(x - 1/3)", depth=3, out=cls.kink)
        cls.table = cls.folder / "table"
        layercert.certify(numpy.arange(16.0).reshape(4, 4), depth=2, out=cls.table)

    @classmethod
    def tearDownClass(cls):
        cls._temporary.cleanup()

    def altered(self, name, change):
        """A copy of the result with one file changed."""
        copy = self.folder / "altered"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.kink, copy)
        (copy / name).write_text(change((copy / name).read_text()))
        return copy

    def test_load(self):
        self.assertEqual(layercert.load(self.kink), self.result)
        self.assertEqual(layercert.load(str(self.table)).dimension, 2)
        loaded = layercert.load(self.kink)
        self.assertTrue((loaded.evaluate([0.2, 0.4]) == self.result.evaluate([0.2, 0.4])).all())
        self.assertEqual(loaded.instance, (self.kink / "instance.toml").read_text())

    def test_load_takes_nothing_that_was_altered(self):
        changes = {"instance.toml": lambda text: text.replace("1/3", "1/4"), "network.json": lambda text: text + " "}
        for name, change in changes.items():
            with self.subTest(name=name), self.assertRaisesRegex(layercert.InputError, name):
                layercert.load(self.altered(name, change))

        def better(text):
            certificate = json.loads(text)
            certificate["levels"][0]["error_upper"] = "0x1p-30"
            return json.dumps(certificate)

        with self.assertRaisesRegex(layercert.InputError, "certificate.json"):
            layercert.load(self.altered("certificate.json", better))
        for nowhere in (self.folder / "nowhere", self.folder):
            with self.assertRaisesRegex(layercert.InputError, str(nowhere)):
                layercert.load(nowhere)
        for bad in (1, None, b"kink"):
            with self.assertRaisesRegex(TypeError, "^folder.*expected"):
                layercert.load(bad)

    def test_check(self):
        found = layercert.check(self.kink)
        self.assertTrue(found)
        self.assertTrue(found.accepted and found.independent and found.lines and not found.reason)
        anew = layercert.check(self.kink, anew=True)
        self.assertTrue(anew and not anew.independent)
        self.assertGreater(anew.cells_compared, 0)
        wrong = layercert.check(self.altered("instance.toml", lambda text: text.replace("1/3", "1/4")))
        self.assertFalse(wrong)
        self.assertIn("instance.toml", wrong.reason)
        levels = []
        layercert.check(self.kink, progress=lambda phase, level: levels.append((phase, level)))
        self.assertIn(("checking", 3), levels)
        with self.assertRaises(TypeError):
            layercert.check(self.kink, anew=1)
        with self.assertRaises((layercert.InputError, RuntimeError)):
            layercert.check(self.folder / "nowhere")

    def test_report(self):
        page = layercert.report(self.kink)
        self.assertEqual(page, self.kink / "report.html")
        self.assertIn("</html>", page.read_text())
        lines = layercert.report(self.kink, "csv", out=self.folder / "kink.csv").read_text().splitlines()
        self.assertEqual(len([line for line in lines if line[:1].isdigit()]), 3)
        with self.assertRaisesRegex(ValueError, "^format.*html"):
            layercert.report(self.kink, "pdf")
        with self.assertRaises(layercert.InputError):
            layercert.report(self.altered("network.json", lambda text: text + " "))
        page.unlink()

    def test_regress(self):
        same = layercert.regress(self.kink, self.kink)
        self.assertTrue(same and not same.worse)
        self.assertTrue(all(comparison.change == "same" for comparison in same.comparisons))
        coarse = self.folder / "coarse"
        layercert.certify("abs(x - 1/3)", depth=2, out=coarse)
        worse = layercert.regress(self.kink, coarse, junit=self.folder / "junit.xml")
        self.assertFalse(worse)
        self.assertIn("worse", [comparison.change for comparison in worse.comparisons])
        self.assertIn("worse", str(worse))
        self.assertIn("<testsuite", (self.folder / "junit.xml").read_text())
        with self.assertRaises(layercert.InputError):
            layercert.regress(self.kink, self.folder / "nowhere")
        with self.assertRaisesRegex(TypeError, "^update"):
            layercert.regress(self.kink, self.kink, update="yes")

    def test_regress_updates_a_baseline(self):
        baseline = self.folder / "baseline"
        self.assertTrue(layercert.regress(baseline, self.kink, update=True))
        self.assertEqual((baseline / "certificate.json").read_bytes(), (self.kink / "certificate.json").read_bytes())
        with self.assertRaisesRegex(layercert.InputError, "baseline"):
            layercert.regress(self.kink, self.kink, update=True)

    def test_stability(self):
        found = layercert.stability(self.kink)
        self.assertEqual(found.profile["format"], "layercert-stability-1")
        self.assertEqual(found.profile["network_sha256"], self.result.certificate["network_sha256"])
        self.assertEqual(len(found.profile["levels"]), 3)
        self.assertTrue(found and found.holds)
        self.assertIn("level 3", str(found))
        self.assertTrue(found._repr_svg_().startswith("<svg") or found.svg.startswith("<?xml"))
        for bad, error in ((-1, ValueError), (1.5, TypeError)):
            with self.assertRaisesRegex(error, "^samples"):
                layercert.stability(self.kink, samples=bad)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
