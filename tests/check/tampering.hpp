// Results altered at random, as damage or deceit would: nothing false may be accepted.
#pragma once

#include "results.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <random>

namespace check_test {

class Tampering {
public:
  explicit Tampering(std::uint64_t seed) : random_(seed) {
    const std::string constants = "[hoelder]\nlambda = 1\nalpha = 1\n";
    make_result(folder_ / "kink", instance_text("abs(x - 1/3)", 1, 2, 3, "2", constants));
    make_result(folder_ / "wave", instance_text("sin(2*pi*x)*y + abs(x - 1/3)", 2, 2, 2, "2"), {},
                layercert::NetworkFormat::Binary);
    make_result(folder_ / "jump", instance_text("if(x < 0.7, sin(5*x), 1 + x^2)", 1, 3, 2, "1"));
    make_result(folder_ / "pole", instance_text("x^(-1/4)", 1, 2, 2, "2"));
    for (const char *name : {"kink", "wave", "jump", "pole"}) {
      names_.push_back(name);
      BOOST_TEST_REQUIRE(checker::check(folder_ / name).reason == "");
    }
  }

  // Returns how many alterations were accepted, all of them true.
  int run(int times) {
    std::map<std::string, int> accepted;
    for (int i = 0; i < times; ++i) {
      const std::string name = names_[pick(names_.size())];
      const fs::path copy = folder_ / "copy";
      fs::remove_all(copy);
      fs::copy(folder_ / name, copy, fs::copy_options::recursive);
      const std::string what = alter(copy);
      try {
        if (!checker::check(copy).accepted) {
          continue;
        }
      } catch (const std::runtime_error &) {
        continue; // cannot be read
      }
      const std::string wrong = falsehood(copy);
      if (!wrong.empty()) {
        BOOST_ERROR(name << ", alteration " << i << ", " << what << ": accepted, though " << wrong
                         << " is false");
      }
      ++accepted[what];
    }
    int count = 0;
    for (const auto &[what, n] : accepted) {
      BOOST_TEST_MESSAGE(n << " accepted and true: " << what);
      count += n;
    }
    return count;
  }

private:
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  void change_byte(std::string &bytes) {
    static const std::string digits = "0123456789abcdef.-+px,: ";
    char &c = bytes[pick(bytes.size())];
    c = digits.find(c) != std::string::npos ? digits[pick(digits.size())] : static_cast<char>(pick(256));
  }

  void leaves(const json &value, const json::json_pointer &at, std::vector<json::json_pointer> &found) {
    for (auto it = value.begin(); it != value.end(); ++it) {
      const json::json_pointer inner =
          value.is_object() ? at / it.key() : at / static_cast<std::size_t>(it - value.begin());
      if (it->is_structured()) {
        leaves(*it, inner, found);
      } else {
        found.push_back(inner);
      }
    }
  }

  // A number moved a little or a lot, with its decimal copy.
  std::string change_number(json &certificate) {
    std::vector<json::json_pointer> all;
    leaves(certificate, json::json_pointer(), all);
    const json::json_pointer at = all[pick(all.size())];
    json &value = certificate[at];
    if (value.is_number_unsigned()) {
      value = value.get<std::uint64_t>() + (pick(2) == 0 ? 1 : -1);
    } else if (value.is_string() && value.get<std::string>().find("0x") != std::string::npos) {
      const double factors[] = {0.0, -1.0, 0.5, 2.0, 0.9, 1.1, 0.99, 1.01, 1 - 1e-6, 1 + 1e-6};
      const double moved =
          std::strtod(value.get<std::string>().c_str(), nullptr) * factors[pick(std::size(factors))];
      value = layercert::Dyadic::from_double(moved).to_string();
      json &parent = certificate[at.parent_pointer()];
      if (parent.is_object() && parent.contains(at.back() + "_decimal")) {
        parent[at.back() + "_decimal"] = moved;
      }
    } else if (value.is_string() && !value.get<std::string>().empty()) {
      std::string text = value.get<std::string>();
      text[pick(text.size())] = static_cast<char>(' ' + pick(95));
      value = text;
    } else {
      value = nullptr;
    }
    return "the value " + at.back();
  }

  // One field of an angle, a multiple of pi or a multiplier; or one more term.
  std::string change_form(const fs::path &result) {
    json network = json::parse(read_file(result / "network.json"));
    std::vector<json::json_pointer> all;
    forms(network["hidden"], json::json_pointer("/hidden"), all);
    json &form = network[all[pick(all.size())]];
    std::string what = "a weight, one more term";
    if (pick(4) == 0) {
      const std::vector<json> terms = {"0x1p-300", {{"pi", "-0x1p-200"}}, {{"angle", {{4, 1}}}}};
      form = {{"sum", {form, terms[pick(terms.size())]}}};
    } else if (form.contains("angle")) {
      json &number = form["angle"][pick(form["angle"].size())][pick(2)];
      number = number.get<std::int64_t>() + (pick(2) == 0 ? 1 : -1);
      what = "a weight, an angle";
    } else if (form.contains("pi")) {
      form["pi"] = std::vector<std::string>{"-0x1p-2", "0x3p-2", "0x1.0000000000000001p-2"}[pick(3)];
      what = "a weight, the multiple of pi";
    } else if (pick(2) == 0) {
      json &shift = form["shifts"][pick(form["shifts"].size())];
      shift = shift.get<std::int64_t>() + (pick(2) == 0 ? 1 : -1);
      what = "a weight, a shift";
    } else {
      const layercert::Dyadic m = layercert::Dyadic::parse(form["multiplier"].get<std::string>());
      const int exponent = static_cast<int>(pick(120)) - 66;
      form["multiplier"] = (m + layercert::Dyadic::power_of_two(exponent)).to_string();
      what = "a weight, a bit of the multiplier";
    }
    write_file(result / "network.json", network.dump());
    sign(result);
    return what;
  }
  void forms(const json &value, const json::json_pointer &at, std::vector<json::json_pointer> &found) {
    for (auto it = value.begin(); it != value.end(); ++it) {
      const json::json_pointer inner =
          value.is_object() ? at / it.key() : at / static_cast<std::size_t>(it - value.begin());
      if (it->is_object() && (it->contains("angle") || it->contains("pi") || it->contains("multiplier"))) {
        found.push_back(inner);
      } else if (it->is_structured()) {
        forms(*it, inner, found);
      }
    }
  }

  std::string alter(const fs::path &result) {
    const fs::path file = result / "certificate.json";
    json certificate = json::parse(read_file(file));
    const std::string network = certificate["network_file"];
    json &levels = certificate["levels"];
    json &level = levels[pick(levels.size())];
    std::string what;
    switch (pick(13)) {
    case 0:
    case 1:
    case 2:
      what = change_number(certificate);
      break;
    case 3: { // a box more or less
      const char *key = pick(2) == 0 ? "error_subdivision" : "modulus_subdivision";
      std::string trees = level.value(key, std::string("."));
      const std::size_t at = pick(trees.size());
      const std::size_t kind = pick(3);
      trees = kind == 0   ? trees.erase(at, 1)
              : kind == 1 ? trees.replace(at, 1, "0..")
                          : trees.insert(at, "1");
      level[key] = trees;
      what = "a subdivision";
      break;
    }
    case 4:
      levels[0].swap(levels[levels.size() - 1]);
      what = "levels swapped";
      break;
    case 5:
      level["status"] = std::vector<std::string>{"refuted", "undecided", "certified "}[pick(3)];
      what = "the status";
      break;
    case 6: { // a shift
      json &shift = level["shift"];
      shift[pick(shift.size())] =
          layercert::Dyadic::from_double(static_cast<double>(pick(64)) / 64 - 0.25).to_string();
      what = "the shift";
      break;
    }
    case 7: { // a byte of any file, as damage would
      const fs::path damaged =
          result / std::vector<std::string>{"certificate.json", "instance.toml", network}[pick(3)];
      std::string bytes = read_file(damaged);
      change_byte(bytes);
      write_file(damaged, bytes);
      return "a byte of " + damaged.filename().string();
    }
    case 8: { // cut off, or a key twice
      std::string bytes = certificate.dump(1, ' ', false, json::error_handler_t::replace);
      if (pick(2) == 0) {
        bytes.resize(pick(bytes.size()));
      } else {
        const std::size_t at = bytes.find("\"error_upper\"");
        bytes.insert(at, "\"error_upper\": \"0x1p-40\", ");
      }
      write_file(file, bytes);
      return "cut off, or a key twice";
    }
    case 9: { // the network, signed again
      std::string bytes = read_file(result / network);
      const bool binary = network != "network.json";
      const std::size_t count = pick(3) + 1;
      for (std::size_t i = 0; i < count; ++i) {
        change_byte(bytes);
      }
      if (binary) {
        const std::string body = bytes.substr(0, bytes.size() - 32);
        std::string sum;
        const std::string digits = layercert::sha256_hex(body);
        for (std::size_t i = 0; i < digits.size(); i += 2) {
          sum += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
        }
        bytes = body + sum;
      }
      write_file(result / network, bytes);
      sign(result);
      return "the network, signed again";
    }
    case 10: { // the instance, signed again
      std::string bytes = read_file(result / "instance.toml");
      change_byte(bytes);
      write_file(result / "instance.toml", bytes);
      sign(result);
      return "the instance, signed again";
    }
    case 11: // a weight in closed form, signed again
      if (network == "network.json") {
        return change_form(result);
      }
      what = change_number(certificate);
      break;
    default: { // files of another result, signed again
      const fs::path other = folder_ / names_[pick(names_.size())];
      if (pick(2) == 0) {
        write_file(result / "instance.toml", read_file(other / "instance.toml"));
      } else {
        write_file(file, read_file(other / "certificate.json"));
        const std::string wanted = json::parse(read_file(file))["network_file"];
        write_file(result / wanted, read_file(result / network));
      }
      sign(result);
      return "files of another result, signed again";
    }
    }
    write_file(file, certificate.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
    return what;
  }

  TemporaryFolder folder_;
  std::vector<std::string> names_;
  std::mt19937_64 random_;
};

} // namespace check_test
