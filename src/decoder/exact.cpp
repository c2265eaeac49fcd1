// The decoder's numbers by plain exact arithmetic.
#include "layercert/decoder/decoder.hpp"

namespace layercert {

Dyadic exact_nu(const DecoderLayout &layout, std::uint64_t cell) {
  const Dyadic one = Dyadic::from_integer(1);
  Dyadic re = one; // 1 + i
  Dyadic im = one;
  for (const BitPosition &position : layout.positions()) {
    const std::uint64_t digit =
        (cell / layout.place_value(position.digit)) % static_cast<std::uint64_t>(layout.N());
    const Dyadic tau2 = Dyadic::power_of_two(-2 * position.shift);
    if ((digit >> position.bit & 1U) != 0) {
      const Dyadic a = one - tau2;
      const Dyadic c = Dyadic::power_of_two(1 - position.shift);
      const Dyadic new_re = re * a - im * c;
      im = re * c + im * a;
      re = new_re;
    } else {
      re = re * (one + tau2);
      im = im * (one + tau2);
    }
  }
  return im;
}

Dyadic exact_Q(const DecoderLayout &layout) {
  Dyadic product = Dyadic::from_integer(1);
  for (const BitPosition &position : layout.positions()) {
    product = product + product.times_power_of_two(-2 * position.shift);
  }
  return product;
}

} // namespace layercert
