// Bounds of integrals of |g|^p over boxes that a certificate lists.
#pragma once

#include "majorant.hpp"
#include "network.hpp"

namespace checker {

// The exponent p >= 1.
class Exponent {
public:
  explicit Exponent(const Rational &p);
  const Rational &value() const { return p_; }
  // x^p and x^(1/p) for x >= 0.
  Interval power(const Interval &x) const;
  Interval root(const Interval &x) const;
  // Encloses the mean of |g|^p over a box on which g lies in `range` and, if `slopes` is not empty, g = a +
  // sum_j c_j u_j with a in `middle`, c_j in slopes[j] (they may vary over the box) and u_j running over [-1,
  // 1]. Unbounded where nothing is known.
  Interval mean(const Interval &range, const Interval &middle, const std::vector<Interval> &slopes) const;

private:
  Ball affine_mean(const Arf &a, const std::vector<Arf> &t) const;
  Rational p_, inverse_;
  bool is_two_;      // p = 2, for which powers and roots are cheap
  Arf uniform_norm_; // at least || u ||_p = (p+1)^(-1/p), u uniform on [-1, 1]
};

// A box: along coordinate j from lower[j] / scale to upper[j] / scale.
struct Box {
  std::vector<Arf> lower, upper;
  ulong scale = 1;
  slong halvings = 0; // so many times it was halved
  std::vector<Interval> whole, middle, half_widths;
  void enclose(); // sets the last line
  Interval measure() const;
};

// Rooms of trees in a text: `.` is a box, the digit j a box that is halved along coordinate j, followed by
// the tree of its lower half and that of its upper half. Calls visit for every box. Returns the place after
// the tree. Throws Rejected.
std::size_t visit_boxes(const std::string &trees, std::size_t at, Box root,
                        const std::function<void(Box &)> &visit);
// Where each of `count` trees begins; they fill the text. Empty text: every tree is one box.
std::vector<std::size_t> places_of_trees(const std::string &trees, std::size_t count);

// Integrals of powers of one target; holds scratch memory: one for each thread.
class Integrals {
public:
  // `between` is called before every box.
  Integrals(const Expression &f, std::size_t dimension, const Exponent &p,
            const std::function<void()> &between)
      : p_(p), between_(between), f_(f, dimension), middle_(f, dimension), there_(f, dimension),
        after_(f, dimension), way_(f, dimension), majorants_(f, dimension) {}

  // Of |f - c|^p over the root, by the tree that begins at `at`; raises `sup` to a bound of |f - Phi_0|
  // there.
  Interval error(Box root, const Interval &c, const Arf &Phi_0, const std::string &trees, std::size_t at,
                 Arf &sup);
  // Of |f - c|^q over the root, from above and less sharply.
  Interval tail(Box root, const Arf &c, const Rational &q, const std::string &trees, std::size_t at);
  // Of |f(x + h) - f(x)|^p over all x for which both points lie in the cube.
  Interval difference(const std::vector<Arf> &h, const std::string &trees);

private:
  std::size_t visit(const std::string &trees, std::size_t at, Box root,
                    const std::function<void(Box &)> &visit_box) const;
  // Almost everywhere on the box, whose jet is given; whole where nothing is known.
  Interval range_of(const Jet &jet, const std::vector<Interval> &box);
  const Exponent &p_;
  const std::function<void()> &between_;
  Evaluator f_, middle_, there_, after_,
      way_; // on boxes of one kind each, of which one often shares sides with the last
  Majorants majorants_;
};

} // namespace checker
