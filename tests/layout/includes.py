"""Reads the #include lines and fails on an arrow upward: a folder includes itself and what stands before it, nothing else.

It fails as well where two files define a type of one name: the linker would take one of the two destructors for both.

Usage: includes.py ROOT. Exit status 1 with one line for each wrong arrow or second definition.
"""

import re
import sys
from pathlib import Path

# docs/architecture.md shows them as a picture. `check` is the independent checker: of the library it takes what reads samples.
ORDER = ["numeric", "instance", "function", "decoder", "network", "integrate", "layers", "modulus", "result", "certify", "stability",
         "prove", "report", "ranks", "cli"]
FOR_CHECK = {"layercert/error.hpp", "layercert/instance/exact_number.hpp", "layercert/function/sample_table.hpp",
             "function/sample_bytes.hpp"}
FOR_CLI = {"check"}
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def wrong_arrows(root: Path) -> list[str]:
    wrong = []
    files = sorted([*root.glob("src/*/*.?pp"), *root.glob("include/layercert/*/*.hpp")])
    if len(files) < 100:
        return [f"{root}: found {len(files)} sources; expected the program's"]
    for path in files:
        room = path.parent.name
        public = "include" in path.relative_to(root).parts
        if room not in ORDER and room != "check":
            wrong.append(f"{path.relative_to(root)}: the folder {room} has no place in the order of tests/layout/includes.py")
            continue
        for included in INCLUDE.findall(path.read_text()):
            parts = included.split("/")
            if included == "layercert/error.hpp":
                continue
            private = parts[0] != "layercert"
            there = room if len(parts) == 1 else parts[0] if private else parts[1]
            if room == "check":
                good = there == "check" or included in FOR_CHECK
            elif there == "check":
                good = room in FOR_CLI | {"cli"}
            else:
                good = there in ORDER and ORDER.index(there) <= ORDER.index(room)
            if not good:
                wrong.append(f"{path.relative_to(root)}: includes {included}, which stands behind {room}")
            if public and private:
                wrong.append(f"{path.relative_to(root)}: an installed header includes {included}, which is not installed")
    return wrong


# At the beginning of a line, as clang-format leaves them: namespaces, their ends, and types with a body.
SCOPE = re.compile(r"^(?:namespace ?([\w:]*) ?\{|(\} // namespace\b.*)|(?:struct|class|enum class) (\w+)(?: final)?(?: : .*)? \{)", re.MULTILINE)


def second_definitions(root: Path) -> list[str]:
    first: dict[str, Path] = {}
    found = []
    for path in sorted([*root.glob("src/*/*.?pp"), *root.glob("include/layercert/*/*.hpp")]):
        scopes: list[str] = []
        for namespace, end, name in SCOPE.findall(path.read_text()):
            if name:
                if "" in scopes:  # known to this file alone
                    continue
                whole = "::".join([*scopes, name])
                if whole in first:
                    found.append(f"{path.relative_to(root)}: defines {whole}, as {first[whole].relative_to(root)} does")
                first.setdefault(whole, path)
            elif end:
                scopes.pop()
            else:
                scopes.append(namespace)
    if len(first) < 100:
        found.append(f"{root}: found {len(first)} types; expected the program's")
    return found


def main() -> int:
    root = Path(sys.argv[1])
    found = wrong_arrows(root) + second_definitions(root)
    print("\n".join(found) if found else "every arrow points to a folder before; every type is defined once")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
