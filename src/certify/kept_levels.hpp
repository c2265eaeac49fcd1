// Finished levels as pieces of a run: the bounds of a level, and later its list of boxes. These are what
// takes long; building the network and the first verdicts do not, and are done again.
#pragma once

#include "layercert/network/construction.hpp"
#include "layercert/result/certificate.hpp"
#include "layercert/result/piece_store.hpp"

#include <optional>
#include <string>

namespace layercert {

// A digest of all weights. They follow from these parameters, for theta, beta and w are the decoder's own for
// the multipliers.
std::string sha256_of(const NetworkParameters &parameters, const std::string &name);

// A level with its list of boxes, and whether that list proves claim R.
struct ListedLevel {
  LevelCertificate level;
  bool proves = false;
};

// The levels of one network. What is found is what was kept, number by number: doubles are written as
// hexadecimal floats. Verdicts are judged anew from the bounds. Every call requires an open UpwardScope.
class KeptLevels {
public:
  // `pieces` may be null: then nothing is kept, nor found.
  KeptLevels(PieceStore *pieces, const NetworkParameters &parameters, const std::string &name);

  const std::string &network_sha256() const noexcept { return network_sha256_; }

  std::optional<LevelCertificate> bounds_of(int level) const;
  void keep_bounds(const LevelCertificate &level) const;

  std::optional<ListedLevel> list_of(int level) const;
  void keep_list(const LevelCertificate &level, bool proves) const;

private:
  std::optional<ListedLevel> find(const char *what, int level) const;
  void keep(const char *what, const LevelCertificate &level, bool proves) const;
  std::string part(const char *what, int level) const;

  PieceStore *pieces_;
  std::size_t dimension_;
  std::string network_sha256_; // of all that tells the network from others
};

} // namespace layercert
