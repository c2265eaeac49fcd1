"""The picture of the rooms in docs/architecture.md has the order of tests/layout/includes.py, and every room has a meaning there.

Usage: rooms.py ROOT. Exit status 1 if it has not.
"""

import re
import sys
from pathlib import Path


def main() -> int:
    root = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(root / "tests" / "layout"))
    from includes import ORDER
    picture = (root / "docs" / "architecture.md").read_text().split("```text\n", 1)[1].split("```", 1)[0]
    drawn = re.findall(r"^ {17}([a-z]+) +\S", picture, re.MULTILINE)
    if drawn != ORDER:
        print(f"docs/architecture.md draws {', '.join(drawn)}; tests/layout/includes.py has {', '.join(ORDER)}")
        return 1
    print(f"docs/architecture.md draws the {len(ORDER)} rooms in their order")
    return 0


if __name__ == "__main__":
    sys.exit(main())
