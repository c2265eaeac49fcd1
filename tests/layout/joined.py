"""Compiles every folder of src as one text, syntax alone: what cmake/layercertJoin.cmake joins must hold in any grouping.

A name in an anonymous namespace must be the only one of its folder; the compiler says where it is not.

Usage: joined.py ROOT COMPILER. Exit status 1 with the compiler's first errors.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ALONE = {"numeric", "ranks"}  # as in cmake/layercertJoin.cmake; of ranks, one of two implementations is compiled
MAIN = {"src/check/main.cpp"}


def errors_of(root: Path, compiler: str, folder: Path) -> str:
    sources = [path for path in sorted(folder.glob("*.cpp")) if str(path.relative_to(root)) not in MAIN]
    with tempfile.TemporaryDirectory() as scratch:
        joined = Path(scratch) / f"{folder.name}.cpp"
        joined.write_text("".join(f'#include "{path}"\n' for path in sources))
        command = [compiler, "-std=c++20", "-frounding-math", "-fsyntax-only", '-DLAYERCERT_VERSION="0"', f"-I{root / 'src'}",
                   f"-I{root / 'include'}", f"-I{root / 'src/check'}", str(joined)]
        result = subprocess.run(command, capture_output=True, text=True)
    wrong = [line for line in result.stderr.splitlines() if "error:" in line]
    return "\n".join(wrong[:5]) if result.returncode else ""


def main() -> int:
    root, compiler = Path(sys.argv[1]).resolve(), sys.argv[2]
    folders = [path for path in sorted((root / "src").iterdir()) if path.is_dir() and path.name not in ALONE]
    if len(folders) < 10:
        print(f"{root}: found {len(folders)} folders; expected the program's")
        return 1
    found = [(folder.name, errors_of(root, compiler, folder)) for folder in folders]
    for folder, errors in found:
        if errors:
            print(f"src/{folder} does not compile as one text:\n{errors}")
    return 1 if any(errors for _, errors in found) else 0


if __name__ == "__main__":
    sys.exit(main())
