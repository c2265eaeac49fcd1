"""scripts/tidy in a folder of its own: a finding makes it red, what was clean is not looked at again, what is left is named.

Usage: tidy.py ROOT. Exit status 1 with the first expectation that does not hold; 77 without clang-tidy.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKS = "Checks: '-*,modernize-use-nullptr'\nHeaderFilterRegex: '.*'\n"
CLEAN = '#include "part.hpp"\nint *first() { return second(); }\n'
FAULTY = '#include "part.hpp"\nint *first() { return 0; }\n'
HEADER = "inline int *second() { return nullptr; }\n"


class Folder:
    def __init__(self, script: Path, folder: Path):
        self.script, self.folder = script, folder
        (folder / ".clang-tidy").write_text(CHECKS)
        self.write("part.hpp", HEADER)
        self.write("first.cpp", CLEAN)
        self.write("other.cpp", "int other() { return 1; }\n")
        entries = [{"directory": str(folder), "file": name, "command": f"c++ -c {name}"} for name in ("first.cpp", "other.cpp")]
        (folder / "database").mkdir()
        (folder / "database/compile_commands.json").write_text(json.dumps(entries))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def run(self, *options: str) -> tuple[int, str]:
        command = [sys.executable, str(self.script), "--root", str(self.folder), "--database", str(self.folder / "database"), *options]
        result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")})
        return result.returncode, result.stdout + result.stderr

    def expect(self, when: str, status: int, *texts: str, options: tuple[str, ...] = ()) -> None:
        found, out = self.run(*options)
        if found != status or any(text not in out for text in texts):
            sys.exit(f"{when}: found status {found} and\n{out}\nexpected status {status} and {texts}")


def main() -> int:
    if shutil.which("clang-tidy-14") is None:
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        folder = Folder(Path(sys.argv[1]).resolve() / "scripts/tidy", Path(scratch).resolve())
        folder.expect("no time", 0, "0 clean now", "2 left over", "first.cpp other.cpp", options=("--seconds", "0"))
        folder.expect("clean files", 0, "2 clean now", "0 left over")
        folder.expect("the same again", 0, "2 clean before", "0 clean now")
        folder.write("first.cpp", FAULTY)
        folder.expect("a finding", 1, "modernize-use-nullptr", "with findings: first.cpp", "1 clean before")
        folder.expect("the finding again", 1, "modernize-use-nullptr")
        folder.write("first.cpp", CLEAN)
        folder.expect("as it was", 0, "2 clean before")
        folder.write("part.hpp", HEADER.replace("nullptr", "0"))
        folder.expect("a finding in a header", 1, "part.hpp", "with findings: first.cpp", "1 clean before")
        folder.write("part.hpp", HEADER + "\n")
        folder.expect("a changed header", 0, "1 clean before", "1 clean now")
        folder.write("first.cpp", "int first() { return }\n")
        folder.expect("no C++", 1, "with findings: first.cpp")
        folder.write("first.cpp", CLEAN)
        (folder.folder / ".clang-tidy").write_text(CHECKS.replace("nullptr", "override"))
        folder.expect("other checks", 0, "0 clean before", "2 clean now")
    print("scripts/tidy does what it says")
    return 0


sys.exit(main())
