#include "cache.hpp"

#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <algorithm>
#include <utility>

namespace layercert::constants {

Cache &Cache::instance() {
  static Cache cache;
  return cache;
}

SharedFixedPoint Cache::get(const Key &key, std::int64_t bits, std::int64_t slack,
                            const std::function<FixedPoint(std::int64_t)> &compute) {
  const std::shared_ptr<Entry> entry = entry_of(key);
  SharedFixedPoint value;
  {
    // Held while computing: whoever wants the same constant meanwhile waits for it. The computation is isolated, because
    // a thread that waits inside it for its own tasks must not take up a foreign one that needs this very lock. Locks are
    // nested in one order only, two_pi_sqrt2 before its factors. And it is in a context of its own: where an exception cancels
    // the caller's tasks, loops return with part of their work undone, which must not be kept as the constant.
    const std::scoped_lock lock(entry->computing);
    value = entry->value;
    if (!value || value->bits < bits) {
      oneapi::tbb::this_task_arena::isolate([&] {
        oneapi::tbb::task_group_context apart(oneapi::tbb::task_group_context::isolated);
        oneapi::tbb::task_group(apart).run_and_wait(
            [&] { value = std::make_shared<const FixedPoint>(compute(bits + slack)); });
      });
      entry->value = value;
    }
  }
  keep(key, entry, bytes_of(*value));
  return value->bits == bits ? value : std::make_shared<const FixedPoint>(cut_down(*value, bits));
}

std::size_t Cache::bytes() {
  const std::scoped_lock lock(guard_);
  return bytes_;
}

void Cache::set_limit(std::size_t bytes) {
  const std::scoped_lock lock(guard_);
  limit_ = bytes;
  shrink();
}

void Cache::clear() {
  const std::scoped_lock lock(guard_);
  entries_.clear();
  bytes_ = 0;
}

std::size_t Cache::bytes_of(const FixedPoint &x) {
  return sizeof(Entry) + sizeof(FixedPoint) + mpz_size(x.floor.get_mpz_t()) * sizeof(mp_limb_t);
}

std::shared_ptr<Cache::Entry> Cache::entry_of(const Key &key) {
  const std::scoped_lock lock(guard_);
  std::shared_ptr<Entry> &entry = entries_[key];
  if (!entry) {
    entry = std::make_shared<Entry>();
  }
  entry->used = ++clock_;
  return entry;
}

void Cache::keep(const Key &key, const std::shared_ptr<Entry> &entry, std::size_t bytes) {
  const std::scoped_lock lock(guard_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second != entry) {
    return; // cleared or dropped meanwhile
  }
  if (bytes > entry->bytes) { // otherwise another thread has counted a longer value already
    bytes_ += bytes - entry->bytes;
    entry->bytes = bytes;
  }
  shrink();
}

void Cache::shrink() {
  while (bytes_ > limit_) {
    // The least recently used one; those that hold nothing yet free nothing.
    const auto oldest = std::min_element(entries_.begin(), entries_.end(), [](const auto &a, const auto &b) {
      return std::pair(a.second->bytes == 0, a.second->used) <
             std::pair(b.second->bytes == 0, b.second->used);
    });
    bytes_ -= oldest->second->bytes;
    entries_.erase(oldest);
  }
}

} // namespace layercert::constants
