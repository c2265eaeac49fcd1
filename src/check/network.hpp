// The network of a result: its files, its structure, and the values of its readouts on the cells.
#pragma once

#include "weight.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace checker {

// Plus or minus a weight of the network's table.
struct Reference {
  std::uint32_t index = 0;
  bool minus = false;
};
struct Affine {
  Reference bias;
  std::vector<std::pair<std::uint32_t, Reference>> weights; // of sources
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
  std::vector<Weight> table;
  std::vector<std::vector<Unit>> hidden;
  std::vector<Readout> readouts;

  Weight weight(Reference at) const { return at.minus ? -table[at.index] : table[at.index]; }
};

// proofs/network-json.md, format 3, and proofs/network-binary.md, version 2. Both throw Rejected.
Network read_network_json(const std::string &bytes);
Network read_network_binary(const std::string &bytes);
Arf hexadecimal(const std::string &text); // "-0x1.8p-3", exactly

// The counts that a certificate names.
struct Architecture {
  ulong units_used = 0, parameters = 0, sine_units = 0;
};
Architecture count(const Network &network);

// What the network computes, by walking it unit by unit (proofs/theorem.md, section 3). Throws Rejected where
// it is anything else.
struct Construction {
  ulong d = 0, N = 0, depth = 0;
  slong q = 0;               // delta = 2^-q
  ulong bits_a_digit = 0;    // ceil(log2 N)
  std::vector<ulong> shifts; // s = b 2^q N^i of bit q of digit i, rising
  std::vector<Arf> m, A;     // multipliers and amplitudes of levels 1.. at 0..
  Arf M, Phi_0;
  std::string constant; // if not empty: Phi_0 is this closed expression instead, and all A are 0
};
Construction walk(const Network &network);

using ParallelFor = std::function<void(std::size_t count, const std::function<void(std::size_t)> &)>;

// Phi_l on the open good part of every cell, level by level: Phi_0 + sum A_m sin(2 pi frac(m_m nu_k)) (Lemma
// 8 of proofs/theorem.md). Holds eight bytes a cell. Requires that Phi_0 is no closed expression.
class CellValues {
public:
  // Both must outlive it. Begins at level 0.
  CellValues(const Construction &network, const ParallelFor &parallel);
  void next(); // to the next level
  ulong cells() const { return cells_; }
  Interval of(ulong k) const;

private:
  const Construction &network_;
  const ParallelFor &parallel_;
  ulong level_ = 0, cells_ = 1;
  // Phi_l - Phi_0 in units of 2^unit_, off by radius_ at most, on cell k modulo the number of these: later
  // levels added nothing.
  std::vector<slong> sums_{0};
  slong unit_ = 0, radius_ = 0;
};

// sin(2 pi u) for u in units of 2^-64, off by less than 4 units of 2^-62.
slong sine_of_turns(ulong u);

} // namespace checker
