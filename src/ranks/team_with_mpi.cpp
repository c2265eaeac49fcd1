// Messages are bytes, and none is awaited by a rank that has work: who finishes a piece sends it at once to
// all who may need it, and who needs one looks whether it has come. A list of boxes is needed by rank 0
// alone. All calls of MPI are made under one lock.
#include "team.hpp"

#include "environment.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <fmt/format.h>

#include <chrono>
#include <climits>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace layercert {

namespace {

namespace mpi = boost::mpi;

enum Tag : int { kHello, kWelcome, kPiece, kText, kOver, kFailure };

constexpr std::chrono::milliseconds
    kPause(1); // between two looks for messages: a waiting rank leaves its processor to others
constexpr std::string_view kOfLeader = "list-"; // pieces that only rank 0 needs

// Adds the time until its end.
class Clock {
public:
  explicit Clock(double &seconds) : seconds_(seconds) {}
  Clock(const Clock &) = delete;
  Clock &operator=(const Clock &) = delete;
  ~Clock() { seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

private:
  double &seconds_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// One rank's letters to and from the others.
struct Mailbox {
  Mailbox()
      : environment(std::make_unique<mpi::environment>(mpi::threading::serialized, false)),
        rank(world.rank()), count(world.size()) {}
  Mailbox(const Mailbox &) = delete;
  Mailbox &operator=(const Mailbox &) = delete;
  ~Mailbox() {
    if (!finished) {
      // The environment's end would wait for ranks that wait for this one.
      [[maybe_unused]] const auto *left_to_the_system = environment.release();
    }
  }

  void begin(const RunIdentity &run) {
    if (rank == 0 && folder != nullptr) {
      folder->begin(run);
    }
    const NearestScope nearest;
    std::unique_lock lock(mutex);
    identity = text_of(run);
    if (rank != 0) {
      send(0, kHello, identity);
      receive_until(lock, [&] { return welcome; });
      return;
    }
    receive_until(lock, [&] { return hellos.size() + 1 == static_cast<std::size_t>(count); });
    for (const auto &[other, theirs] : hellos) {
      if (theirs != identity) {
        throw InputError(
            fmt::format("rank {}", other), 0,
            "works on another instance or other samples, with other options, or in another version; "
            "expected what rank 0 has");
      }
    }
    if (folder != nullptr) {
      for (auto &[part, content] : folder->contents()) {
        send_piece(part, content);
        pieces.emplace(std::move(part), std::move(content));
      }
    }
    for (int other = 1; other < count; ++other) {
      send(other, kWelcome, std::string());
    }
  }

  std::optional<std::string> find(const std::string &part) {
    const NearestScope nearest;
    const std::scoped_lock lock(mutex);
    receive();
    const auto found = pieces.find(part);
    return found == pieces.end() ? std::nullopt : std::optional(found->second);
  }

  void keep(const std::string &part, std::string_view content) {
    const NearestScope nearest;
    const std::scoped_lock lock(mutex);
    receive();
    send_piece(part, content);
    take(part, std::string(content));
  }

  bool wait() {
    const NearestScope nearest;
    const Clock clock(seconds.waiting);
    std::unique_lock lock(mutex);
    receive_until(lock, [&] { return received != seen || over; });
    seen = received;
    return !over;
  }

  std::vector<std::string> exchange(const std::string &text) {
    const NearestScope nearest;
    std::unique_lock lock(mutex);
    for (int other = 0; other < count; ++other) {
      if (other != rank) {
        send(other, kText, text);
        sent += text.size();
      }
    }
    receive_until(lock, [&] { return texts.size() + 1 == static_cast<std::size_t>(count); });
    std::vector<std::string> all;
    for (int other = 0; other < count; ++other) {
      if (other == rank) {
        all.push_back(text);
        continue;
      }
      std::deque<std::string> &theirs = texts[other];
      all.push_back(std::move(theirs.front()));
      theirs.pop_front();
      if (theirs.empty()) {
        texts.erase(other);
      }
    }
    return all;
  }

  // With nothing on its way, neither to nor from any rank. What still comes is of no use to anybody.
  void part() {
    const NearestScope nearest;
    std::unique_lock lock(mutex);
    folder = nullptr;
    for (int other = 1; rank == 0 && other < count; ++other) {
      send(other, kOver, std::string());
    }
    receive_until(lock, [&] { return all_sent(); });
    MPI_Request everybody = MPI_REQUEST_NULL;
    MPI_Ibarrier(world, &everybody);
    receive_until(lock, [&] {
      int there = 0;
      MPI_Test(&everybody, &there, MPI_STATUS_IGNORE);
      return there != 0;
    });
    finished = true;
  }

  [[noreturn]] void fail(const std::string &reason) {
    const NearestScope nearest;
    std::unique_lock lock(mutex);
    send(0, kFailure, reason);
    receive_until(lock, [] { return false; });
    throw std::logic_error("unreachable");
  }

  // Calls receive() until it is so.
  template <class Condition> void receive_until(std::unique_lock<std::mutex> &lock, const Condition &is_so) {
    for (;;) {
      receive();
      if (is_so()) {
        return;
      }
      lock.unlock();
      std::this_thread::sleep_for(kPause);
      lock.lock();
    }
  }

  void receive() {
    const Clock clock(seconds.in_messages);
    while (const auto status = world.iprobe(mpi::any_source, mpi::any_tag)) {
      std::string bytes(static_cast<std::size_t>(status->count<char>().get()), '\0');
      world.recv(status->source(), status->tag(), bytes.data(), static_cast<int>(bytes.size()));
      switch (status->tag()) {
      case kHello:
        hellos.emplace(status->source(), std::move(bytes));
        break;
      case kWelcome:
        welcome = true;
        break;
      case kPiece: {
        const std::size_t end = bytes.find('\n');
        std::string content = bytes.substr(end + 1);
        bytes.resize(end);
        sent_by_others += (end + 1 + content.size()) *
                          static_cast<std::uint64_t>(bytes.starts_with(kOfLeader) ? 1 : count - 1);
        take(bytes, std::move(content));
        ++received;
        break;
      }
      case kText:
        texts[status->source()].push_back(std::move(bytes));
        break;
      case kOver:
        over = true;
        break;
      case kFailure:
        throw RankFailed(fmt::format("rank {}: {}", status->source(), bytes));
      default:
        throw std::logic_error("a message of no kind");
      }
    }
  }

  void take(const std::string &part, std::string content) {
    if (folder != nullptr && rank == 0) {
      folder->keep(part, content);
    }
    pieces.insert_or_assign(part, std::move(content));
  }

  void send_piece(const std::string &part, std::string_view content) {
    const auto message = std::make_shared<const std::string>(fmt::format("{}\n{}", part, content));
    const bool leader_alone = part.starts_with(kOfLeader);
    for (int other = 0; other < count; ++other) {
      if (other != rank && (!leader_alone || other == 0)) {
        send(other, kPiece, message);
        sent += message->size();
      }
    }
  }

  void send(int other, Tag tag, std::string message) {
    send(other, tag, std::make_shared<const std::string>(std::move(message)));
  }

  // Several ranks may have one message, which is gone once it has arrived everywhere.
  void send(int other, Tag tag, std::shared_ptr<const std::string> message) {
    if (message->size() > INT_MAX) {
      throw std::runtime_error("a piece of more than 2 GiB cannot be sent");
    }
    const Clock clock(seconds.in_messages);
    all_sent(); // gives back the memory of those that have arrived
    Outgoing &outgoing = under_way.emplace_back();
    outgoing.message = std::move(message);
    outgoing.request =
        world.isend(other, tag, outgoing.message->data(), static_cast<int>(outgoing.message->size()));
  }

  bool all_sent() {
    under_way.remove_if([](Outgoing &outgoing) { return outgoing.request.test().has_value(); });
    return under_way.empty();
  }

  struct Outgoing {
    std::shared_ptr<const std::string> message;
    mpi::request request;
  };

  std::unique_ptr<mpi::environment> environment;
  mpi::communicator world;
  const int rank, count;
  PieceFolder *folder = nullptr;

  std::mutex mutex; // of MPI, and of all that follows
  std::string identity;
  std::map<int, std::string> hellos; // identities of the others
  std::map<std::string, std::string> pieces;
  std::map<int, std::deque<std::string>> texts; // of others, not yet read; a fast one may be one ahead
  std::list<Outgoing> under_way;
  bool welcome = false;
  bool over = false;
  bool finished = false;
  std::size_t received = 0; // pieces
  std::size_t seen = 0;     // of these, when wait() ended last
  std::uint64_t sent = 0;   // bytes, for pieces
  std::uint64_t sent_by_others = 0;
  TeamSeconds seconds;
};

} // namespace

struct Team::Implementation final : PieceStore {
  void begin(const RunIdentity &run) override { mailbox->begin(run); }
  std::optional<std::string> find(const std::string &part) const override { return mailbox->find(part); }
  void keep(const std::string &part, std::string_view content) override { mailbox->keep(part, content); }
  bool wait() override { return mailbox->wait(); }

  std::unique_ptr<Mailbox> mailbox = std::make_unique<Mailbox>();
};

std::unique_ptr<Team> Team::join() {
  if (started_as().count == 1) {
    return nullptr;
  }
  return std::unique_ptr<Team>(new Team(std::make_unique<Implementation>()));
}

Team::Team(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Team::~Team() = default;

Share Team::share() const { return {implementation_->mailbox->rank, implementation_->mailbox->count}; }

PieceStore &Team::pieces(PieceFolder *folder) {
  implementation_->mailbox->folder = folder;
  return *implementation_;
}

std::vector<std::string> Team::exchange(const std::string &text) {
  return implementation_->mailbox->exchange(text);
}

void Team::finish() { implementation_->mailbox->part(); }

void Team::fail(const std::string &reason) { implementation_->mailbox->fail(reason); }

TeamSeconds Team::seconds() const { return implementation_->mailbox->seconds; }

std::uint64_t Team::bytes_sent() const {
  return implementation_->mailbox->sent + implementation_->mailbox->sent_by_others;
}

} // namespace layercert
