#define BOOST_TEST_MODULE cli_prove
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

using namespace cli_test;

namespace {

std::string instance(const std::string &expression, const std::string &p = "2", std::size_t dimension = 1) {
  return "[target]\ndimension = " + std::to_string(dimension) + "\nexpression = \"" + expression +
         "\"\n[theorem]\nN = 2\ndepth = 2\np = " + p + "\n";
}

struct Fixture {
  // The result of an instance that need not be certified at every level.
  fs::path certify(const std::string &text) {
    write_file(folder / "i.toml", text);
    const Outcome outcome = run({"certify", (folder / "i.toml").string(), "--out", (folder / "r").string()});
    BOOST_REQUIRE_NE(outcome.status, 2);
    return folder / "r";
  }
  void refuses(const std::string &text, const std::string &piece) {
    cli_test::refuses({"prove", certify(text).string()}, {piece});
  }
  TemporaryFolder folder;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(suite, Fixture)

BOOST_AUTO_TEST_CASE(states_the_claim_on_the_network_and_the_target) {
  const Outcome outcome = run({"prove", certify(instance("-x^3/7 + exp(x) - 0.5")).string()});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(holds(outcome.out, "Unit 0 Rectified (Affine (number (Dyadic (-0x"));
  BOOST_TEST(holds(outcome.out, "Theorem shape : shaped net 4 7."));
  BOOST_TEST(holds(outcome.out, "Theorem claim_R : Claim.claim_R net target 2 2 2."));
  BOOST_TEST(holds(outcome.out, "Sine (Affine (pi_times (Dyadic 0x1 (-2))) [(0, angle_form [("));
  BOOST_TEST(holds(outcome.out, "multiplier_form m_2 ["));
  BOOST_TEST(holds(outcome.out, "exp (x)"));
  BOOST_TEST(holds(outcome.out, "Pow (Coordinate) 3"));
  BOOST_TEST(!holds(outcome.out, "Admitted"));
  BOOST_TEST(!holds(outcome.out, folder.path().string()));
}

BOOST_AUTO_TEST_CASE(writes_a_file_and_a_prefix) {
  const fs::path result = certify(instance("x^2"));
  const fs::path file = folder / "proof.v";
  BOOST_TEST(run({"prove", result.string(), "--out", file.string(), "--level", "1"}).status == 0);
  BOOST_TEST(holds(read_file(file), "Claim.claim_R net target 2 2 1."));
  BOOST_TEST(holds(read_file(file), "shaped net 3 7"));
  // All levels, asked for or not, are the same file: scripts/check-proof compares byte for byte.
  const Outcome all = run({"prove", result.string()});
  BOOST_TEST(all.status == 0);
  BOOST_TEST(run({"prove", result.string(), "--level", "2"}).out == all.out);
  const Outcome outcome = run({"prove", result.string(), "--level", "3"});
  BOOST_TEST(outcome.status == 2);
  BOOST_TEST(holds(outcome.err, "levels 1 to 2"));
}

BOOST_AUTO_TEST_CASE(refuses_what_the_theory_does_not_know) {
  refuses(instance("erf(x)"), ":3: the target has a function that");
  refuses(instance("(x + 1)^(1/3)"), "a power that is not a whole number");
  refuses(instance("x", "\"129/2\""), ":7: found p = 129/2; layercert prove expects a fraction");
}

BOOST_AUTO_TEST_CASE(several_dimensions_fractions_norms_and_remainders) {
  const Outcome plane = run({"prove", certify(instance("x*y", "\"5/2\"", 2) + "norm = \"max\"\n").string()});
  BOOST_TEST(plane.status == 0);
  BOOST_TEST(holds(plane.out, "Theorem claim_R : CubeClaim.claim_R 2 Maximum net target (5 / 2)%R 2 2."));
  BOOST_TEST(holds(plane.out, "Mul (Coordinate 0) (Coordinate 1)"));
  const std::string near = replaced(instance("x^2"), "[theorem]", "remainder = \"1/1000\"\n[theorem]");
  const Outcome band = run({"prove", certify(near).string()});
  BOOST_TEST(band.status == 0);
  BOOST_TEST(holds(band.out,
                   "(Rabs (f x - target x) <= 1 / 1000)%R) -> CubeClaim.claim_R 1 Euclidean net f 2 2 2."));
}

BOOST_AUTO_TEST_CASE(a_target_with_jumps_has_a_claim_of_its_own) {
  const Outcome outcome = run({"prove", certify(instance("if(x <= 1/3, 1, floor(2*x))")).string()});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(holds(outcome.out, "choose (at_most (x 0%nat) (1 / 3)) (1) (floor ("));
  BOOST_TEST(
      holds(outcome.out, "Theorem claim_R : CubeClaim.claim_R_if_integrable 1 Euclidean net target 2 2 2."));
}

BOOST_AUTO_TEST_CASE(samples_are_exact) {
  write_file(folder / "grey.pgm", "P2 2 2 4 0 1 3 2\n");
  const Outcome outcome = run(
      {"prove", certify("[target]\ndimension = 2\nimage = \"grey.pgm\"\n[theorem]\nN = 2\ndepth = 2\np = 1\n")
                    .string()});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(holds(outcome.out, "Definition samples : list Z := [0; 1; 3; 2]%Z."));
  BOOST_TEST(holds(outcome.out, "forall f : point -> R, is_sampled 2 2 (-2) 1 samples f -> CubeClaim.claim_R "
                                "2 Euclidean net f 1 2 2."));
}

BOOST_AUTO_TEST_CASE(constants_keep_their_closed_form) {
  const Outcome third = run({"prove", certify(instance("1/3")).string()});
  BOOST_TEST(third.status == 0);
  BOOST_TEST(holds(third.out, "constant_form (Rational 1 3)"));
  BOOST_TEST(holds(third.out, "Definition target (x : R) : R := (1 / 3)%R."));
  const Outcome sum = run({"prove", certify(instance("pi/7 + exp(1)")).string()});
  BOOST_TEST(sum.status == 0);
  BOOST_TEST(holds(sum.out, "constant_form (Add (Div (Pi) (Whole 7)) (Exp (Whole 1)))"));
  BOOST_TEST(run({"prove", certify(instance("-3/8")).string()}).status == 0);
}

BOOST_AUTO_TEST_CASE(long_numbers_are_written_in_pieces) {
  const std::string text =
      "[target]\ndimension = 1\nexpression = \"sin(2*pi*x)\"\n[theorem]\nN = 2\ndepth = 10\np = 2\n";
  const Outcome outcome = run({"prove", certify(text).string()});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(holds(outcome.out, "(joined 4096 [0x"));
  BOOST_TEST(holds(outcome.out, "Claim.claim_R net target 2 2 10."));
}

BOOST_AUTO_TEST_CASE(a_target_without_a_modulus_is_undecided) {
  const Outcome outcome = run({"prove", certify(instance("0*x + 1")).string()});
  BOOST_TEST(outcome.status == 1);
  BOOST_TEST(holds(outcome.out, "undecided: level 1"));
}

BOOST_AUTO_TEST_CASE(refuses_damaged_results) {
  const fs::path result = certify(instance("x^2"));
  const std::string certificate = read_file(result / "certificate.json");
  const auto refused = [&](const std::string &bytes, const std::string &piece) {
    write_file(result / "certificate.json", bytes);
    cli_test::refuses({"prove", result.string()}, {piece});
  };
  refused(certificate.substr(0, certificate.size() / 2), "certificate.json");
  refused(replaced(certificate, "\"shift\"", "\"shaft\""), "level 1 has no shift");
  refused(replaced(certificate, "\"0x1p-1\"\n", "\"0x1p+1\"\n"), "the shift of level 1");
  refused("[]", "certificate.json");
  write_file(result / "certificate.json", certificate);
  write_file(result / "network.json", "{}");
  BOOST_TEST(run({"prove", result.string()}).status == 2);
  BOOST_TEST(run({"prove", (folder / "none").string()}).status == 2);
}

BOOST_AUTO_TEST_SUITE_END()
