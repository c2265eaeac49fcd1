#include "multilinear.hpp"

#include <algorithm>

namespace checker {

// The patch from node to node + 1, in units of patches, and the part of it that is meant: from `from` to
// `to`, within [0, 1].
struct Multilinear::Patch {
  std::vector<slong> node;
  std::vector<Interval> from, to;
};

Multilinear::Multilinear(const layercert::SampleTable &table) : table_(&table), d_(table.dimension) {}

// A multilinear function takes its extremes at corners, and so does a difference of it.
Interval Multilinear::on_patch(const Patch &patch, ulong axes) const {
  std::vector<Interval> corners;
  for (ulong k = 0; k < ulong{1} << d_; ++k) {
    std::size_t index = 0;
    for (std::size_t j = d_; j-- > 0;) {
      index = index * static_cast<std::size_t>(table_->sides[j]) +
              static_cast<std::size_t>(patch.node[j] + static_cast<slong>(k >> j & 1));
    }
    corners.push_back(table_->numerators.empty() ? Interval(table_->exact(index))
                                                 : Interval(table_->numerators[index]));
  }
  for (std::size_t j = 0; j < d_; ++j) {
    const ulong bit = ulong{1} << j;
    for (ulong k = 0; k < corners.size(); ++k) {
      if ((k & bit) == 0) {
        const Interval v = corners[k];
        const Interval rise = corners[k | bit] - v;
        corners[k] = (axes & bit) != 0 ? rise : v + rise * patch.from[j];
        corners[k | bit] = (axes & bit) != 0 ? rise : v + rise * patch.to[j];
      }
    }
  }
  Interval all = corners[0];
  for (const Interval &corner : corners) {
    all = hull(all, corner);
  }
  return all;
}

Interval Multilinear::derivative(const std::vector<Interval> &box, ulong axes, bool &one_patch) const {
  std::vector<slong> first;
  std::vector<slong> last;
  std::vector<Interval> ends; // in units of patches
  Interval scale = Interval(1) / Interval(table_->denominator);
  for (std::size_t j = 0; j < d_; ++j) {
    const slong patches = table_->sides[j] - 1;
    const auto position = [&](const Arf &x) { return std::clamp(x * Arf(patches), Arf(0), Arf(patches)); };
    ends.emplace_back(position(box[j].lower), position(box[j].upper));
    const slong begin = arf_get_si(ends[j].lower.get(), ARF_RND_FLOOR);
    const slong end =
        arf_get_si(ends[j].upper.get(), ARF_RND_CEIL) - 1; // what is only touched there adds nothing
    first.push_back(std::min(begin, patches - 1));
    last.push_back(std::max(end, first[j]));
    scale = (axes >> j & 1) != 0 ? scale * Interval(patches) : scale;
  }
  one_patch = first == last;
  Patch patch{first, ends, ends};
  Interval all;
  for (bool more = true, fresh = true; more; fresh = false) {
    for (std::size_t j = 0; j < d_; ++j) {
      const auto within = [&](const Arf &x) {
        return Interval(std::clamp(x - Arf(patch.node[j]), Arf(0), Arf(1)));
      };
      patch.from[j] = within(ends[j].lower);
      patch.to[j] = within(ends[j].upper);
    }
    const Interval part = on_patch(patch, axes);
    all = fresh ? part : hull(all, part);
    more = false;
    for (std::size_t j = 0; j < d_ && !more; ++j) { // the next one
      more = patch.node[j] < last[j];
      patch.node[j] = more ? patch.node[j] + 1 : first[j];
    }
  }
  return all * scale;
}

} // namespace checker
