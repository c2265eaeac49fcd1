#define BOOST_TEST_MODULE cli_check
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include "numeric/sha256.hpp"

#include <nlohmann/json.hpp>

#include <functional>

using namespace cli_test;
using nlohmann::json;

namespace {

// A result of an expression and one of an image, made once; every case alters a copy.
struct Results {
  Results() {
    write_file(folder / "i.toml", instance_text("abs(x - 1/3)", 1) + "[hoelder]\nlambda = 1\nalpha = 1\n");
    write_file(folder / "s.pgm", "P2\n2 2\n9\n1 2\n3 9\n");
    write_file(folder / "s.toml",
               "[target]\ndimension = 2\nimage = \"s.pgm\"\n[theorem]\nN = 2\ndepth = 1\np = 2\n");
    for (const char *name : {"i", "s"}) {
      make_result(folder / (std::string(name) + ".toml"), folder / name);
    }
  }
  TemporaryFolder folder;
};

const Results &results() {
  static const Results made;
  return made;
}

struct Fixture {
  // A copy of result "i" or "s", altered, and certified anew unless `more` says otherwise.
  Outcome check(const std::function<void(const fs::path &)> &alter, const char *name = "i",
                std::vector<std::string> more = {"--anew"}) {
    const fs::path copy = folder / "copy";
    fs::remove_all(copy);
    fs::copy(results().folder / name, copy, fs::copy_options::recursive);
    alter(copy);
    more.insert(more.begin(), {"check", copy.string()});
    return run(more);
  }
  void rejects(const char *piece, const std::function<void(const fs::path &)> &alter,
               const char *name = "i") {
    const Outcome outcome = check(alter, name);
    BOOST_TEST_CONTEXT(piece << "\n" << outcome.out << outcome.err) {
      BOOST_TEST(outcome.status == 1);
      BOOST_TEST(outcome.err.empty());
      BOOST_TEST(outcome.out.starts_with("rejected: "));
      BOOST_TEST(outcome.out.find('\n') == outcome.out.size() - 1);
      BOOST_TEST(outcome.out.find(piece) != std::string::npos);
    }
  }
  void cannot_read(const char *piece, const std::function<void(const fs::path &)> &alter,
                   const char *name = "i") {
    is_refusal(check(alter, name), {piece, "expected"});
  }

  TemporaryFolder folder;
};

void replace(const fs::path &file, const std::string &old_piece, const std::string &new_piece) {
  write_file(file, replaced(read_file(file), old_piece, new_piece));
}

void cut(const fs::path &file) {
  const std::string bytes = read_file(file);
  write_file(file, bytes.substr(0, bytes.size() / 2));
}

// Makes the certificate name the altered file, as somebody would who means to deceive.
void sign_again(const fs::path &result, const char *key, const char *file) {
  json certificate = json::parse(read_file(result / "certificate.json"));
  certificate[key] = layercert::sha256_hex(read_file(result / file));
  write_file(result / "certificate.json", certificate.dump(2) + "\n");
}

// Pointers to everything in a document that is no object and no array.
void leaves_of(const json &value, const json::json_pointer &at, std::vector<json::json_pointer> &leaves) {
  if (value.is_object()) {
    for (const auto &[key, inner] : value.items()) {
      leaves_of(inner, at / key, leaves);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      leaves_of(value[i], at / i, leaves);
    }
  } else {
    leaves.push_back(at);
  }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(check_of_altered_results, Fixture)

BOOST_AUTO_TEST_CASE(untouched_ones_are_accepted) {
  BOOST_TEST(check([](const fs::path &) {}).status == 0);
  BOOST_TEST(check([](const fs::path &) {}, "s").status == 0);
}

BOOST_AUTO_TEST_CASE(every_single_entry_of_the_certificate_counts) {
  const json good = json::parse(read_file(results().folder / "i/certificate.json"));
  std::vector<json::json_pointer> leaves;
  leaves_of(good, json::json_pointer(), leaves);
  BOOST_TEST(leaves.size() >= 30U);
  for (const json::json_pointer &leaf : leaves) {
    const auto alter = [&](const json &value) {
      return [&, value](const fs::path &result) {
        json altered = good;
        altered[leaf] = value;
        write_file(result / "certificate.json", altered.dump(2) + "\n");
      };
    };
    if (leaf.to_string() == "/format") {
      cannot_read("\"format\"", alter("layercert-certificate-2"));
      continue;
    }
    if (leaf.to_string() == "/boxes" || leaf.to_string() == "/subdivisions") {
      continue; // what was asked for; the next case
    }
    const json &value = good[leaf];
    if (leaf.to_string() == "/version") { // another one may have made it
      rejects("/version", alter(3));
      continue;
    }
    if (value.is_number()) {
      rejects("", alter(value.get<std::int64_t>() + 1));
    } else {
      std::string text = value.get<std::string>();
      char &last = text.back();
      last = last == '1' ? '2' : '1';
      rejects("", alter(text));
    }
    rejects("", alter(nullptr));
    rejects("", [&](const fs::path &result) {
      json altered = good;
      if (altered[leaf.parent_pointer()].is_object()) {
        altered[leaf.parent_pointer()].erase(leaf.back());
      } else {
        altered[leaf.parent_pointer()].erase(std::stoul(leaf.back()));
      }
      write_file(result / "certificate.json", altered.dump(2) + "\n");
    });
  }
}

BOOST_AUTO_TEST_CASE(other_alterations_of_the_certificate) {
  const auto set = [](const char *at, const json &value) {
    return [=](const fs::path &result) {
      json altered = json::parse(read_file(result / "certificate.json"));
      altered[json::json_pointer(at)] = value;
      write_file(result / "certificate.json", altered.dump(2) + "\n");
    };
  };
  rejects("/levels", set("/levels", json::array()));
  rejects("/levels/0/remark", set("/levels/0/remark", "trust me"));
  rejects("samples_sha256", set("/samples_sha256", "0"));
  rejects("/subdivisions", set("/subdivisions", false));
  rejects("/subdivisions", set("/subdivisions", nullptr));
  rejects("/boxes", set("/boxes", 0));
  rejects("/boxes", set("/boxes", -1));
  rejects("/boxes", set("/boxes", "many"));
  rejects("/boxes", set("/boxes", 1ULL << 62)); // more than memory holds
  rejects("/boxes",
          [](const fs::path &result) { replace(result / "certificate.json", "\"boxes\"", "\"boxxes\""); });
}

BOOST_AUTO_TEST_CASE(certificates_that_cannot_be_read) {
  cannot_read("certificate.json:", [](const fs::path &result) { cut(result / "certificate.json"); });
  cannot_read("certificate.json:1:",
              [](const fs::path &result) { write_file(result / "certificate.json", ""); });
  cannot_read("certificate.json:2:",
              [](const fs::path &result) { write_file(result / "certificate.json", "{\n\xff}"); });
  cannot_read("\"format\"", [](const fs::path &result) { write_file(result / "certificate.json", "[]"); });
  cannot_read("certificate.json", [](const fs::path &result) { fs::remove(result / "certificate.json"); });
  cannot_read("certificate.json", [](const fs::path &result) { fs::remove_all(result); });
  cannot_read("nested more than 100 deep", [](const fs::path &result) {
    write_file(result / "certificate.json",
               "{\"format\": " + std::string(200000, '[') + std::string(200000, ']') + "}");
  });
  // Two readers of such a file may see two verdicts.
  cannot_read("\"status\" stands twice", [](const fs::path &result) {
    replace(result / "certificate.json", "\"status\"", "\"status\": \"refuted\", \"status\"");
  });
}

BOOST_AUTO_TEST_CASE(altered_networks) {
  rejects("network.json is not the file",
          [](const fs::path &result) { replace(result / "network.json", "\"bias\": \"", "\"bias\": \"-"); });
  rejects("network.json is not the file", [](const fs::path &result) { cut(result / "network.json"); });
  cannot_read("network.json", [](const fs::path &result) { fs::remove(result / "network.json"); });

  const auto signed_again = [](auto alter) {
    return [=](const fs::path &result) {
      alter(result / "network.json");
      sign_again(result, "network_sha256", "network.json");
    };
  };
  rejects("network.json", signed_again([](const fs::path &file) { cut(file); }));
  rejects("network.json", signed_again([](const fs::path &file) { write_file(file, "[]"); }));
  // The readout of level 1 moves by its bias; the shape stays that of the construction.
  rejects("", signed_again([](const fs::path &file) {
            json network = json::parse(read_file(file));
            network["readouts"][0]["bias"] = "-0x1p-1";
            write_file(file, network.dump());
          }));
  // Every weight and bias of the last hidden layer, moved by a factor of two.
  const json good = json::parse(read_file(results().folder / "i/network.json"));
  std::vector<json::json_pointer> leaves;
  leaves_of(good["hidden"].back(), json::json_pointer("/hidden/" + std::to_string(good["hidden"].size() - 1)),
            leaves);
  int moved = 0;
  for (const json::json_pointer &leaf : leaves) {
    if (good[leaf].is_string() && good[leaf].get<std::string>().find("0x") != std::string::npos) {
      const std::string weight = good[leaf].get<std::string>();
      ++moved;
      rejects("", signed_again([&](const fs::path &file) {
                json network = good;
                network[leaf] = weight.find("0x0p") != std::string::npos ? "0x1p+0" : weight + "0";
                write_file(file, network.dump());
              }));
    }
  }
  BOOST_TEST(moved >= 3);
}

BOOST_AUTO_TEST_CASE(altered_instances) {
  rejects("instance.toml is not the file", [](const fs::path &result) {
    write_file(result / "instance.toml", instance_text("abs(x - 1/3)", 1) + "#");
  });
  cannot_read("instance.toml", [](const fs::path &result) { fs::remove(result / "instance.toml"); });

  const auto signed_again = [](const char *old_piece, const char *new_piece) {
    return [=](const fs::path &result) {
      replace(result / "instance.toml", old_piece, new_piece);
      sign_again(result, "instance_sha256", "instance.toml");
    };
  };
  rejects("recomputed", signed_again("p = 2", "p = 1"));
  rejects("recomputed", signed_again("1/3", "1/4"));
  rejects("hoelder", signed_again("lambda = 1", "lambda = 2"));
  rejects("instance", signed_again("depth = 1", "depth = 2"));
  rejects("instance.toml:6", signed_again("depth = 1", "depth = x"));
  const Outcome too_large = check(signed_again("depth = 1", "depth = 64"));
  BOOST_TEST(too_large.status == 2); // says nothing about the result
  BOOST_TEST(too_large.err.find("of memory") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(altered_samples) {
  rejects(
      "samples.pgm is not the file",
      [](const fs::path &result) { replace(result / "samples.pgm", "3", "4"); }, "s");
  rejects(
      "samples.pgm is not the file", [](const fs::path &result) { cut(result / "samples.pgm"); }, "s");
  cannot_read(
      "samples.pgm", [](const fs::path &result) { fs::remove(result / "samples.pgm"); }, "s");
  rejects(
      "recomputed",
      [](const fs::path &result) {
        replace(result / "samples.pgm", "3", "4");
        sign_again(result, "samples_sha256", "samples.pgm");
      },
      "s");
}

BOOST_AUTO_TEST_CASE(json_has_the_same_verdict) {
  const Outcome outcome =
      check([](const fs::path &result) { cut(result / "network.json"); }, "i", {"--json", "--anew"});
  BOOST_TEST(outcome.status == 1);
  const json said = json::parse(outcome.out);
  BOOST_TEST(said["accepted"] == false);
  BOOST_TEST(said["reason"].get<std::string>().find("network.json") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(proved_again_by_the_independent_checker) {
  const std::vector<std::string> plain;
  for (const char *name : {"i", "s"}) {
    const Outcome outcome = check([](const fs::path &) {}, name, plain);
    BOOST_TEST(outcome.status == 0);
    BOOST_TEST(outcome.out.find("taken on trust: ") != std::string::npos);
    BOOST_TEST(outcome.out.find("by the independent checker\n") != std::string::npos);
  }
  const auto set = [](const char *at, const json &value) {
    return [=](const fs::path &result) {
      json altered = json::parse(read_file(result / "certificate.json"));
      altered[json::json_pointer(at)] = value;
      write_file(result / "certificate.json", altered.dump(2) + "\n");
    };
  };
  const auto says = [&](const std::function<void(const fs::path &)> &alter, const char *piece, int status) {
    const Outcome outcome = check(alter, "i", plain);
    BOOST_TEST_CONTEXT(outcome.out << outcome.err) {
      BOOST_TEST(outcome.status == status);
      BOOST_TEST(outcome.out.find(piece) != std::string::npos);
    }
  };
  says(set("/levels/0/modulus_lower", "0x1p+0"), "rejected: level 1: ", 1);
  says(set("/network_file", nullptr), "network_file", 1);
  says(set("/network_sha256", nullptr), "network_sha256", 1);
  says(set("/samples_sha256", "0"), "samples_sha256", 1);
  // Without the key, the lists are what certify would not have written.
  says(set("/subdivisions", nullptr), "rejected: ", 1);
  const json said = json::parse(check([](const fs::path &) {}, "i", {"--json"}).out);
  BOOST_TEST(said["accepted"] == true);
  BOOST_TEST(said["independent"] == true);
}

BOOST_AUTO_TEST_CASE(certified_anew_where_nothing_is_listed) {
  write_file(folder / "u.toml", // numbers in a table on one line are beyond the checker
             "theorem = { N = 2, depth = 1, p = 2.5 }\n[target]\ndimension = 1\nexpression = \"x^2\"\n");
  for (const auto &[instance, option, reason] :
       {std::tuple(results().folder / "i.toml", "--no-subdivisions", "does not list"),
        std::tuple(folder / "u.toml", "--subdivisions", "cannot verify")}) {
    const Outcome made = run({"certify", instance.string(), option, "--out", (folder / "r").string()});
    BOOST_TEST_REQUIRE(made.status == 0);
    const Outcome outcome = run({"check", (folder / "r").string()});
    BOOST_TEST_CONTEXT(outcome.out << outcome.err) {
      BOOST_TEST(outcome.status == 0);
      BOOST_TEST(outcome.out.starts_with("accepted: "));
      BOOST_TEST(outcome.out.find("not by the independent checker: ") != std::string::npos);
      BOOST_TEST(outcome.out.find(reason) != std::string::npos);
      BOOST_TEST(outcome.out.find("found again by the program that made it") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(places_that_are_no_result) {
  for (const fs::path &place : {folder / "none", folder.path(), results().folder / "i/network.json"}) {
    refuses({"check", place.string()}, {"certificate.json"});
  }
}

BOOST_AUTO_TEST_SUITE_END()
