#!/usr/bin/env python3
"""`mpirun -n R layercert certify` and `check`: the bytes of one process for any R, one line for what is wrong, and no hang when a rank dies.

Usage: ranks.py --program LAYERCERT --data DATA [--kills 3] [--seed 1] [--without-mpi]. Exit status 1 if a trial fails, 77 without mpirun.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

INSTANCES = {
    "waves": '[target]\ndimension = 2\nexpression = "sin(2*pi*x0)*x1 + abs(x0 - 1/3)"\n[theorem]\nN = 2\ndepth = 3\np = 2\n',
    "root": '[target]\ndimension = 1\nexpression = "abs(x - 1/3)^(1/2)"\n[theorem]\nN = 3\ndepth = 3\np = 1.5\n',
    "jump": '[target]\ndimension = 1\nexpression = "if(x < 1/3, 0, 1)"\n[theorem]\nN = 2\ndepth = 4\np = 1\n',
    # No level is decided: all three tries are made, and the cells with the largest shares are named.
    "undecided": '[target]\ndimension = 1\nexpression = "step(sin(pi*x))"\n[theorem]\nN = 2\ndepth = 3\np = 2\n',
    "constant": '[target]\ndimension = 2\nexpression = "1/3"\n[theorem]\nN = 2\ndepth = 2\np = 2\n',
    "image": '[target]\ndimension = 2\nimage = "{data}/images/jacksboro64.pgm"\n[theorem]\nN = 2\ndepth = 4\np = 2\n',
}
LONG = '[target]\ndimension = 2\nexpression = "sin(2*pi*x0)*x1 + abs(x0 - 1/3)"\n[theorem]\nN = 2\ndepth = 5\np = 2\n'
# Errors of several blocks of cells: sums of samples, boxes at a jump, and cells whose number is no power of two.
INSTANCES |= {
    "image-blocks": '[target]\ndimension = 2\nimage = "{data}/images/jacksboro64.pgm"\n[theorem]\nN = 2\ndepth = 9\np = 2\n',
    "jump-blocks": '[target]\ndimension = 1\nexpression = "if(x < 1/3, x^2, 1)"\n[theorem]\nN = 2\ndepth = 18\np = 1\n',
    "thirds-blocks": '[target]\ndimension = 2\nimage = "{data}/images/jacksboro64.pgm"\n[theorem]\nN = 3\ndepth = 6\np = 1\n',
}
TIMEOUT = 120


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "run.json"}


class Trials:
    def __init__(self, program, data, folder, seed):
        self.program, self.data, self.folder = str(program), data, folder
        self.random = random.Random(seed)
        self.failures = []
        self.environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", NO_COLOR="1")

    def fail(self, what):
        print("FAILED:", what, flush=True)
        self.failures.append(what)

    def instance(self, name, text):
        file = self.folder / f"{name}.toml"
        file.write_text(text.replace("{data}", str(self.data)))
        return file

    def mpirun(self, *blocks):
        """mpirun's command; a block is a number of ranks and their arguments."""
        command = ["mpirun", "--oversubscribe", "--bind-to", "none"]
        for i, (ranks, *arguments) in enumerate(blocks):
            command += ([":"] if i else []) + ["-n", str(ranks), self.program, *map(str, arguments)]
        return command

    def run(self, command):
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, env=self.environment)
        except subprocess.TimeoutExpired:
            self.fail(f"{' '.join(command)}: still running after {TIMEOUT} s")
            return subprocess.CompletedProcess(command, 124, "", "")

    def same_bytes(self):
        for name, text in INSTANCES.items():
            instance = self.instance(name, text)
            whole = self.folder / f"{name}-whole"
            plain = self.run([self.program, "certify", instance, "--out", whole, "--threads", "1"])
            if (self.run([self.program, "certify", instance, "--out", self.folder / "threads", "--threads", "3"]).returncode,
                    files(self.folder / "threads")) != (plain.returncode, files(whole)):
                self.fail(f"{name} by 3 threads differs from one thread")
            for ranks in (1, 2, 3, 4):
                out = self.folder / f"{name}-{ranks}"
                done = self.run(self.mpirun((ranks, "certify", instance, "--out", out, "--threads", 1)))
                if done.returncode != plain.returncode or not out.exists() or files(out) != files(whole):
                    self.fail(f"{name} by {ranks} ranks differs from one process: {done.returncode} {done.stderr}")
                if done.stdout.replace(f"{name}-{ranks}", f"{name}-whole") != plain.stdout:
                    self.fail(f"{name} by {ranks} ranks: one rank should speak, found {done.stdout}")
        print(f"{len(INSTANCES)} instances by 1, 2, 3 and 4 ranks", flush=True)

    def refused(self, what, command, *texts, out=None):
        done = self.run(command)
        ours = [line for line in done.stderr.splitlines() if line.startswith("layercert: ")]
        if done.returncode != 2 or len(ours) != 1 or done.stdout or not all(text in ours[0] for text in texts):
            self.fail(f"{what}: expected status 2 and one line with {texts}, found {done.returncode}, {done.stdout}{done.stderr}")
        if out is not None and out.exists():
            self.fail(f"{what}: {out} was written")

    def bad_input(self):
        good = self.instance("good", INSTANCES["waves"])
        other = self.instance("other", INSTANCES["root"])
        bad = self.instance("bad", INSTANCES["waves"].replace("depth = 3", "depth = 0"))
        out = self.folder / "bad-out"
        certify = ("certify", good, "--out", out)
        self.refused("a wrong instance", self.mpirun((3, "certify", bad, "--out", out)), "bad.toml", out=out)
        self.refused("no instance", self.mpirun((3, "certify", self.folder / "none.toml")), "none.toml", out=out)
        self.refused("usage", self.mpirun((3, "certify", good, "--efort", "quick")), "--efort", out=out)
        self.refused("different instances", self.mpirun((2, *certify), (1, "certify", other)), "rank 2", out=out)
        self.refused("different options", self.mpirun((1, *certify), (1, *certify, "--effort", "quick")), "rank 1", out=out)
        self.refused("a file that one rank has not", self.mpirun((1, *certify), (1, "certify", self.folder / "none.toml")),
                     "rank 1", "none.toml", out=out)
        self.refused("too many ranks", self.mpirun((7, *certify)), "7 ranks", "at most 6", out=out)
        self.refused("an accuracy", self.mpirun((2, *certify, "--accuracy", "0.1")), "--accuracy", out=out)
        self.refused("several instances", self.mpirun((2, *certify, other)), "several instances", out=out)
        self.refused("another command", self.mpirun((2, "report", out)), "certify", "check")
        self.refused("a check of what is not there", self.mpirun((2, "check", out)), "certificate.json")
        occupied = self.folder / "occupied"
        occupied.mkdir()
        (occupied / "mine.txt").write_text("mine")
        self.refused("a folder of somebody's", self.mpirun((2, "certify", good, "--out", occupied)), "occupied")
        print("bad input: 12 refused", flush=True)

    def checks(self):
        """The report of one process for any number of ranks, and what is wrong is told once."""
        cover = " processes have looked at have every cell of every level once"
        for name in ("waves", "root", "constant", "image", "image-blocks"):
            result = self.folder / f"{name}-whole"
            plain = self.run([self.program, "check", result])
            for ranks in (1, 2, 3, 4):
                done = self.run(self.mpirun((ranks, "check", result, "--threads", 1)))
                lines = done.stdout.splitlines()
                covered = [line for line in lines if line.endswith(cover)]
                if done.returncode != 0 or [line for line in lines if line not in covered] != plain.stdout.splitlines():
                    self.fail(f"check {name} by {ranks} ranks differs from one process: {done.returncode} {done.stdout}{done.stderr}")
                if len(covered) != (0 if ranks == 1 or name == "constant" else 1):
                    self.fail(f"check {name} by {ranks} ranks: {len(covered)} lines on the cells")
        bad = self.folder / "bad-result"
        shutil.copytree(self.folder / "image-whole", bad)
        certificate = json.loads((bad / "certificate.json").read_text())
        certificate["levels"][2]["shift"][0] = "0x1p0"
        (bad / "certificate.json").write_text(json.dumps(certificate))
        plain = self.run([self.program, "check", bad])
        for ranks in (2, 3):
            done = self.run(self.mpirun((ranks, "check", bad)))
            if done.returncode != 1 or "level 3" not in done.stdout or done.stdout != plain.stdout:
                self.fail(f"a wrong shift by {ranks} ranks: {done.returncode} {done.stdout}, expected {plain.stdout}")
        good, other = self.folder / "waves-whole", self.folder / "root-whole"
        self.refused("different results", self.mpirun((1, "check", good), (1, "check", other)), "one folder for all")
        self.refused("a result that one rank has not", self.mpirun((1, "check", good), (1, "check", self.folder / "none")), "rank 1")
        self.refused("certifying anew", self.mpirun((2, "check", good, "--anew")), "--anew")
        print("5 results checked by 1, 2, 3 and 4 ranks; 4 wrong ones refused", flush=True)

    def on_hosts(self, names, *arguments):
        """mpirun's command with a rank on each of several hosts. In place of ssh, an agent starts each host's daemon here, with a folder of
        its own for temporary files; its number stands in NAME.pid."""
        agent = self.folder / "agent"
        agent.write_text('#!/bin/bash\nhost=$1\nshift\ncd "$(dirname "$0")"\nmkdir -p "tmp-$host"\nexport TMPDIR="$PWD/tmp-$host"\n'
                         'echo $$ > "$host.pid"\nexec bash -c "exec $*"\n')
        agent.chmod(0o755)
        self.environment["PMIX_MCA_gds"] = "hash"  # all hosts are one machine, whose shared memory their daemons would take from each other
        return ["mpirun", "--bind-to", "none", "--host", ",".join(f"{name}:1" for name in names), "--mca", "plm_rsh_agent", str(agent),
                "-n", str(len(names)), self.program, *map(str, arguments)]

    def hosts(self):
        names = ("hosta", "hostb", "hostc")
        instance = self.instance("hosts", LONG)
        whole, out = self.folder / "hosts-whole", self.folder / "hosts-out"
        self.run([self.program, "certify", instance, "--out", whole])
        done = self.run(self.on_hosts(names, "certify", instance, "--out", out, "--threads", 1))
        if done.returncode != 0 or not out.exists() or files(out) != files(whole):
            self.fail(f"{len(names)} hosts: the result differs from one process: {done.returncode} {done.stderr}")
        if not all((self.folder / f"{name}.pid").exists() for name in names):
            self.fail("not every host had a daemon")
        shutil.rmtree(out, ignore_errors=True)
        command = self.on_hosts(names, "certify", instance, "--out", out, "--threads", 1, "--resume")
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.environment)
        time.sleep(1.0)
        os.kill(int((self.folder / "hostb.pid").read_text()), signal.SIGKILL)
        try:
            running.communicate(timeout=TIMEOUT)
            lost = running.returncode != 0
        except subprocess.TimeoutExpired:
            running.kill()
            self.fail("mpirun hangs after a host has died")
            lost = True
        if not lost and (not out.exists() or files(out) != files(whole)):
            self.fail("a host died, and mpirun ended with 0 without the result")
        done = self.run(command)
        if done.returncode != 0 or not out.exists() or files(out) != files(whole):
            self.fail(f"after a host has died: the result differs, {done.stderr}")
        print(f"{len(names)} hosts, of which one died {'before' if lost else 'after'} the end; the next run took its work up", flush=True)

    def without_mpi(self):
        """What a build without MPI says, in the environment that mpirun gives: rank 0 one line, the others nothing."""
        instance = self.instance("good", INSTANCES["waves"])
        out = self.folder / "out"
        for rank in range(2):
            done = subprocess.run([self.program, "certify", instance, "--out", out], capture_output=True, text=True,
                                  env=dict(self.environment, OMPI_COMM_WORLD_RANK=str(rank), OMPI_COMM_WORLD_SIZE="2"))
            lines = done.stderr.splitlines()
            good = (done.returncode == 2 and len(lines) == 1 and "has no MPI" in lines[0]) if rank == 0 else \
                (done.returncode == 0 and not lines)
            if not good or done.stdout or out.exists():
                self.fail(f"rank {rank} without MPI: {done.returncode}, {done.stdout}{done.stderr}")
        print("a build without MPI under mpirun: refused once", flush=True)

    def kills(self, count):
        instance = self.instance("long", LONG)
        whole = self.folder / "long-whole"
        begin = time.monotonic()
        self.run([self.program, "certify", instance, "--out", whole])
        duration = time.monotonic() - begin
        out = self.folder / "long"
        command = self.mpirun((3, "certify", instance, "--out", out, "--resume"))
        ended = 0
        for trial in range(count):
            running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.environment)
            time.sleep(self.random.uniform(0.3, 0.3 + duration))
            children = subprocess.run(["pgrep", "-P", str(running.pid)], capture_output=True, text=True).stdout.split()
            if children:
                os.kill(int(self.random.choice(children)), signal.SIGKILL)
            try:
                _, message = running.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                running.kill()
                self.fail(f"kill {trial}: mpirun hangs after a rank has died")
                continue
            ended += running.returncode != 0
            if out.exists():
                if files(out) != files(whole):
                    self.fail(f"kill {trial}: the result differs")
                shutil.rmtree(out)
            elif running.returncode == 0:
                self.fail(f"kill {trial}: status 0 without a result")
        done = self.run(command)
        if done.returncode != 0 or not out.exists() or files(out) != files(whole):
            self.fail(f"after {count} kills: the result differs, {done.stderr}")
        left = [path.name for path in self.folder.iterdir() if path.name.startswith(".long")]
        if left:
            self.fail(f"after {count} kills: {left} is left")
        print(f"{count} runs of which a rank was killed, {ended} of them before their end; the last one took them up", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-mpi", action="store_true", help="the program has none")
    arguments = parser.parse_args()
    if not arguments.without_mpi and shutil.which("mpirun") is None:
        print("ranks: skipped, there is no mpirun (scripts/install mpi)")
        return 77
    with tempfile.TemporaryDirectory(prefix="layercert_ranks_") as name:
        trials = Trials(arguments.program.resolve(), arguments.data.resolve(), Path(name), arguments.seed)
        if arguments.without_mpi:
            trials.without_mpi()
        else:
            trials.same_bytes()
            trials.checks()
            trials.bad_input()
            trials.hosts()
            trials.kills(arguments.kills)
    print(f"{len(trials.failures)} failures")
    return 1 if trials.failures else 0


if __name__ == "__main__":
    sys.exit(main())
