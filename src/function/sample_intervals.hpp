// Enclosures of samples, and of their differences.
#pragma once

#include "layercert/function/sample_table.hpp"
#include "layercert/numeric/interval.hpp"

#include <vector>

namespace layercert {

// All samples of a table as intervals. The table must outlive it. Requires an open UpwardScope, for
// construction and every call.
class SampleIntervals {
public:
  explicit SampleIntervals(const SampleTable &table)
      : table_(table), scale_(Interval(1.0) / Interval(table.denominator)) {
    rationals_.reserve(table.rationals.size());
    for (const mpq_class &value : table.rationals) {
      rationals_.push_back(enclosure(value));
    }
  }
  Interval operator()(std::size_t i) const {
    return !table_.numerators.empty() ? Interval(table_.numerators[i]) * scale_
           : !table_.doubles.empty()  ? Interval(table_.doubles[i])
                                      : rationals_[i];
  }

private:
  const SampleTable &table_;
  Interval scale_;
  std::vector<Interval> rationals_;
};

} // namespace layercert
