"""The package's annotations under mypy --strict, and what a user's program gets from them. Run by CTest; skipped without mypy."""
import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import layercert

USER = """\
import layercert
result = layercert.certify(lambda x: x, N=2)
right: bool = result.certified
wrong: int = result.instance
layercert.certify("x", N="2")
layercert.load(1)
"""
WRONG = (4, 5, 6)  # its lines


class Types(unittest.TestCase):
    @unittest.skipUnless(importlib.util.find_spec("mypy"), "mypy is not installed (scripts/install python-extras)")
    def test_the_annotations_are_right(self):
        package = Path(layercert.__file__).parent
        with tempfile.TemporaryDirectory() as folder:
            user = Path(folder) / "user.py"
            user.write_text(USER)
            run = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", folder, str(package), str(user)],
                                 capture_output=True, text=True, cwd=folder, env={**os.environ, "PYTHONPATH": "", "MYPYPATH": str(package.parent)})
        errors = [line for line in run.stdout.splitlines() if ": error:" in line]
        self.assertEqual([line for line in errors if "user.py" not in line], [], run.stderr)
        self.assertEqual(sorted({int(line.split("user.py:")[1].split(":")[0]) for line in errors}), list(WRONG), run.stdout)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
