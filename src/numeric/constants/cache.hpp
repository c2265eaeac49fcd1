// The constants that the process has computed so far (constants.hpp).
#pragma once

#include "layercert/numeric/constants.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace layercert::constants {

class Cache {
public:
  enum class Kind { pi, sqrt2, two_pi_sqrt2, arctan };
  struct Key {
    Kind kind;
    std::int64_t s = 0; // of arctan
    auto operator<=>(const Key &) const = default;
  };

  static Cache &instance();

  // The constant at `bits`; where nothing long enough is kept, compute(bits + slack) is, and stays. Slack is for constants
  // that are soon asked for at nearly as many bits. Requires: compute(n) is the same constant's floor at n bits.
  SharedFixedPoint get(const Key &key, std::int64_t bits, std::int64_t slack,
                       const std::function<FixedPoint(std::int64_t)> &compute);

  std::size_t bytes();
  void set_limit(std::size_t bytes);
  void clear();

private:
  struct Entry {
    std::mutex computing; // guards value
    SharedFixedPoint value;
    std::size_t bytes = 0; // counted in bytes_; guarded by guard_, as is the next
    std::uint64_t used = 0;
  };

  static std::size_t bytes_of(const FixedPoint &x);
  std::shared_ptr<Entry> entry_of(const Key &key);
  void keep(const Key &key, const std::shared_ptr<Entry> &entry, std::size_t bytes);
  void shrink(); // requires: guard_ held

  std::mutex guard_; // never held while computing
  std::map<Key, std::shared_ptr<Entry>> entries_;
  std::uint64_t clock_ = 0;
  std::size_t bytes_ = 0;
  std::size_t limit_ = std::size_t{512} << 20;
};

} // namespace layercert::constants
