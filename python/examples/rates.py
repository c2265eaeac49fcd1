# %% [markdown]
# How fast do the readouts of one network approach a function? Certified bounds, plotted with matplotlib.
# Run as a script, or cell by cell in an editor that knows `# %%`.

# %%
import sys

import matplotlib
import numpy

if not hasattr(sys, "ps1"):
    matplotlib.use("Agg")  # a script draws to a file
import matplotlib.pyplot as plt

import layercert

# %% One network, five readouts, each certified.
result = layercert.certify("sin(2*pi*x)*y + abs(x - 1/3)", N=2, depth=5, p=2)
print(result)
print(result.levels[["level", "error_upper", "bound"]])  # the error is at most this, and the theorem allows that

# %% Error and bound against the level, and the readouts themselves.
figure, axes = plt.subplots(1, 4, figsize=(14, 3.4), layout="constrained")
result.plot(axes[0])
for panel, level in zip(axes[1:], (1, 3, 5)):
    lower, upper = result.readout(level)
    panel.imshow((lower + upper) / 2, origin="lower", extent=(0, 1, 0, 1), cmap="viridis")
    panel.set(xlabel="x", ylabel="y", title=f"readout {level}")
figure.savefig("rates.png", dpi=110)
print("rates.png")

# %% An array in place of an expression: the samples of a function, constant on each piece of a grid. They are taken exactly, so a
# grid of binary fractions keeps them short.
x = (numpy.arange(16) + 0.5) / 16
samples = numpy.add.outer(x**2, x)
table = layercert.certify(samples, N=2, depth=4, p=1)
print(table.certified, table.ratios)
