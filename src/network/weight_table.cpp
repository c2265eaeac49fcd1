#include "weight_table.hpp"

#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace layercert::internal {

namespace {

struct HashOfPointer {
  std::size_t operator()(const ClosedForm *value) const noexcept { return MagnitudeHash()(*value); }
};

struct SameMagnitude {
  bool operator()(const ClosedForm *a, const ClosedForm *b) const noexcept { return *a == *b || *a == -*b; }
};

constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15; // 2^64 over the golden ratio

void mix(std::uint64_t &hash, std::uint64_t word) {
  hash = (hash ^ word) * kOdd;
  hash ^= hash >> 32;
}

// Of |value|: a number and its negative give the same.
void mix(std::uint64_t &hash, const Dyadic &value) {
  mix(hash, static_cast<std::uint64_t>(value.exponent()));
  const std::size_t limbs = mpz_size(value.mantissa().get_mpz_t());
  const mp_limb_t *const limb = mpz_limbs_read(value.mantissa().get_mpz_t());
  for (std::size_t i = 0; i < limbs; ++i) {
    mix(hash, limb[i]);
  }
}

} // namespace

// Constants count by their number alone: a text and its negative have other letters.
std::size_t MagnitudeHash::operator()(const ClosedForm &value) const noexcept {
  std::uint64_t hash = value.constants().size();
  mix(hash, value.dyadic());
  mix(hash, value.pi_factor());
  for (const AngleTerm &term : value.angles()) {
    mix(hash, static_cast<std::uint64_t>(term.shift));
    mix(hash, static_cast<std::uint64_t>(std::abs(term.coefficient)));
  }
  for (const MultiplierTerm &term : value.multipliers()) {
    mix(hash, term.m);
  }
  return hash;
}

WeightTable::WeightTable(const Network &network) {
  std::unordered_map<const ClosedForm *, std::uint32_t, HashOfPointer, SameMagnitude> indices;
  for_each_weight(network, [&](const Weight &weight) {
    const auto [known, is_new] = references_.try_emplace(weight.get());
    if (is_new) {
      if (entries_.size() > std::numeric_limits<std::uint32_t>::max() / 2) {
        throw std::length_error("more than 2^31 different weights");
      }
      const auto next = static_cast<std::uint32_t>(entries_.size());
      const auto [entry, is_new_value] = indices.try_emplace(weight.get(), next);
      if (is_new_value) {
        entries_.push_back({weight.get(), 0});
      }
      const ClosedForm &first = *entries_[entry->second].value;
      known->second = {entry->second, (*weight == first) == (first.leading_sign() < 0) && !weight->is_zero()};
    }
    ++entries_[known->second.index].uses;
  });
}

} // namespace layercert::internal
