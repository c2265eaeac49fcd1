"""Runs the code blocks of README and docs. docs/testing.md says how blocks are marked.

Usage: blocks.py ROOT --programs DIR            the blocks in sh, console and toml
       blocks.py ROOT --python DIR              those in python; DIR holds the package
       blocks.py ROOT --cpp BUILD               those in cpp; BUILD is a build folder, which is installed to a scratch folder
       blocks.py ROOT ... --pages PAGE ...      of these pages only

Exit status 1 if a block fails or prints something else than what the page shows.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from pages import RUN, Block, blocks_of, pages

_SECONDS = 600  # of one block
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![A-Za-z0-9_])")
_TOLERANCE = 0.05  # of a number in the output: guesses use the C library, and its last digits differ
_SHOWN_LINES = 40


class Failure(Exception):
    """A block that does not do what the page says."""


def run(command, folder: Path, environment: dict[str, str], expected: int = 0) -> str:
    try:
        done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"took more than {_SECONDS} seconds") from late
    if done.returncode != expected:
        end = "\n".join(done.stdout.split("\n")[-_SHOWN_LINES:])
        raise Failure(f"exit status {done.returncode}, expected {expected}; the output ends:\n{end}")
    return done.stdout


def same_line(shown: str, found: str) -> bool:
    """Equal but for blanks and for numbers that differ by little; `...` within the line stands for any text."""
    if "..." in shown:
        pattern = ".*".join(re.escape(part) for part in shown.split("..."))
        return re.fullmatch(pattern, found) is not None
    words_shown, words_found = _NUMBER.split(shown), _NUMBER.split(found)
    if [" ".join(w.split()) for w in words_shown] != [" ".join(w.split()) for w in words_found]:
        return False
    pairs = zip(_NUMBER.findall(shown), _NUMBER.findall(found))
    return all(abs(float(a) - float(b)) <= _TOLERANCE * max(abs(float(a)), abs(float(b))) for a, b in pairs)


def compare(shown: list[str], found: list[str]) -> None:
    """A line `...` of the page stands for any lines of the output."""
    at = 0
    for i, line in enumerate(shown):
        if line.strip() == "...":
            rest = shown[i + 1:]
            if not rest:
                return
            while at < len(found) and not same_line(rest[0], found[at]):
                at += 1
            continue
        if at == len(found) or not same_line(line, found[at]):
            there = found[at] if at < len(found) else "the end of the output"
            raise Failure(f"the page shows\n  {line}\nand the program prints\n  {there}")
        at += 1
    if at < len(found):
        raise Failure(f"the program prints more than the page shows:\n  {found[at]}")


class Page:
    """Runs the blocks of one page, in their order, in one scratch folder that shows the repository's files."""

    def __init__(self, root: Path, folder: Path, path: str, python_path: str):
        self._folder = folder
        self._environment = dict(os.environ, NO_COLOR="1", LC_ALL="C.UTF-8", MPLBACKEND="Agg")
        self._environment["PATH"] = path + os.pathsep + self._environment["PATH"]
        if python_path:
            self._environment["PYTHONPATH"] = python_path
        for name in ("data", "python", "examples", "proofs", "scripts"):
            (folder / name).symlink_to(root / name)
        self._earlier_python = ""

    def sh(self, block: Block) -> None:
        run(["bash", "-euo", "pipefail", "-c", block.text], self._folder, self._environment,
            int(block.marks.get("status", "0")))

    def console(self, block: Block) -> None:
        """Lines that begin with `$ ` are commands; what stands below is their output."""
        commands: list[tuple[str, list[str]]] = []
        for line in block.text.rstrip("\n").split("\n"):
            if line.startswith("$ "):
                commands.append((line[2:], []))
            elif not commands:
                raise Failure("the first line of a console block is a command, `$ ...`")
            else:
                commands[-1][1].append(line)
        for i, (command, shown) in enumerate(commands):
            last = i + 1 == len(commands)
            out = run(["bash", "-euo", "pipefail", "-c", command], self._folder, self._environment,
                      int(block.marks.get("status", "0")) if last else 0)
            compare([line for line in shown if line.strip()], [line for line in out.split("\n") if line.strip()])

    def toml(self, block: Block) -> None:
        """An instance is certified; thresholds are read by regress."""
        if "thresholds" in block.marks:
            (self._folder / "thresholds.toml").write_text(block.text)
            kink = "data/golden/kink1"
            run(["layercert", "regress", kink, kink, "--thresholds", "thresholds.toml"], self._folder, self._environment)
            return
        name = block.marks.get("file", "instance.toml")
        (self._folder / name).write_text(block.text)
        run(["layercert", "certify", name, "--quiet"], self._folder, self._environment, int(block.marks.get("status", "0")))

    def python(self, block: Block) -> None:
        """With the names of the blocks above it."""
        (self._folder / "block.py").write_text(self._earlier_python + block.text)
        run([sys.executable, "-W", "error", "block.py"], self._folder, self._environment)
        self._earlier_python += block.text


def cpp(blocks: list[Block], build: Path, folder: Path) -> None:
    """Builds one program a block against the installed library, and runs each. A block without `main` becomes the body of one."""
    environment = dict(os.environ)
    prefix = folder / "root"
    run(["cmake", "--install", str(build), "--prefix", str(prefix)], folder, environment)
    source = folder / "source"
    source.mkdir()
    listing = ["cmake_minimum_required(VERSION 3.25)", "project(blocks LANGUAGES CXX)", "find_package(layercert REQUIRED)"]
    for i, block in enumerate(blocks):
        text = block.text
        if "int main" not in text:
            lines = text.split("\n")
            body = [line for line in lines if not line.startswith("#include")]
            text = "\n".join([*(line for line in lines if line.startswith("#include")), "int main() {", *body, "}", ""])
        (source / f"block{i}.cpp").write_text(text)
        listing += [f"add_executable(block{i} block{i}.cpp)", f"target_link_libraries(block{i} PRIVATE layercert::layercert)"]
    (source / "CMakeLists.txt").write_text("\n".join(listing) + "\n")
    there = folder / "build"
    run(["cmake", "-S", str(source), "-B", str(there), f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Debug"], folder,
        environment)
    for i, block in enumerate(blocks):
        try:
            run(["cmake", "--build", str(there), "--target", f"block{i}"], folder, environment)
            run([str(there / f"block{i}")], folder, environment, int(block.marks.get("status", "0")))
        except Failure as failure:
            raise Failure(f"{block.place}: {failure}") from failure
        print(f"{block.place}: cpp, as it should be")


def wanted(page: Path, languages: set[str]) -> list[Block]:
    blocks = []
    for block in blocks_of(page):
        if block.language in RUN and block.language in languages and "not run" not in block.marks:
            blocks.append(block)
        if "not run" in block.marks and not block.marks["not run"]:
            raise Failure(f"{block.place}: `not run` needs a reason")
    return blocks


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs the code blocks of README and docs.")
    parser.add_argument("root", type=Path)
    parser.add_argument("--programs", type=Path, help="the folder of layercert and layercert-check")
    parser.add_argument("--python", type=Path, help="the folder of the Python package")
    parser.add_argument("--cpp", type=Path, help="a build folder")
    parser.add_argument("--pages", nargs="*", type=Path)
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    languages = {"sh", "console", "toml"} if arguments.programs else set()
    if arguments.python:
        languages.add("python")
    failed = 0
    count = 0
    chosen = [page.resolve() for page in arguments.pages or pages(root)]
    for page in chosen:
        with tempfile.TemporaryDirectory(prefix="layercert-docs-") as scratch:
            runner = Page(root, Path(scratch), str(arguments.programs.resolve()) if arguments.programs else "",
                          str(arguments.python.resolve()) if arguments.python else "")
            for block in wanted(page, languages):
                count += 1
                try:
                    getattr(runner, block.language)(block)
                    print(f"{block.place}: {block.language}, as it should be", flush=True)
                except Failure as failure:
                    failed += 1
                    print(f"{block.place}: {block.language}: {failure}", flush=True)
    if arguments.cpp:
        blocks = [block for page in chosen for block in wanted(page, {"cpp"})]
        count += len(blocks)
        with tempfile.TemporaryDirectory(prefix="layercert-docs-") as scratch:
            try:
                cpp(blocks, arguments.cpp.resolve(), Path(scratch))
            except Failure as failure:
                failed += 1
                print(failure)
    print(f"{count} blocks, {failed} of them wrong")
    return 1 if failed or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
