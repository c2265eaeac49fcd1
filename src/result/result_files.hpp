// The files of a result folder, as read.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace layercert {

struct ResultFiles {
  std::filesystem::path folder, network_file;
  nlohmann::json certificate; // an object of the format that was asked for; nothing else is checked
  std::string certificate_bytes, instance_bytes, network_bytes; // each file read once
};

// Whether the folder's certificate is one of a network of any layers (layers_certificate.hpp). False where
// nothing can be read.
bool is_result_of_layers(const std::filesystem::path &folder);

// Throws InputError for what cannot be read at all.
ResultFiles read_result(const std::filesystem::path &folder);
// The same of a network of any layers: the network's file is the one that the certificate names.
ResultFiles read_result_of_layers(const std::filesystem::path &folder);

// "" if the instance and the network are those that the certificate names by their sums, or the name of the
// one that is not.
std::string altered_file(const ResultFiles &result);

// Throws InputError if one of the two is not.
void require_unaltered(const ResultFiles &result);
// Throws InputError: not the file that the certificate names by its sum.
[[noreturn]] void refuse_altered(const std::filesystem::path &file);

} // namespace layercert
