// Networks of any layers, in ONNX and in JSON. What is read has every unit behind its sources, and an
// evaluation never ends the process.
#include "input.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "layers/layer_forms.hpp"
#include "layers/layered_network.hpp"

#include <cmath>
#include <cstdlib>

using namespace layercert;

namespace {

constexpr std::size_t kMostUnits = 2000; // more take too long for one input

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::refused_or_read([&] {
    const LayeredNetwork network = parse_layers(fuzz::text(data, size), "network");
    for (std::size_t i = 0; i < network.units.size(); ++i) {
      const Slot place = network.slot_of(i);
      require(network.units[i].factor < place);
      for (const LinearTerm &term : network.terms_of(network.units[i])) {
        require(term.source >= 0 && term.source < place);
      }
    }
    if (network.units.size() > kMostUnits || network.dimension > 3 || !suits_doubles(network)) {
      return;
    }
    const UpwardScope upward;
    prepare_mpfr_thread();
    LayerForms forms(network, network.readouts.back().slot, 2);
    Box box;
    box.upper.fill(1);
    forms.evaluate(std::span(&box, 1));
    require(forms.remainder_upper(0) >= 0);
  });
  return 0;
}
