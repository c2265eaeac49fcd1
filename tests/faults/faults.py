"""Builds the program with one fault at a time and shows what notices it: a test, the checker, or an estimate of the campaign.

Every fault of faults_list.py is put into a copy of the source, of which only the needed targets are built. The faulty producer meets the
sound checker in the campaign, the faulty checker the sound producer. Exit status 1 if nothing notices a fault.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

from faults_list import CHECKER, PRODUCER

_ROOT = pathlib.Path(__file__).resolve().parents[2]
_PROGRAMS = ("layercert", "layercert-check")
_SECONDS = 900  # of a test or a campaign; a fault may well hang


class Workshop:
    """A copy of the source with a build folder of its own."""

    def __init__(self, folder):
        self._source = folder / "source"
        self._build = self._source / "build" / "ci"
        self.sound = folder / "sound"
        self._mixed = folder / "mixed"
        self._environment = dict(os.environ, CCACHE_BASEDIR=str(self._source), CCACHE_NOHASHDIR="1")

    def prepare(self, targets):
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=_ROOT,
                                capture_output=True, check=True).stdout
        for name in listed.decode().split("\0"):
            if name and (_ROOT / name).is_file():
                self._copy(_ROOT / name, self._source / name)
        subprocess.run(["cmake", "--preset", "ci"], cwd=self._source, env=self._environment, check=True,
                       stdout=subprocess.DEVNULL)
        if not self.build(targets):
            sys.exit("faults: the source does not build")
        self.sound.mkdir(exist_ok=True)
        for program in _PROGRAMS:
            shutil.copy2(self._build / program, self.sound / program)

    @staticmethod
    def _copy(file, to):
        if not to.exists() or to.read_bytes() != file.read_bytes():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, to)

    def build(self, targets):
        names = [target.split()[0] for target in targets]
        done = subprocess.run(["cmake", "--build", "--preset", "ci", "--target", *names], cwd=self._source,
                              env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-3000:], file=sys.stderr, flush=True)
        return done.returncode == 0

    def inject(self, fault):
        """The sound text of the file, for mend()."""
        file = self._source / fault.file
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(fault.sound, fault.faulty), encoding="utf-8")
        return text

    def mend(self, fault, text):
        (self._source / fault.file).write_text(text, encoding="utf-8")

    def failing_test(self, tests):
        """The first test that fails, or "" ."""
        for test in tests:
            program, *arguments = test.split()
            if not _passes([str(self._build / "tests" / program), *arguments]):
                return test
        return ""

    def campaign(self, faulty, seeds):
        """(what the checker objects to, what else disagrees), "" for nothing; `faulty` comes from the build folder."""
        self._mixed.mkdir(exist_ok=True)
        for program in _PROGRAMS:
            shutil.copy2((self._build if program == faulty else self.sound) / program, self._mixed / program)
        said = _output([sys.executable, str(_ROOT / "tests/campaign/campaign.py"), "--programs", str(self._mixed),
                        "--stop", "--seeds", str(seeds)])
        lines = [line.strip() for line in said.split("\n") if re.match("    [A-Za-z]", line)]  # not the summary
        by_checker = [line for line in lines if line.startswith("the checker")]
        others = [line for line in lines if line not in by_checker]
        return (by_checker or [""])[0], (others or [""])[0]


def _passes(command):
    try:
        return subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _output(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False).stdout
    except subprocess.TimeoutExpired as expired:
        return (expired.stdout or b"").decode()


def examine(workshop, fault, program, seeds, thorough):
    """What notices the fault: (test, checker, estimate); None if the faulty source does not build. Unless `thorough`, the campaign
    need not run where a test fails."""
    sound = workshop.inject(fault)
    try:
        if not workshop.build([program, *fault.tests]):
            return None
        test = workshop.failing_test(fault.tests)
        return test, *(workshop.campaign(program, seeds) if thorough or not test else ("", ""))
    finally:
        workshop.mend(fault, sound)


def misplaced(faults):
    """Those whose place in the source is not, or no longer, there exactly once."""
    return [fault for _, fault in faults
            if (_ROOT / fault.file).read_text(encoding="utf-8").count(fault.sound) != 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, default=_ROOT / "build" / "faults", help="for copy and builds")
    parser.add_argument("--seeds", type=int, default=12, help="instances of the campaign that each fault meets")
    parser.add_argument("--only", default="", help="a regular expression: only faults whose program or name it fits")
    parser.add_argument("--thorough", action="store_true", help="the campaign meets faults that a test notices, too")
    parser.add_argument("--places", action="store_true", help="only see whether every fault has its place in the source")
    options = parser.parse_args()
    faults = [(program, fault) for program, faults in (("layercert", PRODUCER), ("layercert-check", CHECKER))
              for fault in faults if re.search(options.only, f"{program}: {fault.name}")]
    if wrong := misplaced(faults):
        sys.exit("".join(f"faults: {fault.name}: expected once in {fault.file}:\n{fault.sound}\n" for fault in wrong))
    if options.places:
        print(f"{len(faults)} faults have their places")
        return
    workshop = Workshop(options.folder.resolve())
    tests = sorted({test for _, fault in faults for test in fault.tests})
    workshop.prepare([*_PROGRAMS, *tests])
    noticed = workshop.failing_test(tests) or any(workshop.campaign("", options.seeds))
    if noticed:
        sys.exit(f"faults: without any fault, a test or the campaign fails: {noticed}")
    missed = 0
    print(f"{'fault':54}{'test':30}{'checker':9}estimate")
    for program, fault in faults:
        found = examine(workshop, fault, program, options.seeds, options.thorough)
        if found is None:
            print(f"{program + ': ' + fault.name:54}does not build")
        else:
            test, checker, estimate = found
            print(f"{program + ': ' + fault.name:54}{test.split()[0] if test else '-':30}{'yes' if checker else '-':9}{estimate[:90] or '-'}",
                  flush=True)
        missed += 0 if found and any(found) else 1
    print(f"{len(faults) - missed} of {len(faults)} faults are noticed")
    sys.exit(1 if missed else 0)


main()
