#include "functions.hpp"

#include "self_affine.hpp"

#include <arb_hypgeom.h>

#include <algorithm>

namespace checker {

namespace {

using I = Interval;

Interval truth(bool surely, bool surely_not) { return {Arf(surely ? 1 : 0), Arf(surely_not ? 0 : 1)}; }

bool has_kink(const Interval &x) { return x.lower.sign() < 0 && x.upper.sign() > 0; }

Interval tangent(const Interval &x) { // where the cosine has no zero, no pole lies between the ends
  const Interval cosine = sine(x, 1);
  return cosine.lower.sign() > 0 || cosine.upper.sign() < 0 ? monotone(arb_tan, x) : Interval::whole();
}

// At one number, perhaps infinite.
void cube_root(arb_t z, const arb_t x, slong bits) {
  arb_set(z, x);
  if (arb_is_zero(x) != 0 || arb_is_finite(x) == 0) { // of these Arb takes no higher roots
    return;
  }
  const bool minus = arb_is_negative(x) != 0;
  arb_abs(z, z);
  arb_root_ui(z, z, 3, bits);
  if (minus) {
    arb_neg(z, z);
  }
}

// 1 - erf(t) < exp(-t^2) for t >= 1, and exp(-2^20) < 2^-1000: far out nothing more is asked of Arb.
void error_function(arb_t z, const arb_t x, slong bits) {
  if (arf_cmpabs_2exp_si(arb_midref(x), 10) < 0) {
    arb_hypgeom_erf(z, x, bits);
    return;
  }
  arb_set_si(z, arf_sgn(arb_midref(x)));
  arb_add_error_2exp_si(z, -1000);
}

// x is the argument, v the value, s the slope.
const Function functions[] = {
    {Op::Exp, "exp", [](const I &x) { return monotone(arb_exp, x); }, [](const I &, const I &v) { return v; },
     [](const I &, const I &v, const I &) { return v; }},
    {Op::Log, "log", [](const I &x) { return monotone(arb_log, x); },
     [](const I &x, const I &) { return I(1) / x; },
     [](const I &, const I &, const I &s) { return -square(s); }},
    {Op::Sin, "sin", [](const I &x) { return sine(x); }, [](const I &x, const I &) { return sine(x, 1); },
     [](const I &, const I &v, const I &) { return -v; }},
    {Op::Cos, "cos", [](const I &x) { return sine(x, 1); }, [](const I &x, const I &) { return sine(x, 2); },
     [](const I &, const I &v, const I &) { return -v; }},
    {Op::Tan, "tan", tangent, [](const I &, const I &v) { return I(1) + square(v); },
     [](const I &, const I &v, const I &s) { return I(2) * v * s; }},
    {Op::Asin, "asin", [](const I &x) { return monotone(arb_asin, x); },
     [](const I &x, const I &) { return I(1) / monotone(arb_sqrt, I(1) - square(x)); },
     [](const I &x, const I &, const I &s) { return x * power(s, 3); }},
    {Op::Acos, "acos", [](const I &x) { return monotone(arb_acos, x, true); },
     [](const I &x, const I &) { return I(-1) / monotone(arb_sqrt, I(1) - square(x)); },
     [](const I &x, const I &, const I &s) { return x * power(s, 3); }},
    {Op::Atan, "atan", [](const I &x) { return monotone(arb_atan, x); },
     [](const I &x, const I &) { return I(1) / (I(1) + square(x)); },
     [](const I &x, const I &, const I &s) { return I(-2) * x * square(s); }},
    {Op::Sinh, "sinh", [](const I &x) { return monotone(arb_sinh, x); },
     [](const I &x, const I &) { return monotone(arb_cosh, abs(x)); },
     [](const I &, const I &v, const I &) { return v; }},
    {Op::Cosh, "cosh", [](const I &x) { return monotone(arb_cosh, abs(x)); },
     [](const I &x, const I &) { return monotone(arb_sinh, x); },
     [](const I &, const I &v, const I &) { return v; }},
    {Op::Tanh, "tanh", [](const I &x) { return monotone(arb_tanh, x); },
     [](const I &, const I &v) { return I(1) - square(v); },
     [](const I &, const I &v, const I &s) { return I(-2) * v * s; }},
    {Op::Cbrt, "cbrt", [](const I &x) { return monotone(cube_root, x); },
     [](const I &, const I &v) { return I(1) / (I(3) * square(v)); },
     [](const I &, const I &v, const I &s) { return I(-2) * square(s) / v; }},
    {Op::Erf, "erf", [](const I &x) { return monotone(error_function, x); },
     [](const I &x, const I &) { return I(2) * monotone(arb_exp, -square(x)) / monotone(arb_sqrt, pi()); },
     [](const I &x, const I &, const I &s) { return I(-2) * x * s; }},
    {Op::Abs, "abs", [](const I &x) { return abs(x); },
     [](const I &x, const I &) { return has_kink(x) ? I(Arf(-1), Arf(1)) : I(x.lower.sign() < 0 ? -1 : 1); },
     [](const I &x, const I &, const I &) { return has_kink(x) ? I::whole() : I(0); }},
    {Op::Floor, "floor", [](const I &x) { return I(x.lower.floor(), x.upper.floor()); }, nullptr, nullptr},
    {Op::Step, "step", [](const I &x) { return truth(x.lower.sign() >= 0, x.upper.sign() < 0); }, nullptr,
     nullptr},
    {Op::Sign, "sign", [](const I &x) { return I(Arf(x.lower.sign()), Arf(x.upper.sign())); }, nullptr,
     nullptr},
    {Op::Cantor, "cantor", cantor, nullptr, nullptr},
    {Op::Takagi, "takagi", takagi, nullptr, nullptr}};

const Function *found(const auto &matches) {
  const auto *const end = std::end(functions);
  const auto *const at = std::find_if(std::begin(functions), end, matches);
  return at == end ? nullptr : at;
}

} // namespace

const Function *find_function(Op op) {
  return found([&](const Function &function) { return function.op == op; });
}
const Function *find_function(const std::string &name) {
  return found([&](const Function &function) { return function.name == name; });
}

Interval compared(Op op, const Interval &x, const Interval &y) {
  const bool equal = x.point() && y.point() && x.lower == y.lower;
  const bool differ = x.upper < y.lower || y.upper < x.lower;
  switch (op) {
  case Op::Less:
    return truth(x.upper < y.lower, x.lower >= y.upper);
  case Op::LessEqual:
    return truth(x.upper <= y.lower, x.lower > y.upper);
  case Op::Equal:
    return truth(equal, differ);
  default:
    return truth(differ, equal);
  }
}

Interval minimum(const Interval &x, const Interval &y) {
  return {std::min(x.lower, y.lower), std::min(x.upper, y.upper)};
}
Interval maximum(const Interval &x, const Interval &y) {
  return {std::max(x.lower, y.lower), std::max(x.upper, y.upper)};
}

} // namespace checker
