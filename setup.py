"""What pyproject.toml cannot say: the version, which CMakeLists.txt has, and that CMake builds the compiled half.

The objects stay in build/python, so that a second build is short.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
MODULE = "layercert._layercert"


class BuildByCMake(build_ext):
    def build_extension(self, extension: Extension) -> None:
        jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1))
        for command in (["cmake", "--preset", "python", f"-DPython_EXECUTABLE={sys.executable}"],
                        ["cmake", "--build", "--preset", "python", "--target", "_layercert", "-j", jobs]):
            subprocess.run(command, cwd=ROOT, check=True)
        target = Path(self.get_ext_fullpath(extension.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "build" / "python" / "python" / "layercert" / target.name, target)


packed = ROOT / "build" / "wheel"  # from nothing: a file of an earlier version must not stay in the package
shutil.rmtree(packed, ignore_errors=True)
packed.mkdir(parents=True)
setup(version=re.search(r"project\(layercert VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1),
      ext_modules=[Extension(MODULE, sources=[])], cmdclass={"build_ext": BuildByCMake},
      options={"build": {"build_base": str(packed)}, "egg_info": {"egg_base": str(packed)}})
