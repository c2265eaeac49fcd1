#include "checkable_models.hpp"

#include <algorithm>
#include <vector>

namespace layercert {

namespace {

// Of a box's width, on either side: far more than rounding.
constexpr double kWidened = 0x1p-20;

bool is_smooth(const Expression &f) {
  return std::all_of(f.nodes().begin(), f.nodes().end(), [](const Node &node) {
    return is_smooth(node.op) || (node.op == Op::PowerInteger && node.integer >= 0);
  });
}

Box widened(const Box &box, std::size_t dimension, const Box &domain) {
  Box wide = box;
  for (std::size_t j = 0; j < dimension; ++j) {
    const double margin = kWidened * (box.upper[j] - box.lower[j]);
    wide.lower[j] = std::clamp(box.lower[j] - margin, domain.lower[j], box.lower[j]);
    wide.upper[j] = std::clamp(box.upper[j] + margin, box.upper[j], domain.upper[j]);
  }
  return wide;
}

} // namespace

ModellerFactory checkable_modeller(const Expression &f, std::size_t dimension, const Box &domain,
                                   ModellerFactory factory) {
  if (is_smooth(f)) {
    return factory;
  }
  return [dimension, domain, factory = std::move(factory)]() -> Modeller {
    return
        [dimension, domain, model = factory(), wide_boxes = std::vector<Box>(),
         wide = std::vector<LocalModel>()](std::span<const Box> boxes, std::span<LocalModel> models) mutable {
          wide_boxes.clear();
          for (const Box &box : boxes) {
            wide_boxes.push_back(widened(box, dimension, domain));
          }
          wide.resize(boxes.size());
          model(boxes, models);
          model(wide_boxes, wide);
          for (std::size_t i = 0; i < boxes.size(); ++i) { // the middle stays that of the box
            const Interval at_midpoint = models[i].at_midpoint;
            const bool differentiable = models[i].differentiable;
            models[i] = wide[i];
            models[i].at_midpoint = at_midpoint;
            models[i].differentiable = differentiable && wide[i].differentiable;
          }
        };
  };
}

} // namespace layercert
