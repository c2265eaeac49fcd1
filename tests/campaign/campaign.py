"""Random instances on which producer, checker and Monte Carlo estimates have to agree: see README.md beside this file."""
import argparse
import collections
import pathlib
import sys
import time

from comparison import Run
from instances import Generator

_KEPT = pathlib.Path(__file__).parent / "kept"


def main():
    options = arguments()
    counts = collections.Counter()
    failures = 0
    files = options.file + (sorted(_KEPT.glob("*.toml")) if options.kept else [])
    for file in files:
        failures += report(file.stem, file.read_text(encoding="ascii"), 1, options, counts)
    for seed in range(options.first, options.first + options.seeds):
        if failures and options.stop:
            break
        failures += report(f"seed {seed}", Generator(seed).instance(), seed, options, counts)
    for what, count in sorted(counts.items()):
        print(f"{count:6}  {what}")
    print(f"{failures} disagreements")
    sys.exit(1 if failures else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="*", type=pathlib.Path, help="instances, to compare instead of random ones")
    parser.add_argument("--programs", default="build/release", help="folder of layercert and layercert-check")
    parser.add_argument("--seeds", type=int, default=0, help="how many random instances")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--verified", action="store_true",
                        help="ask layercert-verified, too, which scripts/verified builds in the same folder")
    parser.add_argument("--kept", action="store_true", help="compare the instances of tests/campaign/kept, too")
    parser.add_argument("--save", type=pathlib.Path, help="folder for the instances that disagree")
    parser.add_argument("--stop", action="store_true", help="stop at the first seed that disagrees")
    parser.add_argument("--verbose", action="store_true", help="a line for every instance")
    return parser.parse_args()


def report(name, text, seed, options, counts):
    """1 if anything disagrees that is not marked as open, else 0."""
    start = time.monotonic()
    outcome = Run(options.programs, text, seed, options.verified).compare()
    counts["instances"] += 1
    counts["levels"] += outcome.levels
    counts[f"{outcome.verdict or 'crashed'}, {outcome.check or 'not checked'}"] += 1
    if outcome.verified:
        counts[f"layercert-check: {outcome.check}; layercert-verified: {outcome.verified}"] += 1
    if options.verbose:
        print(f"{name}: {outcome.verdict}, {outcome.check}, {outcome.verified + ', ' if outcome.verified else ''}{time.monotonic() - start:.1f} s", flush=True)
    if not outcome.disagreements:
        return 0
    is_open = any(line.startswith("# open: ") for line in text.split("\n"))
    print(f"{name}: {'open' if is_open else 'DISAGREEMENT'}\n    " + "\n    ".join(outcome.disagreements), flush=True)
    if options.save and not is_open:
        options.save.mkdir(parents=True, exist_ok=True)
        saved = options.save / (name.replace(" ", "-") + ".toml")
        saved.write_text("".join(f"# {line}\n" for line in outcome.disagreements) + text, encoding="ascii")
    return 0 if is_open else 1


main()
