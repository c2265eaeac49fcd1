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
result = layercert.certify("sin(2*pi*x)*y + abs(x - 1/3)", dimension=2, N=2, depth=5, p=2)
print(result)
for level, error, bound in zip(result.table["level"], result.table["error_upper"], result.table["bound"]):
    print(f"level {level}: || f - Phi || <= {error:.3g}, the theorem allows {bound:.3g}")

# %% Error and bound against the level, and the readouts themselves.
figure, axes = plt.subplots(1, 4, figsize=(14, 3.4), layout="constrained")
levels = result.table["level"]
axes[0].fill_between(levels, result.table["error_lower"], result.table["error_upper"], alpha=0.4)
axes[0].semilogy(levels, result.table["error_upper"], "o-", label="error")
axes[0].semilogy(levels, result.table["bound"], "s--", label="(2d+1) modulus")
axes[0].set(xlabel="level", xticks=levels, title="certified")
axes[0].legend()
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
print(table.certified, table.table["ratio_upper"])
