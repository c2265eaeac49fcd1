#include "weight_table.hpp"

#include <limits>
#include <stdexcept>

namespace layercert::internal {

namespace {

struct HashOfPointer {
  std::size_t operator()(const Dyadic *value) const noexcept { return MagnitudeHash()(*value); }
};

struct SameMagnitude {
  bool operator()(const Dyadic *a, const Dyadic *b) const noexcept {
    return a->exponent() == b->exponent() &&
           mpz_cmpabs(a->mantissa().get_mpz_t(), b->mantissa().get_mpz_t()) == 0;
  }
};

} // namespace

std::size_t MagnitudeHash::operator()(const Dyadic &value) const noexcept {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15; // 2^64 over the golden ratio
  auto hash = static_cast<std::uint64_t>(value.exponent()) * kOdd;
  const std::size_t limbs = mpz_size(value.mantissa().get_mpz_t());
  const mp_limb_t *const limb = mpz_limbs_read(value.mantissa().get_mpz_t());
  for (std::size_t i = 0; i < limbs; ++i) {
    hash = (hash ^ limb[i]) * kOdd;
    hash ^= hash >> 32;
  }
  return hash;
}

WeightTable::WeightTable(const Network &network) {
  std::unordered_map<const Dyadic *, std::uint32_t, HashOfPointer, SameMagnitude> indices;
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
      known->second = {entry->second, weight->sign() < 0};
    }
    ++entries_[known->second.index].uses;
  });
}

} // namespace layercert::internal
