#include "commands.hpp"

#include "layercert/certify/result_folder.hpp"
#include "layercert/error.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/report/table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <oneapi/tbb/global_control.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <optional>

namespace layercert::cli {

void show_progress(bool quiet, const std::string &text) {
  if (!quiet && ::isatty(STDERR_FILENO) != 0) {
    fmt::print(stderr, "\r\033[K{}", text);
  }
}

int certify_command(const CertifyArguments &arguments) {
  std::optional<oneapi::tbb::global_control> threads;
  if (arguments.threads > 0) {
    threads.emplace(oneapi::tbb::global_control::max_allowed_parallelism,
                    static_cast<std::size_t>(arguments.threads));
  }
  const NetworkFormat format = parse_network_format(arguments.format, "--format");
  const Instance instance = read_instance(arguments.instance);
  cell_count_or_throw(instance, physical_memory_bytes());
  const Target target = make_target(instance);
  std::optional<PendingFolder> folder;
  if (!arguments.out.empty()) {
    folder.emplace(arguments.out);
  }
  show_progress(arguments.quiet, "building the network");
  const Network network = assemble_network(build_parameters(instance, target));
  stop_if_interrupted();

  const auto begin = std::chrono::steady_clock::now();
  CertifyOptions options;
  options.boxes = arguments.boxes;
  double done = 0; // work so far, a level counting as its cells
  double all = 0;
  for (int l = 1; l <= instance.depth; ++l) {
    all += std::pow(instance.N, static_cast<double>(l * instance.dimension)) + 1000;
  }
  options.progress = [&](int level) {
    stop_if_interrupted();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    show_progress(
        arguments.quiet,
        fmt::format("certifying level {} of {}{}", level, instance.depth,
                    done == 0 ? std::string()
                              : fmt::format(", about {:.0f} s left", passed.count() * (all - done) / done)));
    done += std::pow(instance.N, static_cast<double>(level * instance.dimension)) + 1000;
  };
  const std::string name = "the built network";
  const Certificate certificate = certify(instance, target, network, name, options);
  stop_if_interrupted();
  show_progress(arguments.quiet, "");

  nlohmann::json json;
  if (folder || arguments.json) {
    const EncodedNetwork encoded = encode_network(network, format);
    json = certificate_json(certificate, sha256_hex(instance.text), sha256_hex(encoded.bytes));
    json["network_file"] = encoded.file_name;
    json["boxes"] = arguments.boxes;
    if (folder) {
      folder->write("instance.toml", instance.text);
      folder->write(encoded.file_name, encoded.bytes);
      // The samples belong to the result: without them nobody could check it.
      const std::filesystem::path samples = instance.image.empty() ? instance.table : instance.image;
      if (!samples.empty()) {
        const std::string sample_bytes = read_bytes(samples, "the samples");
        folder->write("samples" + samples.extension().string(), sample_bytes);
        json["samples_sha256"] = sha256_hex(sample_bytes);
      }
      folder->write("certificate.json", json.dump(2) + "\n");
      stop_if_interrupted();
      folder->commit();
    }
  }
  if (arguments.json) {
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}\n{}", instance.file, table_of(instance, certificate));
    if (folder) {
      fmt::print("files: {}\n", arguments.out.string());
    } else {
      fmt::print("nothing was written; give --out DIR to keep the network and the certificate\n");
    }
  }
  return certificate.all_certified() ? 0 : 1;
}

} // namespace layercert::cli
