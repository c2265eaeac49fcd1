#include "layers_check.hpp"

#include "claims.hpp"
#include "layers.hpp"
#include "layers_error.hpp"
#include "shown.hpp"
#include "target_check.hpp"

#include <algorithm>

namespace checker {

namespace {

using nlohmann::json;

// A list may not suffice for this arithmetic by a little; the boxes that say least are then halved, up to so
// many in all.
constexpr std::size_t kLeastBoxes = 1 << 12;
constexpr std::size_t kTimesTheList = 2;

class LayersCheck : TargetCheck {
public:
  LayersCheck(const std::filesystem::path &folder, int threads, const Progress &progress,
              const Between &between)
      : TargetCheck(folder, threads, progress, between) {}

  void run(const std::string &certificate_bytes, std::vector<std::string> &lines) {
    const json certificate = parse_json(certificate_bytes, "certificate.json");
    require_known_keys(certificate, Section::Layers);
    read_search(certificate);
    read_network(certificate, lines);
    read_subject(certificate);
    lines.insert(lines.begin(), "verified: the SHA-256 sum of instance.toml" +
                                    std::string(instance_.samples.empty() ? "" : " and that of the samples"));
    if (layers_.d != instance_.dimension) {
      throw Rejected("the network has " + std::to_string(layers_.d) + " inputs, the target " +
                     std::to_string(instance_.dimension) + " coordinates");
    }
    if (pieces_) {
      throw Unknown("samples that are constant on their pieces, with a network of any layers");
    }
    require_counts(get(certificate, "network"));
    const json &readouts = get_array(certificate, "readouts");
    require_all_certified(readouts);
    require_statement(certificate);
    subdivisions_suffice_ = certificate.value("subdivisions", json(true)) == json(true);
    at_most_ = read_at_most(certificate);
    if (!at_most_ && instance_.p == 2 && instance_.dimension > 1) {
      products_ = Products::of(expression_, instance_.dimension, between_);
    }
    // What contradicts itself is refused before anything is computed.
    for (const json &entry : readouts) {
      at_readout(entry, [&] { claims_.push_back(read_readout(entry, at_most_, instance_)); });
    }
    std::vector<LevelClaims> of_levels;
    for (const ReadoutClaims &claims : claims_) {
      of_levels.push_back(claims.bounds);
    }
    compare_moduli_of(of_levels);
    for (std::size_t i = 0; i < readouts.size(); ++i) {
      if (progress_) {
        progress_({instance_.dimension, static_cast<int>(instance_.N), static_cast<int>(readouts.size()),
                   static_cast<int>(i) + 1});
      }
      at_readout(readouts[i], [&] { check_readout(readouts[i], claims_[i], of_levels[i], lines); });
    }
    compare_moduli_of(of_levels); // with the lower bounds that are proved here
    for (std::string &line : unverified_lines(certificate)) {
      lines.push_back(std::move(line));
    }
    lines.push_back(trusted_line());
  }

private:
  void read_network(const json &certificate, std::vector<std::string> &lines) {
    const std::string file = get_text(certificate, "network_file");
    if (file != "network.json" && file != "network.lcn" && file != "layers.json") {
      throw Rejected("network_file is none of network.json, network.lcn and layers.json");
    }
    const std::string bytes = read_file(folder_ / file);
    require_sum(certificate, "network_sha256", bytes, file);
    lines.push_back("verified: the network is that of " + file + ", whose SHA-256 sum is " +
                    sha256_digits(bytes));
    if (certificate.contains("model_file") || certificate.contains("model_sha256")) {
      const std::string model = get_text(certificate, "model_file");
      if (model != "network.onnx" || file != "layers.json") {
        throw Rejected("model_file is not network.onnx, or stands beside another network than layers.json");
      }
      const std::string model_bytes = read_file(folder_ / model);
      require_sum(certificate, "model_sha256", model_bytes, model);
      lines.push_back("not verified: that " + file + " is the network of " + model +
                      ", whose SHA-256 sum is " + sha256_digits(model_bytes));
    }
    layers_ = read_layers(file, bytes);
  }

  void require_counts(const json &claimed) const {
    require_known_keys(claimed, Section::LayersCount);
    const LayersCount counted = count(layers_);
    if (get_count(claimed, "units") != counted.units ||
        get_count(claimed, "parameters") != counted.parameters ||
        get_text(claimed, "activations") != counted.activations) {
      throw Rejected("the counts of the network are not its own: " + std::to_string(counted.units) +
                     " units, " + std::to_string(counted.parameters) + " parameters, " + counted.activations);
    }
  }

  static std::string name_in(const json &entry) {
    return entry.is_object() && entry.contains("readout") ? get_text(entry, "readout").substr(0, 40) : "?";
  }

  static void require_all_certified(const json &readouts) {
    std::string others;
    for (const json &entry : readouts) {
      const std::string status = get_text(entry, "status");
      others += status == "certified" ? "" : ", readout " + name_in(entry) + " " + status.substr(0, 20);
    }
    if (readouts.empty() || !others.empty()) {
      throw Rejected(readouts.empty() ? "the certificate has no readout"
                                      : "not everything in the certificate is certified" + others);
    }
  }

  template <class Work> static void at_readout(const json &entry, const Work &work) {
    try {
      work();
    } catch (const Unknown &) {
      throw;
    } catch (const Rejected &rejected) {
      throw Rejected("readout " + name_in(entry) + ": " + rejected.what());
    }
  }

  // K16, of readouts in any order and perhaps of one level.
  void compare_moduli_of(const std::vector<LevelClaims> &bounds) const {
    for (std::size_t i = 0; !at_most_ && i < bounds.size(); ++i) {
      for (std::size_t j = 0; j < bounds.size(); ++j) {
        if (claims_[i].level <= claims_[j].level) {
          compare_moduli(claims_[i].level, bounds[i], claims_[j].level, bounds[j], instance_.N);
        }
      }
    }
  }

  // || f - Phi ||_p from the integral of |g - Phi|^p, |f - g| <= remainder.
  Interval error_of(const Interval &integral, const Exponent &p) const {
    const Interval norm = p.root({std::max(Arf(0), integral.lower), std::max(Arf(0), integral.upper)});
    const Interval once(instance_.remainder);
    return {std::max(Arf(0), (norm - once).lower), (norm + once).upper};
  }

  void check_readout(const json &entry, const ReadoutClaims &claims, LevelClaims &proved,
                     std::vector<std::string> &lines) const {
    const LevelClaims &claimed = claims.bounds;
    const Exponent p(instance_.p);
    const Interval factor(2 * instance_.dimension + 1);
    std::string confirmed;
    const auto compare = [&](const char *key, const Arf &theirs, const Arf &mine, bool upper,
                             bool surely_false) {
      confirmed += (confirmed.empty() ? "" : ", ") + compared(key, theirs, mine, upper, surely_false);
    };
    // The bound that the error has to keep to, and what it surely lies below.
    Interval right;
    std::string of_modulus;
    if (at_most_) {
      right = Interval(*at_most_);
    } else {
      const Interval twice = Interval(2) * Interval(instance_.remainder);
      const Arf scale(Integer(power(Rational(instance_.N), static_cast<slong>(claims.level)).get_num()));
      const Interval of_g = modulus(entry, scale, p);
      const Arf least = std::max(Arf(0), (Interval(of_g.lower) - twice).lower);
      const Arf most = (of_g + twice).upper;
      compare("modulus_lower", claimed.modulus_lower, least, false, claimed.modulus_lower > most);
      if (claimed.modulus_upper < least) {
        throw Rejected("modulus_upper = " + shown(claimed.modulus_upper) +
                       " is false; the modulus is at least " + shown_lower(least));
      }
      proved.modulus_lower = least;
      right = {(factor * Interval(least)).lower, (factor * Interval(most)).upper};
      of_modulus = ", modulus >= " + shown_lower(least);
    }
    const std::string tree = text_or_empty(entry, "error_subdivision");
    const LayersError error_over(expression_, layers_, layers_.slot_of(claims.name), p, between_);
    std::size_t boxes = 0;
    const std::size_t listed = std::max<std::size_t>(1, (tree.size() + 1) / 2);
    const auto enough = [&](const Interval &integral) {
      const Interval error = error_of(integral, p);
      const bool is_false =
          claimed.error_upper < error.lower || claimed.error_lower > error.upper || error.lower > right.upper;
      return is_false || (error.upper.finite() && at_most(error.upper, claimed.error_upper) &&
                          at_most(claimed.error_lower, error.lower) && error.upper <= right.lower);
    };
    const Interval error = error_of(
        error_over.integral(tree, parallel_, std::max(kLeastBoxes, kTimesTheList * listed), enough, boxes),
        p);
    if (!error.upper.finite()) {
      throw Unknown("the target may have no value, or no integral, on some box");
    }
    compare("error_upper", claimed.error_upper, error.upper, true, claimed.error_upper < error.lower);
    compare("error_lower", claimed.error_lower, error.lower, false, claimed.error_lower > error.upper);
    require(error.upper <= right.lower, error.lower > right.upper,
            "not certified: the error's bound " + shown_upper(error.upper) + " exceeds " +
                shown_lower(right.lower));
    lines.push_back(
        "verified: readout " + claims.name + ", " + std::to_string(boxes) + " boxes" +
        (boxes == listed ? "" : " of " + std::to_string(listed) + " that are listed") +
        ": error <= " + shown_upper(error.upper) + of_modulus + ", error <= " +
        (at_most_ ? at_most_->get_str() : std::to_string(2 * instance_.dimension + 1) + " modulus"));
    lines.push_back("confirmed: readout " + claims.name + ": " + confirmed);
  }

  Layers layers_;
  std::optional<Rational> at_most_;   // else claim R
  std::vector<ReadoutClaims> claims_; // of each readout
};

} // namespace

void check_layers(const std::filesystem::path &folder, int threads, const Progress &progress,
                  const Between &between, const std::string &certificate_bytes,
                  std::vector<std::string> &lines) {
  LayersCheck(folder, threads, progress, between).run(certificate_bytes, lines);
}

} // namespace checker
