// A small result for the checker, one file of which the fuzzer writes.
#pragma once

#include "check/results.hpp"
#include "common/paths.hpp"
#include "input.hpp"
#include "numbers.hpp"

#include "numeric/sha256.hpp"

#include <algorithm>

namespace fuzz {

// The result of line.toml, whose files are also the first of the corpora.
class CheckedResult {
public:
  CheckedResult() {
    check_test::make_result(folder_.path(), read_file(paths::fuzz_data() / "line.toml"));
    certificate_ = nlohmann::json::parse(read_file(folder_ / "certificate.json"));
  }

  // The certificate names the sum of what stands there, or the checker would look no further.
  void put(const std::string &file, const std::string &key, std::string_view bytes) {
    write_file(folder_ / file, bytes);
    certificate_[key] = layercert::sha256_hex(bytes);
    if (key == "network_sha256") {
      certificate_["network_file"] = file;
    }
    write_file(folder_ / "certificate.json", certificate_.dump());
  }
  void put_certificate(std::string_view bytes) {
    int deepest = 0;
    const auto watch = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json &) {
      deepest = std::max(deepest, depth);
      return true;
    };
    nlohmann::json given = nlohmann::json::parse(bytes, watch, false);
    // Writing recurses once for each level.
    if (!given.is_object() || deepest > 1000) {
      write_file(folder_ / "certificate.json", bytes);
      return;
    }
    for (const char *key : {"instance_sha256", "network_sha256"}) {
      given[key] = certificate_[key];
    }
    write_file(folder_ / "certificate.json",
               given.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  // What the checker accepts must be true, as far as the producer can tell.
  void check() const {
    try {
      if (checker::check(folder_.path(), 1).accepted) {
        const std::string falsehood = check_test::falsehood(folder_.path());
        if (!falsehood.empty()) {
          std::fprintf(stderr, "accepted, but false: %s\n", falsehood.c_str());
          std::abort();
        }
      }
    } catch (const checker::Unreadable &) {
    }
  }

private:
  TemporaryFolder folder_ = folder_in_memory();
  nlohmann::json certificate_;
};

} // namespace fuzz
