// The network of a result: its files, its structure, and the values of its readouts on the cells.
#pragma once

#include "numbers.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace checker {

struct Weight { // plus or minus a magnitude that others may share
  std::shared_ptr<const Arf> magnitude;
  bool minus = false;
  Arf value() const { return minus ? -*magnitude : *magnitude; }
  bool zero() const { return magnitude->zero(); }
};

struct Affine {
  Weight bias;
  std::vector<std::pair<ulong, Weight>> weights; // of sources
};
struct Unit {
  ulong index = 0;
  bool sine = false; // else ReLU
  Affine sum;
};
struct Readout {
  ulong level = 0, layer = 0;
  Affine sum;
};
struct Network {
  ulong d = 0, N = 0, depth = 0, width = 0;
  std::vector<std::vector<Unit>> hidden;
  std::vector<Readout> readouts;
};

// proofs/network-json.md and proofs/network-binary.md. Both throw Rejected.
Network read_network_json(const std::string &bytes);
Network read_network_binary(const std::string &bytes);
Arf hexadecimal(const std::string &text); // "-0x1.8p-3", exactly

// The counts that a certificate names.
struct Architecture {
  ulong units_used = 0, parameters = 0, sine_units = 0;
};
Architecture count(const Network &network);

// What the network computes, by walking it unit by unit (proofs/theorem.md, section 3). Throws Rejected where it is anything else.
struct Construction {
  ulong d = 0, N = 0, depth = 0;
  slong q = 0;                     // delta = 2^-q
  std::vector<std::vector<Arf>> g; // [i][e], 0 <= g_i(e)
  std::vector<Arf> w, A;           // of levels 1.. at 0..
  Arf beta, M, Phi_0;
};
Construction walk(const Network &network);

using ParallelFor = std::function<void(std::size_t count, const std::function<void(std::size_t)> &)>;

// Phi_l on the open good part of every cell, levels 0..depth. Levels of at most `direct_cells` cells are evaluated layer by layer, the
// others by an integer tree (Lemmas 6 to 8 of proofs/theorem.md).
std::vector<std::vector<Interval>> values(const Construction &network, ulong direct_cells,
                                          const ParallelFor &parallel);

} // namespace checker
