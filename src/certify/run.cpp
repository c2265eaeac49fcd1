#include "layercert/certify/run.hpp"

#include "not_in_lp.hpp"

#include "function/target_from_bytes.hpp"
#include "layercert/error.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "result/certificate_document.hpp"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_invoke.h>

#include <exception>
#include <filesystem>
#include <stdexcept>

namespace layercert {

namespace {

// The samples are part of the result, for without them nobody could check it: the target and the bytes that
// it was made of, which are read once.
struct Sampled {
  Target target;
  std::filesystem::path file; // empty for an expression
  std::string bytes;
};

Sampled read_target(const Instance &instance) {
  const std::filesystem::path &file = instance.image.empty() ? instance.table : instance.image;
  if (file.empty()) {
    return {make_target(instance), file, {}};
  }
  if (std::error_code ignored; !std::filesystem::exists(file, ignored)) {
    throw InputError(file.string(), 0, "no such file; expected the samples that the instance names");
  }
  std::string bytes = read_bytes(file, "the samples");
  Target target = make_target(instance, bytes);
  return {std::move(target), file, std::move(bytes)};
}

// The network as a file, whose bytes are gone once they are written and their sum is known.
struct NetworkFile {
  std::string name;
  std::string sha256;
  std::exception_ptr failure;
};

NetworkFile write_network_file(const Network &network, NetworkFormat format, PendingFolder *folder) {
  const NearestScope nearest; // a thread may come here from within a certificate's loop
  NetworkFile file;
  try {
    const EncodedNetwork encoded = encode_network(network, format);
    file.name = encoded.file_name;
    file.sha256 = sha256_hex(encoded.bytes);
    if (folder != nullptr) {
      folder->write(encoded.file_name, encoded.bytes);
    }
  } catch (...) { // must not leave a task: it would cut short the others
    file.failure = std::current_exception();
  }
  return file;
}

// The certificate; `network` is cut down to the prefix that reaches the wanted accuracy. `write` may run
// beside it.
template <class Write>
Certificate certify_and_write(const Instance &instance, const Target &target,
                              const NetworkParameters &parameters, Network &network,
                              const CertifyOptions &options, const Write &write) {
  Certificate certificate;
  if (!options.accuracy) {
    oneapi::tbb::parallel_invoke(
        write, [&] { certificate = certify(instance, target, network, "the built network", options); });
    return certificate;
  }
  certificate = certify(instance, target, network, "the built network", options);
  const int level = certificate.accuracy->level;
  if (level != 0 && level < instance.depth) {
    // The prefix has to prove it all again, by itself.
    Network prefix = assemble_network(prefix_of(parameters, level));
    if (!is_prefix(prefix, network)) {
      throw std::logic_error("the shorter network is no prefix of the longer");
    }
    network = std::move(prefix);
    Instance shorter = instance;
    shorter.depth = level;
    CertifyOptions again = options;
    again.verdict = nullptr; // told already
    certificate = certify(shorter, target, network, "the prefix of the built network", again);
  }
  write();
  return certificate;
}

// All options that the certificate depends on.
std::string options_text(const CertifyOptions &options) {
  return fmt::format("effort {}, boxes {}, tolerance {}, accuracy {}, subdivisions {}", options.effort,
                     options.boxes, options.tolerance,
                     options.accuracy ? options.accuracy->get_str() : "none",
                     options.list_subdivisions ? "listed" : "not listed");
}

} // namespace

namespace {

constexpr std::size_t kBytesOfPart = std::size_t{1} << 28; // a message has less than 2 GiB

std::string part_of_network(std::size_t i) { return fmt::format("network-{}", i); }

// As pieces of limited sizes: the number of the others stands before the first.
void give_network(const Network &network, PieceStore &pieces) {
  const NearestScope nearest;
  const std::string bytes = encode_network(network, NetworkFormat::Binary).bytes;
  const std::size_t count = (bytes.size() + kBytesOfPart - 1) / kBytesOfPart;
  for (std::size_t i = 0; i < count; ++i) {
    pieces.keep(part_of_network(i), (i == 0 ? fmt::format("{}\n", count) : std::string()) +
                                        bytes.substr(i * kBytesOfPart, kBytesOfPart));
  }
}

std::optional<Network> given_network(const PieceStore &pieces) {
  std::optional<std::string> bytes = pieces.find(part_of_network(0));
  if (!bytes) {
    return std::nullopt;
  }
  const std::size_t end = bytes->find('\n');
  const std::size_t count = std::stoull(*bytes);
  bytes->erase(0, end + 1);
  for (std::size_t i = 1; i < count; ++i) {
    const std::optional<std::string> part = pieces.find(part_of_network(i));
    if (!part) {
      return std::nullopt;
    }
    *bytes += *part;
  }
  return parse_network(*bytes, "the network of rank 0");
}

} // namespace

Run run(const Instance &instance, const RunOptions &options, PendingFolder *folder) {
  const auto tell = [&](Phase phase, int level = 0) {
    if (options.progress) {
      options.progress(phase, level);
    }
  };
  tell(Phase::Reading);
  Sampled sampled = read_target(instance);
  {
    const UpwardScope upward;
    prepare_mpfr_thread();
    if (const std::string reason = proof_of_not_in_lp(instance, sampled.target); !reason.empty()) {
      throw NotInLpError(instance.file, reason);
    }
  }

  if (options.certify.pieces != nullptr) {
    options.certify.pieces->begin({LAYERCERT_VERSION, sha256_hex(instance.text),
                                   sampled.file.empty() ? std::string() : sha256_hex(sampled.bytes),
                                   options_text(options.certify)});
  }

  tell(Phase::Building);
  Run done;
  NetworkParameters parameters; // of a network that is built here
  if (options.one_builds) {
    std::optional<Network> given = given_network(*options.certify.pieces);
    while (!given && options.certify.share->index != 0) {
      if (!options.certify.pieces->wait()) {
        throw ShareDone(false);
      }
      given = given_network(*options.certify.pieces);
    }
    done.network = given ? std::move(*given) : Network();
  }
  if (done.network.depth == 0) {
    BuildOptions build;
    build.progress = [&](int level) { tell(Phase::Building, level); };
    parameters = build_parameters(instance, sampled.target, build);
    done.network = assemble_network(parameters);
    if (options.one_builds) {
      give_network(done.network, *options.certify.pieces);
    }
  }

  tell(Phase::Decoding);
  CertifyOptions certifying = options.certify;
  certifying.progress = [&](CertifyStep step, int level) {
    tell(step == CertifyStep::Deciding     ? Phase::Certifying
         : step == CertifyStep::Sharpening ? Phase::Sharpening
                                           : Phase::Listing,
         level);
  };
  const bool document = options.document || folder != nullptr;
  NetworkFile file;
  done.certificate = certify_and_write(instance, sampled.target, parameters, done.network, certifying, [&] {
    if (document) {
      file = write_network_file(done.network, options.format, folder);
    }
  });
  if (file.failure) {
    std::rethrow_exception(file.failure);
  }

  if (document) {
    tell(Phase::Writing);
    nlohmann::json &json = done.document;
    json = certificate_json(done.certificate, instance,
                            {sha256_hex(instance.text), file.sha256, file.name,
                             sampled.file.empty() ? std::string() : sha256_hex(sampled.bytes),
                             certifying.boxes, certifying.list_subdivisions});
  }
  if (folder != nullptr) {
    folder->write("instance.toml", instance.text);
    if (!sampled.file.empty()) {
      folder->write("samples" + sampled.file.extension().string(), sampled.bytes);
    }
    folder->write("certificate.json", done.document.dump(2) + "\n");
    folder->commit();
  }
  done.target = std::move(sampled.target);
  return done;
}

} // namespace layercert
