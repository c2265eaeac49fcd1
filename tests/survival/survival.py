#!/usr/bin/env python3
"""What becomes of results when a run is killed, or has no disk, no permission, or no memory.

Every trial starts with the result of one instance in a folder and runs `certify` of another into that folder. Afterwards the
folder must hold the former result byte by byte, or a complete new one that `layercert-check` accepts; nothing else. The next run must
clear away what was left beside it. `convert` is tried in the same way with a file. Exit status 1 if a trial fails.
"""
import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FORMER = '[target]\ndimension = 1\nexpression = "x"\n[theorem]\nN = 2\ndepth = 2\np = 2\n'
LATTER = '[target]\ndimension = 2\nexpression = "sin(2*pi*x)*y+abs(x-1/3)"\n[theorem]\nN = 2\ndepth = 6\np = 2\n'
# An image whose finest error is a sum over four blocks of cells, each of them a piece.
BLOCKS = '[target]\ndimension = 2\nimage = "image.pgm"\n[theorem]\nN = 2\ndepth = 9\np = 2\n'
MIB = 1 << 20
NOBODY = 65534


def contents(path):
    """The bytes of a file, or of every file of a folder by name; None if there is neither."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    return path.read_bytes() if path.exists() else None


class Trials:
    def __init__(self, programs, folder, seed):
        self.certify_program = [str(programs / "layercert")]
        self.checker = str(programs / "layercert-check")
        self.folder = folder
        self.random = random.Random(seed)
        self.failures = []
        self.former = folder / "former.toml"
        self.former.write_text(FORMER)
        self.latter = folder / "latter.toml"
        self.latter.write_text(LATTER)
        (folder / "image.pgm").write_bytes(b"P5\n64 64\n255\n" + bytes((3 * i * i + i // 64) % 256 for i in range(64 * 64)))
        self.blocks = folder / "blocks.toml"
        self.blocks.write_text(BLOCKS)
        self.kept = folder / "kept"
        self.must_run(self.certify(self.former, self.kept))
        self.network = next(self.kept.glob("network.*"))

    def must_run(self, command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"survival: {' '.join(command)} exited with {done.returncode}\n{done.stdout}{done.stderr}")

    def certify(self, instance, out):
        return self.certify_program + ["certify", str(instance), "--out", str(out), "--quiet", "--subdivisions",
                                       "--tolerance", "1"]

    def fail(self, what):
        print("FAILED:", what, flush=True)
        self.failures.append(what)

    def place_former(self, place):
        """The former result, anew, as the only thing in a folder of its own."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        shutil.copytree(self.kept, place / "result")
        return place / "result"

    def judge(self, result, what):
        """Which of the two the folder holds: "former" or "latter"."""
        found = contents(result)
        if found == contents(self.kept):
            return "former"
        if not isinstance(found, dict) or found.get("instance.toml") != LATTER.encode():
            self.fail(f"{what}: neither the former nor the latter result stands there")
            return "neither"
        check = subprocess.run([self.checker, str(result)], capture_output=True, text=True)
        if check.returncode != 0:
            self.fail(f"{what}: a folder that is not valid: {check.stdout}{check.stderr}")
        return "latter"

    def run(self, command, what, after=None, prepare=None):
        """The exit status; killed without notice `after` so many seconds. Ends by a crash, too, as long as nothing is harmed."""
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                   preexec_fn=prepare)
        try:
            _, message = process.communicate(timeout=after if after is not None else 120)
        except subprocess.TimeoutExpired:
            process.kill()
            _, message = process.communicate()
            if after is None:
                self.fail(f"{what}: still running after two minutes")
        return process.returncode, message

    def kill_while_writing(self, command, place):
        """Killed within 2 ms of the last file but one: before, while or after the new result takes its place."""
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        last_but_one = place / f".result.partial-{process.pid}" / "instance.toml"
        while process.poll() is None and not last_but_one.exists():
            pass
        wanted = time.perf_counter() + self.random.choice((0, self.random.uniform(0, 0.002)))
        while time.perf_counter() < wanted:
            pass
        process.kill()
        process.wait()

    def kills(self, count):
        place = self.folder / "kills"
        begin = time.monotonic()
        self.must_run(self.certify(self.latter, self.folder / "whole"))
        duration = time.monotonic() - begin
        held = {"former": 0, "latter": 0, "neither": 0}
        for trial in range(count):
            result = self.place_former(place)
            if trial % 2 == 0:
                after = self.random.uniform(0, 1.1 * duration)
                self.run(self.certify(self.latter, result), "kill", after)
            else:
                self.kill_while_writing(self.certify(self.latter, result), place)
            held[self.judge(result, f"trial {trial}")] += 1
            if trial % 20 == 0:  # what was left is cleared away by the next run
                self.must_run(self.certify(self.former, result))
                if [path.name for path in place.iterdir()] != ["result"]:
                    self.fail(f"left after another run: {sorted(path.name for path in place.iterdir())}")
        print(f"{count} runs killed, half of them while writing: {held['former']} left the former result, "
              f"{held['latter']} the new one", flush=True)

    def killed_conversions(self, count):
        network = next((self.folder / "whole").glob("network.*"))
        target = self.folder / "converted" / "network.lcn"
        target.parent.mkdir()
        command = self.certify_program + ["convert", str(network), "--to", "binary", "--out", str(target)]
        begin = time.monotonic()
        self.must_run(command)
        duration = time.monotonic() - begin
        whole = target.read_bytes()
        for _ in range(count):
            target.write_bytes(b"former")
            self.run(command, "convert", self.random.uniform(0, 1.1 * duration))
            if target.read_bytes() not in (b"former", whole):
                self.fail("a killed conversion left half a file")
        print(f"{count} conversions killed", flush=True)

    def killed_shards(self, count, instance, what):
        """Shards of an instance, one killed at a time: then all are given again, and merged."""
        place = self.folder / "sharded"
        shards, result = place / "shards", place / "result"
        self.must_run(self.certify(instance, self.folder / f"whole-{what}"))
        whole = {name: data for name, data in contents(self.folder / f"whole-{what}").items() if name != "run.json"}
        shutil.rmtree(place, ignore_errors=True)

        def shard(number, of):
            return self.certify_program + ["certify", str(instance), "--shards", str(shards), "--shard", f"{number}/{of}",
                                           "--quiet", "--subdivisions", "--tolerance", "1"]

        begin = time.monotonic()
        self.must_run(shard(1, 2))
        duration = time.monotonic() - begin
        killed = 0
        while killed < count:
            shutil.rmtree(place)
            place.mkdir()
            of = self.random.randint(1, 4)
            for _ in range(min(5, count - killed)):
                self.run(shard(self.random.randint(1, of), of), "shard", self.random.uniform(0, duration))
                killed += 1
            for number in range(1, of + 1):
                self.must_run(shard(number, of))
            merge = self.certify_program + ["merge", str(shards), "--out", str(result), "--quiet"]
            self.run(merge, "merge", self.random.uniform(0, duration))
            self.must_run(merge)
            found = contents(result)
            if {name: data for name, data in found.items() if name != "run.json"} != whole:
                self.fail(f"{of} shards after kills: merged, they are not the bytes of one run")
            if sorted(path.name for path in place.iterdir()) != ["result", "shards"]:
                self.fail(f"left beside a merged result: {sorted(path.name for path in place.iterdir())}")
        print(f"{count} shards of {what} killed, and merges of all that were given again", flush=True)

    def refused(self, what, result, prepare=None, statuses=(2,)):
        """A run that cannot succeed: it says so in one line, and the former result stands."""
        status, message = self.run(self.certify(self.latter, result), what, prepare=prepare)
        if status not in statuses:
            self.fail(f"{what}: exit status {status}, expected one of {statuses}: {message}")
        if status == 2 and len(message.strip().splitlines()) != 1:
            self.fail(f"{what}: expected one line, found {message!r}")
        if self.judge(result, what) != "former":
            self.fail(f"{what}: the former result is gone")
        return status

    def full_disk(self):
        place = self.folder / "small"
        place.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], capture_output=True).returncode != 0:
            print("full disk: skipped, mounting a file system needs root", flush=True)
            return
        try:
            result = self.place_former(place / "place")
            filler = place / "filler"
            for free in range(0, 96, 8):  # KiB: the disk is full at one file, then at another
                left = os.statvfs(place).f_bavail * 4096
                filler.write_bytes(bytes(max(0, left - 1024 * free)))
                status, message = self.run(self.certify(self.latter, result), "full disk")
                held = self.judge(result, f"{free} KiB free")
                if (status == 0) != (held == "latter"):
                    self.fail(f"{free} KiB free: exit status {status}, the folder holds the {held} result: {message}")
                filler.unlink()
                result = self.place_former(place / "place")
            print("full disk: 12 sizes tried", flush=True)
            self.full_shards(place)
        finally:
            subprocess.run(["umount", "-l", place], check=False)

    def full_shards(self, place):
        """A shard for whose pieces there is no room says so in one line; with room, the same command goes on."""
        shards = place / "shards"
        command = self.certify_program + ["certify", str(self.latter), "--shards", str(shards), "--shard", "1/1", "--quiet",
                                          "--tolerance", "1"]
        filler = place / "filler"
        for free in (4, 16, 40):  # KiB
            left = os.statvfs(place).f_bavail * 4096
            filler.write_bytes(bytes(max(0, left - 1024 * free)))
            status, message = self.run(command, "full disk, shards")
            if status != 2 or len(message.strip().splitlines()) != 1:
                self.fail(f"{free} KiB free for shards: exit status {status}, {message!r}")
            filler.unlink()
        self.must_run(command)
        print("full disk: 3 sizes tried for shards", flush=True)

    def small_files(self):
        result = self.place_former(self.folder / "limit")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        self.refused("files of 1000 bytes at most", result, limit)
        print("a limit to the size of files: refused", flush=True)

    def no_permission(self):
        if os.geteuid() != 0:
            print("permissions: skipped, trying them as another user needs root", flush=True)
            return
        place = self.folder / "denied"
        result = self.place_former(place)
        os.chmod(self.folder, 0o755)

        def nobody():
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

        self.refused("a folder that is another's", result, nobody)
        for path in (result, *result.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        self.refused("a result that is one's own in a folder that is not", result, nobody)
        os.chmod(self.latter, 0)
        self.refused("an instance that may not be read", result, nobody)
        os.chmod(self.latter, 0o644)
        print("permissions: 3 refused", flush=True)

    def little_memory(self):
        seen = {}
        # At about 40 MiB protobuf's initialisers, which run before the program does, abort.
        for mib in (24, 48, 64, 96, 160, 192, 224, 256, 320, 512):
            result = self.place_former(self.folder / "starved")
            status, message = self.run(
                self.certify(self.latter, result), "little memory",
                prepare=lambda: resource.setrlimit(resource.RLIMIT_AS, (mib * MIB, mib * MIB)))
            held = self.judge(result, f"{mib} MiB")
            # TBB's debug headers abort where the first task of a loop cannot be allocated. Builds without their assertions go on and refuse.
            tbb_assertion = status == -signal.SIGABRT and "~wait_context" in message
            if status < 0 and not tbb_assertion:
                self.fail(f"{mib} MiB: ended by signal {-status}: {message}")
            if (status == 0) != (held == "latter"):
                self.fail(f"{mib} MiB: exit status {status}, the folder holds the {held} result: {message}")
            seen[mib] = status
        print("address space in MiB and exit status (127: the system could not start it):", seen, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, required=True, help="the folder of layercert and layercert-check")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="layercert_survival_") as name:
        trials = Trials(arguments.programs.resolve(), Path(name), arguments.seed)
        trials.kills(arguments.kills)
        trials.killed_conversions(max(1, arguments.kills // 10))
        trials.killed_shards(max(1, arguments.kills // 2), trials.latter, "an expression")
        trials.killed_shards(max(1, arguments.kills // 2), trials.blocks, "an image")
        trials.full_disk()
        trials.small_files()
        trials.no_permission()
        trials.little_memory()
    print(f"{len(trials.failures)} failures")
    return 1 if trials.failures else 0


if __name__ == "__main__":
    sys.exit(main())
