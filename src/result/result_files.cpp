#include "result_files.hpp"

#include "read_json.hpp"

#include "layercert/error.hpp"
#include "layercert/network/network_file.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"

namespace layercert {

using nlohmann::json;

namespace {

bool is_of_layers(const json &certificate) {
  return certificate.is_object() &&
         certificate.value("format", json()) == json("layercert-certificate-network-1");
}

ResultFiles read_the_certificate(const std::filesystem::path &folder) {
  const std::string name = (folder / "certificate.json").string();
  ResultFiles result;
  result.folder = folder;
  result.certificate_bytes = read_regular_bytes(name, "the certificate of a result folder");
  result.certificate = parse_json(result.certificate_bytes, name);
  return result;
}

void read_the_others(ResultFiles &result) {
  result.network_bytes = read_regular_bytes(result.network_file, "the network of the certificate");
  result.instance_bytes =
      read_regular_bytes(result.folder / "instance.toml", "the instance of the certificate");
}

} // namespace

bool is_result_of_layers(const std::filesystem::path &folder) {
  const std::string name = (folder / "certificate.json").string();
  try {
    return is_of_layers(parse_json(read_regular_bytes(name, "the certificate of a result folder"), name));
  } catch (const InputError &) {
    return false;
  }
}

ResultFiles read_result(const std::filesystem::path &folder) {
  const std::string name = (folder / "certificate.json").string();
  ResultFiles result = read_the_certificate(folder);
  if (is_of_layers(result.certificate)) {
    throw InputError(name, 0,
                     "is the certificate of a network of others, which check reads; expected "
                     "one of the construction");
  }
  if (!result.certificate.is_object() ||
      result.certificate.value("format", json()) != json("layercert-certificate-1")) {
    throw InputError(name, 0, "expected an object with \"format\": \"layercert-certificate-1\"");
  }
  result.network_file = find_network(folder);
  read_the_others(result);
  return result;
}

ResultFiles read_result_of_layers(const std::filesystem::path &folder) {
  const std::string name = (folder / "certificate.json").string();
  ResultFiles result = read_the_certificate(folder);
  if (!is_of_layers(result.certificate)) {
    throw InputError(name, 0, "expected an object with \"format\": \"layercert-certificate-network-1\"");
  }
  const json file = result.certificate.value("network_file", json());
  if (file != json("network.json") && file != json("network.lcn") && file != json("layers.json")) {
    throw InputError(name, 0, "\"network_file\" is none of network.json, network.lcn and layers.json");
  }
  result.network_file = folder / file.get<std::string>();
  read_the_others(result);
  return result;
}

std::string altered_file(const ResultFiles &result) {
  const auto differs = [&](const char *key, const std::string &bytes) {
    return result.certificate.value(key, json()) != json(sha256_hex(bytes));
  };
  return differs("instance_sha256", result.instance_bytes) ? "instance.toml"
         : differs("network_sha256", result.network_bytes) ? result.network_file.filename().string()
                                                           : std::string();
}

void require_unaltered(const ResultFiles &result) {
  if (const std::string altered = altered_file(result); !altered.empty()) {
    refuse_altered(result.folder / altered);
  }
}

void refuse_altered(const std::filesystem::path &file) {
  throw InputError(
      file.string(), 0,
      "is not the file that was certified (its SHA-256 differs); expected it as certify wrote it");
}

} // namespace layercert
