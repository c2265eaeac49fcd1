#!/usr/bin/env python3
"""Measures `layercert certify` of images by several ranks on this machine, fits a model, and predicts a larger run.

Every run certifies an image of 2^depth x 2^depth samples. Time is processor time, since the ranks of one machine share its cores. Of a rank it
is

    B(c) on rank 0  +  S(c) on every rank  +  D(c) / R,        c the number of cells, R of ranks:

building, what every rank does for itself, and what is divided. Each is taken to grow as c, from the largest run. The bytes of the weight are c times
a line in log2 c. The memory of a rank is M + m c / R + n c. What is predicted is the time with as many threads as were measured with, one by default.

Usage: ranks_model.py [--program build/release/layercert] [--depths 10 11 12] [--ranks 1 2 4] [--predict-depth 15] [--machines 64]
"""
import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MIB = 1 << 20


def write_image(file, side):
    """Waves along both axes and a texture: neither smooth nor noise."""
    row = bytes(int(90 + 60 * math.sin(9 * i / side) + 30 * math.sin(i * i % 1009)) for i in range(side))
    with file.open("wb") as out:
        out.write(b"P5\n%d %d\n255\n" % (side, side))
        for j in range(side):
            shift = int(30 + 30 * math.sin(7 * j / side)) + j * j % 7
            out.write(row.translate(bytes(min(255, value + shift) for value in range(256))))


def measured(command, folder):
    """One rank: its command, and what it took as a file of its own."""
    status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    rank = int(os.environ.get("OMPI_COMM_WORLD_RANK", "0"))
    (folder / f"rank-{rank}.json").write_text(json.dumps({"cpu": used.ru_utime + used.ru_stime, "memory": 1024 * used.ru_maxrss}))
    return status


def run(program, instance, ranks, threads, folder):
    out = folder / "out"
    command = [str(program), "certify", str(instance), "--out", str(out), "--quiet", "--format", "binary", "--threads",
               str(threads)]
    command = [sys.executable, __file__, "--measured", str(folder), "--", *command]
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    if ranks > 1:
        command = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks), *command]
    begin = time.monotonic()
    subprocess.run(command, check=True, env=environment)
    seconds = time.monotonic() - begin
    of_run = json.loads((out / "run.json").read_text())
    of_rank = [json.loads((folder / f"rank-{rank}.json").read_text()) for rank in range(ranks)]
    return {"ranks": ranks, "wall": seconds, "bytes": of_run.get("bytes_sent", 0), "weight": (out / "network.lcn").stat().st_size,
            "certificate": (out / "certificate.json").stat().st_size, "cpu": [rank["cpu"] for rank in of_rank],
            "memory": [rank["memory"] for rank in of_rank], **of_run.get("rank_0", {})}


def line(points):
    """Slope and height of the least squares line."""
    n = len(points)
    x, y = sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
    slope = sum((p[0] - x) * (p[1] - y) for p in points) / max(1e-300, sum((p[0] - x) ** 2 for p in points))
    return slope, y - slope * x


def fit(runs):
    """Of all runs with several ranks: by the cells, B, S and D in seconds a cell; then memory and weight."""
    most = max(runs)
    several = [r for r in runs[most] if r["ranks"] > 1]
    others = [(1 / r["ranks"], sum(r["cpu"][1:]) / (r["ranks"] - 1)) for r in several]
    divided, alike = line(others)
    building = sum(r["cpu"][0] - sum(r["cpu"][1:]) / (r["ranks"] - 1) for r in several) / len(several)
    weight = line([(math.log2(cells), rows[0]["weight"] / cells) for cells, rows in runs.items()])
    of_part, of_all = line([(1 / r["ranks"], max(r["memory"][1:])) for r in several])
    least = min(runs)
    base = min(max(r["memory"][1:]) for r in runs[least] if r["ranks"] > 1)
    of_rank_0 = line([(cells, max(r["memory"][0] for r in rows)) for cells, rows in runs.items()])
    return {"building": building / most, "alike": max(0.0, alike) / most, "divided": divided / most, "weight": weight,
            "memory_part": of_part / most, "memory_all": max(0.0, of_all - base) / most, "memory_base": base, "memory_0": of_rank_0}


def main():
    if "--measured" in sys.argv[1:2]:
        return measured(sys.argv[4:], Path(sys.argv[2]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=Path("build/release/layercert"))
    parser.add_argument("--depths", type=int, nargs="+", default=[10, 11, 12])
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--predict-depth", type=int, default=15)
    parser.add_argument("--machines", type=int, default=64)
    arguments = parser.parse_args()
    runs = {}
    print("cells  R   wall  rank 0: cpu building messages waiting  others: cpu   memory MiB: rank 0  others  sent MiB  sent/weight", flush=True)
    for depth in arguments.depths:
        with tempfile.TemporaryDirectory(prefix="layercert_ranks_model_") as name:
            folder = Path(name)
            write_image(folder / "image.pgm", 1 << depth)
            instance = folder / "image.toml"
            instance.write_text(f'[target]\ndimension = 2\nimage = "image.pgm"\n[theorem]\nN = 2\ndepth = {depth}\np = 2\n')
            for ranks in arguments.ranks:
                r = run(arguments.program.resolve(), instance, ranks, arguments.threads, folder)
                runs.setdefault(4 ** depth, []).append(r)
                others_cpu, others_memory = r["cpu"][1:] or [0], r["memory"][1:] or [0]
                print(f"2^{2 * depth} {ranks:3} {r['wall']:6.1f} {r['cpu'][0]:12.1f} {r.get('seconds_building', 0):8.1f} "
                      f"{r.get('seconds_in_messages', 0):8.2f} {r.get('seconds_waiting', 0):7.1f} {sum(others_cpu) / len(others_cpu):12.1f} "
                      f"{r['memory'][0] / MIB:19.0f} {max(others_memory) / MIB:7.0f} {r['bytes'] / MIB:9.1f} {r['bytes'] / r['weight']:12.2f}",
                      flush=True)
    model = fit(runs)
    cells, machines = 4 ** arguments.predict_depth, arguments.machines
    slope, height = model["weight"]
    weight = cells * (slope * math.log2(cells) + height)
    building, alike, divided = (cells * model[part] for part in ("building", "alike", "divided"))
    print(f"\na cell takes {1e9 * model['building']:.0f} ns to build, {1e9 * model['alike']:.0f} ns on every rank, "
          f"{1e9 * model['divided']:.0f} ns divided; a weight has {slope:.3f} log2 c {height:+.2f} bytes a cell")
    print(f"prediction for 2^{2 * arguments.predict_depth} cells on {machines} machines, {arguments.threads} thread each: "
          f"{(building + alike + divided / machines) / 60:.0f} minutes, of which {building / 60:.0f} for building on rank 0; "
          f"{(building + alike + divided) / 60:.0f} minutes on one")
    slope_0, height_0 = model["memory_0"]
    print(f"memory: rank 0 {(slope_0 * cells + height_0) / 2 ** 30:.0f} GiB, another rank "
          f"{(model['memory_base'] + cells * (model['memory_all'] + model['memory_part'] / machines)) / 2 ** 30:.0f} GiB; "
          f"network.lcn {weight / 2 ** 30:.1f} GiB; sent {weight * (machines - 1) / 2 ** 30:.0f} GiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
