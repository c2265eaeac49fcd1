// Samples: f is constant on their cells, so that every integral is a sum and nothing is searched.
#include "level_bounds.hpp"

#include "integrate/table_integrals.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "modulus/table_modulus.hpp"
#include "numeric/bounds.hpp"

#include <cmath>

namespace layercert {

namespace {

class TableBounds final : public LevelBounds {
public:
  TableBounds(const Setting &setting, const SampleTable &table)
      : setting_(setting), table_(table),
        modulus_(std::make_unique<TableModulus>(setting.instance, table, setting.p)),
        about_phi_0_(setting.p) {
    const Interval phi_0 = setting.values.values[0][0];
    height_.sup_upper = table_sup_upper(table, phi_0);
    about_phi_0_ = setting.p.for_size(height_.sup_upper);
    norm_upper_ = norm_about(phi_0);
    double mean = 0; // about
    for (std::size_t i = 0; i < table.size(); ++i) {
      mean += table.nearest(i) / static_cast<double>(table.size());
    }
    if (std::fabs(mean - phi_0.lower()) > kFarFromMean * norm_upper_) {
      norm_upper_ = least_upper(norm_upper_, norm_about(Interval(mean)));
    }
  }

  ErrorBounds error(int level, const Refinement &refinement) const override {
    return error_from(BlocksHere(), level, refinement);
  }
  bool sums_blocks(int /*level*/) const override { return true; }
  ErrorBounds error_from(const CellBlocks &blocks, int level,
                         const Refinement & /*refinement*/) const override {
    const int N = setting_.instance.N;
    // The supremum of |f - Phi_0| gives a unit that does for all levels, unless p is large.
    const Exponent p = setting_.p.is_large()
                           ? setting_.p.for_size(table_size_on_cells(
                                 table_, N, level, setting_.values.values[static_cast<std::size_t>(level)]))
                           : about_phi_0_;
    return error_with_ramps(
        setting_, p, height_, level,
        sum_of_blocks(blocks.of_all(setting_.cells(level), p.unit(), [&](const CellRange &block) {
          return integrals_of(table_, p, N, level, block, setting_.values.on(level, block.first, block.last));
        })));
  }
  double modulus_upper(int level) const override {
    return least_upper(mul_up(2.0, norm_upper_), modulus_->upper(level)); // omega_p(f, t) <= 2 || f - c ||_p
  }
  ModulusLower modulus_lower(int level, const Refinement & /*refinement*/) const override {
    return modulus_->lower(level);
  }
  bool list_subdivisions(std::size_t /*most_boxes*/, const Decided & /*decided*/,
                         LevelCertificate & /*level*/) const override {
    return true;
  }

private:
  double norm_about(const Interval &constant) const {
    return about_phi_0_.root_upper(
        table_integrals(table_, about_phi_0_, setting_.instance.N, 0, std::span(&constant, 1))[0].upper);
  }

  const Setting &setting_;
  const SampleTable &table_;
  std::unique_ptr<TableModulus> modulus_;
  Exponent about_phi_0_; // in a unit for f - Phi_0
  Height height_;
  double norm_upper_ = 0; // of || f - c ||_p for a constant c
};

} // namespace

std::unique_ptr<LevelBounds> bounds_of_table(const Setting &setting, const SampleTable &table) {
  assert_upward();
  return std::make_unique<TableBounds>(setting, table);
}

} // namespace layercert
