// The network in finite precision: every weight, coordinate and operation rounded to nearest, as a program
// with numbers of so many bits would compute it.
#pragma once

#include "layercert/network/network.hpp"
#include "layercert/numeric/mpfr_number.hpp"

#include <map>
#include <vector>

namespace layercert {

// A unit adds up its bias and its weights times values, in the order in which they stand, with a rounding
// after every product and every sum; sines are correctly rounded. Exponents have no limits. Immutable, for
// any number of threads.
class RoundedNetwork {
public:
  // Requires: precision >= 2.
  RoundedNetwork(const Network &network, mpfr_prec_t precision);
  RoundedNetwork(const RoundedNetwork &) = delete;
  RoundedNetwork &operator=(const RoundedNetwork &) = delete;

  // What comes out for the readout of the last level at a point of [0,1]^d: no bound.
  MpfrNumber last_readout(const std::vector<mpq_class> &point) const;

private:
  struct Term {
    int source;
    const MpfrNumber *weight;
  };
  struct Affine {
    const MpfrNumber *bias;
    std::vector<Term> terms;
  };
  struct RoundedUnit {
    int index;
    Activation activation;
    Affine input;
  };

  const MpfrNumber *rounded(const Weight &weight);
  Affine rounded(const Weight &bias, const std::vector<Connection> &weights);
  MpfrNumber sum(const Affine &affine, const std::vector<MpfrNumber> &values) const;

  mpfr_prec_t precision_;
  int width_;
  std::map<const ClosedForm *, MpfrNumber> weights_; // each once, as in the network
  std::vector<std::vector<RoundedUnit>> hidden_;
  Affine readout_;
};

} // namespace layercert
