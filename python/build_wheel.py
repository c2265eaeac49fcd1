"""Builds the package as a wheel: the backend that pyproject.toml names (PEP 517). CMake compiles; the format is that of PEP 427.

The objects stay in build/python, so that a second build is short.
"""
import base64
import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1))
    for command in (["cmake", "--preset", "python", f"-DPython_EXECUTABLE={sys.executable}"],
                    ["cmake", "--build", "--preset", "python", "--target", "_layercert", "-j", jobs]):
        subprocess.run(command, cwd=ROOT, check=True)
    return pack(Path(wheel_directory)).name


def pack(directory: Path) -> Path:
    """The sources as they stand in the clone, and the module that was built for this Python."""
    version = re.search(r"project\(layercert VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    tag = f"{python}-{python}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
    info = f"layercert-{version}.dist-info"
    sources = [file for file in sorted((ROOT / "python" / "layercert").iterdir()) if file.suffix in (".py", ".pyi", ".typed")]
    sources.append(ROOT / "build" / "python" / "python" / "layercert" / f"_layercert{SUFFIX}")
    files = {f"layercert/{file.name}": file.read_bytes() for file in sources}
    files[f"{info}/METADATA"] = (f"Metadata-Version: 2.1\nName: layercert\nVersion: {version}\n"
                                 "Summary: Certified approximation by deep networks, layer by layer\nLicense: MIT\n"
                                 "Requires-Python: >=3.9\nRequires-Dist: numpy\n").encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: layercert\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    record = f"{info}/RECORD"
    lines = [f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
             for name, data in files.items()]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    wheel = directory / f"layercert-{version}-{tag}.whl"
    unfinished = wheel.with_suffix(".partial")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    unfinished.replace(wheel)
    return wheel
