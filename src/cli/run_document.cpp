#include "run_document.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sys/utsname.h>

#include <ctime>
#include <thread>

namespace layercert::cli {

namespace {

std::string now_in_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

} // namespace

std::string run_document(double seconds, int threads, const Team *team, double seconds_building) {
  utsname machine{};
  ::uname(&machine);
  nlohmann::json document = {
      {"date", now_in_utc()},
      {"seconds", seconds},
      {"threads", threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency())},
      {"machine", fmt::format("{} {} {}", machine.sysname, machine.release, machine.machine)},
      {"version", LAYERCERT_VERSION}};
  if (team != nullptr) {
    document["ranks"] = team->share().count;
    document["bytes_sent"] = team->bytes_sent();
    const TeamSeconds of_rank_0 = team->seconds();
    document["rank_0"] = {{"seconds_building", seconds_building},
                          {"seconds_in_messages", of_rank_0.in_messages},
                          {"seconds_waiting", of_rank_0.waiting}};
  }
  return document.dump(2) + "\n";
}

} // namespace layercert::cli
