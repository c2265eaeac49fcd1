#include "check.hpp"

#include "claims.hpp"
#include "division.hpp"
#include "files.hpp"
#include "hoelder.hpp"
#include "layers_check.hpp"
#include "normal_form.hpp"
#include "samples.hpp"
#include "shown.hpp"
#include "target_check.hpp"

#include <algorithm>
#include <numeric>

namespace checker {

namespace {

using nlohmann::json;

constexpr std::size_t kMostCellsOfProducts =
    1 << 18; // of a level: about ten microseconds for each pair of products

// The cells of a level in rows along the last axis, where neighbours share most of their sides: the number k
// = sum e_i N^i of each, e_i with i = (m-1) d + j the digit m of coordinate j, and its place along each axis.
class Rows {
public:
  Rows(ulong d, ulong N, ulong l, ulong first) : N_(N), digits_(d * l), powers_(d * l), place_(d) {
    ulong power = 1;
    for (ulong i = 0; i < d * l; ++i, power *= N) {
      powers_[i] = power;
    }
    for (ulong m = 0; m < l; ++m) {
      side_ *= N;
    }
    for (ulong j = d; j-- > 0;) {
      for (ulong m = l; m-- > 0; first /= N) {
        digits_[m * d + j] = first % N;
        number_ += digits_[m * d + j] * powers_[m * d + j];
      }
      for (ulong m = 0; m < l; ++m) {
        place_[j] = place_[j] * N + digits_[m * d + j];
      }
    }
  }
  ulong number() const { return number_; }
  ulong side() const { return side_; } // cells along each axis
  const std::vector<ulong> &place() const { return place_; }

  void next() { // after the last one: the first
    const ulong d = place_.size();
    for (ulong j = d; j-- > 0; place_[j] = 0) {
      for (ulong i = digits_.size() - d + j;; i -= d) {
        if (digits_[i] + 1 < N_) {
          ++digits_[i];
          number_ += powers_[i];
          ++place_[j];
          return;
        }
        number_ -= digits_[i] * powers_[i];
        digits_[i] = 0;
        if (i < d) {
          break;
        }
      }
    }
  }

private:
  ulong N_, side_ = 1, number_ = 0;
  std::vector<ulong> digits_, powers_, place_;
};

class Check : TargetCheck {
public:
  Check(const std::filesystem::path &folder, int threads, const Progress &progress, const Between &between,
        DividedSteps &steps)
      : TargetCheck(folder, threads, progress, between), steps_(steps) {}

  void run(const std::string &certificate_bytes, std::vector<std::string> &lines) {
    const json certificate = parse_json(certificate_bytes, "certificate.json");
    require_known_keys(certificate, Section::Certificate);
    read_search(certificate);
    steps_.agree_on(sha256_digits(certificate_bytes));
    const std::string file = get_text(certificate, "network_file");
    if (file != "network.json" && file != "network.lcn") {
      throw Rejected("network_file is neither network.json nor network.lcn");
    }
    if (!std::filesystem::exists(folder_ / file)) {
      throw Rejected("network_file is " + file + ", which is not there");
    }
    const std::string network_bytes = read_file(folder_ / file);
    require_sum(certificate, "network_sha256", network_bytes, file);
    read_subject(certificate);
    lines.push_back("verified: the SHA-256 sums of instance.toml and " + file +
                    (instance_.samples.empty() ? "" : " and of the samples"));

    const Network network =
        file == "network.json" ? read_network_json(network_bytes) : read_network_binary(network_bytes);
    structure(network, certificate);
    net_ = walk(network);
    lines.push_back("verified: the architecture, unit by unit: width " + std::to_string(network.width) +
                    ", " + std::to_string(network.hidden.size()) +
                    " hidden layers, at most 2 sine units in each, every other unit ReLU; readout l reads "
                    "layer l+2 only");
    constant_ = is_constant();
    if (!net_.constant.empty() && !constant_) {
      throw Unknown("that the target is the constant " + net_.constant.substr(0, 60));
    }
    if (!constant_ && !pieces_ && instance_.p == 2 && net_.d > 1) {
      products_ = Products::of(expression_, instance_.dimension, between_);
    }
    if (!constant_) {
      require_memory(net_.d, net_.N, net_.depth, network_bytes.size() + certificate_bytes.size());
    }
    values_.emplace(net_, parallel_);
    const json &levels = get_array(certificate, "levels");
    if (levels.size() != net_.depth) {
      throw Rejected("the certificate has not one entry for each of the " + std::to_string(net_.depth) +
                     " levels");
    }
    std::string others; // that claim no proof
    for (ulong l = 1; l <= net_.depth; ++l) {
      for (const char *key : {"status", "hoelder_status"}) {
        if (levels[l - 1].is_object() && levels[l - 1].contains(key)) {
          const std::string status = get_text(levels[l - 1], key);
          others += status == "certified" ? "" : ", level " + std::to_string(l) + " " + status.substr(0, 20);
        }
      }
    }
    if (!others.empty()) {
      throw Rejected("not everything in the certificate is certified" + others);
    }
    require_statement(certificate);
    subdivisions_suffice_ = certificate.value("subdivisions", json(true)) == json(true);
    begin_corollary(certificate);
    const auto at_level = [&](ulong l, const auto &work) {
      try {
        work(levels[l - 1]);
      } catch (const Unknown &) {
        throw;
      } catch (const Rejected &rejected) {
        throw Rejected("level " + std::to_string(l) + ": " + rejected.what());
      }
    };
    // What contradicts itself is refused before anything is computed.
    for (ulong l = 1; l <= net_.depth; ++l) {
      at_level(l, [&](const json &entry) { claims(entry, l); });
    }
    compare_levels(claims_, net_.N);
    const std::optional<AccuracyClaims> accuracy =
        certificate.contains("accuracy") ? std::optional(read_accuracy(certificate.at("accuracy"), claims_))
                                         : std::nullopt;
    if (!steps_.alone() && !constant_) {
      steps_.find_answers(net_.depth, [&](std::size_t i) {
        return modulus(levels[i], Arf(side(i + 1)), Exponent(instance_.p));
      });
    }
    for (ulong l = 1; l <= net_.depth; ++l) {
      if (progress_) {
        progress_({net_.d, static_cast<int>(net_.N), static_cast<int>(net_.depth), static_cast<int>(l)});
      }
      at_level(l, [&](const json &entry) { level(entry, l, lines); });
    }
    if (!steps_.alone() && !constant_) {
      lines.push_back("verified: the ranges of cells that " + std::to_string(steps_.count()) +
                      " processes have looked at have every cell of every level once");
    }
    compare_with_moduli();
    if (accuracy) {
      require_accuracy(*accuracy);
    }
    end_corollary(certificate, lines);
    for (std::string &line : unverified_lines(certificate)) {
      lines.push_back(std::move(line));
    }
    lines.push_back(trusted_line());
  }

private:
  // ---- files ----

  void structure(const Network &network, const json &certificate) const {
    const bool prefix = certificate.contains("accuracy");
    if (network.d != static_cast<ulong>(instance_.dimension) || network.N != instance_.N ||
        network.depth < 1 || (prefix ? network.depth > instance_.depth : network.depth != instance_.depth)) {
      throw Rejected("the network has not the dimension, N or depth of the instance");
    }
    const json &claimed = get(certificate, "architecture");
    require_known_keys(claimed, Section::Architecture);
    const Architecture counted = count(network);
    const std::pair<const char *, ulong> expected[] = {
        {"width", network.width},           {"theorem_width", 2 * network.d * network.N + network.d + 2},
        {"units_used", counted.units_used}, {"hidden_layers", network.hidden.size()},
        {"parameters", counted.parameters}, {"sine_units", counted.sine_units}};
    for (const auto &[key, number] : expected) {
      if (get_count(claimed, key) != number) {
        throw Rejected(std::string("architecture/") + key + " is not that of the network, " +
                       std::to_string(number));
      }
    }
    if (counted.sine_units > 2) {
      throw Rejected("a layer has more than 2 sine units");
    }
  }

  // Is the target the constant that all readouts are?
  bool is_constant() const {
    const bool flat = std::all_of(net_.A.begin(), net_.A.end(), [](const Arf &A) { return A.zero(); });
    if (!flat) {
      return false;
    }
    const Expression value = net_.constant.empty() ? Expression::of_number(rational(net_.Phi_0))
                                                   : Expression::parse(net_.constant, 0);
    if (!instance_.samples.empty()) { // of samples, too, if they are all the same
      return samples_.is_constant() &&
             checker::is_constant(Expression::of_number(samples_.exact(0)), instance_.dimension, value);
    }
    return checker::is_constant(expression_, instance_.dimension, value);
  }

  // ---- one level ----

  // Of an entry: everything that it says of itself.
  void claims(const json &level, ulong l) {
    claims_.push_back(read_level(level, l, cells_at(l), instance_));
    if (has_corollary_) {
      bounds_.push_back(read_corollary_bound(level, l, instance_, corollary_.lambda, corollary_.alpha));
    } else if (level.contains("hoelder_bound") || level.contains("hoelder_status")) {
      throw Rejected("a bound of the corollary without the corollary");
    }
  }

  void level(const json &level, ulong l, std::vector<std::string> &lines) {
    const LevelClaims &claimed = claims_[l - 1];
    values_->next();
    const Interval once(instance_.remainder);
    const Exponent p(instance_.p);
    const Interval error_g = error(level, l, p);
    // |f - g| <= remainder moves the error by at most that, and || f(. + h) - f || by at most twice that.
    const Interval error(std::max(Arf(0), (error_g - once).lower), (error_g + once).upper);
    const Interval modulus_g = constant_        ? Interval(0)
                               : steps_.alone() ? modulus(level, Arf(side(l)), p)
                                                : steps_.answer(l - 1);
    const Arf modulus = std::max(Arf(0), (Interval(modulus_g.lower) - Interval(2) * once).lower);
    const Interval factor(2 * instance_.dimension + 1);

    std::string confirmed;
    const auto compare = [&](const char *key, const Arf &theirs, const Arf &mine, bool upper,
                             bool surely_false) {
      confirmed += (confirmed.empty() ? "" : ", ") + compared(key, theirs, mine, upper, surely_false);
    };
    compare("error_upper", claimed.error_upper, error.upper, true, claimed.error_upper < error.lower);
    compare("error_lower", claimed.error_lower, error.lower, false, claimed.error_lower > error.upper);
    const Arf modulus_most = (modulus_g + Interval(2) * once).upper;
    compare("modulus_lower", claimed.modulus_lower, modulus, false, claimed.modulus_lower > modulus_most);
    const Arf right = (factor * Interval(modulus)).lower;
    require(error.upper <= right, error.lower > (factor * Interval(modulus_most)).upper,
            "not certified: the error's bound " + shown_upper(error.upper) +
                " exceeds (2d+1) times the modulus' bound, " + shown_lower(right));
    if (has_corollary_) {
      const Arf &bound = bounds_[l - 1].lower;
      require(error.upper <= bound, error.lower > bounds_[l - 1].upper,
              "the corollary is not certified: the error's bound is " + shown_upper(error.upper) +
                  ", its own " + shown_lower(bound));
    }
    errors_.push_back(error);
    moduli_.push_back(modulus);
    const std::string times = std::to_string(2 * instance_.dimension + 1);
    lines.push_back("verified: level " + std::to_string(l) + ", " + std::to_string(values_->cells()) +
                    " cells: error <= " + shown_upper(error.upper) + ", modulus >= " + shown_lower(modulus) +
                    ", error <= " + times + " modulus");
    lines.push_back("confirmed: level " + std::to_string(l) + ": " + confirmed +
                    "; bound, ratio_upper and error_width follow from these");
  }

  // No modulus_upper lies below what is proved of the modulus, of this level or of another (K16).
  void compare_with_moduli() const {
    std::vector<LevelClaims> proved = claims_;
    for (std::size_t l = 0; l < proved.size(); ++l) {
      proved[l].modulus_lower = moduli_[l];
      if (claims_[l].modulus_upper < moduli_[l]) {
        throw Rejected("level " + std::to_string(l + 1) +
                       ": modulus_upper = " + shown(claims_[l].modulus_upper) +
                       " is false; the modulus is at least " + shown_lower(moduli_[l]));
      }
    }
    compare_levels(proved, net_.N);
  }

  // N^(d l), or more than there can be.
  ulong cells_at(ulong l) const {
    constexpr ulong kTooMany = ulong{1} << 40;
    ulong result = 1;
    for (ulong i = 0; i < net_.d * l && result < kTooMany; ++i) {
      result *= instance_.N;
    }
    return result;
  }

  ulong side(ulong l) const {
    ulong result = 1;
    for (ulong m = 0; m < l; ++m) {
      result *= instance_.N; // at most 2^40, or there are no values
    }
    return result;
  }

  static Box box_of(const Rows &cell) {
    Box box;
    box.scale = cell.side();
    for (const ulong x : cell.place()) {
      box.lower.emplace_back(x);
      box.upper.emplace_back(x + 1);
    }
    return box;
  }

  // The sum of of_cell(cell, integrals, sup), which may raise sup, over all cells; sup becomes the largest.
  template <class F> Interval sum_over_cells(ulong l, const Exponent &p, Arf &sup, const F &of_cell) const {
    const std::size_t cells = values_->cells();
    const std::size_t blocks = std::min<std::size_t>(cells, 256);
    const std::vector<CellsSum> sums = steps_.sums(blocks, parallel_, [&](std::size_t block) {
      CellsSum found;
      found.first = cells * block / blocks;
      Integrals integrals(expression_, instance_.dimension, p, between_);
      Rows cell(net_.d, net_.N, l, found.first);
      for (found.last = found.first; found.last < cells * (block + 1) / blocks; ++found.last, cell.next()) {
        found.sum = found.sum + of_cell(cell, integrals, found.sup);
      }
      return found;
    });
    require_cover(sums, cells);
    Interval total(0);
    for (const CellsSum &found : sums) {
      sup = std::max(sup, found.sup);
      total = total + found.sum;
    }
    return total;
  }

  // || g - Phi_l ||_p: the cells, and the ramps (Lemmas 4 and 5).
  Interval error(const json &level, ulong l, const Exponent &p) const {
    if (constant_) {
      return Interval(0);
    }
    const std::string trees = text_or_empty(level, "error_subdivision");
    if (pieces_ && !trees.empty()) {
      throw Rejected("samples have no subdivision");
    }
    const std::vector<std::size_t> at = places_of_trees(trees, values_->cells());
    Arf sup;
    Interval total = sum_over_cells(l, p, sup, [&](const Rows &cell, Integrals &integrals, Arf &sup_here) {
      const Interval value = values_->of(cell.number());
      if (patches_ && trees.empty()) {
        return patches_->error(cell.place(), cell.side(), value, net_.Phi_0, sup_here);
      }
      return pieces_ ? error_of_samples(samples_, p, cell.place(), cell.side(), value, net_.Phi_0, sup_here)
                     : integrals.error(box_of(cell), value, net_.Phi_0, trees, at[cell.number()], sup_here);
    });
    if (products_ && trees.empty() && values_->cells() <= kMostCellsOfProducts) {
      total = common(total, error_of_products(l));
    }
    const Arf ramps = sup.finite() ? ramps_below(sup, l, p) : ramps_of_tail(trees, at, l, p);
    if (!total.upper.finite() || !ramps.finite()) {
      throw Unknown("the target may have no value, or no integral, on some box");
    }
    return p.root({std::max(Arf(0), (total - Interval(ramps)).lower), (total + Interval(ramps)).upper});
  }

  // Without boxes, where a level lists none.
  Interval error_of_products(ulong l) const {
    const Products::Cells integrals = products_->on_cells(side(l), parallel_);
    const std::size_t cells = values_->cells();
    const std::size_t blocks = std::min<std::size_t>(cells, 256);
    std::vector<Interval> sums(blocks);
    parallel_(blocks, [&](std::size_t block) {
      Rows cell(net_.d, net_.N, l, cells * block / blocks);
      for (std::size_t i = cells * block / blocks; i < cells * (block + 1) / blocks; ++i, cell.next()) {
        sums[block] = sums[block] + integrals.integral(cell.place(), values_->of(cell.number()));
      }
    });
    return std::accumulate(sums.begin(), sums.end(), Interval(0));
  }

  // Steps are 0 or 1 off a set of measure d l delta (1 - 1/N), and everywhere |Phi_l - Phi_0| <= sum of
  // |A_m|.
  Interval measure_of_ramps(ulong l) const { return Interval(net_.d * l) * Interval(two_to(-net_.q)); }
  Interval amplitudes(ulong l) const {
    Interval sum(0);
    for (ulong m = 0; m < l; ++m) {
      sum = sum + abs(Interval(net_.A[m]));
    }
    return sum;
  }

  // The integral of |g - Phi_l|^p over the ramps, |g - Phi_0| <= sup.
  Arf ramps_below(const Arf &sup, ulong l, const Exponent &p) const {
    return (p.power(Interval(sup) + amplitudes(l)) * measure_of_ramps(l)).upper;
  }

  // The same where there is no supremum, with || g - Phi_0 ||_(ps) for the first s that gives a bound.
  Arf ramps_of_tail(const std::string &trees, const std::vector<std::size_t> &at, ulong l,
                    const Exponent &p) const {
    for (const slong n : {1, 2, 4, 8, 16, 64}) {
      const Rational s = Rational(n + 1) / n;
      Arf none;
      const Interval total = sum_over_cells(l, p, none, [&](const Rows &cell, Integrals &integrals, Arf &) {
        return integrals.tail(box_of(cell), net_.Phi_0, p.value() * s, trees, at[cell.number()]);
      });
      if (total.upper.finite()) {
        const Rational inverse = 1 / p.value();
        const Interval of_g = real_power(Interval(total.upper), inverse / s) *
                              real_power(measure_of_ramps(l), inverse * (1 - 1 / s));
        return p.power(of_g + amplitudes(l) * p.root(measure_of_ramps(l))).upper;
      }
    }
    return Arf::infinity();
  }

  // ---- Hoelder's corollary and a wanted accuracy ----

  void begin_corollary(const json &certificate) {
    has_corollary_ = certificate.contains("hoelder");
    if (instance_.lambda && !has_corollary_) {
      throw Rejected("the instance asks for the corollary, and the certificate is without");
    }
    if (!has_corollary_) {
      return;
    }
    corollary_ = read_corollary(certificate.at("hoelder"), instance_);
  }

  void end_corollary(const json &certificate, std::vector<std::string> &lines) const {
    if (!has_corollary_) {
      return;
    }
    const std::string statement =
        "|f(x) - f(y)| <= " + corollary_.lambda.get_str() + " |x - y|^" + corollary_.alpha.get_str();
    if (!corollary_.verified) {
      lines.push_back("verified: Hoelder's corollary, assuming that " + statement);
      return;
    }
    if (pieces_ || instance_.remainder != 0) {
      throw Unknown("that " + statement);
    }
    const Arf constant =
        constant_ ? Arf(0)
                  : hoelder_constant(expression_, instance_, corollary_.alpha,
                                     text_or_empty(certificate.at("hoelder"), "hypothesis_subdivision"));
    if (!(constant <= Interval(corollary_.lambda).lower)) {
      throw Unknown("that " + statement + "; the constant found is " + shown(constant));
    }
    lines.push_back("verified: Hoelder's corollary and its hypothesis " + statement);
  }

  // K17 of what is proved here.
  void require_accuracy(const AccuracyClaims &accuracy) const {
    const Interval wanted(accuracy.wanted);
    if (!(errors_.back().upper <= wanted.lower)) {
      throw Rejected("the accuracy is not reached at the last level of the network");
    }
    for (std::size_t l = 0; accuracy.smallest_proved && l + 1 < errors_.size(); ++l) {
      if (!(errors_[l].lower > wanted.upper)) {
        throw Rejected("that no level before has the wanted accuracy could not be confirmed");
      }
    }
  }

  DividedSteps &steps_;
  Construction net_;
  bool constant_ = false;            // the target and all readouts are the same constant
  std::optional<CellValues> values_; // of the level that is looked at
  std::vector<LevelClaims> claims_;  // of each level
  std::vector<Interval> errors_;     // as proved here
  std::vector<Arf> moduli_;          // from below
  bool has_corollary_ = false;
  CorollaryClaims corollary_;
  std::vector<Interval> bounds_; // of the corollary, of each level
};

} // namespace

Report check(const std::filesystem::path &folder, int threads, const Progress &progress,
             const Between &between) {
  return check(folder, threads, progress, between, Division());
}

Report check(const std::filesystem::path &folder, int threads, const Progress &progress,
             const Between &between, const Division &division) {
  Report report;
  const std::string bytes = read_file(folder / "certificate.json");
  const json certificate = parse_json_or_nothing(bytes);
  throw_failures_of_flint();
  const bool of_layers = certificate.is_object() &&
                         certificate.value("format", json()) == json("layercert-certificate-network-1");
  if (!of_layers &&
      (!certificate.is_object() || certificate.value("format", json()) != json("layercert-certificate-1"))) {
    throw Unreadable((folder / "certificate.json").string() +
                     ": expected an object with \"format\": \"layercert-certificate-1\" or "
                     "\"layercert-certificate-network-1\"");
  }
  if (of_layers && division.index != 0) {
    return report;
  }
  DividedSteps steps(division);
  try {
    if (of_layers) {
      check_layers(folder, threads, progress, between, bytes, report.lines);
    } else {
      Check(folder, threads, progress, between, steps).run(bytes, report.lines);
      steps.end({}, false);
    }
    report.accepted = true;
  } catch (const Rejected &rejected) {
    report.reason = one_line(rejected.what());
    report.unknown = dynamic_cast<const Unknown *>(&rejected) != nullptr;
    if (!of_layers) {
      steps.end(report.reason, report.unknown);
    }
  }
  return report;
}

} // namespace checker
