// A constant, and the network that is it: g - Phi_l and every g(. + h) - g are 0.
#include "level_bounds.hpp"

namespace layercert {

namespace {

class ConstantBounds final : public LevelBounds {
public:
  explicit ConstantBounds(const Setting &setting) : dimension_(setting.instance.dimension) {}

  ErrorBounds error(int /*level*/, const Refinement & /*refinement*/) const override { return {0, 0, 0, {}}; }
  double modulus_upper(int /*level*/) const override { return 0; }
  ModulusLower modulus_lower(int /*level*/, const Refinement & /*refinement*/) const override {
    return {0, std::vector<double>(dimension_, 0.0)};
  }
  bool list_subdivisions(std::size_t /*most_boxes*/, const Decided & /*decided*/,
                         LevelCertificate & /*level*/) const override {
    return true;
  }

private:
  std::size_t dimension_;
};

} // namespace

std::unique_ptr<LevelBounds> bounds_of_constant(const Setting &setting) {
  return std::make_unique<ConstantBounds>(setting);
}

} // namespace layercert
