// Folders of shards: what stands there beside the pieces, so that `merge` needs nothing else.
#pragma once

#include "commands.hpp"

#include "layercert/certify/share.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/result/piece_folder.hpp"

#include <filesystem>
#include <string>

namespace layercert::cli {

// Of "2/4": share 1 of 4. Throws InputError for anything else, and where the instance has less work than that.
Share share_named(const std::string &text, const Instance &instance);

// The instance and its samples, as DIR/instance.toml and DIR/samples.*. Throws InputError where others stand
// there.
void copy_inputs(const std::filesystem::path &folder, const Instance &instance);

// The instance, with the samples that stand there.
Instance read_inputs(const std::filesystem::path &folder);

// Notes that a share has done what it could: what it was asked, and what it has kept and used. Requires: the
// folder has begun.
void mark_done(PieceFolder &folder, const Share &share, const CertifyArguments &arguments);

// The options of all shards. Throws InputError naming what is missing: a share, or a piece that one has
// noted.
CertifyArguments options_of_shards(const std::filesystem::path &folder);

// Removes what killed shards had begun to write. Requires: options_of_shards() has found all of them done.
void remove_unfinished(const std::filesystem::path &folder);

} // namespace layercert::cli
