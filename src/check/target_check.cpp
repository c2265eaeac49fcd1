#include "target_check.hpp"

#include "normal_form.hpp"
#include "null_sets.hpp"
#include "samples.hpp"
#include "shown.hpp"
#include "trusted.hpp"

#include "function/sample_bytes.hpp" // readers of images and tables: all that is not the checker's own
#include "layercert/error.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace checker {

namespace {

using nlohmann::json;

// A claimed bound is confirmed if that of the checker is as good up to a factor 1 + 2^-kSlack, 1.6 percent.
// The producer lists boxes for 1/96 (kListedPart in src/certify/listing.hpp, with the measurement); the
// output says how much was needed of each bound.
constexpr slong kSlack = 6;

} // namespace

TargetCheck::TargetCheck(const std::filesystem::path &folder, int threads, const Progress &progress,
                         const Between &between)
    : folder_(folder), progress_(progress), between_(between) {
  threads_ =
      threads > 0 ? static_cast<std::size_t>(threads) : std::max(1U, std::thread::hardware_concurrency());
  parallel_ = [this](std::size_t count, const std::function<void(std::size_t)> &work) {
    parallel(count, work);
  };
}

std::string TargetCheck::text_or_empty(const json &object, const char *key) {
  return object.contains(key) ? get_text(object, key) : std::string();
}

void TargetCheck::require_sum(const json &certificate, const char *key, const std::string &bytes,
                              const std::string &file) {
  if (get_text(certificate, key) != sha256_digits(bytes)) {
    throw Rejected(file + " is not the file that was certified (its SHA-256 differs)");
  }
}

void TargetCheck::read_subject(const json &certificate) {
  const std::string bytes = read_file(folder_ / "instance.toml");
  require_sum(certificate, "instance_sha256", bytes, "instance.toml");
  instance_ = read_instance(bytes);
  read_target(certificate);
}

void TargetCheck::read_target(const json &certificate) {
  if (instance_.samples.empty()) {
    if (certificate.contains("samples_sha256")) {
      throw Rejected("samples_sha256 without samples");
    }
    expression_ =
        almost_everywhere(Expression::parse(instance_.expression, instance_.dimension), instance_.dimension);
    return;
  }
  const std::filesystem::path file =
      folder_ / ("samples" + std::filesystem::path(instance_.samples).extension().string());
  const std::string bytes = read_file(file); // once: what is hashed is what is parsed
  require_sum(certificate, "samples_sha256", bytes, file.filename().string());
  try {
    samples_ = instance_.image
                   ? layercert::parse_image(bytes, file.string(), instance_.options)
                   : layercert::parse_table(bytes, file.string(), instance_.dimension, instance_.options);
  } catch (const layercert::InputError &error) {
    throw Rejected(error.what());
  }
  instance_.remainder += samples_.rounding; // what `round` moved the samples by
  if (instance_.multilinear) {
    if (std::any_of(samples_.sides.begin(), samples_.sides.end(), [](int side) { return side < 2; })) {
      throw Rejected("a single sample along an axis, with nothing to interpolate between");
    }
    expression_ = Expression::of_samples(samples_);
    if (instance_.p == 2) {
      patches_.emplace(samples_);
    }
    return;
  }
  pieces_ = true;
}

void TargetCheck::require_statement(const json &certificate) const {
  const std::pair<const char *, ulong> numbers[] = {{"d", static_cast<ulong>(instance_.dimension)},
                                                    {"N", instance_.N}};
  for (const auto &[key, number] : numbers) {
    if (get_count(certificate, key) != number) {
      throw Rejected(std::string(key) + " is not that of the instance, " + std::to_string(number));
    }
  }
  const char *norm = instance_.norm == Norm::Max ? "max" : instance_.norm == Norm::One ? "one" : "euclidean";
  const std::pair<const char *, std::string> words[] = {{"p", instance_.p.get_str()},
                                                        {"norm", norm},
                                                        {"expression", instance_.expression},
                                                        {"verdict", "certified"}};
  for (const auto &[key, word] : words) {
    if (word.empty() ? certificate.contains(key) : get_text(certificate, key) != word) {
      throw Rejected(std::string(key) + " is not " + (word.empty() ? "there without an expression" : word));
    }
  }
  get_text(certificate, "version");
}

std::string TargetCheck::trusted_line() const {
  return "taken on trust: " + trusted_names() +
         "; the compiler, the system and the processor; the statements of proofs/certificate-format.md, "
         "proved there, on which the computation rests" +
         (instance_.samples.empty() ? "" : "; layercert's readers of image and table files");
}

void TargetCheck::require(bool proved, bool surely_false, const std::string &otherwise) const {
  if (!proved && !surely_false && !subdivisions_suffice_) {
    throw Unknown(otherwise + "; the certificate says itself that its subdivisions do not suffice");
  }
  if (!proved) {
    throw Rejected(otherwise);
  }
}

bool TargetCheck::at_most(const Arf &mine, const Arf &theirs) {
  return mine <= theirs + theirs.times_two_to(-kSlack);
}

std::string TargetCheck::compared(const char *key, const Arf &theirs, const Arf &mine, bool upper,
                                  bool surely_false) const {
  const Arf &sharper = upper ? theirs : mine;
  const Arf &weaker = upper ? mine : theirs;
  require(mine.finite() && at_most(weaker, sharper) && !surely_false, surely_false,
          std::string(key) + " = " + shown(theirs) + " could not be confirmed; this checker finds " +
              shown(mine));
  return std::string(key) + (weaker <= sharper ? std::string(" as stated")
                                               : " up to " + shown_percent(weaker, sharper) + " percent");
}

Interval TargetCheck::modulus(const json &entry, const Arf &scale, const Exponent &p) const {
  std::vector<Arf> h;
  for (const json &part : get_array(entry, "shift")) {
    h.push_back(hexadecimal(part.is_string() ? part.get<std::string>() : std::string()));
  }
  Arf size;
  for (const Arf &part : h) {
    size = instance_.norm == Norm::Max ? std::max(size, abs(part))
                                       : size + (instance_.norm == Norm::One ? abs(part) : part * part);
  }
  if (h.size() != instance_.dimension ||
      size * (instance_.norm == Norm::Euclidean ? scale * scale : scale) > Arf(1)) {
    throw Rejected("the shift is longer than N^-l, or not of dimension d");
  }
  if (pieces_) {
    if (entry.contains("modulus_subdivision")) {
      throw Rejected("samples have no subdivision");
    }
    return p.root(difference_of_samples(samples_, p, h));
  }
  const std::string tree = text_or_empty(entry, "modulus_subdivision");
  if (patches_ && tree.empty()) {
    return p.root(patches_->difference(h, parallel_));
  }
  Interval integral = Integrals(expression_, instance_.dimension, p, between_).difference(h, tree);
  if (products_ && tree.empty()) {
    integral = common(integral, products_->difference(h));
  }
  return p.root(integral);
}

void TargetCheck::parallel(std::size_t count, const std::function<void(std::size_t)> &work) const {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) {
        if (between_) {
          between_();
        }
        work(i);
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(threads_, count); ++i) {
    others.emplace_back([&] {
      run();
      flint_cleanup();
    });
  }
  run();
  for (std::thread &other : others) {
    other.join();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

} // namespace checker
