#!/usr/bin/env python3
"""Compiles a paper that takes the parts of three results by \\input and their figures by \\includegraphics: no error, no line that is too
long, every caption there, every label known. The whole document of each result, too.

usage: paper_slow_test.py LAYERCERT
Exit status 77, with a message, if pdflatex is not installed (scripts/install paper).
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
WIDEST = 1.0  # points that a line may be too long

LONG = " + ".join(f"sin({k}*pi*x)*exp(-{k}*y)/{k + 1}" for k in range(1, 15))
LONG_LATEX = r"\\left(" + " + ".join(rf"\\frac{{\\sin({k} \\pi x)}}{{{k}}}" for k in range(1, 25)) + r"\\right)"
INSTANCES = {
    "kink": ('dimension = 1\nexpression = "abs(x - 1/3)"', 'title = "50% of a kink_1"\n'),
    "long": (f'dimension = 2\nexpression = "{LONG}"', ""),
    "wide": ('dimension = 1\nexpression = "if(x < 1/4, sqrt(x), if(x < 1/2, x^2, sum(k, 1, 9, x^k)))"', f'latex = "{LONG_LATEX}"\n'),
}
PARTS = ("formula", "table", "errors", "ratios", "pictures")

failures = []


def expect(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def compile_paper(folder, name, text):
    """The log of the second run."""
    (folder / f"{name}.tex").write_text(text)
    for _ in range(2):
        done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"], cwd=folder, capture_output=True, timeout=600,
                              check=False)
        if done.returncode != 0:
            expect(False, f"{name}: {done.stdout.decode(errors='replace')[-3000:]}")
            break
    return (folder / f"{name}.log").read_text(errors="replace")


def check_log(name, log):
    too_wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([0-9.]+)pt too wide\)", log)]
    expect(all(points <= WIDEST for points in too_wide), f"{name}: lines too wide by {too_wide} points")
    for trouble in ("undefined references", "multiply defined", "Float too large", "Missing character"):
        expect(trouble not in log, f"{name}: {trouble}")


def run(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def main():
    if shutil.which("pdflatex") is None:
        print("skipped: pdflatex is not installed; scripts/install paper does that")
        return SKIPPED
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="layercert-paper-") as name:
        folder = Path(name)
        body = ""
        preamble = ""
        for name, (target, head) in INSTANCES.items():
            toml = folder / f"{name}.toml"
            toml.write_text(f"{head}[target]\n{target}\n[theorem]\nN = 2\ndepth = 3\np = 2\n")
            result = folder / "results" / name
            run(program, "certify", toml, "--out", result, "--quiet", "--tolerance", "0.1", "--boxes", "4096")
            subprocess.run([program, "report", f"results/{name}", "--quiet", "--format", "tex", "--fragment", "--standalone"], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL)
            preamble = preamble or f"\\input{{results/{name}/report-preamble}}\n"
            body += f"\\section{{{name}}}\n"
            body += "".join(f"\\input{{results/{name}/report-{part}}}\n" for part in PARTS)
            body += f"See Table~\\ref{{tab:{name}}} and Figures~\\ref{{fig:{name}-errors}}, \\ref{{fig:{name}-ratios}}, \\ref{{fig:{name}-pictures}}.\n"
            body += "".join(f"\\includegraphics[width=0.3\\linewidth]{{results/{name}/report-{figure}.pdf}}\n\n"
                            for figure in ("errors", "ratios", "f", "readout-2", "difference-3"))
            body += "\\clearpage\n"
            expect((result / "report-errors.svg").read_text().startswith("<?xml"), f"{name}: SVG")
            # A result with such parts in it is a result still.
            run(program, "check", result, "--quiet")
            whole = run(program, "report", result, "--format", "tex", "--out", "-")
            check_log(f"whole-{name}", compile_paper(folder, f"whole-{name}", whole))
        for columns in ("onecolumn", "twocolumn"):
            log = compile_paper(folder, columns, f"\\documentclass[{columns}]{{article}}\n{preamble}\\begin{{document}}\n{body}\\end{{document}}\n")
            check_log(columns, log)
            pages = re.search(r"Output written on \w+\.pdf \((\d+) pages", log)
            expect(pages is not None and int(pages[1]) >= 3, f"{columns}: pages")
            print(f"{columns}: {pages and pages[1]} pages")
        if len(sys.argv) > 2:  # to look at
            shutil.copytree(folder, sys.argv[2], dirs_exist_ok=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
