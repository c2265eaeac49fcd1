#include "enclosure.hpp"
#include "layercert/numeric/constants.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cassert>
#include <compare>
#include <map>
#include <mutex>
#include <numeric>

namespace layercert {

namespace {

enum class Kind { pi, sqrt2, two_pi_sqrt2, arctan };

struct Key {
  Kind kind;
  std::int64_t s; // of arctan; otherwise 0
  auto operator<=>(const Key &) const = default;
};

// A constant is computed to a few more places than asked for, so that a request for nearly the same number of places, as
// that of two_pi_sqrt2_to for its factors, does not compute it again.
constexpr std::int64_t kSlackBits = 256;

class Cache {
public:
  static Cache &instance() {
    static Cache cache;
    return cache;
  }

  template <class Compute>
  SharedFixedPoint get(const Key &key, std::int64_t bits, std::int64_t slack, const Compute &compute) {
    const std::shared_ptr<Entry> entry = entry_of(key);
    SharedFixedPoint value;
    {
      // Held while computing: whoever wants the same constant meanwhile waits for it. The computation is isolated, because
      // a thread that waits inside it for its own tasks must not take up a foreign one that needs this very lock.
      const std::scoped_lock lock(entry->computing);
      value = entry->value;
      if (!value || value->bits < bits) {
        oneapi::tbb::this_task_arena::isolate(
            [&] { value = std::make_shared<const FixedPoint>(compute(bits + slack)); });
        entry->value = value;
      }
    }
    keep(key, entry, bytes_of(*value));
    return value->bits == bits ? value : std::make_shared<const FixedPoint>(cut_down(*value, bits));
  }

  std::size_t bytes() {
    const std::scoped_lock lock(guard_);
    return bytes_;
  }
  void set_limit(std::size_t bytes) {
    const std::scoped_lock lock(guard_);
    limit_ = bytes;
    shrink();
  }
  void clear() {
    const std::scoped_lock lock(guard_);
    entries_.clear();
    bytes_ = 0;
  }

private:
  struct Entry {
    std::mutex computing; // guards value
    SharedFixedPoint value;
    std::size_t bytes = 0; // counted in bytes_; guarded by guard_, as is the next
    std::uint64_t used = 0;
  };

  static std::size_t bytes_of(const FixedPoint &x) {
    return sizeof(Entry) + sizeof(FixedPoint) + mpz_size(x.floor.get_mpz_t()) * sizeof(mp_limb_t);
  }

  std::shared_ptr<Entry> entry_of(const Key &key) {
    const std::scoped_lock lock(guard_);
    std::shared_ptr<Entry> &entry = entries_[key];
    if (!entry) {
      entry = std::make_shared<Entry>();
    }
    entry->used = ++clock_;
    return entry;
  }

  void keep(const Key &key, const std::shared_ptr<Entry> &entry, std::size_t bytes) {
    const std::scoped_lock lock(guard_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second != entry) {
      return; // cleared or dropped meanwhile
    }
    // Another thread may have counted a later and longer value already.
    if (bytes > entry->bytes) {
      bytes_ += bytes - entry->bytes;
      entry->bytes = bytes;
    }
    shrink();
  }

  void shrink() {
    while (bytes_ > limit_) {
      const auto oldest =
          std::min_element(entries_.begin(), entries_.end(), [](const auto &a, const auto &b) {
            // Entries that hold nothing yet free nothing.
            return std::pair(a.second->bytes == 0, a.second->used) <
                   std::pair(b.second->bytes == 0, b.second->used);
          });
      assert(oldest != entries_.end() && oldest->second->bytes > 0);
      bytes_ -= oldest->second->bytes;
      entries_.erase(oldest);
    }
  }

  std::mutex guard_;
  std::map<Key, std::shared_ptr<Entry>> entries_;
  std::uint64_t clock_ = 0;
  std::size_t bytes_ = 0;
  std::size_t limit_ = std::size_t{512} << 20;
};

// pi < 4 and sqrt(2) < 2. With p, q the floors at n' = n + 8 bits:
//     2 p q <= 2 pi sqrt(2) 2^(2n') < 2 p q + 2 (p + q + 1), and 2 (p + q + 1) < 2^(n' + 4).
// Cut to n bits, n' + 8 fewer: the floor loses less than 1, and the width is less than 1.
constants::Enclosure enclose_two_pi_sqrt2(std::int64_t bits) {
  constexpr std::int64_t kMore = 8;
  SharedFixedPoint pi;
  SharedFixedPoint sqrt2;
  oneapi::tbb::parallel_invoke([&] { pi = pi_to(bits + kMore); }, [&] { sqrt2 = sqrt2_to(bits + kMore); });
  constants::Enclosure result;
  result.lower = pi->floor * sqrt2->floor;
  mpz_fdiv_q_2exp(result.lower.get_mpz_t(), result.lower.get_mpz_t(),
                  static_cast<mp_bitcnt_t>(bits + 2 * kMore - 1));
  result.width = 2;
  return result;
}

} // namespace

SharedFixedPoint pi_to(std::int64_t bits) {
  return Cache::instance().get({Kind::pi, 0}, bits, kSlackBits, compute_pi);
}

SharedFixedPoint sqrt2_to(std::int64_t bits) {
  return Cache::instance().get({Kind::sqrt2, 0}, bits, kSlackBits, compute_sqrt2);
}

SharedFixedPoint two_pi_sqrt2_to(std::int64_t bits) {
  return Cache::instance().get({Kind::two_pi_sqrt2, 0}, bits, 0, [](std::int64_t n) {
    return constants::exact_floor(n, enclose_two_pi_sqrt2);
  });
}

SharedFixedPoint arctan_power_of_two_to(std::int64_t s, std::int64_t bits) {
  return Cache::instance().get({Kind::arctan, s}, bits, kSlackBits,
                               [s](std::int64_t n) { return compute_arctan_power_of_two(s, n); });
}

std::vector<SharedFixedPoint> arctan_powers_of_two_to(std::span<const std::int64_t> shifts,
                                                      std::int64_t bits) {
  // The smallest shift has the most terms: it goes first.
  std::vector<std::size_t> order(shifts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return shifts[a] < shifts[b]; });
  std::vector<SharedFixedPoint> result(shifts.size());
  oneapi::tbb::parallel_for(std::size_t{0}, order.size(), [&](std::size_t i) {
    result[order[i]] = arctan_power_of_two_to(shifts[order[i]], bits);
  });
  return result;
}

std::size_t constant_cache_bytes() { return Cache::instance().bytes(); }
void set_constant_cache_limit(std::size_t bytes) { Cache::instance().set_limit(bytes); }
void clear_constant_cache() { Cache::instance().clear(); }

} // namespace layercert
