"""The faults: each a change of the source that makes producer or checker claim too much."""
import dataclasses


@dataclasses.dataclass
class Fault:
    name: str
    file: str
    sound: str  # stands once in the file
    faulty: str
    tests: tuple  # that should notice, with their arguments; none where the campaign should


_WIDE_RAMPS = "certify_known_error_test --run_test=wide_ramps_show_in_the_bound"
_INEXACT = "certify_known_error_test --run_test=inexact_weights_are_counted"
_ERROR = "src/certify/error_norm.cpp"
_INTEGRAL = "src/certify/integral.cpp"
_CERTIFY = "src/certify/certify.cpp"
_BOX = "src/certify/box_bounds.cpp"
_CHECK = "src/check/check.cpp"
_NUMBERS = "src/check/numbers.cpp"

PRODUCER = [
    Fault("error bound halved", _ERROR,
          "setting.p.root_upper(upper);", "setting.p.root_upper(upper) / 2;",
          ()),
    Fault("ramps ignored", _ERROR,
          "    upper = add_up(upper, mul_up(peak, bad));\n", "",
          (_WIDE_RAMPS,)),
    Fault("ramps of one level only", _ERROR,
          "mul_up(static_cast<double>(d * level), Dyadic", "mul_up(static_cast<double>(d), Dyadic",
          ("certify_known_error_test --run_test=ramps_of_every_level_show",)),
    Fault("box of an integral skipped", _INTEGRAL,
          "for (const IntegralBounds &term : terms) {",
          "for (const IntegralBounds &term : terms.subspan(terms.size() > 1 ? 1 : 0)) {",
          ()),
    Fault("box of an integral counted twice", _INTEGRAL,
          "    IntegralBounds total;\n",
          "    IntegralBounds total = terms.empty() ? IntegralBounds{} : terms[0];\n",
          ()),
    Fault("sum of upper bounds rounded down", _INTEGRAL,
          "total.upper = add_up(total.upper, term.upper);", "total.upper = add_down(total.upper, term.upper);",
          ("certify_integral_test",)),
    Fault("square rounded up on both sides", _BOX,
          "return {mul_down(magnitude.lower(), magnitude.lower()),", "return {mul_up(magnitude.lower(), magnitude.lower()),",
          ("certify_exponent_test", "certify_box_bounds_test")),
    Fault("spread of the slopes ignored", _BOX,
          "least_upper(norm_upper, add_up(norm.upper(), remainder_upper))", "least_upper(norm_upper, norm.upper())",
          ("certify_box_bounds_test",)),
    Fault("decoder keeps 8 bits", "src/decoder/evaluate.cpp",
          "phases_[cell] = w[1];", "phases_[cell] = w[1] & ~(~Limb{0} >> 8);",
          ()),
    Fault("phase taken at one point", "src/network/level_values.cpp",
          "const double radius = add_up(sine.radius, reach);", "const double radius = add_up(sine.radius, 0 * reach);",
          ("network_combinations_test", _INEXACT)),
    Fault("inexact weights not counted", "src/network/level_values.cpp",
          "(weight_error + weight_upper * angle_error).to_double_upper();",
          "(weight_error + weight_upper * angle_error).to_double_upper() * 0;",
          (_INEXACT,)),
    Fault("modulus rounded up", "src/certify/modulus.cpp",
          "const double value = p.root(Interval(fine.lower)).lower();",
          "const double value = p.root(Interval(fine.upper)).upper();",
          ()),
    Fault("shift too long", "src/certify/modulus.cpp",
          ": div_down(t, sqrt_up(n));", ": t;",
          ("certify_modulus_test --run_test=candidate_shifts_obey_the_scale_exactly",)),
    Fault("shifts left out of the modulus", "src/certify/modulus_search.cpp",
          "      for (const Piece &piece : open) {\n        settled = largest_upper(settled, piece.upper);\n      }\n", "",
          ()),
    Fault("2d+2 for 2d+1", "src/certify/verdict.cpp",
          "const double factor = 2.0 * dimension + 1;", "const double factor = 2.0 * dimension + 2;",
          ()),
    Fault("level skipped", _CERTIFY,
          "for (int l = 1; l <= instance.depth; ++l) {\n    if (options.progress)",
          "for (int l = std::min(2, instance.depth); l <= instance.depth; ++l) {\n    if (options.progress)",
          ()),
    Fault("remainder ignored", _CERTIFY,
          "error.upper = known_upper(add_up(error.upper, once_upper));", "",
          ("certify_remainder_test",)),
    Fault("Hoelder condition never tested", _CERTIFY,
          "corollary.verified = corollary.constant_upper <= lambda_lower &&", "corollary.verified = lambda_lower > 0 &&",
          ("certify_known_answers_test --run_test=hypotheses_are_verified_or_assumed",)),
]

CHECKER = [
    Fault("digest not compared", _CHECK,
          "if (get_text(certificate, key) != sha256_digits(bytes)) {", "if (get_text(certificate, key) == bytes) {",
          ("check_check_test", "check_tampering_test")),
    Fault("level not checked", _CHECK,
          "lines.push_back(level(levels[l - 1], l));", "lines.push_back(l == 1 ? \"\" : level(levels[l - 1], l));",
          ("check_check_test", "check_tampering_test")),
    Fault("ramps ignored", _CHECK,
          "amplitudes(l)) * measure_of_ramps(l)).upper;", "amplitudes(l)) * measure_of_ramps(l) * Interval(0)).upper;",
          ("check_check_test",)),
    Fault("claim R not compared", _CHECK,
          "require(error.upper <= right, ", "require(right.sign() >= 0, ",
          ("check_check_test", "check_tampering_test")),
    Fault("error bound not compared", _CHECK,
          "error.upper.finite() && at_most(error.upper, error_upper), error_upper < error.lower);", "error_upper.sign() >= 0, false);",
          ("check_check_test", "check_tampering_test")),
    Fault("length of the shift not compared", _CHECK,
          "(instance_.norm == Norm::Euclidean ? scale * scale : scale) > Arf(1)",
          "(instance_.norm == Norm::Euclidean ? scale * scale : scale) < Arf(0)",
          ("check_check_test", "check_tampering_test")),
    Fault("weights not compared", "src/check/network.cpp",
          "if (!(only_weight(sum, source) == weight)) {", "if (only_weight(sum, source) == Arf::infinity()) {",
          ("check_check_test", "check_tampering_test")),
    Fault("half of every box skipped", "src/check/integral.cpp",
          "    open.push_back(std::move(upper_half));\n", "",
          ("check_check_test",)),
    Fault("spread of the slopes ignored", "src/check/integral.cpp",
          "(affine + slack).upper", "affine.upper",
          ("check_check_test", "check_tampering_test")),
    Fault("pole on one side only", "src/check/majorant.cpp",
          "nonpositive(pole.g.value) ? 1 : 2;", "nonpositive(pole.g.value) ? 1 : 1;",
          ("check_majorant_test",)),
    Fault("a value where there may be none", "src/check/majorant.cpp",
          "result.defined = range.lower.finite() || range.upper.finite();", "result.defined = true;",
          ("check_majorant_test",)),
    Fault("patches left out", "src/check/multilinear.cpp",
          "more = patch.node[j] < last[j];", "more = patch.node[j] + 1 < last[j];",
          ("check_multilinear_test",)),
    Fault("rounding flipped", _NUMBERS,
          "up ? ARF_RND_CEIL : ARF_RND_FLOOR", "up ? ARF_RND_FLOOR : ARF_RND_CEIL",
          ("check_numbers_test",)),
    Fault("crest of the sine missed", _NUMBERS,
          "if (meets(1)) {", "if (meets(2)) {",
          ("check_numbers_test",)),
]
